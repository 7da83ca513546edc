"""Difference between groups whose covariates weights have made alike, with what the weights did.

Four answers to whom the difference is about: those of the first group (by the odds,
or by entropy balancing, after which the covariates' means are equal), everybody, or
those who could as well have been in either group. Assumes that nothing that moves both
the choice of group and the outcome is left out, and that like people are in both groups.
Methods: Li, Morgan and Zaslavsky (2018); Hainmueller (2012); Lunceford and Davidian (2004).
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pipeline.compare.gather.cohort import Row, notes_joined
from pipeline.compare.gather.comparison import Comparison, complete
from pipeline.compare.gather.model import Model, model_of, model_row, model_rows
from pipeline.compare.numbers.doubly_robust import doubly_robust_att
from pipeline.compare.numbers.matching import Matching, match
from pipeline.compare.numbers.weighting import (
    ATE,
    ATT,
    ENTROPY,
    LIKE_FIRST,
    MATCHING,
    OVERLAP,
    Weighted,
    Weighting,
    by_influence,
    clustered_difference,
    difference_without_each,
    weigh,
)

BEFORE, AFTER, EFFECTIVE = "imbalance_before", "imbalance_after", "effective_number"
FEWEST_EFFECTIVE = 10.0
"""Weights that leave fewer of a group rest on single people, and no error can be taken from them."""
FEWEST_CLUSTERS = 4
"""With one group in fewer there is no error: the jackknife rejected 7 to 8 % of null samples of 8 clusters at 5 %, and 11.5 % where 2 of 26 were exposed."""
FURTHEST_APART = 0.1
"""Pairs whose chances are further apart on average, in standard deviations, are unlike in one direction: a true null was rejected in 28 % of 400 samples of 200 people."""
ROUNDING = 1e-9
"""Standard deviations apart that are nothing: what rounding leaves of means made equal."""


def weighted_att(comparison: Comparison) -> list[Row]:
    """Make the second group like the first by the odds of being in it; rows as of ``weighted``."""
    return weighted(comparison, ATT)


def weighted_ate(comparison: Comparison) -> list[Row]:
    """Make both groups like everybody by the inverse chance of being where one is; rows as of ``weighted``."""
    return weighted(comparison, ATE)


def weighted_overlap(comparison: Comparison) -> list[Row]:
    """Make both groups like those who could be in either, by the chance of being in the other; rows as of ``weighted``."""
    return weighted(comparison, OVERLAP)


def entropy_balancing(comparison: Comparison) -> list[Row]:
    """Make the covariates' means of the second group those of the first, as evenly as can be; rows as of ``weighted``."""
    return weighted(comparison, ENTROPY)


def doubly_robust(comparison: Comparison) -> list[Row]:
    """Predict the first group's outcomes without the programme from the second, weighted by the odds to be like it; rows as of ``weighted``."""
    model = model_of(comparison)
    found = model if isinstance(model, str) else weigh(ATT, model.covariates, model.group)

    def numbers(model: Model, found: Weighting) -> Row:
        estimate, influence = doubly_robust_att(found, model.covariates, model.outcome)

        def again(rest: np.ndarray) -> float:
            anew = weigh(ATT, model.covariates[rest], model.group[rest])
            return float("nan") if isinstance(anew, str) else doubly_robust_att(anew, model.covariates[rest], model.outcome[rest])[0]

        return _tested(model, found, _Found(estimate, influence, 2 * found.design.shape[1] + 1, again), comparison.confidence)

    return _rows(comparison, "difference_by_doubly_robust", ATT, found, numbers)


def matching(comparison: Comparison) -> list[Row]:
    """Give each of the first group the one of the second whose chance of being in the first is nearest, once each.

    Parameters
    ----------
    comparison : Comparison
        Of a number or a share; ``caliper`` says how far two may be apart, in standard deviations of the chance.

    Returns
    -------
    list of rows
        As of ``weighted``; ``effective_number`` is the pairs. Noted: ``unmatched_left_out``; ``group_separated``, ``not_converged``,
        ``nobody_matched`` (no numbers), ``few_pairs``, ``pairs_apart`` (estimate without error).
    """
    model = model_of(comparison)
    found = model if isinstance(model, str) else match(model.covariates, model.group, comparison.caliper)

    def numbers(model: Model, found: Matching) -> Row:
        left_out = "" if len(found.first) == model.group.sum() else "unmatched_left_out"
        if len(found.first) < FEWEST_EFFECTIVE:
            return {"estimate": found.difference(model.outcome), "note": notes_joined("few_pairs", left_out)}
        if abs(found.apart) > FURTHEST_APART:
            return {"estimate": found.difference(model.outcome), "note": notes_joined("pairs_apart", left_out)}
        return found.tested(model.outcome, comparison.confidence).columns() | {"note": left_out}

    return _rows(comparison, "difference_by_matching", MATCHING, found, numbers)


