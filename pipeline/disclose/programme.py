"""A linear programme: the least and greatest number of people that fit everything known.

The only place outside statistics where a solver is used: what a reader could work
out is asked of the same tool that the reader would take.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

NEGLIGIBLE = 1e-7


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


def compressed(sums: np.ndarray) -> Any:
    """Give the same array in the form that a solver takes: most weights are 0."""
    return csr_array(sums)


def end_of(sums: Any, numbers: np.ndarray, wanted: np.ndarray, *, greatest: bool) -> End:
    """Find the least or greatest value of a sum of cells, none of them negative.

    Parameters
    ----------
    sums : sparse array (equations, cells)
        Weight of each cell in each known sum.
    numbers : array (equations,)
        The known sums.
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
    sign = -1.0 if greatest else 1.0
    found = linprog(sign * wanted, A_eq=sums, b_eq=numbers, bounds=(0, None), method="highs", options={"presolve": False})
    if found.status == 3:
        return End(np.inf, np.zeros(len(wanted)), np.array([], dtype=int))
    if found.status != 0:
        raise ContradictionError(f"released numbers contradict each other: {found.message}")
    return End(sign * found.fun, found.x, np.flatnonzero(np.abs(found.eqlin.marginals) > NEGLIGIBLE))
