"""Which sums of the cells of a world must stay open."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from pipeline.disclose.told import Told, conditions_of
from pipeline.disclose.worlds import (
    NOTHING,
    TOP,
    Conditions,
    World,
    both_hold,
    values_of,
)
from pipeline.spec.study import Study


@dataclass(frozen=True)
class Asked:
    """A sum of cells that must stay open.

    Attributes
    ----------
    cells : array (cells,)
        Weights of the sum.
    within : array (cells,) or None
        A larger sum of which the number is told however small: of those lost it may be
        known how many they are, but not what they answered.
    of_people : bool
        Whether it is how many people stand somewhere at all, whose number must not be told below ``minimum_base``.
    """

    cells: np.ndarray
    within: np.ndarray | None = None
    of_people: bool = False


@dataclass(frozen=True)
class AskedSum:
    """A sum of answers that must stay open while it is of few people."""

    weights: np.ndarray
    people: np.ndarray
    step: float
    """How far apart two values of it are at least."""


def asked_of(told: Told, rows: pd.DataFrame) -> Iterator[Asked]:
    """Give every number of people that must stay open while it is small.

    Parameters
    ----------
    told : Told
    rows : DataFrame
        Estimates about the world's question in its waves.

    Yields
    ------
    Asked
        Of everybody, of each group and of each level, or part inside a restriction: who gave each
        answer, or answers that an outcome counts alike, who moved which way, how many they are; of everybody and each group, who gave
        which answer before and after, and of those lost and new.
    """
    world = told.world
    for level in _levels(told, rows):
        if level and NOTHING not in frozenset().union(*level.values()):
            yield Asked(world.among(level).astype("float64"), of_people=True)
        if world.has_ends:
            continue
        yield from (Asked(one.astype("float64")) for one in (*_answers(told, rows, level), *_moves(told, rows, level)))
    if world.has_answers and not world.has_ends and len(world.waves) == 2:
        for group in _groups(told):
            yield from _joint(world, group)


def sums_asked(told: Told, rows: pd.DataFrame) -> Iterator[AskedSum]:
    """Give every sum of answers that must stay open while it is of few people.

    Yields
    ------
    AskedSum
        Of everybody, each group and each level: what those answered, in each wave, who are known in
        it, in both, and in it alone; and those outside a restriction.
    """
    world = told.world
    numbers = [name for name in rows["outcome"].unique() if told.study.kind_of(name) == "number"]
    if not numbers or not (told.is_exact or world.has_ends):
        return
    values, step = told.values(numbers[0]), _step(told.study, numbers[0])
    known = {wave: ~np.isnan(world.valued(values, wave)) for wave in world.waves}
    for part in map(world.among, _levels(told, rows)):
        for wave in world.waves:
            weights = np.nan_to_num(world.valued(values, wave))
            others = [known[other] for other in world.waves if other != wave]
            for people in (part & known[wave], *(part & known[wave] & also for other in others for also in (other, ~other))):
                yield AskedSum(np.where(people, weights, 0.0), people.astype("float64"), step)


def _step(study: Study, name: str) -> float:
    measure = study.measure.get(name)
    return 1 / len(measure.items) if measure is not None and measure.rule in ("mean_of_items", "share_correct") else 1.0


def _groups(told: Told) -> list[dict[str, frozenset[str]]]:
    """Give everybody, and each group of the sample."""
    axis = told.study.declaration.sample.group or ""
    return [{}, *({axis: frozenset([code])} for code in told.world.axes.get(axis, ()) if code != NOTHING)]


def _joint(world: World, group: Conditions) -> Iterator[Asked]:
    """Give who gave which answer before and after; of those lost, and of those new, among all who are."""
    first, second = world.waves
    for before, after in product(world.axes[first], world.axes[second]):
        if before or after:
            one = world.among({**group, first: frozenset([before]), second: frozenset([after])})
            lost = {wave: frozenset([NOTHING]) for wave, code in ((first, before), (second, after)) if code == NOTHING}
            known = {wave: frozenset(world.axes[wave]) - {NOTHING} for wave, code in ((first, before), (second, after)) if code != NOTHING}
            yield Asked(one.astype("float64"), world.among({**group, **lost, **known}).astype("float64") if lost else None)


def _levels(told: Told, rows: pd.DataFrame) -> list[dict[str, frozenset[str]]]:
    """Give everybody, whom estimates ask about, each group of these, and those who are alike in all but one fact."""
    axes = told.world.axes
    found = [conditions_of(told, row) for row in rows.drop_duplicates(["analysis", "level", "term", "group_a", "group_b"]).itertuples()]
    inside: list[Mapping[str, frozenset[str]]] = [{}, *(one for one in found if one and set(one) <= set(axes))]
    single = [{**one, axis: frozenset([code])} for one in inside for axis, codes in one.items() if len(codes) > 1 for code in sorted(codes)]
    others = [
        {**one, axis: rest}
        for one in (*inside, *single)
        for axis, codes in one.items()
        if axis not in told.world.waves
        for rest in ((frozenset(axes[axis]) - codes), frozenset([NOTHING]))
    ]
    return list({_key(one): dict(one) for one in (*inside, *single, *others)}.values())


def _key(level: Conditions) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(sorted((axis, tuple(sorted(codes))) for axis, codes in level.items()))


def _answers(told: Told, rows: pd.DataFrame, level: Conditions) -> Iterator[np.ndarray]:
    """Give who answered what, and whose answers an outcome counts alike."""
    world = told.world
    if not world.has_answers:
        tops = both_hold(world.known(*world.waves), level)
        yield from (world.among(both_hold(tops, {f"{TOP}{wave}": frozenset([code])})) for wave in world.waves for code in ("yes", "no"))
        return
    outcomes = [name for name in rows["outcome"].unique() if told.study.kind_of(name) != "number"]
    alike = {frozenset(part) for name in outcomes for part in _of_one_value(values_of(told.study, name))}
    single = [frozenset([code]) for code in world.axes[world.waves[0]][:-1]]
    for wave, codes in product(world.waves, (*single, *sorted(alike - {*single}, key=sorted))):
        yield world.among(both_hold(level, {wave: codes}))


def _of_one_value(values: Mapping[str, float]) -> Iterator[list[str]]:
    """Give the answers that are worth the same, each value's."""
    yield from ([code for code, value in values.items() if value == one] for one in sorted({*values.values()}))


def _moves(told: Told, rows: pd.DataFrame, level: Conditions) -> Iterator[np.ndarray]:
    world = told.world
    inside = world.among(level)
    for name in filter(told.tells_moves, rows["outcome"].unique()):
        values = values_of(told.study, name)
        yield from (inside & world.moved(values, way) for way in (1, 0, -1))
