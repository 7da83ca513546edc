"""What estimates say of the people in a world: how many they are, and how many of them."""

from collections.abc import Iterable, Iterator, Mapping
from math import isclose, isnan
from typing import Any

import pandas as pd

from pipeline.disclose.counts import category_of
from pipeline.disclose.told import (
    KNOWN,
    NUMBER,
    PEOPLE,
    Row,
    Statement,
    Told,
    conditions_of,
    is_about_others,
    known_in,
    of_group,
)
from pipeline.disclose.worlds import TOP, Conditions, answers_in, both_hold, values_of
from pipeline.spec.scales import scale_of
from pipeline.spec.study import Study

MOVES = {"share_improved": 1, "share_up": 1, "share_unchanged": 0, "share_same": 0, "share_worse": -1, "share_down": -1}
OF_BETTER = ("share_improved", "share_worse")
"""Moves that go the other way where lower values are better."""
COUNTS = ("attainment_count", "count")
OF_KNOWN = ("share", "attainment", "attainment_exact", *COUNTS)
OF_EVERYBODY = ("attainment_least", "attainment_most", "bound_low", "bound_high")
BOUNDS, CHANGE = ("bound_low", "bound_high"), "change"
WITH_LOST = ("attainment_most", "bound_high")
BETWEEN_LEVELS = ("log_rank", "interaction", "equal_means", "equal_ranks", "level_difference")
"""Estimands about those of whom a variable is known; the levels tell the same."""
TESTED = ("marginal_homogeneity", "share_change")
COMPARED = ("risk_difference", "risk_ratio", "odds_ratio", "standardised_difference", "adjusted_risk_difference")
"""Estimands about two groups that are made of how many there are in each."""
Counts = Mapping[tuple[Any, ...], float]


def counts_of(rows: pd.DataFrame) -> Counts:
    """Count, nothing withheld, who a comparison of two groups and a test of moves are made of.

    Parameters
    ----------
    rows : DataFrame
        Table ``estimates``, or part of it.

    Returns
    -------
    mapping
        (analysis, outcome, wave, level, estimand, group, category) -> people; of shares, also without the analysis.
    """
    found: dict[tuple[Any, ...], float] = {}
    for row in rows[rows["estimand"].isin(["share", "share_up", "share_down"])].dropna(subset=["estimate", "n"]).itertuples():
        place = (row.outcome, row.wave, row.level, row.estimand, row.group_a, category_of(row.outcome, row.term))
        found[row.analysis, *place] = float(round(row.estimate * row.n))
        found.setdefault(("", *place), found[row.analysis, *place])
    return found


def statements_of(told: Told, rows: Iterable[Row], counts: Counts) -> Iterator[Statement]:
    """Give everything that estimates tell of how many people there are in a world.

    Parameters
    ----------
    told : Told
    rows : rows of ``estimates``
        As they would be shown; about outcomes made of the question.
    counts : mapping
        ``counts_of``: a test of few moves, or a comparison, gives them away.
    """
    for row in rows:
        inside = conditions_of(told, row)
        if row.estimand in BETWEEN_LEVELS or not set(inside) <= set(told.world.axes):
            continue
        if told.world.waves == (KNOWN,):
            yield from _people(told, row, inside, both_hold(inside, told.world.known(KNOWN)))
            continue
        waves = _waves(told, row)
        if is_about_others(row) or not set(waves) <= set(told.world.waves):
            continue
        known = both_hold(inside, known_in(told, row.outcome, waves))
        yield from _people(told, row, inside, known)
        if told.world.has_ends:
            continue
        if row.estimand in TESTED:
            yield from _tested(told, row, known, counts)
        elif row.estimand in COMPARED and row.group_b and row.tells_raw and not isnan(row.estimate):
            yield from _compared(told, row, inside, counts)
        elif not row.group_b and not isnan(row.estimate):
            yield from _counted(told, row, inside, known)


def _waves(told: Told, row: Row) -> tuple[str, ...]:
    """Give the waves that somebody must have answered to be in an estimate."""
    analysis = told.analyses.get(row.analysis)
    if analysis is None or analysis.before is None or row.estimand in OF_EVERYBODY:
        return (row.wave,)
    return analysis.before, row.wave


def _people(told: Told, row: Row, inside: Conditions, known: Conditions) -> Iterator[Statement]:
    analysis = told.analyses.get(row.analysis)
    planned = analysis is not None and any(one.id == row.term and one.planned is not None for one in analysis.readings)
    if pd.isna(row.n) or planned:
        return
    everybody = row.estimand in OF_EVERYBODY or row.estimand == "response_rate"
    asked, answered = told.world.among(inside), told.world.among(known)
    if not row.covariates:
        yield Statement.of(asked if everybody else answered, float(row.n), (row.Index,), PEOPLE)
        if not everybody and not pd.isna(row.n_missing):
            yield Statement.of(asked, float(row.n + row.n_missing), (row.Index,), PEOPLE)
        for group, people in ((row.group_a, row.n_a), (row.group_b, row.n_b)) if row.group_b else ():
            if not pd.isna(people):
                yield Statement.of(of_group(told, row, group, known), float(people), (row.Index,), PEOPLE)


