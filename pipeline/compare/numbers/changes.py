"""Mean change of the same people between two waves, after minus before.

With clusters, people of one seminar or workplace may change together: the mean
is then the intercept of a regression without covariates, with CR2 errors.
"""

import numpy as np

from pipeline.compare.numbers.cluster_robust import cr2_covariance, satterthwaite
from pipeline.compare.numbers.linear import least_squares
from pipeline.compare.numbers.means import MeanDifference
from pipeline.compare.numbers.student import critical_value, two_sided_p
from pipeline.spec.scales import CHANGE_DIGITS, without_noise


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


def mean_change(change: np.ndarray, confidence: float = 0.95) -> MeanDifference:
    """Test whether the mean change is zero (Student's t for pairs).

    Parameters
    ----------
    change : array of float, shape (pairs,)
        At least two, none missing, not all equal.
    confidence : float
        Level of the interval, 0-1.

    Returns
    -------
    MeanDifference
        ``df`` is pairs - 1.

    Notes
    -----
    People change independently of each other; in small samples the changes are
    nearly normal.
    """
    std_error = change.std(ddof=1) / np.sqrt(len(change))
    return _tested(float(change.mean()), float(std_error), float(len(change) - 1), confidence)


def clustered_mean_change(change: np.ndarray, clusters: np.ndarray, confidence: float = 0.95) -> MeanDifference:
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
    MeanDifference
        CR2 error with Satterthwaite's degrees of freedom: clusters - 1 when all
        are of one size, fewer when sizes differ; the interval is wide, and right,
        with few clusters.

    References
    ----------
    Bell and McCaffrey (2002), Survey Methodology 28:169-181; Pustejovsky and
    Tipton (2018), Journal of Business and Economic Statistics 36:672-683.
    """
    fit = least_squares(np.ones((len(change), 1)), change)
    std_error = float(np.sqrt(cr2_covariance(fit, clusters)[0, 0]))
    return _tested(float(fit.coefficients[0]), std_error, satterthwaite(fit, clusters, np.ones(1)), confidence)


def _tested(change: float, std_error: float, df: float, confidence: float) -> MeanDifference:
    half = critical_value(confidence, df) * std_error
    statistic = change / std_error
    return MeanDifference(change, std_error, statistic, df, two_sided_p(statistic, df), change - half, change + half)
