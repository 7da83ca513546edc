"""Correlations once more: as the slope of one standardised number on the other, by statsmodels, of pandas' ranks for Spearman's."""

from statistics import NormalDist

import numpy as np
import pandas as pd
from statsmodels.regression.linear_model import OLS

from pipeline.compare.gather.cohort import BESIDE, OUTCOME, Cohort
from pipeline.compare.opinion.view import Numbers, Row, ends


def as_slope(cohort: Cohort, row: Row) -> Numbers:
    """The slope, its t test, and limits on Fisher's scale."""
    both = cohort.frame[[OUTCOME, BESIDE]].astype("float64")
    by_rank = row["estimand"] == "rank_correlation"
    both = both.rank() if by_rank else both
    alike = (both - both.mean()) / both.std()
    fit = OLS(alike[OUTCOME].to_numpy(), np.column_stack([np.ones(len(alike)), alike[BESIDE]])).fit()
    slope, n = float(fit.params[1]), len(both)
    told: dict[str, float] = {
        "estimate": slope,
        "statistic": float(fit.tvalues[1]),
        "df": float(fit.df_resid),
        "p_value": float(fit.pvalues[1]),
    }
    if pd.isna(row["conf_low"]):
        return told
    spread = (1 + slope**2 / 2) if by_rank else 1.0
    reach = NormalDist().inv_cdf((1 + row["confidence"]) / 2) * np.sqrt(spread / (n - 3))
    middle = np.log((1 + slope) / (1 - slope)) / 2
    return {**told, **ends((float(np.tanh(middle - reach)), float(np.tanh(middle + reach))))}
