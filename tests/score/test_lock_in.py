"""Lock-in: the classes of both families, and what is known from one answer alone."""

import numpy as np
import pandas as pd
import pytest

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


LABEL = Text(sv="x", en="x")


def scored(rule: str, cases: list[tuple], **keys) -> pd.Series:
    """Score what stands before the expected values of each case."""
    columns = {f"q{place}": pd.Series([case[place] for case in cases]) for place in range(len(cases[0]) - keys.pop("expected"))}
    measure = Measure(name="m", label=LABEL, unit=LABEL, rule=rule, items=tuple(columns), **keys)
    return SCORING_RULES[rule].score(pd.DataFrame(columns), measure)


def test_a_class_needs_both_answers_and_do_not_know_is_neither() -> None:
    found = scored("lock_in", CASES, expected=2)
    assert found.fillna("").tolist() == ["" if case[2] is NO else case[2] for case in CASES]


def test_one_yes_is_enough_to_know_that_nobody_is_doubly_locked_in() -> None:
    found = scored("double_lock_in", CASES, expected=2)
    assert found.tolist() == pytest.approx([case[3] for case in CASES], nan_ok=True)


def test_whoever_has_the_class_double_is_doubly_locked_in_and_nobody_else() -> None:
    classes, double = (scored(rule, CASES, expected=2) for rule in ("lock_in", "double_lock_in"))
    assert (classes.eq("double") == double.eq(1)).all()
    assert double[classes.isin(["none", "workplace", "occupation"])].eq(0).all()


EMPLOYABILITY = [
    # preferred workplace, satisfied for now, employability (low below 3), class
    ("yes", "yes", 2.0, "non"),
    ("yes", NO, NO, "non"),
    (NO, NO, 3.0, "non"),
    ("no", "no", 3.0, "non"),
    ("dont_know", "no", 3.0, "non"),
    ("no", "yes", 2.0, "at_risk"),
    ("no", "no", 2.0, "locked_in"),
    ("no", NO, 2.0, NO),
    ("no", "dont_know", 2.0, NO),
    ("no", "no", NO, NO),
    ("dont_know", "no", 2.0, NO),
    (NO, "no", 2.0, NO),
    (NO, NO, NO, NO),
]


def test_at_risk_differs_from_locked_in_only_by_being_satisfied_for_now() -> None:
    found = scored("lock_in_employability", EMPLOYABILITY, expected=1, threshold=3)
    assert found.fillna("").tolist() == ["" if case[3] is NO else case[3] for case in EMPLOYABILITY]


def test_employability_is_low_below_the_threshold_and_not_on_it() -> None:
    items = pd.DataFrame({"a": ["no"] * 3, "b": ["no"] * 3, "c": [2.0, 2.0, 3.0], "d": [3.0, 2.0, NO]})
    measure = Measure(
        name="m", label=LABEL, unit=LABEL, rule="lock_in_employability", items=tuple("abcd"), threshold=(2 + 3) / 2, minimum_answered=0.5
    )
    assert SCORING_RULES["lock_in_employability"].score(items, measure).tolist() == ["non", "locked_in", "non"]
