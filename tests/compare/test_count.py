import numpy as np
import pytest

from pipeline.compare.estimators.count import count
from tests.compare.cohorts import cohort


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        ([1.0] * 10 + [0.0] * 3, "reached"),
        ([1.0] * 9 + [0.0] * 3, "not_reached"),
        ([1.0] * 9 + [np.nan] * 3, "depends_on_lost"),
        ([1.0] * 4 + [np.nan] * 3, "not_reached"),
    ],
)
def test_ten_new_employers_are_a_fact_without_interval(outcome: list[float], verdict: str) -> None:
    [row] = count(cohort({"outcome": outcome}, "share", target=10))
    assert row["verdict"] == verdict
    assert (row["estimate"], row["reference_value"]) == (outcome.count(1.0), 10)
    assert "conf_low" not in row


def test_a_level_has_a_number_but_no_target_of_its_own() -> None:
    people = {"outcome": [1.0, 1, 0, 1], "sex": ["woman", "woman", "woman", "man"]}
    whole, man, woman = count(cohort(people, "share", target=3, by=("sex",)))
    assert (whole["estimate"], man["estimate"], woman["estimate"]) == (3, 1, 2)
    assert "verdict" in whole
    assert not {"verdict", "reference_value"} & (man.keys() | woman.keys())


def test_nobody_counted_is_a_count_of_none() -> None:
    [row] = count(cohort({"outcome": [0.0, 0.0]}, "share", target=1))
    assert (row["estimate"], row["verdict"]) == (0, "not_reached")
