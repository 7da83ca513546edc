"""Survival: time to an event when some have not had it yet, by Kaplan and Meier.

The curve itself is an exhibit of kind ``curve``. Those whose time ended
otherwise are censored: taken to have had the same prospects as those still
followed.
"""

from collections.abc import Iterator
from math import isnan

import numpy as np

from pipeline.compare.cohort import EVENT, LEVEL, OUTCOME, WHOLE, Cohort
from pipeline.compare.cohort_rows import Row, counted, joined
from pipeline.compare.student import normal_value
from pipeline.compare.survival import followed_to, log_rank, quantile_time, restricted_mean, survival_at

FEW_EXPECTED = 5
"""With fewer events expected in a group the log-rank test is not trusted."""


def survival(cohort: Cohort) -> list[Row]:
    """Estimate how long it takes, and whether levels differ.

    Parameters
    ----------
    cohort : Cohort
        Of a time, with ``event``; ``times`` and ``horizon`` as declared.

    Returns
    -------
    list of rows
        Per level ``survival_at`` (share without the event, ``term`` the time,
        log-log interval), ``median_time``, and with a horizon
        ``restricted_mean``. One ``log_rank`` test per ``by`` variable, ``term``
        its name. Empty with a note: times after the last one followed, a median
        that the curve does not reach, tests without events or with one level.
    """
    rows = [row | {"level": level} for level, part in cohort.levels() for row in _level_rows(part)]
    return rows + [_compared(cohort, variable) | {"level": WHOLE} for variable in cohort.by]


def _level_rows(cohort: Cohort) -> Iterator[Row]:
    known = cohort.frame.dropna(subset=[OUTCOME, EVENT])
    time, event = known[OUTCOME].to_numpy(), known[EVENT].to_numpy() == 1
    nobody = {"note": "too_few_people"}
    for moment in cohort.analysis.times:
        row = counted(cohort, known, "survival_at", "share") | {"term": f"{moment:g}"}
        yield row | (_at(time, event, moment, cohort.confidence) if len(time) else nobody)
    row = counted(cohort, known, "median_time", "number")
    yield row | (_median(time, event, cohort.confidence) if len(time) else nobody)
    if cohort.analysis.horizon is not None:
        row = counted(cohort, known, "restricted_mean", "number")
        yield row | (_mean(time, event, cohort.analysis.horizon, cohort.confidence) if len(time) else nobody)


def _at(time: np.ndarray, event: np.ndarray, moment: float, confidence: float) -> Row:
    curve = survival_at(time, event, np.array([moment]), confidence)
    if isnan(curve.survival[0]):
        return {"note": "beyond_follow_up"}
    return {
        "estimate": float(curve.survival[0]),
        "std_error": float(curve.std_error[0]),
        "conf_low": float(curve.conf_low[0]),
        "conf_high": float(curve.conf_high[0]),
        "note": "no_interval_at_edge" if isnan(curve.conf_low[0]) else "",
    }


def _median(time: np.ndarray, event: np.ndarray, confidence: float) -> Row:
    found = quantile_time(time, event, 0.5, confidence)
    return {
        "estimate": found.time,
        "conf_low": found.conf_low,
        "conf_high": found.conf_high,
        "note": "median_not_reached" if isnan(found.time) else "upper_end_not_reached" if isnan(found.conf_high) else "",
    }


def _mean(time: np.ndarray, event: np.ndarray, horizon: float, confidence: float) -> Row:
    found = restricted_mean(time, event, horizon)
    half = normal_value(confidence) * found.std_error
    row: Row = {"estimate": found.mean, "std_error": found.std_error, "reference_value": horizon}
    if found.std_error > 0:
        row |= {"conf_low": max(found.mean - half, 0.0), "conf_high": min(found.mean + half, horizon)}
    notes = "" if followed_to(time, event, horizon) else "horizon_beyond_follow_up", "" if found.std_error > 0 else "no_events"
    return row | {"note": joined(*notes)}


def _compared(cohort: Cohort, variable: str) -> Row:
    level = f"{LEVEL}{variable}"
    known = cohort.frame.dropna(subset=[OUTCOME, EVENT, level])
    row = counted(cohort, known, "log_rank", "index") | {"term": variable}
    groups = np.unique(known[level].cat.codes.to_numpy(), return_inverse=True)[1]
    if not len(known) or groups.max() == 0:
        return row | {"note": "one_level_only"}
    test = log_rank(known[OUTCOME].to_numpy(), known[EVENT].to_numpy() == 1, groups)
    if isnan(test.statistic):
        return row | {"note": "no_events"}
    note = "few_expected_events" if test.expected.min() < FEW_EXPECTED else ""
    return row | {"statistic": test.statistic, "df": test.df, "p_value": test.p_value, "note": note}
