"""Worst-case bounds: sums by hand, and what they must hold; numbers from R are in tests/reference."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.compare.estimators.bounds import Bounds, bounds, change_bounds
from tests.compare.cohorts import cohort, rows_of

NONE = np.nan
ANSWERS = st.lists(st.sampled_from([1.0, 2, 3, 4, 5, NONE]), min_size=1, max_size=30)


def mean_bounds(outcome: np.ndarray, least: float, greatest: float) -> Bounds:
    return change_bounds(np.zeros(len(outcome)), outcome, least, greatest)


def test_those_lost_have_either_end_of_the_scale() -> None:
    found = mean_bounds(np.array([2, 4, NONE, NONE]), 1, 5)
    assert (found.low, found.high) == ((2 + 4 + 1 + 1) / 4, (2 + 4 + 5 + 5) / 4)
    assert found.n_lost == 2


@given(ANSWERS)
def test_the_width_is_the_share_lost_times_the_scale(values: list[float]) -> None:
    outcome = np.array(values)
    found = mean_bounds(outcome, 1, 5)
    assert found.high - found.low == pytest.approx(np.isnan(outcome).mean() * 4)


@given(ANSWERS, st.randoms(use_true_random=False))
def test_whatever_those_lost_would_have_answered_lies_inside(values: list[float], draw) -> None:
    outcome = np.array(values)
    filled = np.where(np.isnan(outcome), [draw.uniform(1, 5) for _ in values], outcome)
    found = mean_bounds(outcome, 1, 5)
    assert found.low - 1e-12 <= filled.mean() <= found.high + 1e-12


def test_a_change_uses_what_those_lost_had_before() -> None:
    before, after = np.array([2.0, 4, NONE]), np.array([3.0, NONE, NONE])
    found = change_bounds(before, after, 1, 5)
    assert found.low == pytest.approx(((3 - 2) + (1 - 4) + (1 - 5)) / 3)
    assert found.high == pytest.approx(((3 - 2) + (5 - 4) + (5 - 1)) / 3)
    assert found.n_lost == 2


def test_nobody_lost_leaves_one_number_and_everybody_lost_the_whole_scale() -> None:
    known = mean_bounds(np.array([2.0, 5]), 1, 5)
    assert known.low == known.high == 3.5
    lost = mean_bounds(np.array([NONE, NONE]), 1, 5)
    assert (lost.low, lost.high) == (1, 5)


def test_the_estimator_bounds_the_outcome_and_its_change() -> None:
    columns = {"outcome": [3.0, NONE, 5], "before": [2.0, 4, NONE]}
    rows = rows_of(bounds(cohort(columns, before="t1", least=1.0, greatest=5.0)))
    after, change = (
        mean_bounds(np.array(columns["outcome"]), 1, 5),
        change_bounds(np.array(columns["before"]), np.array(columns["outcome"]), 1, 5),
    )
    for estimand, end in (("bound_low", "low"), ("bound_high", "high")):
        assert rows[estimand, "after"]["estimate"] == getattr(after, end)
        assert rows[estimand, "change"]["estimate"] == getattr(change, end)
    assert (rows["bound_low", "after"]["n_missing"], rows["bound_low", "change"]["n_missing"]) == (1, 2)


def test_nobody_lost_and_a_scale_without_ends_are_said() -> None:
    known = rows_of(bounds(cohort({"outcome": [0.0, 1]}, "share", least=0.0, greatest=1.0)))
    assert {row["note"] for row in known.values()} == {"nobody_lost"}
    endless = rows_of(bounds(cohort({"outcome": [12.0, NONE]})))
    assert {row["note"] for row in endless.values()} == {"scale_not_declared"}
    assert not any("estimate" in row for row in endless.values())


def test_each_level_has_its_own_bounds() -> None:
    given = cohort({"outcome": [0.0, NONE, 1, 1], "sex": ["a", "a", "b", "b"]}, "share", least=0.0, greatest=1.0, by=("sex",))
    ends = [rows_of(bounds(given), level)["bound_high", "after"]["estimate"] for level in ("all", "sex=a", "sex=b")]
    assert ends == [3 / 4, 1 / 2, 1]
