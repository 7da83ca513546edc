"""Decide which points of a curve are shown.

Between two shown points there are no events or at least the minimum cell, and at
every shown point enough people are still at risk. A point that is left out makes the
next step cover both; what follows the last shown point is either nothing or enough.
"""

import numpy as np
import pandas as pd

from pipeline.disclose.counts import ALL
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
        same points, because the groups' steps add up to everybody's.
    """
    hidden = pd.Series(False, index=curves.index)
    for _, rows in curves.groupby(["analysis", "unit", "outcome", "wave", "level"]):
        sets = [rows] if ALL in set(rows["column"]) else [one for _, one in rows.groupby("column")]
        for one in sets:
            events = one.pivot(index="x", columns="column", values="n").astype("float64")
            at_risk = one.pivot(index="x", columns="column", values="n_at_risk").astype("float64")
            shown = events.index[shown_points(events.to_numpy(), at_risk.to_numpy(), policy)]
            hidden.loc[one.index] = ~one["x"].isin(shown)
    return hidden


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
