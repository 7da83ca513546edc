"""How often an interval of a share holds the true share, computed instead of simulated.

Intervals of counts cannot hold exactly what they promise: a simulation must be
judged by this number, not by the nominal level.
"""

from collections.abc import Callable

import numpy as np

from pipeline.compare.numbers.proportions import Interval


def exact_coverage(interval: Callable[[int, int, float], Interval], total: int, share: float, confidence: float = 0.95) -> float:
    """Give the probability that an interval from ``total`` independent people holds the true share.

    Parameters
    ----------
    interval : function of (count, total, confidence)
        Such as ``wilson_interval`` or ``clopper_pearson_interval``.
    total : int
        People who answer, at least 1.
    share : float
        True share, 0-1.
    confidence : float
        Nominal level, 0-1.

    Returns
    -------
    float
        0-1. Clopper and Pearson's is never below ``confidence``; Wilson's lies
        on both sides of it, and far below only for a rare event (share times
        total around 0.2).

    References
    ----------
    Brown, Cai and DasGupta (2001), Statistical Science 16:101-133.
    """
    from scipy.stats import binom

    counts = np.arange(total + 1)
    limits = np.array([interval(int(count), total, confidence) for count in counts])
    held = (limits[:, 0] <= share) & (share <= limits[:, 1])
    return float(binom.pmf(counts[held], total, share).sum())
