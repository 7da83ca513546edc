"""What the study could have found: beside each primary comparison, the smallest difference with 80 % power.

It follows from the standard error, which follows from the design and the spread
of the answers; the difference that was found plays no part.
"""

from collections.abc import Iterable, Iterator
from math import isnan

import pandas as pd

from pipeline.compare.power import POWER, detectable_difference
from pipeline.compare.verdicts import COMPARED_ESTIMANDS

ESTIMATOR, ESTIMAND = "detectable", "detectable_difference"
KEPT = (
    *("study", "analysis", "role", "family", "outcome", "unit", "wave", "level", "term", "group_a", "group_b", "covariates", "weights"),
    *("measure_unit", "confidence", "n", "n_a", "n_b", "n_clusters", "n_missing"),
)
"""Columns of the comparison that its detectable difference shares."""
OF_SHARES = ("risk_difference",)
"""Their error is normal; the one degree of freedom beside it is of the chi-square test."""
MANY = 1e6


def detectable_rows(estimates: Iterable[dict[str, object]]) -> Iterator[dict[str, object]]:
    """Give the detectable difference of each primary comparison of everybody that has a standard error.

    Parameters
    ----------
    estimates : iterable of rows of ``estimates``

    Yields
    ------
    dict
        ``detectable_difference``, above 0, in the unit of the comparison;
        ``reference_value`` is the power.
    """
    for row in estimates:
        if row.get("role") == "primary" and row.get("level") == "all" and row["estimand"] in COMPARED_ESTIMANDS:
            yield from _beside(row)


def _beside(row: dict[str, object]) -> Iterator[dict[str, object]]:
    std_error, df = (float(str(row.get(name, "nan"))) for name in ("std_error", "df"))
    df = MANY if row["estimand"] in OF_SHARES else df
    if isnan(std_error + df) or std_error <= 0:
        return
    alpha = 1 - float(str(row["confidence"]))
    kept = {name: row[name] for name in KEPT if name in row and not pd.isna(row[name])}
    yield kept | {
        "estimator": ESTIMATOR,
        "estimand": ESTIMAND,
        "estimate": detectable_difference(std_error, df, POWER, alpha),
        "std_error": std_error,
        "df": df if df < MANY else None,
        "reference_value": POWER,
    }
