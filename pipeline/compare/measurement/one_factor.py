"""One factor behind the questions of a scale: loadings, McDonald's omega, and whether one factor is enough.

Answers of people who left some questions unanswered count with what they answered.
Errors do not take answers as normal (the sandwich). factor_analyzer and reliabilipy
give wrong numbers with current packages, semopy no robust errors: written out here.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.special import ndtri

from pipeline.compare.measurement.fit import Fitted, fitted
from pipeline.compare.measurement.likelihood import Fit
from pipeline.compare.measurement.model import LOADINGS, RESIDUALS, Scales, factor_model

NAN = float("nan")
LEAST_ITEMS = 3
"""With two questions nothing is left to find a factor by."""
PEOPLE_PER_NUMBER, NUMBERS_PER_ITEM = 5, 3
"""A model needs five people for each of its numbers: a loading, a residual and an intercept per question and group."""
IN_STEP = 1e-8
"""With a least eigenvalue of the correlations below this, some questions go exactly in step."""


@dataclass(frozen=True, eq=False)
class OneFactor:
    """What one factor says of a scale, or the reason why it says nothing."""

    n: int
    note: str = ""
    fitted: Fitted | None = None
    omega: float = NAN
    conf_low: float = NAN
    conf_high: float = NAN
    loadings: np.ndarray = field(default_factory=lambda: np.empty(0))
    """Standardised, (items,)."""


def one_factor(answers: np.ndarray, confidence: float = 0.95) -> OneFactor:
    """Fit one factor to the questions of a scale.

    Parameters
    ----------
    answers : array of float, shape (people, items)
        After reversing; NaN where not answered.
    confidence : float
        Level of omega's interval, 0-1.

    Returns
    -------
    OneFactor
        ``n`` counts those who answered some question. Numbers are missing, with
        a note, for fewer than three items (``too_few_items``), fewer than five
        people per number of the model (``too_few_people``), an item answered
        alike by all (``constant_item``), items in step (``items_in_step``) or no
        maximum (``not_converged``). Of a residual variance below 0
        (``negative_variance``) fit and loadings are given, not omega.

    References
    ----------
    McDonald (1999), Test Theory; Yuan and Bentler (2002), Psychometrika 67:233-259.
    """
    people = int((~np.isnan(answers)).any(axis=1).sum())
    note = why_no_model([answers])
    if note:
        return OneFactor(people, note)
    whole = fitted(factor_model(Scales([answers.shape[1]])), [answers])
    if not whole.converged:
        return OneFactor(people, "not_converged")
    of_factor, left, direction = _parts(whole.own)
    loadings = direction * of_factor / np.sqrt(of_factor**2 + left)
    if (left < 0).any():
        return OneFactor(people, "negative_variance", whole, loadings=loadings)
    return OneFactor(people, "", whole, *_omega(whole.own, confidence), loadings)


def why_no_model(groups: list[np.ndarray], waves: int = 1) -> str:
    """Say why no factor is fitted to each group's answers; nothing where one is.

    Parameters
    ----------
    groups : list of array of float, shape (people, items)
        Over waves, wave by wave beside each other.
    waves : int
    """
    items = groups[0].shape[1]
    if items < LEAST_ITEMS * waves:
        return "too_few_items"
    for answers in groups:
        if (~np.isnan(answers)).any(axis=1).sum() < PEOPLE_PER_NUMBER * NUMBERS_PER_ITEM * items:
            return "too_few_people"
        complete = answers[~np.isnan(answers).any(axis=1)]
        if len(complete) <= items:
            return "too_few_people"
        if (np.ptp(complete, axis=0) == 0).any():
            return "constant_item"
        if np.linalg.eigvalsh(np.corrcoef(complete.T))[0] < IN_STEP:
            return "items_in_step"
    return ""


def _parts(fit: Fit) -> tuple[np.ndarray, np.ndarray, float]:
    """Give loadings and residual variances (items,), and the sign that makes most loadings positive."""
    kinds = np.array([kind for kind, *_ in fit.model.kinds])
    of_factor = fit.estimates[kinds == LOADINGS]
    return of_factor, fit.estimates[kinds == RESIDUALS], 1.0 if of_factor.sum() >= 0 else -1.0


def _omega(fit: Fit, confidence: float) -> tuple[float, float, float]:
    """Give omega total of the model and its interval, on the scale of log(1 - omega)."""
    of_factor, left, _ = _parts(fit)
    total, rest = of_factor.sum(), left.sum()
    spread = total**2 + rest
    kinds = [kind for kind, *_ in fit.model.kinds]
    by_kind = {LOADINGS: -2 * total / spread, RESIDUALS: 1 / rest - 1 / spread}
    slope = np.array([by_kind.get(kind, 0.0) for kind in kinds])
    half = float(ndtri((1 + confidence) / 2) * (slope @ fit.robust_covariance @ slope) ** 0.5)
    log = np.log(rest / spread)
    return float(1 - np.exp(log)), float(1 - np.exp(log + half)), float(1 - np.exp(log - half))
