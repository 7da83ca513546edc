"""What every scale gets whose answers are few and ordered: omega and fit of what lies behind the answers, and how scales go together.

Rows of ``estimates`` with analysis ``factors``, beside those of ``measurement``.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from scipy.special import ndtri

from pipeline.compare.exhibits.scales import RMSEA_CONFIDENCE, Scale
from pipeline.compare.measurement.one_factor import PEOPLE_PER_NUMBER, why_no_model
from pipeline.compare.measurement.ordinal import OrdinalFit, fit_ordinal
from pipeline.spec.vocabulary import CONFIDENCE

MOST_ANSWERS = 7
"""Answers of more steps are nearly as good as continuous, and too many of their thresholds rest on few people."""
TOGETHER = "factors_together"
Rows = Iterator[dict[str, object]]


def ordered_rows(scale: Scale, wave: str, answers: np.ndarray) -> Rows:
    """Give omega and fit of one factor behind ordered answers; nothing of answers of many steps."""
    if not _are_ordered(answers):
        return
    complete = answers[~np.isnan(answers).any(axis=1)]
    missing = int((~np.isnan(answers)).any(axis=1).sum()) - len(complete)
    common = scale.common(wave, "factor") | {"n": len(complete), "n_missing": missing}
    found, note = _fitted(complete, [complete.shape[1]])
    if found is None:
        yield common | {"estimand": "ordinal_omega", "note": note}
        return
    omega, low, high = found.omega(CONFIDENCE)
    interval = {"conf_low": low, "conf_high": high, "confidence": CONFIDENCE}
    yield common | {"estimand": "ordinal_omega", "estimate": omega} | interval
    if found.test.df:
        indexes = found.robust()
        test = {"statistic": found.test.chi_square, "df": found.test.df, "p_value": found.test.p_value}
        yield common | {"estimand": "ordinal_comparative_fit", "estimate": indexes["cfi"]} | test
        yield common | {"estimand": "ordinal_tucker_lewis", "estimate": indexes["tli"]}
        ends = {"conf_low": indexes["rmsea_low"], "conf_high": indexes["rmsea_high"], "confidence": RMSEA_CONFIDENCE}
        yield common | {"estimand": "ordinal_approximation_error", "estimate": indexes["rmsea"]} | ends
        yield common | {"estimand": "ordinal_residual_correlation", "estimate": found.srmr}


def together_rows(scales: Sequence[Scale]) -> Rows:
    """Give how the factors of each two scales of one kind of unit go together, in each wave that asks both."""
    for first, second in combinations(scales, 2):
        if first.panel.unit == second.panel.unit and not set(first.measure.items) & set(second.measure.items):
            for wave in (one for one in first.answers if one in second.answers):
                answers = np.hstack([first.answers[wave], second.answers[wave]])
                if _are_ordered(answers):
                    sizes = [len(first.measure.items), len(second.measure.items)]
                    complete = answers[~np.isnan(answers).any(axis=1)]
                    common = first.common(wave, TOGETHER) | {"estimand": "factor_correlation", "term": second.measure.name}
                    yield common | {"n": len(complete)} | _correlation(*_fitted(complete, sizes))


def _correlation(found: OrdinalFit | None, note: str) -> dict[str, object]:
    """Give the correlation of two factors with its interval on Fisher's scale, and the RMSEA of their model."""
    if found is None:
        return {"note": note}
    value = float(found.estimates[found.free[-1]])
    half = float(ndtri((1 + CONFIDENCE) / 2) * found.covariance[-1, -1] ** 0.5) / (1 - value**2)
    low, high = np.tanh(np.arctanh(value) + np.array([-half, half])).tolist()
    fit = {"effect": found.robust()["rmsea"], "effect_kind": "rmsea"}
    return {"estimate": value, "conf_low": low, "conf_high": high, "confidence": CONFIDENCE} | fit


def _are_ordered(answers: np.ndarray) -> bool:
    """Say whether each question has at most ``MOST_ANSWERS`` answers."""
    return all(len(np.unique(column[~np.isnan(column)])) <= MOST_ANSWERS for column in answers.T)


def _fitted(complete: np.ndarray, sizes: Sequence[int]) -> tuple[OrdinalFit | None, str]:
    """Fit the factors to those who answered everything, or say why not: each answer but one of a question is a number to be found."""
    numbers = complete.shape[1] + sum(len(np.unique(column)) - 1 for column in complete.T)
    if len(complete) < PEOPLE_PER_NUMBER * numbers:
        return None, "too_few_people"
    note = why_no_model([complete])
    if note:
        return None, note
    found = fit_ordinal(complete, sizes)
    if not found.converged:
        return None, "not_converged"
    outside = (np.abs(found.loadings) >= 1).any() or (np.abs(found.estimates[found.free[len(found.loadings) :]]) >= 1).any()
    return (None, "negative_variance") if outside else (found, "")
