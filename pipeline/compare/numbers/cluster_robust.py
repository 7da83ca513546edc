"""Cluster-robust covariances with the degrees of freedom of Satterthwaite.

CR2 (Bell and McCaffrey 2002) with an identity working model, and the degrees of
freedom of Pustejovsky and Tipton (2018); CR0, CR1, CR1S and CR3 as in R's
clubSandwich. Every cluster's n x n adjustment matrix acts inside the span of the
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


def cluster_covariance(fit: Fit, clusters: np.ndarray, kind: str) -> np.ndarray:
    """Give a cluster-robust covariance of the coefficients.

    Parameters
    ----------
    fit : Fit
        Of n rows and p columns.
    clusters : array (n,)
        Cluster of each row, any values without missing.
    kind : str
        ``CR0``, ``CR1``, ``CR1S``, ``CR2`` or ``CR3``.

    Returns
    -------
    array (p, p)

    Raises
    ------
    KeyError
        For another kind.
    """
    exponent, scale = CR_KINDS[kind]
    parts = _clusters(fit, clusters)
    scores = parts.transformed(parts.power(exponent)) if exponent else parts.scores
    count = scores.shape[0]
    return fit.from_basis(scores.T @ scores) * scale(count, *fit.basis.shape)


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


CR_KINDS = {
    "CR0": (0.0, lambda clusters, rows, columns: 1.0),
    "CR1": (0.0, lambda clusters, rows, columns: clusters / (clusters - 1)),
    "CR1S": (0.0, lambda clusters, rows, columns: clusters * (rows - 1) / ((clusters - 1) * (rows - columns))),
    "CR2": (-0.5, lambda clusters, rows, columns: 1.0),
    "CR3": (-1.0, lambda clusters, rows, columns: 1.0),
}
"""Kind -> exponent of I - S on each cluster's score, and factor on the covariance."""
