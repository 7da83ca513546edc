"""Factors behind ordered answers: fitted to polychoric correlations, each weighed by how surely it is known.

Diagonally weighted least squares with a chi-square of the right mean and variance
(WLSMV): Muthén, du Toit and Spisic (1997); Asparouhov and Muthén (2010).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import chdtrc, ndtri

from pipeline.compare.measurement.fit import TINY, noncentrality
from pipeline.compare.measurement.model import LOADINGS, GroupModel, Scales, factor_model
from pipeline.compare.measurement.polychoric import Ordered

MOST_STEPS, CONVERGED = 500, 1e-10
NAN = float("nan")


@dataclass(frozen=True, eq=False)
class Scaled:
    """A chi-square with the mean and variance that its degrees of freedom say."""

    chi_square: float
    df: int
    factor: float
    """What chi-square was divided by, before it was shifted."""

    @property
    def p_value(self) -> float:
        """Give the p-value."""
        return float(chdtrc(self.df, self.chi_square)) if self.df else NAN


@dataclass(frozen=True, eq=False)
class OrdinalFit:
    """Factors fitted to ordered answers."""

    ordered: Ordered
    sizes: Sequence[int]
    group: GroupModel
    estimates: np.ndarray
    free: np.ndarray
    """Places of loadings, then of correlations of factors, among the parameters of the model."""
    converged: bool

    @cached_property
    def weights(self) -> np.ndarray:
        """One over the error variance of each correlation (pairs,)."""
        return 1 / np.diag(self.ordered.covariance)

    @cached_property
    def left(self) -> np.ndarray:
        """What the model leaves of each correlation (pairs,)."""
        return self.ordered.correlations - _implied(self.group, self.estimates, self.free, self.ordered.pairs)[0]

    @cached_property
    def slopes(self) -> np.ndarray:
        """Derivatives of the model's correlations by the estimates (pairs, free)."""
        return _implied(self.group, self.estimates, self.free, self.ordered.pairs)[1]

    @cached_property
    def loadings(self) -> np.ndarray:
        """Standardised loadings (items,)."""
        return self.estimates[self.free[: sum(self.sizes)]]

    @cached_property
    def covariance(self) -> np.ndarray:
        """Covariance of the estimates of ``free``."""
        part = self.slopes.T * self.weights
        bread = np.linalg.solve(part @ self.slopes, part)
        return bread @ self.ordered.covariance @ bread.T / len(self.ordered.classes)

    @cached_property
    def test(self) -> Scaled:
        """Test of the model."""
        return self._scaled(self.left, self.slopes)

    def _scaled(self, left: np.ndarray, slopes: np.ndarray) -> Scaled:
        weight, df = np.diag(self.weights), len(left) - slopes.shape[1]
        part = weight @ slopes
        product = (weight - part @ np.linalg.solve(slopes.T @ part, part.T)) @ self.ordered.covariance
        if not df:
            return Scaled(0.0, 0, NAN)
        factor = float(np.sqrt((product * product.T).sum() / df))
        raw = (len(self.ordered.classes) - 1) * float(left**2 @ self.weights)
        return Scaled(raw / factor + df - float(np.trace(product)) / factor, df, factor)

    def robust(self) -> dict[str, float]:
        """Give CFI, TLI and RMSEA with its 90 % interval, as if the normal variables behind the answers had been seen.

        References
        ----------
        Savalei (2021), Multivariate Behavioral Research 56:390-407.
        """
        own, base, df = self._as_seen(self.slopes), self._as_seen(np.zeros((len(self.left), 0))), self.test.df
        if not df:
            return dict.fromkeys(("cfi", "tli", "rmsea", "rmsea_low", "rmsea_high"), NAN)
        (chi_square, expected), (base_chi_square, base_expected) = own, base
        apart, base_apart, unit = chi_square - expected, base_chi_square - base_expected, df * (len(self.ordered.classes) - 1)
        scaling = expected / df
        low, high = (float((scaling * end / unit) ** 0.5) for end in noncentrality(chi_square / scaling, df))
        return {
            "cfi": 1 - max(apart, 0.0) / max(apart, base_apart, TINY),
            "tli": 1 - (apart / df) / (base_apart / len(self.left)),
            "rmsea": float((max(apart, 0.0) / unit) ** 0.5),
            "rmsea_low": low,
            "rmsea_high": high,
        }

    def _as_seen(self, slopes: np.ndarray) -> tuple[float, float]:
        """Give the normal chi-square of the correlations that were found, and what it is on average where the model holds."""
        implied, (first, second) = np.eye(sum(self.sizes)), self.ordered.pairs
        if slopes.shape[1]:
            implied[first, second] = implied[second, first] = self.ordered.correlations - self.left
        inverse = np.linalg.inv(implied)
        information = inverse[np.ix_(first, first)] * inverse[np.ix_(second, second)]
        information = information + inverse[np.ix_(first, second)] * inverse[np.ix_(second, first)]
        part = slopes.T * self.weights
        rest = np.eye(len(first)) - slopes @ np.linalg.solve(part @ slopes, part)
        expected = float(np.trace(rest.T @ information @ rest @ self.ordered.covariance))
        found = self.ordered.matrix
        lost = np.linalg.slogdet(implied)[1] - np.linalg.slogdet(found)[1] + float((found * inverse).sum()) - len(found)
        return len(self.ordered.classes) * float(lost), expected

    @property
    def srmr(self) -> float:
        """Root of the mean square of what is left of correlations, those of questions with themselves included."""
        return float((self.left**2).sum() / (len(self.left) + sum(self.sizes))) ** 0.5

    def omega(self, confidence: float) -> tuple[float, float, float]:
        """Give omega of what lies behind the answers, of one factor, and its interval on the scale of log(1 - omega)."""
        total, rest = self.loadings.sum(), (1 - self.loadings**2).sum()
        spread = total**2 + rest
        slope = -2 * self.loadings / rest - (2 * total - 2 * self.loadings) / spread
        half = float(ndtri((1 + confidence) / 2) * (slope @ self.covariance[: len(slope), : len(slope)] @ slope) ** 0.5)
        log = np.log(rest / spread)
        return float(1 - np.exp(log)), float(1 - np.exp(log + half)), float(1 - np.exp(log - half))


