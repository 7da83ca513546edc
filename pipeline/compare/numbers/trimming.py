"""Bounds of a difference when more of one group than of the other are known (Lee)."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Trimmed:
    """Ends of the difference, and how much of the better known group was cut off: a share of it, and that share in people."""

    low: float
    high: float
    share: float
    people: float
    is_first: bool
    """Whether it was the first group that was cut."""


def trimming_bounds(first: np.ndarray, second: np.ndarray, asked_first: int, asked_second: int) -> Trimmed:
    """Cut the group more of whom are known down to the other's share, from below and from above.

    Parameters
    ----------
    first, second : array
        Known outcomes of each group, neither empty.
    asked_first, asked_second : int
        How many each group has, known or not.

    Returns
    -------
    Trimmed
        The person at the edge counts in part, so that exactly that share is cut.

    References
    ----------
    Lee (2009), Review of Economic Studies 76:1071-1102.
    """
    known = len(first) / asked_first, len(second) / asked_second
    is_first = known[0] >= known[1]
    cut, other = (first, second) if is_first else (second, first)
    share = abs(known[0] - known[1]) / max(known)
    rising = np.sort(cut)
    means = [_mean_of_first(values, share) - float(other.mean()) for values in (rising, rising[::-1])]
    low, high = means if is_first else (-means[1], -means[0])
    return Trimmed(low, high, share, share * len(cut), is_first)


def _mean_of_first(values: np.ndarray, share: float) -> float:
    """Give the mean of all but the last share of some values."""
    weights = np.clip(len(values) * (1 - share) - np.arange(len(values)), 0, 1)
    return float(weights @ values / weights.sum())
