"""Ordered classes of two groups: proportional odds, and how often one of the first group is above one of the second.

statsmodels' ``OrderedModel`` seeks by first derivatives only and takes its errors
from numerical second ones, good to four or five digits; here both are exact.
"""

# statsmodels is imported where it is called: at the top it would cost every command half a second.

from dataclasses import dataclass

import numpy as np

from pipeline.compare.numbers.results import TTest

STEPS, HALVINGS = 100, 30
SETTLED = 1e-10
"""Newton's step is this small, in logarithms of odds, when nothing moves any more."""


@dataclass(frozen=True)
class ProportionalOdds:
    """Coefficients (p,) of the columns, their covariance (p, p), and cuts (k - 1,): logit P(class <= j) = cut_j - columns."""

    coefficients: np.ndarray
    covariance: np.ndarray
    cuts: np.ndarray


def proportional_odds(columns: np.ndarray, classes: np.ndarray) -> ProportionalOdds | None:
    """Fit by Newton's method with halved steps; the likelihood has one top.

    Parameters
    ----------
    columns : array (n, p)
        Without intercept, full rank with one.
    classes : array of int (n,)
        0 … k - 1, none without people.

    Returns
    -------
    ProportionalOdds or None
        None where it does not settle: some columns tell classes for certain.

    References
    ----------
    McCullagh (1980), Journal of the Royal Statistical Society B 42:109-142.
    """
    cuts = int(classes.max())
    ends = [np.column_stack([(classes[:, None] == np.arange(cuts) + shift).astype("float64"), -columns]) for shift in (0, 1)]
    ends = [np.where(~open_end[:, None], end, 0.0) for end, open_end in zip(ends, (classes == cuts, classes == 0), strict=True)]
    below = np.cumsum(np.bincount(classes))[:-1] / len(classes)
    place = np.concatenate([np.log(below / (1 - below)), np.zeros(columns.shape[1])])
    height, slope, curvature = _likelihood(ends, classes, place)
    for _ in range(STEPS):
        step = np.linalg.lstsq(-curvature, slope, rcond=None)[0]
        for _ in range(HALVINGS):
            tried = _likelihood(ends, classes, place + step)
            if tried[0] >= height - SETTLED:
                break
            step = step / 2
        place, (height, slope, curvature) = place + step, tried
        if np.abs(step).max() < SETTLED:
            covariance = np.linalg.inv(-curvature)
            return ProportionalOdds(place[cuts:], covariance[cuts:, cuts:], place[:cuts])
    return None


def _likelihood(ends: list[np.ndarray], classes: np.ndarray, place: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Give the log likelihood with its slope (q,) and curvature (q, q); minus infinity where a class has no room."""
    cuts = int(classes.max())
    (upper, lower), outside = ends, (classes == cuts, classes == 0)
    below = [1 / (1 + np.exp(-np.clip(end @ place, -700, 700))) for end in ends]
    below = [np.where(outside[0], 1.0, below[0]), np.where(outside[1], 0.0, below[1])]
    room = below[0] - below[1]
    if (room <= 0).any():
        return -np.inf, np.zeros(len(place)), -np.eye(len(place))
    density = [(one * (1 - one)) for one in below]
    up, down = (one / room for one in density)
    bend_up, bend_down = (one * (1 - 2 * share) / room for one, share in zip(density, below, strict=True))
    curvature = (upper.T * (bend_up - up**2)) @ upper - (lower.T * (bend_down + down**2)) @ lower
    mixed = (upper.T * (up * down)) @ lower
    return float(np.log(room).sum()), upper.T @ up - lower.T @ down, curvature + mixed + mixed.T


def superiority(first: np.ndarray, second: np.ndarray, confidence: float) -> TTest:
    """Give the chance that somebody of the first group is above somebody of the second, ties counted half; tested against one half.

    Parameters
    ----------
    first, second : array
        Classes as numbers; not all of the one above all of the other.
    confidence : float

    Returns
    -------
    TTest

    References
    ----------
    Brunner and Munzel (2000), Biometrical Journal 42:17-25.
    """
    from statsmodels.stats.nonparametric import rank_compare_2indep

    found = rank_compare_2indep(first, second)
    low, high = found.conf_int(alpha=1 - confidence)
    error = float(np.sqrt(found.var_prob))
    return TTest(float(found.prob1), error, float(found.statistic), float(found.df), float(found.pvalue), float(low), float(high))
