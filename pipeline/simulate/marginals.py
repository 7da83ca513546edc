"""From latent normal numbers to answers: cut points, quantiles, and the loading that gives an alpha."""

from collections.abc import Callable
from functools import cache

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

GREATEST_LOADING = 0.999
FARTHEST = 12.0
"""No cut point lies farther out, in standard deviations."""
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(81)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


def difficulties(spread: float, items: int) -> tuple[float, ...]:
    """Spread the difficulty of items evenly from ``-spread`` to ``+spread``; 0 for a single item."""
    return tuple(np.linspace(-spread, spread, items).tolist()) if items > 1 else (0.0,)


@cache
def cut_points(shares: tuple[float, ...], offsets: tuple[float, ...] = (0.0,)) -> np.ndarray:
    """Find where a latent number is cut into answers.

    Parameters
    ----------
    shares : tuple of float
        Weight of each answer, in order; divided by their sum.
    offsets : tuple of float
        What is added to the latent number, per item.

    Returns
    -------
    array of float, shape (answers - 1,)
        Rising; the shares hold on average over the items.
    """
    reached = np.cumsum(shares)[:-1] / np.sum(shares)
    if offsets == (0.0,):
        return np.clip(ndtri(reached), -FARTHEST, FARTHEST)
    return np.array([_cut(share, np.array(offsets)) for share in reached])


def _cut(share: float, offsets: np.ndarray) -> float:
    if not 0 < share < 1:
        return -FARTHEST if share <= 0 else FARTHEST
    return float(brentq(lambda cut: np.mean(ndtr(cut - offsets)) - share, -FARTHEST, FARTHEST, xtol=1e-12))


def answer_means(loading: float, cuts: np.ndarray, offsets: tuple[float, ...]) -> np.ndarray:
    """Give the mean answer (0, 1, 2 …) of each item at each node of the trait, shape (items, nodes)."""
    alone = np.sqrt(1 - loading**2)
    below = ndtr((cuts[:, None, None] - np.array(offsets)[None, :, None] - loading * NODES) / alone)
    return len(cuts) - below.sum(axis=0)


def answer_variances(cuts: np.ndarray, offsets: tuple[float, ...]) -> np.ndarray:
    """Give the variance of each item's answer (0, 1, 2 …), shape (items,)."""
    below = ndtr(cuts[:, None] - np.array(offsets))
    mean = len(cuts) - below.sum(axis=0)
    steps = 2 * np.arange(len(cuts)) + 1
    return (steps[:, None] * (1 - below)).sum(axis=0) - mean**2


def alpha_of(means: np.ndarray, variances: np.ndarray) -> float:
    """Compute Cronbach's alpha of items that only a trait makes alike.

    Parameters
    ----------
    means : array, shape (items, nodes)
        Mean answer at each node of the trait.
    variances : array, shape (items,)
        Variance of each item's answers.

    Returns
    -------
    float
    """
    items = len(variances)
    shared = _variance(means.sum(axis=0)) - sum(_variance(item) for item in means)
    return float(items / (items - 1) * (1 - variances.sum() / (variances.sum() + shared)))


def _variance(values: np.ndarray) -> float:
    mean = WEIGHTS @ values
    return float(WEIGHTS @ (values - mean) ** 2)


def loading_for(alpha: float, means_at: Callable[[float], np.ndarray], variances: np.ndarray) -> float | None:
    """Find the loading whose items have this alpha; None when no loading has.

    Parameters
    ----------
    alpha : float
        Target.
    means_at : callable
        Loading -> mean answers, shape (items, nodes).
    variances : array, shape (items,)
    """
    if alpha_of(means_at(GREATEST_LOADING), variances) < alpha:
        return None
    return float(brentq(lambda loading: alpha_of(means_at(loading), variances) - alpha, 0.0, GREATEST_LOADING, xtol=1e-10))


@cache
def loading_of_choices(alpha: float, shares: tuple[float, ...], spread: float, items: int) -> float | None:
    """Find the loading that gives items with these shares an alpha."""
    offsets = difficulties(spread, items)
    cuts = cut_points(shares, offsets)
    return loading_for(alpha, lambda loading: answer_means(loading, cuts, offsets), answer_variances(cuts, offsets))


@cache
def loading_of_knowledge(alpha: float, known: float, guess: float, spread: float, items: int) -> float | None:
    """Find the loading that gives questions with right answers an alpha; guesses weaken it."""
    offsets = difficulties(spread, items)
    cuts = cut_points((1 - known, known), offsets)
    right = guess + (1 - guess) * (1 - ndtr(cuts - np.array(offsets)))
    return loading_for(alpha, lambda loading: (1 - guess) * answer_means(loading, cuts, offsets), right * (1 - right))


def normal_quantiles(latent: np.ndarray, mean: float, sd: float, bounds: tuple[float, float]) -> np.ndarray:
    """Read latent numbers as a normal variable that stays inside its bounds (truncated, not piled up)."""
    low, high = ndtr((np.array(bounds) - mean) / sd)
    inside = latent if (low, high) == (0.0, 1.0) else ndtri(low + ndtr(latent) * (high - low))
    return np.clip(mean + sd * inside, *bounds)


def skewed_quantiles(latent: np.ndarray, mean: float, sd: float, bounds: tuple[float, float]) -> np.ndarray:
    """Read latent numbers as a log-normal variable with this mean and standard deviation, cut off at its bounds."""
    width = np.log1p((sd / mean) ** 2)
    return np.clip(np.exp(np.log(mean) - width / 2 + np.sqrt(width) * latent), *bounds)


def above_zeros(latent: np.ndarray, zeros: float) -> tuple[np.ndarray, np.ndarray]:
    """Say who has a zero, and give the others' latent numbers, standard normal among them."""
    if zeros == 0:
        return np.zeros(len(latent), dtype=bool), latent
    share = ndtr(latent)
    rest = np.clip((share - zeros) / (1 - zeros), 1e-12, 1 - 1e-12)
    return share < zeros, ndtri(rest)
