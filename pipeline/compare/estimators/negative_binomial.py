"""Negative binomial regression of a count: how many times as many, where counts are more spread than Poisson's.

More precise than ``poisson`` if the variance grows with the square of the mean, and
wrong where it does not; ``poisson`` asks nothing of the variance. Method: Lawless
(1987), Canadian Journal of Statistics 15:209-225.
"""

import numpy as np

from pipeline.compare.gather.cohort import Row
from pipeline.compare.gather.comparison import Comparison
from pipeline.compare.gather.model import Model, model_rows
from pipeline.compare.numbers.negative_binomial import negative_binomial as fitted

RATIO = "ratio_by_negative_binomial"


def negative_binomial(comparison: Comparison) -> list[Row]:
    """Estimate the ratio of mean counts between people alike in the covariates.

    Parameters
    ----------
    comparison : Comparison
        Of a number, whole and not below 0.

    Returns
    -------
    list of one row
        ``effect`` is the spread (1 / theta). Noted: ``no_overdispersion``, where counts are no more spread than Poisson's;
        ``not_counts``, ``arm_all_zero``, ``not_converged`` (no number), ``arm_hardly_varies`` (estimate without error).
    """
    return model_rows(
        comparison, {RATIO: "ratio"}, lambda model: _numbers(model, comparison.confidence), lambda model: model.arm_problem("number")
    )


def _numbers(model: Model, confidence: float) -> dict[str, Row] | str:
    if (model.outcome < 0).any() or (model.outcome != np.round(model.outcome)).any():
        return "not_counts"
    if not all(model.outcome[model.group == arm].any() for arm in (1, 0)):
        return "arm_all_zero"
    fit = fitted(model.design, model.outcome)
    if isinstance(fit, str):
        return fit
    beside = {"effect_kind": "spread", "effect": fit.spread, "note": "" if fit.spread > 0 else "no_overdispersion"}
    return {RATIO: fit.own_ratio(confidence).columns() | beside}