def _compared(told: Told, row: Row, inside: Conditions, counts: Counts) -> Iterator[Statement]:
    """Take a comparison of shares to give away how many there are in each group."""
    category = category_of(row.outcome, row.term)
    for group in (row.group_a, row.group_b):
        place = (row.outcome, row.wave, row.level, "share", group, category)
        number = counts.get((row.analysis, *place), counts.get(("", *place)))
        if number is not None and told.study.kind_of(row.outcome) != "number":
            reached = {row.wave: _reached(told, row.outcome, category)}
            yield Statement.of(of_group(told, row, group, both_hold(inside, reached)), number, (row.Index,))


def _reached(told: Told, outcome: str, category: str) -> frozenset[str]:
    """Give the answers that a share of an outcome, or of a category of it, counts."""
    if category:
        return answers_in(told.study, outcome, category)
    return frozenset(code for code, value in values_of(told.study, outcome).items() if value == 1)


def _counted(told: Told, row: Row, inside: Conditions, known: Conditions) -> Iterator[Statement]:
    """Read the count behind a share, a number, or moves."""
    world, values = told.world, values_of(told.study, row.outcome)
    count = round(row.estimate) if row.estimand in COUNTS else round(row.estimate * row.n)
    if row.estimand in MOVES and told.tells_moves(row.outcome):
        turned = -1 if row.estimand in OF_BETTER and _is_lower_better(told.study, row.outcome) else 1
        yield Statement.of(world.among(known) & world.moved(values, turned * MOVES[row.estimand]), count, (row.Index,))
    elif row.estimand.startswith("share_at_ceiling") and told.tells_moves(row.outcome):
        wave = world.waves[0] if row.estimand.endswith("before") else world.waves[1]
        at_top = {f"{TOP}{wave}": frozenset(["yes"])} if not world.has_answers else {wave: _top(told.study, row.outcome)}
        yield Statement.of(world.among(both_hold(known, at_top)), count, (row.Index,))
    elif world.has_answers and row.measure_unit in ("share", "index") and row.estimand in (*OF_KNOWN, *OF_EVERYBODY):
        reached = _reached(told, row.outcome, category_of(row.outcome, row.term))
        if row.estimand in BOUNDS and row.term == CHANGE:
            yield from _bounded_change(told, row, inside, reached)
            return
        lost = frozenset(world.axes[row.wave]) - frozenset(values) if row.estimand in WITH_LOST else frozenset()
        yield Statement.of(world.among(both_hold(inside, {row.wave: reached | lost})), count, (row.Index,))


def _bounded_change(told: Told, row: Row, inside: Conditions, reached: frozenset[str]) -> Iterator[Statement]:
    """Read the bound of a change: those lost after are counted as having reached it, or not, and those lost before the other way round."""
    world, waves = told.world, told.world.waves
    if len(waves) == 2 and row.wave == waves[1]:
        lost = {wave: frozenset(world.axes[wave]) - frozenset(values_of(told.study, row.outcome)) for wave in waves}
        counted = dict(zip(waves, BOUNDS if row.estimand == BOUNDS[1] else reversed(BOUNDS), strict=True))
        marks = [
            world.among(both_hold(inside, {wave: reached | (lost[wave] if counted[wave] == BOUNDS[1] else frozenset())})) for wave in waves
        ]
        yield Statement.of(marks[1].astype("float64") - marks[0], float(round(row.estimate * row.n)), (row.Index,))


def _is_lower_better(study: Study, outcome: str) -> bool:
    return outcome in study.measure and study.measure[outcome].direction == "lower"


def _top(study: Study, outcome: str) -> frozenset[str]:
    """Give the answers at the end of the scale beyond which nobody can improve; none where no answer reaches it."""
    end = scale_of(study, outcome)[0 if _is_lower_better(study, outcome) else 1]
    return frozenset(code for code, value in values_of(study, outcome).items() if isclose(value, end))


def _tested(told: Told, row: Row, known: Conditions, counts: Counts) -> Iterator[Statement]:
    """Take a test of two classes, or the change of a share, to give away how many moved up and how many down."""
    if told.study.kind_of(row.outcome) != "share" or pd.isna(row.n) or (isnan(row.estimate) and isnan(row.p_value)):
        return
    values = values_of(told.study, row.outcome)
    for estimand in ("share_up", "share_down"):
        number = counts.get((row.analysis, row.outcome, row.wave, row.level, estimand, row.group_a, ""))
        if number is not None and not isnan(number):
            moved = told.world.among(known) & told.world.moved(values, MOVES[estimand])
            yield Statement.of(moved, number, (row.Index,), NUMBER)
