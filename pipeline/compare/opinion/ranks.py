"""Tests by rank once more: pandas ranks, and the standard library's normal distribution; medians of all pairs by numpy."""

from math import erfc, sqrt

import numpy as np
import pandas as pd

from pipeline.compare.gather.cohort import Cohort
from pipeline.compare.gather.comparison import Comparison
from pipeline.compare.opinion.view import Between, Numbers, Row, arms, change_of, places_of

MOST_PAIRS = 4_000_000
"""With more pairs their median is not taken a second time: it would be felt in a build."""


def two_groups_by_rank(comparison: Comparison, row: Row) -> Numbers:
    """Mann and Whitney's U of the first group, its test corrected for ties and continuity, and the rank-biserial correlation."""
    first, second = arms(comparison)
    ranks = pd.Series(np.concatenate([first, second])).rank()
    pairs, n = len(first) * len(second), len(ranks)
    u = float(ranks.iloc[: len(first)].sum() - len(first) * (len(first) + 1) / 2)
    spread = sqrt(pairs / n * float(ranks.var()))
    return {"statistic": u, "p_value": _two_sided(u - pairs / 2, spread), "effect": 2 * u / pairs - 1}


def median_of_differences(comparison: Comparison, row: Row) -> Numbers:
    """Hodges and Lehmann's shift: the median of all differences."""
    first, second = arms(comparison)
    few = len(first) * len(second) <= MOST_PAIRS
    return {"estimate": float(np.median(np.subtract.outer(first, second)))} if few else {}


def changes_by_rank(cohort: Cohort, row: Row) -> Numbers:
    """Wilcoxon's V of those who changed, its test corrected for ties and continuity, and the rank-biserial correlation."""
    moved = pd.Series(_moved(cohort))
    ranks = moved.abs().rank()
    v, total = float(ranks[moved > 0].sum()), float(ranks.sum())
    numbers: dict[str, float | Between] = {"statistic": v, "effect": 2 * v / total - 1}
    return numbers if "exact_test" in row["note"] else numbers | {"p_value": _two_sided(v - total / 2, sqrt(float((ranks**2).sum())) / 2)}


def median_of_averages(cohort: Cohort, row: Row) -> Numbers:
    """Hodges and Lehmann's pseudomedian: the median of all averages of two changes, each with itself too."""
    moved = _moved(cohort)
    if len(moved) ** 2 > MOST_PAIRS:
        return {}
    places = np.triu_indices(len(moved))
    return {"estimate": float(np.median((moved[places[0]] + moved[places[1]]) / 2))}


def _moved(cohort: Cohort) -> np.ndarray:
    change = change_of(*places_of(cohort))
    return change[change != 0]


def _two_sided(deviation: float, spread: float) -> float:
    """Give the p-value of the normal approximation with continuity correction."""
    return erfc(max(abs(deviation) - 0.5, 0.0) / spread / sqrt(2))
