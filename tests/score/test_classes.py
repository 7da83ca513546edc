"""Rules that sort one answer into classes: every answer in one class, in the declared order, or left out."""

import numpy as np
import pandas as pd
import pytest

from pipeline.score.rules import SCORING_RULES
from pipeline.spec.declaration import Measure
from pipeline.spec.declared import Text

NO = np.nan
LABEL = Text(sv="x", en="x")


def score(rule: str, answers: list, **keys) -> list:
    item = pd.Series(answers, dtype="float64" if all(not isinstance(one, str) for one in answers) else "str")
    keys["categories"] = dict.fromkeys(keys["categories"], LABEL)
    measure = Measure(name="m", label=LABEL, unit=LABEL, rule=rule, items=("a",), **keys)
    found = SCORING_RULES[rule].score(item.to_frame("a"), measure)
    return found.astype("object").where(found.notna(), None).tolist()


def test_an_answer_stands_as_its_own_class_unless_it_is_left_out() -> None:
    found = score("as_category", ["internal", "none", "retired", NO], categories=("none", "internal", "external"), leaves_out=("retired",))
    assert found == ["internal", "none", None, None]


def test_answers_collapse_into_the_class_that_names_them() -> None:
    classes = {"out": ("inactive", "unemployed"), "in": ("regular", "own_business")}
    found = score("collapsed", ["regular", "inactive", "own_business", "studies", NO], categories=tuple(classes), collapse=classes)
    assert found == ["in", "out", "in", None, None]


@pytest.mark.parametrize(
    ("days", "name"), [(0, "none"), (1, "week"), (7, "week"), (8, "months"), (89, "months"), (90, "long"), (365, "long"), (NO, None)]
)
def test_sick_days_fall_into_the_four_classes(days: float, name: str | None) -> None:
    assert score("classes_of", [days], categories=("none", "week", "months", "long"), classes=(0, 1, 8, 90)) == [name]


def test_a_number_below_the_first_edge_has_no_class() -> None:
    assert score("classes_of", [-1.0, 0.5, np.inf], categories=("some", "many"), classes=(0, 8)) == [None, "some", "many"]
