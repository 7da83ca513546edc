"""What a reader knows of a world, and what a sum of its cells can be after that."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor, inf

import numpy as np
from scipy.sparse import csr_array

from pipeline.disclose.programme import ContradictionError, End, Programme
from pipeline.disclose.told import Statement

CLOSE = 1e-6
"""A number this close to a whole one is taken to be it."""
DRAWN = 6
"""Ways to fit everything that are drawn before any sum is asked for."""
TRIED = 12
"""Most values that whole people are sought for before a sum is taken to be closed."""


class Ways:
    """Ways in which whole people can stand, with everything known: sums that differ between some of them are open.

    Cells that no statement tells apart are of one kind; people of one kind may
    stand in any cell of it.
    """

    def __init__(self) -> None:
        self._found: list[tuple[np.ndarray, list[np.ndarray]]] = []

    def add(self, kinds: np.ndarray, people: np.ndarray) -> None:
        """Keep a way: the kind of each cell, -1 for those that hold nobody, and the people of each kind; unless it splits people."""
        whole = np.round(people)
        if np.abs(people - whole).max(initial=0) > CLOSE:
            return
        if not self._found or self._found[-1][0] is not kinds:
            self._found.append((kinds, []))
        self._found[-1][1].append(whole)

    def values(self, wanted: np.ndarray, enough: int) -> set[int]:
        """Give whole values that a sum of cells has in some way found; not all of them once there are enough."""
        found: set[int] = set()
        for kinds, people in self._found:
            least, greatest = of_kinds(kinds, wanted, len(people[0]))
            held = np.array(people)
            for low, high in zip(held @ least, held @ greatest, strict=True):
                found.update(range(ceil(low - CLOSE), min(floor(high + CLOSE), ceil(low - CLOSE) + enough) + 1))
                if len(found) >= enough:
                    return found
        return found

    def greatest(self, wanted: np.ndarray) -> float:
        """Give the most that a sum of cells is in any way found."""
        tops = [(np.array(people) @ of_kinds(kinds, wanted, len(people[0]))[1]).max() for kinds, people in self._found]
        return max(tops, default=-inf)


def of_kinds(kinds: np.ndarray, wanted: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Give the least and greatest weight that a person of each kind can have in a sum of cells; arrays (kinds,)."""
    held = kinds >= 0
    least, greatest = np.full(count, inf), np.full(count, -inf)
    np.minimum.at(least, kinds[held], wanted[held])
    np.maximum.at(greatest, kinds[held], wanted[held])
    return least, greatest


@dataclass(frozen=True)
class Range:
    """Least and greatest whole number that a sum can be, and the values found between them."""

    least: float
    greatest: float
    values: frozenset[int] = frozenset()

    def is_open(self, bound: float, enough: int) -> bool:
        """Say whether no number from 1 to below a bound is known: it cannot be one, or enough others fit as well."""
        return self.greatest < 1 or self.least >= bound or len(self.values) >= enough


