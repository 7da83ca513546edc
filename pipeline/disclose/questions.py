"""Which worlds a release is about, and which sums of their cells must stay open."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pandas as pd

from pipeline.disclose.told import KNOWN, Told, conditions_of
from pipeline.disclose.worlds import (
    DOWN,
    FIRST_ONLY,
    MOVE,
    NOTHING,
    SAME,
    SECOND_ONLY,
    TOP,
    UP,
    Conditions,
    World,
    answers_to,
    both_hold,
    question_of,
    values_of,
)
from pipeline.spec.study import Study

TIMED = ("survival", "retrospective")
"""Estimators of other people, at levels that must not be small either."""
MOST_CELLS = 6000
"""A world with more cells is looked at without the facts that have most codes."""


def questions_about(study: Study, rows: pd.DataFrame, tables: pd.DataFrame) -> Iterator[tuple[World, pd.DataFrame]]:
    """Give the worlds of one unit, each with the estimates about its question.

    Parameters
    ----------
    study : Study
    rows : DataFrame
        Estimates about one group of this unit.
    tables : DataFrame
        Table ``distributions`` of this unit.

    Yields
    ------
    World, DataFrame
        One world per question, pair of waves that something is about (or single
        wave), and set of facts that are told of together.
    """
    questions = rows["outcome"].map(
        {name: question_of(study, name) for name in rows["outcome"].unique() if name in {**study.measure, **study.variable}}
    )
    for analysis, about in rows[rows["estimator"].isin(TIMED)].groupby("analysis", sort=True):
        for facts in _facts(study, str(analysis), (KNOWN,), about):
            yield _with_facts(World(str(analysis), (KNOWN,), {KNOWN: ("yes", NOTHING)}), facts), about
    for question, about in rows.groupby(questions, sort=True):
        for waves in _waves(study, str(question), about, tables):
            inside = about[about["wave"].isin(waves)]
            for facts in _facts(study, str(question), waves, inside):
                yield _world(study, str(question), waves, facts), inside


def _waves(study: Study, question: str, rows: pd.DataFrame, tables: pd.DataFrame) -> list[tuple[str, ...]]:
    """Give the pairs of waves between which something is told of, and the waves that are in none."""
    before = {one.id: one.before for one in study.declaration.analyses}
    pairs = {(str(before[one]), wave) for one, wave in rows[["analysis", "wave"]].itertuples(index=False) if before.get(one)}
    moves = tables[tables["exhibit"] == "transition"]
    pairs |= {
        tuple(wave.split(">")) for wave, name in zip(moves["wave"], moves["outcome"], strict=True) if question_of(study, name) == question
    }
    single = sorted(set(rows["wave"]) - {wave for pair in pairs for wave in pair})
    return [*sorted(pairs), *((wave,) for wave in single)] if answers_to(study, question) else sorted(pairs)


def _facts(study: Study, question: str, waves: tuple[str, ...], rows: pd.DataFrame) -> list[dict[str, tuple[str, ...]]]:
    """Give the facts that levels and restrictions name, with their codes; apart where nothing tells of them together."""
    told = Told(study, World(question, waves, dict.fromkeys(waves, ())), {one.id: one for one in study.declaration.analyses})
    codes: dict[str, set[str]] = {}
    together: list[set[str]] = []
    for row in rows.drop_duplicates(["analysis", "level", "term"]).itertuples():
        named = {axis: wanted for axis, wanted in conditions_of(told, row).items() if axis not in waves}
        for axis, wanted in named.items():
            codes.setdefault(axis, set()).update(wanted)
        if named:
            met = [one for one in together if one & named.keys()]
            together = [one for one in together if one not in met] + [set(named).union(*met)]
    complete = {axis: tuple(sorted(found | _declared(study, axis))) for axis, found in codes.items()}
    return [{axis: complete[axis] for axis in sorted(one)} for one in together] or [{}]


def _declared(study: Study, axis: str) -> set[str]:
    variable = study.variable.get(axis)
    return set(study.codes_of(variable)) if variable is not None else set()


def _world(study: Study, question: str, waves: tuple[str, ...], facts: dict[str, tuple[str, ...]]) -> World:
    answers = answers_to(study, question)
    axes: dict[str, tuple[str, ...]] = dict.fromkeys(waves, (*answers, NOTHING))
    if not answers:
        axes = {MOVE: (UP, SAME, DOWN, FIRST_ONLY, SECOND_ONLY, NOTHING)} | {f"{TOP}{wave}": ("yes", "no") for wave in waves}
    return _with_facts(World(question, waves, axes), facts)


def _with_facts(world: World, facts: dict[str, tuple[str, ...]]) -> World:
    """Add facts as axes, as many as can be looked at together."""
    known = {axis: (*codes, NOTHING) for axis, codes in facts.items()}
    while known and replace(world, axes={**world.axes, **known}).size > MOST_CELLS:
        del known[max(known, key=lambda axis: len(known[axis]))]
    return replace(world, axes={**world.axes, **known})


@dataclass(frozen=True)
class Asked:
    """A sum of cells that must stay open while it is small.

    Attributes
    ----------
    cells : array (cells,)
        Weights of the sum.
    within : array (cells,) or None
        A larger sum of which the number is told however small: of those lost it may be
        known how many they are, but not what they answered.
    """

    cells: np.ndarray
    within: np.ndarray | None = None


def asked_of(told: Told, rows: pd.DataFrame) -> Iterator[Asked]:
    """Give every sum of cells that must stay open while it is small.

    Parameters
    ----------
    told : Told
    rows : DataFrame
        Estimates about the world's question in its waves.

    Yields
    ------
    Asked
        Of everybody and of each level, or part inside a restriction: who gave each
        answer, who moved which way, how many they are; of everybody, who gave
        which answer before and after, and of those lost and new.
    """
    world = told.world
    levels = _levels(told, rows)
    for level in levels:
        sums = [world.among(level)] if level else []
        yield from (Asked(one.astype("float64")) for one in (*sums, *_answers(world, level), *_moves(told, rows, level)))
    if world.has_answers and len(world.waves) == 2:
        yield from _joint(world)


def _joint(world: World) -> Iterator[Asked]:
    """Give who gave which answer before and after; of those lost, and of those new, among all who are."""
    first, second = world.waves
    for before, after in product(world.axes[first], world.axes[second]):
        if before or after:
            one = world.among({first: frozenset([before]), second: frozenset([after])})
            lost = {wave: frozenset([NOTHING]) for wave, code in ((first, before), (second, after)) if code == NOTHING}
            known = {wave: frozenset(world.axes[wave]) - {NOTHING} for wave, code in ((first, before), (second, after)) if code != NOTHING}
            yield Asked(one.astype("float64"), world.among(lost | known).astype("float64") if lost else None)


def _levels(told: Told, rows: pd.DataFrame) -> list[dict[str, frozenset[str]]]:
    found = [conditions_of(told, row) for row in rows.drop_duplicates(["analysis", "level", "term"]).itertuples()]
    inside = [one for one in found if set(one) <= set(told.world.axes)]
    return list({tuple(sorted((axis, tuple(sorted(codes))) for axis, codes in one.items())): one for one in ({}, *inside)}.values())


def _answers(world: World, level: Conditions) -> Iterator[np.ndarray]:
    axes = (
        {wave: world.axes[wave][:-1] for wave in world.waves}
        if world.has_answers
        else {f"{TOP}{wave}": ("yes", "no") for wave in world.waves}
    )
    known = {} if world.has_answers else world.known(*world.waves)
    for axis, codes in axes.items():
        for code in codes:
            yield world.among(both_hold(both_hold(known, level), {axis: frozenset([code])}))


def _moves(told: Told, rows: pd.DataFrame, level: Conditions) -> Iterator[np.ndarray]:
    world = told.world
    if not told.tells_moves:
        return
    inside = world.among(level)
    for name in rows["outcome"].unique():
        values = values_of(told.study, name)
        yield from (inside & world.moved(values, way) for way in (1, 0, -1))
