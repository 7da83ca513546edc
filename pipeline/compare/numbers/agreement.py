"""Do coders say the same? Kappas and Krippendorff's alpha: agreement beyond chance, with intervals by leaving out one unit.

Codes are NaN where a coder gave none; kappas take them as places 0 to k - 1 in
the declared order of the categories. A table with one category only says nothing
about agreement beyond chance: NaN, and the caller says so. Arrays may have further
dimensions in front, such as repeats without one unit, which no library takes.
"""

from collections.abc import Callable

import numpy as np
from statsmodels.stats.inter_rater import cohens_kappa

from pipeline.compare.numbers.student import critical_value

NAN = float("nan")
NO_CHANCE_LEFT = 1e-12
"""Where chance gives full agreement to within this, kappa has no meaning."""
AT_ONCE = 100
"""Units that are left out in turn in one go, so that memory stays small."""
Metric = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Takes the k codes and how often each was given (..., k); gives their squared distances (..., k, k)."""


def coder_table(codes: np.ndarray, size: int) -> np.ndarray:
    """Count the units by the codes of two coders.

    Parameters
    ----------
    codes : array of float (..., units, 2)
        A unit that lacks one of its codes is left out.
    size : int
        Number of categories.

    Returns
    -------
    array of float (..., size, size)
        Rows: first coder.
    """
    given = codes[..., None] == np.arange(size)
    return np.swapaxes(given[..., 0, :].astype("float64"), -1, -2) @ given[..., 1, :].astype("float64")


def kappa_weights(size: int, kind: str) -> np.ndarray:
    """Give the credit (size, size) for each pair of codes: 1 for the same.

    ``nominal`` gives none for others (Cohen 1960), ``linear`` less for each step
    between ordered categories, ``quadratic`` less by the square of the steps
    (Fleiss and Cohen 1973).
    """
    steps = np.abs(np.subtract.outer(np.arange(size), np.arange(size))) / max(size - 1, 1)
    return 1 - {"nominal": np.ceil(steps), "linear": steps, "quadratic": steps**2}[kind]


def kappa_of(table: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Give Cohen's kappa of two coders.

    Parameters
    ----------
    table : array (..., k, k)
        Units by both coders' codes.
    weights : array (k, k)
        As ``kappa_weights``.

    Returns
    -------
    array (...)
        NaN without units, or when chance alone would give full agreement (one
        category only).

    References
    ----------
    Cohen (1960), Educational and Psychological Measurement 20:37-46.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = table / table.sum(axis=(-1, -2), keepdims=True)
        seen = (weights * shares).sum(axis=(-1, -2))
        expected = ((shares.sum(axis=-1) @ weights) * shares.sum(axis=-2)).sum(axis=-1)
        return np.where(1 - expected < NO_CHANCE_LEFT, NAN, (seen - expected) / (1 - expected))


def cohens_kappa_error(table: np.ndarray) -> float:
    """Give the large-sample standard error of Cohen's kappa of two coders.

    Parameters
    ----------
    table : array (k, k)
        Units by both coders' codes, of at least two categories.

    Returns
    -------
    float
        Too small with fewer than about 30 units.

    References
    ----------
    Fleiss, Cohen and Everitt (1969), Psychological Bulletin 72:323-327.
    """
    return float(cohens_kappa(table).std_kappa)


def fleiss_kappa(codes: np.ndarray, size: int) -> np.ndarray:
    """Give Fleiss' kappa of any number of coders, who need not be the same people for each unit.

    Parameters
    ----------
    codes : array of float (..., units, coders)
        A unit that lacks a code is left out; at least two coders.
    size : int
        Number of categories.

    Returns
    -------
    array (...)
        NaN without complete units, or with one category only.

    References
    ----------
    Fleiss (1971), Psychological Bulletin 76:378-382.
    """
    coders, complete = codes.shape[-1], ~np.isnan(codes).any(axis=-1)
    votes = (codes[..., None] == np.arange(size)).sum(axis=-2) * complete[..., None]
    with np.errstate(divide="ignore", invalid="ignore"):
        pairs = ((votes**2).sum(axis=-1) - coders) * complete
        agreed = pairs.sum(axis=-1) / (complete.sum(axis=-1) * coders * (coders - 1))
        by_chance = ((votes.sum(axis=-2) / votes.sum(axis=(-1, -2))[..., None]) ** 2).sum(axis=-1)
        return np.where(1 - by_chance < NO_CHANCE_LEFT, NAN, (agreed - by_chance) / (1 - by_chance))


def percent_agreement(codes: np.ndarray) -> np.ndarray:
    """Give the share of units to which all coders gave the same code, of the units that all coded.

    Parameters
    ----------
    codes : array of float (..., units, coders)

    Returns
    -------
    array (...)
        0-1; NaN without complete units.
    """
    complete = ~np.isnan(codes).any(axis=-1)
    alike = (codes == codes[..., :1]).all(axis=-1) & complete
    with np.errstate(divide="ignore", invalid="ignore"):
        return alike.sum(axis=-1) / complete.sum(axis=-1)


def krippendorff_alpha(codes: np.ndarray, metric: Metric) -> np.ndarray:
    """Give alpha: 1 minus disagreement seen over disagreement expected by chance.

    Parameters
    ----------
    codes : array of float (..., units, coders)
        NaN where a coder gave none. There may be further dimensions in front,
        such as repeats without one unit.
    metric : function
        One of ``LEVELS``.

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


