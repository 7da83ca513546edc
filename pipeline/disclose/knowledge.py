"""What a reader knows of a world, and what a sum of its cells can be after that."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil, floor, inf
from typing import Any

import numpy as np

from pipeline.disclose.policy import Policy
from pipeline.disclose.programme import ContradictionError, compressed, end_of
from pipeline.disclose.told import Statement

CLOSE = 1e-6
"""A number this close to a whole one is taken to be it."""
DRAWN = 4
"""Ways to fit everything that are drawn before any sum is asked for."""


class Ways:
    """Ways in which people can stand, with everything known: sums that differ between two of them are open.

    Cells that no statement tells apart are of one kind; people of one kind may
    stand in any cell of it.
    """

    def __init__(self) -> None:
        self._found: list[tuple[np.ndarray, list[np.ndarray]]] = []

    def add(self, kinds: np.ndarray, people: np.ndarray) -> None:
        """Keep a way: the kind of each cell, -1 for those that hold nobody, and the people of each kind."""
        if not self._found or self._found[-1][0] is not kinds:
            self._found.append((kinds, []))
        self._found[-1][1].append(people)

    def spread(self, wanted: np.ndarray) -> tuple[float, float]:
        """Give the fewest and the most who stand in some cells in any way found; nobody where none was."""
        fewest, most = (inf if self._found else 0.0), 0.0
        for kinds, people in self._found:
            size = len(people[0])
            inside, outside = (np.bincount(kinds[mark & (kinds >= 0)], minlength=size) > 0 for mark in (wanted > 0, wanted == 0))
            held = np.array(people)
            most = max(most, float((held @ inside).max()))
            fewest = min(fewest, float((held @ (inside & ~outside)).min()))
        return fewest, most


@dataclass(frozen=True)
class Range:
    """Least and greatest whole number that a sum can be, and the statements that keep it there."""

    least: float
    greatest: float
    binding: tuple[Statement, ...] = ()


@dataclass(frozen=True)
class Statements:
    """Statements that hold together, each sum of cells once.

    Attributes
    ----------
    statements : tuple of Statement
    sums : array (statements, cells)
    numbers : array (statements,)
    """

    statements: tuple[Statement, ...]
    sums: np.ndarray
    numbers: np.ndarray

    @classmethod
    def of(cls, told: Iterable[Statement], cells: int) -> "Statements":
        """Bring statements together.

        The same sum told by several estimates is one statement; told by a table as
        well, it is one that can no longer be taken back.
        """
        merged: dict[bytes, Statement] = {}
        for one in told:
            key = one.weights.tobytes()
            same = merged.setdefault(key, one)
            rows = (*same.rows, *one.rows) if same.rows and one.rows else ()
            merged[key] = replace(same, rows=tuple(dict.fromkeys(rows)), of_people=one.of_people or same.of_people)
        kept = tuple(one for one in merged.values() if one.weights.any())
        return cls(kept, np.array([one.weights for one in kept]).reshape(-1, cells), np.array([one.number for one in kept]))

    def without(self, left_of: Callable[[Statement], Statement | None]) -> "Statements":
        """Forget the statements of which nothing is left."""
        left = [(place, one) for place, statement in enumerate(self.statements) if (one := left_of(statement)) is not None]
        places = [place for place, _ in left]
        return Statements(tuple(one for _, one in left), self.sums[places], self.numbers[places])

    @cached_property
    def kinds(self) -> np.ndarray:
        """Kind of each cell; -1 where it is known to hold nobody. Array of int (cells,)."""
        nobody = (self.numbers == 0) & (self.sums >= 0).all(axis=1)
        held = ~(self.sums[nobody] > 0).any(axis=0)
        kinds = np.full(self.sums.shape[1], -1)
        kinds[held] = np.unique(self.sums[:, held], axis=1, return_inverse=True)[1].ravel()
        return kinds

    @cached_property
    def _matrix(self) -> Any:
        first = np.unique(self.kinds[self.kinds >= 0], return_index=True)[1]
        return compressed(self.sums[:, np.flatnonzero(self.kinds >= 0)[first]])

    def _of_kinds(self, wanted: np.ndarray, *, greatest: bool) -> np.ndarray:
        """Give the weight of each kind: for the greatest end any wanted cell of it takes all its people, for the least it needs them all."""
        weights = np.zeros(self._matrix.shape[1]) if greatest else np.full(self._matrix.shape[1], np.inf)
        held = self.kinds >= 0
        (np.maximum if greatest else np.minimum).at(weights, self.kinds[held], wanted[held])
        return weights

    def end(self, wanted: np.ndarray, ways: Ways, *, greatest: bool) -> tuple[float, tuple[Statement, ...]]:
        """Find one end of what a sum of cells can be, and what keeps it there; the way to it is added to ``ways``."""
        found = end_of(self._matrix, self.numbers, self._of_kinds(wanted, greatest=greatest), greatest=greatest)
        if found.value != inf:
            ways.add(self.kinds, found.people)
        return found.value, tuple(self.statements[place] for place in found.binding)

    def fits(self) -> bool:
        """Say whether there are people of whom all of it is true."""
        if not self.statements:
            return True
        try:
            self.end(np.zeros(len(self.kinds)), Ways(), greatest=True)
        except ContradictionError:
            return False
        return True

    def drawn(self) -> Ways:
        """Draw some ways that fit, to see at once which sums are open."""
        rng, ways = np.random.default_rng(0), Ways()
        for turn in range(DRAWN):
            self.end(rng.random(len(self.kinds)) ** 4, ways, greatest=bool(turn % 2))
        return ways

    def range_of(self, wanted: np.ndarray, policy: Policy, ways: Ways) -> Range:
        """Find what a sum of cells can be, as far as it matters.

        Parameters
        ----------
        wanted : array (cells,)
        policy : Policy
        ways : Ways
            Those found are added.

        Returns
        -------
        Range
            Without its least end where the greatest says that nothing small is known.
        """
        if not (wanted[self.kinds >= 0] > 0).any():
            return Range(0, 0)
        value, top = self.end(wanted, ways, greatest=True)
        greatest = inf if value == inf else floor(value + CLOSE)
        if greatest >= 2 * policy.cell - 2 or greatest < 1:
            return Range(-inf, greatest)
        value, bottom = self.end(wanted, ways, greatest=False)
        return Range(ceil(value - CLOSE), greatest, tuple({id(one): one for one in (*top, *bottom)}.values()))
