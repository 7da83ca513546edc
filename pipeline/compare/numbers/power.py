"""What a study could have found: power, detectable difference, and the people needed.

Two-sided tests. The detectable difference belongs to the design (the standard
error and its degrees of freedom), never to the difference that was found.
"""

import math

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
        0-1, as ``power.t.test`` in R: a find in the wrong direction is not counted.
    """
    from scipy.stats import nct

    return float(nct.sf(critical_value(1 - alpha, df), df, noncentrality))


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
    from scipy.optimize import brentq

    reach = critical_value(1 - alpha, df) + normal_value(0.999999)
    while power_of_t(reach, df, alpha) < power:
        reach *= 2
    noncentrality = float(brentq(lambda value: power_of_t(value, df, alpha) - power, 0.0, reach, xtol=1e-12, rtol=1e-13))
    return noncentrality * std_error


def power_of_two_means(difference: float, people: float, alpha: float = 0.05) -> float:
    """Give the power to find a difference of two means.

    Parameters
    ----------
    difference : float
        In standard deviations within the groups, 0 or above.
    people : float
        In each of the two groups, above 1.
    alpha : float
        Two-sided size of the test.

    Returns
    -------
    float
        0-1, as ``power.t.test`` in R.
    """
    return power_of_t(difference * math.sqrt(people / 2), 2 * (people - 1), alpha)


def people_for_two_means(difference: float, power: float = POWER, alpha: float = 0.05) -> float:
    """Give how many people each group needs for a difference of two means; round up.

    Parameters
    ----------
    difference : float
        In standard deviations within the groups, above 0.
    power, alpha : float
        As ``detectable_difference``.

    Returns
    -------
    float
        At least 2; as ``power.t.test`` in R.
    """
    from scipy.optimize import brentq

    reach = 4.0
    while power_of_two_means(difference, reach, alpha) < power:
        reach *= 2
    if power_of_two_means(difference, 2.0, alpha) >= power:
        return 2.0
    return float(brentq(lambda people: power_of_two_means(difference, people, alpha) - power, 2.0, reach, xtol=1e-10))


def power_of_two_shares(first: float, second: float, people: float, alpha: float = 0.05) -> float:
    """Give the power to find a difference of two shares, with ``people`` in each group.

    Parameters
    ----------
    first, second : float
        True shares, 0-1, different.
    people : float
        In each group.
    alpha : float
        Two-sided size of the test.

    Returns
    -------
    float
        0-1, as ``power.prop.test`` in R.
    """
    from scipy.special import ndtr

    null, true = _deviations(first, second)
    return float(ndtr((math.sqrt(people) * abs(first - second) - normal_value(1 - alpha) * null) / true))


def people_for_two_shares(first: float, second: float, power: float = POWER, alpha: float = 0.05) -> float:
    """Give how many people each group needs for a difference of two shares; round up.

    Parameters
    ----------
    first, second : float
        True shares, 0-1, different.
    power, alpha : float
        As ``detectable_difference``.

    Returns
    -------
    float
        By the normal approximation with the common share in the test and each
        group's own in the power, without continuity correction: as
        ``power.prop.test`` in R. Exact tests need a few more.

    References
    ----------
    Fleiss, Levin and Paik (2003), Statistical Methods for Rates and
    Proportions, 3rd ed., formula 4.14.
    """
    null, true = _deviations(first, second)
    return ((normal_value(1 - alpha) * null + normal_value(2 * power - 1) * true) / (first - second)) ** 2


def _deviations(first: float, second: float) -> tuple[float, float]:
    """Give the deviation of the difference for one person per group: under a common share, and under each group's own."""
    common = (first + second) / 2
    return math.sqrt(2 * common * (1 - common)), math.sqrt(first * (1 - first) + second * (1 - second))
