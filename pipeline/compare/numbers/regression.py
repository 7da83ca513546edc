"""Least squares by statsmodels, with the errors HC3 and CR2.

Columns that others determine are dropped beforehand by ``independent_columns``,
as R's ``lm`` does: ``OLS`` takes them in silence. CR2 (Bell and McCaffrey 2002)
with an identity working model, and the degrees of freedom of Pustejovsky and
Tipton (2018), as in R's clubSandwich, are in no library: every cluster's n x n
adjustment matrix acts inside the span of the design, so all work is done on
p x p matrices. Time grows with rows, memory with clusters, however large one
cluster is.

With design = U R and U orthonormal, cluster g has S = U_g'U_g. Its adjustment
(I - U_g U_g')^(-1/2) turns the score U_g'e_g into (I - S)^(-1/2) U_g'e_g.
"""

# statsmodels is imported where it is called: at the top it would cost every command 0.6 s.

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from statsmodels.regression.linear_model import RegressionResults

ALIASED = 1e-7
"""A column counts as aliased when this share of its length, or less, is left beside the earlier ones (R's ``lm``)."""
SATURATED = 1e-10
"""A row that the model fits by itself has a leverage within this distance of 1."""


def independent_columns(design: np.ndarray) -> np.ndarray:
    """Mark the columns that earlier columns do not already determine.

    Parameters
    ----------
    design : array (n, p)
        Without missing values.

    Returns
    -------
    array of bool (p,)
        False for a column that is zero or a linear combination of earlier ones.
    """
    kept = np.zeros(design.shape[1], dtype=bool)
    basis = np.empty((design.shape[0], 0))
    for place, column in enumerate(design.T):
        length = np.linalg.norm(column)
        rest = column - basis @ (basis.T @ column)
        rest = rest - basis @ (basis.T @ rest)
        left = np.linalg.norm(rest)
        if length > 0 and left > ALIASED * length:
            kept[place] = True
            basis = np.column_stack([basis, rest / left])
    return kept


def least_squares(design: np.ndarray, outcome: np.ndarray) -> "RegressionResults":
    """Fit ``outcome`` on the columns of ``design`` by least squares.

    Parameters
    ----------
    design : array (n, p)
        Full column rank (``independent_columns``), intercept included, no missing values.
    outcome : array (n,)
        No missing values.

    Returns
    -------
    RegressionResults
        Of statsmodels; its own errors are those of one common variance.
    """
    from statsmodels.regression.linear_model import OLS

    return OLS(outcome, design).fit()


def hc3_covariance(fit: "RegressionResults") -> np.ndarray:
    """Give the heteroskedasticity-consistent covariance HC3 of the coefficients.

    Parameters
    ----------
    fit : RegressionResults

    Returns
    -------
    array (p, p)
        A row that the model fits by itself (leverage 1) adds nothing; see
        ``rests_on_one_row``.

    References
    ----------
    MacKinnon and White (1985), Journal of Econometrics 29:305-325.
    """
    room = 1 - _leverage(fit)
    apart = fit.resid / np.where(room < SATURATED, np.inf, room)  # a row of leverage 1 is 0 / 0 in statsmodels' cov_HC3, the same else
    scores = fit.model.pinv_wexog * apart
    return scores @ scores.T


def hc2_covariance(fit: "RegressionResults") -> np.ndarray:
    """Give the heteroskedasticity-consistent covariance HC2 (p, p), unbiased under one variance; rows of leverage 1 as in ``hc3_covariance``."""
    room = 1 - _leverage(fit)
    scores = fit.model.pinv_wexog * (fit.resid / np.sqrt(np.where(room < SATURATED, np.inf, room)))
    return scores @ scores.T


def rests_on_one_row(fit: "RegressionResults", contrast: np.ndarray) -> bool:
    """Say whether a row with leverage 1 moves the contrast: then no error can be estimated for it."""
    influence = contrast @ fit.model.pinv_wexog
    saturated = 1 - _leverage(fit) < SATURATED
    return bool((np.abs(influence[saturated]) > SATURATED * np.linalg.norm(influence)).any())


def _leverage(fit: "RegressionResults") -> np.ndarray:
    return np.einsum("ij,ji->i", fit.model.exog, fit.model.pinv_wexog)


@dataclass(frozen=True)
class ClusterRobust:
    """CR2 of p coefficients from G clusters: eigenvalues and vectors of S, and the scores."""

    root: np.ndarray
    """(p, p) R of the design."""
    values: np.ndarray
    """(G, p) eigenvalues of S, 0-1."""
    vectors: np.ndarray
    """(G, p, p) eigenvectors of S in columns."""
    scores: np.ndarray
    """(G, p) U_g'e_g."""

    @property
    def covariance(self) -> np.ndarray:
        """Covariance (p, p) of the coefficients."""
        inside = np.einsum("gji,gj->gi", self.vectors, self.scores)
        adjusted = np.einsum("gij,gj->gi", self.vectors, self._power(-0.5) * inside)
        half = np.linalg.solve(self.root, adjusted.T @ adjusted)
        return np.linalg.solve(self.root, half.T).T

    def satterthwaite(self, contrast: np.ndarray) -> float:
        """Give the Satterthwaite degrees of freedom of a contrast.

        Parameters
        ----------
        contrast : array (p,)
            Weights of the coefficients.

        Returns
        -------
        float
            NaN when no cluster says anything about the contrast.

        Notes
        -----
        The variance estimate is a sum of squares of G linear forms p_g'e. Their inner
        products are d_g on the diagonal minus b_g'b_h, so that the sum of all squared
        inner products needs no G x G matrix.
        """
        direction = np.linalg.solve(self.root.T, contrast)
        inside = np.einsum("gji,j->gi", self.vectors, direction)
        own = np.einsum("gi,gi->g", inside**2, self.values * self._power(-1.0))
        shared = np.einsum("gij,gj->gi", self.vectors, self.values * self._power(-0.5) * inside)
        squares = np.einsum("gi,gi->g", shared, shared)
        total = (own - squares).sum()
        among = (own**2 - 2 * own * squares).sum() + ((shared.T @ shared) ** 2).sum()
        return float(total**2 / among) if among > 0 else float("nan")

    def _power(self, exponent: float) -> np.ndarray:
        """Give (1 - eigenvalue) to a negative power, 0 where it is not defined (generalised inverse)."""
        room = 1 - self.values
        defined = room > SATURATED
        return np.where(defined, np.where(defined, room, 1.0) ** exponent, 0.0)


def cr2(design: np.ndarray, residuals: np.ndarray, clusters: np.ndarray) -> ClusterRobust:
    """Prepare the cluster-robust covariance CR2, and its degrees of freedom, of a fit by least squares.

    Parameters
    ----------
    design : array (n, p)
        As ``least_squares``.
    residuals : array (n,)
        Of the fit.
    clusters : array (n,)
        Cluster of each row, any values without missing.

    Returns
    -------
    ClusterRobust
        Summed one pair of columns at a time: no array is larger than the design.
    """
    basis, root = np.linalg.qr(design)
    _, codes = np.unique(clusters, return_inverse=True)
    count, columns = int(codes.max()) + 1, basis.shape[1]
    products = np.empty((count, columns, columns))
    scores = np.empty((count, columns))
    for first in range(columns):
        scores[:, first] = np.bincount(codes, basis[:, first] * residuals, count)
        for second in range(first, columns):
            products[:, first, second] = products[:, second, first] = np.bincount(codes, basis[:, first] * basis[:, second], count)
    values, vectors = np.linalg.eigh(products)
    return ClusterRobust(root, np.clip(values, 0.0, 1.0), vectors, scores)
