"""Bounds: between which ends the result for everybody lies, whatever became of those lost (Manski 1990).

Those lost could have had any value of the scale. The bounds hold no uncertainty
of sampling, and need no randomised design.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isnan

import numpy as np

from pipeline.compare.gather.cohort import BEFORE, OUTCOME, Cohort, Row, rows_by_level

AFTER, CHANGE = "after", "change"


@dataclass(frozen=True)
class Bounds:
    """Ends between which the mean of everybody lies, and how many are lost."""

    low: float
    high: float
    n_lost: int


def change_bounds(before: np.ndarray, after: np.ndarray, least: float, greatest: float) -> Bounds:
    """Bound the mean change of everybody, using the value before of those lost after.

    Parameters
    ----------
    before, after : arrays of float (people,)
        The same people, at least one; NaN where lost. A share is given as 0 and
        1; noughts before bound the mean after itself.
    least, greatest : float
        Ends of the scale that those lost could have.

    Returns
    -------
    Bounds
        After minus before; ``n_lost`` counts those not known in both. As wide as
        the share lost times the width of the scale, in each wave, however many
        people there are.

    References
    ----------
    Manski (1990), American Economic Review 80(2):319-323.
    """
    ends = [(np.where(np.isnan(wave), least, wave), np.where(np.isnan(wave), greatest, wave)) for wave in (before, after)]
    (before_low, before_high), (after_low, after_high) = ends
    lost = np.isnan(after - before)
    return Bounds(float((after_low - before_high).mean()), float((after_high - before_low).mean()), int(lost.sum()))


def bounds(cohort: Cohort) -> list[Row]:
    """Bound a mean or share, and its change, when some are lost.

    Parameters
    ----------
    cohort : Cohort
        Of a number or a share; with ``before`` the change is bounded too.

    Returns
    -------
    list of rows
        Per level ``bound_low`` and ``bound_high`` of everybody, ``term``
        "after" for the outcome itself and "change" for after minus before;
        ``n_missing`` counts those lost. Empty, noted ``scale_not_declared``, when
        the outcome's scale has no ends.
    """
    return rows_by_level(cohort, _level_rows)


def _level_rows(cohort: Cohort) -> Iterator[Row]:
    yield from _ends(cohort, AFTER)
    if BEFORE in cohort.frame:
        yield from _ends(cohort, CHANGE)


def _ends(cohort: Cohort, term: str) -> Iterator[Row]:
    found = None if isnan(cohort.least + cohort.greatest) or not len(cohort.frame) else _bounded(cohort, term)
    common: Row = {"term": term, "measure_unit": cohort.kind, "n": len(cohort.frame), "n_a": len(cohort.frame)}
    for estimand, end in (("bound_low", "low"), ("bound_high", "high")):
        if found is None:
            yield common | {"estimand": estimand, "note": "scale_not_declared" if len(cohort.frame) else "too_few_people"}
        else:
            note = "" if found.n_lost else "nobody_lost"
            yield common | {"estimand": estimand, "estimate": getattr(found, end), "n_missing": found.n_lost, "note": note}


def _bounded(cohort: Cohort, term: str) -> Bounds:
    after = cohort.frame[OUTCOME].to_numpy(dtype="float64")
    before = np.zeros(len(after)) if term == AFTER else cohort.frame[BEFORE].to_numpy(dtype="float64")
    return change_bounds(before, after, cohort.least, cohort.greatest)
