"""What of a difference goes through something in between: the product of two linear models' coefficients, and draws of people or clusters."""

import numpy as np

DRAWS = 4999
CELLS = 4_000_000
"""Numbers of draws held at once."""
SINGULAR = 1e-10
"""Least eigenvalue of the scaled cross products below which a draw does not determine its coefficients."""


def split_difference(covariates: np.ndarray, way: np.ndarray) -> tuple[float, float]:
    """Split the group's difference in what goes through the mediator and what does not.

    Parameters
    ----------
    covariates : array (n, p)
        Intercept and covariates; with group and mediator of full rank.
    way : array (n, 3)
        Group, mediator and outcome.

    Returns
    -------
    (float, float)
        The group's coefficient on the mediator times the mediator's on the outcome, and the group's own on the outcome beside
        the mediator. Their sum is the difference without the mediator.
    """
    products, scale = _products(covariates, way, np.zeros(len(way), dtype=int))
    [through], [beside] = _split(products.sum(axis=2)[None], scale)
    return float(through), float(beside)


def drawn_splits(covariates: np.ndarray, way: np.ndarray, clusters: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Split the difference of draws with replacement, by adding up the cross products of what was drawn.

    Parameters
    ----------
    covariates, way
        As ``split_difference``.
    clusters : array (n,)
        Whole numbers from 0: what is drawn; people themselves where they are independent.
    seed : int

    Returns
    -------
    (array (DRAWS,), array (DRAWS,))
        NaN where a draw does not determine it.
    """
    products, scale = _products(covariates, way, clusters)
    width, count = len(products), products.shape[2]
    draw, parts = np.random.default_rng(seed), []
    portion = max(1, CELLS // max(count, width**2))
    for start in range(0, DRAWS, portion):
        size = min(portion, DRAWS - start)
        times = draw.multinomial(count, np.full(count, 1 / count), size)
        parts.append(_split((times @ products.reshape(width**2, count).T).reshape(size, width, width), scale))
    through, beside = (np.concatenate(one) for one in zip(*parts, strict=True))
    return through, beside


def _products(covariates: np.ndarray, way: np.ndarray, clusters: np.ndarray) -> tuple[np.ndarray, float]:
    """Give the cross products (w, w, clusters) of columns of like size: covariates, group and mediator without what covariates tell, outcome; and what scales the difference back."""
    basis = np.linalg.qr(covariates)[0]
    own, between = (_without(basis, values) for values in way.T[:2])
    size = float(np.linalg.norm(own))
    columns = np.column_stack([basis, own / size, between / np.linalg.norm(between), way[:, 2]])
    count = int(clusters.max()) + 1
    return np.array([[np.bincount(clusters, one * other, count) for other in columns.T] for one in columns.T]), size


def _without(basis: np.ndarray, values: np.ndarray) -> np.ndarray:
    rest = values - basis @ (basis.T @ values)
    return rest - basis @ (basis.T @ rest)


def _split(products: np.ndarray, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Give both parts of each model (r,) from its cross products (r, w, w)."""
    first = _coefficients(products[:, :-2, :-2], products[:, :-2, -2])
    second = _coefficients(products[:, :-1, :-1], products[:, :-1, -1])
    return first[:, -1] * second[:, -1] / scale, second[:, -2] / scale


def _coefficients(inside: np.ndarray, outside: np.ndarray) -> np.ndarray:
    determined = np.linalg.eigvalsh(inside)[:, 0] > SINGULAR
    solved = np.linalg.solve(np.where(determined[:, None, None], inside, np.eye(inside.shape[1])), outside[..., None])[..., 0]
    return np.where(determined[:, None], solved, np.nan)
