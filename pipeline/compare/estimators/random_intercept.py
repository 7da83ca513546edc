"""Random intercept: the groups compared by a model in which each cluster has a level of its own.

Estimates the difference between people alike in the covariates. Where the model
holds it is more precise than CR2's, and it says how alike people of one cluster are;
where it does not, its errors do not hold either. Method: restricted maximum
likelihood, as lme4 (Bates and others 2015).
"""

import numpy as np

from pipeline.compare.gather.cohort import Row
from pipeline.compare.gather.comparison import Comparison
from pipeline.compare.gather.model import Model, model_rows
from pipeline.compare.numbers.random_intercept import tested_coefficient

NAME = "difference_by_random_intercept"


def random_intercept(comparison: Comparison) -> list[Row]:
    """Compare the groups with a level for each cluster.

    Parameters
    ----------
    comparison : Comparison
        Of a number, with clusters.

    Returns
    -------
    list of one row
        ``effect`` is the likeness. Noted: ``no_likeness``; ``clusters_of_one`` (no number); ``arm_hardly_varies``,
        ``arm_under_two_clusters``, ``perfect_fit`` (estimate without error).
    """
    return model_rows(
        comparison, {NAME: ""}, lambda model: _numbers(model, comparison.confidence), lambda model: model.arm_problem("number")
    )


def _numbers(model: Model, confidence: float) -> dict[str, Row] | str:
    if model.clusters is None:
        return "arm_under_two_clusters"
    if np.bincount(model.clusters).max() < 2:
        return "clusters_of_one"
    return {NAME: tested_coefficient(model.design, model.outcome, model.clusters, confidence)}
