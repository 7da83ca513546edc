"""Transition tables: the range of a hidden cell is exact, and a layout leaves every small cell open."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from pipeline.disclose.blocks import Blocks, merge_answers
from pipeline.disclose.intervals import Hidden, room
from pipeline.disclose.policy import Policy
from pipeline.disclose.transitions import Counts, Layout, Transition, choose_layout
from tests.disclose.attack import NOTHING, Reader

CLASSES = ("none", "workplace", "occupation", "double")
APART = tuple((one,) for one in CLASSES)
LEVELS = ("group=participant", "group=control", "all")


def range_by_programme(table: Hidden, cell: tuple[int, int]) -> float:
    """Give the range of a hidden cell beside all row and column totals, by scipy."""
    places = [tuple(place) for place in np.argwhere(table.mask)]
    lines = [(axis, place) for axis in (0, 1) for place in range(table.counts.shape[axis])]
    matrix = np.array([[float(one[axis] == place) for one in places] for axis, place in lines])
    totals = np.array([sum(table.counts[one] for one in places if one[axis] == place) for axis, place in lines])
    cost = np.array([float(one == cell) for one in places])
    least, greatest = (linprog(sign * cost, A_eq=matrix, b_eq=totals, bounds=(0, None)).fun * sign for sign in (1, -1))
    return round(greatest - least)


@pytest.mark.parametrize("seed", range(200))
def test_the_range_of_a_hidden_cell_is_the_one_of_a_linear_programme(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = Hidden(rng.poisson(2, (4, 4)), rng.random((4, 4)) < 0.6)
    table.mask[0, 0] = True
    assert room(table, (0, 0), 1000) == range_by_programme(table, (0, 0))


def test_a_cell_hidden_alone_in_its_row_can_be_computed() -> None:
    assert room(Hidden(np.array([[1, 5], [4, 6]]), np.array([[True, False], [True, True]])), (0, 0), 9) == 0


def counts_of(people: np.ndarray) -> Counts:
    """Take people by class before and after; the last row and column are those without a class."""
    return Counts(people[:-1, :-1], people[:-1].sum(axis=1), people[:, :-1].sum(axis=0))


def random_table(seed: int, size: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    pull = 1 + 12 * np.eye(size + 1) * rng.random()
    weights = pull * rng.gamma(0.7, 1.0, (size + 1, size + 1))
    tables = {
        level: rng.multinomial(rng.integers(20, 160), (weights / weights.sum()).ravel()).reshape(weights.shape) for level in LEVELS[:2]
    }
    return {**tables, "all": tables[LEVELS[0]] + tables[LEVELS[1]]}


def merged_waves(tables: dict[str, np.ndarray], policy: Policy) -> list[Blocks | None]:
    """Merge each wave's own table, as it would be."""
    counts = [{level: getattr(counts_of(people), wave) for level, people in tables.items()} for wave in ("before", "after")]
    return [merge_answers(pd.DataFrame(one, index=list(CLASSES)), [CLASSES], True, policy) for one in counts]


def laid_out(tables: dict[str, np.ndarray], policy: Policy) -> Layout | None:
    before, after = merged_waves(tables, policy)
    if before is None or after is None:
        return None
    levels = {level: counts_of(people) for level, people in tables.items()}
    return choose_layout(Transition(CLASSES, levels, (before, after), frozenset(), ordered=True), policy)


def read_layout(tables: dict[str, np.ndarray], layout: Layout, waves: list[Blocks]) -> Reader:
    """Put down what a reader of this layout, and of each wave's own table, knows."""
    reader = Reader()
    axis = (*CLASSES, NOTHING)
    for level, people in tables.items():
        levels = LEVELS[:2] if level == "all" else (level,)
        for block in waves[0]:
            reader.know(product(block, axis, levels), sum(people[CLASSES.index(code)].sum() for code in block))
        for block in waves[1]:
            reader.know(product(axis, block, levels), sum(people[:, CLASSES.index(code)].sum() for code in block))
        for (row, rows), (column, columns) in product(enumerate(layout.rows), enumerate(layout.columns)):
            inside = np.ix_([CLASSES.index(code) for code in rows], [CLASSES.index(code) for code in columns])
            if (row, column) not in layout.hidden:
                reader.know(product(rows, columns, levels), people[inside].sum())
        for rows in layout.rows:
            reader.know(product(rows, CLASSES, levels), people[[CLASSES.index(code) for code in rows], :-1].sum())
    return reader


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(200))
def test_no_small_cell_of_a_random_transition_can_be_worked_out(seed: int, policy: Policy) -> None:
    tables = random_table(seed, len(CLASSES))
    layout = laid_out(tables, policy)
    if layout is None:
        return
    reader = read_layout(tables, layout, merged_waves(tables, policy))
    axis = (*CLASSES, NOTHING)
    for level, (row, before), (column, after) in product(LEVELS[:2], enumerate(axis), enumerate(axis)):
        if (before, after) != (NOTHING, NOTHING) and policy.is_small_cell(tables[level][row, column]):
            assert reader.range_of((before, after, level)) >= policy.cell


def test_a_table_with_enough_people_in_every_cell_is_shown_whole(policy: Policy) -> None:
    full = np.full((5, 5), 4)
    assert laid_out(dict.fromkeys(LEVELS, full), policy) == Layout(APART, APART, frozenset(), frozenset(LEVELS))


def test_a_row_of_fewer_than_six_people_is_merged(policy: Policy) -> None:
    people = np.full((5, 5), 4)
    people[1, :-1] = [0, 0, 0, 5]
    layout = laid_out(dict.fromkeys(LEVELS, people), policy)
    assert layout is not None
    assert ("workplace",) not in layout.rows


def test_a_table_in_which_nearly_nobody_moves_is_withheld(policy: Policy) -> None:
    people = np.diag([30, 1, 1, 20, 0])
    people[0, 3] = 1
    assert laid_out(dict.fromkeys(LEVELS, people), policy) is None


def test_few_people_lost_after_the_first_wave_are_not_told_by_class(policy: Policy) -> None:
    people = np.full((5, 5), 4)
    people[:-1, -1] = [1, 1, 1, 9]
    layout = laid_out(dict.fromkeys(LEVELS, people), policy)
    assert layout is not None
    lost = [sum(people[CLASSES.index(code), -1] for code in block) for block in layout.rows]
    assert all(one == 0 or one >= policy.cell for one in lost)


def test_many_classes_are_merged_into_a_few_runs(policy: Policy) -> None:
    """Thirty classes can be divided in half a thousand million ways; a few coarse ones are tried."""
    classes = tuple(f"{place:02}" for place in range(30))
    counts = counts_of(np.ones((31, 31), dtype=int))
    apart = tuple((one,) for one in classes)
    layout = choose_layout(Transition(classes, dict.fromkeys(LEVELS, counts), (apart, apart), frozenset(), ordered=True), policy)
    assert layout is not None
    assert len(layout.rows) == len(layout.columns) == 6
