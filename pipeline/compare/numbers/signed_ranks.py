"""Changes by rank: Wilcoxon's signed-rank test and the pseudomedian of Hodges and Lehmann.

As R's ``wilcox.test``: people without any change are left out; exact for fewer
than 50 people without ties or such people, else the normal approximation with
corrections for ties and continuity. scipy.stats gives the test; the pseudomedian
and its limits are in no library.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata, wilcoxon

from pipeline.compare.numbers.ranks import halved, nearest_difference
from pipeline.compare.numbers.results import EffectSize, Estimate
from pipeline.compare.numbers.student import normal_value

NAN = float("nan")
EXACT_BELOW = 50


@dataclass(frozen=True)
class SignedRank(EffectSize):
    """Wilcoxon's test, and the rank-biserial correlation.

    The correlation is the share of the rank sum of those who rose minus that of those who fell, -1 to 1.
    """

    statistic: float = NAN
    """V: the sum of the ranks of those who rose; equal sizes share their ranks."""
    p_value: float = NAN
    """Two-sided; exact where the test is, else with continuity correction."""
    is_exact: bool = False


def signed_rank_test(change: np.ndarray) -> SignedRank:
    """Test whether people tend to rise or to fall.

    Parameters
    ----------
    change : array of float, shape (pairs,)
        After minus before, rounded so that equal changes are equal
        (``means.rounded_changes``); at least one is not zero.

    Returns
    -------
    SignedRank

    Notes
    -----
    Tests the median change only if changes are symmetric round it. With many
    people who did not change, look at their share first.

    References
    ----------
    Wilcoxon (1945), Biometrics Bulletin 1:80-83; conventions of ``wilcox.test`` in R.
    """
    moved = change[change != 0]
    n, sizes = len(moved), np.abs(moved)
    is_exact = n < EXACT_BELOW and n == len(change) and len(np.unique(sizes)) == n
    found = wilcoxon(moved, correction=True, method="exact" if is_exact else "asymptotic")
    v = float(rankdata(sizes)[moved > 0].sum())  # its own statistic is the smaller of V and what V lacks to the whole sum
    return SignedRank(4 * v / (n * (n + 1)) - 1, statistic=v, p_value=float(found.pvalue), is_exact=is_exact)


def pseudomedian(change: np.ndarray, confidence: float = 0.95) -> Estimate:
    """Estimate by how much people who changed did so.

    Parameters
    ----------
    change : array of float, shape (pairs,)
        As ``signed_rank_test``; zeros are left out, as there.
    confidence : float
        Level of the interval, 0-1.

    Returns
    -------
    Estimate
        In the outcome's unit. The limits are the averages at which the test
        would just reject. NaN limits when even the most extreme changes would
        not be rejected: fewer than six people at 95 %.

    References
    ----------
    Hodges and Lehmann (1963), Annals of Mathematical Statistics 34:598-611.
    R finds the same averages to within 1e-4 where its test is not exact.
    """
    moved = np.sort(change[change != 0])
    averages = len(moved) * (len(moved) + 1) // 2
    middle = [_average_of_rank(moved, place) for place in {(averages + 1) // 2, averages // 2 + 1}]
    rank = _limit_rank(moved, len(moved) == len(change), confidence)
    if rank < 1:
        return Estimate(sum(middle) / len(middle), NAN, NAN)
    low, high = (_average_of_rank(moved, place) for place in (rank, averages + 1 - rank))
    return Estimate(sum(middle) / len(middle), low, high)


def _spread(n: int, ties: np.ndarray) -> float:
    """Give the standard deviation of V when nobody tends to change; ``ties`` are the sizes of the sets of equal sizes."""
    sizes = ties.astype("float64")
    return float(np.sqrt(n * (n + 1) * (2 * n + 1) / 24 - (sizes**3 - sizes).sum() / 48))


def _exact_probabilities(n: int) -> np.ndarray:
    """Give the probability of each V from 0 to n (n + 1) / 2 without ties, when nobody tends to change."""
    ways = np.zeros(n * (n + 1) // 2 + 1)
    ways[0] = 1.0
    for rank in range(1, n + 1):
        ways[rank:] = (ways[rank:] + ways[:-rank]) / 2
        ways[:rank] /= 2
    return ways


def _limit_rank(moved: np.ndarray, without_zeros: bool, confidence: float) -> int:
    """Give which average, counted from either end, is the limit; below 1 when none is far enough out."""
    n = len(moved)
    _, equal = np.unique(moved, return_counts=True)
    sizes_differ = len(np.unique(np.abs(moved))) == n
    if n < EXACT_BELOW and without_zeros and sizes_differ:
        below = np.cumsum(_exact_probabilities(n))
        return int(np.searchsorted(below, (1 - confidence) / 2 * (1 - 1e-12), side="left"))
    return int(np.ceil(n * (n + 1) / 4 - normal_value(confidence) * _spread(n, equal) - 0.5))


def _average_of_rank(values: np.ndarray, rank: int) -> float:
    """Give the rank-th smallest of all averages of two values, counting from 1; ``values`` in rising order."""
    reach = float(np.abs(values[[0, -1]]).max())

    def at_most(middle: float) -> int:
        ordered = np.searchsorted(values, 2 * middle - values, side="right").sum()
        return int(ordered + np.searchsorted(values, middle, side="right")) // 2

    middle = halved(at_most, rank, 2 * float(values[0]) - reach, 2 * float(values[-1]) + reach, reach)
    return nearest_difference(values, -values, 2 * middle) / 2
