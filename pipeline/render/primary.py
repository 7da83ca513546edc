"""The primary questions of a plan, whatever their estimator: which of them a report has no place of its own for."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Any

from pipeline.render.changes import level_place
from pipeline.render.results import Results
from pipeline.render.selection import Row, declared_estimates
from pipeline.spec.naming import split_reference
from pipeline.spec.vocabulary import EVERYBODY

DETECTABLE, INTERACTION = "detectable_difference", "interaction"
LEADS: dict[str, tuple[str, ...]] = {
    "risk_difference": ("risk_difference",),
    "attainment": ("attainment", "attainment_least"),
    "paired": ("mean_before", "mean_after", "mean_change"),
    "retrospective": ("mean_change", "response_shift"),
    "transition": ("share_up", "share_same", "share_down", "share_change", "marginal_homogeneity"),
    "survival": ("survival_at", "median_time", "restricted_mean"),
    "bounds": ("bound_low", "bound_high"),
}
"""Estimator -> estimands that answer its question, in the order told; of others every estimate does, as it comes."""
Place = tuple[str, str, str]
"""Analysis, outcome and wave: one question."""


@dataclass(frozen=True)
class Question:
    """One outcome of one primary analysis, with the estimates that answer it: of everybody, or of each level where only these were made."""

    analysis: dict[str, Any]
    outcome: str
    wave: str
    rows: tuple[Row, ...]

    @property
    def main(self) -> Row:
        """The estimate that has a verdict, or the first one."""
        return next((row for row in self.rows if row.verdict), self.rows[0])


def questions_beside(results: Results, told: Container[Place]) -> list[Question]:
    """Give the primary questions beside those told already, in the order of the plan."""
    found: dict[Place, list[Row]] = {}
    primary = {one["id"]: one for one in results.facts["analyses"] if one["role"] == "primary"}
    for row in declared_estimates(results):
        if row.analysis in primary and row.estimand != DETECTABLE:
            found.setdefault((row.analysis, row.outcome, row.wave), []).append(row)
    asked = {key: rows for key, rows in found.items() if key not in told and _is_asked(primary[key[0]], key)}
    return [Question(primary[key[0]], key[1], key[2], tuple(_leading(results, rows))) for key, rows in asked.items()]


def _is_asked(analysis: dict[str, Any], place: Place) -> bool:
    """Say whether an outcome is declared, and not only shown beside one that is."""
    return place[1:] in map(split_reference, analysis["outcomes"])


def _leading(results: Results, rows: list[Row]) -> list[Row]:
    """Choose what answers a question: everybody's estimates where there are any, else each level's and then what is between them."""
    whole = [row for row in rows if row.level == EVERYBODY and row.estimand != INTERACTION] or in_declared_order(results, rows)
    wanted = LEADS.get(whole[0].estimator, ())
    return sorted((row for row in whole if row.estimand in wanted), key=lambda row: (wanted.index(row.estimand), _time(row))) or whole


def in_declared_order(results: Results, rows: Iterable[Row]) -> list[Row]:
    """Order estimates of one analysis: everybody's, level by level in the order of the answers, then what is between levels."""
    return sorted(rows, key=lambda row: (row.estimand == INTERACTION, level_place(results, row.level) if row.level != EVERYBODY else ()))


def _time(row: Row) -> float:
    """Give the time that an estimate is about; 0 where it is about none."""
    return float(row.term) if row.estimand == "survival_at" else 0.0


def as_question(results: Results, row: Row) -> Question:
    """Give the question that one estimate answers."""
    analysis = next(one for one in results.facts["analyses"] if one["id"] == row.analysis)
    return Question(analysis, row.outcome, row.wave, (row,))
