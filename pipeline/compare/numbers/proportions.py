"""Intervals of one share: Wilson's for reports, Clopper and Pearson's beside it for targets, both by statsmodels.

All take the number who did and the number who answered, and give the ends on
0-1. Units that may resemble others of their cluster have a ``Clustering`` beside
these, which no library knows. Two groups are compared in ``risks``.
"""

# statsmodels is imported where it is called: at the top it would cost every command 0.6 s.

from dataclasses import dataclass

import numpy as np

from pipeline.compare.numbers.regression import cr2
from pipeline.compare.numbers.student import critical_value

NAN = float("nan")
Interval = tuple[float, float]


def wilson_interval(count: int, total: int, confidence: float = 0.95) -> Interval:
    """Give Wilson's score interval of a share; exactly 0 or 1 at the edge.

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
    Wilson (1927), Journal of the American Statistical Association 22:209-212.
    """
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(count, total, 1 - confidence, method="wilson")
    return 0.0 if count == 0 else low, 1.0 if count == total else high  # 1e-17 and 1 - 1e-16 there


def clopper_pearson_interval(count: float, total: float, confidence: float = 0.95) -> Interval:
    """Give the exact binomial interval; its coverage is at least nominal.

    Parameters
    ----------
    count, total : float
        Those who did, of those who answered (above 0); an effective number need not be whole.
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
    from statsmodels.stats.proportion import proportion_confint

    return proportion_confint(count, total, 1 - confidence, method="beta")


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
        return Clustering(count, NAN, NAN)
    robust = cr2(np.ones((len(did), 1)), did - share, clusters)
    alone = share * (1 - share) / len(did)
    effect = float(robust.covariance[0, 0]) / alone if alone else NAN
    return Clustering(count, effect, robust.satterthwaite(np.ones(1)))


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
    return clopper_pearson_interval(count / total * effective, effective, confidence)


def _clustered_limits(share: float, total: int, clustering: Clustering, t: float) -> Interval:
    from scipy.special import expit, logit

    if 0 < share < 1:
        half = t * float(np.sqrt(clustering.design_effect / (total * share * (1 - share))))
        return float(expit(logit(share) - half)), float(expit(logit(share) + half))
    reach = t**2 / (total + t**2)
    return (0.0, reach) if share == 0 else (1 - reach, 1.0)
