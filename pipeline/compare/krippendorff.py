"""Krippendorff's alpha: agreement of any number of coders, with codes missing, on any level of measurement.

Units with one code only say nothing about agreement and are left out; all
others count, also where a coder is missing.
"""

from collections.abc import Callable

import numpy as np

NAN = float("nan")


def krippendorff_alpha(codes: np.ndarray, metric: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> float:
    """Give alpha: 1 minus disagreement seen over disagreement expected by chance.

    Parameters
    ----------
    codes : array of float (units, coders)
        NaN where a coder gave none.
    metric : function
        ``nominal``, ``ordinal`` or ``interval``.

    Returns
    -------
    float
        1 for full agreement, 0 for chance, below 0 for worse. NaN when no unit
        has two codes, or when all codes are the same.

    References
    ----------
    Krippendorff (2004), Content Analysis, 2nd ed., ch. 11, by the coincidence
    matrix.
    """
    values, coincidences = coincidence_matrix(codes)
    frequencies = coincidences.sum(axis=1)
    distance = metric(values, frequencies)
    expected = float((np.outer(frequencies, frequencies) * distance).sum())
    if expected == 0:
        return NAN
    return 1 - (float(frequencies.sum()) - 1) * float((coincidences * distance).sum()) / expected


def coincidence_matrix(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Count the pairs of codes within units; each unit with m codes weighs m.

    Parameters
    ----------
    codes : array of float (units, coders)
        NaN where a coder gave none.

    Returns
    -------
    values : array (k,)
        The codes that were given, rising.
    coincidences : array (k, k)
        Symmetric.
    """
    values = np.unique(codes[~np.isnan(codes)])
    votes = (codes[:, :, None] == values).sum(axis=1).astype("float64")
    given = votes.sum(axis=1)
    votes, given = votes[given > 1], given[given > 1]
    pairs = votes.T @ (votes / (given - 1)[:, None])
    return values, pairs - np.diag((votes / (given - 1)[:, None]).sum(axis=0))


def nominal(values: np.ndarray, frequencies: np.ndarray) -> np.ndarray:
    """Give distances (k, k) between codes without order: 1 for any two that differ."""
    return 1.0 - np.eye(len(values))


def ordinal(values: np.ndarray, frequencies: np.ndarray) -> np.ndarray:
    """Give squared distances (k, k) by how many codes lie between two ordered ones."""
    middle = np.cumsum(frequencies) - frequencies / 2
    return np.subtract.outer(middle, middle) ** 2


def interval(values: np.ndarray, frequencies: np.ndarray) -> np.ndarray:
    """Give squared distances (k, k) between codes that are numbers."""
    return np.subtract.outer(values, values) ** 2
