"""Counts that do not add up are refused."""

import pandas as pd
import pytest

from pipeline.tables.flow import check_flow, flow_faults
from pipeline.tables.frames import table_of
from pipeline.tables.glossary import FLOW

LINES = [
    ("count", "in_sample", {"all": 5, "a": 3, "b": 2}),
    ("loss", "no_answer", {"all": 2, "a": 1, "b": 1}),
    ("count", "answered", {"all": 3, "a": 2, "b": 1}),
]


def flow(lines: list) -> pd.DataFrame:
    rows = [
        {"study": "s", "unit": "person", "chain": "wave:t1", "step": step, "kind": kind, "node": node, "group": group, "n": number}
        for step, (kind, node, numbers) in enumerate(lines)
        for group, number in numbers.items()
    ]
    return table_of(FLOW, rows)


def test_a_flow_that_adds_up_has_no_faults() -> None:
    assert list(flow_faults(flow(LINES))) == []
    check_flow(flow(LINES))
    check_flow(flow([]))


def test_a_count_that_is_not_what_remains_is_a_fault() -> None:
    wrong = [*LINES[:2], ("count", "answered", {"all": 4, "a": 2, "b": 2})]
    with pytest.raises(ValueError, match=r"person wave:t1 all: answered is 4, but 3 remain"):
        check_flow(flow(wrong))


def test_groups_that_do_not_add_to_all_are_a_fault() -> None:
    wrong = [("count", "in_sample", {"all": 5, "a": 3, "b": 1})]
    assert list(flow_faults(flow(wrong))) == ["person wave:t1 step 0: groups add to 4, all is 5"]


def test_more_lost_than_there_were_is_a_fault() -> None:
    wrong = [("count", "in_sample", {"all": 1}), ("loss", "no_answer", {"all": 2}), ("count", "answered", {"all": -1})]
    assert list(flow_faults(flow(wrong))) == ["person wave:t1 all: has a negative number"]


@pytest.mark.parametrize("lines", [LINES[1:], LINES[:2]])
def test_a_chain_begins_and_ends_with_a_count(lines: list) -> None:
    with pytest.raises(ValueError, match="does not begin and end with a count"):
        check_flow(flow(lines))


def test_a_step_may_be_known_for_all_only() -> None:
    check_flow(flow([("count", "invited", {"all": 9}), ("loss", "not_answered", {"all": 4}), LINES[0]]))
