"""Cluster-robust covariance CR2 with the degrees of freedom of Satterthwaite.

Bell and McCaffrey (2002) with an identity working model, and the degrees of
freedom of Pustejovsky and Tipton (2018), as in R's clubSandwich. Every cluster's n x n adjustment matrix acts inside the span of the
design, so all work is done on p x p matrices: time grows with rows, memory with
clusters, however large one cluster is.

With design = U R and U orthonormal, cluster g has S = U_g'U_g. Its adjustment
(I - U_g U_g')^(-1/2) turns the score U_g'e_g into (I - S)^(-1/2) U_g'e_g.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.compare.numbers.linear import SATURATED, Fit


@dataclass(frozen=True)
class _Clusters:
    """What the formulas need of G clusters: eigenvalues and vectors of S, and the scores."""

    values: np.ndarray
    """(G, p) eigenvalues of S, 0-1."""
    vectors: np.ndarray
    """(G, p, p) eigenvectors of S in columns."""
    scores: np.ndarray
    """(G, p) U_g'e_g."""

    def power(self, exponent: float) -> np.ndarray:
        """Give (1 - eigenvalue) to a negative power, 0 where it is not defined (generalised inverse)."""
        room = 1 - self.values
        defined = room > SATURATED
        return np.where(defined, np.where(defined, room, 1.0) ** exponent, 0.0)

    def transformed(self, weights: np.ndarray) -> np.ndarray:
        """Apply to each score the matrix with these eigenvalues (G, p)."""
        inside = np.einsum("gji,gj->gi", self.vectors, self.scores)
        return np.einsum("gij,gj->gi", self.vectors, weights * inside)


def cr2_covariance(fit: Fit, clusters: np.ndarray) -> np.ndarray:
    """Give the cluster-robust covariance CR2 of the coefficients.

    Parameters
    ----------
    fit : Fit
        Of n rows and p columns.
    clusters : array (n,)
        Cluster of each row, any values without missing.

    Returns
    -------
    array (p, p)
    """
    parts = _clusters(fit, clusters)
    scores = parts.transformed(parts.power(-0.5))
    return fit.from_basis(scores.T @ scores)


def satterthwaite(fit: Fit, clusters: np.ndarray, contrast: np.ndarray) -> float:
    """Give the Satterthwaite degrees of freedom of a contrast under CR2.

    Parameters
    ----------
    fit : Fit
        Of n rows and p columns.
    clusters : array (n,)
        Cluster of each row.
    contrast : array (p,)
        Weights of the coefficients.

    Returns
    -------
    float
        Degrees of freedom; NaN when no cluster says anything about the contrast.

    Notes
    -----
    The variance estimate is a sum of squares of G linear forms p_g'e. Their inner
    products are d_g on the diagonal minus b_g'b_h, so that the sum of all squared
    inner products needs no G x G matrix.
    """
    parts = _clusters(fit, clusters)
    direction = np.linalg.solve(fit.root.T, contrast)
    inside = np.einsum("gji,j->gi", parts.vectors, direction)
    own = np.einsum("gi,gi->g", inside**2, parts.values * parts.power(-1.0))
    shared = np.einsum("gij,gj->gi", parts.vectors, parts.values * parts.power(-0.5) * inside)
    squares = np.einsum("gi,gi->g", shared, shared)
    total = (own - squares).sum()
    among = (own**2 - 2 * own * squares).sum() + ((shared.T @ shared) ** 2).sum()
    return float(total**2 / among) if among > 0 else float("nan")


def _clusters(fit: Fit, clusters: np.ndarray) -> _Clusters:
    """Sum each cluster's products, one pair of columns at a time: no array is larger than the design."""
    _, codes = np.unique(clusters, return_inverse=True)
    count, columns = int(codes.max()) + 1, fit.basis.shape[1]
    products = np.empty((count, columns, columns))
    scores = np.empty((count, columns))
    for first in range(columns):
        scores[:, first] = np.bincount(codes, fit.basis[:, first] * fit.residuals, count)
        for second in range(first, columns):
            sums = np.bincount(codes, fit.basis[:, first] * fit.basis[:, second], count)
            products[:, first, second] = products[:, second, first] = sums
    values, vectors = np.linalg.eigh(products)
    return _Clusters(np.clip(values, 0.0, 1.0), vectors, scores)
