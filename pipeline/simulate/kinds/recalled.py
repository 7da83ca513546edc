"""Ratings of an earlier time, made later: memory, and a planted response shift."""

from math import sqrt

import numpy as np

from pipeline.simulate.chance import normal
from pipeline.simulate.world import Key, Latent, World, moved
from pipeline.spec.simulation import Recalled


def draw_recalled(world: World, declared: Recalled) -> tuple[dict[Key, np.ndarray], dict[Key, Latent]]:
    """Draw what units say, later, of how things were.

    Parameters
    ----------
    world : World
        Knows the latent answers given at the time.
    declared : Recalled

    Returns
    -------
    values : dict
        (variable, wave) -> codes or numbers on the scale of the question asked at the time.
    latents : dict
        Empty: memories are not recalled.
    """
    values: dict[Key, np.ndarray] = {}
    for name, original in declared.names.items():
        unit = world.study.variable[name].unit
        asked = world.latents[original, declared.wave]
        for wave in world.waves_of(name):
            forgotten = normal(world.seed, world.size(unit), "recalled", name, wave)
            remembered = declared.accuracy * asked.deviation + sqrt(1 - declared.accuracy**2) * forgotten
            shift = declared.shift.get(wave, 0.0) + moved(world, unit, declared.effects, wave)
            values[name, wave] = asked.read(asked.mean + remembered + shift)
    return values, {}
