"""Interacted adjustment: each group has slopes of its own, and the groups are compared at everybody's means.

Estimates the difference for all who are analysed, without asking that covariates
mean the same in both groups; where chance made the groups it is never less precise
than the raw difference in large samples. Method: Lin (2013); HC2.
"""

import numpy as np

from pipeline.compare.gather.cohort import Row
from pipeline.compare.gather.comparison import Comparison
from pipeline.compare.gather.model import Model, model_rows
from pipeline.compare.numbers.regression import hc2_covariance, independent_columns, least_squares
from pipeline.compare.numbers.robust import robust_contrast

NAME = "difference_by_interacted"


def interacted(comparison: Comparison) -> list[Row]:
    """Compare the groups with slopes of each group's own.

    Parameters
    ----------
    comparison : Comparison
        Of a number or a share.

    Returns
    -------
    list of one row
        Noted: ``few_events``, ``arm_hardly_varies``, ``arm_under_two_clusters``, ``perfect_fit``, ``too_few_people`` (estimate
        without error), ``arm_too_small`` (no number) where a group has too few people for slopes of its own.
    """
    return model_rows(
        comparison, {NAME: ""}, lambda model: _numbers(model, comparison.confidence), lambda model: model.arm_problem(comparison.kind)
    )


def _numbers(model: Model, confidence: float) -> dict[str, Row] | str:
    slopes = model.covariates[:, 1:] - model.covariates[:, 1:].mean(axis=0)
    design = np.column_stack([model.covariates[:, :1], slopes, slopes * model.group[:, None], model.group])
    if len(design) <= design.shape[1] or not independent_columns(design).all():
        return "arm_too_small"
    fit = least_squares(design, model.outcome)
    return {NAME: robust_contrast(fit, np.eye(design.shape[1])[-1], model.clusters, confidence, hc2_covariance)}
