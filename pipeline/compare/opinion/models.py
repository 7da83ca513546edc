"""Logistic and Poisson regression once more: scipy seeks where the slope of the likelihood is zero, numpy does the rest."""

from math import erfc
from statistics import NormalDist

import numpy as np
import pandas as pd
from scipy.linalg import orth
from scipy.optimize import root
from scipy.special import digamma, expit
from scipy.stats import brunnermunzel, norm, t

from pipeline.compare.gather.comparison import FIRST, Comparison, complete
from pipeline.compare.gather.panel import CLUSTER
from pipeline.compare.opinion.means import MOST_CELLS, Fitted, cr2_error, design_of
from pipeline.compare.opinion.view import Numbers, Row, ends

KINDS = {"logistic": "logistic", "poisson": "poisson", "hurdle": "logistic"}


def generalised(comparison: Comparison, row: Row) -> Numbers:
    """A difference or ratio of standardised means, or what the group multiplies the odds or the mean by."""
    people, kind = complete(comparison), KINDS[row["estimator"]]
    design = design_of(comparison, people)
    outcome = people[comparison.outcome].to_numpy(dtype="float64")
    outcome = (outcome > 0).astype("float64") if row["estimator"] == "hurdle" else outcome
    mean_of = expit if kind == "logistic" else np.exp
    span = orth(design)
    found = root(
        lambda beta: span.T @ (outcome - mean_of(span @ beta)),
        span.T @ np.full(len(span), mean_start(kind, outcome)),
        jac=lambda beta: -(span.T * slope_of(kind, mean_of(span @ beta))) @ span,
        method="lm",
        options={"xtol": 1e-15, "ftol": 1e-15},
    )
    beta = np.linalg.lstsq(design, span @ found.x, rcond=None)[0]
    everybody = []
    for own in (1.0, 0.0):
        moved = design.copy()
        moved[:, -1] = own
        means = mean_of(moved @ beta)
        everybody.append((means.mean(), slope_of(kind, means) @ moved / len(means)))
    (first, up), (second, down) = everybody
    if row["measure_unit"] != "ratio":
        return _told(first - second, up - down, (kind, design, outcome, mean_of(design @ beta)), people, row)
    own_slope = np.append(np.zeros(design.shape[1] - 1), 1.0)
    value, slope = (np.log(first / second), up / first - down / second) if row["estimand"] == "ratio_by_logistic" else (beta[-1], own_slope)
    told = _told(value, slope, (kind, design, outcome, mean_of(design @ beta)), people, row)
    return {name: float(np.exp(told[name])) for name in ("estimate", "conf_low", "conf_high") if name in told}


def mean_start(kind: str, outcome: np.ndarray) -> float:
    """Give the linear predictor of the mean outcome."""
    mean = outcome.mean()
    return float(np.log(mean / (1 - mean)) if kind == "logistic" else np.log(mean))


def slope_of(kind: str, means: np.ndarray) -> np.ndarray:
    """Give the slope of means in their linear predictors."""
    return means * (1 - means) if kind == "logistic" else means


def _told(value: float, slope: np.ndarray, fit: tuple, people: pd.DataFrame, row: Row) -> dict[str, float]:
    """Give an estimate with its error, test and interval."""
    kind, design, outcome, means = fit
    if pd.isna(row["conf_low"]):
        return {"estimate": value}
    weights = slope_of(kind, means)
    direction = np.linalg.solve(design.T @ (design * weights[:, None]), slope)
    if pd.notna(row["n_clusters"]):
        if row["n"] * row["n_clusters"] > MOST_CELLS:
            return {"estimate": value}
        half = np.sqrt(weights)
        basis = orth(design * half[:, None])
        error, df = cr2_error(Fitted(basis, (outcome - means) / half, design @ direction * half), pd.factorize(people[CLUSTER])[0])
        spread, freedom = t(df), {"df": df}
    else:
        error = float(np.sqrt(slope @ direction) if kind == "logistic" else np.linalg.norm((outcome - means) * (design @ direction)))
        spread, freedom = norm, {}
    half_width = spread.isf((1 - row["confidence"]) / 2) * error
    numbers = {"estimate": value, "std_error": error, "statistic": value / error, "p_value": 2 * spread.sf(abs(value / error)), **freedom}
    return {name: float(number) for name, number in numbers.items()} | {"conf_low": value - half_width, "conf_high": value + half_width}


def amounts(comparison: Comparison, row: Row) -> Numbers:
    """The ratio of amounts among those who have any, by numpy's least squares; its error where clusters do not count."""
    people = complete(comparison)
    inside = people[people[comparison.outcome] > 0]
    design = design_of(comparison, inside)
    values = np.log(inside[comparison.outcome].to_numpy(dtype="float64"))
    basis, bread = orth(design), np.linalg.pinv(design)
    left, leverage = values - basis @ (basis.T @ values), (basis**2).sum(axis=1)
    value = float(bread[-1] @ values)
    if pd.isna(row["conf_low"]):
        return {"estimate": float(np.exp(value))}
    if comparison.clustered:
        if row["n"] * row["n_clusters"] > MOST_CELLS:
            return {"estimate": float(np.exp(value))}
        error, df = cr2_error(Fitted(basis, left, bread[-1]), pd.factorize(inside[CLUSTER])[0])
    else:
        error, df = float(np.linalg.norm(bread[-1] * left / (1 - leverage))), float(len(values) - basis.shape[1])
    half = float(t.isf((1 - row["confidence"]) / 2, df)) * error
    ends = {"estimate": value, "conf_low": value - half, "conf_high": value + half}
    tested = {"df": df, "statistic": value / error, "p_value": 2 * float(t.sf(abs(value / error), df))}
    return {name: float(np.exp(one)) for name, one in ends.items()} | tested


