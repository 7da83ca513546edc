"""Weighted least squares of a drawn sample, with errors that know weights, strata and clusters.

Where strata or the size of the population are declared, errors come from
linearisation: what each person moves a number by, summed per drawn cluster and
compared within strata (Binder 1983). Where they are not, CR2 with Satterthwaite's
degrees of freedom, an identity working model, and weights that are no variances, as
R's clubSandwich has it for weighted models; people without a declared cluster are a
cluster each. With all weights one that is the CR2 of ``regression``.

For cluster g, with M = (X'WX)^-1, the residuals of cluster g have under the working
model the covariance B = (I - H)(I - H)' at g, where H = X M X'W. B differs from I in
the span of X_g and W_g X_g only, so its root is taken there: no matrix is larger than
the design or 2p x 2p.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.compare.numbers.calibration import beside_totals
from pipeline.compare.numbers.regression import SATURATED
from pipeline.compare.numbers.results import NAN, TTest
from pipeline.compare.numbers.student import critical_value, two_sided_p


@dataclass(frozen=True)
class Drawn:
    """How people came into a sample.

    Attributes
    ----------
    weights : array (n,)
        Above 0; how many of the population a person stands for.
    clusters, strata : array (n,)
        Whole numbers from 0; who was drawn together, and among whom.
    population : array (strata,) or None
        Clusters that there were to draw; None where their number is not known, or far above those drawn.
    stratified : bool
        Whether errors come from linearisation within strata.
    margins : array (n, k) or None
        Columns of which the population's totals are known, and met by the weights.
    before : array (n,) or None
        The weights before they were made to meet them.
    """

    weights: np.ndarray
    clusters: np.ndarray
    strata: np.ndarray
    population: np.ndarray | None
    stratified: bool
    margins: np.ndarray | None = None
    before: np.ndarray | None = None

    @property
    def stratum_of_cluster(self) -> np.ndarray:
        """The stratum (clusters,) of each cluster."""
        found = np.zeros(int(self.clusters.max()) + 1, dtype=int)
        found[self.clusters] = self.strata
        return found

    @property
    def drawn(self) -> np.ndarray:
        """Clusters drawn (strata,) in each stratum."""
        return np.bincount(self.stratum_of_cluster)

    @property
    def df(self) -> float:
        """Clusters less strata."""
        return float(self.drawn.sum() - len(self.drawn))

    @property
    def problem(self) -> str:
        """Why no error can be taken: ``stratum_of_one_cluster``, ``population_too_small``, or nothing."""
        if self.stratified and (self.drawn < 2).any():
            return "stratum_of_one_cluster"
        return "population_too_small" if self.population is not None and (self.population < self.drawn).any() else ""

    def covariance(self, influence: np.ndarray) -> np.ndarray:
        """Give the linearised covariance (k, k) of numbers that people move by ``influence`` (n, k)."""
        places, drawn = self.stratum_of_cluster, self.drawn
        totals = np.column_stack([np.bincount(self.clusters, column, len(places)) for column in influence.T])
        means = np.column_stack([np.bincount(places, column) for column in totals.T]) / drawn[:, None]
        left = 1.0 if self.population is None else 1 - drawn / self.population
        apart = (totals - means[places]) * np.sqrt(left * drawn / (drawn - 1))[places, None]
        return apart.T @ apart

    def effective(self, among: np.ndarray) -> float:
        """Give how many equally weighted people some of them (n, bool) are worth (Kish)."""
        own = self.weights[among]
        return float(own.sum() ** 2 / (own**2).sum())


@dataclass(frozen=True)
class WeightedFit:
    """Weighted least squares of a drawn sample.

    Attributes
    ----------
    design : array (n, p)
        Full column rank.
    residuals : array (n,)
    coefficients : array (p,)
    inverse : array (p, p)
        M = (X'WX)^-1.
    sample : Drawn
    """

    design: np.ndarray
    residuals: np.ndarray
    coefficients: np.ndarray
    inverse: np.ndarray
    sample: Drawn

    def tested(self, contrast: np.ndarray, confidence: float) -> TTest:
        """Test a contrast (p,) of the coefficients, with Student's t."""
        estimate = float(contrast @ self.coefficients)
        error, df = self._linearised(contrast) if self.sample.stratified else self._bias_reduced(contrast)
        if not (error > 0 and df > 0):
            return TTest(estimate, NAN, NAN, NAN, NAN, NAN, NAN)
        half = critical_value(confidence, df) * error
        return TTest(estimate, error, estimate / error, df, two_sided_p(estimate / error, df), estimate - half, estimate + half)

    def _linearised(self, contrast: np.ndarray) -> tuple[float, float]:
        """Give the linearised error, and clusters less strata less the coefficients of one cluster's kind that it rests on."""
        moved = self.residuals * (self.design @ (self.inverse @ contrast))
        if self.sample.margins is not None and self.sample.before is not None:
            moved = beside_totals(moved, self.sample.before, self.sample.margins)
        influence = self.sample.weights * moved
        return float(np.sqrt(self.sample.covariance(influence[:, None])[0, 0])), self.sample.df + 1 - self.design.shape[1]

    def _bias_reduced(self, contrast: np.ndarray) -> tuple[float, float]:
        """Give CR2's error and Satterthwaite's degrees of freedom.

        The variance is a sum of squares of forms p_g'e whose inner products are
        d_g on the diagonal less z_g'J z_h, with z_g = (X_g'W_g a_g, M X_g'a_g).
        """
        weights, p = self.sample.weights, self.design.shape[1]
        squares = self.design.T @ (self.design * (weights**2)[:, None])
        direction = weights * (self.design @ (self.inverse @ contrast))
        rows = np.argsort(self.sample.clusters, kind="stable")
        edges = np.flatnonzero(np.diff(self.sample.clusters[rows])) + 1
        total, own, both = 0.0, [], []
        for place in np.split(rows, edges):
            inside = self.design[place]
            moved = _adjusted(inside, weights[place], self.inverse, squares, direction[place])
            total += float(moved @ self.residuals[place]) ** 2
            own.append(moved @ moved)
            both.append(np.concatenate([inside.T @ (weights[place] * moved), self.inverse @ (inside.T @ moved)]))
        lengths, z = np.array(own), np.array(both)
        join = np.block([[np.zeros((p, p)), np.eye(p)], [np.eye(p), -squares]])
        shared = np.einsum("gi,ij,gj->g", z, join, z)
        among = join @ (z.T @ z)
        trace, spread = (lengths - shared).sum(), (lengths**2 - 2 * lengths * shared).sum() + np.trace(among @ among)
        return float(np.sqrt(total)), float(trace**2 / spread) if spread > 0 else NAN


def _adjusted(inside: np.ndarray, weights: np.ndarray, inverse: np.ndarray, squares: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """Give B^(-1/2) times the cluster's part (m,) of a contrast; what the cluster fits by itself adds nothing."""
    if not direction.any():
        return direction
    weighted = inside * weights[:, None]
    vectors, lengths, _ = np.linalg.svd(np.column_stack([inside, weighted]), full_matrices=False)
    basis = vectors[:, lengths > SATURATED * lengths[0]]
    left, right = basis.T @ inside, basis.T @ weighted
    cross = left @ inverse @ right.T
    change = left @ inverse @ squares @ inverse @ left.T - cross - cross.T
    values, axes = np.linalg.eigh(np.eye(len(change)) + change)
    power = np.where(values > SATURATED, np.maximum(values, SATURATED) ** -0.5, 0.0) - 1
    turned = basis @ axes
    return direction + turned @ (power * (turned.T @ direction))


def weighted_least_squares(design: np.ndarray, outcome: np.ndarray, sample: Drawn) -> WeightedFit:
    """Fit ``outcome`` (n,) on the columns of ``design`` (n, p), full rank, each person counting by the weight."""
    root = np.sqrt(sample.weights)
    basis, triangle = np.linalg.qr(design * root[:, None])
    coefficients = np.linalg.solve(triangle, basis.T @ (outcome * root))
    half = np.linalg.inv(triangle)
    return WeightedFit(design, outcome - design @ coefficients, coefficients, half @ half.T, sample)


def share_interval(share: TTest, confidence: float) -> tuple[float, float]:
    """Give the interval of a weighted share on the logit scale, with the degrees of freedom of its error."""
    from scipy.special import expit, logit

    half = critical_value(confidence, share.df) * share.std_error / (share.estimate * (1 - share.estimate))
    return float(expit(logit(share.estimate) - half)), float(expit(logit(share.estimate) + half))


def design_effect(outcome: np.ndarray, weights: np.ndarray, error: float) -> float:
    """Give how many times the variance of a mean is that of as many people drawn one by one, with the same spread in the population."""
    people = len(outcome)
    mean = np.average(outcome, weights=weights)
    spread = np.average((outcome - mean) ** 2, weights=weights) / (people - 1)
    return float(error**2 / spread) if spread > 0 else NAN
