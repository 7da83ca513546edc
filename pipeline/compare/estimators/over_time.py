"""Two groups at two times: whether the first changed otherwise than the second.

By each person's change, among those known at both times; by the means of each group
at each time, with all who were known at either (difference in differences); or by a
model in which each person has a level of their own, which uses the same people and
lets those known once count for what they tell. Beside ``adjusted`` with the earlier
value as covariate, which asks another question: among people who were alike then.
All assume that the first group would have changed as the second did.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.compare.gather.cohort import FEW_DF, Row
from pipeline.compare.gather.comparison import EARLIER, FIRST, Comparison
from pipeline.compare.gather.design import hardly_varies
from pipeline.compare.gather.model import Model, model_row, model_rows
from pipeline.compare.gather.panel import CLUSTER
from pipeline.compare.numbers.means import rounded_changes
from pipeline.compare.numbers.random_intercept import tested_coefficient
from pipeline.compare.numbers.regression import least_squares
from pipeline.compare.numbers.robust import robust_contrast

CHANGE, DIFFERENCES, GROWTH = "difference_by_change", "difference_by_differences", "difference_by_growth"
EITHER = "known_once_counts"
"""Remark: those known at one of the times only count too."""


def change_score(comparison: Comparison) -> list[Row]:
    """Compare how much people changed, among those known at both times and alike in the covariates.

    Parameters
    ----------
    comparison : Comparison
        Of a number or a share, with the same before.

    Returns
    -------
    list of one row
        ``difference_by_change``, tested. Noted: ``arm_hardly_varies``, ``arm_under_two_clusters`` (estimate without error).
    """
    both = comparison.frame.dropna(subset=[comparison.outcome, EARLIER])
    change = pd.Series(rounded_changes(both[EARLIER].to_numpy(), both[comparison.outcome].to_numpy()), index=both.index)
    changed = replace(comparison, frame=comparison.frame.assign(**{comparison.outcome: change.reindex(comparison.frame.index)}))
    return model_rows(
        changed, {CHANGE: ""}, lambda model: {CHANGE: _of_change(model, comparison.confidence)}, lambda model: model.arm_problem("number")
    )


def _of_change(model: Model, confidence: float) -> Row:
    fit = least_squares(model.design, model.outcome)
    return robust_contrast(fit, np.eye(model.design.shape[1])[-1], model.clusters, confidence)


@dataclass(frozen=True)
class _Long:
    """A row per person and time at which the outcome is known: intercept, group, time and their product."""

    design: np.ndarray
    outcome: np.ndarray
    people: np.ndarray
    clusters: np.ndarray
    """Those declared, else people."""


def difference_in_differences(comparison: Comparison) -> list[Row]:
    """Compare the change of the groups' means, with everybody who is known at either time.

    Parameters
    ----------
    comparison : Comparison
        Of a number or a share, with the same before; without covariates.

    Returns
    -------
    list of one row
        ``difference_by_differences``, tested; n is of those known afterwards. Noted ``known_once_counts``; ``one_group_empty``,
        ``constant_outcome`` (no number); ``arm_under_two_clusters``, ``perfect_fit`` (estimate without error).
    """
    return _over_time(comparison, DIFFERENCES, _of_means)


def growth(comparison: Comparison) -> list[Row]:
    """Compare the groups' change with a level of each person's own (random intercept), with everybody who is known at either time.

    Parameters
    ----------
    comparison : Comparison
        Of a number, with the same before; without covariates.

    Returns
    -------
    list of one row
        ``difference_by_growth``, tested; ``effect`` is how alike two values of one person are. Noted as
        ``difference_in_differences``, ``nobody_twice`` (no number) and ``no_likeness``, where people are no more like
        themselves than others.
    """
    return _over_time(comparison, GROWTH, _of_levels)


def _over_time(comparison: Comparison, estimand: str, numbers_of: Callable[[_Long, Comparison], Row]) -> list[Row]:
    long = _long(comparison)
    numbers: Row = {"note": long} if isinstance(long, str) else numbers_of(long, comparison)
    once = "" if isinstance(long, str) or np.bincount(long.people).min() == 2 else EITHER
    few = "df_below_4" if comparison.clustered and float(str(numbers.get("df", FEW_DF))) < FEW_DF else ""
    return [model_row(comparison, estimand, numbers, (once, few))]


def _long(comparison: Comparison) -> _Long | str:
    frame = comparison.frame if not comparison.clustered else comparison.frame.dropna(subset=[CLUSTER])
    waves = [frame.assign(value=frame[name], post=float(place)) for place, name in enumerate((EARLIER, comparison.outcome))]
    rows = pd.concat([wave.assign(person=np.arange(len(frame))) for wave in waves]).dropna(subset=["value"])
    if len(rows.groupby([FIRST, "post"])) < 4:
        return "one_group_empty"
    outcome, first, post = (rows[name].to_numpy(dtype="float64") for name in ("value", FIRST, "post"))
    if np.ptp(outcome) == 0:
        return "constant_outcome"
    people = np.unique(rows["person"], return_inverse=True)[1]
    clusters = np.unique(rows[CLUSTER].to_numpy(), return_inverse=True)[1] if comparison.clustered else people
    return _Long(np.column_stack([np.ones(len(rows)), first, post, first * post]), outcome, people, clusters)


def _of_means(long: _Long, comparison: Comparison) -> Row:
    fit = least_squares(long.design, long.outcome)
    estimate, clusters = float(fit.params[-1]), long.clusters
    if min(len(np.unique(clusters[long.design[:, 1] == arm])) for arm in (0, 1)) < 2:
        return {"estimate": estimate, "note": "arm_under_two_clusters" if comparison.clustered else "too_few_people"}
    cells = [long.outcome[(long.design[:, 1] == arm) & (long.design[:, 2] == time)] for arm in (0, 1) for time in (0, 1)]
    if any(hardly_varies(cell, comparison.kind) for cell in cells):
        return {"estimate": estimate, "note": "few_events" if comparison.kind == "share" else "arm_hardly_varies"}
    return robust_contrast(fit, np.eye(4)[-1], clusters, comparison.confidence)


def _of_levels(long: _Long, comparison: Comparison) -> Row:
    if np.bincount(long.people).max() < 2:
        return {"note": "nobody_twice"}
    if len(long.outcome) <= 6:
        return {"note": "too_few_people"}
    return tested_coefficient(long.design, long.outcome, long.people, comparison.confidence)
