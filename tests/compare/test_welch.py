"""Welch: properties and refusals; numbers from R are in tests/reference."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.compare.estimators.welch import welch
from pipeline.compare.numbers.means import pooled_difference, welch_difference
from tests.compare.groups import NUMBERS, has_no_numbers, numbers_of, shuffled, swapped, two

ANSWERS = st.lists(st.integers(1, 20).map(lambda quarter: quarter / 4), min_size=3, max_size=30)


def test_the_difference_and_its_error_are_the_textbook_sums() -> None:
    [row] = welch(two([1, 2, 3, 6], [2, 4]))
    # Means 3 and 3; variances 14/3 and 2.
    assert row["estimate"] == 0
    assert row["std_error"] == pytest.approx(np.sqrt(14 / 3 / 4 + 2 / 2))
    assert row["df"] == pytest.approx((14 / 12 + 1) ** 2 / ((14 / 12) ** 2 / 3 + 1**2 / 1))
    assert (row["n"], row["n_a"], row["n_b"], row["n_missing"]) == (6, 4, 2, 0)


def test_the_row_says_what_minus_what() -> None:
    [row] = welch(two([1, 2], [2, 4]))
    assert (row["estimand"], row["term"], row["level"], row["measure_unit"]) == (
        "mean_difference",
        "participant - control",
        "all",
        "number",
    )
    assert (row["group_a"], row["group_b"], row["effect_kind"]) == ("participant", "control", "hedges_g")


@given(ANSWERS, ANSWERS)
def test_swapping_the_groups_mirrors_every_number(first: list[float], second: list[float]) -> None:
    comparison = two(first, second)
    [one], [other] = welch(comparison), welch(swapped(comparison))
    assert one["note"] == other["note"]
    mirrored = numbers_of(other, ("estimate", "conf_high", "conf_low", "statistic", "effect", "effect_high", "effect_low"))
    same = ("std_error", "df", "p_value")
    found = numbers_of(one, ("estimate", "conf_low", "conf_high", "statistic", "effect", "effect_low", "effect_high"))
    assert found == pytest.approx([-number for number in mirrored], rel=1e-12, abs=1e-12, nan_ok=True)
    assert numbers_of(one, same) == pytest.approx(numbers_of(other, same), rel=1e-12, nan_ok=True)


def test_the_order_of_people_changes_no_digit() -> None:
    draw = np.random.default_rng(3)
    comparison = two(draw.normal(size=41), draw.normal(size=38))
    [one], [other] = welch(comparison), welch(shuffled(comparison))
    assert numbers_of(one, NUMBERS) == numbers_of(other, NUMBERS)


def test_moving_and_stretching_the_scale_moves_and_stretches_the_difference() -> None:
    first, second = np.array([1.0, 2, 4, 4]), np.array([2.0, 5, 3])
    [plain], [changed] = welch(two(first, second)), welch(two(10 * first + 7, 10 * second + 7))
    scaled = ("estimate", "std_error", "conf_low", "conf_high")
    assert numbers_of(changed, scaled) == pytest.approx([10 * number for number in numbers_of(plain, scaled)])
    assert numbers_of(changed, ("statistic", "df", "p_value", "effect")) == pytest.approx(
        numbers_of(plain, ("statistic", "df", "p_value", "effect"))
    )


def test_groups_of_equal_size_and_spread_give_students_test() -> None:
    first, second = np.array([1.0, 2, 3, 5]), np.array([4.0, 5, 6, 8])
    assert welch_difference(first, second) == pooled_difference(first, second)


def test_people_without_the_outcome_are_counted_and_left_out() -> None:
    [row], [known] = welch(two([1, 2, 3, np.nan], [np.nan, 2, 4, np.nan])), welch(two([1, 2, 3], [2, 4]))
    assert row["n_missing"] == 3
    assert numbers_of(row, NUMBERS) == numbers_of(known, NUMBERS)


@pytest.mark.parametrize(
    ("first", "second", "note"),
    [
        ([], [1, 2, 3], "one_group_empty"),
        ([np.nan], [1, 2], "one_group_empty"),
        ([], [], "one_group_empty"),
        ([1, 2, 3], [2], "too_few_people"),
        ([3, 3, 3], [3, 3], "constant_outcome"),
        ([3, 3, 3], [4, 4], "complete_difference"),
        ([0.1, 0.1, 0.1], [0.1, 0.1], "constant_outcome"),
    ],
)
def test_what_cannot_be_compared_is_a_row_with_a_note(first: list, second: list, note: str) -> None:
    [row] = welch(two(first, second))
    assert row["note"] == note
    assert has_no_numbers(row)


def test_a_group_without_spread_can_be_compared_with_one_that_varies() -> None:
    [row] = welch(two([3, 3, 3], [1, 2, 6]))
    assert row["note"] == "arm_hardly_varies"
    assert row["df"] == pytest.approx(2)  # equal sizes: both errors are the same, and fewer degrees of freedom are wider


def test_a_small_group_of_noughts_against_a_large_one_with_a_few_more_is_no_finding() -> None:
    large = [0.0] * 284 + [1.0] * 16
    [row] = welch(two([0.0] * 20, large))
    student = pooled_difference(np.zeros(20), np.array(large))
    assert (row["note"], row["p_value"]) == ("arm_hardly_varies", pytest.approx(student.p_value))
    assert welch_difference(np.zeros(20), np.array(large)).p_value < 0.001
    assert row["p_value"] > 0.2


def test_a_large_group_of_noughts_against_a_small_one_keeps_welchs_error() -> None:
    small = [0.0, 4, 9, 2, 7, 5]
    [row] = welch(two([0.0] * 300, small))
    welchs = welch_difference(np.zeros(300), np.array(small))
    assert (row["std_error"], row["df"]) == (pytest.approx(welchs.std_error), pytest.approx(len(small) - 1))


def test_an_effect_beyond_computing_has_no_interval_and_says_so() -> None:
    [row] = welch(two([1, 1], [0, 1e-9]))
    assert row["note"] == "arm_hardly_varies effect_interval_not_found"
    assert np.isnan(numbers_of(row, ("effect_low", "effect_high"))).all()
    assert row["conf_low"] < row["estimate"] < row["conf_high"]
