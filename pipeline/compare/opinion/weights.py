"""Weighted differences once more: scipy solves the equations of means and weights together, their slopes by complex steps."""

from collections.abc import Callable
from math import sqrt

import numpy as np
import pandas as pd
from scipy.linalg import orth
from scipy.optimize import root
from statsmodels.stats.weightstats import DescrStatsW

from pipeline.compare.gather.comparison import FIRST, Comparison, complete
from pipeline.compare.gather.panel import CLUSTER
from pipeline.compare.opinion.means import MOST_CELLS, design_of, difference_by_t
from pipeline.compare.opinion.view import Numbers, Row

KINDS = {"weighted_att": "att", "weighted_ate": "ate", "weighted_overlap": "overlap", "entropy_balancing": "entropy"}
LIKE_FIRST = {**KINDS, "doubly_robust": "att", "matching": "matching"}
"""Estimator -> how people are weighed; pairs count once each, all others nothing."""
BESIDE = ("effective_number", "imbalance_before", "imbalance_after")
STEP = 1e-30
DIGITS = 12
"""Of a chance by which people are matched."""
TIED = 1e-9
"""Categories that are as far apart but for rounding, such as both of two: the first is told of."""
Equations = Callable[[np.ndarray], np.ndarray]


def weighted_difference(comparison: Comparison, row: Row) -> Numbers:
    """The difference of weighted means, with the sandwich of all equations, or the jackknife over clusters."""
    people, kind = complete(comparison), KINDS[row["estimator"]]
    outcome = people[comparison.outcome].to_numpy(dtype="float64")
    span, group = _span(comparison, people)
    place = _solved(kind, span, group)
    estimate = _difference(kind, span, group, outcome, place)
    if pd.isna(row["conf_low"]):
        return {"estimate": estimate}
    if pd.isna(row["n_clusters"]):
        error, df = _sandwich(kind, span, group, outcome, place), float(len(outcome) - span.shape[1] - 1)
    elif row["n"] * row["n_clusters"] > MOST_CELLS:
        return {"estimate": estimate}
    else:
        without = np.array([_without(comparison, kind, people[people[CLUSTER] != one]) for one in people[CLUSTER].unique()])
        df = float(len(without) - 1)
        error = sqrt(df / len(without) * ((without - estimate) ** 2).sum())
    return difference_by_t(estimate, error, df, row)


def what_weights_did(comparison: Comparison, row: Row) -> Numbers:
    """How many people a group is worth, or how far the groups are apart in a covariate, by pandas."""
    people, kind = complete(comparison), LIKE_FIRST[row["estimator"]]
    span, group = _span(comparison, people)
    if kind == "matching":
        paired = np.concatenate(_pairs(comparison, people))
        weights = pd.Series(np.isin(np.arange(len(people)), paired).astype("float64"), index=people.index)
    else:
        weights = pd.Series(_weights(kind, group, span @ _solved(kind, span, group)), index=people.index)
    first = people[FIRST] == 1
    if row["estimand"] == "effective_number":
        own = weights[first if row["term"] == comparison.first else ~first]
        return {"estimate": float(own.sum() ** 2 / own.pow(2).sum())}
    values = people[row["term"]]
    columns = pd.get_dummies(values, dtype="float64") if isinstance(values.dtype, pd.CategoricalDtype) else values.to_frame()
    spread = columns[first].var() if kind in ("att", "entropy", "matching") else (columns[first].var() + columns[~first].var()) / 2
    before = _apart(columns, first, pd.Series(1.0, index=people.index)) / spread.pow(0.5)
    after = _apart(columns, first, weights) / spread.pow(0.5)
    size = before.abs().where(spread > 0)
    furthest = (size >= size.max() - TIED).idxmax()
    told = float((before if row["estimand"] == "imbalance_before" else after)[furthest])
    return {"estimate": abs(told) if isinstance(values.dtype, pd.CategoricalDtype) else told}


def matched_difference(comparison: Comparison, row: Row) -> Numbers:
    """The mean of the pairs' differences and its t test, by statsmodels, of pairs chosen anew."""
    people = complete(comparison)
    outcome = people[comparison.outcome].to_numpy(dtype="float64")
    first, second = _pairs(comparison, people)
    apart = DescrStatsW(outcome[first] - outcome[second])
    if pd.isna(row["conf_low"]):
        return {"estimate": float(apart.mean)}
    return difference_by_t(float(apart.mean), float(apart.std_mean), float(len(first) - 1), row)


def _pairs(comparison: Comparison, people: pd.DataFrame) -> tuple[list[int], list[int]]:
    """Choose pairs one after the other, the likeliest first, from a table of who is left."""
    span, group = _span(comparison, people)
    chance = pd.Series(1 / (1 + np.exp(-(span @ _solved("att", span, group))))).round(DIGITS)
    furthest = np.inf if comparison.caliper is None else comparison.caliper * chance.std()
    left = chance[group == 0]
    first, second = [], []
    for one, own in chance[group == 1].sort_values(ascending=False, kind="stable").items():
        apart = (left - own).abs()
        if len(left) and apart.min() <= furthest:
            first.append(one)
            second.append(apart.idxmin())
            left = left.drop(apart.idxmin())
    return first, second


