"""What a reader can work out from sums of people."""

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from pipeline.disclose.counts import TableKey
from pipeline.disclose.knowledge import Range, Statements
from pipeline.disclose.programme import ContradictionError
from pipeline.disclose.told import Statement
from pipeline.disclose.ways import Kinds, Ways

CELL = 3


def told(*sums: tuple[list[float], float]) -> list[Statement]:
    return [Statement.of(np.array(weights, dtype=float), number, (place,)) for place, (weights, number) in enumerate(sums)]


def range_of(statements: list[Statement], wanted: list[float]) -> Range:
    return Statements.of(statements, len(wanted)).range_of(np.array(wanted, dtype=float), CELL, CELL)


def is_open(statements: list[Statement], wanted: list[float]) -> bool:
    return range_of(statements, wanted).is_open(CELL, CELL)


def test_a_margin_minus_the_other_cells_is_the_last_one() -> None:
    statements, wanted = told(([1, 1, 1], 20), ([1, 1, 0], 18)), np.array([0.0, 0, 1])
    found = range_of(statements, [0, 0, 1])
    assert (found.least, found.greatest, found.is_open(CELL, CELL)) == (20 - 18, 20 - 18, False)
    closing = Statements.of(statements, 3).closing(wanted)
    assert {one.rows for same in closing for one in same} == {(0,), (1,)}


def test_that_nobody_is_elsewhere_closes_a_cell_as_well() -> None:
    statements = told(([1, 1, 1], 2), ([1, 0, 0], 0), ([0, 1, 0], 0))
    closing = Statements.of(statements, 3).closing(np.array([0.0, 0, 1]))
    assert {one.rows for same in closing for one in same} == {(0,), (1,), (2,)}


def test_two_unknown_cells_share_what_is_left() -> None:
    found = range_of(told(([1, 1, 1], 20), ([1, 0, 0], 17)), [0, 1, 0])
    assert found.greatest == 20 - 17
    assert found.is_open(CELL, CELL)
    assert not is_open(told(([1, 1, 1], 20), ([1, 0, 0], 19)), [0, 1, 0])


def test_what_nobody_can_be_in_is_no_secret() -> None:
    assert range_of(told(([1, 1, 0], 0), ([1, 1, 1], 20)), [1, 0, 0]) == Range(0, 0)
    assert is_open(told(([1, 1, 0], 0), ([1, 1, 1], 20)), [1, 0, 0])


@pytest.mark.parametrize("numbers", [(5, 6), (5, 4)])
def test_numbers_that_contradict_each_other_are_a_fault(numbers: tuple[int, int]) -> None:
    with pytest.raises(ContradictionError):
        range_of(told(([1, 1], numbers[0]), ([1, 0], numbers[1]), ([0, 1], 3)), [0, 1])


def test_one_sum_with_two_values_is_a_fault_of_ours() -> None:
    with pytest.raises(ContradictionError):
        range_of(told(([1, 1], 5), ([1, 1], 6)), [0, 1])


def test_a_sum_told_twice_is_known_until_both_are_forgotten() -> None:
    one, other = told(([1.0, 1.0], 5), ([1.0, 1.0], 5))
    knowledge = Statements.of([one, other], 2)
    assert [len(same) for same in knowledge.told] == [2]
    assert [len(same) for same in knowledge.without(lambda statement: None if statement is one else statement).told] == [1]
    assert knowledge.without(lambda _: None).told == ()


def test_a_table_can_tell_a_sum_too() -> None:
    key = TableKey("person", "calm", "t1")
    assert Statement.of(np.array([1.0, 0]), 4, (key,)).rows == (key,)


VALUES = np.array([1.0, 2, 3, 4, 5])


def moments(counts: list[int], deviation_off: float) -> list[Statement]:
    """Say n, the sum, and the sum of squares around the mean as a printed standard deviation gives it."""
    people = np.array(counts)
    n, mean = people.sum(), people @ VALUES / people.sum()
    squares = people @ (VALUES - mean) ** 2
    off = 2 * np.sqrt(squares / (n - 1)) * deviation_off * (n - 1)
    away = Statement.of((VALUES - mean) ** 2, squares, (2,), within=off + 1e-6)
    return [Statement.of(np.ones(5), n, (0,)), Statement.of(VALUES, float(people @ VALUES), (1,)), away]


@pytest.mark.parametrize(("counts", "fractions"), [([0, 5, 1, 0, 0], False), ([0, 0, 2, 6, 15], True)])
def test_whole_people_are_fewer_than_fractions_allow(counts: list[int], fractions: bool) -> None:
    small = np.eye(5)[int(np.flatnonzero(np.isin(counts, [1, 2]))[0])]
    knowledge = Statements.of(moments(counts, 0.0005), 5)
    assert (knowledge.width_of(small) > 1) == fractions
    assert not is_open(moments(counts, 0.0005), list(small))
    assert is_open(moments(counts, 0.0005)[:2], list(small))


