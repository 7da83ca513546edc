"""A programme: the least and greatest number of people that fit everything known, as fractions or as whole people.

The only place outside statistics where a solver is used: what a reader could work
out is asked of the same tool that the reader would take. With the numbers of
people taken as fractions an answer is quick, and what is closed then is closed;
what is open may still be closed for whole people, because sums of answers and of
their squares have few whole solutions.
"""

from dataclasses import dataclass
from functools import cached_property

import highspy
import numpy as np
from scipy.sparse import csr_array, vstack

NEGLIGIBLE = 1e-7
ROOM = 1e-6
"""Room for the rounding of floating point numbers."""
NODES = 50
"""Longest search for whole people, in branches; what is not found by then is taken not to be there, so that more is withheld."""
MOVED = 3
"""Most people of one cell that are moved to find others who fit: what is not found so is taken not to be there."""
STEPS = 20_000
"""After so many steps from the last solution, or where that leads to no answer, a question is asked anew from the start."""
ENDLESS = (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible)
OPTIONS = {"output_flag": False, "threads": 1, "mip_max_nodes": NODES, "random_seed": 0, "mip_heuristic_run_feasibility_jump": False}


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
class Near:
    """People who fit all but what is asked, and who of them are moved to find others.

    Attributes
    ----------
    people : array (cells,)
    moved : array of bool (cells,)
        Cells whose number may change.
    most : float
        By how many at most.
    """

    people: np.ndarray
    moved: np.ndarray
    most: float = MOVED


class Programme:
    """Sums of cells that lie between two numbers each; no cell holds less than nobody.

    One model is kept: every question changes only what is asked and what is known, and starts where the last one ended.
    """

    def __init__(self, sums: csr_array, low: np.ndarray, high: np.ndarray) -> None:
        """Take the weight of each cell in each sum, sparse array (sums, cells), and what each sum lies between, arrays (sums,)."""
        self.sums, self.low, self.high = sums, low, high

    @cached_property
    def _solver(self) -> highspy.Highs:
        return _solver(self.sums, self.low, self.high, whole=False)

    def bound(self, low: np.ndarray, high: np.ndarray) -> None:
        """Say anew what each sum lies between; infinity where it is not known."""
        changed = np.flatnonzero((low != self.low) | (high != self.high)).astype(np.int32)
        if len(changed):
            self._solver.changeRowsBounds(len(changed), changed, low[changed], high[changed])
            self.low, self.high = low, high

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
        solver, sign = self._solver, -1.0 if greatest else 1.0
        solver.changeColsCost(len(wanted), np.arange(len(wanted), dtype=np.int32), sign * wanted)
        solver.run()
        if solver.getModelStatus() not in (highspy.HighsModelStatus.kOptimal, *ENDLESS):
            solver.clearSolver()
            solver.run()
        status = solver.getModelStatus()
        if status in ENDLESS:
            return End(np.inf, np.zeros(len(wanted)), np.array([], dtype=int))
        if status != highspy.HighsModelStatus.kOptimal:
            raise ContradictionError(f"released numbers contradict each other: {solver.modelStatusToString(status)}")
        found = solver.getSolution()
        people = np.array(found.col_value)
        return End(float(people @ wanted), people, np.flatnonzero(np.abs(found.row_dual) > NEGLIGIBLE))

    def whole(self, least: np.ndarray, greatest: np.ndarray, first: float, last: float, near: "Near | None" = None) -> np.ndarray | None:
        """Find whole people of whom a sum of cells can be a value between two.

        Parameters
        ----------
        least, greatest : array (cells,)
            Weight of each cell in the sum at least and at most: cells that nothing tells apart
            are one, and may be wanted in part.
        first, last : float
        near : Near, optional
            Others are sought near these, which is quick.

        Returns
        -------
        array (cells,) or None
            None where there are none, or none was found in ``NODES`` branches.
        """
        cells = len(least)
        near = near or Near(np.zeros(cells), np.ones(cells, dtype=bool), np.inf)
        sums = csr_array(vstack([self.sums, csr_array(np.vstack([least, greatest]))]))
        low, high = _padded(sums, np.append(self.low, [-np.inf, first]), np.append(self.high, [last, np.inf]))
        fixed, free = sums @ np.where(near.moved, 0.0, near.people), near.people[near.moved]
        solver = _solver(sums[:, near.moved], low - fixed, high - fixed, whole=True)
        bounds = np.maximum(free - near.most, 0.0), free + near.most
        solver.changeColsBounds(len(free), np.arange(len(free), dtype=np.int32), *bounds)
        solver.run()
        if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        people = near.people.copy()
        people[near.moved] = np.round(solver.getSolution().col_value)
        return people


def _padded(sums: csr_array, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give whole sums of whole people room to both sides, which makes the search sure and quick and lets no other whole number in."""
    whole = np.array([np.array_equal(part, np.round(part)) for part in np.split(sums.data, sums.indptr[1:-1])])
    return np.where(whole, np.ceil(low - ROOM) - 0.25, low), np.where(whole, np.floor(high + ROOM) + 0.25, high)


def _solver(sums: csr_array, low: np.ndarray, high: np.ndarray, *, whole: bool) -> highspy.Highs:
    solver, model = highspy.Highs(), highspy.HighsLp()
    for name, value in (OPTIONS | ({} if whole else {"presolve": "off", "simplex_iteration_limit": STEPS})).items():
        solver.setOptionValue(name, value)
    rows, cells = sums.shape
    model.num_row_, model.num_col_ = rows, cells
    model.col_cost_, model.col_lower_, model.col_upper_ = np.zeros(cells), np.zeros(cells), np.full(cells, np.inf)
    model.row_lower_, model.row_upper_ = low, high
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = sums.indptr, sums.indices, sums.data
    if whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * cells
    solver.passModel(model)
    return solver