def doubly_robust_difference(comparison: Comparison, row: Row) -> Numbers:
    """The first group's mean less what is predicted for it, with the sandwich of all equations, or the jackknife over clusters."""
    people = complete(comparison)
    estimate = _predicted(comparison, people)
    if pd.isna(row["conf_low"]):
        return {"estimate": estimate}
    if pd.isna(row["n_clusters"]):
        span, group = _span(comparison, people)
        outcome = people[comparison.outcome].to_numpy(dtype="float64")
        error, df = _stacked(span, group, outcome, estimate), float(len(outcome) - 2 * span.shape[1] - 1)
    elif row["n"] * row["n_clusters"] > MOST_CELLS:
        return {"estimate": estimate}
    else:
        without = np.array([_predicted(comparison, people[people[CLUSTER] != one]) for one in people[CLUSTER].unique()])
        df = float(len(without) - 1)
        error = sqrt(df / len(without) * ((without - estimate) ** 2).sum())
    return difference_by_t(estimate, error, df, row)


def _predicted(comparison: Comparison, people: pd.DataFrame) -> float:
    """Give the augmented inverse probability weighted difference: what is predicted, put right by what weights leave."""
    span, group = _span(comparison, people)
    outcome = people[comparison.outcome].to_numpy(dtype="float64")
    weights = (1 - group) * _weights("att", group, span @ _solved("att", span, group))
    left = outcome - span @ _regressed(span, weights, outcome)
    return float(np.average(left, weights=group) - np.average(left, weights=weights))


def _regressed(span: np.ndarray, weights: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    return np.linalg.lstsq(span * np.sqrt(weights)[:, None], outcome * np.sqrt(weights), rcond=None)[0]


def _stacked(span: np.ndarray, group: np.ndarray, outcome: np.ndarray, estimate: float) -> float:
    """Give the error of the difference from the equations of odds, regression and difference, as one model."""
    columns = span.shape[1]

    def equations(everything: np.ndarray) -> np.ndarray:
        odds, slopes = everything[1 : columns + 1], everything[columns + 1 :]
        left = outcome - span @ slopes
        regression = span * ((1 - group) * np.exp(span @ odds) * left)[:, None]
        return np.column_stack([group * (left - everything[0]), _balance("att", span, group, odds), regression])

    odds = _solved("att", span, group)
    everything = np.concatenate([[estimate], odds, _regressed(span, (1 - group) * np.exp(span @ odds), outcome)])
    moves = equations(everything) @ np.linalg.inv(_slopes(equations, everything))[0]
    return sqrt(len(outcome) / (len(outcome) - 2 * columns - 1) * float(moves @ moves))


def _apart(columns: pd.DataFrame, first: pd.Series, weights: pd.Series) -> pd.Series:
    arms = [columns[own].mul(weights[own], axis="index").sum() / weights[own].sum() for own in (first, ~first)]
    return arms[0] - arms[1]


def _span(comparison: Comparison, people: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    design = design_of(comparison, people)
    return orth(design[:, :-1]) * sqrt(len(design)), design[:, -1]


def _weights(kind: str, group: np.ndarray, log_odds: np.ndarray) -> np.ndarray:
    chance = 1 / (1 + np.exp(-log_odds))
    if kind in ("att", "entropy"):
        return np.where(group == 1, 1.0, np.exp(log_odds))
    if kind == "ate":
        return np.where(group == 1, 1 / chance, 1 / (1 - chance))
    return np.where(group == 1, 1 - chance, chance)


def _balance(kind: str, span: np.ndarray, group: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Give each person's part of the equations that the weights solve."""
    log_odds = span @ place
    left = np.where(group == 1, 1.0, -np.exp(log_odds)) if kind == "entropy" else group - 1 / (1 + np.exp(-log_odds))
    return span * left[:, None]


def _slopes(equations: Equations, place: np.ndarray) -> np.ndarray:
    return np.column_stack([equations(place + 1j * STEP * one).sum(axis=0).imag / STEP for one in np.eye(len(place))])


def _solved(kind: str, span: np.ndarray, group: np.ndarray) -> np.ndarray:
    def equations(place: np.ndarray) -> np.ndarray:
        return _balance(kind, span, group, place)

    start = np.linalg.lstsq(span, np.full(len(span), np.log(group.sum() / (1 - group).sum())), rcond=None)[0]
    options = {"xtol": 1e-15, "ftol": 1e-15}
    found = root(
        lambda place: equations(place).sum(axis=0), start, jac=lambda place: _slopes(equations, place), method="lm", options=options
    )
    return np.asarray(found.x)


def _difference(kind: str, span: np.ndarray, group: np.ndarray, outcome: np.ndarray, place: np.ndarray) -> float:
    weights = _weights(kind, group, span @ place)
    return float(np.average(outcome, weights=weights * group) - np.average(outcome, weights=weights * (1 - group)))


def _sandwich(kind: str, span: np.ndarray, group: np.ndarray, outcome: np.ndarray, place: np.ndarray) -> float:
    """Give the error of the difference from the equations of both means and the weights, as one model."""

    def equations(everything: np.ndarray) -> np.ndarray:
        first, second, own = everything[0], everything[1], everything[2:]
        weights = _weights(kind, group, span @ own)
        means = [weights * group * (outcome - first), weights * (1 - group) * (outcome - second)]
        return np.column_stack([*means, _balance(kind, span, group, own)])

    weights = _weights(kind, group, span @ place)
    means = [np.average(outcome, weights=weights * arm) for arm in (group, 1 - group)]
    everything = np.concatenate([means, place])
    bread = np.linalg.inv(_slopes(equations, everything))[:2]
    moves = equations(everything) @ (bread[0] - bread[1])
    return sqrt(len(outcome) / (len(outcome) - span.shape[1] - 1) * float(moves @ moves))


def _without(comparison: Comparison, kind: str, people: pd.DataFrame) -> float:
    span, group = _span(comparison, people)
    outcome = people[comparison.outcome].to_numpy(dtype="float64")
    return _difference(kind, span, group, outcome, _solved(kind, span, group))
