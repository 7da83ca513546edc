"""What would change a result, once more: by matrices of scipy's instead of fits, and by counting."""

from math import sqrt

import numpy as np
import pandas as pd
from scipy.linalg import orth
from scipy.optimize import brentq
from scipy.stats import t

from pipeline.compare.gather.comparison import FIRST, Comparison, complete
from pipeline.compare.opinion.means import design_of, linear_estimate
from pipeline.compare.opinion.models import generalised
from pipeline.compare.opinion.view import Numbers, Row


def explained_away(comparison: Comparison, row: Row) -> Numbers:
    """The robustness value: the strength, with group and outcome alike, whose bias is the estimate (or its distance to 0 beyond chance)."""
    people = complete(comparison)
    size, df = abs(_own_correlation(people[comparison.outcome], design_of(comparison, people))), _df(comparison, people)
    strength = size / sqrt(1 - size**2)
    if row["estimand"] == "robustness_value_limit":
        chance = float(t.isf((1 - row["confidence"]) / 2, df - 1)) / sqrt(df - 1)
        if strength * chance >= 1:
            return {"estimate": 1 - (1 + chance**2) / (1 + strength**2)}
        strength -= chance
    if strength <= 0:
        return {"estimate": 0.0}
    return {"estimate": float(brentq(lambda share: share / sqrt(1 - share) - strength, 0, 1 - 1e-12, xtol=1e-15, rtol=1e-15))}


def _df(comparison: Comparison, people: pd.DataFrame) -> int:
    return len(people) - design_of(comparison, people).shape[1]


def _own_correlation(values: pd.Series, design: np.ndarray) -> float:
    """Correlate what the other columns leave of the outcome with what they leave of the last one."""
    others = orth(design[:, :-1])
    both = [one - others @ (others.T @ one) for one in (values.to_numpy(dtype="float64"), design[:, -1])]
    return float(both[0] @ both[1] / np.linalg.norm(both[0]) / np.linalg.norm(both[1]))


def beside_as_strong(comparison: Comparison, row: Row) -> Numbers:
    """What is left of a difference beside something as strong as a covariate, by sums of squares with and without it."""
    people, name = complete(comparison), row["term"]
    outcome, group = (people[one].to_numpy(dtype="float64") for one in (comparison.outcome, FIRST))
    without = Comparison(**{**vars(comparison), "covariates": tuple(one for one in comparison.covariates if one != name)})
    full, less = design_of(comparison, people), design_of(without, people)
    of_group = 1 - _left(full[:, :-1], group) / _left(less[:, :-1], group)
    of_outcome = 1 - _left(full, outcome) / _left(less, outcome)
    shared = of_group / (1 - of_group)
    toward_outcome = min(1.0, (1 + shared) ** 2 / (1 - shared**2) * of_outcome / (1 - of_outcome))
    own = _left(full[:, :-1], group)
    estimate = float(linear_estimate(comparison, row)["estimate"])  # type: ignore[arg-type]
    bias = sqrt(toward_outcome * shared / (1 - shared) * _left(full, outcome) / own)
    return {"estimate": estimate - float(np.sign(estimate)) * bias}


def _left(design: np.ndarray, values: np.ndarray) -> float:
    basis = orth(design)
    left = values - basis @ (basis.T @ values)
    return float(left @ left)


def turned_by_those_lost(comparison: Comparison, row: Row) -> Numbers:
    """How far those lost must be from those known of the first group, from the counts of both."""
    own = comparison.frame[comparison.frame[FIRST] == 1]
    lost = len(own) - len(complete(comparison)[lambda people: people[FIRST] == 1])
    return {"estimate": -float(linear_estimate(comparison, row)["estimate"]) / (lost / len(own))}  # type: ignore[arg-type]


def confounding_by_ratio(comparison: Comparison, row: Row) -> Numbers:
    """The E-value: the strength, with group and outcome alike, whose greatest bias is the ratio, or the end of its interval nearer to 1."""
    of_ratio = {**row, "estimator": "logistic", "estimand": "ratio_by_logistic", "measure_unit": "ratio", "conf_low": 0.0}
    found = {name: float(value) for name, value in generalised(comparison, of_ratio).items()}  # type: ignore[arg-type]
    above = max(found["estimate"], 1 / found["estimate"])
    if row["estimand"] == "e_value_limit":
        above = max(1.0, found["conf_low"], 1 / found["conf_high"])
    return {"estimate": float(brentq(lambda one: one * one / (2 * one - 1) - above, 1.0, 4 * above + 4, xtol=1e-14, rtol=1e-15))}
