"""Weights that add up to what is known of the population, and what that leaves to be unsure of.

Raking: the weights nearest to those given, by relative entropy, with which columns add
up to their totals (Deville and Särndal 1992); of one margin post-stratification, of
several the same weights as iterated proportional fitting. By Newton's method, because
fitting in turns needs thousands of rounds where margins nearly contradict each other.
"""

import numpy as np

from pipeline.compare.numbers.regression import ALIASED

STEPS = 100
SETTLED = 1e-12
"""Totals met within this share of their size."""


def raked(weights: np.ndarray, columns: np.ndarray, totals: np.ndarray) -> np.ndarray | None:
    """Give the weights nearest to some with which columns add up to totals.

    Parameters
    ----------
    weights : array (n,)
        Above 0.
    columns : array (n, k)
        May determine each other, as the levels of several margins do.
    totals : array (k,)

    Returns
    -------
    array (n,) or None
        None where no weights above 0 meet the totals.
    """
    scale = max(float(np.abs(totals).max()), float(np.abs(columns).max()))
    place = np.zeros(columns.shape[1])
    found = weights.astype("float64")
    for _ in range(STEPS):
        away = totals - found @ columns
        if np.abs(away).max() <= SETTLED * scale:
            return found
        step = np.linalg.lstsq(columns.T @ (columns * found[:, None]), away, rcond=ALIASED)[0]
        reach = np.abs(columns @ step).max()
        place = place + step / max(1.0, reach)
        found = weights * np.exp(columns @ place)
        if not np.isfinite(found).all():
            return None
    return None


def beside_totals(values: np.ndarray, weights: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Give what known totals leave of values (n,): their residuals by least squares with the weights before raking."""
    root = np.sqrt(weights)
    fitted = np.linalg.lstsq(columns * root[:, None], values * root, rcond=ALIASED)[0]
    return values - columns @ fitted
