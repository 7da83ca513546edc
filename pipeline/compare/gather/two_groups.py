"""What estimators of two groups share: the known values of each group, and the row they begin with."""

from dataclasses import dataclass

import numpy as np

from pipeline.compare.gather.comparison import FIRST, Comparison, complete
from pipeline.compare.numbers.risks import FourCells

COMPLETE = "complete_difference"
"""Note where each group has one value only, and not the same one: no overlap, and no error to test by."""


@dataclass(frozen=True)
class TwoGroups:
    """Known outcomes of the first and second group, each in rising order, and how many lack one.

    Sorted, so that the order of rows changes no digit of a sum.
    """

    first: np.ndarray
    second: np.ndarray
    n_missing: int

    @property
    def is_constant(self) -> bool:
        """Say whether neither group varies, so that there is nothing to test."""
        return np.ptp(self.first) == 0 and np.ptp(self.second) == 0

    @property
    def is_one_value(self) -> bool:
        """Say whether everybody has the same value."""
        return self.is_constant and self.first[0] == self.second[0]


def two_groups(comparison: Comparison) -> TwoGroups:
    """Take the known outcomes of each group.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    TwoGroups
        Either array may be empty.
    """
    known = complete(comparison)
    outcome = known[comparison.outcome].to_numpy(dtype="float64")
    is_first = known[FIRST].to_numpy() == 1
    return TwoGroups(np.sort(outcome[is_first]), np.sort(outcome[~is_first]), len(comparison.frame) - len(known))


def four_cells(groups: TwoGroups) -> FourCells:
    """Count those who did in each group."""
    return FourCells(int(groups.first.sum()), len(groups.first), int(groups.second.sum()), len(groups.second))


def too_few(groups: TwoGroups, least: int) -> str:
    """Say why a comparison that needs so many people in each group cannot be made.

    Parameters
    ----------
    groups : TwoGroups
    least : int
        People needed in each group.

    Returns
    -------
    str
        ``one_group_empty``, ``too_few_people``, or empty when there are enough.
    """
    fewest = min(len(groups.first), len(groups.second))
    if fewest == 0:
        return "one_group_empty"
    return "too_few_people" if fewest < least else ""


def row_of(comparison: Comparison, groups: TwoGroups, estimand: str, term: str, measure_unit: str) -> dict[str, object]:
    """Begin a row: what is compared, and on how many people.

    Parameters
    ----------
    comparison : Comparison
    groups : TwoGroups
        Its known outcomes.
    estimand, term, measure_unit : str
        As in the glossary of ``estimates``.

    Returns
    -------
    dict
        Column to value; the estimator adds the numbers.
    """
    return {
        "estimand": estimand,
        "term": term,
        "level": "all",
        "group_a": comparison.first,
        "group_b": comparison.second,
        "measure_unit": measure_unit,
        "n": len(groups.first) + len(groups.second),
        "n_a": len(groups.first),
        "n_b": len(groups.second),
        "n_missing": groups.n_missing,
        "note": "",
    }
