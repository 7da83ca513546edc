"""What a reader can work out from sums of people."""

import numpy as np
import pytest

from pipeline.disclose.knowledge import Range, Statements, Ways
from pipeline.disclose.policy import Policy
from pipeline.disclose.told import Statement


def told(*sums: tuple[list[float], float]) -> list[Statement]:
    return [Statement(np.array(weights, dtype=float), number, (place,)) for place, (weights, number) in enumerate(sums)]


def range_of(statements: list[Statement], wanted: list[float], policy: Policy) -> Range:
    cells = np.array(wanted, dtype=float)
    return Statements.of(statements, len(wanted)).range_of(cells, policy, Ways())


def test_a_margin_minus_the_other_cells_is_the_last_one(policy: Policy) -> None:
    found = range_of(told(([1, 1, 1], 20), ([1, 1, 0], 19)), [0, 0, 1], policy)
    assert (found.least, found.greatest) == (20 - 19, 20 - 19)
    assert {one.rows for one in found.binding} == {(0,), (1,)}


def test_two_unknown_cells_share_what_is_left(policy: Policy) -> None:
    found = range_of(told(([1, 1, 1], 20), ([1, 0, 0], 17)), [0, 1, 0], policy)
    assert (found.least, found.greatest) == (0, 20 - 17)


def test_where_many_are_possible_the_least_is_not_asked_for(policy: Policy) -> None:
    assert range_of(told(([1, 1], 20)), [1, 0], policy) == Range(-np.inf, 20)


def test_a_cell_of_a_sum_of_nobody_is_empty_without_a_search(policy: Policy) -> None:
    assert range_of(told(([1, 1, 0], 0), ([1, 1, 1], 20)), [1, 0, 0], policy) == Range(0, 0)


def test_numbers_that_contradict_each_other_are_a_fault(policy: Policy) -> None:
    with pytest.raises(ValueError, match="contradict"):
        range_of(told(([1, 1], 5), ([1, 0], 6)), [0, 1], policy)


def test_the_same_sum_told_twice_is_forgotten_with_both(policy: Policy) -> None:
    one, other = told(([1.0, 1.0], 5), ([1.0, 1.0], 5))
    knowledge = Statements.of([one, other], 2)
    assert [statement.rows for statement in knowledge.statements] == [(0, 1)]
    table = Statement(one.weights, 5)
    assert [statement.rows for statement in Statements.of([one, table, other], 2).statements] == [()]


def test_cells_that_nothing_tells_apart_may_hold_each_other_s_people() -> None:
    ways = Ways()
    ways.add(np.array([0, 0, 1, -1]), np.array([7.0, 4.0]))
    assert ways.spread(np.array([1.0, 0, 0, 0])) == (0, 7)
    assert ways.spread(np.array([1.0, 1, 0, 0])) == (7, 7)
    assert ways.spread(np.array([1.0, 0, 1, 1])) == (4, 7 + 4)
    ways.add(np.array([0, 0, 1, -1]), np.array([10.0, 1.0]))
    assert ways.spread(np.array([0, 0, 1.0, 0])) == (1, 4)


def test_nothing_is_seen_before_a_way_is_found() -> None:
    assert Ways().spread(np.array([1.0])) == (0, 0)
