"""Weighted numbers of a drawn sample once more: CR2 by its definition with whole matrices, linearisation by pandas' groups, both with scipy."""

from collections.abc import Mapping
from dataclasses import replace
from math import sqrt

import numpy as np
import pandas as pd
from scipy.linalg import lstsq, orth
from scipy.optimize import root
from scipy.special import expit, logit
from scipy.stats import t

from pipeline.compare.gather.comparison import FIRST, Comparison, complete
from pipeline.compare.gather.panel import CLUSTER, MARGIN, STRATUM, WEIGHT
from pipeline.compare.opinion.means import MOST_CELLS, NOTHING, design_of, difference_by_t
from pipeline.compare.opinion.view import Numbers, Row

OF_GROUPS = ("mean_by_survey", "share_by_survey", "effective_number", "design_effect")


def difference_in_population(comparison: Comparison, row: Row) -> Numbers:
    """The group's coefficient by weighted least squares, with its error and test."""
    people = complete(comparison)
    design = design_of(comparison, people)
    estimate, error, df = _fitted(comparison, people, design, row)
    if error is None:
        return {"estimate": estimate}
    return difference_by_t(estimate, error, df, row)


def of_one_group(comparison: Comparison, row: Row) -> Numbers:
    """A group's weighted mean with its interval, what it is worth, or its design effect."""
    people = complete(comparison)
    own = people[FIRST] == (row["term"] == comparison.first)
    weights = _weights(comparison, people)[own]
    if row["estimand"] == "effective_number":
        return {"estimate": float(weights.sum() ** 2 / weights.pow(2).sum())}
    mean, error, df = _fitted(comparison, people, own.to_numpy(dtype="float64")[:, None], row)
    if error is None:
        return {"estimate": mean} if row["estimand"] != "design_effect" else {}
    if row["estimand"] == "design_effect":
        outcome = people.loc[own, comparison.outcome]
        variance = float((weights * (outcome - mean) ** 2).sum() / weights.sum()) / (len(outcome) - 1)
        return {"estimate": error**2 / variance}
    half = float(t.isf((1 - row["confidence"]) / 2, df)) * error
    ends = [mean - half, mean + half]
    if row["estimand"] == "share_by_survey":
        ends = [float(expit(logit(mean) + side * half / (mean * (1 - mean)))) for side in (-1, 1)]
    return {"estimate": mean, "std_error": error, "df": df, "conf_low": ends[0], "conf_high": ends[1]}


ROUNDS = 10_000
FITTED = 1e-14


def _before(comparison: Comparison, people: pd.DataFrame) -> pd.Series:
    """Give the weights before margins are met: as declared, over the chance of answering."""
    weights = people[WEIGHT] if WEIGHT in people else pd.Series(1.0, index=people.index)
    asked = comparison.frame.dropna(subset=list(comparison.response))
    if not comparison.response or len(asked) == len(people):
        return weights
    span = orth(design_of(replace(comparison, covariates=comparison.response), asked))
    answered = asked.index.isin(people.index)
    found = root(
        lambda place: span.T @ (answered - expit(span @ place)),
        np.zeros(span.shape[1]),
        jac=lambda place: -(span.T * (expit(span @ place) * expit(-span @ place))) @ span,
        method="lm",
        options={"xtol": 1e-15, "ftol": 1e-15},
    )
    return weights / pd.Series(expit(span @ found.x), index=asked.index).loc[people.index]


def _weights(comparison: Comparison, people: pd.DataFrame) -> pd.Series:
    """Give the weights; where margins are met by fitting each in turn (Deming and Stephan 1940)."""
    weights = _before(comparison, people)
    for _ in range(ROUNDS if comparison.margins else 0):
        last = weights
        for name, counts in comparison.margins.items():
            level = people[f"{MARGIN}{name}"].astype("str")
            weights = weights * level.map(counts) / weights.groupby(level).transform("sum")
        if (weights / last - 1).abs().max() < FITTED:
            break
    return weights


