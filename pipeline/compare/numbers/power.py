"""What a study could have found: power and the detectable difference.

Two-sided tests. The detectable difference belongs to the design (the standard
error and its degrees of freedom), never to the difference that was found.
"""

from scipy.optimize import brentq
from statsmodels.stats.power import ttest_power

from pipeline.compare.numbers.student import critical_value, normal_value

POWER = 0.8
"""Chance of finding the difference that a study is planned for."""


def power_of_t(noncentrality: float, df: float, alpha: float = 0.05) -> float:
    """Give the chance that a t test finds a true difference in its direction.

    Parameters
    ----------
    noncentrality : float
        True difference over its standard error, 0 or above.
    df : float
        Degrees of freedom.
    alpha : float
        Two-sided size of the test.

    Returns
    -------
    float
        0-1, as ``power.t.test`` in R.
    """
    return float(ttest_power(noncentrality, 1, alpha / 2, df, alternative="larger"))  # "two-sided" counts finds in the wrong direction


def detectable_difference(std_error: float, df: float, power: float = POWER, alpha: float = 0.05) -> float:
    """Give the smallest true difference that the design would have found with some power.

    Parameters
    ----------
    std_error : float
        Of the estimated difference, above 0.
    df : float
        Its degrees of freedom, above 0.
    power : float
        Chance of finding it, between ``alpha`` and 1.
    alpha : float
        Two-sided size of the test.

    Returns
    -------
    float
        In the unit of the standard error, above 0; about 2.8 standard errors
        with many degrees of freedom and much more with few.

    References
    ----------
    Bloom (1995), Evaluation Review 19:547-556, here with the noncentral t
    distribution instead of the sum of two quantiles.
    """
    reach = critical_value(1 - alpha, df) + normal_value(0.999999)
    while power_of_t(reach, df, alpha) < power:
        reach *= 2
    noncentrality = float(brentq(lambda value: power_of_t(value, df, alpha) - power, 0.0, reach, xtol=1e-12, rtol=1e-13))
    return noncentrality * std_error
