"""What estimates say of the people in a world: how many they are, and how many of them."""

from collections.abc import Iterable, Iterator, Mapping
from math import isclose, isnan
from typing import Any

import pandas as pd

from pipeline.disclose.counts import category_of
from pipeline.disclose.told import KNOWN, OTHER_PEOPLE, Row, Statement, Told, conditions_of, known_in
from pipeline.disclose.worlds import TOP, Conditions, answers_in, both_hold, values_of
from pipeline.spec.scales import scale_of
from pipeline.spec.study import Study

MOVES = {"share_improved": 1, "share_up": 1, "share_unchanged": 0, "share_same": 0, "share_worse": -1, "share_down": -1}
OF_BETTER = ("share_improved", "share_worse")
"""Moves that go the other way where lower values are better."""
COUNTS = ("attainment_count", "count")
OF_KNOWN = ("share", "attainment", "attainment_exact", *COUNTS)
OF_EVERYBODY = ("attainment_least", "attainment_most", "bound_low", "bound_high")
WITH_LOST = ("attainment_most", "bound_high")
BETWEEN_LEVELS = ("log_rank",)
"""Estimands about those of whom a variable is known; the levels tell the same."""
TESTED = ("marginal_homogeneity", "share_change")


def statements_of(told: Told, rows: Iterable[Row], counts: Mapping[Any, float]) -> Iterator[Statement]:
    """Give everything that estimates tell of the people in a world.

    Parameters
    ----------
    told : Told
    rows : rows of ``estimates``
        As they would be shown; about outcomes made of the question.
    counts : mapping
        (analysis, outcome, wave, level, estimand) -> people who moved, nothing withheld:
        a test of few moves gives them away.
    """
    for row in rows:
        inside = conditions_of(told, row)
        if row.estimand in BETWEEN_LEVELS or not set(inside) <= set(told.world.axes):
            continue
        if told.world.waves == (KNOWN,):
            yield from _people(told, row, inside, both_hold(inside, told.world.known(KNOWN)))
            continue
        if row.estimator in OTHER_PEOPLE:
            continue
        waves = _waves(told, row)
        if not set(waves) <= set(told.world.waves):
            continue
        known = both_hold(inside, known_in(told, row.outcome, waves))
        yield from _people(told, row, inside, known)
        if row.estimand in TESTED:
            yield from _tested(told, row, known, counts)
        elif not isnan(row.estimate):
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
    asked = told.world.among(inside).astype("float64")
    answered = told.world.among(known).astype("float64")
    yield Statement(asked if everybody else answered, float(row.n), (row.Index,), of_people=True)
    if not everybody and not pd.isna(row.n_missing):
        yield Statement(asked, float(row.n + row.n_missing), (row.Index,), of_people=True)


def _counted(told: Told, row: Row, inside: Conditions, known: Conditions) -> Iterator[Statement]:
    """Read the count behind a share, a number, or moves."""
    world, values = told.world, values_of(told.study, row.outcome)
    count = round(row.estimate) if row.estimand in COUNTS else round(row.estimate * row.n)
    if row.estimand in MOVES and told.tells_moves:
        turned = -1 if row.estimand in OF_BETTER and _is_lower_better(told.study, row.outcome) else 1
        yield Statement((world.among(known) & world.moved(values, turned * MOVES[row.estimand])).astype("float64"), count, (row.Index,))
    elif row.estimand.startswith("share_at_ceiling") and told.tells_moves:
        wave = world.waves[0] if row.estimand.endswith("before") else world.waves[1]
        at_top = {f"{TOP}{wave}": frozenset(["yes"])} if not world.has_answers else {wave: _top(told.study, row.outcome)}
        yield Statement(world.among(both_hold(known, at_top)).astype("float64"), count, (row.Index,))
    elif world.has_answers and row.measure_unit in ("share", "index") and row.estimand in (*OF_KNOWN, *OF_EVERYBODY):
        category = category_of(row.outcome, row.term)
        reached = (
            answers_in(told.study, row.outcome, category) if category else frozenset(code for code, value in values.items() if value == 1)
        )
        lost = frozenset(world.axes[row.wave]) - frozenset(values) if row.estimand in WITH_LOST else frozenset()
        yield Statement(world.among(both_hold(inside, {row.wave: reached | lost})).astype("float64"), count, (row.Index,))


def _is_lower_better(study: Study, outcome: str) -> bool:
    return outcome in study.measure and study.measure[outcome].direction == "lower"


def _top(study: Study, outcome: str) -> frozenset[str]:
    """Give the answers at the end of the scale beyond which nobody can improve; none where no answer reaches it."""
    end = scale_of(study, outcome)[0 if _is_lower_better(study, outcome) else 1]
    return frozenset(code for code, value in values_of(study, outcome).items() if isclose(value, end))


def _tested(told: Told, row: Row, known: Conditions, counts: Mapping[Any, float]) -> Iterator[Statement]:
    """Take a test of two classes, or the change of a share, to give away how many moved up and how many down."""
    if told.study.kind_of(row.outcome) != "share" or pd.isna(row.n) or (isnan(row.estimate) and isnan(row.p_value)):
        return
    values = values_of(told.study, row.outcome)
    for estimand in ("share_up", "share_down"):
        number = counts.get((row.analysis, row.outcome, row.wave, row.level, estimand))
        if number is not None and not isnan(number):
            moved = told.world.among(known) & told.world.moved(values, MOVES[estimand])
            yield Statement(moved.astype("float64"), number, (row.Index,))
