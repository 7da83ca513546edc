"""Describe: what each group looks like by itself, for all and for each subgroup.

Every outcome gets this, so that no comparison is printed without the numbers it
comes from.
"""

from collections.abc import Iterator
from dataclasses import asdict

import numpy as np
import pandas as pd

from pipeline.compare.comparison import FIRST, Comparison
from pipeline.compare.proportions import wilson_interval
from pipeline.compare.summaries import mean_interval, summarise

UNITS_OF_PRINTING = {"n": "index", "skewness": "index", "excess_kurtosis": "index", "share": "share"}
"""Estimand -> how it is printed; all others in the outcome's unit."""


def describe(comparison: Comparison) -> list[dict[str, object]]:
    """Describe the outcome in each group, and in each group of each subgroup.

    Parameters
    ----------
    comparison : Comparison
        Of a number or a share; ``by`` names the subgroup variables.

    Returns
    -------
    list of rows
        For a number: n, mean (with Student's interval), standard deviation and
        error, median, quartiles, minimum, maximum, skewness, excess kurtosis.
        For a share: n, and the share with Wilson's interval. ``level`` is
        ``all`` or ``variable=code``, ``term`` the group's code. What too few
        people or a constant outcome leave undefined is empty, with a note.
    """
    rows = []
    for level, frame in _levels(comparison):
        for code, is_first in ((comparison.first, 1.0), (comparison.second, 0.0)):
            outcome = frame.loc[frame[FIRST] == is_first, comparison.outcome].to_numpy(dtype="float64")
            rows += [row | {"level": level, "term": code, "group_a": code} for row in _describe_group(comparison, outcome)]
    return rows


def _levels(comparison: Comparison) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give everybody, then each subgroup that somebody belongs to."""
    yield "all", comparison.frame
    for variable in comparison.by:
        for code, frame in comparison.frame.groupby(variable, observed=True):
            yield f"{variable}={code}", frame


def _describe_group(comparison: Comparison, outcome: np.ndarray) -> list[dict[str, object]]:
    known = np.sort(outcome[~np.isnan(outcome)])
    counts = {"n": len(known), "n_a": len(known), "n_missing": len(outcome) - len(known)}
    numbers = _share_numbers if comparison.kind == "share" else _number_numbers
    return [
        {"estimand": estimand, "measure_unit": UNITS_OF_PRINTING.get(estimand, "number")} | counts | row
        for estimand, row in numbers(known, comparison.confidence).items()
    ]


def _share_numbers(known: np.ndarray, confidence: float) -> dict[str, dict[str, object]]:
    if len(known) == 0:
        return {"n": {"estimate": 0.0}, "share": {"note": "too_few_people"}}
    count = int(known.sum())
    low, high = wilson_interval(count, len(known), confidence)
    return {"n": {"estimate": float(len(known))}, "share": {"estimate": count / len(known), "conf_low": low, "conf_high": high}}


def _number_numbers(known: np.ndarray, confidence: float) -> dict[str, dict[str, object]]:
    summary = summarise(known)
    rows = {estimand: _row(float(value), known) for estimand, value in asdict(summary).items()}
    if summary.n > 1:
        low, high = mean_interval(summary, confidence)
        rows["mean"] |= {"std_error": summary.standard_error, "conf_low": low, "conf_high": high, "df": float(summary.n - 1)}
    return rows


def _row(value: float, known: np.ndarray) -> dict[str, object]:
    if np.isnan(value):
        return {"note": "constant_outcome" if len(known) > 1 and np.ptp(known) == 0 else "too_few_people"}
    return {"estimate": value}
