"""How many of a sorted list are named in a sentence; needs no table."""

from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")

NAMED, MOST_NAMED = 3, 5
"""So many are named, with those as large as the last of them; never more than the second."""


def top(items: Sequence[Item], size: Callable[[Item], int]) -> list[Item]:
    """Give the first items of a sorted list, and those as large as the last of them; where these are too many, only the ones before them."""
    chosen = [item for place, item in enumerate(items) if place < NAMED or size(item) == size(items[NAMED - 1])]
    return chosen if len(chosen) <= MOST_NAMED else [item for item in chosen if size(item) != size(chosen[-1])]
