"""Several groups: whether their means, or their ranks, are alike, and how far each two of them are apart.

statsmodels and scipy give the tests. No variance is pooled: groups that people
are in by themselves are seldom spread alike.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.stats import kruskal, tukey_hsd
from statsmodels.stats.oneway import anova_oneway

from pipeline.compare.numbers.results import ChiSquare, TTest

NAN = float("nan")


@dataclass(frozen=True)
class MeansTest(ChiSquare):
    """Welch's F with the degrees of freedom of its denominator, and the share of the variance that lies between the groups."""

    effect: float = NAN


def equal_means(groups: Sequence[np.ndarray]) -> MeansTest:
    """Test whether several means are the same, whatever the variances.

    Parameters
    ----------
    groups : sequence of arrays of float
        Values of each group, none missing, at least two and not all the same in each.

    Returns
    -------
    MeansTest
        ``df`` is the denominator's; the numerator's is groups less one. ``effect`` is eta squared.

    References
    ----------
    Welch (1951), Biometrika 38:330-336.
    """
    found = anova_oneway(list(groups), use_var="unequal", welch_correction=True)
    together = np.concatenate(groups)
    within = sum(float(((group - group.mean()) ** 2).sum()) for group in groups)
    total = float(((together - together.mean()) ** 2).sum())
    return MeansTest(float(found.statistic), float(found.df_denom), float(found.pvalue), 1 - within / total)


def equal_ranks(groups: Sequence[np.ndarray]) -> ChiSquare:
    """Test whether one of several groups tends to have higher values, by ranks corrected for ties (Kruskal and Wallis 1952).

    Parameters
    ----------
    groups : sequence of arrays of float
        None empty; not all values the same.
    """
    found = kruskal(*groups)
    return ChiSquare(float(found.statistic), float(len(groups) - 1), float(found.pvalue))


def pairwise_differences(groups: Sequence[np.ndarray], confidence: float) -> Iterator[tuple[int, int, TTest]]:
    """Compare each two of several means, later minus earlier, so that all intervals hold together (Games and Howell).

    Parameters
    ----------
    groups : sequence of arrays of float
        As ``equal_means``.
    confidence : float
        0-1, of all intervals at once.

    Yields
    ------
    (int, int, TTest)
        Places of the later and the earlier group; interval and p-value allow for all pairs.

    References
    ----------
    Games and Howell (1976), Journal of Educational Statistics 1:113-125.
    """
    found = tukey_hsd(*groups, equal_var=False)
    interval = found.confidence_interval(confidence)
    for earlier, later in combinations(range(len(groups)), 2):
        parts = [float(groups[place].var(ddof=1)) / len(groups[place]) for place in (later, earlier)]
        error, estimate = float(np.sqrt(sum(parts))), float(found.statistic[later, earlier])
        df = sum(parts) ** 2 / sum(part**2 / (len(groups[place]) - 1) for part, place in zip(parts, (later, earlier), strict=True))
        ends = float(interval.low[later, earlier]), float(interval.high[later, earlier])
        yield later, earlier, TTest(estimate, error, estimate / error, df, float(found.pvalue[later, earlier]), *ends)
