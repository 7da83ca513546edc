"""Decide which points of a curve are shown.

Between two shown points there are no events or at least the minimum cell, and at
every shown point enough people are still at risk. A point that is left out makes the
next step cover both; what follows the last shown point is either nothing or enough.

All curves and shares by time of one time variable are decided together: their points
lie between each other's, and of two kinds of end one may hold the other.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from itertools import permutations

import numpy as np
import pandas as pd

from pipeline.disclose.partitions import PartOfWhole, hidden_parts, hidden_sizes
from pipeline.disclose.policy import Policy
from pipeline.spec.vocabulary import EVERYBODY

Ends = Mapping[tuple[str, str], frozenset[str]]
"""Kind of exhibit, and id of the exhibit or analysis -> codes of the ends that it counts as events."""
Ever = Mapping[str, pd.DataFrame]
"""Time variable -> people by code of how their time ended, whenever it did, and by column."""


def hidden_points(curves: pd.DataFrame, policy: Policy, ends: Ends, ever: Ever) -> pd.Series:
    """Mark the points of curves that are withheld.

    Parameters
    ----------
    curves : DataFrame
        Rows of ``distributions`` with exhibit ``curve`` or ``times``; ``n`` counts
        events so far, ``n_at_risk`` those at risk at ``x``.
    policy : Policy
    ends, ever : mapping

    Returns
    -------
    Series of bool, same index
        Where a curve of everybody stands beside the groups, all of them show the
        same points, because the groups' steps add up to everybody's; likewise
        the levels of a variable and what is left of the whole, which show no
        point that the whole does not.
    """
    hidden = pd.Series(False, index=curves.index)
    for (_, outcome, _), rows in curves.groupby(["unit", "outcome", "wave"]):
        groups = rows[rows["level"] == EVERYBODY]
        times = pd.Index(sorted(set(rows["x"])))
        for one in [groups] if EVERYBODY in set(groups["column"]) else [one for _, one in groups.groupby("column")]:
            shown = _shown_times(_with_differences(_steps_of(one, ends), ever.get(str(outcome), pd.DataFrame())), times, policy)
            hidden.loc[one.index] = ~one["x"].isin(shown)
        everybody = groups[groups["column"] == EVERYBODY]
        told = times[times.isin(everybody.loc[~hidden[everybody.index], "x"])]
        variable = rows["level"].map(lambda level: level.partition("=")[0])
        for name in sorted(set(variable) - {EVERYBODY}):
            found = _hidden_by_level(everybody, rows[variable == name], told, policy, ends)
            hidden |= found.reindex(curves.index, fill_value=False)
    return hidden


Steps = dict[frozenset[str], pd.DataFrame]
"""Ends that count -> ``events`` so far and ``risk`` by time, of the same people."""


def _steps_of(rows: pd.DataFrame, ends: Ends) -> list[tuple[str, Steps]]:
    """Give the curves of each column: one per set of ends, at all times that something tells of."""
    found = []
    for column, part in rows.groupby("column"):
        steps: Steps = {}
        for (kind, name), curve in part.groupby(["exhibit", "analysis"]):
            at = curve.set_index("x").sort_index()
            told = pd.DataFrame({"events": at["n"], "risk": at["n_at_risk"]}).astype("float64")
            codes = ends[str(kind), str(name)]
            steps[codes] = told if codes not in steps else steps[codes].combine_first(told)
        found.append((str(column), steps))
    return found


def _with_differences(columns: Iterable[tuple[str, Steps]], ever: pd.DataFrame) -> list[tuple[pd.DataFrame, float]]:
    """Give every curve, and the difference of any two of which one holds the other's ends; each with its events after all."""
    curves = []
    for column, steps in columns:
        differences = {many - few: steps[many] - steps[few] for few, many in permutations(steps, 2) if few < many}
        told = [*steps.items(), *((codes, curve.dropna().assign(risk=np.inf)) for codes, curve in differences.items())]
        for codes, curve in told:
            last = float(curve["events"].iloc[-1]) if len(curve) else 0.0
            after_all = float(ever[column].reindex(list(codes)).sum()) if column in ever else last
            curves.append((curve, max(last, after_all)))
    return curves


