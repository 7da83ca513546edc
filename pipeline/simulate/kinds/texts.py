"""Free text of a few."""

import numpy as np

from pipeline.simulate.chance import stream
from pipeline.simulate.mess import COMMENTS
from pipeline.simulate.world import Key, Latent, World
from pipeline.spec.simulation import Texts


def draw_texts(world: World, declared: Texts) -> tuple[dict[Key, np.ndarray], dict[Key, Latent]]:
    """Draw who writes what; every text stands about equally often.

    Parameters
    ----------
    world : World
    declared : Texts

    Returns
    -------
    values : dict
        (variable, wave) -> texts, mostly empty.
    latents : dict
        Empty: texts are not recalled.
    """
    values: dict[Key, np.ndarray] = {}
    texts = np.array(declared.texts or COMMENTS, dtype=str)
    for name in declared.names:
        rows = world.size(world.study.variable[name].unit)
        for wave in world.waves_of(name):
            rng = stream(world.seed, "text", name, wave)
            writes = rng.random(rows) < declared.share
            chosen = np.zeros(rows, dtype=int)
            chosen[writes] = rng.permutation(np.arange(writes.sum()) % len(texts))
            values[name, wave] = np.where(writes, texts[chosen], "")
    return values, {}
