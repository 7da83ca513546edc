"""A linear model with an intercept drawn per cluster, by restricted maximum likelihood.

One number is sought, the share of what covariates leave that is common to a
cluster (likeness, 0-1); all else follows from it. Its likelihood is looked at from
end to end, so that it cannot fail to settle, and a likeness of none, the end of
what is possible, is found as such: statsmodels' ``MixedLM`` searches without that
end, and gave senseless errors on a real clustered data set.
"""

# scipy is imported where it is called: at the top it would cost every command a second.

from dataclasses import dataclass
from functools import cached_property
from math import inf, log, pi

import numpy as np

from pipeline.compare.numbers.glm import tested
from pipeline.compare.numbers.regression import least_squares
from pipeline.compare.numbers.robust import EXACT_FIT

LOOKED_AT = 400
"""Likenesses at which the likelihood is looked at before the best is closed in on."""
MOST = 1 - 1e-9
NOTHING = 1e-7
"""A smaller likeness is none; so is one whose likelihood is no better."""
NEWTON = 30
"""Steps of Newton's method from the best likeness found to where the likelihood has no slope; two or three are enough."""
SETTLED = 1e-13
"""Relative step at which they end."""


@dataclass(frozen=True)
class _Sums:
    """All that the likelihood asks of rows: sums of products over all rows, and of columns within each cluster; outcome last."""

    products: np.ndarray
    within: np.ndarray
    sizes: np.ndarray

    def among(self, weights: np.ndarray) -> np.ndarray:
        """Give the weighted sum over clusters of products of their columns' sums."""
        return self.within.T @ (self.within * weights[:, None])

    def weighted(self, common: float, own: float) -> np.ndarray:
        """Give the products weighted by the inverse covariance of two variances."""
        return (self.products - self.among(common / (own + self.sizes * common))) / own


@dataclass(frozen=True)
class _Slopes:
    """First and second derivatives of the weighted products, and of the restricted likelihood, in both variances."""

    products: list[np.ndarray]
    """Of the weighted products: common, own."""
    gradient: np.ndarray
    """Of minus twice the log likelihood (2,)."""
    curvature: np.ndarray
    """Its second derivatives (2, 2)."""


def _slopes(sums: _Sums, common: float, own: float) -> _Slopes:
    """Differentiate in the variance of the clusters' intercepts, and that of what is left."""
    n, whole = sums.sizes, own + sums.sizes * common
    first = [-sums.among(whole**-2), -sums.products / own**2 - sums.among((whole**-2 - own**-2) / n)]
    mixed = sums.among(2 * whole**-3)
    second = [
        [sums.among(2 * n * whole**-3), mixed],
        [mixed, 2 * sums.products / own**3 - sums.among(2 * (own**-3 - whole**-3) / n)],
    ]
    determinant = np.array([(n / whole).sum(), ((n - 1) / own + 1 / whole).sum()])
    across = -(n / whole**2).sum()
    bend = np.array([[-((n / whole) ** 2).sum(), across], [across, -((n - 1) / own**2 + whole**-2).sum()]])
    weighted = sums.weighted(common, own)
    inverse = np.linalg.inv(weighted[:-1, :-1])
    left = np.append(-inverse @ weighted[:-1, -1], 1.0)
    for one in range(2):
        part = inverse @ first[one][:-1, :-1]
        determinant[one] += np.trace(part) + left @ first[one] @ left
        for two in range(2):
            other, slope = inverse @ first[two][:-1, :-1], (first[one] @ left)[:-1]
            bend[one, two] += np.trace(inverse @ second[one][two][:-1, :-1]) - np.trace(part @ other)
            bend[one, two] += left @ second[one][two] @ left - 2 * slope @ inverse @ (first[two] @ left)[:-1]
    return _Slopes(first, determinant, bend)


@dataclass(frozen=True)
class RandomIntercept:
    """A fitted model.

    Attributes
    ----------
    coefficients : array (p,)
    common, own : float
        Variance of the clusters' intercepts, and of what is left within them.
    criterion : float
        Minus twice the restricted log likelihood.
    """

    coefficients: np.ndarray
    common: float
    own: float
    criterion: float
    rows: int
    sums: _Sums

    @property
    def likeness(self) -> float:
        """Share of what covariates leave that is common to a cluster (intraclass correlation)."""
        return self.common / (self.common + self.own)

    @property
    def at_the_end(self) -> bool:
        """Whether clusters are no more alike than chance makes them: the model is that of independent rows."""
        return self.common == 0

    @cached_property
    def covariance(self) -> np.ndarray:
        """Covariance (p, p) of the coefficients if the model holds."""
        return np.linalg.inv(self.sums.weighted(self.common, self.own)[:-1, :-1])

    def satterthwaite(self, contrast: np.ndarray) -> float:
        """Give the degrees of freedom of a weighted sum (p,) of coefficients, from how surely both variances are known.

        References
        ----------
        Giesbrecht and Burns (1985), Biometrics 41:477-486; as lmerTest gives them.
        """
        if self.at_the_end:
            return float(self.rows - len(self.coefficients))
        slopes = _slopes(self.sums, self.common, self.own)
        direction = self.covariance @ contrast
        moves = -np.array([direction @ slope[:-1, :-1] @ direction for slope in slopes.products])
        return float((contrast @ direction) ** 2 / (moves @ np.linalg.solve(slopes.curvature, moves)))


