"""Curves: the cumulative share with an event over time, by Kaplan and Meier."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.compare.gather.cohort import EVENT, OUTCOME, Cohort
from pipeline.compare.gather.panel import Panel, is_one_of
from pipeline.compare.gather.protocol import AnalysisFrame
from pipeline.compare.numbers.survival import Survival, kaplan_meier
from pipeline.spec.declaration import Exhibit
from pipeline.spec.naming import split_reference
from pipeline.spec.vocabulary import CONFIDENCE, EVERYBODY


def curve_rows(panel: Panel, exhibit: Exhibit) -> Iterator[dict[str, object]]:
    """Give the cumulative share with the event at the declared times, per group.

    Parameters
    ----------
    panel : Panel
    exhibit : Exhibit
        Of kind ``curve``; every end of observation that is not among
        ``event_codes`` is a censoring.

    Yields
    ------
    dict
        ``share`` with log-log interval, ``n`` events so far, ``n_at_risk``;
        ``total`` counts the group's units whose time and end are known. None
        for a group without any.
    """
    assert exhibit.time is not None and exhibit.event is not None
    time, end = panel.column(exhibit.time), panel.column(exhibit.event)
    happened = is_one_of(end, exhibit.event_codes)
    known = time.notna() & end.notna()
    common = {"unit": panel.unit, "outcome": exhibit.time, "wave": ""}
    for place, members in _curves_of(panel, exhibit):
        inside = known & members
        if inside.any():
            curve = kaplan_meier(time[inside].to_numpy(), happened[inside].to_numpy(), np.array(exhibit.grid), CONFIDENCE)
            yield from (common | place | {"total": int(inside.sum())} | row for row in _grid_rows(curve, exhibit.grid))


def analysis_curve_rows(gathered: AnalysisFrame) -> Iterator[dict[str, object]]:
    """Give the points behind an analysis of times: events so far and those at risk at its times, of everybody and at each level.

    Disclosure control decides by them; they are not released.

    Parameters
    ----------
    gathered : AnalysisFrame
        Of an analysis with estimator ``survival`` and ``times``.

    Yields
    ------
    dict
        As ``curve_rows``.
    """
    grid = tuple(sorted(gathered.analysis.times))
    for outcome in gathered.analysis.outcomes:
        name, wave = split_reference(outcome)
        view = gathered.view(outcome)
        assert isinstance(view, Cohort)
        for level, part in view.levels():
            known = part.frame.dropna(subset=[OUTCOME, EVENT])
            if len(known) and grid:
                curve = kaplan_meier(known[OUTCOME].to_numpy(), known[EVENT].to_numpy() == 1, np.array(grid), CONFIDENCE)
                common = {"unit": gathered.unit, "outcome": name, "wave": wave, "column": EVERYBODY, "level": level, "total": len(known)}
                yield from (common | row for row in _grid_rows(curve, grid))


def _curves_of(panel: Panel, exhibit: Exhibit) -> Iterator[tuple[dict[str, str], pd.Series]]:
    """Mark the units of each curve: each group, then each level of the variables it is drawn by."""
    for code in panel.group_codes:
        yield {"column": code}, panel.group == code
    for variable in exhibit.by:
        levels = panel.levels(variable)
        for code in levels.cat.categories:
            yield {"column": EVERYBODY, "level": f"{variable}={code}"}, levels == code


def _grid_rows(curve: Survival, grid: tuple[float, ...]) -> Iterator[dict[str, object]]:
    for place, x in enumerate(grid):
        yield {
            "x": x,
            "n": int(curve.events[place]),
            "share": float(1 - curve.survival[place]),
            "conf_low": float(1 - curve.conf_high[place]),
            "conf_high": float(1 - curve.conf_low[place]),
            "n_at_risk": int(curve.at_risk[place]),
        }
