"""Slopes of each group's own, differences split by a mediator, and groups cut to be alike, once more: by regressions in parts, and pandas' weights."""

import numpy as np
import pandas as pd
from scipy.linalg import orth, pinv

from pipeline.compare.gather.comparison import FIRST, Comparison, complete
from pipeline.compare.gather.panel import CLUSTER
from pipeline.compare.opinion.means import MOST_CELLS, NOTHING, Fitted, cr2_error, design_of, difference_by_t
from pipeline.compare.opinion.view import Numbers, Row
from pipeline.compare.registry import MEDIATOR


def own_slopes(comparison: Comparison, row: Row) -> Numbers:
    """A regression in each group, both told at everybody's means; HC2's error, or CR2's by its definition."""
    people = complete(comparison)
    outcome, group = (people[name].to_numpy(dtype="float64") for name in (comparison.outcome, FIRST))
    adjusted = design_of(comparison, people)[:, :-1]
    at = adjusted.mean(axis=0)
    direction, residuals, basis = np.zeros(len(people)), np.zeros(len(people)), np.zeros((len(people), 0))
    for arm, sign in ((1.0, 1.0), (0.0, -1.0)):
        own = group == arm
        inverse = pinv(adjusted[own])
        direction[own] = sign * (at @ inverse)
        residuals[own] = outcome[own] - adjusted[own] @ (inverse @ outcome[own])
        part = np.zeros((len(people), adjusted.shape[1]))
        part[own] = orth(adjusted[own])
        basis = np.column_stack([basis, part])
    estimate = float(direction @ outcome)
    if pd.isna(row["std_error"]):
        return {"estimate": estimate}
    if comparison.clustered:
        clusters = pd.factorize(people[CLUSTER])[0]
        if len(people) * (clusters.max() + 1) > MOST_CELLS:
            return {"estimate": estimate}
        return difference_by_t(estimate, *cr2_error(Fitted(basis, residuals, direction), clusters), row)
    room = 1 - (basis**2).sum(axis=1)
    error = float(np.linalg.norm(direction * residuals / np.sqrt(np.where(room > NOTHING, room, np.inf))))
    return difference_by_t(estimate, error, float(len(people) - basis.shape[1]), row)


def split_by_residuals(comparison: Comparison, row: Row) -> Numbers:
    """The difference without the mediator, and the same of what the mediator leaves of outcome and group; through it goes the rest."""
    people = complete(comparison)
    outcome, mediator = (people[name].to_numpy(dtype="float64") for name in (comparison.outcome, MEDIATOR))
    design = design_of(comparison, people)
    total = float(pinv(design)[-1] @ outcome)
    beside = float(pinv(np.column_stack([mediator, design]))[-1] @ outcome)
    return {"estimate": {"difference_total": total, "difference_beside": beside}.get(row["estimand"], total - beside)}


def cut_to_alike(comparison: Comparison, row: Row) -> Numbers:
    """The better known group less as many at one end as the other lost, counted from a table of its values."""
    known = comparison.frame.groupby(FIRST)[comparison.outcome].agg(["count", "size"])
    rates = known["count"] / known["size"]
    cut = 1.0 if rates[1.0] >= rates[0.0] else 0.0
    kept = known.loc[cut, "count"] * rates.min() / rates.max()
    lowest = (row["estimand"] == "trimmed_low") == (cut == 1.0)
    values = comparison.frame.loc[comparison.frame[FIRST] == cut, comparison.outcome].dropna().sort_values(ascending=lowest)
    weights = (kept - np.arange(len(values))).clip(0, 1)
    other = comparison.frame.loc[comparison.frame[FIRST] != cut, comparison.outcome].mean()
    apart = float((values * weights).sum() / weights.sum() - other)
    people = float(known.loc[cut, "count"] - kept)
    return {"estimate": apart if cut == 1.0 else -apart, "effect": people}
