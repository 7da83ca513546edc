"""What is said of the people in the cells of a world, and of whom an estimate says it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pipeline.disclose.populations import POOLED
from pipeline.disclose.worlds import (
    Conditions,
    World,
    answers_to,
    answers_with_values,
    both_hold,
    ends_of,
    question_of,
    tells_apart,
    values_of,
)
from pipeline.spec.declaration import Analysis
from pipeline.spec.naming import split_reference
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY

OTHER_PEOPLE = (
    "correlation",
    "retrospective",
    "survival",
    "cox",
    "agreement",
    "alpha",
    "factor",
    "invariance",
    "factors_together",
    "clusters",
    "imputation",
)
"""Estimators whose people are not those who answered one or two waves."""
FAMILIES = {
    "share": "outcome",
    "attainment": "outcome",
    "attainment_exact": "outcome",
    "attainment_least": "outcome",
    "attainment_most": "outcome",
    "attainment_count": "outcome",
    "count": "outcome",
    "share_improved": "moves",
    "share_unchanged": "moves",
    "share_worse": "moves",
    "share_up": "moves",
    "share_same": "moves",
    "share_down": "moves",
    "share_at_ceiling_before": "ceiling_before",
    "share_at_ceiling_after": "ceiling_after",
    "survival_at": "survival",
    "response_rate": "answered",
}
"""Estimand -> the counts it tells; estimands of one family are withheld together."""
KNOWN = "known"
"""Axis of a world that only tells whom an analysis of other people is about."""
Row = Any
"""One row of a table, as ``itertuples`` gives it; its ``Index`` is that of the frame."""


SPREAD, NUMBER, PEOPLE = range(3)
"""What of an estimate tells a statement: its error, interval and tests; its number; or how many it is of. Withholding one withholds those before it."""


LARGE = 100.0
"""Weights beyond this are made smaller, with their sum, for the solver's sake."""


@dataclass(frozen=True)
class Statement:
    """A sum of cells that is known, as closely as it is printed.

    Attributes
    ----------
    cells : array of int (k,)
        Places of the cells that the sum is over.
    weights : array of float (k,)
    low, high : float
        What the sum lies between; the same where it is known exactly.
    rows : tuple
        Indexes of the estimates that tell it; ``(exhibit table,)`` for tables of answers.
    part : int
        ``SPREAD``, ``NUMBER`` or ``PEOPLE``.
    """

    cells: np.ndarray
    weights: np.ndarray
    low: float
    high: float
    rows: tuple[Any, ...] = ()
    part: int = NUMBER

    @classmethod
    def of(cls, weights: np.ndarray, number: float, rows: tuple[Any, ...] = (), part: int = NUMBER, within: float = 0.0) -> "Statement":
        """Say a sum from the weight of every cell; ``within`` is how far the number may be from it."""
        cells = np.flatnonzero(weights)
        held = weights[cells].astype("float64")
        size = np.abs(held).max(initial=1.0) if np.abs(held).max(initial=1.0) > LARGE else 1.0
        return cls(cells, held / size, (number - within) / size, (number + within) / size, rows, part)

    @property
    def is_count(self) -> bool:
        """Say whether it is how many people there are."""
        return self.low == self.high and bool((self.weights == 1).all())


@dataclass(frozen=True)
class Told:
    """Estimates about one question, with the restrictions that they are about."""

    study: Study
    world: World
    analyses: Mapping[str, Analysis]
    reach: Mapping[str, float] = field(default_factory=dict)
    """How far from 0 a number whose scale has no ends may be at most, by outcome."""

    @property
    def is_exact(self) -> bool:
        """Say whether the answers in its cells are told apart from every other answer."""
        asked = self.world.has_answers and self.world.waves != (KNOWN,) and not self.world.has_ends
        return asked and tells_apart(self.study, self.world.question)

    def values(self, outcome: str) -> dict[str, float]:
        """Give what each answer in its cells is worth in an outcome."""
        return ends_of(self.study, outcome, self.reach.get(outcome, 1.0)) if self.world.has_ends else values_of(self.study, outcome)

    def tells_moves(self, outcome: str) -> bool:
        """Say whether it is known of each cell which way its people moved in an outcome; of a number in classes, from class to class."""
        in_classes = not self.world.has_ends and self.study.kind_of(outcome) != "number"
        return len(self.world.waves) == 2 and (self.is_exact or in_classes or not self.world.has_answers)


