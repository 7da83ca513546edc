"""Several groups once more: scipy's F without equal variances, and pandas' ranks and variances."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.special import chdtrc
from scipy.stats import f_oneway

from pipeline.compare.gather.cohort import LEVEL, OUTCOME, Cohort
from pipeline.compare.opinion.view import Numbers, Row


def means_alike(cohort: Cohort, row: Row) -> Numbers:
    """Welch's F by scipy, the degrees of freedom of its denominator from Welch's formula, and eta squared from pandas' variances."""
    groups = _levels(cohort, row["term"])
    found = f_oneway(*groups.values(), equal_var=False)
    weights = pd.Series({name: len(values) / values.var() for name, values in groups.items()})
    sizes = pd.Series({name: len(values) for name, values in groups.items()})
    uneven = ((1 - weights / weights.sum()) ** 2 / (sizes - 1)).sum()
    together = pd.concat([*groups.values()])
    within = sum(values.var(ddof=0) * len(values) for values in groups.values())
    df = (len(groups) ** 2 - 1) / (3 * uneven)
    return {"statistic": found.statistic, "p_value": found.pvalue, "df": df, "effect": 1 - within / (together.var(ddof=0) * len(together))}


def ranks_alike(cohort: Cohort, row: Row) -> Numbers:
    """Kruskal and Wallis' test as the variance between mean ranks over the variance of all ranks, which counts ties."""
    groups = _levels(cohort, row["term"])
    ranks = pd.concat([*groups.values()]).reset_index(drop=True).rank()
    member = np.repeat(np.arange(len(groups)), [len(values) for values in groups.values()])
    between = (ranks.groupby(member).mean().sub(ranks.mean()) ** 2 * ranks.groupby(member).size()).sum()
    statistic, df = between / ranks.var(), len(groups) - 1
    return {"statistic": statistic, "df": df, "p_value": float(chdtrc(df, statistic))}


def two_levels(cohort: Cohort, row: Row) -> Numbers:
    """One level's mean less another's with the error of unequal variances; what allows for all pairs no other package gives."""
    variable = row["term"].partition("=")[0]
    later, earlier = (_levels(cohort, variable)[part.partition("=")[2]] for part in row["term"].split(" - "))
    parts = [values.sem() ** 2 for values in (later, earlier)]
    error, estimate = np.sqrt(sum(parts)), later.mean() - earlier.mean()
    df = sum(parts) ** 2 / sum(part**2 / (len(values) - 1) for part, values in zip(parts, (later, earlier), strict=True))
    return {"estimate": estimate, "std_error": error, "statistic": estimate / error, "df": df}


def _levels(cohort: Cohort, variable: str) -> Mapping[str, pd.Series]:
    known = cohort.frame.dropna(subset=[OUTCOME, f"{LEVEL}{variable}"])
    return {str(code): part[OUTCOME] for code, part in known.groupby(f"{LEVEL}{variable}", observed=True) if len(part) > 1}
