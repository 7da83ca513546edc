"""Times to an event as declared analyses estimate them: everybody's, and each level's. Selects rows; computes nothing."""

from dataclasses import dataclass
from typing import Any

from pipeline.render.changes import analyses_by, by_place, level_place
from pipeline.render.results import Results
from pipeline.render.selection import Row, known, rows_of
from pipeline.spec.naming import split_reference
from pipeline.spec.vocabulary import EVERYBODY

SURVIVAL = "survival"


@dataclass(frozen=True)
class Time:
    """One time of one analysis at one level.

    Parameters
    ----------
    analysis : dict
        As declared.
    outcome : str
        Measure or variable that holds the time.
    level : str
        ``all`` or ``variable=code``.
    rows : dict
        (estimand, term) -> row.
    """

    analysis: dict[str, Any]
    outcome: str
    level: str
    rows: dict[tuple[str, str], Row]

    def row(self, estimand: str, term: str = EVERYBODY) -> Row | None:
        """Give the row of an estimand, also when its number is missing; None when it was not made."""
        return self.rows.get((estimand, term))

    def number(self, estimand: str, term: str = EVERYBODY) -> Row | None:
        """Give the row of an estimand whose number is there."""
        row = self.row(estimand, term)
        return row if row is not None and known(row.estimate) else None

    @property
    def moments(self) -> list[Row]:
        """The declared times at which a share is given, each with its row."""
        made = [(moment, self.row("survival_at", f"{moment:g}")) for moment in self.analysis["times"]]
        return [row for _, row in made if row is not None]


def times(results: Results, *roles: str) -> list[Time]:
    """Give everybody's times in declared order; of analyses with these roles in the plan, or of all."""
    return [
        _time(results, analysis, reference, EVERYBODY)
        for analysis in analyses_by(results, SURVIVAL, roles)
        for reference in analysis["outcomes"]
    ]


def times_by_level(results: Results, time: Time) -> list[Time]:
    """Give the same time at each level of the analysis, in the order of the answers."""
    rows = results.rows(analysis=time.analysis["id"], outcome=time.outcome)
    levels = [level for level in dict.fromkeys(rows["level"]) if level != EVERYBODY]
    ordered = sorted(levels, key=lambda level: (by_place(time.analysis, level), level_place(results, level)))
    return [_time(results, time.analysis, time.outcome, level) for level in ordered]


def comparisons(time: Time) -> list[Row]:
    """Give the log-rank test of each variable in declared order, also when it could not be made."""
    rows = [row for (estimand, _), row in time.rows.items() if estimand == "log_rank"]
    return sorted(rows, key=lambda row: by_place(time.analysis, row.term))


def _time(results: Results, analysis: dict[str, Any], reference: str, level: str) -> Time:
    outcome, _ = split_reference(reference)
    rows = rows_of(results.rows(analysis=analysis["id"], outcome=outcome, level=level))
    return Time(analysis, outcome, level, {(row.estimand, row.term): row for row in rows})
