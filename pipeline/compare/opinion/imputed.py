"""What was pooled over imputations once more: each imputation by another package, and Rubin's rules by pandas."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.stats import t

from pipeline.compare.gather.comparison import Comparison
from pipeline.compare.opinion.view import Numbers, Recompute, Row, ends

NEEDED = ["estimate", "std_error", "df"]
OF_CHI_SQUARE = ("risk_difference",)
"""Estimands whose own degrees of freedom are a test's; their error is normal."""
NORMAL_DF = 1e6


def again(computes: Sequence[Recompute], estimand: str) -> Recompute:
    """Give the second computation of a pooled row from those of the row that is pooled.

    Parameters
    ----------
    computes : sequence of functions
        What computes the estimator's own test again.
    estimand : str
        Of that test.

    Returns
    -------
    function
        Gives the estimate alone where nothing computes the error of each imputation again.
    """

    def compute(comparison: Comparison, row: Row) -> Numbers:
        own = {**row, "estimand": estimand, "std_error": row["std_error"] if pd.notna(row["std_error"]) else 1.0}
        views = [replace(comparison, frame=frame, imputations=()) for frame in comparison.imputations]
        found = pd.DataFrame([{name: value for one in computes for name, value in one(view, own).items()} for view in views])
        return _pooled(found.reindex(columns=NEEDED), row, estimand)

    return compute


def _pooled(found: pd.DataFrame, row: Row, estimand: str) -> Numbers:
    means = found.assign(within=found["std_error"] ** 2).mean(skipna=False)
    if pd.isna(means["within"]) or pd.isna(row["estimate"]):
        return {"estimate": means["estimate"]}
    between = found["estimate"].var() * (1 + 1 / len(found))
    complete = NORMAL_DF if estimand in OF_CHI_SQUARE or pd.isna(means["df"]) else means["df"]
    share = between / (means["within"] + between)
    seen = 1 / (complete * (complete + 1) / (complete + 3) * (1 - max(share, 1e-4)))
    df = 1 / (seen + max(share, 1e-4) ** 2 / (len(found) - 1)) if between > 0 else complete
    return _tested(means["estimate"], float(np.sqrt(means["within"] + between)), df, row)


def _tested(estimate: float, error: float, df: float, row: Row) -> Numbers:
    law = t(df, estimate, error)
    tail = float(law.sf(0.0) if estimate < 0 else law.cdf(0.0))
    told = {"estimate": estimate, "std_error": error, "df": df, "statistic": estimate / error, "p_value": 2 * tail}
    if pd.notna(row["p_equivalence"]):
        told["p_equivalence"] = float(max(law.cdf(-row["reference_value"]), law.sf(row["reference_value"])))
    return {**told, **ends(law.interval(row["confidence"]))}