def is_about_others(row: Row) -> bool:
    """Say whether an estimate is not about those who answered one or two waves."""
    return row.estimator in OTHER_PEOPLE or row.estimand in POOLED


def level_conditions(level: str) -> dict[str, frozenset[str]]:
    """Read a level such as ``sex*town=woman*north``."""
    names, _, codes = level.partition("=")
    return {} if level == EVERYBODY else {name: frozenset([code]) for name, code in zip(names.split("*"), codes.split("*"), strict=True)}


def restriction_conditions(told: Told, restrict: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """Read a restriction: on the question itself, on a fact, or as an axis of its own."""
    found: dict[str, frozenset[str]] = {}
    for reference, wanted in restrict.items():
        name, wave = split_reference(reference)
        if told.is_exact and question_of(told.study, name) == told.world.question and wave in told.world.waves:
            found = both_hold(found, {wave: answers_with_values(told.study, name, wanted)})
        else:
            axis, codes = restriction_axis(told.study, reference, wanted)
            found = both_hold(found, {axis: codes})
    return found


def restriction_axis(study: Study, reference: str, wanted: Iterable[str]) -> tuple[str, frozenset[str]]:
    """Name the axis of a restriction, or of a group, by something else than the question, and the codes inside."""
    name, codes = split_reference(reference)[0], frozenset(wanted)
    known = answers_to(study, name) if name in {**study.variable, **study.measure} else ()
    return (reference, codes) if codes and codes <= set(known) else (f"{reference} in {' '.join(sorted(codes))}", frozenset(["in"]))


def group_axis(told: "Told", analysis: Analysis | None) -> str:
    """Name the axis of the groups that an analysis compares; empty where none are."""
    own = analysis.group if analysis is not None else None
    return own or told.study.declaration.sample.group or ""


def group_conditions(told: "Told", row: Row) -> dict[str, frozenset[str]]:
    """Say of which group, or of which two, an estimate is."""
    codes = [code for code in (row.group_a, row.group_b) if code not in ("", EVERYBODY)]
    reference = group_axis(told, told.analyses.get(row.analysis))
    if not codes or not reference:
        return {}
    axis, inside = restriction_axis(told.study, reference, codes)
    return {axis: inside}


def conditions_of(told: Told, row: Row) -> dict[str, frozenset[str]]:
    """Say whom an estimate asks about: its level and groups, inside the restrictions of its analysis and reading."""
    analysis = told.analyses.get(row.analysis)
    inside = both_hold(level_conditions(row.level), group_conditions(told, row))
    if analysis is None:
        return inside
    reading = next((one for one in analysis.readings if one.id == row.term), None)
    return both_hold(
        both_hold(inside, restriction_conditions(told, analysis.restrict)),
        restriction_conditions(told, reading.restrict if reading else {}),
    )


def known_in(told: Told, outcome: str, waves: tuple[str, ...]) -> dict[str, frozenset[str]]:
    """Give the condition that an outcome is known: its question was answered, with an answer that the measure does not leave out."""
    if not told.world.has_answers:
        return told.world.known(*waves)
    return {wave: frozenset(told.values(outcome)) for wave in waves}


def of_group(told: Told, row: Row, group: str, inside: Conditions) -> np.ndarray:
    """Mark the cells of one of the groups that a row compares."""
    axis, codes = restriction_axis(told.study, group_axis(told, told.analyses.get(row.analysis)), [group])
    return told.world.among(both_hold(inside, {axis: codes}) if axis in told.world.axes else inside)
