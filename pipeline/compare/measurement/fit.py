"""How well a model fits: chi-square, with and without allowing for answers that are not normal, and indexes of it.

Scaled as Yuan and Bentler's test in Mplus and lavaan (``estimator = "MLR"``); the
robust indexes as Brosseau-Liard and Savalei (2014). Each number has lavaan's definition.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtrc, chndtr

from pipeline.compare.measurement.likelihood import Fit, fit_model
from pipeline.compare.measurement.model import Model, free_moments

TINY = 1e-300


@dataclass(frozen=True, eq=False)
class Fitted:
    """A model beside the one that restricts nothing and the one in which no two questions go together."""

    own: Fit
    saturated: Fit
    baseline: Fit

    @property
    def converged(self) -> bool:
        """Whether all three found their maximum."""
        return self.own.converged and self.saturated.converged and self.baseline.converged

    @property
    def chi_square(self) -> float:
        """Twice what the restrictions cost in log-likelihood."""
        return 2 * (self.saturated.log_likelihood - self.own.log_likelihood)

    @property
    def df(self) -> int:
        """Give the number of restrictions."""
        return len(self.saturated.estimates) - len(self.own.estimates)

    @property
    def p_value(self) -> float:
        """Give the p-value of the scaled chi-square."""
        return float(chdtrc(self.df, self.scaled)) if self.df else float("nan")

    @cached_property
    def scaling(self) -> float:
        """How many times greater chi-square is than it would be with normal answers."""
        return (self.saturated.trace - self.own.trace) / self.df if self.df else 1.0

    @property
    def scaled(self) -> float:
        """Chi-square over its scaling factor."""
        return self.chi_square / self.scaling

    def plain(self) -> dict[str, float]:
        """Give CFI, TLI and RMSEA with its 90 % interval, as for answers that are normal."""
        return self._indexes(1.0, 1.0)

    def robust(self) -> dict[str, float]:
        """Give the same, with what answers that are not normal add to chi-square taken away."""
        base = Fitted(self.baseline, self.saturated, self.baseline)
        return self._indexes(self.scaling, base.scaling)

    def _indexes(self, scaling: float, base_scaling: float) -> dict[str, float]:
        if not self.df:
            return dict.fromkeys(("cfi", "tli", "rmsea", "rmsea_low", "rmsea_high"), float("nan"))
        base_df = len(self.saturated.estimates) - len(self.baseline.estimates)
        own = self.chi_square - self.df * scaling
        base = 2 * (self.saturated.log_likelihood - self.baseline.log_likelihood) - base_df * base_scaling
        unit = self.df * self.own.people / len(self.own.model.groups)
        ends = noncentrality(self.chi_square / scaling, self.df)
        low, high = (float((scaling * end / unit) ** 0.5) for end in ends)
        return {
            "cfi": 1 - max(own, 0.0) / max(own, base, TINY),
            "tli": 1 - (own / self.df) / (base / base_df),
            "rmsea": float((max(own, 0.0) / unit) ** 0.5),
            "rmsea_low": low,
            "rmsea_high": high,
        }

    def srmr(self, with_means: bool) -> float:
        """Give the root of the mean square of what is left of correlations, and with means of standard means, that the model does not explain."""
        total = 0.0
        for group, (own, whole) in enumerate(zip(self.own.model.groups, self.saturated.model.groups, strict=True)):
            (mean, covariance), (seen_mean, seen) = own.moments(self.own.estimates), whole.moments(self.saturated.estimates)
            spread = np.sqrt(np.diag(seen))
            left, count = (seen - covariance) / np.outer(spread, spread), len(seen) * (len(seen) + 1) / 2
            squares = (left[np.tril_indices(len(left))] ** 2).sum() + with_means * (((seen_mean - mean) / spread) ** 2).sum()
            people = len(self.own.answers[group].rows)
            total += people / self.own.people * (squares / (count + with_means * len(left))) ** 0.5
        return float(total)


def noncentrality(chi_square: float, df: int, tail: float = 0.05) -> tuple[float, float]:
    """Give the ends of the interval of how far a chi-square is from what chance alone gives."""

    def end(probability: float) -> float:
        if not df or chndtr(chi_square, df, 0.0) < probability:
            return 0.0
        return float(brentq(lambda apart: chndtr(chi_square, df, apart) - probability, 0.0, 4 * chi_square + 20 * df + 100, xtol=1e-10))

    return end(1 - tail), end(tail)


def fitted(model: Model, groups: Sequence[np.ndarray], beside: Fitted | None = None) -> Fitted:
    """Fit a model, and what it is held against.

    Parameters
    ----------
    model : Model
    groups : sequence of array of float, shape (people, items)
        NaN where not answered.
    beside : Fitted, optional
        Of the same people and questions: what it was held against is taken.
    """
    own = fit_model(model, groups)
    if beside is not None:
        return Fitted(own, beside.saturated, beside.baseline)
    items = groups[0].shape[1]
    whole, apart = (fit_model(free_moments(items, len(groups), together), groups) for together in (True, False))
    return Fitted(own, whole, apart)
