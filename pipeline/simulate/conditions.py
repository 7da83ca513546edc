"""Conditions on answers: codes, or a range of a number such as ``0..12``."""

from collections.abc import Mapping, Sequence

import numpy as np

from pipeline.simulate.world import World, column
from pipeline.spec.naming import split_reference

RANGE = ".."


def holds(values: np.ndarray, wanted: Sequence[str]) -> np.ndarray:
    """Say for each value whether it is one of the codes or inside one of the ranges."""
    return np.logical_or.reduce([_is(values, one) for one in wanted])


def _is(values: np.ndarray, wanted: str) -> np.ndarray:
    if RANGE not in wanted:
        return values == (float(wanted) if values.dtype.kind == "f" else wanted)
    least, _, greatest = wanted.partition(RANGE)
    numbers = values.astype(float)
    return (numbers >= float(least or "-inf")) & (numbers <= float(greatest or "inf"))


def all_hold(world: World, unit: str, conditions: Mapping[str, Sequence[str]]) -> np.ndarray:
    """Say for every unit whether all conditions hold; references name their wave."""
    met = np.ones(world.size(unit), dtype=bool)
    for reference, wanted in conditions.items():
        met &= holds(column(world, unit, *split_reference(reference)), wanted)
    return met