def odds_of_higher(comparison: Comparison, row: Row) -> Numbers:
    """The ratio of the odds of a higher class: scipy seeks where the likelihood has no slope, slopes by complex steps."""
    people = complete(comparison)
    columns = design_of(comparison, people, intercept=False)
    classes = np.unique(people[comparison.outcome].cat.codes, return_inverse=True)[1]
    cuts = int(classes.max())

    def height(place: np.ndarray) -> complex:
        own = columns @ place[cuts:]
        below = [1 / (1 + np.exp(own - place[cut])) for cut in range(cuts)]
        shares = np.stack([*below, np.ones(len(own))]) - np.stack([np.zeros(len(own)), *below])
        return np.log(shares[classes, np.arange(len(own))]).sum()

    def slope(place: np.ndarray) -> np.ndarray:
        return np.array([height(place + 1e-40j * one).imag / 1e-40 for one in np.eye(len(place))])

    below = np.cumsum(np.bincount(classes))[:-1] / len(classes)
    found = root(slope, np.append(np.log(below / (1 - below)), np.zeros(columns.shape[1])), method="hybr", tol=1e-14).x
    curvature = np.array([(slope(found + 1e-4 * one) - slope(found - 1e-4 * one)) / 2e-4 for one in np.eye(len(found))])
    finer = np.array([(slope(found + 5e-5 * one) - slope(found - 5e-5 * one)) / 1e-4 for one in np.eye(len(found))])
    error = float(np.sqrt(np.linalg.inv(-(4 * finer - curvature) / 3)[-1, -1]))
    half, value = norm.isf((1 - row["confidence"]) / 2) * error, float(found[-1])
    tested = {"statistic": value / error, "p_value": 2 * float(norm.sf(abs(value / error)))}
    return {"estimate": np.exp(value), "conf_low": np.exp(value - half), "conf_high": np.exp(value + half), **tested}


def chance_above(comparison: Comparison, row: Row) -> Numbers:
    """The chance of being above by counting pairs, its test by scipy."""
    people = complete(comparison)
    codes, own = people[comparison.outcome].cat.codes.to_numpy(dtype="float64"), people[FIRST].to_numpy() == 1
    first, second = (np.bincount(codes[members].astype(int), minlength=int(codes.max()) + 1) for members in (own, ~own))
    value = float((first * (np.cumsum(second) - second / 2)).sum() / (first.sum() * second.sum()))
    if pd.isna(row["conf_low"]):
        return {"estimate": value}
    found = brunnermunzel(codes[~own], codes[own])
    error = (value - 0.5) / float(found.statistic) if value != 0.5 else float(row["std_error"])
    half = float(t.isf((1 - row["confidence"]) / 2, row["df"])) * error
    tested = {"statistic": float(found.statistic), "p_value": float(found.pvalue), "std_error": error}
    return {"estimate": value, "conf_low": value - half, "conf_high": value + half, **tested}


def spread_counts(comparison: Comparison, row: Row) -> Numbers:
    """The ratio of a negative binomial model, coefficients and theta solved for at once by scipy, the latter's slope by digamma functions."""
    people = complete(comparison)
    design, outcome = design_of(comparison, people), people[comparison.outcome].to_numpy(dtype="float64")

    def slopes(place: np.ndarray) -> np.ndarray:
        means = np.exp(design @ place[:-1])
        theta = np.exp(place[-1])
        of_means = design.T @ ((outcome - means) * theta / (theta + means))
        of_theta = digamma(theta + outcome) - digamma(theta) + np.log(theta / (theta + means)) + (means - outcome) / (theta + means)
        return np.append(of_means, theta * of_theta.sum())

    def poissons(place: np.ndarray) -> np.ndarray:
        return design.T @ (outcome - np.exp(design @ place))

    start = np.linalg.lstsq(design, np.log(outcome + 0.5), rcond=None)[0]
    spread = row["effect"] != 0
    own = root(poissons, start, method="lm", options={"xtol": 1e-15, "ftol": 1e-15}).x
    if spread:
        own = root(slopes, np.append(own, 1.0), method="lm", options={"xtol": 1e-15, "ftol": 1e-15}).x
    theta = float(np.exp(own[-1])) if spread else np.inf
    coefficients = own[:-1] if spread else own
    told: dict[str, float] = {"estimate": float(np.exp(coefficients[-1]))}
    if pd.isna(row["conf_low"]):
        return told
    means = np.exp(design @ coefficients)
    error = float(np.sqrt(np.linalg.inv(design.T @ (design * (means / (1 + means / theta))[:, None]))[-1, -1]))
    normal = NormalDist()
    reach, statistic = normal.inv_cdf((1 + row["confidence"]) / 2) * error, float(coefficients[-1]) / error
    limits = ends((float(np.exp(coefficients[-1] - reach)), float(np.exp(coefficients[-1] + reach))))
    return {**told, **limits, "statistic": statistic, "p_value": float(erfc(abs(statistic) / np.sqrt(2))), "effect": 1 / theta}
