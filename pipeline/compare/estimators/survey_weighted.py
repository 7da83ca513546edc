"""Difference in the population that a sample was drawn from, each person counting by the declared weight.

Beside it what the weights make of each group: its mean or share, how many equally
weighted people it is worth, and how many times its variance is that of people drawn one
by one. Assumes that the weight says how many of the population a person stands for and
that those who did not answer are like those who did. Methods: Binder (1983),
International Statistical Review 51:279-292; Kish (1965); Pustejovsky and Tipton (2018).
"""

import numpy as np

from pipeline.compare.gather.cohort import Row
from pipeline.compare.gather.comparison import Comparison, complete
from pipeline.compare.gather.design import hardly_varies
from pipeline.compare.gather.drawn import drawn_of
from pipeline.compare.gather.model import Model, model_of, model_row, model_rows
from pipeline.compare.numbers.results import TTest
from pipeline.compare.numbers.survey import Drawn, WeightedFit, design_effect, share_interval, weighted_least_squares

DIFFERENCE, EFFECT, EFFECTIVE = "difference_by_survey", "design_effect", "effective_number"
SAME = 1e-12
"""Weights that differ by a smaller share of their size are all alike."""
FEWEST_CLUSTERS = 4
"""With one group in fewer, linearisation shows no error: with 3 of 24 clusters exposed it rejected 22 % of null samples at 5 %."""
FEWEST_WEIGHTS = 10
"""With fewer different weights a group's weighted answers, beside the plain ones, nearly tell how many of each weight gave which answer."""
FEWEST_WAYS = 1e6
"""Where weights are known: so many ways to divide them over the answers leave enough that print the same number and error."""


def survey_weighted(comparison: Comparison) -> list[Row]:
    """Compare groups in the population.

    Parameters
    ----------
    comparison : Comparison
        Of a number or a share, with ``drawn:weight`` and ``drawn:stratum`` where declared.

    Returns
    -------
    list of rows
        ``difference_by_survey``, tested; of each group ``mean_by_survey`` or ``share_by_survey``, ``effective_number`` and
        ``design_effect``, not adjusted for covariates. Noted: ``margin_level_empty``, ``margins_not_met``, ``response_separated`` (no numbers),
        ``few_weights`` (a group's numbers, or the difference of two small groups, are not given), ``constant_weights`` (nothing is weighted),
        ``stratum_of_one_cluster``, ``population_too_small``, ``linearised_of_few`` and ``too_few_clusters`` (estimates without error).
    """
    model, sample = model_of(comparison), drawn_of(comparison, complete(comparison))
    first = model_rows(
        comparison,
        {DIFFERENCE: ""},
        lambda model: sample if isinstance(sample, str) else {DIFFERENCE: _difference(comparison, model, sample)},
        lambda model: _few_clusters(sample, model.fewest_clusters) or model.arm_problem(comparison.kind),
    )
    alike = not isinstance(model, str) and not isinstance(sample, str) and np.ptp(sample.weights) <= SAME * sample.weights.max()
    note = "constant_weights" if alike else ""
    rows = first + _groups(comparison, model, sample)
    return [row | {"note": f"{row.get('note', '')} {note}".strip()} for row in rows]


def _few_clusters(sample: Drawn | str, clusters: int) -> str:
    """Say that a group is in too few clusters for linearisation, by how many; fewer than two have a reason of their own."""
    return "linearised_of_few" if isinstance(sample, Drawn) and sample.stratified and 1 < clusters < FEWEST_CLUSTERS else ""


def _tested(fit: WeightedFit, place: int, confidence: float) -> TTest | None:
    """Test the coefficient at a place; None where no error is left."""
    contrast = np.zeros(len(fit.coefficients))
    contrast[place] = 1.0
    found = fit.tested(contrast, confidence)
    return found if found.std_error > 0 else None


def _difference(comparison: Comparison, model: Model, sample: Drawn) -> Row:
    if np.prod([_ways(model.outcome[own], sample.weights[own]) for own in (model.group == 1, model.group == 0)]) < FEWEST_WAYS:
        return {"note": "few_weights"}
    fit = weighted_least_squares(model.design, model.outcome, sample)
    found = None if sample.problem else _tested(fit, -1, comparison.confidence)
    return {"estimate": float(fit.coefficients[-1]), "note": sample.problem or "too_few_clusters"} if found is None else found.columns()


def _groups(comparison: Comparison, model: Model | str, sample: Drawn | str) -> list[Row]:
    """Give what the weights make of each group."""
    name, unit = ("share_by_survey", "share") if comparison.kind == "share" else ("mean_by_survey", "number")
    units, rows = {name: unit, EFFECTIVE: "index", EFFECT: "index"}, []
    for code, arm in ((comparison.first, 1), (comparison.second, 0)):
        if isinstance(model, str) or isinstance(sample, str):
            numbers: list[Row] = [{"note": model if isinstance(model, str) else str(sample)}] * len(units)
        else:
            own = model.group == arm
            numbers = [*_mean(comparison, model, sample, own), {"estimate": sample.effective(own)}]
        told = dict(zip((name, EFFECT, EFFECTIVE), numbers, strict=True))
        rows += [model_row(comparison, estimand, told[estimand], unit=kind) | {"term": code} for estimand, kind in units.items()]
    return rows


def _ways(outcome: np.ndarray, weights: np.ndarray) -> float:
    """Count in how many ways weights (n,) can divide over those whose answer (n,) is above some value and the others, for the value that leaves most.

    Weights that are all alike tell nothing beside the plain answers.
    """
    alike = np.unique(weights, return_counts=True)[1]
    if len(alike) < 2:
        return np.inf
    ways = np.ones(1)
    for people in alike:
        ways = np.minimum(np.convolve(ways, np.ones(people + 1)), np.finfo("float64").max)
    above = np.cumsum(np.unique(outcome, return_counts=True)[1])[:-1]
    return float(ways[above].max(initial=1.0))


def _mean(comparison: Comparison, model: Model, sample: Drawn, own: np.ndarray) -> tuple[Row, Row]:
    """Give a group's mean or share with its interval, and its design effect."""
    fit = weighted_least_squares(own.astype("float64")[:, None], model.outcome, sample)
    estimate, problem = float(fit.coefficients[0]), sample.problem
    if hardly_varies(model.outcome[own], comparison.kind):
        problem = "few_events" if comparison.kind == "share" else "arm_hardly_varies"
    elif model.clusters is not None and len(np.unique(model.clusters[own])) < 2:
        problem = "arm_under_two_clusters"
    elif model.clusters is not None:
        problem = problem or _few_clusters(sample, len(np.unique(model.clusters[own])))
    if len(np.unique(sample.weights[own])) < FEWEST_WEIGHTS or _ways(model.outcome[own], sample.weights[own]) < FEWEST_WAYS:
        return {"note": "few_weights"}, {"note": "few_weights"}
    found = None if problem else _tested(fit, 0, comparison.confidence)
    if found is None:
        note = problem or "too_few_clusters"
        return {"estimate": estimate, "note": note}, {"note": note}
    low, high = share_interval(found, comparison.confidence) if comparison.kind == "share" else (found.conf_low, found.conf_high)
    effect = design_effect(model.outcome[own], sample.weights[own], found.std_error)
    return {"estimate": estimate, "std_error": found.std_error, "df": found.df, "conf_low": low, "conf_high": high}, {"estimate": effect}
