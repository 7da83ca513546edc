"""Retrospective: how people say now that it was then, beside what they said and showed at the time.

"Now minus then" is asked at one time and free of a shift of the yardstick, but
open to memory and to wishing to have learnt; "after minus before" is the
reverse. Their difference, then minus before, is the response shift. All three
rest on the same people.
"""

from collections.abc import Iterator

from pipeline.compare.gather.change_rows import change_rows_by_level, clusters_of, mean_change_numbers, mean_rows
from pipeline.compare.gather.cohort import BEFORE, BESIDE, BESIDE_BEFORE, OUTCOME, THEN, Cohort, Row, counted
from pipeline.spec.naming import split_reference

NOW_THEN, AFTER_BEFORE, THEN_BEFORE = "now - then", "after - before", "then - before"


def retrospective(cohort: Cohort) -> list[Row]:
    """Estimate self-rated change in two ways, the shift between them, and the tested change beside.

    Parameters
    ----------
    cohort : Cohort
        Of a self-rated number, with ``then`` and ``before``; where declared
        ``beside`` in both waves.

    Returns
    -------
    list of rows
        Per level ``mean_change`` with terms "now - then" and "after - before",
        ``response_shift`` ("then - before"), the means they lie between, and,
        under the name of the outcome beside, its own ``mean_change`` ("after -
        before") and means of those who took both tests. Notes as for estimator ``paired``.
    """
    return change_rows_by_level(cohort, _level_rows)


def _level_rows(cohort: Cohort) -> Iterator[Row]:
    known = cohort.frame.dropna(subset=[OUTCOME, THEN, BEFORE, *clusters_of(cohort)])
    pairs = {
        NOW_THEN: ("mean_change", THEN, OUTCOME),
        AFTER_BEFORE: ("mean_change", BEFORE, OUTCOME),
        THEN_BEFORE: ("response_shift", BEFORE, THEN),
    }
    for term, (estimand, earlier, later) in pairs.items():
        row = counted(cohort, known, estimand, "number") | {"term": term}
        yield row | mean_change_numbers(cohort, known[earlier], known[later], known)
    yield from mean_rows(cohort, known, {"mean_then": THEN, "mean_before": BEFORE, "mean_after": OUTCOME})
    if cohort.analysis.beside is not None:
        yield from _tested(cohort, cohort.analysis.beside)


def _tested(cohort: Cohort, beside: str) -> Iterator[Row]:
    """Give the change of what was tested, as rows of that outcome."""
    known = cohort.frame.dropna(subset=[BESIDE, BESIDE_BEFORE, *clusters_of(cohort)])
    name, wave = split_reference(beside)
    own: Row = {"outcome": name, "wave": wave, "reference_value": None}
    row = counted(cohort, known, "mean_change", "number") | {"term": AFTER_BEFORE}
    yield row | own | mean_change_numbers(cohort, known[BESIDE_BEFORE], known[BESIDE], known)
    yield from (mean | own for mean in mean_rows(cohort, known, {"mean_before": BESIDE_BEFORE, "mean_after": BESIDE}))