def test_many_people_hide_behind_the_digits_that_are_printed() -> None:
    assert is_open(moments([2, 30, 200, 300, 250], 0.005), [1, 0, 0, 0, 0])


def test_values_that_fit_need_not_be_next_to_each_other() -> None:
    apart = told(([1, 1, 1], 8), ([0, 5, 1], 5))
    assert range_of([*apart, Statement.of(np.array([0.0, 0.3, 0]), 0.0, (9,), within=10)], [0, 1, 0]).values == {0, 1}


def test_cells_that_nothing_tells_apart_may_hold_each_other_s_people() -> None:
    knowledge = Statements.of(told(([1, 1, 0, 0], 7), ([0, 0, 1, 0], 4), ([0, 0, 0, 1], 0)), 4)
    knowledge.draw()
    assert knowledge.values(np.array([1.0, 0, 0, 0]), 99) == set(range(8))
    assert knowledge.values(np.array([1.0, 1, 0, 0]), 99) == {7}
    assert knowledge.values(np.array([1.0, 0, 1, 1]), 99) == set(range(4, 12))
    assert knowledge.ends(np.array([1.0, 0, 1, 0])) == (4, 11)


def test_people_of_a_kind_are_counted_wherever_in_it_a_way_put_them() -> None:
    kinds, finer = Kinds(np.array([0, 0, 1, -1])), Kinds(np.array([1, 0, 2, 3]))
    assert list(kinds.people(finer, np.array([2.0, 5, 4, 0]))) == [7, 4]
    assert [list(ends) for ends in kinds.ends_in(finer, np.array([3.0, 1, 2, 9]))] == [[1, 1, 2, 0], [3, 3, 2, 0]]


def test_of_many_ways_the_whole_ones_and_the_newest_are_kept() -> None:
    most = len(Ways(csr_array(np.ones((1, 2))), np.array([0.0]), np.array([1e6])).people)
    ways = Ways(csr_array(np.ones((1, 2))), np.array([0.0]), np.array([1e6]))
    ways.add(np.array([3.0, 4.0]))
    for number in range(most + 5):
        ways.add(np.array([number + 0.5, 1e7 * (number == most)]))
    assert ways.people[ways.is_whole].tolist() == [[3, 4]]
    assert ways.people[:, 0].max() == most + 4.5
    assert ways.fitting(np.array([0])).sum() == most - 1
    assert ways.fitting(np.array([], dtype=int)).all()


def test_nothing_is_seen_before_a_way_is_found() -> None:
    assert Statements.of(told(([1], 3)), 1).values(np.array([1.0]), CELL) == set()


def test_a_way_found_with_less_known_serves_with_more_known_only_where_it_fits() -> None:
    knowledge = Statements.of(told(([1, 1], 9), ([1, 0], 4)), 2)
    less = knowledge.only(lambda same: len(same[0].cells) == 2)
    first = np.array([1.0, 0])
    assert less.end(first, greatest=True).value == 9
    assert knowledge.ends(first) == (np.inf, -np.inf)
    assert knowledge.end(first, greatest=True).value == 4
    assert less.ends(first) == (0, 9)


def test_the_worked_table_of_the_privacy_page_is_open_only_as_it_says() -> None:
    rows = [
        line.strip("| ").split(" | ")
        for line in Path("docs/privacy.md").read_text().splitlines()
        if line.startswith(("| yes", "| no", "| unsure"))
    ]
    table = np.array([[int(cell.strip("*")) for cell in row[1:]] for row in rows])
    cells, everybody = table[:, :-1], table[:, -1]
    assert (cells.sum(axis=1) == everybody).all()
    small = tuple(np.argwhere(cells == 1)[0])
    hidden = {small, (0, 2), (2, 1), (2, 2)}

    def known(gone: set[tuple[int, ...]]) -> list[Statement]:
        marks = np.eye(9).reshape(9, 3, 3)
        said = [(marks[place].ravel(), cells.flat[place]) for place in range(9) if divmod(place, 3) not in gone]
        said += [(np.repeat(np.eye(3)[row], 3), everybody[row]) for row in range(3)]
        said += [(np.tile(np.eye(3)[column], 3), cells[:, column].sum()) for column in range(3)]
        return [Statement.of(weights, float(number), (place,)) for place, (weights, number) in enumerate(said)]

    wanted = list((np.arange(9) == small[0] * 3 + small[1]).astype(float))
    for fewer in (set(), {small}, {small, (0, 2)}, {small, (0, 2), (2, 1)}):
        assert not is_open(known(fewer), wanted)
    assert is_open(known(hidden), wanted)
    assert range_of(known(hidden), wanted).greatest == 6
