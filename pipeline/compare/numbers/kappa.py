"""Do coders say the same? Kappas: agreement beyond what their own frequencies would give by chance.

Codes are given as places 0 to k - 1 in the declared order of the categories;
NaN where a coder gave none. A table with one category only says nothing about
agreement beyond chance: NaN, and the caller says so. Arrays may have further
dimensions in front, such as repeats without one unit, which no library takes.
"""

import numpy as np

NAN = float("nan")
NO_CHANCE_LEFT = 1e-12
"""Where chance gives full agreement to within this, kappa has no meaning."""


def agreement_table(codes: np.ndarray, size: int) -> np.ndarray:
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


def nominal_weights(size: int) -> np.ndarray:
    """Give credit for the same category only (Cohen 1960)."""
    return np.eye(size)


def linear_weights(size: int) -> np.ndarray:
    """Give less credit for each step between two ordered categories."""
    return 1 - _steps(size) / max(size - 1, 1)


def quadratic_weights(size: int) -> np.ndarray:
    """Give less credit by the square of the steps (Fleiss and Cohen 1973)."""
    return 1 - (_steps(size) / max(size - 1, 1)) ** 2


def kappa_of(table: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Give Cohen's kappa of two coders.

    Parameters
    ----------
    table : array (..., k, k)
        Units by both coders' codes.
    weights : array (k, k)
        Credit for each pair of codes, 1 on the diagonal.

    Returns
    -------
    array (...)
        NaN without units, or when chance alone would give full agreement (one
        category only).

    References
    ----------
    Cohen (1960), Educational and Psychological Measurement 20:37-46.
    """
    seen, expected = _seen_and_expected(table, weights)
    with np.errstate(divide="ignore", invalid="ignore"):
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
    from statsmodels.stats.inter_rater import cohens_kappa

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
    coders, complete = codes.shape[-1], _complete(codes)
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
    complete = _complete(codes)
    alike = (codes == codes[..., :1]).all(axis=-1) & complete
    with np.errstate(divide="ignore", invalid="ignore"):
        return alike.sum(axis=-1) / complete.sum(axis=-1)


def _complete(codes: np.ndarray) -> np.ndarray:
    return ~np.isnan(codes).any(axis=-1)


def _seen_and_expected(table: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the credit that coders got, and would get by chance, as a share of full credit."""
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = table / table.sum(axis=(-1, -2), keepdims=True)
    seen = (weights * shares).sum(axis=(-1, -2))
    expected = ((shares.sum(axis=-1) @ weights) * shares.sum(axis=-2)).sum(axis=-1)
    return seen, expected


def _steps(size: int) -> np.ndarray:
    return np.abs(np.subtract.outer(np.arange(size), np.arange(size))).astype("float64")
