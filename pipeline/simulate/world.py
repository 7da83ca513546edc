"""What is known of every unit while answers are being drawn, and the streams of chance they are drawn from."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.spec.drawn import Effect
from pipeline.spec.naming import split_reference
from pipeline.spec.simulation import Simulation, Trait
from pipeline.spec.study import Study

Key = tuple[str, str]
"""A variable or trait and its wave; the wave is empty for what is fixed."""
RANGE, CROSSED = "..", "*"
"""What stands between the ends of a range of numbers, and between the codes of several variables."""


def stream(seed: int, *parts: str) -> np.random.Generator:
    """Give the random generator of one named part, so that adding a part moves no other.

    Parameters
    ----------
    seed : int
        The study's seed, or that of one repetition.
    parts : str
        What is drawn, such as ``"noise", "ti_1", "t2"``.

    Returns
    -------
    Generator
        The same for the same arguments on any machine and in any process.
    """
    named = hashlib.sha256("\n".join((str(seed), *parts)).encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(named[:16], "big")))


def normal(seed: int, rows: int, *parts: str) -> np.ndarray:
    """Draw standard normal numbers, shape (rows,); the first ones are the same for any number of rows."""
    return stream(seed, *parts).standard_normal(rows)


@dataclass(frozen=True)
class MadeUpWorld:
    """A study half drawn: everything that later draws may depend on.

    Attributes
    ----------
    ids : mapping
        Unit -> array of str; also id variables that only appear as links.
    links : mapping
        (unit, id variable) -> array of int, positions in the ids of the unit it names.
    values : mapping
        (variable, wave) -> one value per unit: codes and texts as str, numbers
        as float, dates as datetime64[D].
    traits : mapping
        (trait, wave) -> deviations, variance 1; wave empty: the first wave.
    """

    study: Study
    simulation: Simulation
    seed: int
    ids: Mapping[str, np.ndarray]
    links: Mapping[tuple[str, str], np.ndarray]
    values: Mapping[Key, np.ndarray]
    traits: Mapping[Key, np.ndarray]

    def size(self, unit: str) -> int:
        """Count the units of a kind."""
        return len(self.ids[unit])

    def waves_of(self, name: str) -> tuple[str, ...]:
        """Give the waves of a variable; one empty wave when it is fixed."""
        return self.study.waves_of(self.study.variable[name]) or ("",)

    def trait(self, name: str) -> Trait:
        """Give a declared trait."""
        return next(trait for trait in self.simulation.traits if trait.name == name)


def owner_of(study: Study, link: str) -> str:
    """Give the unit that an id variable names; the variable itself when no unit has it."""
    return next((unit.name for unit in study.declaration.units if unit.id == link), link)


def column(world: MadeUpWorld, unit: str, name: str, wave: str = "") -> np.ndarray:
    """Give a variable, link or id of every unit, its own or that of a unit it links to.

    Parameters
    ----------
    world : MadeUpWorld
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
        return world.ids[unit]
    if (unit, name) in world.links:
        return world.ids[owner_of(study, name)][world.links[unit, name]]
    values = world.values[name, wave if (name, wave) in world.values else ""]
    return values[linked_places(world, unit, study.variable[name].unit)]


def linked_places(world: MadeUpWorld, unit: str, other: str) -> np.ndarray:
    """Give for every unit the position of the other unit that it links to; its own when it is the same."""
    return np.arange(world.size(unit)) if unit == other else world.links[unit, world.study.unit[other].id]


def moved(world: MadeUpWorld, unit: str, effects: Iterable[Effect], wave: str) -> np.ndarray:
    """Add up the effects that facts have on every unit in a wave."""
    total = np.zeros(world.size(unit))
    for effect in effects:
        if effect.waves and wave not in effect.waves:
            continue
        facts = column(world, unit, effect.of, wave)
        if effect.level is not None:
            total += effect.size * (facts == effect.level)
        else:
            mean = next(numbers.mean for numbers in world.simulation.numbers if effect.of in numbers.names)
            total += effect.size * (facts - mean) / (effect.per or 1.0)
    return total


def holds(values: np.ndarray, wanted: Sequence[str]) -> np.ndarray:
    """Say for each value whether it is one of the codes, or inside one of the ranges such as ``0..12``."""
    return np.logical_or.reduce([_is(values, one) for one in wanted])


def _is(values: np.ndarray, wanted: str) -> np.ndarray:
    if RANGE not in wanted:
        return values == (float(wanted) if values.dtype.kind == "f" else wanted)
    least, _, greatest = wanted.partition(RANGE)
    numbers = values.astype(float)
    return (numbers >= float(least or "-inf")) & (numbers <= float(greatest or "inf"))


def all_hold(world: MadeUpWorld, unit: str, conditions: Mapping[str, Sequence[str]]) -> np.ndarray:
    """Say for every unit whether all conditions hold; references name their wave."""
    met = np.ones(world.size(unit), dtype=bool)
    for reference, wanted in conditions.items():
        met &= holds(column(world, unit, *split_reference(reference)), wanted)
    return met
