"""Logistic and Poisson regression by statsmodels, and what everybody's mean would be in the one and in the other group.

Errors of functions of the coefficients by the delta method, the covariates taken
as given. Where rows are in clusters the covariance is CR2 on the scale on which
the fit is least squares (as clubSandwich's for ``glm``), with Satterthwaite's
degrees of freedom.
"""

# statsmodels and scipy are imported where they are called: at the top they would cost every command a second.

from dataclasses import dataclass, replace
from functools import cached_property
from math import erfc, exp, inf, isfinite, log, sqrt

import numpy as np

from pipeline.compare.numbers.regression import cr2
from pipeline.compare.numbers.results import NAN, Estimate, Result
from pipeline.compare.numbers.student import critical_value, normal_value, two_sided_p

FAR = 12.0
"""A linear predictor beyond this is a probability below 1 in 160,000: only then can a covariate tell the outcome for certain."""
ITERATIONS = 200
SETTLED = 1e-9
"""A slope of the likelihood below this, in its own standard deviations, is none."""


@dataclass(frozen=True)
class Tested(Result):
    """An estimate with error, interval and test; ``df`` NaN where the normal distribution is used."""

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    statistic: float
    p_value: float
    df: float = NAN


def tested(estimate: float, std_error: float, df: float, confidence: float) -> Tested:
    """Test an estimate against 0 and give its interval; by Student's t, or the normal distribution where ``df`` is infinite.

    Without an error above 0, or degrees of freedom, the estimate alone.
    """
    if not (std_error > 0 and df > 0):
        return Tested(estimate, NAN, NAN, NAN, NAN, NAN)
    statistic = estimate / std_error
    reach = (critical_value(confidence, df) if isfinite(df) else normal_value(confidence)) * std_error
    p_value = two_sided_p(statistic, df) if isfinite(df) else erfc(abs(statistic) / sqrt(2))
    return Tested(estimate, std_error, estimate - reach, estimate + reach, statistic, p_value, df if isfinite(df) else NAN)


def as_ratio(of_log: Tested) -> Tested:
    """Give the ratio whose logarithm was tested, with that test."""
    ends = (exp(end) for end in (of_log.estimate, of_log.conf_low, of_log.conf_high))
    estimate, low, high = ends
    return Tested(estimate, NAN, low, high, of_log.statistic, of_log.p_value, of_log.df)


@dataclass(frozen=True)
class Fitted:
    """A fitted model whose last column is the group.

    Attributes
    ----------
    kind : str
        ``logistic`` or ``poisson``.
    design : array (n, p)
    outcome, means : array (n,)
    coefficients : array (p,)
    clusters : array (n,) or None
    converged : bool
    """

    kind: str
    design: np.ndarray
    outcome: np.ndarray
    means: np.ndarray
    coefficients: np.ndarray
    clusters: np.ndarray | None
    converged: bool

    @cached_property
    def weights(self) -> np.ndarray:
        """Slope of the means (n,), which is also their variance."""
        return self._slopes(self.means)

    def _slopes(self, means: np.ndarray) -> np.ndarray:
        return means * (1 - means) if self.kind == "logistic" else means

    def everybody_in(self, group: int) -> tuple[float, np.ndarray]:
        """Give the mean if everybody were in a group (1 or 0), with its slope (p,) in the coefficients."""
        from scipy.special import expit

        design = self.design.copy()
        design[:, -1] = group
        means = (expit if self.kind == "logistic" else np.exp)(design @ self.coefficients)
        return float(means.mean()), self._slopes(means) @ design / len(means)

    @cached_property
    def information_inverse(self) -> np.ndarray:
        """Covariance (p, p) of the coefficients if the model holds."""
        return np.linalg.inv(self.design.T @ (self.design * self.weights[:, None]))

    def error(self, slope: np.ndarray) -> tuple[float, float]:
        """Give the standard error of a function of the coefficients with this slope (p,), and its degrees of freedom.

        Of counts robust (HC0), because their variance need not be their mean.
        """
        if self.clusters is not None:
            root = np.sqrt(self.weights)
            robust = cr2(self.design * root[:, None], (self.outcome - self.means) / root, self.clusters)
            return float(np.sqrt(slope @ robust.covariance @ slope)), robust.satterthwaite(slope)
        direction = self.information_inverse @ slope
        if self.kind == "logistic":
            return float(np.sqrt(slope @ direction)), inf
        return float(np.linalg.norm((self.outcome - self.means) * (self.design @ direction))), inf

    def difference(self, confidence: float) -> Tested:
        """Give everybody's mean in the first minus in the second group."""
        (first, up), (second, down) = self.everybody_in(1), self.everybody_in(0)
        return tested(first - second, *self.error(up - down), confidence)

    def ratio(self, confidence: float) -> Estimate:
        """Give everybody's mean in the first over in the second group."""
        (first, up), (second, down) = self.everybody_in(1), self.everybody_in(0)
        return _untested(tested(log(first / second), *self.error(up / first - down / second), confidence))

    def own_ratio(self, confidence: float) -> Estimate:
        """Give what the group multiplies the odds, or the mean, of each person by."""
        slope = np.zeros(len(self.coefficients))
        slope[-1] = 1.0
        return _untested(tested(float(self.coefficients[-1]), *self.error(slope), confidence))


