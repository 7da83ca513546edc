"""From latent normal numbers to answers: cut points, quantiles, whole numbers, and the loading that gives an alpha."""

from collections.abc import Sequence
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


@cache
def loading_for(alpha: float, shares: tuple[float, ...], spread: float, items: int, guess: float = 0.0) -> float | None:
    """Find the loading of items with these shares whose Cronbach's alpha this is; None when no loading has.

    Parameters
    ----------
    alpha : float
        Target.
    shares : tuple of float
        Weight of each answer, in order; of questions with a right answer, of those who do not know and who know.
    spread : float
        Items differ in difficulty, from ``-spread`` to ``+spread``.
    items : int
    guess : float
        Share of right answers among those who do not know, which weakens what items have in common.

    Returns
    -------
    float or None
    """
    offsets = difficulties(spread, items)
    cuts = cut_points(shares, offsets)
    variances = answer_variances(cuts, offsets, guess)

    def too_high(loading: float) -> float:
        return alpha_of((1 - guess) * answer_means(loading, cuts, offsets), variances) - alpha

    if too_high(GREATEST_LOADING) < 0:
        return None
    return float(brentq(too_high, 0.0, GREATEST_LOADING, xtol=1e-10))


def answer_means(loading: float, cuts: np.ndarray, offsets: tuple[float, ...]) -> np.ndarray:
    """Give the mean answer (0, 1, 2 …) of each item at each node of the trait, shape (items, nodes)."""
    alone = np.sqrt(1 - loading**2)
    below = ndtr((cuts[:, None, None] - np.array(offsets)[None, :, None] - loading * NODES) / alone)
    return len(cuts) - below.sum(axis=0)


def answer_variances(cuts: np.ndarray, offsets: tuple[float, ...], guess: float = 0.0) -> np.ndarray:
    """Give the variance of each item's answer (0, 1, 2 …), shape (items,); guesses turn some 0 into 1."""
    below = (1 - guess) * ndtr(cuts[:, None] - np.array(offsets))
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
    shared = _variance(means.sum(axis=0)) - _variance(means).sum()
    return float(items / (items - 1) * (1 - variances.sum() / (variances.sum() + shared)))


def _variance(values: np.ndarray) -> np.ndarray:
    """Give the variance over the nodes, the last axis."""
    return (values - (values @ WEIGHTS)[..., None]) ** 2 @ WEIGHTS


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


def apportioned(weights: Sequence[float] | np.ndarray, total: int) -> np.ndarray:
    """Divide ``total`` as near to the weights as whole numbers can be (largest remainders; the first wins a tie)."""
    exact = np.asarray(weights, dtype=float) / np.sum(weights) * total
    counts = np.floor(exact + 1e-9).astype(int)
    most = np.argsort(-(exact - counts), kind="stable")[: total - counts.sum()]
    counts[most] += 1
    return counts
