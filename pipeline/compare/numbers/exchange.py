"""Exact tests by exchanging who is in which group: everybody with everybody, or within blocks.

A test statistic is a sum of products, so all draws are one matrix product, and the
sums of several blocks add up. scipy's ``permutation_test`` exchanges neither within
blocks nor what a model leaves.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb, prod

import numpy as np

DRAWS = 9_999
"""With the arrangement there is, ten thousand; a p-value of 0.05 is known to within 0.004."""
MOST_LISTED = 50_000
"""Up to this many arrangements are all looked at."""
CELLS = 4_000_000
"""Draws are made in portions of so many cells."""
CLOSE = 1e-9
"""Sums this near each other, as a share of the largest, are equal but for their last digits."""


@dataclass(frozen=True)
class Exchange:
    """What exchanging showed.

    Attributes
    ----------
    p_value : float
        Two-sided. Of all arrangements the share at least as far from 0 as the one there is, or of those drawn, with it counted among them.
    listed : bool
        Whether all arrangements were looked at.
    least : float
        Smallest p-value that there could have been.
    """

    p_value: float
    listed: bool
    least: float


def exchange_test(group: np.ndarray, outcome: np.ndarray, blocks: np.ndarray, seed: int) -> Exchange | None:
    """Test whether an outcome goes with a group, by exchanging the group between people of one block.

    Parameters
    ----------
    group, outcome : array (n,)
        With a mean of 0 within each block; with covariates what these leave (Freedman and Lane).
    blocks : array (n,)
        Whole numbers from 0: within which block each is exchanged.
    seed : int
        For what is drawn where the arrangements are too many to look at all.

    Returns
    -------
    Exchange or None
        None where nobody can be exchanged.

    References
    ----------
    Freedman and Lane (1983), Journal of Business & Economic Statistics 1:292-298; Phipson and Smyth (2010), Statistical
    Applications in Genetics and Molecular Biology 9:39.
    """
    parts = [(group[inside], outcome[inside]) for inside in _blocks(group, blocks)]
    if not parts:
        return None
    there = sum(float(own @ values) for own, values in parts)
    listed = _number(parts) <= MOST_LISTED
    sums = np.abs(_all_sums(parts) if listed else _drawn_sums(parts, np.random.default_rng(seed)))
    near = CLOSE * max(sums.max(), abs(there))
    if listed:
        return Exchange(float(np.mean(sums >= abs(there) - near)), True, float(np.mean(sums >= sums.max() - near)))
    return Exchange(float((1 + np.sum(sums >= abs(there) - near)) / (1 + DRAWS)), False, 1 / (1 + DRAWS))


def _blocks(group: np.ndarray, blocks: np.ndarray) -> Iterator[np.ndarray]:
    """Give the places of each block in which exchanging changes anything."""
    order = np.argsort(blocks, kind="stable")
    for inside in np.split(order, np.flatnonzero(np.diff(blocks[order])) + 1):
        if np.ptp(group[inside]) > CLOSE:
            yield inside


def _number(parts: list[tuple[np.ndarray, np.ndarray]]) -> float:
    """Count the arrangements; infinite where the group has more than two values in a block."""
    counts = [np.isclose(own, own.max(), rtol=CLOSE, atol=CLOSE).sum() for own, _ in parts]
    two = all(
        np.isclose(np.sort(own)[: len(own) - count], own.min(), atol=CLOSE).all() for (own, _), count in zip(parts, counts, strict=True)
    )
    return prod(comb(len(own), int(count)) for (own, _), count in zip(parts, counts, strict=True)) if two else float("inf")


def _all_sums(parts: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Give the sum of products of every arrangement: those of each block, added to those of every other."""
    sums = np.zeros(1)
    for own, values in parts:
        high = np.isclose(own, own.max(), rtol=CLOSE, atol=CLOSE)
        chosen = np.array(list(combinations(range(len(own)), int(high.sum()))), dtype=np.intp)
        sums = np.add.outer(sums, (own.max() - own.min()) * values[chosen].sum(axis=1) + own.min() * values.sum()).ravel()
    return sums


def _drawn_sums(parts: list[tuple[np.ndarray, np.ndarray]], draw: np.random.Generator) -> np.ndarray:
    """Give the sums of products (DRAWS,) of arrangements that are drawn."""
    sums = np.zeros(DRAWS)
    for own, values in parts:
        portion = max(1, CELLS // len(own))
        for start in range(0, DRAWS, portion):
            size = min(portion, DRAWS - start)
            sums[start : start + size] += draw.permuted(np.broadcast_to(own, (size, len(own))), axis=1) @ values
    return sums
