"""Weighted differences once more: scipy solves the equations of means and weights together, their slopes by complex steps."""

from collections.abc import Callable
from math import sqrt

import numpy as np
import pandas as pd
from scipy.linalg import orth
from scipy.optimize import root

from pipeline.compare.gather.comparison import FIRST, Comparison, complete
from pipeline.compare.gather.panel import CLUSTER
from pipeline.compare.opinion.means import MOST_CELLS, design_of, difference_by_t
from pipeline.compare.opinion.view import Numbers, Row

KINDS = {"weighted_att": "att", "weighted_ate": "ate", "weighted_overlap": "overlap", "entropy_balancing": "entropy"}
BESIDE = ("effective_number", "imbalance_before", "imbalance_after")
STEP = 1e-30
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
    people, kind = complete(comparison), KINDS[row["estimator"]]
    span, group = _span(comparison, people)
    weights = pd.Series(_weights(kind, group, span @ _solved(kind, span, group)), index=people.index)
    first = people[FIRST] == 1
    if row["estimand"] == "effective_number":
        own = weights[first if row["term"] == comparison.first else ~first]
        return {"estimate": float(own.sum() ** 2 / own.pow(2).sum())}
    values = people[row["term"]]
    columns = pd.get_dummies(values, dtype="float64") if isinstance(values.dtype, pd.CategoricalDtype) else values.to_frame()
    spread = columns[first].var() if kind in ("att", "entropy") else (columns[first].var() + columns[~first].var()) / 2
    before = _apart(columns, first, pd.Series(1.0, index=people.index)) / spread.pow(0.5)
    after = _apart(columns, first, weights) / spread.pow(0.5)
    size = before.abs().where(spread > 0)
    furthest = (size >= size.max() - TIED).idxmax()
    told = float((before if row["estimand"] == "imbalance_before" else after)[furthest])
    return {"estimate": abs(told) if isinstance(values.dtype, pd.CategoricalDtype) else told}


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
