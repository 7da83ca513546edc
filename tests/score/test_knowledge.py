"""Questions with a right answer: 'do not know' is not right, not answered is missing."""

import numpy as np
import pandas as pd
import pytest

from pipeline.score.rules import SCORING_RULES
from pipeline.spec.declaration import Measure
from pipeline.spec.declared import Text

NO = np.nan
LABEL = Text(sv="x", en="x")
RIGHT = {"a": "0_3", "b": "agencies", "c": "teams"}


def score(rule: str, rows: list[list], **keys) -> list[float]:
    items = pd.DataFrame(rows, columns=list("abc")).astype("str")
    measure = Measure(name="m", label=LABEL, unit=LABEL, rule=rule, items=("a", "b", "c"), correct=RIGHT, **keys)
    return SCORING_RULES[rule].score(items, measure).tolist()


def test_each_question_has_its_own_right_answer() -> None:
    rows = [["0_3", "agencies", "teams"], ["teams", "0_3", "agencies"], ["0_3", "unions", "teams"]]
    assert score("count_correct", rows) == [3, 0, 2]
    assert score("share_correct", rows) == [3 / 3, 0 / 3, 2 / 3]


def test_do_not_know_is_not_right_and_not_missing() -> None:
    assert score("count_correct", [["dont_know", "agencies", "dont_know"]]) == [1]
    assert score("share_correct", [["dont_know", "agencies", "dont_know"]]) == [1 / 3]


def test_a_skipped_question_is_missing_unless_the_measure_allows_it() -> None:
    skipped = [["0_3", NO, "dont_know"]]
    assert np.isnan([*score("count_correct", skipped), *score("share_correct", skipped)]).all()
    assert score("count_correct", skipped, minimum_answered=0.6) == [1]
    assert score("share_correct", skipped, minimum_answered=0.6) == [1 / 2]


def test_nobody_gets_a_score_without_an_answer() -> None:
    nothing = [[NO, NO, NO], ["0_3", "agencies", "teams"]]
    assert score("share_correct", nothing, minimum_answered=0.0) == pytest.approx([NO, 1], nan_ok=True)
    assert score("count_correct", nothing, minimum_answered=0.0) == pytest.approx([NO, 3], nan_ok=True)


def test_ratings_can_be_right_too() -> None:
    items = pd.DataFrame({"a": [2.0, 3.0, NO]})
    measure = Measure(name="m", label=LABEL, unit=LABEL, rule="count_correct", items=("a",), correct={"a": "2"})
    assert SCORING_RULES["count_correct"].score(items, measure).tolist() == pytest.approx([1, 0, NO], nan_ok=True)
