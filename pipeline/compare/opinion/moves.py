"""Moves between classes once more: McNemar's, Stuart and Maxwell's and Bhapkar's tests, and the change of a share."""

import numpy as np
import pandas as pd
from scipy.linalg import pinvh
from scipy.stats import binomtest, chi2, chisquare, norm
from statsmodels.stats.weightstats import DescrStatsW

from pipeline.compare.gather.cohort import Cohort
from pipeline.compare.opinion.means import clustered_mean, one_mean
from pipeline.compare.opinion.shares import binomial_interval
from pipeline.compare.opinion.view import Numbers, Row, ends, places_of


def equal_margins(cohort: Cohort, row: Row) -> Numbers:
    """The test that the row's term names, by scipy.

    Stuart and Maxwell's is the shift over its covariance under no change. Bhapkar's
    has the same shift over the covariance as observed.
    """
    counts = _moves(cohort)
    if row["term"] == "mcnemar_exact":
        return {"p_value": float(binomtest(int(counts[0, 1]), int(counts[0, 1] + counts[1, 0])).pvalue)}
    if row["term"] == "mcnemar":
        found = chisquare([counts[0, 1], counts[1, 0]])
        return {"statistic": float(found.statistic), "df": 1.0, "p_value": float(found.pvalue)}
    shift = counts.sum(axis=1) - counts.sum(axis=0)
    covariance = np.diag(counts.sum(axis=1) + counts.sum(axis=0)) - counts - counts.T
    if row["term"] == "bhapkar":
        covariance = covariance - np.outer(shift, shift) / counts.sum()
    inverse, df = pinvh(covariance, return_rank=True)
    statistic = float(shift @ inverse @ shift)
    return {"statistic": statistic, "df": float(df), "p_value": float(chi2.sf(statistic, df))}


def change_of_share(cohort: Cohort, row: Row) -> Numbers:
    """The change of a share: of clusters as any mean, of one class before as the share who moved, else as Agresti and Min."""
    if cohort.clustered and pd.notna(row["std_error"]):
        return {**one_mean(cohort, row), **clustered_mean(cohort, row)}
    counts, n = _moves(cohort), len(cohort.frame)
    change = float(counts[0, 1] - counts[1, 0]) / n
    if pd.isna(row["std_error"]):
        share = {} if cohort.clustered or pd.isna(row["conf_low"]) else _of_one_class(counts, row["confidence"])
        return {"estimate": change, **share}
    (centre, wider), (_, error) = _mean_and_error(counts + 0.5), _mean_and_error(counts)
    half = float(norm.isf((1 - row["confidence"]) / 2)) * wider
    return {"estimate": change, "std_error": error, "conf_low": max(centre - half, -1.0), "conf_high": min(centre + half, 1.0)}


def _mean_and_error(counts: np.ndarray) -> tuple[float, float]:
    """Give the mean of after minus before, and its error, of units by class before (rows) and after."""
    found = DescrStatsW(np.array([0.0, 1.0, -1.0, 0.0]), weights=counts.ravel())
    return float(found.mean), float(found.std / np.sqrt(found.sum_weights))


def _of_one_class(counts: np.ndarray, confidence: float) -> Numbers:
    """Give the ends for units that were all in one class before: of the share who left it, downwards from the second class."""
    before = int(counts[1].any())
    low, high = binomial_interval(int(counts[before, 1 - before]), int(counts.sum()), confidence, "wilson")
    return ends((-high, -low) if before else (low, high))


def _moves(cohort: Cohort) -> np.ndarray:
    """Count units by class before (rows) and after (columns), classes in declared order."""
    before, after = places_of(cohort)
    size = len(cohort.categories) or 2
    return np.bincount((before * size + after).astype("int64"), minlength=size * size).reshape(size, size).astype("float64")