def weighted(comparison: Comparison, kind: str) -> list[Row]:
    """Compare weighted groups and say what the weights did.

    Parameters
    ----------
    comparison : Comparison
        Of a number or a share.
    kind : str
        As ``weigh`` takes it.

    Returns
    -------
    list of rows
        ``difference_by_<kind>``, tested; ``effective_number`` of each group; per covariate ``imbalance_before`` and
        ``imbalance_after``, of a category the size of the one furthest apart before (the first of several). Noted: ``group_separated``, ``no_overlap``,
        ``not_converged`` (no numbers), ``weights_rest_on_few``, ``cluster_decides``, ``jackknife_of_few`` (estimates without error).
    """
    model = model_of(comparison)
    found = model if isinstance(model, str) else weigh(kind, model.covariates, model.group)
    return _rows(comparison, f"difference_by_{kind}", kind, found, lambda model, found: _difference(model, found, comparison.confidence))


def _rows(comparison: Comparison, name: str, kind: str, found: Weighted | str, numbers_of: Callable[[Model, Any], Row]) -> list[Row]:
    """Give the row of the difference, then what the weights did."""
    first = model_rows(
        comparison,
        {name: ""},
        lambda model: found if isinstance(found, str) else {name: numbers_of(model, found)},
        lambda model: model.arm_problem(comparison.kind),
    )
    return first + _effective(comparison, found) + _imbalance(comparison, kind, found)


class _Found(NamedTuple):
    """A difference, each person's influence on it, the coefficients behind it, and how it is found anew of some people."""

    difference: float
    influence: np.ndarray
    coefficients: int
    again: Callable[[np.ndarray], float]


def _difference(model: Model, found: Weighting, confidence: float) -> Row:
    def again(rest: np.ndarray) -> float:
        anew = weigh(found.kind, model.covariates[rest], model.group[rest])
        return float("nan") if isinstance(anew, str) else anew.difference(model.outcome[rest])

    outcome = model.outcome
    return _tested(model, found, _Found(found.difference(outcome), found.influence(outcome), found.design.shape[1] + 1, again), confidence)


def _tested(model: Model, found: Weighted, own: _Found, confidence: float) -> Row:
    """Test a difference of weighted groups: of independent people by their influence, of clusters by comparing anew without each."""
    if min(found.effective(1), found.effective(0)) < FEWEST_EFFECTIVE:
        return {"estimate": own.difference, "note": "weights_rest_on_few"}
    if model.clusters is None:
        return by_influence(own.difference, own.influence, own.coefficients, confidence).columns()
    without = difference_without_each(own.again, model.group, model.clusters)
    if np.isnan(without).any():
        return {"estimate": own.difference, "note": "cluster_decides"}
    if model.fewest_clusters < FEWEST_CLUSTERS:
        return {"estimate": own.difference, "note": "jackknife_of_few"}
    return clustered_difference(own.difference, without, confidence).columns()


def _effective(comparison: Comparison, found: Weighted | str) -> list[Row]:
    """Give how many equally weighted people each group is worth."""
    arms = ((comparison.first, 1), (comparison.second, 0))
    numbers: list[Row] = [{"note": found} if isinstance(found, str) else {"estimate": found.effective(arm)} for _, arm in arms]
    return [model_row(comparison, EFFECTIVE, own, unit="index") | {"term": code} for (code, _), own in zip(arms, numbers, strict=True)]


def _imbalance(comparison: Comparison, kind: str, found: Weighted | str) -> list[Row]:
    """Give each covariate's standardised difference before and after, divided by the same."""
    people, rows = complete(comparison), []
    divided = "denominator_first_group" if kind in LIKE_FIRST else "denominator_average_variance"
    for name in comparison.covariates:
        numbers = (found, found) if isinstance(found, str) else _apart(people[name], found)
        for estimand, number in zip((BEFORE, AFTER), numbers, strict=True):
            told: Row = {"note": number} if isinstance(number, str) else {"estimate": number, "note": divided}
            rows.append(model_row(comparison, estimand, told, unit="index") | {"term": name})
    return rows


def _apart(values: pd.Series, found: Weighted) -> tuple[float, float] | tuple[str, str]:
    """Give the standardised difference in a covariate before and after, of a category its size; or why there is none."""
    is_category = isinstance(values.dtype, pd.CategoricalDtype)
    if is_category:
        columns = [(values == category).to_numpy(dtype="float64") for category in values.cat.categories]
    else:
        columns = [values.to_numpy(dtype="float64")]
    pairs = [(found.imbalance(one, weighted=False), found.imbalance(one, weighted=True)) for one in columns if np.ptp(one) > 0]
    told = [pair for pair in pairs if not np.isnan(pair).any()]
    if not told:
        return ("denominator_constant", "denominator_constant") if pairs else ("covariate_constant", "covariate_constant")
    furthest = max(abs(before) for before, _ in told)
    before, after = next(pair for pair in told if abs(pair[0]) >= furthest - ROUNDING)
    after = after if abs(after) > ROUNDING else 0.0
    return (abs(before), abs(after)) if is_category else (before, after)
