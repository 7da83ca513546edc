"""Lock-in: the classes of both families, and what is known from one answer alone."""

import numpy as np
import pandas as pd
import pytest

from pipeline.score.lock_in import double_lock_in, lock_in_by_employability, lock_in_class
from pipeline.score.rules import SCORING_RULES
from pipeline.spec.declaration import Measure
from pipeline.spec.declared import Text

NO = np.nan
CASES = [
    # workplace, occupation, class, doubly locked in
    ("yes", "yes", "none", 0),
    ("no", "yes", "workplace", 0),
    ("yes", "no", "occupation", 0),
    ("no", "no", "double", 1),
    ("yes", "dont_know", NO, 0),
    ("dont_know", "yes", NO, 0),
    ("yes", NO, NO, 0),
    (NO, "yes", NO, 0),
    ("no", "dont_know", NO, NO),
    ("dont_know", "no", NO, NO),
    ("no", NO, NO, NO),
    (NO, "no", NO, NO),
    ("dont_know", "dont_know", NO, NO),
    (NO, NO, NO, NO),
]


def answers(place: int) -> pd.Series:
    return pd.Series([case[place] for case in CASES], dtype="str")


def test_a_class_needs_both_answers_and_do_not_know_is_neither() -> None:
    found = lock_in_class(answers(0), answers(1))
    assert found.fillna("").tolist() == ["" if case[2] is NO else case[2] for case in CASES]


def test_one_yes_is_enough_to_know_that_nobody_is_doubly_locked_in() -> None:
    found = double_lock_in(answers(0), answers(1))
    assert found.tolist() == pytest.approx([case[3] for case in CASES], nan_ok=True)


def test_whoever_has_the_class_double_is_doubly_locked_in_and_nobody_else() -> None:
    classes, double = lock_in_class(answers(0), answers(1)), double_lock_in(answers(0), answers(1))
    assert (classes.eq("double") == double.eq(1)).all()
    assert double[classes.isin(["none", "workplace", "occupation"])].eq(0).all()


EMPLOYABILITY = [
    # preferred workplace, satisfied for now, low employability, class
    ("yes", "yes", 1, "non"),
    ("yes", NO, NO, "non"),
    (NO, NO, 0, "non"),
    ("no", "no", 0, "non"),
    ("dont_know", "no", 0, "non"),
    ("no", "yes", 1, "at_risk"),
    ("no", "no", 1, "locked_in"),
    ("no", NO, 1, NO),
    ("no", "dont_know", 1, NO),
    ("no", "no", NO, NO),
    ("dont_know", "no", 1, NO),
    (NO, "no", 1, NO),
    (NO, NO, NO, NO),
]


def test_at_risk_differs_from_locked_in_only_by_being_satisfied_for_now() -> None:
    workplace, satisfied = (pd.Series([case[place] for case in EMPLOYABILITY], dtype="str") for place in (0, 1))
    low = pd.Series([case[2] for case in EMPLOYABILITY], dtype="float64")
    found = lock_in_by_employability(workplace, satisfied, low)
    assert found.fillna("").tolist() == ["" if case[3] is NO else case[3] for case in EMPLOYABILITY]


def test_employability_is_low_below_the_threshold_and_not_on_it() -> None:
    items = pd.DataFrame({"a": ["no"] * 3, "b": ["no"] * 3, "c": [2.0, 2.0, 3.0], "d": [3.0, 2.0, NO]})
    label = Text(sv="x", en="x")
    measure = Measure(
        name="m", label=label, unit=label, rule="lock_in_employability", items=tuple("abcd"), threshold=(2 + 3) / 2, minimum_answered=0.5
    )
    assert SCORING_RULES["lock_in_employability"].score(items, measure).tolist() == ["non", "locked_in", "non"]
