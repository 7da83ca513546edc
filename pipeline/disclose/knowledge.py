"""What a reader knows of a world, and what a sum of its cells can be after that."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import ceil, floor, inf
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from pipeline.disclose.programme import ContradictionError, End, Near, Programme
from pipeline.disclose.told import Statement

CLOSE = 1e-6
"""A number this close to a whole one is taken to be it."""
DRAWN = 6
"""Ways to fit everything that are drawn before any sum is asked for."""
MOST_KINDS = 300
"""Whole people are not sought among more kinds of cells than this: what is not seen open is taken to be closed."""
MOST_EQUATIONS = 1000
"""With more sums than this it is not reckoned which others follow from them: each is asked of the programme."""
KEPT = 400
"""Most ways, the newest, that are looked at for what a sum can be."""
FREE = 110
"""Kinds of cells between which people are moved to find others who fit."""
TRIED = 100
"""Among so many values, from the least, whole people are sought; others need not be looked at."""
SOUGHT = 1000
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
        self._numbers, self._order = numbers, order[numbers[order] >= 0]
        self._starts = np.flatnonzero(np.diff(numbers[self._order], prepend=-1))
        self.first, self.count = self._order[self._starts], len(self._starts)

    def ends(self, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give the least and greatest weight that a person of each kind can have in a sum of cells; arrays (kinds,)."""
        if not self.count:
            return np.zeros(0), np.zeros(0)
        weights = wanted[self._order]
        return np.minimum.reduceat(weights, self._starts), np.maximum.reduceat(weights, self._starts)

    def people(self, way: "Way") -> np.ndarray:
        """Count the people of each kind in a way that fits; array (kinds,)."""
        numbers = self._numbers[way.cells]
        return np.bincount(numbers[numbers >= 0], way.people[numbers >= 0], self.count)


@dataclass(frozen=True)
class Way:
    """A way in which people can stand: how many in which cells."""

    cells: np.ndarray
    people: np.ndarray
    is_whole: bool

    @classmethod
    def of(cls, cells: np.ndarray, people: np.ndarray) -> "Way":
        """Keep the cells that hold somebody."""
        held = np.flatnonzero(people > CLOSE)
        whole = bool(np.abs(people[held] - np.round(people[held])).max(initial=0) < CLOSE)
        return cls(cells[held], np.round(people[held]) if whole else people[held], whole)


class Ways:
    """Ways found in one world; each fits what is known as long as no sum that it breaks is."""

    def __init__(self) -> None:
        self.found: list[Way] = []
        self.broken: list[np.ndarray] = []
        """Of each way, which of the sums that were known at first it breaks; array of bool (sums,)."""
        self._sought = 0

    def may_seek(self) -> bool:
        """Say whether whole people may be sought once more, and count it."""
        self._sought += 1
        return self._sought <= SOUGHT


@dataclass(frozen=True)
class Range:
    """Least and greatest whole number that a sum can be, and the values found between them."""

    least: float
    greatest: float
    values: frozenset[int] = frozenset()

    def is_open(self, bound: float, enough: int) -> bool:
        """Say whether no number from 1 to below a bound is known: it cannot be one, or enough others fit as well."""
        return self.greatest < 1 or self.least >= bound or len(self.values) >= enough


