"""Paired: how the same people changed between two waves, after minus before.

The mean with a t interval (CR2 where clusters are declared) and its size in
standard deviations; beside it the change by rank, who improved, and how many
had no room to.
"""

from collections.abc import Iterator
from math import isnan

import numpy as np
import pandas as pd

from pipeline.compare.gather.change_rows import change_rows_by_level, clusters_of, mean_change_numbers, mean_rows
from pipeline.compare.gather.cohort import BEFORE, OUTCOME, Cohort, Row, counted, notes_joined, share_row
from pipeline.compare.numbers.means import rounded_changes
from pipeline.compare.numbers.signed_ranks import pseudomedian, signed_rank_test

NOISE = 1e-9
"""A value this close to the end of the scale, as a share of the largest, is at it."""
DIRECTIONS = {
    "higher": ("share_improved", "share_unchanged", "share_worse", 1),
    "lower": ("share_improved", "share_unchanged", "share_worse", -1),
    "neither": ("share_up", "share_same", "share_down", 1),
}
"""Direction of the measure -> estimands of those who moved to the better, not, to the worse; sign of the better."""


def paired(cohort: Cohort) -> list[Row]:
    """Estimate the change of the same units between two waves.

    Parameters
    ----------
    cohort : Cohort
        Of a number, with ``before``.

    Returns
    -------
    list of rows
        Per level, of those known in both waves: ``mean_change`` between
        ``mean_before`` and ``mean_after``, ``median_change`` (Hodges and Lehmann's, of those who changed), the
        shares who improved, did not change and got worse (``share_up``,
        ``share_same``, ``share_down`` where no direction is better), and the
        shares at the best end of the scale before and after. What too few
        people, or equal changes, leave undefined is empty, with a note.
    """
    return change_rows_by_level(cohort, _level_rows)


def _level_rows(cohort: Cohort) -> Iterator[Row]:
    known = cohort.frame.dropna(subset=[OUTCOME, BEFORE, *clusters_of(cohort)])
    change = rounded_changes(known[BEFORE].to_numpy(), known[OUTCOME].to_numpy())
    yield counted(cohort, known, "mean_change", "number") | mean_change_numbers(cohort, known[BEFORE], known[OUTCOME], known)
    yield from mean_rows(cohort, known, {"mean_before": BEFORE, "mean_after": OUTCOME})
    rest = [counted(cohort, known, "median_change", "number") | _by_rank(change, cohort.confidence)]
    better, same, worse, sign = DIRECTIONS[cohort.direction]
    moved = {better: sign * change > 0, same: change == 0, worse: sign * change < 0}
    rest += [share_row(cohort, known, estimand, did) for estimand, did in moved.items()]
    rest += [_at_ceiling(cohort, known, wave, column) for wave, column in (("before", BEFORE), ("after", OUTCOME))]
    yield from rest


def _by_rank(change: np.ndarray, confidence: float) -> Row:
    if not change.any():
        return {"note": "nobody_changed" if len(change) else "too_few_people"}
    test, middle = signed_rank_test(change), pseudomedian(change, confidence)
    notes = (
        "" if change.all() else "unchanged_left_out",
        "exact_test" if test.is_exact else "",
        "interval_not_reached" if isnan(middle.conf_low) else "",
    )
    return middle.columns() | test.columns() | {"effect_kind": "rank_biserial", "note": notes_joined(*notes)}


def _at_ceiling(cohort: Cohort, known: pd.DataFrame, wave: str, column: str) -> Row:
    """Give the share at the end of the scale beyond which nobody can improve: the top, or the bottom where lower is better."""
    ceiling = cohort.least if cohort.direction == "lower" else cohort.greatest
    estimand = f"share_at_ceiling_{wave}"
    if isnan(ceiling):
        return counted(cohort, known, estimand, "share") | {"note": "scale_not_declared"}
    values = known[column].to_numpy()
    size = max(abs(ceiling), float(np.abs(values).max(initial=0)))
    return share_row(cohort, known, estimand, np.abs(values - ceiling) <= NOISE * size)
