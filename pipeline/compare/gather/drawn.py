"""How the people of a comparison were drawn, as numbers take it."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.compare.gather.comparison import FIRST, Comparison
from pipeline.compare.gather.design import full_design
from pipeline.compare.gather.panel import CLUSTER, MARGIN, STRATUM, WEIGHT
from pipeline.compare.numbers.calibration import raked
from pipeline.compare.numbers.glm import fit_glm, separates
from pipeline.compare.numbers.survey import Drawn


def drawn_of(comparison: Comparison, people: pd.DataFrame) -> Drawn | str:
    """Give weights, clusters, strata and population of some people of a comparison.

    Parameters
    ----------
    comparison : Comparison
    people : DataFrame
        Rows of its frame.

    Returns
    -------
    Drawn or str
        Without a declared weight everybody counts alike, without a cluster each is one. A cluster in two
        strata is two. Instead of it the reason why margins cannot be met: ``margin_level_empty`` or ``margins_not_met``;
        or the chance of answering estimated: ``response_separated``, ``not_converged``, or as of ``full_design``.
    """
    everybody = np.arange(len(people)).astype("str")
    names, strata = np.unique(people[STRATUM] if STRATUM in people else np.full(len(people), ""), return_inverse=True)
    together = people[CLUSTER].to_numpy(dtype="str") if comparison.clustered else everybody
    clusters = np.unique(np.char.add(np.char.add(strata.astype("str"), " "), together), return_inverse=True)[1]
    weights = people[WEIGHT].to_numpy(dtype="float64") if WEIGHT in people else np.ones(len(people))
    population = comparison.population
    counts = None if population is None else [population[name] if isinstance(population, Mapping) else population for name in names]
    stratified = STRATUM in people or counts is not None
    if comparison.response:
        chances = _chances(comparison, people)
        if isinstance(chances, str):
            return chances
        weights = weights / chances
    drawn = Drawn(weights, clusters, strata, None if counts is None else np.array(counts, dtype="float64"), stratified)
    return _meeting_margins(comparison, people, drawn) if comparison.margins else drawn


def _chances(comparison: Comparison, people: pd.DataFrame) -> np.ndarray | str:
    """Give the chance that each was analysed, by a logistic model of all of whom it is known what they were like before."""
    asked = comparison.frame.dropna(subset=list(comparison.response))
    answered = asked.index.isin(people.index)
    if answered.all():
        return np.ones(len(people))
    design = full_design(asked, np.ones((len(asked), 1)), comparison.response, [asked[FIRST].to_numpy(dtype="float64")])
    if isinstance(design, str):
        return design
    fit = fit_glm("logistic", design.matrix, answered.astype("float64"), None)
    if separates(fit.design, fit.outcome, fit.means):
        return "response_separated"
    return pd.Series(fit.means, index=asked.index).loc[people.index].to_numpy() if fit.converged else "not_converged"


def _meeting_margins(comparison: Comparison, people: pd.DataFrame, drawn: Drawn) -> Drawn | str:
    """Give the same with weights that meet the margins; errors come from linearisation."""
    levels = [(name, code) for name, counts in comparison.margins.items() for code in counts]
    columns = np.column_stack([(people[f"{MARGIN}{name}"] == code).to_numpy(dtype="float64") for name, code in levels])
    totals = np.array([comparison.margins[name][code] for name, code in levels], dtype="float64")
    if not columns.any(axis=0).all():
        return "margin_level_empty"
    outside = any(not people[f"{MARGIN}{name}"].isin(counts).all() for name, counts in comparison.margins.items())
    weights = None if outside else raked(drawn.weights, columns, totals)
    if weights is None:
        return "margins_not_met"
    return replace(drawn, weights=weights, stratified=True, margins=columns, before=drawn.weights)
