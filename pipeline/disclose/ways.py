"""Kinds of cells that nothing tells apart, and ways in which people can stand in them."""

import numpy as np
from scipy.sparse import csr_array

CLOSE = 1e-6
"""A number this close to a whole one is taken to be it."""
KEPT = 400
"""Most ways that are kept; of those that split people the oldest go."""
SOUGHT = 1000
"""Most searches for whole people in one world; after that only what was found, or fractions, can show that a sum is open."""
MOST_HELD = 10_000_000
"""Most numbers that all kept ways hold."""


class Kinds:
    """Cells that no statement tells apart are of one kind; people of one kind may stand in any cell of it.

    Attributes
    ----------
    of_cell : array of int (cells,)
        Kind of each cell.
    count : int
    first : array of int (kinds,)
        A cell of each kind.
    """

    def __init__(self, numbers: np.ndarray) -> None:
        """Take the kind of each cell, -1 for those that are known to hold nobody; array of int (cells,)."""
        order = np.argsort(numbers, kind="stable")
        self.of_cell, self._order = numbers, order[numbers[order] >= 0]
        self._starts = np.flatnonzero(np.diff(numbers[self._order], prepend=-1))
        self.first, self.count = self._order[self._starts], len(self._starts)

    @classmethod
    def of(cls, sums: csr_array, held: np.ndarray) -> "Kinds":
        """Tell the kinds of the cells that may hold somebody by which sums they are in, and how."""
        marks = sums.T @ np.random.default_rng(0).random((sums.shape[0], 2))
        numbers = np.full(sums.shape[1], -1)
        numbers[held] = np.unique(marks[held], axis=0, return_inverse=True)[1].ravel()
        return cls(numbers)

    def ends(self, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give the least and greatest weight that a person of each kind can have in a sum of cells; arrays (kinds,)."""
        if not self.count:
            return np.zeros(0), np.zeros(0)
        weights = wanted[self._order]
        return np.minimum.reduceat(weights, self._starts), np.maximum.reduceat(weights, self._starts)

    def people(self, finer: "Kinds", people: np.ndarray) -> np.ndarray:
        """Count the people of each kind from those of finer kinds; array (kinds,)."""
        numbers = self.of_cell[finer.first]
        return np.bincount(numbers[numbers >= 0], people[numbers >= 0], self.count)

    def ends_in(self, finer: "Kinds", wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give the least and greatest weight that a person of each finer kind can have, who may stand in any cell of this kind."""
        numbers = self.of_cell[finer.first]
        least, greatest = (np.append(ends, 0.0)[numbers] for ends in self.ends(wanted))
        return least, greatest


class Ways:
    """Ways in which people can stand in one world; each fits what is known as long as no sum that it breaks is.

    Attributes
    ----------
    added : int
        Number of ways that were ever added.
    people : array (ways, kinds)
    is_whole : array of bool (ways,)
    breaks : array of bool (ways, sums)
        Whether a way breaks each of the sums that were known at first.
    """

    def __init__(self, sums: csr_array, low: np.ndarray, high: np.ndarray) -> None:
        """Take the sums that are known at first, by kinds: sparse array (sums, kinds), and what they lie between."""
        self._sums, self._low, self._high = sums, low, high
        most = max(1, min(KEPT, MOST_HELD // max(1, sum(sums.shape))))
        self.added = self._sought = 0
        self.people, self.is_whole = np.zeros((most, sums.shape[1])), np.zeros(most, dtype=bool)
        self.breaks = np.zeros((most, sums.shape[0]), dtype=bool)
        self._age = np.zeros(most)

    def add(self, people: np.ndarray) -> None:
        """Keep the people of each kind, in the place of the oldest way that splits people when all are taken."""
        whole = bool(np.abs(people - np.round(people)).max(initial=0) < CLOSE)
        place = self.added if self.added < len(self.people) else int(np.lexsort((self._age, self.is_whole))[0])
        self.added += 1
        sums = self._sums @ people
        room = CLOSE * np.maximum(1, np.abs(sums))
        self.people[place], self.is_whole[place] = np.round(people) if whole else people, whole
        self.breaks[place] = (sums < self._low - room) | (sums > self._high + room)
        self._age[place] = self.added

    def may_seek(self) -> bool:
        """Say whether whole people may be sought once more, and count it."""
        self._sought += 1
        return self._sought <= SOUGHT

    def fitting(self, sums: np.ndarray) -> np.ndarray:
        """Mark the ways that break none of some sums; array of bool (ways,)."""
        return np.logical_not(self.breaks[: self.added, sums].any(axis=1))
