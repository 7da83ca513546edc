"""Means: of one group, of two groups apart, and of changes of the same people.

scipy.stats gives the t tests. People of one seminar or workplace may resemble
each other: then a mean is the intercept of a regression without covariates,
with CR2 errors (``regression``).
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import kurtosis, skew, ttest_1samp, ttest_ind

from pipeline.compare.numbers.regression import cr2
from pipeline.compare.numbers.results import TTest
from pipeline.compare.numbers.student import critical_value, two_sided_p
from pipeline.spec.scales import CHANGE_DIGITS, without_noise

NAN = float("nan")


@dataclass(frozen=True)
class Summary:
    """A group described; what too few values or no spread leave undefined is NaN."""

    n: int
    mean: float
    standard_deviation: float
    standard_error: float
    median: float
    lower_quartile: float
    upper_quartile: float
    minimum: float
    maximum: float
    skewness: float
    excess_kurtosis: float


def summarise(values: np.ndarray) -> Summary:
    """Describe one group.

    Parameters
    ----------
    values : array of float, shape (people,)
        In the outcome's unit, none missing; may be empty.

    Returns
    -------
    Summary
        Standard deviation with n - 1; quartiles by linear interpolation
        between order statistics (type 7); skewness g1 and excess kurtosis g2
        from moments with n. NaN: everything but n for no value; the standard
        deviation and error for one value; the shape where all values are equal.
    """
    n = len(values)
    if n == 0:
        return Summary(0, *([NAN] * 10))
    lower, median, upper = np.percentile(values, [25, 50, 75])
    deviation = float(values.std(ddof=1)) if n > 1 else NAN
    varies = np.ptp(values) > 0
    return Summary(
        n=n,
        mean=float(values.mean()),
        standard_deviation=deviation,
        standard_error=deviation / np.sqrt(n),
        median=float(median),
        lower_quartile=float(lower),
        upper_quartile=float(upper),
        minimum=float(values.min()),
        maximum=float(values.max()),
        skewness=float(skew(values)) if varies else NAN,
        excess_kurtosis=float(kurtosis(values)) if varies else NAN,
    )


def welch_difference(first: np.ndarray, second: np.ndarray, confidence: float = 0.95) -> TTest:
    """Compare two means without assuming equal variances.

    Parameters
    ----------
    first, second : arrays of float, shapes (n_first,), (n_second,)
        At least two values each, none missing, not both constant.
    confidence : float
        Level of the interval, 0-1.

    Returns
    -------
    TTest
        ``df`` after Welch and Satterthwaite.

    References
    ----------
    Welch (1947), Biometrika 34:28-35.
    """
    std_error = np.sqrt(first.var(ddof=1) / len(first) + second.var(ddof=1) / len(second))
    difference = first.mean() - second.mean()
    return _tested(lambda: ttest_ind(first, second, equal_var=False), difference, std_error, confidence)


def pooled_difference(first: np.ndarray, second: np.ndarray, confidence: float = 0.95) -> TTest:
    """Compare two means under one common variance (Student's t test).

    Parameters
    ----------
    first, second : arrays of float, shapes (n_first,), (n_second,)
        At least two values each, none missing, not both constant.
    confidence : float
        Level of the interval, 0-1.

    Returns
    -------
    TTest
        ``df`` is n_first + n_second - 2.
    """
    std_error = pooled_deviation(first, second) * np.sqrt(1 / len(first) + 1 / len(second))
    return _tested(lambda: ttest_ind(first, second), first.mean() - second.mean(), std_error, confidence)


def pooled_deviation(first: np.ndarray, second: np.ndarray) -> float:
    """Give the standard deviation within the groups, n_first + n_second - 2 in the denominator.

    Parameters
    ----------
    first, second : arrays of float, shapes (n_first,), (n_second,)
        At least three values together, none missing.

    Returns
    -------
    float
        In the outcome's unit.
    """
    squares = ((first - first.mean()) ** 2).sum() + ((second - second.mean()) ** 2).sum()
    return float(np.sqrt(squares / (len(first) + len(second) - 2)))


def rounded_changes(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Give after minus before without the noise of binary fractions.

    Parameters
    ----------
    before, after : arrays of float, shape (pairs,)
        The same people in the same order, none missing.

    Returns
    -------
    array (pairs,)
        In the outcome's unit, rounded at the digits of the largest value; no negative zero.
    """
    return without_noise(after - before, float(np.abs([before, after]).max(initial=0)), CHANGE_DIGITS)


def mean_change(change: np.ndarray, confidence: float = 0.95) -> TTest:
    """Test whether the mean change is zero (Student's t for pairs).

    Parameters
    ----------
    change : array of float, shape (pairs,)
        At least two, none missing, not all equal.
    confidence : float
        Level of the interval, 0-1.

    Returns
    -------
    TTest
        ``df`` is pairs - 1.

    Notes
    -----
    People change independently of each other; in small samples the changes are
    nearly normal.
    """
    return _tested(lambda: ttest_1samp(change, 0), change.mean(), change.std(ddof=1) / np.sqrt(len(change)), confidence)


def clustered_mean_change(change: np.ndarray, clusters: np.ndarray, confidence: float = 0.95) -> TTest:
    """Test whether the mean change is zero when people of one cluster may change together.

    Parameters
    ----------
    change : array of float, shape (pairs,)
        None missing, not all equal.
    clusters : array, shape (pairs,)
        Cluster of each person; at least two different ones.
    confidence : float
        Level of the interval, 0-1.

    Returns
    -------
    TTest
        CR2 error with Satterthwaite's degrees of freedom: clusters - 1 when all
        are of one size, fewer when sizes differ; the interval is wide, and right,
        with few clusters. Without test (NaN) where all clusters have one mean, to
        the last digit: the error is then zero, and no error.

    References
    ----------
    Bell and McCaffrey (2002), Survey Methodology 28:169-181; Pustejovsky and
    Tipton (2018), Journal of Business and Economic Statistics 36:672-683.
    """
    mean = float(change.mean())
    robust = cr2(np.ones((len(change), 1)), change - mean, clusters)
    std_error, df = float(np.sqrt(robust.covariance[0, 0])), robust.satterthwaite(np.ones(1))
    half, statistic = critical_value(confidence, df) * std_error, mean / std_error if std_error else NAN
    return TTest(mean, std_error, statistic, df, two_sided_p(statistic, df), mean - half, mean + half)


def _tested(test: Callable[[], Any], difference: float, std_error: float, confidence: float) -> TTest:
    """Read a t test of scipy, which does not give away its standard error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of a group whose values are all equal, which is allowed here
        found = test()
    low, high = found.confidence_interval(confidence)
    return TTest(float(difference), float(std_error), float(found.statistic), float(found.df), float(found.pvalue), float(low), float(high))
