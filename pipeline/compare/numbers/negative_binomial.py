"""Negative binomial regression: counts more spread than Poisson's, their variance growing with the square of the mean.

statsmodels searches both parts at once from a start of its own, and may stop short;
here the mean is fitted for each spread, and the spread is where its likelihood has no slope.
"""

# scipy is imported where it is called: at the top it would cost every command a second.

from dataclasses import dataclass

import numpy as np

from pipeline.compare.numbers.glm import Tested, as_ratio, fit_glm, tested

ITERATIONS, SETTLED = 100, 1e-13
LEAST, MOST = 1e-8, 1e3
"""Spreads between which the best is sought; below, counts are no more spread than Poisson's."""


@dataclass(frozen=True)
class NegativeBinomial:
    """A fitted model: coefficients (p,), means (n,), and the spread, 1 / theta, 0 where there is none beyond Poisson's."""

    design: np.ndarray
    coefficients: np.ndarray
    means: np.ndarray
    spread: float

    @property
    def covariance(self) -> np.ndarray:
        """Covariance (p, p) of the coefficients by the expected information, with which that of the spread has nothing in common."""
        weights = self.means / (1 + self.spread * self.means)
        return np.linalg.inv(self.design.T @ (self.design * weights[:, None]))

    def own_ratio(self, confidence: float) -> Tested:
        """Give what the group multiplies the mean by, with its test."""
        error = float(np.sqrt(self.covariance[-1, -1]))
        return as_ratio(tested(float(self.coefficients[-1]), error, np.inf, confidence))


def negative_binomial(design: np.ndarray, outcome: np.ndarray) -> NegativeBinomial | str:
    """Fit by maximum likelihood.

    Parameters
    ----------
    design : array (n, p)
        Full rank, the group last.
    outcome : array (n,)
        Whole numbers from 0, some above.

    Returns
    -------
    NegativeBinomial or str
        ``not_converged``.

    References
    ----------
    Lawless (1987), Canadian Journal of Statistics 15:209-225; numbers as R's MASS (glm.nb).
    """
    from scipy.optimize import brentq

    start = fit_glm("poisson", design, outcome, None)
    if not start.converged:
        return "not_converged"
    if _slope(outcome, start.means, LEAST) <= 0:
        return NegativeBinomial(design, start.coefficients, start.means, 0.0)

    def slope(logarithm: float) -> float:
        return _slope(
            outcome, np.exp(design @ _fitted(design, outcome, start.coefficients, float(np.exp(logarithm)))), float(np.exp(logarithm))
        )

    if slope(np.log(MOST)) >= 0:
        return "not_converged"
    spread = float(np.exp(brentq(slope, np.log(LEAST), np.log(MOST), xtol=1e-13, rtol=1e-13)))
    coefficients = _fitted(design, outcome, start.coefficients, spread)
    if not np.isfinite(coefficients).all():
        return "not_converged"
    return NegativeBinomial(design, coefficients, np.exp(design @ coefficients), spread)


def _fitted(design: np.ndarray, outcome: np.ndarray, start: np.ndarray, spread: float) -> np.ndarray:
    """Give the coefficients of a given spread by Fisher scoring."""
    place = start
    for _ in range(ITERATIONS):
        means = np.exp(design @ place)
        weights = means / (1 + spread * means)
        step = np.linalg.solve(design.T @ (design * weights[:, None]), design.T @ ((outcome - means) / (1 + spread * means)))
        place = place + step
        if np.abs(step).max() < SETTLED * max(1.0, float(np.abs(place).max())):
            break
    return place


def _slope(outcome: np.ndarray, means: np.ndarray, spread: float) -> float:
    """Give the slope of the log likelihood in the spread; what belongs to the counts alone as a sum over the numbers they pass, so that no gamma functions cancel."""
    beyond = len(outcome) - np.bincount(outcome.astype(int)).cumsum()[:-1]
    passed = np.arange(len(beyond))
    rest = np.log1p(spread * means) / spread**2 - means * (1 / spread + outcome) / (1 + spread * means)
    return float((beyond * passed / (1 + spread * passed)).sum() + rest.sum())
