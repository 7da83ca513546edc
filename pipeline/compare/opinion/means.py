"""Means, differences and changes once more, by statsmodels; linear models, and what clusters do to errors, by scipy's matrices."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.linalg import orth, pinv, svd
from scipy.special import poch
from scipy.stats import t
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW, ttost_ind

from pipeline.compare.gather.cohort import BEFORE, BESIDE, BESIDE_BEFORE, OUTCOME, THEN, Cohort
from pipeline.compare.gather.comparison import FIRST, Comparison, complete
from pipeline.compare.gather.panel import CLUSTER
from pipeline.compare.opinion.view import Between, Numbers, Row, arms, change_of, ends, is_beside
from pipeline.spec.vocabulary import EVERYBODY

PAIRS = {
    "now - then": (THEN, OUTCOME),
    "then - before": (BEFORE, THEN),
}
"""Term of a change -> earlier and later column; else before and after."""
COLUMNS = {"mean": OUTCOME, "mean_before": BEFORE, "mean_then": THEN, "mean_after": OUTCOME}
HARDLY_VARIES = "arm_hardly_varies"
MOST_CELLS = 2_000_000
"""With more units times clusters CR2 is not taken a second time: its definition holds a number for each of them."""
NOTHING = 1e-9
"""Room for a residual below this is none: the model fits that unit, or cluster, by itself."""


def difference_of_means(comparison: Comparison, row: Row) -> Numbers:
    """Welch's test; of it and Student's the one with the wider interval where a group hardly varies."""
    compared = CompareMeans(*map(DescrStatsW, arms(comparison)))
    kinds = ("unequal", "pooled") if HARDLY_VARIES in row["note"] else ("unequal",)
    found = [(compared.tconfint_diff(1 - row["confidence"], usevar=kind), compared.ttest_ind(usevar=kind), kind) for kind in kinds]
    (low, high), (statistic, p_value, df), kind = max(found, key=lambda one: one[0][1] - one[0][0])
    error = compared.std_meandiff_pooledvar if kind == "pooled" else compared.std_meandiff_separatevar
    estimate = compared.d1.mean - compared.d2.mean
    return {"estimate": estimate, "std_error": error, "statistic": statistic, "df": df, "p_value": p_value, **ends((low, high))}


def equivalence_of_means(comparison: Comparison, row: Row) -> Numbers:
    """Two one-sided Welch tests against the smallest difference that matters."""
    bound = row["reference_value"]
    kind = "pooled" if HARDLY_VARIES in row["note"] and row["df"] == row["n"] - 2 else "unequal"
    return {"p_equivalence": ttost_ind(*arms(comparison), -bound, bound, usevar=kind)[0]}


def hedges_g_again(comparison: Comparison, row: Row) -> Numbers:
    """Hedges' g with its exact correction, from pandas' variances and scipy's ratio of gamma functions."""
    first, second = map(pd.Series, arms(comparison))
    df = len(first) + len(second) - 2
    pooled = ((len(first) - 1) * first.var() + (len(second) - 1) * second.var()) / df
    return {"effect": (first.mean() - second.mean()) / np.sqrt(pooled) * _correction(df)}


def _correction(df: float) -> float:
    return float(poch((df - 1) / 2, 0.5) / np.sqrt(df / 2))


def one_mean(cohort: Cohort, row: Row) -> Numbers:
    """Student's interval and test of a mean or a mean change; of clusters the mean, and its error between CR0 and CR3.

    CR2's error lies between those two where a unit's weight in its cluster's sum is
    one number, as it is of a single mean: each cluster's sum is multiplied by
    (1 - share of units) to the power 0, -1/2 or -1.
    """
    values, clusters = _values_of(cohort, row)
    found = DescrStatsW(values)
    if clusters is not None:
        return {"estimate": found.mean, "std_error": _between_of_mean(values, clusters)}
    statistic, p_value, df = found.ttest_mean(0.0)
    numbers = {"estimate": found.mean, "std_error": found.std_mean, "df": df, "statistic": statistic, "p_value": p_value}
    return {**numbers, **ends(found.tconfint_mean(1 - row["confidence"]))}


def equivalence_of_change(cohort: Cohort, row: Row) -> Numbers:
    """Two one-sided t tests of a mean change against the smallest change that matters; none where clusters count."""
    values, clusters = _values_of(cohort, row)
    bound = row["reference_value"]
    return {"p_equivalence": DescrStatsW(values).ttost_mean(-bound, bound)[0]} if clusters is None else {}


def hedges_g_av_again(cohort: Cohort, row: Row) -> Numbers:
    """The mean change over the average of both standard deviations, with the exact correction."""
    known, (earlier, later) = cohort.frame, _pair(cohort, row)
    spread = (known[earlier].std() + known[later].std()) / 2
    return {"effect": (known[later] - known[earlier]).mean() / spread * _correction(len(known) - 1)}


def _pair(cohort: Cohort, row: Row) -> tuple[str, str]:
    return (BESIDE_BEFORE, BESIDE) if is_beside(cohort, row) else PAIRS.get(str(row["term"]), (BEFORE, OUTCOME))


