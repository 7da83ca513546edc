"""Student's t: p-values and intervals for estimates with their degrees of freedom."""

# scipy is imported where it is called: the checks of a declaration come by here, and must not wait for it.

import numpy as np


def two_sided_p(statistic: float, df: float) -> float:
    """Give the two-sided p-value of a t statistic; ``df`` need not be whole."""
    from scipy.special import betainc

    return float(betainc(df / 2, 0.5, df / (df + statistic**2)))


def critical_value(confidence: float, df: float) -> float:
    """Give the t value that encloses ``confidence`` (0-1) of the distribution, symmetric round 0."""
    from scipy.special import betaincinv

    below = betaincinv(df / 2, 0.5, 1 - confidence)
    return float(np.sqrt(df * (1 - below) / below))


def normal_value(confidence: float) -> float:
    """Give the normal value that encloses ``confidence`` (0-1), symmetric round 0."""
    from scipy.special import ndtri

    return float(ndtri((1 + confidence) / 2))
