"""What is known of every unit while answers are being drawn."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.simulate.population import Population, owner_of
from pipeline.spec.simulation import Effect, Simulation, Trait
from pipeline.spec.study import Study

Key = tuple[str, str]
"""A variable or trait and its wave; the wave is empty for what is fixed."""


@dataclass(frozen=True)
class Latent:
    """A latent normal answer of every unit: its mean, and what chance adds (variance 1)."""

    mean: np.ndarray
    deviation: np.ndarray
    read: Callable[[np.ndarray], np.ndarray]
    """Turn latent numbers into answers."""


@dataclass(frozen=True)
class World:
    """A study half drawn: everything that later draws may depend on.

    Attributes
    ----------
    values : mapping
        (variable, wave) -> one value per unit: codes and texts as str, numbers
        as float, dates as datetime64[D].
    latents : mapping
        (variable, wave) -> the latent answer, for variables that can be recalled.
    traits : mapping
        (trait, wave) -> deviations, variance 1; wave empty: the first wave.
    """

    study: Study
    simulation: Simulation
    seed: int
    population: Population
    values: Mapping[Key, np.ndarray]
    latents: Mapping[Key, Latent]
    traits: Mapping[Key, np.ndarray]

    def size(self, unit: str) -> int:
        """Count the units of a kind."""
        return len(self.population.ids[unit])

    def waves_of(self, name: str) -> tuple[str, ...]:
        """Give the waves of a variable; one empty wave when it is fixed."""
        return self.study.waves_of(self.study.variable[name]) or ("",)

    def trait(self, name: str) -> Trait:
        """Give a declared trait."""
        return next(trait for trait in self.simulation.traits if trait.name == name)


def column(world: World, unit: str, name: str, wave: str = "") -> np.ndarray:
    """Give a variable, link or id of every unit, its own or that of a unit it links to.

    Parameters
    ----------
    world : World
    unit : str
        Whose rows are wanted.
    name : str
        Variable or id variable.
    wave : str
        Wave of a variable that varies; fixed variables ignore it.

    Returns
    -------
    array, one per unit
    """
    study = world.study
    if name == study.unit[unit].id:
        return world.population.ids[unit]
    if (unit, name) in world.population.links:
        return world.population.ids[owner_of(study, name)][world.population.links[unit, name]]
    holder = study.variable[name].unit
    values = world.values[name, wave if (name, wave) in world.values else ""]
    return values if holder == unit else values[places_of(world, unit, holder)]


def places_of(world: World, unit: str, other: str) -> np.ndarray:
    """Give for every unit the position of the other unit that it links to."""
    if unit == other:
        return np.arange(world.size(unit))
    return world.population.links[unit, world.study.unit[other].id]


def moved(world: World, unit: str, effects: Iterable[Effect], wave: str) -> np.ndarray:
    """Add up the effects that facts have on every unit in a wave."""
    total = np.zeros(world.size(unit))
    for effect in effects:
        if effect.waves and wave not in effect.waves:
            continue
        facts = column(world, unit, effect.of, wave)
        if effect.level is not None:
            total += effect.size * (facts == effect.level)
        else:
            total += effect.size * (facts - declared_mean(world, effect.of)) / (effect.per or 1.0)
    return total


def declared_mean(world: World, name: str) -> float:
    """Give the declared mean of a number."""
    return next(numbers.mean for numbers in world.simulation.numbers if name in numbers.names)


def trait_mean(world: World, trait: Trait, wave: str) -> np.ndarray:
    """Give the mean of a trait in a wave, one per unit of the trait: its shift and its effects."""
    return trait.shift.get(wave, 0.0) + moved(world, trait.unit, trait.effects, wave)


def first_trait(world: World, name: str) -> np.ndarray:
    """Give the whole trait in the first wave, effects included, one per unit of the trait."""
    first = (world.study.wave_names or ("",))[0]
    return trait_mean(world, world.trait(name), first) + world.traits[name, ""]
