"""Whole-number equations about kinds of people, and which counts fit them.

Unknown is how many people there are of each kind: whole numbers from 0. Known are
sums, ``low <= weights . counts <= high``. A linear programme would also take half
people; here only whole ones count. ``find`` gives solutions one by one and keeps
them, so that what was found for one question answers the next.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, vstack

SLACK = 1e-6
"""How far a solver may miss an equation; true sums are whole numbers, or parts of them by how many items a mean has."""
STEP = 0.01
"""Sums of people are apart by whole numbers, or by parts of them, of which none is smaller."""
NODES, SECONDS = 1000, 2.0
"""Branches that a search tries before it gives up: a number that does not depend on how busy the machine is."""
BETWEEN = 0.25
"""How far beside a whole number a sum of whole numbers may be sought."""
ROUNDED = 1e-9
"""Part of a large number that its computation may be off by."""
NEAR = 3
"""How far from known counts other ones are looked for first."""
INFEASIBLE = 2
MOST = 10_000.0
"""People of one kind, where nothing says how many there can be."""


class Undecided(Exception):
    """The search for whole numbers ended without an answer."""


@dataclass(frozen=True)
class Equation:
    """A released number as a sum of people, with what it stands for."""

    weights: np.ndarray
    low: float
    high: float
    source: str

    @classmethod
    def of(cls, weights: np.ndarray, low: float, high: float, source: str = "") -> "Equation":
        """Round ends to whole numbers where the sum is one."""
        weights = np.asarray(weights, dtype="float64")
        if (weights == np.round(weights)).all():
            low, high = np.ceil(low - SLACK - ROUNDED * abs(low)), np.floor(high + SLACK + ROUNDED * abs(high))
        return cls(weights, float(low), float(high), source)

    def sought(self) -> tuple[float, float]:
        """Give a solver room where no other whole number lies: it stumbles over ends that meet."""
        room = BETWEEN if (self.weights == np.round(self.weights)).all() else SLACK
        return self.low - room, self.high + room


@dataclass
class Equations:
    """What is known of the counts of some kinds of people."""

    size: int
    known: list[Equation] = field(default_factory=list)
    solutions: list[np.ndarray] = field(default_factory=list)
    """Whole counts that fit all that is known."""

    def add(self, weights: np.ndarray, low: float, high: float, source: str) -> None:
        """Put down that a weighted sum of people lies between two ends."""
        self.known.append(Equation.of(weights, low, high, source))

    def unmet(self, counts: np.ndarray) -> list[str]:
        """Give what would be wrong if these were the counts."""
        sums = [(one, float(one.weights @ counts)) for one in self.known]
        return [
            f"{one.source}: {total:.6g} not in [{one.low:.6g}, {one.high:.6g}]"
            for one, total in sums
            if not one.low - SLACK <= total <= one.high + SLACK
        ]

    def values(self, weights: np.ndarray, enough: int) -> set[float]:
        """Give values of a sum of people that fit: all of them, or ``enough``."""
        while len(seen := self._seen(weights)) < enough and (self.find(weights, max(seen) + STEP) or self.find(-weights, STEP - min(seen))):
            pass
        between = [value for value in np.arange(min(seen) + 1, max(seen)) if value not in seen]
        while between and len(seen := self._seen(weights)) < enough:
            self.find(weights, value := between.pop(), value)
        return self._seen(weights)

    @cached_property
    def sets(self) -> np.ndarray:
        """Number the kinds of people so that those that nothing known tells apart have one number."""
        return np.unique(np.array([one.weights for one in self.known]), axis=1, return_inverse=True)[1].ravel()

    def ends(self) -> np.ndarray:
        """Give the least and the most people of each kind, (kinds, 2)."""
        return np.array([self.ends_of(kind) for kind in np.eye(self.size)])

    def ends_of(self, weights: np.ndarray) -> tuple[float, float]:
        """Give the least and the greatest value of a sum of people."""
        self.find(weights, 0, cost=weights)
        self.find(weights, 0, cost=-weights)
        return min(self._seen(weights)), max(self._seen(weights))

    def _seen(self, weights: np.ndarray) -> set[float]:
        return {round(float(weights @ one), 6) for one in self.solutions}

    def find(self, weights: np.ndarray, low: float, high: float = np.inf, cost: np.ndarray | None = None) -> bool:
        """Look for counts whose sum lies between two ends, of least cost, and keep them; say whether there are any.

        What fits is often near what is known to fit, and sooner found there.
        """
        inside = [*self._constraints, LinearConstraint(weights[None, :], *Equation.of(weights, low, high).sought())]
        if cost is None and self.solutions:
            known = self.solutions[-1]
            with suppress(Undecided):
                if self._keep(inside, np.zeros(self.size), Bounds(np.maximum(known - NEAR, 0), known + NEAR)):
                    return True
        return self._keep(inside, np.zeros(self.size) if cost is None else cost, Bounds(0, self._most))

    def _keep(self, inside: list[LinearConstraint], cost: np.ndarray, bounds: Bounds) -> bool:
        limits = {"node_limit": NODES, "time_limit": SECONDS, "presolve": False}
        found = milp(cost, constraints=inside, integrality=np.ones(self.size), bounds=bounds, options=limits)
        if found.x is None:
            if found.status == INFEASIBLE:
                return False
            raise Undecided(found.message)
        counts = np.round(found.x)
        if missed := self.unmet(counts):
            raise Undecided(f"whole numbers that miss {missed[0]}")
        self.solutions.append(counts)
        return True

    @cached_property
    def _most(self) -> np.ndarray:
        """Give how many there can be of each kind, as far as single equations say."""
        most = np.full(self.size, MOST)
        for one in self.known:
            if (one.weights >= 0).all():
                inside = one.weights > 0
                most[inside] = np.minimum(most[inside], np.floor((one.high + SLACK) / one.weights[inside]))
        return most

    @cached_property
    def _constraints(self) -> list[LinearConstraint]:
        """Give everything known, each thing once; nothing may be added after the first question."""
        once = {(one.weights.tobytes(), one.low, one.high): one for one in self.known}.values()
        if not once:
            return []
        low, high = np.array([one.sought() for one in once]).T
        return [LinearConstraint(vstack([csr_array(one.weights[None, :]) for one in once]), low, high)]


def pinning(equations: Equations, truth: np.ndarray, weights: np.ndarray, enough: int) -> list[str]:
    """Give the released numbers that together leave fewer than ``enough`` values of a sum; without any one of them there are more."""
    kept = list({(one.weights.tobytes(), one.low, one.high): one for one in equations.known}.values())
    for left_out in (*_by_kind(kept), *([one] for one in kept)):
        fewer = [one for one in kept if not any(one is other for other in left_out)]
        with suppress(Undecided):
            if len(fewer) < len(kept) and len(Equations(equations.size, fewer, [truth]).values(weights, enough)) < enough:
                kept = fewer
    return [one.source for one in kept]


def _by_kind(known: list[Equation]) -> list[list[Equation]]:
    """Sort equations by the table or analysis that they come from, so that many can be left out at once; numbers of people last."""
    kinds: dict[str, list[Equation]] = {}
    for one in known:
        kinds.setdefault(" ".join(one.source.split()[:3]), []).append(one)
    return [kinds[kind] for kind in sorted(kinds, key=lambda kind: kind.startswith("flow"))]
