"""Differences between two means: Welch's for groups that may vary differently, Student's where one hardly varies."""

from dataclasses import dataclass

import numpy as np

from pipeline.compare.numbers.student import critical_value, two_sided_p


@dataclass(frozen=True)
class MeanDifference:
    """First mean minus second, in the outcome's unit, with its t test and interval."""

    difference: float
    std_error: float
    statistic: float
    df: float
    p_value: float
    conf_low: float
    conf_high: float


def welch_difference(first: np.ndarray, second: np.ndarray, confidence: float = 0.95) -> MeanDifference:
    """Compare two means without assuming equal variances.

    Parameters
    ----------
    first, second : arrays of float, shapes (n_first,), (n_second,)
        At least two values each, none missing, not both constant.
    confidence : float
        Level of the interval, 0-1.

    Returns
    -------
    MeanDifference
        ``df`` after Welch and Satterthwaite.

    References
    ----------
    Welch (1947), Biometrika 34:28-35.
    """
    parts = np.array([first.var(ddof=1) / len(first), second.var(ddof=1) / len(second)])
    df = parts.sum() ** 2 / (parts[0] ** 2 / (len(first) - 1) + parts[1] ** 2 / (len(second) - 1))
    return _mean_difference(first, second, float(np.sqrt(parts.sum())), float(df), confidence)


def pooled_difference(first: np.ndarray, second: np.ndarray, confidence: float = 0.95) -> MeanDifference:
    """Compare two means under one common variance (Student's t test).

    Parameters
    ----------
    first, second : arrays of float, shapes (n_first,), (n_second,)
        At least two values each, none missing, not both constant.
    confidence : float
        Level of the interval, 0-1.

    Returns
    -------
    MeanDifference
        ``df`` is n_first + n_second - 2.
    """
    std_error = pooled_deviation(first, second) * np.sqrt(1 / len(first) + 1 / len(second))
    return _mean_difference(first, second, float(std_error), float(len(first) + len(second) - 2), confidence)


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


def _mean_difference(first: np.ndarray, second: np.ndarray, std_error: float, df: float, confidence: float) -> MeanDifference:
    difference = float(first.mean() - second.mean())
    half = critical_value(confidence, df) * std_error
    statistic = difference / std_error
    return MeanDifference(difference, std_error, statistic, df, two_sided_p(statistic, df), difference - half, difference + half)
