"""The digits of a release: those that reports print, and no more.

Digits beyond the printed ones serve nobody who reads, and tell who asks what the
people behind a number answered. ``estimates.csv``, from which numbers are checked,
keeps all of them.
"""

import numpy as np
import pandas as pd

DECIMALS = {"number": 2, "share": 3, "ratio": 2, "index": 2}
"""Decimals of an estimate and the ends of its interval, by ``measure_unit``; a share is printed as per cent with one."""
BY_UNIT = ("estimate", "std_error", "conf_low", "conf_high")
BY_COLUMN = {
    **dict.fromkeys(("statistic", "effect", "effect_low", "effect_high"), 2),
    "df": 1,
    **dict.fromkeys(("p_value", "p_adjusted", "p_equivalence", "p_equivalence_adjusted"), 3),
}
"""Decimals of what has the same everywhere; a p-value below 0.001 is told as such."""
MORE = 4
"""Most decimals that are added so that a number stays on its side of a bound."""
COUNTS_OF_PEOPLE = (
    *("share", "attainment", "attainment_exact", "attainment_least", "attainment_most", "attainment_count", "count", "response_rate"),
    *("share_improved", "share_unchanged", "share_worse", "share_up", "share_same", "share_down"),
    *("share_at_ceiling_before", "share_at_ceiling_after"),
)
"""Estimands that say how many of n people there are: they keep the digits of that fraction."""


def printed(estimates: pd.DataFrame) -> pd.DataFrame:
    """Round estimates to the digits that reports print.

    Parameters
    ----------
    estimates : DataFrame
        Table ``estimates``.

    Returns
    -------
    DataFrame
        A number that is not 0, nor as large as the smallest difference that matters, is not
        rounded to it: it keeps as many decimals as show its side, and a p-value those that
        show its side of the level. Counts of people, and their shares, are left as they are.
    """
    counts = estimates["estimand"].isin(COUNTS_OF_PEOPLE)
    bound = estimates["reference_value"].fillna(0).to_numpy("float64")
    level = 1 - estimates["confidence"].fillna(0.95).to_numpy("float64")
    rounded = {}
    for name in (*BY_UNIT, *BY_COLUMN):
        bounds = [level] if name.startswith("p_") else [np.zeros(len(bound)), bound, -bound] if name in BY_UNIT else [np.zeros(len(bound))]
        values = _rounded(estimates[name].to_numpy("float64"), decimals_of(estimates, name), bounds)
        rounded[name] = np.where(counts & (name == "estimate"), estimates[name], values)
    return estimates.assign(**rounded)


def decimals_of(estimates: pd.DataFrame, column: str) -> np.ndarray:
    """Give the decimals that each number of a column is printed with; array of int (rows,)."""
    if column in BY_COLUMN:
        return np.full(len(estimates), BY_COLUMN[column])
    decimals = estimates["measure_unit"].map(DECIMALS).fillna(DECIMALS["number"]).to_numpy("int64")
    small = (decimals == DECIMALS["number"]) & (np.abs(estimates[column].to_numpy("float64")) < 10.0 ** -DECIMALS["number"] / 2)
    return decimals + small


def half_units(values: np.ndarray, decimals: np.ndarray) -> np.ndarray:
    """Give how far each number may be from what it was rounded from: half a unit of its last printed decimal.

    Parameters
    ----------
    values : array of float (k,)
        As released.
    decimals : array of int (k,)
        ``decimals_of``; a number with more of them was rounded to those it has.
    """
    shown = np.array(decimals)
    for _ in range(MORE):
        shown = shown + ~(np.isnan(values) | np.isclose(values, _round(values, shown), rtol=0, atol=1e-9))
    return 0.5 * 10.0**-shown


def _round(values: np.ndarray, decimals: np.ndarray) -> np.ndarray:
    return np.array([round(float(value), int(places)) for value, places in zip(values, decimals, strict=True)])


def _rounded(values: np.ndarray, decimals: np.ndarray, bounds: list[np.ndarray]) -> np.ndarray:
    shown, places = _round(values, decimals), np.array(decimals)
    for _ in range(MORE):
        crossed = ~np.isnan(values) & np.any([np.sign(shown - bound) != np.sign(values - bound) for bound in bounds], axis=0)
        if not crossed.any():
            break
        places = places + crossed
        shown = np.where(crossed, _round(values, places), shown)
    return shown