def _untested(of_log: Tested) -> Estimate:
    """Give the ratio whose logarithm was tested, without a test that would repeat that of the difference."""
    ratio = as_ratio(of_log)
    return Estimate(ratio.estimate, ratio.conf_low, ratio.conf_high)


def fit_glm(kind: str, design: np.ndarray, outcome: np.ndarray, clusters: np.ndarray | None) -> Fitted:
    """Fit a model with the natural link by iterated least squares.

    Parameters
    ----------
    kind : str
        ``logistic`` or ``poisson``.
    design : array (n, p)
        Full rank, the group last.
    outcome : array (n,)
    clusters : array (n,) or None

    Returns
    -------
    Fitted
    """
    import warnings

    from statsmodels.genmod.families import Binomial, Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it did not converge, or separates, is looked at by itself
        model = GLM(outcome, design, family=Binomial() if kind == "logistic" else Poisson())
        fit = model.fit(maxiter=ITERATIONS, tol=1e-13, tol_criterion="deviance")
    found = Fitted(kind, design, outcome, np.asarray(fit.mu), np.asarray(fit.params), clusters, bool(fit.converged))
    return found if found.converged else replace(found, converged=_has_settled(found))


def _has_settled(fit: Fitted) -> bool:
    """Say whether the likelihood has no slope left, though rounding kept its last steps from being equal."""
    slope = fit.design.T @ (fit.outcome - fit.means)
    return bool(np.abs(slope).max() < SETTLED * np.sqrt((fit.design**2 * fit.weights[:, None]).sum(axis=0)).max())


def separates(design: np.ndarray, outcome: np.ndarray, means: np.ndarray) -> bool:
    """Say whether some combination of columns tells the outcome of some people for certain, so that no finite coefficient fits best.

    Parameters
    ----------
    design : array (n, p)
    outcome, means : array (n,)
        0 or 1; and as fitted: where none is near 0 or 1 nothing can separate.

    References
    ----------
    Albert and Anderson (1984), Biometrika 71:1-10; the linear programme of Konis (2007).
    """
    from scipy.optimize import linprog

    least = 1 / (1 + exp(FAR))
    if least < means.min() and means.max() < 1 - least:
        return False
    sides = np.unique(design * np.where(outcome == 1, 1.0, -1.0)[:, None], axis=0)
    sides = sides / np.abs(sides).max(axis=0)
    found = linprog(-sides.sum(axis=0), A_ub=-sides, b_ub=np.zeros(len(sides)), bounds=(-1, 1))
    return bool(-found.fun > 1e-6)