def fit_ordinal(answers: np.ndarray, sizes: Sequence[int]) -> OrdinalFit:
    """Fit factors, each with questions of its own, that go together.

    Parameters
    ----------
    answers : array of float, shape (people, items)
        Reversed; who skipped a question is left out.
    sizes : sequence of int
        Number of questions of each factor, in the order of the columns.

    Returns
    -------
    OrdinalFit
        The sign of each factor is such that most of its loadings are positive.
    """
    ordered, model = Ordered.of(answers), factor_model(Scales(sizes))
    [group] = model.groups
    kinds = np.array([kind for kind, *_ in model.kinds])
    free = np.concatenate([np.flatnonzero(kinds == LOADINGS), np.flatnonzero(kinds == "factor covariance")])
    estimates = np.where(kinds == LOADINGS, 0.7, np.where(kinds == "factor covariance", 0.3, 0.0))
    weights, now = 1 / np.diag(ordered.covariance), np.inf
    converged = False
    for _ in range(MOST_STEPS):
        implied, slopes = _implied(group, estimates, free, ordered.pairs)
        left = ordered.correlations - implied
        step = np.linalg.lstsq(slopes.T * weights @ slopes, slopes.T @ (weights * left), rcond=None)[0]
        reached = float(weights @ left**2)
        converged = bool(np.abs(step).max() < CONVERGED)
        if converged:
            break
        estimates = estimates.copy()
        estimates[free] += step if reached <= now else step / 2
        now = reached
    return OrdinalFit(ordered, sizes, group, estimates, free, converged)


def _implied(
    group: GroupModel, estimates: np.ndarray, free: np.ndarray, pairs: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Give the correlations that the model implies (pairs,), and their derivatives (pairs, free)."""
    _, covariance, _, slopes = group.implied(estimates)
    return covariance[pairs], slopes[free][:, pairs[0], pairs[1]].T
