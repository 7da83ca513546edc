"""Mean differences in pooled standard deviations: Cohen's d and Hedges' g.

Intervals come from the noncentral t distribution: the limits
are those noncentralities under which the observed t lies on the tail.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.compare.numbers.means import pooled_deviation


@dataclass(frozen=True)
class StandardisedDifference:
    """First mean minus second in standard deviations, with its interval."""

    difference: float
    conf_low: float
    conf_high: float


def cohens_d(first: np.ndarray, second: np.ndarray, confidence: float = 0.95) -> StandardisedDifference:
    """Standardise by the pooled standard deviation.

    Parameters
    ----------
    first, second : arrays of float, shapes (n_first,), (n_second,)
        At least two values each, none missing, not both constant.
    confidence : float
        Level of the interval, 0-1.

    Returns
    -------
    StandardisedDifference
        With the noncentral-t interval, df = n_first + n_second - 2.
    """
    difference = (first.mean() - second.mean()) / pooled_deviation(first, second)
    scale = np.sqrt(1 / len(first) + 1 / len(second))
    return _with_noncentral_interval(float(difference), float(scale), len(first) + len(second) - 2, confidence)


def hedges_g(first: np.ndarray, second: np.ndarray, confidence: float = 0.95) -> StandardisedDifference:
    """Standardise by the pooled standard deviation and correct for small samples.

    Parameters
    ----------
    first, second : arrays of float, shapes (n_first,), (n_second,)
        At least two values each, none missing, not both constant.
    confidence : float
        Level of the interval, 0-1.

    Returns
    -------
    StandardisedDifference
        Cohen's d and its noncentral-t limits, each times the exact correction.

    References
    ----------
    Hedges (1981), Journal of Educational Statistics 6:107-128.
    """
    d = cohens_d(first, second, confidence)
    correction = small_sample_correction(len(first) + len(second) - 2)
    return StandardisedDifference(d.difference * correction, d.conf_low * correction, d.conf_high * correction)


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
    from scipy.special import gammaln

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


def _with_noncentral_interval(difference: float, scale: float, df: float, confidence: float) -> StandardisedDifference:
    low, high = noncentrality_interval(difference / scale, df, confidence)
    return StandardisedDifference(difference, low * scale, high * scale)


def _noncentrality(statistic: float, df: float, probability: float) -> float:
    """Find the noncentrality at which t is the given quantile; the probability falls as it grows."""
    from scipy.optimize import brentq
    from scipy.stats import nct

    def excess(noncentrality: float) -> float:
        return float(nct.cdf(statistic, df, noncentrality)) - probability

    reach = 4.0
    while excess(statistic - reach) < 0 or excess(statistic + reach) > 0:
        reach *= 2
    try:
        return float(brentq(excess, statistic - reach, statistic + reach, xtol=1e-13, rtol=1e-14))
    except ValueError:  # nct.cdf gave NaN
        return float("nan")
