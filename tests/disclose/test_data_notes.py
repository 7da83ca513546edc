"""Findings of cleaning that a report tells: which, and how exactly."""

import pandas as pd
import pytest

from pipeline.disclose.data_notes import TOLD, data_notes
from pipeline.disclose.policy import Policy
from pipeline.tables.frames import table_of
from pipeline.tables.glossary import CLEANING_LOG


def log(**findings: int) -> pd.DataFrame:
    lines = [{"study": "s", "source": "after", "subject": "day", "finding": name, "detail": "", "n": n} for name, n in findings.items()]
    return table_of(CLEANING_LOG, lines)


def test_how_cells_were_written_is_not_told(policy: Policy) -> None:
    assert data_notes(policy, log(trimmed=7, case_ignored=9, detected=4, personal_number=5)) == []


def test_findings_come_in_one_order_whatever_that_of_the_log(policy: Policy) -> None:
    told = data_notes(policy, log(**dict.fromkeys(reversed(TOLD), 12)))
    assert [note["finding"] for note in told] == list(TOLD)
    assert {note["n"] for note in told} == {12}


@pytest.mark.parametrize(("count", "told"), [(1, {"at_most": 3}), (2, {"at_most": 3}), (3, {"at_most": 3}), (4, {"n": 4})])
def test_of_few_people_as_many_numbers_stay_open_as_the_smallest_cell(policy: Policy, count: int, told: dict[str, int]) -> None:
    [note] = data_notes(policy, log(backward_in_time=count))
    assert note == {"source": "after", "subject": "day", "finding": "backward_in_time"} | told


def test_what_is_empty_is_told_as_nothing(policy: Policy) -> None:
    assert [note["n"] for note in data_notes(policy, log(no_rows=0, nobody_answered=0))] == [0, 0]


def test_without_a_threshold_every_number_is_told() -> None:
    [note] = data_notes(Policy(base=1, cell=1), log(contradiction=1))
    assert note["n"] == 1
