"""What needs the rows beside a row once more: Holm's adjustment by pandas, and detectable differences by scipy."""

import pandas as pd
from scipy.optimize import brentq
from scipy.stats import nct, t

from pipeline.compare.opinion.view import Numbers, Row

POWER = 0.8
"""Chance that a detectable difference is found."""
NORMAL = 1e6
"""Degrees of freedom of an error that is normal: that of two shares."""
ADJUSTED = "holm"


def adjusted_by_holm(estimates: pd.DataFrame, row: Row) -> Numbers:
    """Adjust the tests of a family again: each p-value times the tests not yet made, never below one before it."""
    members = estimates.loc[(estimates["family"] == row["family"]) & (estimates["p_adjustment"] == ADJUSTED)]
    tests = members.loc[members["estimator"] != "detectable"]
    asked = tests.loc[tests["reference_value"].notna()]
    return {
        "p_adjusted": _holm(tests["p_value"], len(tests), row["p_value"]),
        "p_equivalence_adjusted": _holm(asked["p_equivalence"], len(asked), row["p_equivalence"]),
    }


def _holm(p_values: pd.Series, tests: int, own: float) -> float:
    """Give the adjusted value of one of the p-values of a family in which so many tests were planned."""
    in_order = p_values.dropna().sort_values()
    adjusted = (in_order * range(tests, tests - len(in_order), -1)).cummax().clip(upper=1.0)
    return float(adjusted.loc[in_order == own].max())


def detectable(estimates: pd.DataFrame, row: Row) -> Numbers:
    """The difference that the comparison beside would have found in four of five studies, at Holm's first step."""
    same = estimates[["analysis", "outcome", "wave", "level", "term"]] == [
        row[name] for name in ("analysis", "outcome", "wave", "level", "term")
    ]
    beside = estimates.loc[same.all(axis="columns") & estimates["std_error"].notna() & estimates["p_value"].notna()]
    [test] = beside.to_dict("records")
    family = (estimates["family"] == row["family"]) & (estimates["p_adjustment"] == ADJUSTED) & (estimates["estimator"] != "detectable")
    tests = int(family.sum()) if row["p_adjustment"] == ADJUSTED else 1
    df = NORMAL if test["estimand"] == "risk_difference" or pd.isna(test["df"]) else test["df"]
    tail = (1 - test["confidence"]) / 2 / tests

    def short(effect: float) -> float:
        return float(nct.sf(t.isf(tail, df), df, effect)) - POWER

    reach = next(4.0 * 2**step for step in range(20) if short(4.0 * 2**step) > 0)
    found = brentq(short, 0.0, reach, xtol=1e-12)
    return {"estimate": float(found) * test["std_error"]}
