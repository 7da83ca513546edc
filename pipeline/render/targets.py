"""Targets and how far they were reached, as declared analyses estimate them: by reading of the denominator, and by subgroup.

Selects rows of a release; computes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.render.results import Results
from pipeline.render.selection import Row, known, rows_of
from pipeline.spec.naming import split_reference
from pipeline.spec.vocabulary import EVERYBODY

ATTAINMENT, COUNT = "attainment", "count"
SHARE, EXACT, LEAST, MOST, NUMBER = "attainment", "attainment_exact", "attainment_least", "attainment_most", "attainment_count"
FACTS = ("reached", "not_reached", "depends_on_lost", "")
SUPPORT = ("supported", "not_supported", "cannot_tell", "")
"""Verdicts in the order in which a reader is told of them; empty: no number."""
EVERYBODY_MUST = 1.0
"""A target of 100 per cent is a rule: no interval can lie at or above it unless all kept it."""


@dataclass(frozen=True)
class TargetReading:
    """One reading of one target at one level.

    Parameters
    ----------
    name : str
        Id of the reading; ``all`` where none is declared.
    planned : int or None
        Number planned, where that is the denominator.
    rows : dict
        Estimand -> row; a withheld row has no numbers.
    """

    name: str
    planned: int | None
    rows: dict[str, Row]

    @property
    def fact(self) -> str:
        """Say whether the target was reached in this group; empty when that is withheld or was not computed."""
        return str(self.rows[LEAST].verdict)

    @property
    def support(self) -> str:
        """Say whether the target is supported for similar groups; empty when that is withheld or was not computed."""
        return str(self.rows[SHARE].verdict)

    @property
    def is_known(self) -> bool:
        """Say whether the share is there."""
        return known(self.rows[SHARE].estimate)

    @property
    def lost(self) -> int:
        """Count those of whom nothing is known; 0 where the number is withheld."""
        missing = self.rows[SHARE].n_missing
        return int(missing) if known(missing) else 0


@dataclass(frozen=True)
class Target:
    """One target for the share of one outcome, at one level.

    Parameters
    ----------
    analysis : dict
        As declared.
    outcome, wave : str
    level : str
        ``all`` or ``variable=code``.
    readings : tuple of TargetReading
        In the order declared.
    """

    analysis: dict[str, Any]
    outcome: str
    wave: str
    level: str
    readings: tuple[TargetReading, ...]

    @property
    def share(self) -> float:
        """Share to be reached, 0-1."""
        return float(self.analysis["target"])

    @property
    def is_rule(self) -> bool:
        """Say whether everybody was to reach it."""
        return self.share >= EVERYBODY_MUST


@dataclass(frozen=True)
class NumberToReach:
    """One number to be reached."""

    analysis: dict[str, Any]
    row: Row


def boards(results: Results) -> list[Target]:
    """Give the targets that are read in several ways, of everybody, in declared order."""
    return [target for target in _of_everybody(results) if len(target.readings) > 1]


def single_targets(results: Results) -> list[Target]:
    """Give the targets that are read in one way, of everybody, in declared order."""
    return [target for target in _of_everybody(results) if len(target.readings) == 1]


def targets_by_group(results: Results) -> list[list[Target]]:
    """Give each target that is declared for subgroups, as everybody and then each level."""
    analyses = [one for one in results.facts["analyses"] if one["estimator"] == ATTAINMENT and one.get("by")]
    found = []
    for analysis in analyses:
        made = list(_targets(results, analysis))
        for reference in analysis["outcomes"]:
            found.append([one for one in made if (one.outcome, one.wave) == split_reference(reference)])
    return [targets for targets in found if targets]


def numbers_to_reach(results: Results) -> list[NumberToReach]:
    """Give the numbers to be reached, in declared order."""
    found = []
    for analysis in (one for one in results.facts["analyses"] if one["estimator"] == COUNT):
        rows = rows_of(results.rows(analysis=analysis["id"], estimand=COUNT, level=EVERYBODY))
        found += [NumberToReach(analysis, row) for row in rows]
    return found


def _of_everybody(results: Results) -> Iterator[Target]:
    for analysis in results.facts["analyses"]:
        if analysis["estimator"] == ATTAINMENT and not analysis.get("by"):
            yield from (target for target in _targets(results, analysis) if target.level == EVERYBODY)


def _targets(results: Results, analysis: dict[str, Any]) -> Iterator[Target]:
    """Give every outcome at every level of one analysis, outcomes in declared order."""
    found: dict[tuple[str, str, str], dict[str, dict[str, Row]]] = {}
    for row in rows_of(results.rows(analysis=analysis["id"])):
        found.setdefault((row.outcome, row.wave, row.level), {}).setdefault(row.term, {})[row.estimand] = row
    order = {split_reference(reference): place for place, reference in enumerate(analysis["outcomes"])}
    planned = {one["id"]: one["planned"] for one in analysis["readings"]} or {EVERYBODY: None}
    for outcome, wave, level in sorted(found, key=lambda key: order.get(key[:2], len(order))):
        terms = found[outcome, wave, level]
        readings = tuple(TargetReading(name, planned[name], terms[name]) for name in planned if SHARE in terms.get(name, {}))
        yield Target(analysis, outcome, wave, level, readings)


def reading_label(results: Results, target: Target, reading: TargetReading) -> str:
    """Name a reading as declared; where none is, name the outcome that the target is about."""
    if reading.name == EVERYBODY:
        return results.outcome_label(target.outcome)
    return results.label("reading", reading.name, target.analysis["id"])
