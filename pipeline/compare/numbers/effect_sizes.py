"""Differences and changes in standard deviations: Hedges' g, which is Cohen's d corrected, with noncentral-t intervals.

The limits are those noncentralities under which the observed t lies on the
tail; no library gives them, or the exact correction.
"""

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammaln
from scipy.stats import nct

from pipeline.compare.numbers.means import mean_change, pooled_deviation
from pipeline.compare.numbers.results import EffectSize


def hedges_g(first: np.ndarray, second: np.ndarray, confidence: float = 0.95) -> EffectSize:
    """Standardise a difference by the pooled standard deviation and correct for small samples.

    Parameters
    ----------
    first, second : arrays of float, shapes (n_first,), (n_second,)
        At least two values each, none missing, not both constant.
    confidence : float
        Level of the interval, 0-1.

    Returns
    -------
    Effect
        Cohen's d and its noncentral-t limits, df = n_first + n_second - 2, each
        times the exact correction.

    References
    ----------
    Hedges (1981), Journal of Educational Statistics 6:107-128.
    """
    d = float((first.mean() - second.mean()) / pooled_deviation(first, second))
    scale, df = float(np.sqrt(1 / len(first) + 1 / len(second))), len(first) + len(second) - 2
    low, high = noncentrality_interval(d / scale, df, confidence)
    return EffectSize(d, low * scale, high * scale).times(small_sample_correction(df))


def hedges_g_av(before: np.ndarray, after: np.ndarray, confidence: float = 0.95) -> EffectSize:
    """Standardise the mean change by the average of both waves' standard deviations, so that it can be set beside a difference of groups.

    Parameters
    ----------
    before, after : arrays of float, shape (pairs,)
        The same people; at least three, none missing, changes not all equal.
    confidence : float
        Level of the interval, 0-1.

    Returns
    -------
    Effect
        After minus before, times the exact correction with pairs - 1 degrees of
        freedom. The limits are those of the noncentrality of the paired t,
        divided as the change is; approximate, because the denominator is taken
        as known. NaN where they cannot be computed.

    References
    ----------
    Cumming (2012), Understanding the New Statistics, ch. 11; interval after
    Algina and Keselman (2003), Educational and Psychological Measurement
    63:537-553.
    """
    tested, deviation = mean_change(after - before, confidence), float(before.std(ddof=1) + after.std(ddof=1)) / 2
    low, high = noncentrality_interval(tested.statistic, tested.df, confidence)
    scale = tested.std_error / deviation
    return EffectSize(tested.estimate / deviation, low * scale, high * scale).times(small_sample_correction(tested.df))


def small_sample_correction(df: float) -> float:
    """Give Hedges' exact correction: the expected share by which d overstates, below 1.

    Parameters
    ----------
    df : float
        Degrees of freedom of the standard deviation, above 1.

    Returns
    -------
    float
    """
    return float(np.exp(gammaln(df / 2) - np.log(np.sqrt(df / 2)) - gammaln((df - 1) / 2)))


def noncentrality_interval(statistic: float, df: float, confidence: float) -> tuple[float, float]:
    """Give the noncentralities under which the observed t lies on the upper and the lower tail.

    Parameters
    ----------
    statistic : float
        Observed t.
    df : float
        Its degrees of freedom, above 0.
    confidence : float
        Level, 0-1.

    Returns
    -------
    low, high : float
        Mirrored exactly when the sign of t changes. NaN where the noncentral t
        distribution cannot be computed: fewer than three degrees of freedom
        with a large t, or a t of a million.

    References
    ----------
    Steiger and Fouladi (1997), in: What if there were no significance tests?
    """
    tail = (1 - confidence) / 2
    low, high = (_noncentrality(abs(statistic), df, probability) for probability in (1 - tail, tail))
    if np.isnan(low + high):
        return float("nan"), float("nan")
    return (low, high) if statistic >= 0 else (-high, -low)


def _noncentrality(statistic: float, df: float, probability: float) -> float:
    """Find the noncentrality at which t is the given quantile; the probability falls as it grows."""

    def excess(noncentrality: float) -> float:
        return float(nct.cdf(statistic, df, noncentrality)) - probability

    reach = 4.0
    while excess(statistic - reach) < 0 or excess(statistic + reach) > 0:
        reach *= 2
    try:
        return float(brentq(excess, statistic - reach, statistic + reach, xtol=1e-13, rtol=1e-14))
    except ValueError:  # nct.cdf gave NaN
        return float("nan")
