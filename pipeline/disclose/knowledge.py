"""What a reader knows of a world, and what a sum of its cells can be after that."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import ceil, floor, inf

import numpy as np
from scipy.sparse import csr_array

from pipeline.disclose.programme import ContradictionError, End, Programme
from pipeline.disclose.told import Statement

CLOSE = 1e-6
"""A number this close to a whole one is taken to be it."""
DRAWN = 6
"""Ways to fit everything that are drawn before any sum is asked for."""
MOST_KINDS = 300
"""Whole people are not sought among more kinds of cells than this: what is not seen open is taken to be closed."""
MOST_MOVED = 1000
"""Among more kinds than this it is not reckoned which sums equations settle: each is asked of the programme."""
KEPT = 8
"""Most sets of kinds of which ways are kept, the newest."""
TRIED = 100
"""Among so many values, from the least, whole people are sought; others need not be looked at."""
SOUGHT = 200
"""Most searches for whole people in one world; after that only what was found, or fractions, can show that a sum is open."""

Sum = tuple[Statement, ...]
"""Everything that tells one sum of cells."""


class Kinds:
    """Cells that no statement tells apart are of one kind; people of one kind may stand in any cell of it.

    Attributes
    ----------
    count : int
    first : array of int (kinds,)
        A cell of each kind.
    """

    def __init__(self, numbers: np.ndarray) -> None:
        """Take the kind of each cell, -1 for those that are known to hold nobody; array of int (cells,)."""
        order = np.argsort(numbers, kind="stable")
        self._order = order[numbers[order] >= 0]
        self._starts = np.flatnonzero(np.diff(numbers[self._order], prepend=-1))
        self.first, self.count = self._order[self._starts], len(self._starts)

    def ends(self, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give the least and greatest weight that a person of each kind can have in a sum of cells; arrays (kinds,)."""
        if not self.count:
            return np.zeros(0), np.zeros(0)
        weights = wanted[self._order]
        return np.minimum.reduceat(weights, self._starts), np.maximum.reduceat(weights, self._starts)


