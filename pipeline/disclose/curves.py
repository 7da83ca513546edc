"""Decide which points of a curve are shown.

Between two shown points there are no events or at least the minimum cell, and at
every shown point enough people are still at risk. A point that is left out makes the
next step cover both; what follows the last shown point is either nothing or enough.
"""

from functools import reduce

import numpy as np
import pandas as pd

from pipeline.disclose.counts import ALL
from pipeline.disclose.partitions import Part, hidden_parts
from pipeline.disclose.policy import Policy


def hidden_points(curves: pd.DataFrame, policy: Policy) -> pd.Series:
    """Mark the points of curves that are withheld.

    Parameters
    ----------
    curves : DataFrame
        Rows of ``distributions`` with exhibit ``curve``; ``n`` counts events so
        far, ``n_at_risk`` those at risk at ``x``.
    policy : Policy

    Returns
    -------
    Series of bool, same index
        Where a curve of everybody stands beside the groups, all of them show the
        same points, because the groups' steps add up to everybody's; likewise
        the levels of a variable and what is left of the whole.
    """
    hidden = pd.Series(False, index=curves.index)
    for _, rows in curves.groupby(["analysis", "unit", "outcome", "wave"]):
        groups = rows[rows["level"] == ALL]
        sets = [groups] if ALL in set(groups["column"]) else [one for _, one in groups.groupby("column")]
        for one in sets:
            hidden.loc[one.index] = ~one["x"].isin(_shown_times([_steps(curve) for _, curve in one.groupby("column")], policy))
        variable = rows["level"].map(lambda level: level.partition("=")[0])
        for name in sorted(set(variable) - {ALL}):
            hidden |= _hidden_by_level(groups, rows[variable == name], policy).reindex(curves.index, fill_value=False)
    return hidden


def _steps(curve: pd.DataFrame) -> pd.DataFrame:
    """Give ``events`` so far and ``risk`` of one curve by time."""
    at = curve.set_index("x").sort_index()
    return pd.DataFrame({"events": at["n"], "risk": at["n_at_risk"]}).astype("float64")


def _people(curve: pd.DataFrame) -> float:
    return float(curve["total"].max())


def _shown_times(curves: list[pd.DataFrame], policy: Policy) -> pd.Index:
    """Give the times at which all of these curves may be shown."""
    events, risk = (np.column_stack([curve[name].to_numpy() for curve in curves]) for name in ("events", "risk"))
    return curves[0].index[shown_points(events, risk, policy)]


def _hidden_by_level(groups: pd.DataFrame, levels: pd.DataFrame, policy: Policy) -> pd.Series:
    """Mark the points of the curves of one variable's levels.

    Small levels go, with others until all that is hidden together is enough
    people; the levels shown, what is left of the whole, and the whole show the same points.
    """
    curves = {str(level): curve for level, curve in levels.groupby("level", sort=True)}
    everybody = groups[groups["column"] == ALL]
    if everybody.empty:
        return pd.Series(True, index=levels.index)
    parts = {level: Part(_people(curve)) for level, curve in curves.items()}
    gone = hidden_parts(policy, Part(_people(everybody)), parts)
    shown = [_steps(curve) for level, curve in curves.items() if level not in gone]
    if not shown:
        return pd.Series(True, index=levels.index)
    rest = _steps(everybody) - reduce(lambda one, other: one + other, shown)
    together = [*shown, rest] if _people(everybody) > sum(_people(curves[level]) for level in curves.keys() - gone) else shown
    return levels["level"].isin(gone) | ~levels["x"].isin(_shown_times(together, policy))


def shown_points(events: np.ndarray, at_risk: np.ndarray, policy: Policy) -> list[int]:
    """Give the places of the points to show.

    Parameters
    ----------
    events : array (times, curves)
        Events up to and including each time.
    at_risk : array (times, curves)
    policy : Policy

    Returns
    -------
    list of int
        Rising.
    """
    shown: list[int] = []
    last = np.zeros(events.shape[1])
    for place, (count, risk) in enumerate(zip(events, at_risk, strict=True)):
        if (risk < policy.base).any():
            break
        if not _any_small(count - last, policy):
            shown.append(place)
            last = count
    while shown and events[shown[-1]].any() and _any_small(events[-1] - events[shown[-1]], policy):
        shown.pop()
    return shown


def _any_small(steps: np.ndarray, policy: Policy) -> bool:
    return any(policy.is_small_cell(step) for step in steps)
