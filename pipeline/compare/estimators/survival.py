"""Survival: time to an event when some have not had it yet, by Kaplan and Meier.

The curve itself is an exhibit of kind ``curve``. Those whose time ended
otherwise are censored: taken to have had the same prospects as those still
followed.
"""

from collections.abc import Iterator
from math import isnan

import numpy as np

from pipeline.compare.gather.cohort import EVENT, LEVEL, OUTCOME, Cohort, Row, counted, notes_joined
from pipeline.compare.numbers.log_rank import log_rank, permuted_log_rank
from pipeline.compare.numbers.results import Estimate
from pipeline.compare.numbers.survival import (
    all_at_once,
    followed_to,
    kaplan_meier,
    quantile_time,
    restricted_mean,
)
from pipeline.spec.vocabulary import EVERYBODY

FEW_EXPECTED = 10
"""With fewer events expected in a group chi-square rejected a true null in up to 9 % of 3,000 draws, exchanges of units in
5 % (tests/validate/methods/few_events.py)."""


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
        With few expected events the test exchanges units between levels
        (``permutation_test``).
    """
    rows = [row | {"level": level} for level, part in cohort.levels() for row in _level_rows(part)]
    return rows + [_compared(cohort, variable) | {"level": EVERYBODY} for variable in cohort.by]


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
    if not followed_to(time, event, moment):
        return {"note": "beyond_follow_up"}
    curve = kaplan_meier(time, event, np.array([moment]), confidence)
    return {
        "estimate": float(curve.survival[0]),
        "std_error": float(curve.std_error[0]),
        "conf_low": float(curve.conf_low[0]),
        "conf_high": float(curve.conf_high[0]),
        "note": _edge(float(curve.survival[0])) if isnan(curve.conf_low[0]) else "",
    }


def _edge(height: float) -> str:
    return "nobody_by_then" if height == 1 else "everybody_by_then"


def _median(time: np.ndarray, event: np.ndarray, confidence: float) -> Row:
    found = quantile_time(time, event, 0.5, confidence)
    return found.columns() | {"note": _median_note(found, time, event)}


def _median_note(found: Estimate, time: np.ndarray, event: np.ndarray) -> str:
    if isnan(found.estimate):
        return "median_not_reached"
    if all_at_once(time, event):
        return "all_at_once"
    return "upper_end_not_reached" if isnan(found.conf_high) else ""


def _mean(time: np.ndarray, event: np.ndarray, horizon: float, confidence: float) -> Row:
    found = restricted_mean(time, event, horizon, confidence)
    notes = (
        "" if followed_to(time, event, horizon) else "horizon_beyond_follow_up",
        "" if found.std_error > 0 else _undecided(time, event, "no_events_before_horizon"),
    )
    return found.columns() | {"reference_value": horizon, "note": notes_joined(*notes)}


def _undecided(time: np.ndarray, event: np.ndarray, otherwise: str) -> str:
    """Say why a mean has no error, or levels no test: no events, all at once, or else."""
    if not event.any():
        return "no_events"
    return "all_at_once" if all_at_once(time, event) else otherwise


def _compared(cohort: Cohort, variable: str) -> Row:
    level = f"{LEVEL}{variable}"
    known = cohort.frame.dropna(subset=[OUTCOME, EVENT, level])
    row = counted(cohort, known, "log_rank", "index") | {"term": variable}
    groups = np.unique(known[level].cat.codes.to_numpy(), return_inverse=True)[1]
    if not len(known) or groups.max() == 0:
        return row | {"note": "one_level_only" if len(known) else "too_few_people"}
    time, event = known[OUTCOME].to_numpy(), known[EVENT].to_numpy() == 1
    test = log_rank(time, event, groups)
    if isnan(test.statistic):
        return row | {"note": _undecided(time, event, "no_telling_event")}
    row |= test.columns()
    if test.least_expected >= FEW_EXPECTED:
        return row
    p_value = permuted_log_rank(time, event, groups, cohort.seed)
    return row | {"p_value": p_value, "seed": cohort.seed, "note": "permutation_test"}
