"""Wild cluster bootstrap of the adjusted difference: a test and an interval for few clusters, beside CR2.

The t statistic of the adjusted difference is held against those of answers made up
under the null hypothesis, by turning what a model without the group leaves in each
cluster. Assumes that clusters are independent of each other. Holds its size with few
clusters if each group has several; with one or two clusters of a group no method
does, and this one then finds too little. Method: Cameron, Gelbach and Miller (2008),
with Webb's weights below twelve clusters; the interval inverts the test.
"""

from math import isfinite

import numpy as np

from pipeline.compare.gather.cohort import Row
from pipeline.compare.gather.comparison import Comparison
from pipeline.compare.gather.model import Model, model_of, model_row
from pipeline.compare.numbers.wild import wild_bootstrap as draws_of

ESTIMAND = "difference_by_wild_bootstrap"
NOTHING = 1e-10
"""An error below this share of the outcome's spread is none."""
FEW_IN_ARM = 4
"""With fewer clusters than this in a group the test finds too little (MacKinnon and Webb 2018; tests/compare/test_few_clusters.py)."""


def wild_bootstrap(comparison: Comparison) -> list[Row]:
    """Test the difference between the groups, adjusted for the covariates, by draws under the null hypothesis.

    Parameters
    ----------
    comparison : Comparison
        With clusters.

    Returns
    -------
    list of one row
        ``difference_by_wild_bootstrap`` with p-value and interval. Noted: ``arm_under_two_clusters``, ``few_events``,
        ``arm_hardly_varies`` and ``perfect_fit`` (the difference alone), ``few_clusters_in_arm``, ``interval_not_closed`` (no value far away is rejected).
    """
    model = model_of(comparison)
    if isinstance(model, str):
        return [model_row(comparison, ESTIMAND, {"note": model})]
    return [model_row(comparison, ESTIMAND, _numbers(comparison, model), model.notes)]


def _numbers(comparison: Comparison, model: Model) -> Row:
    if model.clusters is None or model.fewest_clusters < 2:
        return {"estimate": model.difference, "note": "arm_under_two_clusters"}
    problem = model.arm_problem(comparison.kind)
    if problem:
        return {"estimate": model.difference, "note": problem}
    found = draws_of(model.covariates, model.group, model.outcome, model.clusters, comparison.seed)
    if found.std_error <= NOTHING * np.ptp(model.outcome):
        return {"estimate": found.estimate, "note": "perfect_fit"}
    low, high = found.interval(comparison.confidence)
    closed = isfinite(low) and isfinite(high)
    ends: Row = {"conf_low": low, "conf_high": high} if closed else {}
    notes = ["few_clusters_in_arm"] * (model.fewest_clusters < FEW_IN_ARM) + ["interval_not_closed"] * (not closed)
    drawn: Row = {} if found.listed else {"seed": comparison.seed}
    return {"estimate": found.estimate, "p_value": found.p_at(0.0), "note": " ".join(notes), **ends, **drawn}