def random_intercept(design: np.ndarray, outcome: np.ndarray, clusters: np.ndarray) -> RandomIntercept:
    """Fit a linear model in which rows of one cluster share an intercept.

    Parameters
    ----------
    design : array (n, p)
        Full column rank, intercept included; n above p.
    outcome : array (n,)
    clusters : array (n,)
        Whole numbers from 0, at least two, fewer than n.

    Returns
    -------
    RandomIntercept
    """
    from scipy.optimize import minimize_scalar

    columns = np.column_stack([design, outcome])
    within = np.column_stack([np.bincount(clusters, column) for column in columns.T])
    sums = _Sums(columns.T @ columns, within, np.bincount(clusters).astype("float64"))
    n = len(outcome)

    def profiled(likeness: float) -> float:
        return _criterion(sums, n, *_variances(sums, n, likeness))

    grid = np.linspace(0, MOST, LOOKED_AT)
    best = int(np.argmin([profiled(one) for one in grid]))
    near = (grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)])
    found = minimize_scalar(profiled, bounds=near, method="bounded", options={"xatol": 1e-11})
    likeness = float(found.x) if found.x > NOTHING and found.fun < profiled(0.0) else 0.0
    common, own = _settled(sums, *_variances(sums, n, likeness))
    weighted = sums.weighted(common, own)
    return RandomIntercept(np.linalg.solve(weighted[:-1, :-1], weighted[:-1, -1]), common, own, _criterion(sums, n, common, own), n, sums)


def _variances(sums: _Sums, n: int, likeness: float) -> tuple[float, float]:
    """Give both variances that are most likely with a likeness."""
    weighted = sums.weighted(likeness, 1 - likeness)
    total = _residual(weighted) / (n - len(weighted) + 1)
    return likeness * total, (1 - likeness) * total


def _residual(weighted: np.ndarray) -> float:
    """Give the weighted sum of squares that the design leaves of the outcome."""
    return float(weighted[-1, -1] - weighted[-1, :-1] @ np.linalg.solve(weighted[:-1, :-1], weighted[:-1, -1]))


def _criterion(sums: _Sums, n: int, common: float, own: float) -> float:
    weighted = sums.weighted(common, own)
    determinant = float(((sums.sizes - 1) * log(own) + np.log(own + sums.sizes * common)).sum())
    residual = _residual(weighted)
    if not residual > 0:
        return inf
    free = n - len(weighted) + 1
    return determinant + float(np.linalg.slogdet(weighted[:-1, :-1])[1]) + residual + free * log(2 * pi)


def _settled(sums: _Sums, common: float, own: float) -> tuple[float, float]:
    """Go from variances near the best to the best, so that no digit hangs on the search; as they are at the end of what is possible."""
    if common == 0:
        return common, own
    place = np.array([common, own])
    for _ in range(NEWTON):
        slopes = _slopes(sums, *place)
        ahead = place - np.linalg.solve(slopes.curvature, slopes.gradient)
        if not (ahead > 0).all():
            break
        step, place = np.abs(ahead / place - 1).max(), ahead
        if step < SETTLED:
            break
    return float(place[0]), float(place[1])


def tested_coefficient(design: np.ndarray, outcome: np.ndarray, clusters: np.ndarray, confidence: float) -> dict[str, object]:
    """Test the last coefficient of a model with an intercept per cluster.

    Parameters
    ----------
    design, outcome, clusters
        As ``random_intercept``.
    confidence : float
        0-1.

    Returns
    -------
    dict
        Columns of ``estimates``; ``effect`` is the likeness. Noted ``no_likeness`` where it is none, and then the errors are
        those of independent rows; ``perfect_fit`` (estimate alone) where the design tells every outcome.
    """
    if least_squares(design, outcome).ssr <= EXACT_FIT * ((outcome - outcome.mean()) ** 2).sum():
        return {"estimate": float(least_squares(design, outcome).params[-1]), "note": "perfect_fit"}
    fit = random_intercept(design, outcome, clusters)
    contrast = np.eye(design.shape[1])[-1]
    error = float(np.sqrt(contrast @ fit.covariance @ contrast))
    numbers = tested(float(fit.coefficients[-1]), error, fit.satterthwaite(contrast), confidence).columns()
    return numbers | {"effect_kind": "likeness", "effect": fit.likeness, "note": "no_likeness" if fit.at_the_end else ""}
