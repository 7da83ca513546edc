"""Families of tests: p-values adjusted together, so that many tests do not find something by chance."""

import numpy as np
import pandas as pd

from pipeline.compare.verdicts import COMPARED_ESTIMANDS

TESTED_ESTIMANDS = (*COMPARED_ESTIMANDS, "interaction", "association")
"""One test per question: ratios test the same thing as their difference, ranks the same as the mean of a change."""


def holm(p_values: np.ndarray) -> np.ndarray:
    """Adjust so that the chance of any false finding stays below alpha (Holm 1979).

    Parameters
    ----------
    p_values : array (k,)
        Without missing values.

    Returns
    -------
    array (k,)
        Same order.
    """
    order = np.argsort(p_values, kind="stable")
    steps = np.maximum.accumulate(p_values[order] * np.arange(len(p_values), 0, -1))
    return _in_order(order, steps)


def hochberg(p_values: np.ndarray) -> np.ndarray:
    """Adjust as Holm does, stepping up from the largest (Hochberg 1988); needs non-negative dependence."""
    order = np.argsort(-p_values, kind="stable")
    return _in_order(order, np.minimum.accumulate(p_values[order] * np.arange(1, len(p_values) + 1)))


def bonferroni(p_values: np.ndarray) -> np.ndarray:
    """Multiply each p-value by the number of tests."""
    return np.minimum(p_values * len(p_values), 1.0)


def benjamini_hochberg(p_values: np.ndarray) -> np.ndarray:
    """Adjust so that the expected share of false findings stays below alpha (Benjamini and Hochberg 1995)."""
    order = np.argsort(-p_values, kind="stable")
    ranks = np.arange(len(p_values), 0, -1)
    return _in_order(order, np.minimum.accumulate(p_values[order] * len(p_values) / ranks))


def _in_order(order: np.ndarray, adjusted: np.ndarray) -> np.ndarray:
    """Put adjusted values, which stand in ``order``, back in the order of the p-values."""
    restored = np.empty(len(order))
    restored[order] = np.minimum(adjusted, 1.0)
    return restored


def adjust_families(estimates: pd.DataFrame) -> pd.DataFrame:
    """Fill ``p_adjusted`` and ``p_adjustment`` within each declared family, by Holm's method.

    Parameters
    ----------
    estimates : DataFrame
        Columns ``family``, ``estimand`` and ``p_value`` of estimates.

    Returns
    -------
    DataFrame
        The same rows; rows without family or p-value, and ratios, stay empty.
    """
    adjusted = estimates.copy()
    tested = adjusted["family"].ne("") & adjusted["estimand"].isin(TESTED_ESTIMANDS) & adjusted["p_value"].notna()
    for _, members in adjusted.loc[tested].groupby("family"):
        adjusted.loc[members.index, "p_adjusted"] = holm(members["p_value"].to_numpy())
        adjusted.loc[members.index, "p_adjustment"] = "holm"
    return adjusted
