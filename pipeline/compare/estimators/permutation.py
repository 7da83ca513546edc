"""Permutation test of the adjusted difference: how often it is as large when the groups fall out otherwise.

What is exchanged follows from who is in which group. Without clusters, everybody
with everybody; where clusters hold people of both groups, people of one cluster
with each other, so that it is a comparison within clusters; where every cluster is
of one group, whole clusters, each by its mean. Strata are clusters of the first
kind: name them as the analysis' ``cluster``. Assumes that under the null
hypothesis nobody's outcome depends on the group, and that people (or clusters) who
are exchanged are alike but for the covariates. Method: Freedman and Lane (1983);
of whole clusters Gail et al. (1996), Statistics in Medicine 15:1069-1092.
"""

import numpy as np

from pipeline.compare.gather.cohort import Row
from pipeline.compare.gather.comparison import Comparison
from pipeline.compare.gather.model import Model, model_of, model_row
from pipeline.compare.numbers.exchange import exchange_test

ESTIMAND = "difference_by_permutation"
WITHIN, WHOLE = "exchanged_within", "exchanged_clusters"
NOTHING = 1e-9
"""Relative to what there was, a group of which no more is left is determined by cluster and covariates."""


def permutation(comparison: Comparison) -> list[Row]:
    """Test the difference between the groups, adjusted for the covariates, by exchanging who is in which.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    list of one row
        ``difference_by_permutation`` with a p-value and without interval. Noted: ``exchanged_within``
        (clusters hold both groups; the difference is within them), ``exchanged_clusters`` (each is of one; the difference
        is between their means), ``every_arrangement`` (none was drawn), ``few_arrangements`` (none could have been significant).
    """
    model = model_of(comparison)
    if isinstance(model, str):
        return [model_row(comparison, ESTIMAND, {"note": model})]
    group, outcome, blocks, how = _exchanged(model)
    numbers = _numbers(comparison, group, outcome, blocks)
    return [model_row(comparison, ESTIMAND, numbers, (*model.notes, how))]


def _exchanged(model: Model) -> tuple[np.ndarray, np.ndarray, np.ndarray, str]:
    """Give group and outcome of what is exchanged, with a mean of 0 within the blocks, the blocks, and which of the three it is."""
    if model.clusters is None:
        return model.without_covariates(model.group), model.without_covariates(model.outcome), np.zeros(len(model.group), dtype=int), ""
    sizes = np.bincount(model.clusters)
    share = np.bincount(model.clusters, model.group) / sizes
    if np.isin(share, (0, 1)).all():
        means = np.bincount(model.clusters, model.without_covariates(model.outcome)) / sizes
        return share - share.mean(), means - means.mean(), np.zeros(len(sizes), dtype=int), WHOLE
    centred = np.column_stack([_within(model.clusters, column) for column in model.covariates.T])
    vectors, values, _ = np.linalg.svd(centred, full_matrices=False)
    basis = vectors[:, values > NOTHING * np.linalg.norm(model.covariates)]
    group, outcome = (_within(model.clusters, values) for values in (model.group, model.outcome))
    return group - basis @ (basis.T @ group), outcome - basis @ (basis.T @ outcome), model.clusters, WITHIN


def _within(clusters: np.ndarray, values: np.ndarray) -> np.ndarray:
    return values - (np.bincount(clusters, values) / np.bincount(clusters))[clusters]


def _numbers(comparison: Comparison, group: np.ndarray, outcome: np.ndarray, blocks: np.ndarray) -> Row:
    """Give the difference and its p-value, or the reason why there is none."""
    if group @ group < NOTHING * len(group):
        return {"note": "group_collinear"}
    estimate = float(group @ outcome / (group @ group))
    found = exchange_test(group, outcome, blocks, comparison.seed)
    if found is None:
        return {"estimate": estimate, "note": "nothing_to_exchange"}
    notes = ["every_arrangement"] * found.listed + ["few_arrangements"] * (found.least > 1 - comparison.confidence)
    drawn: Row = {} if found.listed else {"seed": comparison.seed}
    return {"estimate": estimate, "p_value": found.p_value, "note": " ".join(notes), **drawn}
