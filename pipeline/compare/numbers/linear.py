"""Least squares on plain arrays, with classical and heteroskedasticity-consistent covariances.

Solved by QR, never through the inverse of X'X. Aliased columns are dropped
beforehand by ``independent_columns``, as R's ``lm`` does.
"""

from dataclasses import dataclass

import numpy as np

ALIASED = 1e-7
"""A column counts as aliased when this share of its length, or less, is left beside the earlier ones (R's ``lm``)."""
SATURATED = 1e-10
"""A row that the model fits by itself has a leverage within this distance of 1."""


@dataclass(frozen=True)
class Fit:
    """A fitted linear model of n rows and p columns.

    Parameters
    ----------
    basis : array (n, p)
        Orthonormal columns that span the design (Q of its QR).
    root : array (p, p)
        The upper triangular R, so that design = basis @ root.
    coefficients : array (p,)
    residuals : array (n,)
    """

    basis: np.ndarray
    root: np.ndarray
    coefficients: np.ndarray
    residuals: np.ndarray

    @property
    def df_residual(self) -> int:
        """Rows minus columns."""
        return self.basis.shape[0] - self.basis.shape[1]

    @property
    def leverage(self) -> np.ndarray:
        """Diagonal of the hat matrix, one value per row, 0-1."""
        return np.einsum("ij,ij->i", self.basis, self.basis)

    def from_basis(self, meat: np.ndarray) -> np.ndarray:
        """Turn a (p, p) matrix in the orthonormal basis into a covariance of the coefficients."""
        half = np.linalg.solve(self.root, meat)
        return np.linalg.solve(self.root, half.T).T


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


def least_squares(design: np.ndarray, outcome: np.ndarray) -> Fit:
    """Fit ``outcome`` on the columns of ``design`` by least squares.

    Parameters
    ----------
    design : array (n, p)
        Full column rank, intercept included, no missing values.
    outcome : array (n,)
        No missing values.

    Returns
    -------
    Fit

    Raises
    ------
    ValueError
        When columns are aliased or outnumber the rows.
    """
    if design.shape[0] < design.shape[1] or not independent_columns(design).all():
        raise ValueError("the design has aliased columns or fewer rows than columns")
    basis, root = np.linalg.qr(design)
    projected = basis.T @ outcome
    return Fit(basis, root, np.linalg.solve(root, projected), outcome - basis @ projected)


def classical_covariance(fit: Fit) -> np.ndarray:
    """Give the covariance (p, p) under one common variance, with n - p in the denominator."""
    variance = fit.residuals @ fit.residuals / fit.df_residual
    return variance * fit.from_basis(np.eye(fit.root.shape[0]))


def hc3_covariance(fit: Fit) -> np.ndarray:
    """Give the heteroskedasticity-consistent covariance HC3 of the coefficients.

    Parameters
    ----------
    fit : Fit

    Returns
    -------
    array (p, p)
        A row that the model fits by itself (leverage 1) has residual 0 and adds
        nothing; see ``rests_on_one_row``.

    References
    ----------
    MacKinnon and White (1985), Journal of Econometrics 29:305-325.
    """
    room = 1 - fit.leverage
    scores = fit.basis * (fit.residuals / np.where(room < SATURATED, np.inf, room))[:, None]
    return fit.from_basis(scores.T @ scores)


def rests_on_one_row(fit: Fit, contrast: np.ndarray) -> bool:
    """Say whether a row with leverage 1 moves the contrast: then no error can be estimated for it."""
    saturated = 1 - fit.leverage < SATURATED
    direction = np.linalg.solve(fit.root.T, contrast)
    influence = fit.basis[saturated] @ direction
    return bool((np.abs(influence) > SATURATED * np.linalg.norm(direction)).any())
