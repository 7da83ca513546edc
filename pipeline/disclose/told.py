"""What is said of the people in the cells of a world, and of whom an estimate says it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.disclose.worlds import World, answers_with_values, both_hold, question_of, tells_apart, values_of
from pipeline.spec.declaration import Analysis
from pipeline.spec.naming import split_reference
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY

OTHER_PEOPLE = ("retrospective", "survival", "cox", "agreement", "alpha")
"""Estimators whose people are not those who answered one or two waves."""
KNOWN = "known"
"""Axis of a world that only tells whom an analysis of other people is about."""
Row = Any
"""One row of a table, as ``itertuples`` gives it; its ``Index`` is that of the frame."""


@dataclass(frozen=True)
class Statement:
    """A sum of cells that is known.

    Attributes
    ----------
    weights : array (cells,)
    number : float
    rows : tuple
        Indexes of the estimates that tell it; none for tables, which are decided before.
    of_people : bool
        Whether it is told by n, not by the estimate.
    """

    weights: np.ndarray
    number: float
    rows: tuple[Any, ...] = ()
    of_people: bool = False


@dataclass(frozen=True)
class Told:
    """Estimates about one question, with the restrictions that they are about."""

    study: Study
    world: World
    analyses: Mapping[str, Analysis]

    @property
    def is_exact(self) -> bool:
        """Say whether the answers in its cells are told apart from every other answer."""
        asked = self.world.has_answers and self.world.waves != (KNOWN,)
        return asked and tells_apart(self.study, self.world.question)

    @property
    def tells_moves(self) -> bool:
        """Say whether it is known of each cell which way its people moved."""
        return len(self.world.waves) == 2 and (self.is_exact or not self.world.has_answers)


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
    """Name the axis of a restriction by something else than the question, and the codes inside."""
    variable = study.variable.get(reference)
    if variable is not None and variable.type == "select_one":
        return reference, frozenset(wanted)
    return f"{reference} in {' '.join(wanted)}", frozenset(["in"])


def conditions_of(told: Told, row: Row) -> dict[str, frozenset[str]]:
    """Say whom an estimate asks about: its level, inside the restrictions of its analysis and reading."""
    analysis = told.analyses.get(row.analysis)
    inside = level_conditions(row.level)
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
    return {wave: frozenset(values_of(told.study, outcome)) for wave in waves}
