"""Times to an event once more, by scipy's empirical distribution of censored times."""

from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import root
from scipy.stats import CensoredData, ecdf, logrank, norm

from pipeline.compare.gather.cohort import EVENT, LEVEL, OUTCOME, Cohort
from pipeline.compare.gather.comparison import ENDED, Comparison, complete
from pipeline.compare.opinion.means import design_of
from pipeline.compare.opinion.view import Numbers, Row

FLAT = 1e-9
"""Heights of a curve this close are equal."""
NARROW = 0.1
"""Level of the plain limits that tell the error: so near the curve that they are not both cut, at 0 and at 1."""
FEW_EXPECTED = "permutation_test"


def share_without_event(cohort: Cohort, row: Row) -> Numbers:
    """Kaplan and Meier's share at the row's time, with log-log limits; Greenwood's error from the width of the plain ones."""
    curve, moment, level = _curve(cohort, row), float(row["term"]), row["confidence"]
    height = float(curve.evaluate(moment))
    loglog, plain = curve.confidence_interval(level, method="log-log"), curve.confidence_interval(NARROW, method="linear")
    reach = max(float(plain.high.evaluate(moment)) - height, height - float(plain.low.evaluate(moment)))
    ends = {"conf_low": float(loglog.low.evaluate(moment)), "conf_high": float(loglog.high.evaluate(moment))}
    return {"estimate": height, "std_error": reach / float(norm.isf((1 - NARROW) / 2))} | ends


def median_time(cohort: Cohort, row: Row) -> Numbers:
    """The time at which the curve, and its log-log limits, come to one half."""
    curve, last = _curve(cohort, row), float(cohort.frame[OUTCOME].max())
    limits = curve.confidence_interval(row["confidence"], method="log-log")
    curves = {"estimate": curve, "conf_low": limits.low, "conf_high": limits.high}
    return {name: _first_at_half(one, last) for name, one in curves.items()}


def _first_at_half(curve: Any, last: float) -> float:
    """Give the first time at which a curve is at most one half; the middle of a stretch that lies on it."""
    times, below = curve.quantiles, curve.probabilities < 0.5 - FLAT
    at_most = curve.probabilities <= 0.5 + FLAT
    if not at_most.any():
        return float("nan")
    first = float(times[at_most][0])
    end = float(times[below][0]) if below.any() else last
    return first if below[at_most][0] else (first + end) / 2


def area_under_curve(cohort: Cohort, row: Row) -> Numbers:
    """The mean up to the horizon: the area under the steps of the curve."""
    curve, horizon = _curve(cohort, row), float(row["reference_value"])
    inside = curve.quantiles < horizon
    edges = np.concatenate([[0.0], curve.quantiles[inside], [horizon]])
    return {"estimate": float((np.diff(edges) * np.concatenate([[1.0], curve.probabilities[inside]])).sum())}


def two_curves(cohort: Cohort, row: Row) -> Numbers:
    """The log-rank test of two levels; scipy has none of more."""
    known = cohort.frame.dropna(subset=[OUTCOME, EVENT, f"{LEVEL}{row['term']}"])
    parts = [_censored(one) for _, one in known.groupby(f"{LEVEL}{row['term']}", observed=True)]
    if len(parts) != 2:
        return {}
    found = logrank(*parts)
    p_value = {} if FEW_EXPECTED in row["note"] else {"p_value": float(found.pvalue)}
    return {"statistic": float(found.statistic) ** 2, "df": 1.0} | p_value


def _curve(cohort: Cohort, row: Row) -> Any:
    return ecdf(_censored(cohort.frame)).sf


def _censored(known: pd.DataFrame) -> Any:
    happened = known[EVENT] == 1
    return CensoredData(uncensored=known.loc[happened, OUTCOME].to_numpy(), right=known.loc[~happened, OUTCOME].to_numpy())


def ratio_of_hazards(comparison: Comparison, row: Row) -> Numbers:
    """The ratio of hazards: scipy seeks where the partial likelihood has no slope, slopes by complex steps; its error without clusters."""
    people = complete(comparison)
    design = design_of(comparison, people, intercept=False)
    times, ended = people[comparison.outcome].to_numpy(dtype="float64"), people[ENDED].to_numpy() == 1
    events = [(times >= time, np.flatnonzero((times == time) & ended)) for time in np.unique(times[ended])]

    def height(place: np.ndarray) -> complex:
        own = design @ place
        hazard = np.exp(own)
        left = [hazard[risk].sum() - np.arange(len(now)) / len(now) * hazard[now].sum() for risk, now in events]
        return own[ended].sum() - np.log(np.concatenate(left)).sum()

    def slope(place: np.ndarray) -> np.ndarray:
        return np.array([height(place + 1e-40j * one).imag / 1e-40 for one in np.eye(len(place))])

    found = root(slope, np.zeros(design.shape[1]), tol=1e-14).x
    told = {"estimate": float(np.exp(found[-1]))}
    if comparison.clustered or pd.isna(row["conf_low"]):
        return told
    coarse, fine = (
        np.array([(slope(found + step * one) - slope(found - step * one)) / (2 * step) for one in np.eye(len(found))])
        for step in (1e-3, 5e-4)
    )
    error = float(np.sqrt(np.linalg.inv(-(4 * fine - coarse) / 3)[-1, -1]))
    half = float(norm.isf((1 - row["confidence"]) / 2)) * error
    tested = {"statistic": found[-1] / error, "p_value": 2 * float(norm.sf(abs(found[-1] / error)))}
    return told | tested | {"conf_low": float(np.exp(found[-1] - half)), "conf_high": float(np.exp(found[-1] + half))}
