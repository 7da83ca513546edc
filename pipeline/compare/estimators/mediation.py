"""Mediation: how much of an adjusted difference goes through something that the programme may have moved first.

Two linear models, of what is in between and of the outcome; the product of their
coefficients goes through, the rest does not. That the first moves the second is
assumed, not shown: nothing may be left out that moves what is in between and the
outcome, and the group must not change what the one does to the other. Method: Imai,
Keele and Tingley (2010).
"""

import numpy as np

from pipeline.compare.gather.cohort import Row
from pipeline.compare.gather.comparison import Comparison, complete
from pipeline.compare.gather.model import Model, model_of, model_row
from pipeline.compare.numbers.mediation import drawn_splits, split_difference
from pipeline.compare.numbers.regression import independent_columns
from pipeline.compare.registry import MEDIATOR

THROUGH, BESIDE, TOTAL = "difference_through", "difference_beside", "difference_total"


def mediation(comparison: Comparison) -> list[Row]:
    """Split the difference between people alike in the covariates.

    Parameters
    ----------
    comparison : Comparison
        Of a number or a share, with a mediator.

    Returns
    -------
    list of three rows
        ``difference_through``, ``difference_beside`` and ``difference_total``, with percentile intervals and errors from draws of
        people, or of whole clusters. Noted: ``mediator_constant``, ``mediator_collinear`` (no numbers); ``few_events``,
        ``arm_hardly_varies``, ``arm_under_two_clusters``, ``draws_without_group`` (estimates alone).
    """
    model = model_of(comparison)
    found = model if isinstance(model, str) else _numbers(comparison, model)
    notes = () if isinstance(model, str) else model.notes
    return [
        model_row(comparison, name, {"note": found} if isinstance(found, str) else found[name], notes) for name in (THROUGH, BESIDE, TOTAL)
    ]


def _numbers(comparison: Comparison, model: Model) -> dict[str, Row] | str:
    mediator = complete(comparison)[MEDIATOR].to_numpy(dtype="float64")
    if np.ptp(mediator) == 0:
        return "mediator_constant"
    design = np.column_stack([model.design, mediator])
    if len(design) <= design.shape[1]:
        return "too_few_people"
    if not independent_columns(design)[-1]:
        return "mediator_collinear"
    way = np.column_stack([model.group, mediator, model.outcome])
    through, beside = split_difference(model.covariates, way)
    whole = dict(zip((THROUGH, BESIDE, TOTAL), (through, beside, through + beside), strict=True))
    problem = model.arm_problem(comparison.kind) or (
        "arm_under_two_clusters" if model.clusters is not None and model.fewest_clusters < 2 else ""
    )
    if problem:
        return {name: {"estimate": estimate, "note": problem} for name, estimate in whole.items()}
    clusters = np.arange(len(mediator)) if model.clusters is None else model.clusters
    drawn = drawn_splits(model.covariates, way, clusters, comparison.seed)
    return {name: _interval(comparison, whole[name], draws) for name, draws in zip(whole, (*drawn, drawn[0] + drawn[1]), strict=True)}


def _interval(comparison: Comparison, estimate: float, draws: np.ndarray) -> Row:
    if np.isnan(draws).any():
        return {"estimate": estimate, "note": "draws_without_group"}
    low, high = np.quantile(draws, [(1 - comparison.confidence) / 2, (1 + comparison.confidence) / 2])
    error = float(draws.std(ddof=1))
    return {"estimate": estimate, "std_error": error, "conf_low": float(low), "conf_high": float(high), "seed": comparison.seed}