class Statements:
    """Statements that hold together, each sum of cells once, and the ways that were found to fit them.

    Attributes
    ----------
    told : tuple of tuples of Statement
        All that tell one sum.
    size : int
        Number of cells.
    whole : bool
        Whether cells hold whole people; a number made of several questions lies between two ends, which people stand at in part.
    parts : int
        Into how many parts facts divide people: cell c is in part c % parts.
    """

    def __init__(
        self,
        told: tuple[Sum, ...],
        size: int,
        *,
        whole: bool = True,
        parts: int = 1,
        within: "Statements | None" = None,
        places: Any = slice(None),
    ) -> None:
        """Bring sums together; those of a part are at ``places`` of the whole that they are ``within``, whose ways may fit them."""
        self.told, self.size, self.whole, self.parts = told, size, whole, parts
        self._first: Statements = within._first if within else self
        self._places: np.ndarray = within._places[places] if within else np.arange(len(told))
        self._ways: Ways = within._ways if within else Ways()
        self._fitting: list[tuple[np.ndarray, bool]] = []
        self._looked_at = 0

    @classmethod
    def of(cls, statements: Iterable[Statement], size: int, *, whole: bool = True, parts: int = 1) -> "Statements":
        """Bring statements together."""
        same: dict[tuple[bytes, bytes], list[Statement]] = {}
        for one in statements:
            if len(one.cells):
                same.setdefault((one.cells.tobytes(), one.weights.tobytes()), []).append(one)
        return cls(tuple(map(tuple, same.values())), size, whole=whole, parts=parts)

    def without(self, left_of: Callable[[Statement], Statement | None]) -> "Statements":
        """Forget the statements of which nothing is left."""
        kept = [tuple(left for one in same if (left := left_of(one)) is not None) for same in self.told]
        return self._part(kept, self.whole)

    def in_fractions(self) -> "Statements":
        """Take people as fractions."""
        return self._part(self.told, False)

    def only(self, wanted: Callable[[Sum], bool]) -> "Statements":
        """Give what is known of some sums."""
        return self._part([same if wanted(same) else () for same in self.told], self.whole)

    def _part(self, told: Sequence[Sum], whole: bool) -> "Statements":
        places = [place for place, same in enumerate(told) if same]
        return Statements(tuple(told[place] for place in places), self.size, whole=whole, parts=self.parts, within=self, places=places)

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
        if self._first is not self:
            return self._first._sums[self._places]
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

    def end(self, wanted: np.ndarray, *, greatest: bool) -> End:
        """Find one end of what a sum of cells can be; the way to it is kept."""
        found = self._programme.end(self.kinds.ends(wanted)[int(greatest)], greatest=greatest)
        if found.value != inf:
            self._keep(found.people)
        return found

    def _keep(self, people: np.ndarray) -> None:
        """Keep a way, from the people of each kind, and mark which of the sums known at first it breaks."""
        way, first = Way.of(self.kinds.first, people), self._first
        held = np.zeros(self.size)
        held[way.cells] = way.people
        (low, high), sums = first._between, first._sums @ held
        room = CLOSE * np.maximum(1, np.abs(sums))
        self._ways.found.append(way)
        self._ways.broken.append((sums < low - room) | (sums > high + room))

    def _those_that_fit(self) -> list[tuple[np.ndarray, bool]]:
        """Give the people of each kind in every way that fits, and whether they are whole."""
        ways = self._ways
        for way, broken in zip(ways.found[self._looked_at :], ways.broken[self._looked_at :], strict=True):
            if not broken[self._places].any():
                self._fitting.append((self.kinds.people(way), way.is_whole))
        self._looked_at = len(ways.found)
        return self._fitting[-KEPT:]

    def values(self, wanted: np.ndarray, enough: int) -> set[int]:
        """Give whole values that a sum of cells has in some way found; not all of them once there are enough."""
        (least, greatest), found = self.kinds.ends(wanted), set[int]()
        ways = np.array([people for people, is_whole in self._those_that_fit() if is_whole]).reshape(-1, self.kinds.count)
        for low, high in set(zip(np.ceil(ways @ least - CLOSE), np.floor(ways @ greatest + CLOSE), strict=True)):
            found.update(range(int(low), min(int(high), int(low) + enough) + 1))
            if len(found) >= enough:
                break
        return found

    def ends(self, wanted: np.ndarray) -> tuple[float, float]:
        """Give the least and the most that a sum of cells is in any way found."""
        least, greatest = self.kinds.ends(wanted)
        ways = np.array([people for people, _ in self._those_that_fit()]).reshape(-1, self.kinds.count)
        return (ways @ least).min(initial=inf), (ways @ greatest).max(initial=-inf)

    @cached_property
    def _span(self) -> np.ndarray:
        """Give an orthonormal basis of the sums that follow from the exact ones by adding and subtracting; array (kinds, directions)."""
        low, high = self._between
        exact = self._sums[:, self.kinds.first][low == high].toarray()
        sizes, mixes = np.linalg.eigh(exact @ exact.T)
        held = sizes > CLOSE * sizes.max(initial=1.0)
        return exact.T @ mixes[:, held] / np.sqrt(sizes[held])

    def settled(self, wanted: np.ndarray) -> float | None:
        """Give what a sum of cells is where equations alone leave it no choice; None where they do.

        A direction too few is no harm: then less is said to be settled.
        """
        least, greatest = self.kinds.ends(wanted)
        found = next((people for people, _ in self._those_that_fit()), None)
        if found is None or len(self.told) > MOST_EQUATIONS or (least != greatest).any():
            return None
        left_over = greatest - self._span @ (greatest @ self._span)
        return float(greatest @ found) if np.abs(left_over).max(initial=0) < CLOSE else None

    def closing(self, wanted: np.ndarray) -> list[Sum]:
        """Give the sums that keep the ends of a sum where they are, those that say that nobody is somewhere among them."""
        kinds = self._kinds_of(np.ones(self.size, dtype=bool))
        every = Programme(csr_array(self._sums[:, kinds.first]), *self._between)
        ends = (every.end(kinds.ends(wanted)[int(greatest)], greatest=greatest) for greatest in (True, False))
        return [self.told[place] for place in sorted({int(place) for end in ends for place in end.binding})]

    def fits(self) -> bool:
        """Say whether there are people of whom all of it is true."""
        try:
            return not self.told or bool(self.end(np.zeros(self.size), greatest=True))
        except ContradictionError:
            return False

    def draw(self) -> None:
        """Draw some ways that fit, to see at once which sums are open."""
        rng = np.random.default_rng(0)
        for turn in range(DRAWN if self.told and self.kinds.count else 0):
            self.end(rng.random(self.size) ** 4, greatest=bool(turn % 2))

    def is_seen_open(self, wanted: np.ndarray, bound: int, enough: int) -> bool:
        """Say whether ways found show that a number of people is open: that enough whole values fit, or so many people that enough do."""
        return (self.counts_only and self.ends(wanted)[1] >= bound + enough - 2) or len(self.values(wanted, enough)) >= enough

    def range_of(self, wanted: np.ndarray, bound: int, enough: int) -> Range:
        """Find what a number of people can be, as far as it matters.

        Parameters
        ----------
        wanted : array (cells,)
        bound : int
            Numbers from this on need no protection.
        enough : int
            Whole values that must fit.

        Returns
        -------
        Range
            Without its least end where the greatest says that nothing small is known.
        """
        if not (self.kinds.ends(wanted)[1] > 0).any():
            return Range(0, 0)
        if self.is_seen_open(wanted, bound, enough):
            return Range(-inf, inf, frozenset(range(enough)))
        top = self.end(wanted, greatest=True)
        greatest = inf if top.value == inf else floor(top.value + CLOSE)
        if greatest < 1 or self.is_seen_open(wanted, bound, enough):
            return Range(-inf, greatest, frozenset(range(enough)))
        bottom = self.end(wanted, greatest=False)
        least = ceil(bottom.value - CLOSE)
        fit = int(min(greatest - least + 1, enough))
        if least >= bound or fit < enough or self.counts_only:
            return Range(least, greatest, frozenset(range(least, least + fit)))
        return Range(least, greatest, self._found(wanted, least, min(greatest, least + TRIED), enough))

    def _found(self, wanted: np.ndarray, low: float, high: float, enough: int) -> frozenset[int]:
        """Seek whole people for values between two ends, beside those found already, until enough are found."""
        least, greatest = self.kinds.ends(wanted)
        values = self.values(wanted, enough)
        if self.kinds.count > MOST_KINDS:
            return frozenset(values)
        ends = [low - 1, *sorted(value for value in values if low <= value <= high), high + 1]
        between = [(one + 1, other - 1) for one, other in pairwise(ends) if other - one > 1]
        while between and len(values) < enough and self._ways.may_seek():
            first, last = between.pop()
            people = self._sought(least, greatest, first, last)
            if people is not None:
                self._keep(people)
                value = min(max(ceil(float(people @ least) - CLOSE), first), last)
                values |= self.values(wanted, enough) | {int(value)}
                between += [(one, other) for one, other in ((first, value - 1), (value + 1, last)) if one <= other]
        return frozenset(values)

    def _sought(self, least: np.ndarray, greatest: np.ndarray, first: float, last: float) -> np.ndarray | None:
        """Seek whole people of whom a sum can be a value between two: near some that fit all else, the people of few parts moved."""
        fitting = [people for people, is_whole in self._those_that_fit() if is_whole]
        if not fitting:
            return self._programme.whole(least, greatest, first, last)
        near = min(fitting, key=lambda people: max(first - people @ greatest, people @ least - last))
        parts = self.kinds.first % self.parts
        asked = np.isin(np.arange(self.parts), parts[greatest > 0])
        order = np.lexsort((-np.bincount(parts, near, self.parts), ~asked))
        sizes = np.bincount(parts, minlength=self.parts)[order]
        moved = order[np.cumsum(sizes) <= max(FREE, sizes[: asked.sum()].sum())]
        return self._programme.whole(least, greatest, first, last, Near(near, np.isin(parts, moved)))

    def width_of(self, wanted: np.ndarray) -> float:
        """Give how far apart the least and greatest value of a sum are."""
        top, bottom = (self.end(wanted, greatest=greatest).value for greatest in (True, False))
        return top - bottom
