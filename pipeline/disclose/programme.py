"""A programme: the least and greatest number of people that fit everything known, as fractions or as whole people.

The only place outside statistics where a solver is used: what a reader could work
out is asked of the same tool that the reader would take. With the numbers of
people taken as fractions an answer is quick, and what is closed then is closed;
what is open may still be closed for whole people, because sums of answers and of
their squares have few whole solutions.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, vstack

NEGLIGIBLE = 1e-7
SECONDS = 2.0
"""Longest search for whole people; what is not found by then is taken not to be there, so that more is withheld."""


class ContradictionError(ValueError):
    """Released numbers that no numbers of people fit: a fault of ours, never of a study."""


@dataclass(frozen=True)
class End:
    """One end of what a sum of cells can be.

    Attributes
    ----------
    value : float
        Infinity where nothing limits it.
    people : array (cells,)
        In each cell when it is reached.
    binding : array of int
        Numbers of the equations that keep it there.
    """

    value: float
    people: np.ndarray
    binding: np.ndarray


@dataclass(frozen=True)
class Programme:
    """Sums of cells that lie between two numbers each; no cell holds less than nobody.

    Attributes
    ----------
    sums : sparse array (sums, cells)
        Weight of each cell in each sum.
    low, high : array (sums,)
    """

    sums: csr_array
    low: np.ndarray
    high: np.ndarray

    def end(self, wanted: np.ndarray, *, greatest: bool) -> End:
        """Find the least or greatest value of a sum of cells, people taken as fractions.

        Parameters
        ----------
        wanted : array (cells,)
            Weight of each cell in what is asked.
        greatest : bool

        Returns
        -------
        End

        Raises
        ------
        ContradictionError
            When no numbers of people fit, or the solver cannot tell.
        """
        sign, exact = -1.0 if greatest else 1.0, self.low == self.high
        loose = np.flatnonzero(~exact)
        between = vstack([self.sums[loose], -self.sums[loose]]) if len(loose) else None
        found = linprog(
            sign * wanted,
            A_eq=self.sums[np.flatnonzero(exact)],
            b_eq=self.low[exact],
            A_ub=between,
            b_ub=np.concatenate([self.high[loose], -self.low[loose]]) if len(loose) else None,
            bounds=(0, None),
            method="highs",
            options={"presolve": False},
        )
        if found.status == 3:
            return End(np.inf, np.zeros(len(wanted)), np.array([], dtype=int))
        if found.status != 0:
            raise ContradictionError(f"released numbers contradict each other: {found.message}")
        prices = np.zeros(len(self.low))
        prices[exact] = np.abs(found.eqlin.marginals)
        if len(loose):
            prices[loose] = np.abs(found.ineqlin.marginals).reshape(2, -1).sum(axis=0)
        return End(sign * found.fun, found.x, np.flatnonzero(prices > NEGLIGIBLE))

    def whole(self, least: np.ndarray, greatest: np.ndarray, value: float) -> np.ndarray | None:
        """Find whole people of whom a sum of cells can be one value.

        Parameters
        ----------
        least, greatest : array (cells,)
            Weight of each cell in the sum at least and at most: cells that nothing tells apart
            are one, and may be wanted in part.
        value : float

        Returns
        -------
        array (cells,) or None
            None where there are none, or none was found in ``SECONDS``.
        """
        rows = csr_array(np.vstack([least, greatest]))
        sums = vstack([self.sums, rows])
        low, high = np.append(self.low, [-np.inf, value]), np.append(self.high, [value, np.inf])
        found = milp(
            np.zeros(len(least)),
            constraints=LinearConstraint(sums, low - NEGLIGIBLE, high + NEGLIGIBLE),
            integrality=np.ones(len(least)),
            bounds=Bounds(0, np.inf),
            options={"time_limit": SECONDS},
        )
        return None if found.x is None else np.round(found.x)
