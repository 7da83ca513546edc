"""What estimators of change share: levels that lie within one cluster, and the numbers of one mean change."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from math import isnan

import numpy as np
import pandas as pd

from pipeline.compare.gather.cohort import FEW_DF, Cohort, Row, counted, notes_joined
from pipeline.compare.gather.panel import CLUSTER
from pipeline.compare.numbers.effect_sizes import hedges_g_av
from pipeline.compare.numbers.means import clustered_mean_change, mean_change, rounded_changes
from pipeline.compare.numbers.results import TTest
from pipeline.spec.vocabulary import EVERYBODY

ROUNDING = 1e-12
"""Cluster means that differ by a smaller share of the largest change are equal."""
UNTESTED_MEANS = {
    "too_few_people": "too_few_people",
    "same_change": "constant_outcome",
    "nobody_changed": "constant_outcome",
    "under_two_clusters": "under_two_clusters",
    "same_mean_in_clusters": "same_mean_in_clusters",
}
"""Why a change has no error -> why a mean has none."""


def change_rows_by_level(cohort: Cohort, estimate: Callable[[Cohort], Iterable[Row]]) -> list[Row]:
    """Estimate for everybody, then at each level; a level within one cluster is about that cluster's own units.

    Parameters
    ----------
    cohort : Cohort
    estimate : function
        Gives the rows of one level, which is a cohort like the whole.

    Returns
    -------
    list of rows
        With ``level`` filled in, and ``within_one_cluster`` noted where units of
        a level, such as one seminar, are taken as independent of each other.
    """
    rows = []
    for level, part in cohort.levels():
        alone = level != EVERYBODY and part.clustered and part.frame[CLUSTER].nunique() == 1
        remark = "within_one_cluster" if alone else ""
        estimated = estimate(replace(part, clustered=part.clustered and not alone))
        rows += [row | {"level": level, "note": notes_joined(str(row["note"]), remark)} for row in estimated]
    return rows


def clusters_of(cohort: Cohort) -> list[str]:
    """Give the column that must be known where clusters count."""
    return [CLUSTER] if cohort.clustered else []


def mean_change_numbers(cohort: Cohort, before: pd.Series, after: pd.Series, known: pd.DataFrame) -> Row:
    """Estimate one mean change of units known in both.

    Parameters
    ----------
    cohort : Cohort
        Says whether clusters count, and the level of the interval.
    before, after : Series (units)
        What is compared, none missing.
    known : DataFrame (units)
        The same units; holds their clusters.

    Returns
    -------
    dict
        Estimate, error, test, interval and Hedges' g_av. Only an estimate, with
        a note, for fewer than two units (``too_few_people``), when all changed
        alike (``nobody_changed``, ``same_change``), when all belong to one cluster
        (``under_two_clusters``) and when all clusters have the same mean
        (``same_mean_in_clusters``), which would make the error zero.
    """
    change = rounded_changes(before.to_numpy(), after.to_numpy())
    clusters = known[CLUSTER].to_numpy() if cohort.clustered else None
    row: Row = {} if clusters is None else {"n_clusters": len(np.unique(clusters))}
    if len(change):
        row["estimate"] = float(change.mean())
    note = _untested(change, clusters)
    if note:
        return row | {"note": note}
    if clusters is None:
        return row | mean_change(change, cohort.confidence).columns() | _size(cohort, before.to_numpy(), after.to_numpy())
    tested = clustered_mean_change(change, clusters, cohort.confidence)
    size = _size(cohort, before.to_numpy(), after.to_numpy())
    return row | tested.columns() | size | {"note": "df_below_4" if tested.df < FEW_DF else ""}


def mean_rows(cohort: Cohort, known: pd.DataFrame, columns: Mapping[str, str]) -> Iterator[Row]:
    """Give the means that a change lies between, of exactly the units that the change rests on.

    Parameters
    ----------
    cohort : Cohort
        Says whether clusters count, and the level of the intervals.
    known : DataFrame (units)
        None missing.
    columns : mapping
        Estimand, such as ``mean_before``, to its column.

    Yields
    ------
    dict
        Intervals as of a mean change. Without numbers, noted ``too_few_people``, for
        nobody; without interval for one unit, equal values (``constant_outcome``),
        one cluster, or clusters with equal means.
    """
    for estimand, column in columns.items():
        values = known[column].to_numpy(dtype="float64")
        clusters = known[CLUSTER].to_numpy() if cohort.clustered else None
        row = counted(cohort, known, estimand, "number") | ({"estimate": float(values.mean())} if len(values) else {})
        note = UNTESTED_MEANS.get(_untested(values, clusters), "")
        if note:
            yield row | {"note": note}
        elif clusters is None:
            yield row | _level(mean_change(values, cohort.confidence))
        else:
            yield row | _level(clustered_mean_change(values, clusters, cohort.confidence)) | {"n_clusters": len(np.unique(clusters))}


def _level(tested: TTest) -> Row:
    """Keep what is of use of a mean: that it is not zero is no news."""
    return {name: value for name, value in tested.columns().items() if name not in ("statistic", "p_value")}


def _untested(change: np.ndarray, clusters: np.ndarray | None) -> str:
    """Give the reason why a mean change has no error; empty when it has one."""
    if len(change) < 2:
        return "too_few_people"
    if np.ptp(change) == 0:
        return "same_change" if change.any() else "nobody_changed"
    means = [] if clusters is None else [change[clusters == one].mean() for one in np.unique(clusters)]
    if len(means) == 1:
        return "under_two_clusters"
    return "same_mean_in_clusters" if means and np.ptp(means) < ROUNDING * np.abs(change).max() else ""


def _size(cohort: Cohort, before: np.ndarray, after: np.ndarray) -> Row:
    """Give Hedges' g_av; its interval takes people as independent, so it is left out where clusters count."""
    if len(before) < 3:
        return {"note": "too_few_for_effect"}
    effect = hedges_g_av(before, after, cohort.confidence)
    if cohort.clustered:
        return {"effect_kind": "hedges_g_av", "effect": effect.effect, "note": ""}
    note = "effect_interval_not_found" if isnan(effect.effect_low) else ""
    return {"effect_kind": "hedges_g_av", "note": note} | effect.columns()
