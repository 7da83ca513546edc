"""Merging answers: every block hides its answers, and nothing is merged without need."""

import numpy as np
import pandas as pd
import pytest

from pipeline.disclose.blocks import all_partitions, merge_answers, ordered_partitions, parts_of
from pipeline.disclose.policy import Policy


def counts(**columns: list[int]) -> pd.DataFrame:
    size = len(next(iter(columns.values())))
    return pd.DataFrame(columns, index=[str(number) for number in range(1, size + 1)], dtype="float64")


def test_answers_with_enough_people_are_not_merged(policy: Policy) -> None:
    assert merge_answers(counts(participant=[3, 4, 0], control=[5, 3, 9]), [("1", "2", "3")], True, policy) == (("1",), ("2",), ("3",))


def test_a_rare_answer_of_a_rating_joins_its_smaller_neighbour(policy: Policy) -> None:
    table = counts(participant=[9, 1, 4, 8])
    assert merge_answers(table, [("1", "2", "3", "4")], True, policy) == (("1",), ("2", "3"), ("4",))


def test_a_rare_answer_without_order_joins_the_rarest_other(policy: Policy) -> None:
    table = counts(participant=[9, 1, 8, 3])
    assert merge_answers(table, [("1", "2", "3", "4")], False, policy) == (("1",), ("2", "4"), ("3",))


def test_a_rare_answer_in_one_group_is_merged_for_all_groups(policy: Policy) -> None:
    table = counts(participant=[9, 1, 8], control=[9, 20, 8], all=[18, 21, 16])
    assert merge_answers(table, [("1", "2", "3")], True, policy) == (("1",), ("2", "3"))


def test_answers_are_not_merged_across_a_known_total(policy: Policy) -> None:
    table = counts(participant=[9, 1, 9, 9])
    assert merge_answers(table, [("1", "2"), ("3", "4")], True, policy) == (("1", "2"), ("3",), ("4",))


def test_a_table_is_withheld_when_a_known_total_is_small(policy: Policy) -> None:
    assert merge_answers(counts(participant=[9, 1, 1]), [("1",), ("2", "3")], True, policy) is None


def test_a_table_of_two_answers_with_a_rare_one_is_withheld(policy: Policy) -> None:
    assert merge_answers(counts(participant=[9, 2]), [("1", "2")], False, policy) is None


def test_an_answer_nobody_gave_may_be_shown(policy: Policy) -> None:
    assert merge_answers(counts(participant=[9, 0]), [("1", "2")], False, policy) == (("1",), ("2",))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(200))
@pytest.mark.parametrize("ordered", [True, False])
def test_every_block_of_a_random_table_hides_what_is_small(seed: int, ordered: bool, policy: Policy) -> None:
    rng = np.random.default_rng(seed)
    table = counts(participant=list(rng.poisson(3, 6)), control=list(rng.poisson(5, 6)))
    table["all"] = table.sum(axis="columns")
    blocks = merge_answers(table, [tuple(table.index)], ordered, policy)
    if blocks is None:
        return
    assert sorted(code for block in blocks for code in block) == list(table.index)
    for block in blocks:
        totals = table.loc[list(block)].sum()
        assert not ((totals > 0) & (totals < policy.cell)).any()
        assert not ordered or list(block) == [str(number) for number in range(int(block[0]), int(block[0]) + len(block))]


def test_parts_follow_from_the_sets_they_are_in() -> None:
    assert parts_of("abcd", [frozenset("ab"), frozenset("abc")]) == [("a", "b"), ("c",), ("d",)]


def test_four_classes_divide_in_eight_ways_in_order_and_fifteen_without() -> None:
    assert (len(list(ordered_partitions("abcd"))), len(list(all_partitions("abcd")))) == (2**3, 15)
