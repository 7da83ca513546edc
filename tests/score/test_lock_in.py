"""Lock-in: the four classes, and what is known from one answer alone."""

import numpy as np
import pandas as pd
import pytest

from pipeline.score.lock_in import double_lock_in, lock_in_class

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
