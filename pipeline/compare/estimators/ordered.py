"""Ordered classes compared: the odds of a higher one, and the chance that somebody of the first group is above somebody of the second.

Proportional odds (McCullagh 1980) adjusts for covariates and assumes that the group
multiplies the odds of being above a class by the same number, whichever the class.
The chance of being above (ties counted half) assumes no such thing and adjusts for
nothing; its test is Brunner and Munzel's (2000), for any two distributions.
"""

from math import erfc, exp, sqrt

import numpy as np

from pipeline.compare.gather.cohort import Row
from pipeline.compare.gather.comparison import Comparison
from pipeline.compare.gather.model import Model, model_rows
from pipeline.compare.numbers.ordered import proportional_odds, superiority
from pipeline.compare.numbers.student import normal_value

ODDS, ABOVE = "odds_ratio_by_ordered", "superiority_by_ordered"


def ordered(comparison: Comparison) -> list[Row]:
    """Estimate the ratio of the odds of a higher class, adjusted for the covariates, and the chance of being above.

    Parameters
    ----------
    comparison : Comparison
        Of a category in declared order.

    Returns
    -------
    list of two rows
        Noted: ``separated`` where a model does not settle because covariates or group tell classes for certain,
        ``complete_difference`` where all of one group are above all of the other.
    """
    codes = comparison.frame[comparison.outcome].cat.codes.astype("float64")
    frame = comparison.frame.assign(**{comparison.outcome: codes.where(codes >= 0)})
    numbered = Comparison(**{**vars(comparison), "frame": frame, "clustered": False})
    return model_rows(numbered, {ODDS: "ratio", ABOVE: "index"}, lambda model: _numbers(model, comparison.confidence))


def _numbers(model: Model, confidence: float) -> dict[str, Row]:
    classes = np.unique(model.outcome, return_inverse=True)[1]
    fit = proportional_odds(model.design[:, 1:], classes)
    odds: Row = {"note": "separated"}
    if fit is not None:
        of_log, error = float(fit.coefficients[-1]), float(np.sqrt(fit.covariance[-1, -1]))
        ends = [exp(of_log + side * normal_value(confidence) * error) for side in (-1, 1)]
        p_value = erfc(abs(of_log / error) / sqrt(2))
        odds = {"estimate": exp(of_log), "conf_low": ends[0], "conf_high": ends[1], "statistic": of_log / error, "p_value": p_value}
    first, second = (classes[model.group == arm] for arm in (1, 0))
    if first.min() > second.max() or second.min() > first.max():
        return {ODDS: {"note": "separated"}, ABOVE: {"estimate": float(first.min() > second.max()), "note": "complete_difference"}}
    return {ODDS: odds, ABOVE: superiority(first, second, confidence).columns()}
