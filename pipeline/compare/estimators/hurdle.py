"""Days and other amounts of which many have none: how many have any, and how much those have.

Two questions, two numbers: the share with any (logistic, standardised, as in
``logistic``), and how many times as much those with any have (least squares on the
logarithm, so a ratio of geometric means). The second compares people whom the
programme may itself have moved over the hurdle: it is a description, not what the
programme did to anybody's amount. Assumes what ``logistic`` does, and that logarithms
of amounts are linear in the covariates. Method: Duan, Manning, Morris and Newhouse
(1983), Journal of Business & Economic Statistics 1:115-126.
"""

import numpy as np

from pipeline.compare.gather.cohort import Row
from pipeline.compare.gather.comparison import Comparison
from pipeline.compare.gather.design import hardly_varies
from pipeline.compare.gather.model import Model, model_rows
from pipeline.compare.numbers.glm import as_ratio, fit_glm, separates, tested
from pipeline.compare.numbers.regression import cr2, hc3_covariance, independent_columns, least_squares, rests_on_one_row

ANY, AMOUNT = "difference_by_hurdle", "ratio_by_hurdle"
EXACT_FIT = 1e-20
FEWEST_WITH_ANY = 10
"""Of an arm; with fewer the ratio of amounts says nothing of others, and much of these."""


def hurdle(comparison: Comparison) -> list[Row]:
    """Estimate the difference in the share with any, and the ratio of amounts among those with any.

    Parameters
    ----------
    comparison : Comparison
        Of a number that is not below 0.

    Returns
    -------
    list of two rows
        Noted: ``below_zero``, ``nobody_has_none`` and ``separated`` (no numbers), ``few_events`` (the difference
        has no error), ``few_with_any`` (no ratio), ``among_those_with_any`` on the ratio.
    """
    return model_rows(comparison, {ANY: "share", AMOUNT: "ratio"}, lambda model: _numbers(model, comparison.confidence))


def _numbers(model: Model, confidence: float) -> dict[str, Row] | str:
    if (model.outcome < 0).any():
        return "below_zero"
    has_any = (model.outcome > 0).astype("float64")
    if has_any.all():
        return "nobody_has_none"
    fit = fit_glm("logistic", model.design, has_any, model.clusters)
    if separates(fit.design, fit.outcome, fit.means):
        return "separated"
    if not fit.converged:
        return "not_converged"
    difference = fit.difference(confidence).columns()
    if any(hardly_varies(has_any[model.group == arm], "share") for arm in (1, 0)):
        difference = {"estimate": difference["estimate"], "note": "few_events"}
    return {ANY: difference, AMOUNT: _amounts(model, has_any == 1, confidence)}


def _amounts(model: Model, inside: np.ndarray, confidence: float) -> Row:
    """Give the ratio of amounts among those with any, or the reason why there is none."""
    if min(int(inside[model.group == arm].sum()) for arm in (1, 0)) < FEWEST_WITH_ANY:
        return {"note": "few_with_any"}
    design = model.design[inside]
    kept = independent_columns(design)
    if not kept[-1]:
        return {"note": "group_collinear"}
    if kept.sum() >= len(design):
        return {"note": "too_few_people"}
    fit = least_squares(design[:, kept], np.log(model.outcome[inside]))
    contrast = np.eye(int(kept.sum()))[-1]
    outcome = fit.model.endog
    if fit.ssr <= EXACT_FIT * max(((outcome - outcome.mean()) ** 2).sum(), 1.0) or rests_on_one_row(fit, contrast):
        return {"estimate": float(np.exp(fit.params[-1])), "note": "perfect_fit among_those_with_any"}
    if model.clusters is None:
        error, df = float(np.sqrt(contrast @ hc3_covariance(fit) @ contrast)), float(fit.df_resid)
    else:
        robust = cr2(fit.model.exog, fit.resid, model.clusters[inside])
        error, df = float(np.sqrt(contrast @ robust.covariance @ contrast)), robust.satterthwaite(contrast)
    return as_ratio(tested(float(fit.params[-1]), error, df, confidence)).columns() | {"note": "among_those_with_any"}
