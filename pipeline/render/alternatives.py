"""The declared alternatives of each primary outcome: every comparison of the two groups that the plan holds, no more and no fewer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.render.results import Results
from pipeline.render.selection import (
    ADJUSTED,
    DIFFERENCE_BY,
    RAW,
    OutcomeRows,
    Row,
    declared_estimates,
    is_main,
    known,
    main_outcomes,
    row_key,
)
from pipeline.spec.vocabulary import EVERYBODY

EXACT_RAW = "exact_raw"
"""Remark on the raw comparison beside an adjusted one that has no error: of the same analysis, and no alternative of its own."""


@dataclass(frozen=True)
class Alternatives:
    """A primary outcome with all comparisons of it.

    Attributes
    ----------
    outcome : OutcomeRows
    others : tuple of rows
        Those beside the leading one, in the plan's order.
    """

    outcome: OutcomeRows
    others: tuple[Row, ...]

    @property
    def shown(self) -> tuple[Row, ...]:
        """Give those that have a number."""
        return tuple(row for row in self.others if known(row.estimate))


def alternatives_of(results: Results) -> list[Alternatives]:
    """Give the primary outcomes of which the plan declares more than one comparison, and of which the leading one has a number.

    Parameters
    ----------
    results : Results

    Returns
    -------
    list of Alternatives
        Comparisons of participants with controls, of everybody or restricted, in the outcome's unit.
    """
    compared = {analysis["id"] for analysis in results.facts["analyses"] if _is_about_both(results, analysis)}
    rows = [row for row in declared_estimates(results) if row.analysis in compared and _is_difference(row)]
    found = (Alternatives(one, tuple(_of(rows, one))) for one in main_outcomes(results) if one.is_primary and known(one.headline.estimate))
    return [one for one in found if one.others]


def tells(row: Row) -> bool | None:
    """Say whether a comparison by itself tells a difference from none: by its interval, else by its test; None where it has neither."""
    if known(row.conf_low) and known(row.conf_high):
        return bool(row.conf_low > 0 or row.conf_high < 0)
    return bool(row.p_value < 1 - row.confidence) if known(row.p_value) else None


def _of(rows: list[Row], one: OutcomeRows) -> Iterator[Row]:
    return (row for row in rows if (row.outcome, row.wave) == (one.outcome, one.wave) and row_key(row) != row_key(one.headline))


def _is_about_both(results: Results, analysis: Mapping[str, Any]) -> bool:
    return is_main(results, {**analysis, "restrict": None})


def _is_difference(row: Row) -> bool:
    named = row.estimand in (*RAW, *ADJUSTED) or row.estimand.startswith(DIFFERENCE_BY)
    return named and row.level == EVERYBODY and EXACT_RAW not in row.note.split()
