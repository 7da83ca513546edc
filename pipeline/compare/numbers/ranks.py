"""Two groups by rank: the Mann-Whitney test, rank-biserial correlation and the Hodges-Lehmann shift.

scipy.stats gives the test; the shift and its limits are in no library. Nothing
here builds the table of all pairs: values are counted once, so that groups of
hundreds of thousands take seconds and no memory to speak of.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import mannwhitneyu

from pipeline.compare.numbers.results import EffectSize, Estimate
from pipeline.compare.numbers.student import normal_value

NAN = float("nan")
STEP = 1e-9
"""Relative to their size, differences no further apart are the same."""
BISECTIONS = 200
"""Upper limit only: halving stops when the bracket can shrink no further."""


@dataclass(frozen=True)
class MannWhitney(EffectSize):
    """U of the first group, the two-sided p-value with corrections for ties and continuity, and the rank-biserial correlation.

    The correlation is the share of pairs won by the first group minus the share lost (Cliff's delta), -1 to 1.
    """

    statistic: float = NAN
    """U: number of pairs in which the first person's value is greater; equal values count one half."""
    p_value: float = NAN
    share_tied: float = NAN
    """Share of pairs of equal values."""


Counted = tuple[np.ndarray, np.ndarray]
"""Distinct values in rising order, and how often each occurs."""


def mann_whitney(first: np.ndarray, second: np.ndarray, confidence: float = 0.95) -> MannWhitney:
    """Test whether values of one group tend to be greater, by the normal approximation.

    Parameters
    ----------
    first, second : arrays of float, shapes (n_first,), (n_second,)
        At least one value each, none missing, not all values equal.
    confidence : float
        Level of the interval, 0-1.

    Returns
    -------
    MannWhitney
        The interval of the correlation is on Fisher's z scale; NaN when the
        groups do not overlap at all: the transformation has no value there.

    References
    ----------
    Mann and Whitney (1947), Annals of Mathematical Statistics 18:50-60. Equal
    to ``wilcox.test(exact = FALSE)`` in R.
    """
    found = mannwhitneyu(first, second, method="asymptotic")  # the default is exact for few people without ties
    pairs = len(first) * len(second)
    (values, counts), (others, times) = (np.unique(one, return_counts=True) for one in (first, second))
    _, left, right = np.intersect1d(values, others, assume_unique=True, return_indices=True)
    tests = float(found.statistic), float(found.pvalue), int(counts[left] @ times[right]) / pairs
    correlation = 2 * tests[0] / pairs - 1
    if abs(correlation) == 1:
        return MannWhitney(correlation, NAN, NAN, *tests)
    half = normal_value(confidence) * np.sqrt((len(first) + len(second) + 1) / (3 * pairs))
    low, high = (float(np.tanh(np.arctanh(correlation) + side * half)) for side in (-1, 1))
    return MannWhitney(correlation, low, high, *tests)


def hodges_lehmann(first: np.ndarray, second: np.ndarray, confidence: float = 0.95) -> Estimate:
    """Estimate by how much the first group's values are shifted against the second's.

    Parameters
    ----------
    first, second : arrays of float, shapes (n_first,), (n_second,)
        At least one value each, none missing, not all values equal.
    confidence : float
        Level of the interval, 0-1.

    Returns
    -------
    Estimate
        In the outcome's unit: median of all pairwise differences, and the
        differences at which the Mann-Whitney test with continuity correction
        would just reject, by the normal approximation with ties within groups.

    References
    ----------
    Hodges and Lehmann (1963), Annals of Mathematical Statistics 34:598-611;
    interval as in ``wilcox.test(exact = FALSE, conf.int = TRUE)`` in R, which
    finds the same jumps of the rank statistic to within 1e-4.
    """
    left, right = (np.unique(one, return_counts=True) for one in (first, second))
    pairs = len(first) * len(second)
    spread = _spread_of_u(len(first), len(second), np.concatenate([left[1], right[1]]))
    rank = int(max(np.ceil(pairs / 2 - normal_value(confidence) * spread - 0.5), 1))
    middle = [_difference_of_rank(left, right, place) for place in {(pairs + 1) // 2, pairs // 2 + 1}]
    low, high = (_difference_of_rank(left, right, place) for place in (rank, pairs + 1 - rank))
    return Estimate(sum(middle) / len(middle), low, high)


def _spread_of_u(n_first: int, n_second: int, ties: np.ndarray) -> float:
    """Give the standard deviation of U when groups do not differ; ``ties`` are the sizes of the sets of equal values."""
    n = n_first + n_second
    sizes = ties.astype("float64")
    lost = (sizes**3 - sizes).sum() / (n * (n - 1))
    return float(np.sqrt(n_first * n_second / 12 * (n + 1 - lost)))


def _difference_of_rank(first: Counted, second: Counted, rank: int) -> float:
    """Give the rank-th smallest of all differences first - second, counting from 1."""
    (values, counts), (others, times) = first, second
    cumulative = np.concatenate([[0], np.cumsum(counts)])
    reach = float(max(abs(values[-1] - others[0]), abs(values[0] - others[-1])))

    def at_most(middle: float) -> int:
        return int((cumulative[np.searchsorted(values, others + middle, side="right")] * times).sum())

    return nearest_difference(values, others, halved(at_most, rank, -2 * reach, 2 * reach, reach))


def halved(at_most: Callable[[float], int], rank: int, low: float, high: float, reach: float) -> float:
    """Halve a bracket until no smaller one holds the rank-th value: one sorted search per halving, never all pairs.

    Parameters
    ----------
    at_most : function
        Gives how many values are no greater than one.
    rank : int
        Counted from 1.
    low, high : float
        Bracket of all values.
    reach : float
        Size of the largest value.

    Returns
    -------
    float
        The middle of the last bracket; the value itself is the one nearest to it.
    """
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if high - low <= 1e-12 * reach or middle in (low, high):
            break
        low, high = (low, middle) if at_most(middle) >= rank else (middle, high)
    return (low + high) / 2


def rounded_bound(first: np.ndarray, second: np.ndarray, bound: float) -> float:
    """Give the value below which an interval of the shift must end for the shift to lie inside a bound.

    An interval that ends at one difference between two people stands, where values
    are rounded, for shifts up to half way to the next larger difference.

    Parameters
    ----------
    first, second : arrays of float, shapes (n_first,), (n_second,)
        At least one value each, none missing.
    bound : float
        Above 0.

    Returns
    -------
    float
        Close to ``bound`` where values are many.
    """
    return min(_rounded_bound(np.unique(one), other, bound) for one, other in ((first, second), (second, first)))


def _rounded_bound(values: np.ndarray, others: np.ndarray, bound: float) -> float:
    places = np.searchsorted(values, others + bound * (1 + STEP))
    inner = float((values[places[places > 0] - 1] - others[places > 0]).max(initial=-bound))
    outer = float((values[places[places < len(values)]] - others[places < len(values)]).min(initial=np.inf))
    return inner + STEP * bound if (inner + outer) / 2 <= bound * (1 + STEP) else inner - STEP * bound


def nearest_difference(first: np.ndarray, second: np.ndarray, target: float) -> float:
    """Give the difference first - second nearest to the target; of two equally near, the smaller in size."""
    places = np.searchsorted(first, second + target)
    near = np.concatenate([first[np.clip(places + step, 0, len(first) - 1)] - second for step in (-1, 0)])
    distance = np.abs(near - target)
    nearest = near[distance == distance.min()]
    return float(nearest[np.argmin(np.abs(nearest))])
