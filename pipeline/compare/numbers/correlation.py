"""How two numbers of the same units go together, in a line and by ranks."""

import numpy as np
from scipy.stats import pearsonr, spearmanr

from pipeline.compare.numbers.glm import Tested
from pipeline.compare.numbers.results import NAN
from pipeline.compare.numbers.student import normal_value


def linear_correlation(first: np.ndarray, second: np.ndarray, confidence: float) -> Tested:
    """Give Pearson's correlation, with Student's t and Fisher's interval.

    Parameters
    ----------
    first, second : array of float (units,)
        At least four, neither constant, and not on one line.
    confidence : float
        0-1.
    """
    found = pearsonr(first, second)
    return _told(float(found.statistic), len(first), float(found.pvalue), 1.0, confidence)


def rank_correlation(first: np.ndarray, second: np.ndarray, confidence: float) -> Tested:
    """Give Spearman's correlation, with Student's t and Bonett and Wright's interval.

    Parameters
    ----------
    first, second : array of float (units,)
        As ``linear_correlation``; ties get their mean rank.
    confidence : float
        0-1.

    References
    ----------
    Bonett and Wright (2000), Psychometrika 65:23-28.
    """
    found = spearmanr(first, second)
    correlation = float(found.statistic)
    return _told(correlation, len(first), float(found.pvalue), 1 + correlation**2 / 2, confidence)


def _told(correlation: float, n: int, p_value: float, spread: float, confidence: float) -> Tested:
    """Give the limits on Fisher's scale; the estimate alone where all lie on one line, or rise together."""
    if abs(correlation) >= 1 - 1e-12:
        return Tested(correlation, NAN, NAN, NAN, NAN, NAN)
    reach = normal_value(confidence) * np.sqrt(spread / (n - 3))
    low, high = (float(np.tanh(np.arctanh(correlation) + sign * reach)) for sign in (-1, 1))
    return Tested(correlation, NAN, low, high, correlation * float(np.sqrt((n - 2) / (1 - correlation**2))), p_value, float(n - 2))