class Ways:
    """Ways in which people can stand, with everything known: sums that differ between some of them are open."""

    def __init__(self) -> None:
        self._found: list[tuple[Kinds, np.ndarray, np.ndarray]] = []
        self._sought = [0]

    def copy(self) -> "Ways":
        """Give the same ways, to which others may be added; searches are counted together."""
        ways = Ways()
        ways._found, ways._sought = self._found[:], self._sought
        return ways

    def may_seek(self) -> bool:
        """Say whether whole people may be sought once more, and count it."""
        self._sought[0] += 1
        return self._sought[0] <= SOUGHT

    def add(self, kinds: Kinds, people: np.ndarray) -> None:
        """Keep a way: the people of each kind; of a way that splits people only how many there can be is asked."""
        whole = np.abs(people - np.round(people)).max(initial=0) < CLOSE
        row = np.round(people) if whole else people
        if self._found and self._found[-1][0] is kinds:
            _, held, are_whole = self._found.pop()
            self._found.append((kinds, np.vstack([held, row]), np.append(are_whole, whole)))
        else:
            self._found = [*self._found[1 - KEPT :], (kinds, row[None, :], np.array([whole]))]

    def values(self, wanted: np.ndarray, enough: int) -> set[int]:
        """Give whole values that a sum of cells has in some way found; not all of them once there are enough."""
        found: set[int] = set()
        for kinds, held, are_whole in self._found:
            least, greatest = kinds.ends(wanted)
            ways = held[are_whole]
            for low, high in set(zip(np.ceil(ways @ least - CLOSE), np.floor(ways @ greatest + CLOSE), strict=True)):
                found.update(range(int(low), min(int(high), int(low) + enough) + 1))
                if len(found) >= enough:
                    return found
        return found

    def one_of(self, kinds: Kinds) -> np.ndarray | None:
        """Give the people of each kind in a way of these kinds; None where none was found."""
        return next((held[0] for own, held, _ in self._found if own is kinds), None)

    def ends(self, wanted: np.ndarray) -> tuple[float, float]:
        """Give the least and the most that a sum of cells is in any way found."""
        ends = [(held @ least, held @ greatest) for kinds, held, _ in self._found for least, greatest in [kinds.ends(wanted)]]
        return min((float(low.min()) for low, _ in ends), default=inf), max((float(high.max()) for _, high in ends), default=-inf)


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

    told: tuple[Sum, ...]
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

    def in_fractions(self) -> "Statements":
        """Take people as fractions."""
        return Statements(self.told, self.size, whole=False)

    def only(self, wanted: Callable[[Sum], bool]) -> "Statements":
        """Give what is known of some sums."""
        return Statements(tuple(filter(wanted, self.told)), self.size, self.whole)

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

    @cached_property
    def counts_only(self) -> bool:
        """Say whether all that is known are numbers of people, or people may be split, so that fractions tell what is open."""
        return not self.whole or all(same[0].is_count for same in self.told)

    @cached_property
    def kinds(self) -> Kinds:
        """Tell the kinds of the cells that are not known to hold nobody."""
        nobody = np.array([one[0].is_count and min(same.high for same in one) == 0 for one in self.told], dtype="float64")
        return self._kinds_of(self._sums.T @ nobody == 0)

    def _kinds_of(self, held: np.ndarray) -> Kinds:
        marks = self._sums.T @ np.random.default_rng(0).random((len(self.told), 2))
        numbers = np.full(self.size, -1)
        numbers[held] = np.unique(marks[held], axis=0, return_inverse=True)[1].ravel()
        return Kinds(numbers)

    @cached_property
    def _programme(self) -> Programme:
        return Programme(csr_array(self._sums[:, self.kinds.first]), *self._between)

    def end(self, wanted: np.ndarray, ways: Ways, *, greatest: bool) -> End:
        """Find one end of what a sum of cells can be; the way to it is added to ``ways``."""
        found = self._programme.end(self.kinds.ends(wanted)[int(greatest)], greatest=greatest)
        if found.value != inf:
            ways.add(self.kinds, found.people)
        return found

    @cached_property
    def _moved(self) -> np.ndarray:
        """Give in which directions people may move between kinds so that no exact sum changes; array (kinds, directions)."""
        low, high = self._between
        exact = self._sums[:, self.kinds.first][low == high].toarray()
        sizes, directions = np.linalg.eigh(exact.T @ exact)
        return directions[:, sizes < CLOSE * max(1.0, sizes.max(initial=0))]

    def settled(self, wanted: np.ndarray, ways: Ways) -> float | None:
        """Give what a sum of cells is where equations alone leave it no choice; None where they do.

        A direction too many is no harm: then less is said to be settled.
        """
        least, greatest = self.kinds.ends(wanted)
        found = ways.one_of(self.kinds)
        if found is None or self.kinds.count > MOST_MOVED or (least != greatest).any():
            return None
        return float(greatest @ found) if np.abs(greatest @ self._moved).max(initial=0) < CLOSE else None

    def closing(self, wanted: np.ndarray) -> list[Sum]:
        """Give the sums that keep the ends of a sum where they are, those that say that nobody is somewhere among them."""
        kinds = self._kinds_of(np.ones(self.size, dtype=bool))
        every = Programme(csr_array(self._sums[:, kinds.first]), *self._between)
        ends = (every.end(kinds.ends(wanted)[int(greatest)], greatest=greatest) for greatest in (True, False))
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
        for turn in range(DRAWN if self.told and self.kinds.count else 0):
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
        if not (self.kinds.ends(wanted)[1] > 0).any():
            return Range(0, 0)
        top = self.end(wanted, ways, greatest=True)
        greatest = inf if top.value == inf else floor(top.value + CLOSE)
        values = ways.values(wanted, enough)
        if greatest < 1 or len(values) >= enough or (greatest >= bound + enough - 2 and self.counts_only):
            return Range(-inf, greatest, frozenset(values if len(values) >= enough else range(enough)))
        bottom = self.end(wanted, ways, greatest=False)
        least = ceil(bottom.value - CLOSE)
        if least >= bound:
            return Range(least, greatest)
        if greatest - least + 1 < enough:
            return Range(least, greatest, frozenset(range(least, int(greatest) + 1)))
        if self.counts_only:
            return Range(least, greatest, frozenset(range(least, least + enough)))
        return Range(least, greatest, self._found(wanted, least, min(greatest, least + TRIED), enough, ways))

    def _found(self, wanted: np.ndarray, low: float, high: float, enough: int, ways: Ways) -> frozenset[int]:
        """Seek whole people for values between two ends, beside those found already, until enough are found."""
        least, greatest = self.kinds.ends(wanted)
        values = ways.values(wanted, enough)
        if self.kinds.count > MOST_KINDS:
            return frozenset(values)
        ends = [low - 1, *sorted(value for value in values if low <= value <= high), high + 1]
        between = [(one + 1, other - 1) for one, other in pairwise(ends) if other - one > 1]
        while between and len(values) < enough and ways.may_seek():
            first, last = between.pop()
            people = self._programme.whole(least, greatest, first, last)
            if people is not None:
                ways.add(self.kinds, people)
                value = min(max(ceil(float(people @ least) - CLOSE), first), last)
                values |= ways.values(wanted, enough) | {int(value)}
                between += [(one, other) for one, other in ((first, value - 1), (value + 1, last)) if one <= other]
        return frozenset(values)

    def width_of(self, wanted: np.ndarray, ways: Ways) -> float:
        """Give how far apart the least and greatest value of a sum are."""
        top, bottom = (self.end(wanted, ways, greatest=greatest).value for greatest in (True, False))
        return top - bottom
