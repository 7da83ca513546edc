"""Poisson regression of a count, with robust errors: how many times as many, and how many more.

What the mean count would be if everybody were in the one, and in the other group.
The errors do not take the variance to be the mean, so that it is a model of means,
not of how counts are spread. Assumes that means are multiplied by covariates and
group, and that nothing that moves both the choice of group and the outcome is left
out. Method: Wooldridge (2010), Econometric analysis of cross section and panel data,
chapter 18; Zou (2004), American Journal of Epidemiology 159:702-706.
"""

import numpy as np

from pipeline.compare.gather.cohort import Row
from pipeline.compare.gather.comparison import Comparison
from pipeline.compare.gather.model import Model, model_rows
from pipeline.compare.numbers.glm import fit_glm

DIFFERENCE, RATIO = "difference_by_poisson", "ratio_by_poisson"
UNITS = {DIFFERENCE: "", RATIO: "ratio"}


def poisson(comparison: Comparison) -> list[Row]:
    """Estimate the difference and ratio of mean counts, standardised to everybody's covariates.

    Parameters
    ----------
    comparison : Comparison
        Of a number, whole and not below 0.

    Returns
    -------
    list of two rows
        The difference has the p-value. Noted: ``not_counts``, ``arm_all_zero``, ``not_converged`` (no numbers),
        ``arm_hardly_varies`` and ``arm_under_two_clusters`` (estimates without error).
    """
    return model_rows(comparison, UNITS, lambda model: _numbers(model, comparison.confidence), lambda model: model.arm_problem("number"))


def _numbers(model: Model, confidence: float) -> dict[str, Row] | str:
    if (model.outcome < 0).any() or (model.outcome != np.round(model.outcome)).any():
        return "not_counts"
    if not all(model.outcome[model.group == arm].any() for arm in (1, 0)):
        return "arm_all_zero"
    fit = fit_glm("poisson", model.design, model.outcome, model.clusters)
    if not fit.converged:
        return "not_converged"
    return {DIFFERENCE: fit.difference(confidence).columns(), RATIO: fit.own_ratio(confidence).columns()}
