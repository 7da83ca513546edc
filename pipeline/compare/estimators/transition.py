"""Transition: how the same people moved between classes, and whether the classes' shares changed.

The matrix itself is an exhibit of kind ``transition``. For two classes
McNemar's tests and the change of the share; for more Stuart and Maxwell's and
Bhapkar's. Where clusters count, shares and the change of one allow for them; the
other tests do not, and say so.
"""

from collections.abc import Iterator, Mapping
from math import isnan

import numpy as np
import pandas as pd

from pipeline.compare.gather.change_rows import change_rows_by_level, clusters_of, mean_change_numbers
from pipeline.compare.gather.cohort import BEFORE, OUTCOME, Cohort, Row, counted, notes_joined, share_row
from pipeline.compare.numbers.contingency_tables import (
    bhapkar_test,
    change_in_share,
    mcnemar_exact_p,
    mcnemar_test,
    stuart_maxwell_test,
    unmoved_classes,
)
from pipeline.compare.numbers.results import ChiSquare

CONSTANT_BEFORE = "constant_before"
FEW_MOVED = 10
"""With fewer who moved, the chi-square distribution is rough."""


def transition(cohort: Cohort) -> list[Row]:
    """Describe and test moves between classes.

    Parameters
    ----------
    cohort : Cohort
        Of a category or a share, with ``before``.

    Returns
    -------
    list of rows
        Per level, of those known in both waves: ``share_up``, ``share_same``
        and ``share_down`` in the declared order of the classes, and tests of
        ``marginal_homogeneity`` named by ``term``: for a share ``mcnemar`` and
        ``mcnemar_exact``, with ``share_change`` beside them, for a category
        ``stuart_maxwell`` and ``bhapkar``. Tests are empty, with a note, when
        nobody moved, and when everybody was in one class before, such as out of
        work at admission (``constant_before``): that shares did not change would
        then mean that nobody moved, which the first who did refutes. Noted are
        classes that the tests leave out and few movers.
    """
    is_constant = cohort.frame[BEFORE].nunique() == 1
    return change_rows_by_level(cohort, lambda level: _level_rows(level, is_constant))


def _level_rows(cohort: Cohort, is_constant: bool) -> Iterator[Row]:
    known = cohort.frame.dropna(subset=[OUTCOME, BEFORE, *clusters_of(cohort)])
    before, after = _places(known[BEFORE]), _places(known[OUTCOME])
    size = 2 if cohort.kind == "share" else len(cohort.categories)
    moved = {"share_up": after > before, "share_same": after == before, "share_down": after < before}
    shares = {estimand: share_row(cohort, known, estimand, did) for estimand, did in moved.items()}
    yield from shares.values()
    counts = np.bincount(before * size + after, minlength=size * size).reshape(size, size)
    row = counted(cohort, known, "marginal_homogeneity", "index")
    tests = _of_share(counts) if cohort.kind == "share" else _of_category(counts)
    if is_constant and _moved(counts):
        tests = {term: {"note": CONSTANT_BEFORE} for term in tests}
    yield from (row | {"term": term} | numbers for term, numbers in tests.items())
    if cohort.kind == "share":
        if is_constant and len(known):
            change = _change_from_one_class(before, shares)
        else:
            change = _clustered_change(cohort, known) if cohort.clustered else _change(counts, cohort.confidence)
        yield counted(cohort, known, "share_change", "share") | change


def _change_from_one_class(before: np.ndarray, shares: Mapping[str, Row]) -> Row:
    """Give the change of a share that was 0 or 1 before: it is the share of those who moved, with its interval."""
    names = ("estimate", "conf_low", "conf_high", "df", "note")
    if before[0] == 0:
        return {name: shares["share_up"][name] for name in names if name in shares["share_up"]}
    ends = {"estimate": "estimate", "conf_low": "conf_high", "conf_high": "conf_low"}
    moved = shares["share_down"]
    turned = {name: -float(str(moved[other])) for name, other in ends.items() if other in moved}
    return turned | {name: moved[name] for name in ("df", "note") if name in moved}


def _places(values: pd.Series) -> np.ndarray:
    """Give each unit's class by its place in the declared order; 0 and 1 for a share."""
    categorical = isinstance(values.dtype, pd.CategoricalDtype)
    return (values.cat.codes if categorical else values).to_numpy().astype("int64")


def _of_share(counts: np.ndarray) -> dict[str, Row]:
    exact: Row = {"p_value": mcnemar_exact_p(counts), "note": "" if _moved(counts) else _nobody(counts)}
    return {"mcnemar": _numbers(mcnemar_test(counts), counts), "mcnemar_exact": exact}


def _of_category(counts: np.ndarray) -> dict[str, Row]:
    left_out = "classes_left_out" if unmoved_classes(counts).any() and _moved(counts) else ""
    bhapkar = bhapkar_test(counts)
    one_way = "one_way_only" if isnan(bhapkar.statistic) and _moved(counts) else ""
    rows = {"stuart_maxwell": _numbers(stuart_maxwell_test(counts), counts), "bhapkar": _numbers(bhapkar, counts)}
    for term, remark in (("stuart_maxwell", ""), ("bhapkar", one_way)):
        rows[term]["note"] = notes_joined(str(rows[term]["note"]), left_out, remark)
    return rows


def _numbers(test: ChiSquare, counts: np.ndarray) -> Row:
    moved = _moved(counts)
    note = _nobody(counts) if not moved else "few_moved" if moved < FEW_MOVED else ""
    return test.columns() | {"note": note}


def _moved(counts: np.ndarray) -> int:
    return int(counts.sum() - np.trace(counts))


def _nobody(counts: np.ndarray) -> str:
    return "nobody_changed" if counts.sum() else "too_few_people"


def _clustered_change(cohort: Cohort, known: pd.DataFrame) -> Row:
    """Give the change of a share as the mean of each unit's change, with the CR2 error and its test."""
    row = mean_change_numbers(cohort, known[BEFORE], known[OUTCOME], known)
    return {name: value for name, value in row.items() if not name.startswith("effect")}


def _change(counts: np.ndarray, confidence: float) -> Row:
    if not counts.sum():
        return {"note": "too_few_people"}
    return change_in_share(counts, confidence).columns()
