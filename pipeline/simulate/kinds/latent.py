"""The latent answer of a variable: what it shares with a trait, what moves it, and what is its own."""

from math import sqrt

import numpy as np

from pipeline.simulate.chance import normal
from pipeline.simulate.world import World, moved, places_of, trait_mean
from pipeline.spec.simulation import SimulatedVariable


def latent_answer(world: World, declared: SimulatedVariable, name: str, wave: str, loading: float) -> tuple[np.ndarray, np.ndarray]:
    """Draw the latent answer of every unit.

    Parameters
    ----------
    world : World
    declared : SimulatedVariable
        Supplies trait, shift and effects.
    name, wave : str
        The variable, and its wave or empty.
    loading : float
        Correlation with the trait; 0 without one.

    Returns
    -------
    mean, deviation : arrays, one number per unit
        The mean is 0 at the reference, the deviation standard normal. A fixed
        variable follows the deviation of the trait's first wave only.
    """
    unit = world.study.variable[name].unit
    rows = world.size(unit)
    mean = declared.shift.get(wave, 0.0) + moved(world, unit, declared.effects, wave)
    lasting = normal(world.seed, rows, "answer", name)
    own = sqrt(declared.lasting) * lasting + sqrt(1 - declared.lasting) * normal(world.seed, rows, "answer", name, wave)
    if declared.trait is None:
        return mean, own
    trait = world.trait(declared.trait)
    places = places_of(world, unit, trait.unit)
    if wave:
        mean = mean + loading * trait_mean(world, trait, wave)[places]
    followed = world.traits[trait.name, wave][places]
    return mean, loading * followed + sqrt(1 - loading**2) * own


def is_reversed(world: World, name: str) -> bool:
    """Say whether a measure declares this item reversed."""
    return any(name in measure.reversed for measure in world.study.declaration.measures)
