"""Shares by time that analyses give: points of curves, decided with all curves of the same time."""

import pandas as pd

from pipeline.disclose.counts import TableKey
from pipeline.disclose.curves import Ends, Ever, hidden_points
from pipeline.disclose.evidence import Evidence
from pipeline.spec.naming import split_reference
from pipeline.spec.study import Study

CURVE, TIMES = "curve", "times"


def hidden_times(evidence: Evidence, cells: pd.DataFrame) -> pd.Series:
    """Mark the points of curves that are withheld.

    Parameters
    ----------
    evidence : Evidence
    cells : DataFrame
        Table ``distributions``, nothing withheld.

    Returns
    -------
    Series of bool
        Indexed as the rows of curves, and of points behind shares by time.
    """
    curves = cells[cells["exhibit"].isin([CURVE, TIMES])]
    return hidden_points(curves, evidence.policy, _ends(evidence.study), _ever(evidence))


def _ends(study: Study) -> Ends:
    exhibits = {(CURVE, one.id): frozenset(one.event_codes) for one in study.declaration.exhibits}
    return exhibits | {(TIMES, one.id): frozenset(one.event_codes) for one in study.declaration.analyses}


def _ever(evidence: Evidence) -> Ever:
    """Give, per time variable, the table of how times ended."""
    declared = evidence.study.declaration
    events = {exhibit.time: exhibit.event for exhibit in declared.exhibits if exhibit.kind == CURVE}
    events |= {split_reference(name)[0]: one.event for one in declared.analyses if one.event is not None for name in one.outcomes}
    keys = {str(time): TableKey(evidence.study.unit_of(str(event)), str(event), "") for time, event in events.items()}
    return {time: evidence.tables[key] for time, key in keys.items() if key in evidence.tables}


def of_hidden_times(rows: pd.DataFrame, cells: pd.DataFrame, points: pd.Series) -> pd.Series:
    """Mark the shares by time of which the point is withheld.

    Parameters
    ----------
    rows : DataFrame
        Table ``estimates``.
    cells : DataFrame
        Table ``distributions``, nothing withheld.
    points : Series of bool
        As ``hidden_times`` gives them.

    Returns
    -------
    Series of bool, indexed as ``rows``
    """
    gone = cells.loc[points.index[points]]
    keys = {(row.analysis, row.outcome, row.level, f"{row.x:g}") for row in gone[gone["exhibit"] == TIMES].itertuples()}
    places = zip(rows["analysis"], rows["outcome"], rows["level"], rows["term"], strict=True)
    return pd.Series([place in keys for place in places], index=rows.index, dtype="bool") & rows["estimand"].eq("survival_at")


def declared_cells(cells: pd.DataFrame) -> pd.DataFrame:
    """Leave out the points behind shares by time, which estimates tell."""
    return cells[cells["exhibit"] != TIMES]
