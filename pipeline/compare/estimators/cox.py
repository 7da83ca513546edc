"""Cox regression: how many times as often the event comes in the one group as in the other.

Beside curves and restricted means (``survival``), which assume nothing of hazards.
Assumes that group and covariates multiply the hazard by the same number all the time,
and that those whose time ended otherwise had the same prospects as those still
followed. Method: Cox (1972), ties by Efron (1977); in clusters Lin and Wei (1989).
"""

from math import inf

import numpy as np

from pipeline.compare.gather.cohort import Row
from pipeline.compare.gather.comparison import ENDED, Comparison, complete
from pipeline.compare.gather.design import PEOPLE_FOR_AN_ERROR
from pipeline.compare.gather.model import Model, model_rows
from pipeline.compare.numbers.glm import as_ratio, tested
from pipeline.compare.numbers.hazards import fit_hazards

RATIO = "hazard_ratio"


def cox(comparison: Comparison) -> list[Row]:
    """Estimate the ratio of hazards, adjusted for the covariates.

    Parameters
    ----------
    comparison : Comparison
        Of a time, with how it ended.

    Returns
    -------
    list of one row
        ``hazard_ratio``. Noted: ``arm_without_events`` and ``not_converged`` (no numbers), ``few_events`` (an estimate
        without error), ``arm_under_two_clusters``.
    """
    ended = complete(comparison)[ENDED].to_numpy(dtype="float64")
    return model_rows(comparison, {RATIO: "ratio"}, lambda model: _numbers(model, ended, comparison.confidence))


def _numbers(model: Model, ended: np.ndarray, confidence: float) -> dict[str, Row] | str:
    events = [int(ended[model.group == arm].sum()) for arm in (1, 0)]
    if min(events) == 0:
        return "arm_without_events"
    fit = fit_hazards(model.design[:, 1:], model.outcome, ended)
    if fit is None:
        return "not_converged"
    of_log, variance, df = float(fit.coefficients[-1]), float(fit.covariance[-1, -1]), inf
    if model.clusters is not None:
        variance, df = float(fit.clustered(model.clusters)[-1, -1]), float(model.clusters.max())
    ratio = as_ratio(tested(of_log, float(np.sqrt(variance)), df, confidence)).columns()
    if min(events) < PEOPLE_FOR_AN_ERROR:
        return {RATIO: {"estimate": ratio["estimate"], "note": "few_events"}}
    return {RATIO: ratio}
