"""Intervals of one share: Wilson's for reports, Clopper and Pearson's beside it for targets.

All take the number who did and the number who answered, and give the ends on
0-1. Units that may resemble others of their cluster have a ``Clustering`` beside
these. Two groups are compared in ``risks``.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.compare.numbers.cluster_robust import cr2_covariance, satterthwaite
from pipeline.compare.numbers.linear import least_squares
from pipeline.compare.numbers.student import critical_value, normal_value

Interval = tuple[float, float]


@dataclass(frozen=True)
class Clustering:
    """How much less a share says because units of one cluster may resemble each other.

    Parameters
    ----------
    clusters : int
    design_effect : float
        CR2 variance of the share over that of independent units; NaN where all or none did, or in one cluster.
    df : float
        Satterthwaite's degrees of freedom of that variance; NaN in one cluster.
    """

    clusters: int
    design_effect: float
    df: float


def clustering_of(did: np.ndarray, clusters: np.ndarray) -> Clustering:
    """Measure how alike units of one cluster are in what they did.

    Parameters
    ----------
    did : array of bool (units,)
        At least one unit.
    clusters : array (units,)
        Cluster of each unit, none missing.
    """
    count, share = len(np.unique(clusters)), float(np.mean(did))
    if count < 2:
        return Clustering(count, float("nan"), float("nan"))
    fit = least_squares(np.ones((len(did), 1)), did.astype("float64"))
    alone = share * (1 - share) / len(did)
    variance = float(cr2_covariance(fit, clusters)[0, 0])
    return Clustering(count, variance / alone if alone else float("nan"), satterthwaite(fit, clusters, np.ones(1)))


def share_interval(count: int, total: int, confidence: float, clustering: Clustering | None) -> Interval:
    """Give the interval of a share for reports: Wilson's; where clusters count, one on the logit scale that is never inside it.

    Parameters
    ----------
    count, total : int
        Those who did, of those who answered (at least 1).
    confidence : float
        Level, 0-1.
    clustering : Clustering or None
        Of at least two clusters; None when units are independent.

    Returns
    -------
    low, high : float
        On 0-1.

    Notes
    -----
    With clusters: CR2's variance carried to the logit scale, Student's t with
    Satterthwaite's degrees of freedom, as ``svyciprop(method = "logit")`` of R's
    survey but for both refinements. Where all or none did, no variance can be
    taken: Wilson's with t in place of z. Chance makes clusters look more unlike
    each other than people at random: the interval is widened to Wilson's where
    it would be narrower. Chosen among six methods by coverage
    (tests/validate/methods/clustered_shares.py).

    References
    ----------
    Lumley (2010), Complex Surveys, ch. 2; Wilson (1927).
    """
    low, high = wilson_interval(count, total, confidence)
    if clustering is None:
        return low, high
    wider = _clustered_limits(count / total, total, clustering, critical_value(confidence, clustering.df))
    return min(low, wider[0]), max(high, wider[1])


def exact_interval(count: int, total: int, confidence: float, clustering: Clustering | None) -> Interval:
    """Give Clopper and Pearson's interval; where clusters count, Korn and Graubard's, which is never inside it.

    Parameters
    ----------
    count, total, confidence, clustering
        As for ``share_interval``.

    Returns
    -------
    low, high : float
        On 0-1.

    References
    ----------
    Korn and Graubard (1998), Survey Methodology 24:193-201.
    """
    if clustering is None:
        return clopper_pearson_interval(count, total, confidence)
    narrow, wide = (critical_value(confidence, df) for df in (max(total - 1, 1), clustering.df))
    effect = 1.0 if np.isnan(clustering.design_effect) else clustering.design_effect
    effective = min(float(total), total / effect * (narrow / wide) ** 2) if effect > 0 else float(total)
    return _beta_limits(count / total * effective, effective, confidence)


def _clustered_limits(share: float, total: int, clustering: Clustering, t: float) -> Interval:
    from scipy.special import expit, logit

    effect = clustering.design_effect
    if 0 < share < 1 and not np.isnan(effect):
        half = t * float(np.sqrt(effect / (total * share * (1 - share))))
        return float(expit(logit(share) - half)), float(expit(logit(share) + half))
    effective = total / max(1.0, 1.0 if np.isnan(effect) else effect)
    return _score_limits(share * effective, effective, t)


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
    return _score_limits(count, total, normal_value(confidence))


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
    return _beta_limits(count, total, confidence)


def _beta_limits(count: float, total: float, confidence: float) -> Interval:
    """Invert the binomial tails; neither number need be whole."""
    from scipy.special import betaincinv

    tail = (1 - confidence) / 2
    low = float(betaincinv(count, total - count + 1, tail)) if count > 0 else 0.0
    high = float(betaincinv(count + 1, total - count, 1 - tail)) if count < total else 1.0
    return low, high


def _score_limits(count: float, total: float, z: float) -> Interval:
    """Solve the score equation at both ends."""
    low = 0.0 if count <= 0 else _score_limit(count / total, total, -z)
    high = 1.0 if count >= total else _score_limit(count / total, total, z)
    return low, high


def _score_limit(share: float, total: float, z: float) -> float:
    extra = z**2 / (2 * total)
    return (share + extra + z * float(np.sqrt(share * (1 - share) / total + extra / (2 * total)))) / (1 + 2 * extra)