def nominal_distances(values: np.ndarray, frequencies: np.ndarray) -> np.ndarray:
    """Give distances (k, k) between codes without order: 1 for any two that differ."""
    return 1.0 - np.eye(len(values))


def ordinal_distances(values: np.ndarray, frequencies: np.ndarray) -> np.ndarray:
    """Give squared distances (..., k, k) by how many codes lie between two ordered ones."""
    middle = np.cumsum(frequencies, axis=-1) - frequencies / 2
    return (middle[..., :, None] - middle[..., None, :]) ** 2


def interval_distances(values: np.ndarray, frequencies: np.ndarray) -> np.ndarray:
    """Give squared distances (k, k) between codes that are numbers."""
    return np.subtract.outer(values, values) ** 2


LEVELS = {"nominal": nominal_distances, "ordinal": ordinal_distances, "interval": interval_distances}
"""Level of measurement -> distances between its codes."""


def jackknife_interval(statistic: Callable[[np.ndarray], np.ndarray], units: np.ndarray, confidence: float = 0.95) -> tuple[float, float]:
    """Leave out each unit in turn and give Student's interval of an index between -1 and 1, on Fisher's z scale.

    Parameters
    ----------
    statistic : function
        Takes an array (repeats, units, ...) and gives one index per repeat; NaN
        where it is not defined.
    units : array (units, ...)
        One row per independent unit, at least two.
    confidence : float
        Level, 0-1.

    Returns
    -------
    low, high : float
        NaN where the index is 1 or -1, does not vary, or is undefined when some
        unit is left out. Held what it promises in simulations from 12 units on, while every coder
        gave at least three codes other than the most frequent one (tests/validate/methods/agreement.py).

    References
    ----------
    Efron and Tibshirani (1993), An Introduction to the Bootstrap, ch. 11.
    """
    count = len(units)
    others = np.array([np.delete(np.arange(count), place) for place in range(count)])
    values = np.concatenate([statistic(units[others[start : start + AT_ONCE]]) for start in range(0, count, AT_ONCE)])
    whole = float(statistic(units[None])[0])
    error = float(np.sqrt((count - 1) / count * ((values - values.mean()) ** 2).sum()))
    if not (abs(whole) < 1 and error > 0):
        return NAN, NAN
    half = critical_value(confidence, count - 1) * error / (1 - whole**2)
    return float(np.tanh(np.arctanh(whole) - half)), float(np.tanh(np.arctanh(whole) + half))
