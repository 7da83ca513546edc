"""Bounds: between which ends the result for everybody lies, whatever became of those lost (Manski 1990)."""

from collections.abc import Iterator
from math import isnan

from pipeline.compare.gather.cohort import BEFORE, OUTCOME, Cohort, Row, rows_by_level
from pipeline.compare.numbers.bounds import Bounds, change_bounds, mean_bounds

AFTER, CHANGE = "after", "change"


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
            lost = found.n - found.n_known
            yield common | {"estimand": estimand, "estimate": getattr(found, end), "n_missing": lost, "note": "" if lost else "nobody_lost"}


def _bounded(cohort: Cohort, term: str) -> Bounds:
    after = cohort.frame[OUTCOME].to_numpy(dtype="float64")
    if term == AFTER:
        return mean_bounds(after, cohort.least, cohort.greatest)
    return change_bounds(cohort.frame[BEFORE].to_numpy(dtype="float64"), after, cohort.least, cohort.greatest)
