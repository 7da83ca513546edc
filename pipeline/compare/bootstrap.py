"""Intervals by drawing units anew, for statistics without a standard error that can be trusted."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

REPEATS = 2000
AT_ONCE = 100
"""Draws that are held in memory at one time; divides ``REPEATS``."""
LEAST_DEFINED = 0.95
"""Share of the draws in which the statistic must be defined for an interval to be given."""
NAN = float("nan")


@dataclass(frozen=True)
class BootstrapInterval:
    """Percentile interval, and the share of draws in which the statistic was defined."""

    conf_low: float
    conf_high: float
    defined: float


def bootstrap_interval(
    statistic: Callable[[np.ndarray], np.ndarray], units: np.ndarray, seed: int, confidence: float = 0.95
) -> BootstrapInterval:
    """Draw units with replacement and give the percentiles of a statistic.

    Parameters
    ----------
    statistic : function
        Takes an array (draws, units, ...) and gives one number per draw; NaN
        where it is not defined.
    units : array (units, ...)
        One row per independent unit, in a fixed order.
    seed : int
        The same seed and rows give the same interval.
    confidence : float
        Level, 0-1.

    Returns
    -------
    BootstrapInterval
        NaN when the statistic was undefined in more than one draw of twenty:
        what is left would be draws chosen by their result. Too short with fewer
        than about 20 units.

    References
    ----------
    Efron and Tibshirani (1993), An Introduction to the Bootstrap, ch. 13.
    """
    draw = np.random.default_rng(seed)
    count = len(units)
    parts = [statistic(units[draw.integers(0, count, (AT_ONCE, count))]) for _ in range(REPEATS // AT_ONCE)]
    values = np.concatenate(parts)
    known = values[~np.isnan(values)]
    defined = len(known) / REPEATS
    if defined < LEAST_DEFINED:
        return BootstrapInterval(NAN, NAN, defined)
    low, high = np.quantile(known, [(1 - confidence) / 2, (1 + confidence) / 2])
    return BootstrapInterval(float(low), float(high), defined)