def _shown_times(curves: Sequence[tuple[pd.DataFrame, float]], times: pd.Index, policy: Policy) -> pd.Index:
    """Give the times at which all of these curves may be shown, as far as each tells of them."""
    events, risk = (np.column_stack([curve[name].reindex(times).to_numpy() for curve, _ in curves]) for name in ("events", "risk"))
    return times[shown_points(events, risk, policy, np.array([last for _, last in curves]))]


def hidden_totals(curves: pd.DataFrame, hidden: pd.Series, policy: Policy) -> pd.Series:
    """Mark the points of which not even the total is told: of all that is hidden but levels of which the size may be told.

    Parameters
    ----------
    curves : DataFrame
        Rows of one exhibit.
    hidden : Series of bool, same index
    policy : Policy
    """
    sizes: dict[str, dict[str, float]] = {}
    for level, curve in curves[curves["level"] != EVERYBODY].groupby("level", sort=True):
        sizes.setdefault(str(level).partition("=")[0], {})[str(level)] = _people(curve)
    told = {level for parts in sizes.values() for level in parts.keys() - hidden_sizes(policy, parts)}
    return hidden & ~curves["level"].isin(told)


def _people(curve: pd.DataFrame) -> float:
    return float(curve["total"].max())


def _hidden_by_level(everybody: pd.DataFrame, levels: pd.DataFrame, times: pd.Index, policy: Policy, ends: Ends) -> pd.Series:
    """Mark the points of the curves of one variable's levels.

    Small levels go, with others until all that is hidden together is enough
    people; the levels shown, and what is left of the whole, show the same points.
    """
    curves = {str(level): curve for level, curve in levels.groupby("level", sort=True)}
    if everybody.empty:
        return pd.Series(True, index=levels.index)
    parts = {level: PartOfWhole(_people(curve)) for level, curve in curves.items()}
    unsized = hidden_sizes(policy, {level: part.people for level, part in parts.items()})
    gone = hidden_parts(policy, PartOfWhole(_people(everybody)), parts, unsized)
    shown = [steps for level, curve in curves.items() if level not in gone for _, steps in _steps_of(curve, ends)]
    if not shown:
        return pd.Series(True, index=levels.index)
    [(_, whole)] = _steps_of(everybody, ends)
    rest = {codes: whole[codes] - reduce(lambda one, other: one + other, same) for codes in whole if (same := _all_with(shown, codes))}
    left = _people(everybody) > sum(_people(curves[level]) for level in curves.keys() - gone)
    told = _shown_times(_with_differences([("", one) for one in (*shown, *([rest] if left else []))], pd.DataFrame()), times, policy)
    return levels["level"].isin(gone) | ~levels["x"].isin(told)


def _all_with(columns: Sequence[Steps], codes: frozenset[str]) -> list[pd.DataFrame]:
    """Give the curves of all levels for one set of ends; none where a level lacks it."""
    found = [steps[codes] for steps in columns if codes in steps]
    return found if len(found) == len(columns) else []


def shown_points(events: np.ndarray, at_risk: np.ndarray, policy: Policy, last: np.ndarray | None = None) -> list[int]:
    """Give the places of the points to show.

    Parameters
    ----------
    events : array (times, curves)
        Events up to and including each time; NaN where a curve does not tell.
    at_risk : array (times, curves)
    policy : Policy
    last : array (curves,), optional
        Events known in the end; else those at the last time.

    Returns
    -------
    list of int
        Rising.
    """
    shown: list[int] = []
    reached = [np.zeros(events.shape[1])]
    for place, (count, risk) in enumerate(zip(events, at_risk, strict=True)):
        told = ~np.isnan(count)
        if (risk[told] < policy.base).any():
            break
        if not _any_small(count[told] - reached[-1][told], policy):
            shown.append(place)
            reached.append(np.where(told, count, reached[-1]))
    final = events[-1] if last is None else last
    while shown and _any_small((final - reached[-1])[reached[-1] > 0], policy):
        shown.pop()
        reached.pop()
    return shown


def _any_small(steps: np.ndarray, policy: Policy) -> bool:
    return any(policy.is_small_cell(step) for step in steps)
