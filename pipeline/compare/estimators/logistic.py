"""Logistic regression of a share, told as a difference and a ratio of shares.

What the share would be if everybody were in the one, and in the other group, each
with their own covariates (standardisation); beside it the odds ratio of the model,
which is about people with the same covariates and no average of anything. Assumes
that the log odds are linear in the covariates and that nothing that moves both the
choice of group and the outcome is left out. Method: Localio, Margolis and Berlin
(2007), Journal of Clinical Epidemiology 60:874-882; delta method.
"""

from pipeline.compare.gather.cohort import Row
from pipeline.compare.gather.comparison import Comparison
from pipeline.compare.gather.model import Model, model_rows
from pipeline.compare.numbers.glm import fit_glm, separates

DIFFERENCE, RATIO, ODDS = "difference_by_logistic", "ratio_by_logistic", "odds_ratio_by_logistic"
UNITS = {DIFFERENCE: "", RATIO: "ratio", ODDS: "ratio"}


def logistic(comparison: Comparison) -> list[Row]:
    """Estimate the difference and ratio of shares, standardised to everybody's covariates, and the odds ratio.

    Parameters
    ----------
    comparison : Comparison
        Of a share.

    Returns
    -------
    list of three rows
        The difference has the p-value. Noted: ``separated`` (the covariates tell some outcomes for certain: no numbers),
        ``few_events`` and ``arm_under_two_clusters`` (estimates without error).
    """
    return model_rows(comparison, UNITS, lambda model: _numbers(model, comparison.confidence), lambda model: model.arm_problem("share"))


def _numbers(model: Model, confidence: float) -> dict[str, Row] | str:
    fit = fit_glm("logistic", model.design, model.outcome, model.clusters)
    if separates(fit.design, fit.outcome, fit.means):
        return "separated"
    if not fit.converged:
        return "not_converged"
    return {
        DIFFERENCE: fit.difference(confidence).columns(),
        RATIO: fit.ratio(confidence).columns(),
        ODDS: fit.own_ratio(confidence).columns(),
    }