@dataclass(frozen=True)
class Statements:
    """Statements that hold together, each sum of cells once.

    Attributes
    ----------
    told : tuple of tuples of Statement
        All that tell one sum.
    size : int
        Number of cells.
    whole : bool
        Whether cells hold whole people; a number made of several questions lies between two ends, which people stand at in part.
    """

    told: tuple[tuple[Statement, ...], ...]
    size: int
    whole: bool = True

    @classmethod
    def of(cls, statements: Iterable[Statement], size: int, *, whole: bool = True) -> "Statements":
        """Bring statements together."""
        same: dict[tuple[bytes, bytes], list[Statement]] = {}
        for one in statements:
            if len(one.cells):
                same.setdefault((one.cells.tobytes(), one.weights.tobytes()), []).append(one)
        return cls(tuple(map(tuple, same.values())), size, whole)

    def without(self, left_of: Callable[[Statement], Statement | None]) -> "Statements":
        """Forget the statements of which nothing is left."""
        kept = (tuple(left for one in same if (left := left_of(one)) is not None) for same in self.told)
        return Statements(tuple(same for same in kept if same), self.size, self.whole)

    @cached_property
    def _between(self) -> tuple[np.ndarray, np.ndarray]:
        low = np.array([max(one.low for one in same) for same in self.told])
        high = np.array([min(one.high for one in same) for same in self.told])
        crossed = low > high
        if (low - high > CLOSE * np.maximum(1, np.abs(high))).any():
            raise ContradictionError("released numbers contradict each other: one sum has two values")
        low[crossed] = high[crossed]
        return low, high

    @cached_property
    def _sums(self) -> csr_array:
        ends = np.cumsum([0, *(len(same[0].cells) for same in self.told)])
        cells = np.concatenate([same[0].cells for same in self.told]) if self.told else np.array([], dtype=int)
        weights = np.concatenate([same[0].weights for same in self.told]) if self.told else np.array([])
        return csr_array((weights, cells, ends), shape=(len(self.told), self.size))

    @property
    def counts_only(self) -> bool:
        """Say whether all that is known are numbers of people."""
        return all(same[0].is_count for same in self.told)

    @cached_property
    def kinds(self) -> np.ndarray:
        """Kind of each cell; -1 where it is known to hold nobody. Array of int (cells,)."""
        nobody = np.array([one[0].is_count and min(same.high for same in one) == 0 for one in self.told], dtype="float64")
        return self._kinds_of(self._sums.T @ nobody == 0)

    def _kinds_of(self, held: np.ndarray) -> np.ndarray:
        """Number the kinds of some cells; -1 for the others."""
        marks = self._sums.T @ np.random.default_rng(0).random((len(self.told), 2))
        kinds = np.full(self.size, -1)
        kinds[held] = np.unique(marks[held], axis=0, return_inverse=True)[1].ravel()
        return kinds

    @cached_property
    def _programme(self) -> Programme:
        first = np.unique(self.kinds[self.kinds >= 0], return_index=True)[1]
        return Programme(csr_array(self._sums[:, np.flatnonzero(self.kinds >= 0)[first]]), *self._between)

    def end(self, wanted: np.ndarray, ways: Ways, *, greatest: bool) -> End:
        """Find one end of what a sum of cells can be; the way to it is added to ``ways``."""
        weights = of_kinds(self.kinds, wanted, self._programme.sums.shape[1])[int(greatest)]
        found = self._programme.end(weights, greatest=greatest)
        if found.value != inf and self.whole:
            ways.add(self.kinds, found.people)
        return found

    def closing(self, wanted: np.ndarray) -> list[tuple[Statement, ...]]:
        """Give the sums that keep the ends of a sum where they are, those that say that nobody is somewhere among them."""
        kinds = self._kinds_of(np.ones(self.size, dtype=bool))
        first = np.unique(kinds, return_index=True)[1]
        every = Programme(csr_array(self._sums[:, first]), *self._between)
        weights = of_kinds(kinds, wanted, len(first))
        ends = (every.end(weights[int(greatest)], greatest=greatest) for greatest in (True, False))
        return [self.told[place] for place in sorted({int(place) for end in ends for place in end.binding})]

    def fits(self) -> bool:
        """Say whether there are people of whom all of it is true."""
        try:
            return not self.told or bool(self.end(np.zeros(self.size), Ways(), greatest=True))
        except ContradictionError:
            return False

    def drawn(self) -> Ways:
        """Draw some ways that fit, to see at once which sums are open."""
        rng, ways = np.random.default_rng(0), Ways()
        for turn in range(DRAWN if self.told and (self.kinds >= 0).any() else 0):
            self.end(rng.random(self.size) ** 4, ways, greatest=bool(turn % 2))
        return ways

    def range_of(self, wanted: np.ndarray, bound: int, enough: int, ways: Ways) -> Range:
        """Find what a number of people can be, as far as it matters.

        Parameters
        ----------
        wanted : array (cells,)
        bound : int
            Numbers from this on need no protection.
        enough : int
            Whole values that must fit.
        ways : Ways
            Those found are added.

        Returns
        -------
        Range
            Without its least end where the greatest says that nothing small is known.
        """
        if not (wanted[self.kinds >= 0] > 0).any():
            return Range(0, 0)
        top = self.end(wanted, ways, greatest=True)
        greatest = inf if top.value == inf else floor(top.value + CLOSE)
        values = ways.values(wanted, enough)
        if greatest < 1 or len(values) >= enough or (greatest >= bound + enough - 2 and self.counts_only):
            return Range(-inf, greatest, frozenset(values if len(values) >= enough else range(enough)))
        bottom = self.end(wanted, ways, greatest=False)
        least = ceil(bottom.value - CLOSE)
        if greatest - least + 1 < enough or least >= bound:
            return Range(least, greatest, frozenset(range(least, int(greatest) + 1)))
        if self.counts_only:
            return Range(least, greatest, frozenset(range(least, least + enough)))
        return Range(least, greatest, self._found(wanted, range(least, int(min(greatest, least + TRIED)) + 1), enough, ways))

    def _found(self, wanted: np.ndarray, tried: Sequence[int], enough: int, ways: Ways) -> frozenset[int]:
        """Seek whole people for one value after another until enough are found."""
        least, greatest = of_kinds(self.kinds, wanted, self._programme.sums.shape[1])
        values = ways.values(wanted, enough)
        for value in tried:
            if len(values) >= enough:
                break
            if value not in values and (people := self._programme.whole(least, greatest, value)) is not None:
                ways.add(self.kinds, people)
                values |= ways.values(wanted, enough) | {value}
        return frozenset(values)

    def width_of(self, wanted: np.ndarray) -> float:
        """Give how far apart the least and greatest value of a sum are."""
        top, bottom = (self.end(wanted, Ways(), greatest=greatest).value for greatest in (True, False))
        return top - bottom
