"""Krippendorff's alpha: agreement of any number of coders, with codes missing, on any level of measurement.

Units with one code only say nothing about agreement and are left out; all
others count, also where a coder is missing.
"""

from collections.abc import Callable

import numpy as np

NAN = float("nan")
Metric = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Takes the k codes and how often each was given (..., k); gives their squared distances (..., k, k)."""


def krippendorff_alpha(codes: np.ndarray, metric: Metric) -> np.ndarray:
    """Give alpha: 1 minus disagreement seen over disagreement expected by chance.

    Parameters
    ----------
    codes : array of float (..., units, coders)
        NaN where a coder gave none. There may be further dimensions in front,
        such as repeats without one unit.
    metric : function
        ``nominal``, ``ordinal`` or ``interval``.

    Returns
    -------
    array (...)
        1 for full agreement, 0 for chance, below 0 for worse. NaN when no unit
        has two codes, or when all codes are the same.

    References
    ----------
    Krippendorff (2004), Content Analysis, 2nd ed., ch. 11, by the coincidence
    matrix.
    """
    values, coincidences = coincidence_matrix(codes)
    frequencies = coincidences.sum(axis=-1)
    distance = metric(values, frequencies)
    expected = (frequencies[..., :, None] * frequencies[..., None, :] * distance).sum(axis=(-1, -2))
    seen = (coincidences * distance).sum(axis=(-1, -2))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 0, 1 - (frequencies.sum(axis=-1) - 1) * seen / expected, NAN)


def coincidence_matrix(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Count the pairs of codes within units; each unit with m codes weighs m.

    Parameters
    ----------
    codes : array of float (..., units, coders)
        NaN where a coder gave none.

    Returns
    -------
    values : array (k,)
        The codes that were given anywhere, rising.
    coincidences : array (..., k, k)
        Symmetric.
    """
    values = np.unique(codes[~np.isnan(codes)])
    votes = (codes[..., None] == values).sum(axis=-2).astype("float64")
    others = votes.sum(axis=-1, keepdims=True) - 1
    weighted = np.divide(votes, others, out=np.zeros_like(votes), where=others > 0)
    pairs = np.swapaxes(votes, -1, -2) @ weighted
    return values, pairs - np.eye(len(values)) * weighted.sum(axis=-2)[..., None, :]


def nominal(values: np.ndarray, frequencies: np.ndarray) -> np.ndarray:
    """Give distances (k, k) between codes without order: 1 for any two that differ."""
    return 1.0 - np.eye(len(values))


def ordinal(values: np.ndarray, frequencies: np.ndarray) -> np.ndarray:
    """Give squared distances (..., k, k) by how many codes lie between two ordered ones."""
    middle = np.cumsum(frequencies, axis=-1) - frequencies / 2
    return (middle[..., :, None] - middle[..., None, :]) ** 2


def interval(values: np.ndarray, frequencies: np.ndarray) -> np.ndarray:
    """Give squared distances (k, k) between codes that are numbers."""
    return np.subtract.outer(values, values) ** 2
