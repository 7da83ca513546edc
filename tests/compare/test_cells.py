import numpy as np
import pandas as pd
import pytest

from pipeline.compare.exhibits.classes import class_counts, classify, codes_shown
from tests.compare.conftest import Made


def test_numbers_fall_into_classes_closed_to_the_left(made_trs: Made) -> None:
    classified = classify(made_trs.study, "sick_days", pd.Series([0.0, 1, 7, 8, 90, 365, np.nan]))
    assert classified.labels == ("0-<1", "1-<8", "8-<90", "90-")
    assert classified.edges == (0, 1, 8, 90)
    assert classified.places.tolist() == [0, 1, 1, 2, 3, 3, -1]


def test_a_number_below_the_first_edge_gets_a_class_of_its_own(made_trs: Made) -> None:
    classified = classify(made_trs.study, "age", pd.Series([15.0, 16, 40, np.nan]))
    assert classified.labels == ("-<16", "16-<40", "40-<55", "55-")
    assert classified.places.tolist() == [0, 1, 2, -1]


def test_ratings_shares_and_categories_are_counted_by_code(made_trs: Made) -> None:
    assert classify(made_trs.study, "ti_1", pd.Series([5.0, 1, np.nan])).places.tolist() == [4, 0, -1]
    assert classify(made_trs.study, "moved", pd.Series([1.0, 0, np.nan])).places.tolist() == [1, 0, -1]
    assert classify(made_trs.study, "lock_in", pd.Series(["double", None, "none"])).places.tolist() == [3, -1, 0]
    assert codes_shown(made_trs.study, "turnover_intention") == ()


def test_the_share_is_of_those_in_any_class() -> None:
    masks = {"a": np.array([True, True, True, False]), "all": np.ones(4, dtype=bool)}
    rows = list(class_counts(("no", "yes"), np.array([0, 1, -1, 1]), masks))
    assert [(row["row"], row["column"], row["n"], row["total"]) for row in rows] == [
        ("no", "a", 1, 2),
        ("yes", "a", 1, 2),
        ("no", "all", 1, 3),
        ("yes", "all", 2, 3),
    ]
    assert rows[3]["share"] == pytest.approx(2 / 3)


def test_nobody_is_no_share() -> None:
    assert [row["share"] for row in class_counts(("no",), np.array([-1]), {"all": np.array([True])})] == [None]
