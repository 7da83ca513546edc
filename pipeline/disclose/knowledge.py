"""What a reader knows of a world, and what a sum of its cells can be after that."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import ceil, floor, inf

import numpy as np
from scipy.sparse import csr_array

from pipeline.disclose.programme import ContradictionError, End, Near, Programme
from pipeline.disclose.told import Statement
from pipeline.disclose.ways import CLOSE, Kinds, Ways

DRAWN = 6
"""Ways to fit everything that are drawn before any sum is asked for."""
MOST_KINDS = 300
"""Whole people are not sought among more kinds of cells than this: what is not seen open is taken to be closed."""
MOST_EQUATIONS = 1000
"""With more sums than this it is not reckoned which others follow from them: each is asked of the programme."""
FREE = 110
"""Kinds of cells between which people are moved to find others who fit."""
TRIED = 100
"""Among so many values, from the least, whole people are sought; others need not be looked at."""
Sum = tuple[Statement, ...]
"""Everything that tells one sum of cells."""


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

    def __init__(self, told: tuple[Sum, ...], size: int, *, whole: bool = True, parts: int = 1) -> None:
        """Bring sums together."""
        self.told, self.size, self.whole, self.parts = told, size, whole, parts
        self._first, self._places = self, np.arange(len(told))
        self._fitting = (0, np.zeros(0, dtype=bool))
        """How many ways had been added, and which of those kept fitted then."""

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
        """Keep some sums, with the places that they had at first, so that ways found before may serve."""
        places = [place for place, same in enumerate(told) if same]
        part = Statements(tuple(told[place] for place in places), self.size, whole=whole, parts=self.parts)
        part._first, part._places = self._first, self._places[places]
        return part

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
        return Kinds.of(self._sums, self._sums.T @ nobody == 0)

    @cached_property
    def _programme(self) -> Programme:
        return Programme(csr_array(self._sums[:, self.kinds.first]), *self._between)

    @cached_property
    def _finest(self) -> Kinds:
        """Tell the kinds of all cells by all that was known at first: by these, ways and ends are kept and asked."""
        first = self._first
        return Kinds.of(first._sums, np.ones(self.size, dtype=bool)) if first is self else first._finest

    @cached_property
    def _model(self) -> tuple[Programme, Ways]:
        first = self._first
        if first is not self:
            return first._model
        by_kinds = csr_array(self._sums[:, self._finest.first])
        return Programme(by_kinds, *self._between), Ways(by_kinds, *self._between)

    @cached_property
    def _bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """Give what each of the sums known at first lies between, as far as it is known."""
        low, high = np.full(len(self._first.told), -inf), np.full(len(self._first.told), inf)
        low[self._places], high[self._places] = self._between
        return low, high

    def end(self, wanted: np.ndarray, *, greatest: bool) -> End:
        """Find one end of what a sum of cells can be; the way to it is kept."""
        programme, ways = self._model
        programme.bound(*self._bounds)
        found = programme.end(self.kinds.ends_in(self._finest, wanted)[int(greatest)], greatest=greatest)
        if found.value != inf:
            ways.add(found.people)
        return found

    def _keep(self, people: np.ndarray) -> None:
        """Keep a way, from the people of each kind."""
        finest = np.zeros(self._finest.count)
        finest[self._finest.of_cell[self.kinds.first]] = people
        self._model[1].add(finest)

    def _those_that_fit(self) -> np.ndarray:
        """Mark the ways that fit; array of bool (ways,)."""
        _, ways = self._model
        if self._fitting[0] != ways.added:
            self._fitting = ways.added, ways.fitting(self._places)
        return self._fitting[1]

    def _found_ends(self, wanted: np.ndarray, fit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give the least and the most that a sum of cells is in each of some ways; arrays (ways,)."""
        people = self._model[1].people[: len(fit)]
        least, greatest = self.kinds.ends_in(self._finest, wanted)
        asked = np.flatnonzero((least != 0) | (greatest != 0))
        inside = people[np.ix_(fit, asked)]
        return inside @ least[asked], inside @ greatest[asked]

    def values(self, wanted: np.ndarray, enough: int) -> set[int]:
        """Give whole values that a sum of cells has in some way found; not all of them once there are enough."""
        fit, found = self._those_that_fit(), set[int]()
        least, greatest = self._found_ends(wanted, fit & self._model[1].is_whole[: len(fit)])
        for low, high in set(zip(np.ceil(least - CLOSE), np.floor(greatest + CLOSE), strict=True)):
            found.update(range(int(low), min(int(high), int(low) + enough) + 1))
            if len(found) >= enough:
                break
        return found

    def ends(self, wanted: np.ndarray) -> tuple[float, float]:
        """Give the least and the most that a sum of cells is in any way found."""
        least, greatest = self._found_ends(wanted, self._those_that_fit())
        return least.min(initial=inf), greatest.max(initial=-inf)

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
        if not self._those_that_fit().any() or len(self.told) > MOST_EQUATIONS or (least != greatest).any():
            return None
        asked = np.flatnonzero(greatest)
        follows = greatest[asked] @ self._span[asked]
        if (greatest**2).sum() - (follows**2).sum() > CLOSE or np.abs(greatest - self._span @ follows).max(initial=0) > CLOSE:
            return None
        return self.ends(wanted)[1]

    def closing(self, wanted: np.ndarray) -> list[Sum]:
        """Give the sums that keep the ends of a sum where they are, those that say that nobody is somewhere among them."""
        binding = np.concatenate([self.end(wanted, greatest=greatest).binding for greatest in (True, False)])
        return [self.told[place] for place in np.flatnonzero(np.isin(self._places, binding))]

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
        while between and len(values) < enough and self._model[1].may_seek():
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
        ways, fit = self._model[1], self._those_that_fit()
        whole = np.flatnonzero(fit & ways.is_whole[: len(fit)])
        if not len(whole):
            return self._programme.whole(least, greatest, first, last)
        fitting = [self.kinds.people(self._finest, ways.people[place]) for place in whole]
        near = min(fitting, key=lambda people: max(first - people @ greatest, people @ least - last))
        parts = self.kinds.first % self.parts
        asked = np.isin(np.arange(self.parts), parts[greatest > 0])
        order = np.lexsort((-np.bincount(parts, near, self.parts), ~asked))
        sizes = np.bincount(parts, minlength=self.parts)[order]
        few = np.isin(parts, order[np.cumsum(sizes) <= max(FREE, sizes[: asked.sum()].sum())])
        every = [np.ones_like(few)] if not few.all() else []
        found = (self._programme.whole(least, greatest, first, last, Near(near, moved)) for moved in (few, *every))
        return next((people for people in found if people is not None), None)

    def width_of(self, wanted: np.ndarray) -> float:
        """Give how far apart the least and greatest value of a sum are."""
        top, bottom = (self.end(wanted, greatest=greatest).value for greatest in (True, False))
        return top - bottom
