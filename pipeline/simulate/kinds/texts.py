"""Free text of a few."""

import numpy as np

from pipeline.simulate.chance import stream
from pipeline.simulate.kinds.shares import keys_of
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
    for name in declared.names:
        unit = world.study.variable[name].unit
        for wave in world.waves_of(name):
            rng = stream(world.seed, "text", name, wave)
            writes = rng.random(world.size(unit)) < declared.share
            values[name, wave] = _written(writes, _texts_of(world, declared, unit, wave), rng)
    return values, {}


def _texts_of(world: World, declared: Texts, unit: str, wave: str) -> list[tuple[np.ndarray, tuple[str, ...]]]:
    """Give who may write which texts: rows as a mask, and the texts."""
    if not isinstance(declared.texts, dict):
        return [(np.ones(world.size(unit), dtype=bool), declared.texts or COMMENTS)]
    keys = keys_of(world, unit, declared.given, wave)
    return [(keys == key, texts) for key, texts in declared.texts.items()]


def _written(writes: np.ndarray, given: list[tuple[np.ndarray, tuple[str, ...]]], rng: np.random.Generator) -> np.ndarray:
    """Spread each set of texts over those who write and may write them."""
    cells = np.full(len(writes), "", dtype=object)
    for rows, texts in given:
        chosen = writes & rows
        cells[chosen] = np.array(texts, dtype=object)[rng.permutation(np.arange(chosen.sum()) % len(texts))]
    return cells.astype(str)