def _beside_margins(comparison: Comparison, people: pd.DataFrame, moved: np.ndarray) -> np.ndarray:
    """Give what the margins leave of what people move, before it is weighted."""
    if not comparison.margins:
        return moved
    half = np.sqrt(_before(comparison, people).to_numpy(dtype="float64"))[:, None]
    levels = pd.get_dummies(people[[f"{MARGIN}{name}" for name in comparison.margins]].astype("str"), dtype="float64").to_numpy()
    return moved - levels @ lstsq(levels * half, moved * half[:, 0], cond=NOTHING)[0]


def _fitted(comparison: Comparison, people: pd.DataFrame, design: np.ndarray, row: Row) -> tuple[float, float | None, float]:
    """Give the last coefficient, its error and degrees of freedom; no error where the row has none, or too many people are in too many clusters."""
    weights, outcome = _weights(comparison, people).to_numpy(dtype="float64"), people[comparison.outcome].to_numpy(dtype="float64")
    half = np.sqrt(weights)[:, None]
    beta = lstsq(design * half, outcome * half[:, 0])[0]
    estimate, left = float(beta[-1]), outcome - design @ beta
    bread = np.linalg.inv((design * weights[:, None]).T @ design)
    together = people[CLUSTER].to_numpy() if comparison.clustered else np.arange(len(people))
    clusters = pd.factorize(together)[0]
    many = len(people) * (int(clusters.max()) + 1) > MOST_CELLS
    if many or (pd.isna(row["conf_low"]) and row["estimand"] != "design_effect") or pd.isna(row["estimate"]):
        return estimate, None, float("nan")
    if STRATUM in people or comparison.population is not None or comparison.margins:
        moved = weights * _beside_margins(comparison, people, left * (design @ bread[-1]))
        error, free = _linearised(comparison, people, together, moved)
        return estimate, error, free + 1 - design.shape[1]
    return estimate, *_bias_reduced(design, weights, bread, left, clusters)


def _linearised(comparison: Comparison, people: pd.DataFrame, together: np.ndarray, moved: np.ndarray) -> tuple[float, float]:
    """Give the error of what people move, summed per cluster and compared within strata; and clusters less strata."""
    strata = people[STRATUM].to_numpy() if STRATUM in people else np.full(len(people), "")
    totals = pd.DataFrame({"stratum": strata, "cluster": together, "moved": moved}).groupby(["stratum", "cluster"])["moved"].sum()
    variance, free = 0.0, 0
    for name, its in totals.groupby(level="stratum"):
        counted = comparison.population[str(name)] if isinstance(comparison.population, Mapping) else comparison.population
        variance += (1.0 if counted is None else 1 - len(its) / counted) * len(its) * float(its.var())
        free += len(its) - 1
    return sqrt(variance), float(free)


def _bias_reduced(
    design: np.ndarray, weights: np.ndarray, bread: np.ndarray, left: np.ndarray, clusters: np.ndarray
) -> tuple[float, float]:
    """Give CR2's error and Satterthwaite's degrees of freedom by their definition, every matrix as large as the people."""
    scored = design * weights[:, None]
    away = np.eye(len(design)) - design @ bread @ scored.T
    forms = []
    for one in range(int(clusters.max()) + 1):
        rows = clusters == one
        values, vectors = np.linalg.eigh(away[rows] @ away[rows].T)
        power = np.where(values > NOTHING, np.maximum(values, NOTHING) ** -0.5, 0.0)
        forms.append(away[rows].T @ (vectors @ (power * (vectors.T @ (scored[rows] @ bread[-1])))))
    covariance = np.array(forms) @ np.array(forms).T
    sums = [form @ left for form in forms]  # away leaves residuals as they are
    return float(np.linalg.norm(sums)), float(np.trace(covariance) ** 2 / (covariance**2).sum())
