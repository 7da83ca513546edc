"""Do coders say the same? Kappas: agreement beyond what their own frequencies would give by chance.

Codes are given as places 0 to k - 1 in the declared order of the categories;
NaN where a coder gave none. A table with one category only says nothing about
agreement beyond chance: NaN, and the caller says so.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.compare.student import normal_value

NAN = float("nan")


@dataclass(frozen=True)
class Kappa:
    """A kappa with its large-sample standard error and interval, and the error if coders agreed by chance only."""

    kappa: float
    std_error: float
    conf_low: float
    conf_high: float
    chance_error: float


UNDEFINED = Kappa(NAN, NAN, NAN, NAN, NAN)


def agreement_table(first: np.ndarray, second: np.ndarray, size: int) -> np.ndarray:
    """Count the units by both coders' codes.

    Parameters
    ----------
    first, second : arrays of float, shape (units,)
        Codes; a unit that lacks one of them is left out.
    size : int
        Number of categories.

    Returns
    -------
    array of int (size, size)
        Rows: first coder.
    """
    both = ~(np.isnan(first) | np.isnan(second))
    places = first[both].astype("int64") * size + second[both].astype("int64")
    return np.bincount(places, minlength=size * size).reshape(size, size)


def nominal_weights(size: int) -> np.ndarray:
    """Give credit for the same category only (Cohen 1960)."""
    return np.eye(size)


def linear_weights(size: int) -> np.ndarray:
    """Give less credit for each step between two ordered categories."""
    return 1 - _steps(size) / max(size - 1, 1)


def quadratic_weights(size: int) -> np.ndarray:
    """Give less credit by the square of the steps (Fleiss and Cohen 1973)."""
    return 1 - (_steps(size) / max(size - 1, 1)) ** 2


def cohens_kappa(table: np.ndarray, weights: np.ndarray, confidence: float = 0.95) -> Kappa:
    """Give Cohen's kappa of two coders.

    Parameters
    ----------
    table : array (k, k)
        Units by both coders' codes.
    weights : array (k, k)
        Credit for each pair of codes, 1 on the diagonal.
    confidence : float
        Level of the interval, 0-1.

    Returns
    -------
    Kappa
        NaN without units, or when chance alone would give full agreement (one
        category only). The error is the large-sample one, too small with fewer
        than about 30 units: prefer the bootstrap there. The interval may pass 1.

    References
    ----------
    Cohen (1960), Educational and Psychological Measurement 20:37-46; error by
    Fleiss, Cohen and Everitt (1969), Psychological Bulletin 72:323-327.
    """
    units = table.sum()
    if units == 0:
        return UNDEFINED
    shares = table / units
    by_chance = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    seen, expected = float((weights * shares).sum()), float((weights * by_chance).sum())
    if 1 - expected < 1e-12:
        return UNDEFINED
    kappa = (seen - expected) / (1 - expected)
    credit = (weights @ shares.sum(axis=0))[:, None] + shares.sum(axis=1) @ weights
    spread = (shares * (weights - credit * (1 - kappa)) ** 2).sum() - (kappa - expected * (1 - kappa)) ** 2
    chance = (by_chance * (weights - credit) ** 2).sum() - expected**2
    error, chance_error = (float(np.sqrt(max(one, 0.0) / units)) / (1 - expected) for one in (spread, chance))
    half = normal_value(confidence) * error
    return Kappa(kappa, error, kappa - half, kappa + half, chance_error)


def fleiss_kappa(codes: np.ndarray, size: int) -> float:
    """Give Fleiss' kappa of any number of coders, who need not be the same people for each unit.

    Parameters
    ----------
    codes : array of float (units, coders)
        A unit that lacks a code is left out.
    size : int
        Number of categories.

    Returns
    -------
    float
        NaN without complete units, with one coder, or with one category only.

    References
    ----------
    Fleiss (1971), Psychological Bulletin 76:378-382.
    """
    complete = codes[~np.isnan(codes).any(axis=1)].astype("int64")
    coders = codes.shape[1]
    if len(complete) == 0 or coders < 2:
        return NAN
    votes = (complete[:, :, None] == np.arange(size)).sum(axis=1)
    agreed = float(((votes**2).sum(axis=1) - coders).mean() / (coders * (coders - 1)))
    by_chance = float(((votes.sum(axis=0) / votes.sum()) ** 2).sum())
    return NAN if 1 - by_chance < 1e-12 else (agreed - by_chance) / (1 - by_chance)


def percent_agreement(codes: np.ndarray) -> float:
    """Give the share of units to which all coders gave the same code, 0-1, of the units that all coded; NaN without any.

    Parameters
    ----------
    codes : array of float (units, coders)
    """
    complete = codes[~np.isnan(codes).any(axis=1)]
    return float((complete == complete[:, :1]).all(axis=1).mean()) if len(complete) else NAN


def _steps(size: int) -> np.ndarray:
    return np.abs(np.subtract.outer(np.arange(size), np.arange(size))).astype("float64")