def _values_of(cohort: Cohort, row: Row) -> tuple[np.ndarray, np.ndarray | None]:
    """Give the values whose mean a row holds, and their clusters where these count."""
    known = cohort.frame
    beside = {"mean_before": BESIDE_BEFORE, "mean_after": BESIDE} if is_beside(cohort, row) else {}
    column = (COLUMNS | beside).get(str(row["estimand"]))
    earlier, later = _pair(cohort, row)
    values = change_of(known[earlier].to_numpy(), known[later].to_numpy()) if column is None else known[column].to_numpy(dtype="float64")
    return values, pd.factorize(known[CLUSTER])[0] if cohort.clustered else None


def clustered_mean(cohort: Cohort, row: Row) -> Numbers:
    """The test and interval of a mean where clusters count, by CR2's definition; its error is held between two others (``one_mean``)."""
    values, clusters = _values_of(cohort, row)
    if clusters is None or pd.isna(row["std_error"]) or len(values) * row["n_clusters"] > MOST_CELLS:
        return {}
    even = np.full(len(values), 1 / len(values))
    fitted = Fitted(np.sqrt(even)[:, None], values - values.mean(), even)
    found = _tested(float(values.mean()), *cr2_error(fitted, clusters), row)
    return {name: value for name, value in found.items() if name != "std_error"}


def _between_of_mean(values: np.ndarray, clusters: np.ndarray) -> Between:
    model = OLS(values, np.ones(len(values)))
    low = model.fit(cov_type="cluster", cov_kwds={"groups": clusters, "use_correction": False}).bse[0]
    left_out = (values.sum() - np.bincount(clusters, values)) / (len(values) - np.bincount(clusters))
    return Between(float(low), float(np.linalg.norm(left_out - values.mean())))


def linear_effect(comparison: Comparison, row: Row) -> Numbers:
    """An effect in a linear model by scipy's pseudo-inverse; without clusters HC3's error, test and interval."""
    fitted, people = _fitted(comparison, row)
    estimate = float(fitted.direction @ people[comparison.outcome].to_numpy(dtype="float64"))
    tested = {} if comparison.clustered else _tested(estimate, *_hc3_error(fitted, HARDLY_VARIES in row["note"]), row)
    return {"estimate": estimate, **tested}


def linear_estimate(comparison: Comparison, row: Row) -> Numbers:
    """The same effect alone, where another method tests it."""
    fitted, people = _fitted(comparison, row)
    return {"estimate": float(fitted.direction @ people[comparison.outcome].to_numpy(dtype="float64"))}


def exchanged_difference(comparison: Comparison, row: Row) -> Numbers:
    """The difference that is tested by exchanging: within clusters by a column for each, of whole clusters between their means."""
    if "exchanged_clusters" in row["note"]:
        people = complete(comparison)
        design = np.column_stack([np.ones(len(people)), *(column for name in comparison.covariates for column in _columns(people[name]))])
        outcome = people[comparison.outcome].to_numpy(dtype="float64")
        left = pd.DataFrame({"left": outcome - design @ (pinv(design) @ outcome), FIRST: people[FIRST], "of": people[CLUSTER]})
        means = left.groupby("of", observed=True).mean().groupby(FIRST)["left"].mean()
        return {"estimate": float(means[1.0] - means[0.0])}
    if "exchanged_within" in row["note"]:
        if row["n"] * row["n_clusters"] > MOST_CELLS:
            return {}
        frame = comparison.frame.assign(**{CLUSTER: comparison.frame[CLUSTER].astype("category")})
        comparison = replace(comparison, frame=frame, covariates=(*comparison.covariates, CLUSTER))
    return linear_estimate(comparison, row)


def clustered_effect(comparison: Comparison, row: Row) -> Numbers:
    """The error, test and interval of an effect where clusters count, by CR2's definition (``cr2_error``)."""
    if not comparison.clustered or pd.isna(row["std_error"]) or row["n"] * row["n_clusters"] > MOST_CELLS:
        return {}
    fitted, people = _fitted(comparison, row)
    return _tested(row["estimate"], *cr2_error(fitted, pd.factorize(people[CLUSTER])[0]), row)


class Fitted(NamedTuple):
    """A linear model and one weighted sum of its coefficients."""

    basis: np.ndarray
    """Orthonormal columns that span the model's."""
    residuals: np.ndarray
    direction: np.ndarray
    """Weight of each unit's outcome in the sum."""


def _fitted(comparison: Comparison, row: Row) -> tuple[Fitted, pd.DataFrame]:
    people = complete(comparison)
    design, weights = _model(comparison, people, row)
    outcome, basis = people[comparison.outcome].to_numpy(dtype="float64"), orth(design)
    return Fitted(basis, outcome - basis @ (basis.T @ outcome), weights @ pinv(design)), people


