"""Intervals of one share: Wilson's for reports, the others for checking and for named needs.

All take the number who did and the number who answered, and give the ends on
0-1. Two groups are compared in ``risks``.
"""

import numpy as np

from pipeline.compare.student import normal_value

Interval = tuple[float, float]


def wilson_interval(count: int, total: int, confidence: float = 0.95) -> Interval:
    """Give Wilson's score interval of a share.

    Parameters
    ----------
    count, total : int
        Those who did, of those who answered (at least 1).
    confidence : float
        Level, 0-1.

    Returns
    -------
    low, high : float
        On 0-1; exactly 0 or 1 at the edge.

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22:209-212.
    """
    return _score_limits(count, total, normal_value(confidence), 0.0)


def wilson_continuity_interval(count: int, total: int, confidence: float = 0.95) -> Interval:
    """Give Wilson's interval with continuity correction.

    Parameters
    ----------
    count, total : int
        Those who did, of those who answered (at least 1).
    confidence : float
        Level, 0-1.

    Returns
    -------
    low, high : float
        On 0-1.

    Notes
    -----
    The correction is always one half. R's ``prop.test`` makes it smaller when
    the count is within one half of its hypothesised value.
    """
    return _score_limits(count, total, normal_value(confidence), 0.5)


def clopper_pearson_interval(count: int, total: int, confidence: float = 0.95) -> Interval:
    """Give the exact binomial interval; its coverage is at least nominal.

    Parameters
    ----------
    count, total : int
        Those who did, of those who answered (at least 1).
    confidence : float
        Level, 0-1.

    Returns
    -------
    low, high : float
        On 0-1.

    References
    ----------
    Clopper and Pearson (1934), Biometrika 26:404-413.
    """
    from scipy.special import betaincinv

    tail = (1 - confidence) / 2
    low = float(betaincinv(count, total - count + 1, tail)) if count > 0 else 0.0
    high = float(betaincinv(count + 1, total - count, 1 - tail)) if count < total else 1.0
    return low, high


def wald_interval(count: int, total: int, confidence: float = 0.95) -> Interval:
    """Give the simple normal interval, which may leave 0-1 and is too short near the edges; for checking.

    Parameters
    ----------
    count, total : int
        Those who did, of those who answered (at least 1).
    confidence : float
        Level, 0-1.

    Returns
    -------
    low, high : float
    """
    share = count / total
    half = normal_value(confidence) * float(np.sqrt(share * (1 - share) / total))
    return share - half, share + half


def agresti_coull_interval(count: int, total: int, confidence: float = 0.95) -> Interval:
    """Give the simple interval after adding half the squared normal value to both sides; may leave 0-1.

    Parameters
    ----------
    count, total : int
        Those who did, of those who answered (at least 1).
    confidence : float
        Level, 0-1.

    Returns
    -------
    low, high : float

    References
    ----------
    Agresti and Coull (1998), The American Statistician 52:119-126.
    """
    z = normal_value(confidence)
    larger_total = total + z**2
    share = (count + z**2 / 2) / larger_total
    half = z * float(np.sqrt(share * (1 - share) / larger_total))
    return share - half, share + half


def jeffreys_interval(count: int, total: int, confidence: float = 0.95) -> Interval:
    """Give the equal-tailed Bayesian interval under Jeffreys' prior, not stretched at the edges.

    Parameters
    ----------
    count, total : int
        Those who did, of those who answered (at least 1).
    confidence : float
        Level, 0-1.

    Returns
    -------
    low, high : float
        On 0-1.
    """
    from scipy.special import betaincinv

    tail = (1 - confidence) / 2
    low, high = (float(betaincinv(count + 0.5, total - count + 0.5, p)) for p in (tail, 1 - tail))
    return low, high


def _score_limits(count: int, total: int, z: float, continuity: float) -> Interval:
    """Solve the score equation at both ends; the continuity correction widens each."""
    low_share, high_share = (count - continuity) / total, (count + continuity) / total
    low = 0.0 if low_share <= 0 else _score_limit(low_share, total, -z)
    high = 1.0 if high_share >= 1 else _score_limit(high_share, total, z)
    return low, high


def _score_limit(share: float, total: int, z: float) -> float:
    extra = z**2 / (2 * total)
    return (share + extra + z * float(np.sqrt(share * (1 - share) / total + extra / (2 * total)))) / (1 + 2 * extra)