def _hc3_error(fitted: Fitted, hardly_varies: bool) -> tuple[float, float]:
    """Give the error and its degrees of freedom; not below that of one common variance where an arm hardly varies."""
    leverage = (fitted.basis**2).sum(axis=1)
    df = len(leverage) - fitted.basis.shape[1]
    free = 1 - leverage > NOTHING
    error = float(np.linalg.norm(fitted.direction[free] * fitted.residuals[free] / (1 - leverage[free])))
    common = float(np.linalg.norm(fitted.residuals) * np.linalg.norm(fitted.direction) / np.sqrt(df))
    return (max(error, common) if hardly_varies else error), df


def cr2_error(fitted: Fitted, clusters: np.ndarray) -> tuple[float, float]:
    """Give CR2's error and Satterthwaite's degrees of freedom by their definition, from each cluster's singular values.

    Bell and McCaffrey (2002): residuals of a cluster are multiplied by the root of the
    inverse of its block of I - H. Pustejovsky and Tipton (2018): the squared trace of
    the covariances of the clusters' sums, over the sum of their squares.
    """
    adjusted = np.zeros((len(clusters), int(clusters.max()) + 1))
    for one in range(adjusted.shape[1]):
        rows = np.flatnonzero(clusters == one)
        vectors, values, _ = svd(fitted.basis[rows], full_matrices=False)
        room = 1 - values**2
        # no room for a residual: that part of the cluster is fitted by itself, and adds nothing
        more = np.where(room > NOTHING, np.maximum(room, NOTHING) ** -0.5, 0.0) - 1
        adjusted[rows, one] = fitted.direction[rows] + vectors @ (more * (vectors.T @ fitted.direction[rows]))
    forms = adjusted - fitted.basis @ (fitted.basis.T @ adjusted)
    covariance = forms.T @ forms
    return float(np.linalg.norm(adjusted.T @ fitted.residuals)), float(np.trace(covariance) ** 2 / (covariance**2).sum())


def _tested(estimate: float, error: float, df: float, row: Row) -> Numbers:
    """Give the t test and interval of an estimate with its error."""
    half = float(t.isf((1 - row["confidence"]) / 2, df)) * error
    p_value = 2 * float(t.sf(abs(estimate / error), df))
    numbers = {"std_error": error, "df": df, "statistic": estimate / error, "p_value": p_value}
    return {**numbers, **ends((estimate - half, estimate + half))}


def difference_by_t(estimate: float, error: float, df: float, row: Row) -> Numbers:
    """Give a difference with its t test and interval, and, where a bound is declared, how likely it lies beyond."""
    told = {"estimate": estimate, **_tested(estimate, error, df, row)}
    if pd.notna(row["p_equivalence"]):
        told["p_equivalence"] = float(t.sf((row["reference_value"] - abs(estimate)) / error, df))
    return told


def _model(comparison: Comparison, people: pd.DataFrame, row: Row) -> tuple[np.ndarray, np.ndarray]:
    """Give the columns of the model that a row comes from, and the weights of its coefficients in the row's effect."""
    by = next((name for name in comparison.by if _named(row).startswith(f"{name}=")), None)
    levels = pd.Series(EVERYBODY, index=people.index) if by is None else people[by].astype("object")
    first = people[FIRST].to_numpy(dtype="float64")
    bases = pd.get_dummies(levels, dtype="float64")
    both = [name for name in bases if len(np.unique(first[bases[name] == 1])) == 2]
    effects = bases[both].mul(first, axis="index")
    covariates = [column for name in comparison.covariates if name != by for column in _columns(people[name])]
    wanted = _wanted(row, by)
    weights = np.array([wanted.get(name, 0.0) for name in effects])
    design = np.column_stack([bases, *covariates, effects])
    return design, np.concatenate([np.zeros(design.shape[1] - len(weights)), weights])


def design_of(comparison: Comparison, people: pd.DataFrame, intercept: bool = True) -> np.ndarray:
    """Give the columns of the model of these people: a basis of all that is adjusted for, and the group last."""
    columns = [column for name in comparison.covariates for column in _columns(people[name])]
    adjusted = [*([np.ones(len(people))] if intercept else []), *columns]
    return np.column_stack([*([orth(np.column_stack(adjusted))] if adjusted else []), people[FIRST].to_numpy(dtype="float64")])


def _columns(values: pd.Series) -> list[np.ndarray]:
    """Give a number as it is round its mean, a category as one indicator per class."""
    made = pd.get_dummies(values.astype("object"), dtype="float64") if isinstance(values.dtype, pd.CategoricalDtype) else values.to_frame()
    return list((made - made.mean()).to_numpy(dtype="float64").T)


def _named(row: Row) -> str:
    return str(row["term"] if row["estimand"] == "interaction" else row["level"])


def _wanted(row: Row, by: str | None) -> dict[str, float]:
    """Give the weight of each level's effect: one of a level, two of an interaction."""
    if by is None:
        return {EVERYBODY: 1.0}
    if row["estimand"] != "interaction":
        return {_named(row).partition("=")[2]: 1.0}
    level, reference = _named(row).split(" - ")
    return {level.partition("=")[2]: 1.0, reference.partition("=")[2]: -1.0}
