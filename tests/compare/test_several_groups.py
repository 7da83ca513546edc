"""Several groups: the test of their means, of their ranks, and of each two."""

import numpy as np
import pytest

from pipeline.compare.estimators.several_groups import several_groups
from pipeline.compare.numbers.means import welch_difference
from tests.compare.cohorts import cohort, rows_of, shuffled

VALUES = np.random.default_rng(3).normal(3, 1, 60).round(2)
SCHOOL = np.array(["primary", "secondary", "university"] * 20)


def schooled(values=VALUES, school=SCHOOL):
    return cohort({"outcome": values, "school": school}, by=("school",))


def test_two_groups_give_welchs_test_and_its_interval() -> None:
    two = SCHOOL != "university"
    rows = rows_of(several_groups(schooled(VALUES[two], SCHOOL[two])))
    expected = welch_difference(VALUES[SCHOOL == "secondary"], VALUES[SCHOOL == "primary"])
    test, pair = rows["equal_means", "school"], rows["level_difference", "school=secondary - school=primary"]
    assert (test["statistic"], test["df"], test["p_value"]) == pytest.approx((expected.statistic**2, expected.df, expected.p_value))
    for name in ("estimate", "std_error", "statistic", "df"):
        assert pair[name] == pytest.approx(getattr(expected, name))
    assert (pair["conf_low"], pair["conf_high"], pair["p_value"]) == pytest.approx(
        (expected.conf_low, expected.conf_high, expected.p_value), abs=1e-5
    )


def test_all_pairs_of_three_levels_stand_with_wider_intervals_than_one_pair_alone() -> None:
    rows = [row for row in several_groups(schooled()) if row["estimand"] == "level_difference"]
    assert len(rows) == 3
    alone = welch_difference(VALUES[SCHOOL == "secondary"], VALUES[SCHOOL == "primary"])
    [pair] = [row for row in rows if row["term"] == "school=secondary - school=primary"]
    assert pair["conf_low"] < alone.conf_low < alone.conf_high < pair["conf_high"]
    assert pair["p_value"] > alone.p_value


def test_the_order_of_rows_changes_no_digit() -> None:
    assert several_groups(shuffled(schooled())) == several_groups(schooled())


def test_each_level_has_its_mean_and_how_many_it_lacks() -> None:
    values = VALUES.copy()
    values[0] = np.nan
    row = rows_of(several_groups(schooled(values)), "school=primary")["mean", "all"]
    assert (row["estimate"], row["n"], row["n_missing"]) == (pytest.approx(np.nanmean(values[SCHOOL == "primary"])), 19, 1)


@pytest.mark.parametrize(
    ("values", "school", "notes"),
    [
        ([2.0] * 6, ["a", "b"] * 3, {"constant_outcome"}),
        ([1.0, 2, 3], ["a"] * 3, {"one_level_only"}),
        ([1.0, 2, 3], ["a", "b", "c"], {"level_of_one one_level_only"}),
        ([1.0, 2, 3, 4, 5], ["a", "a", "b", "b", "c"], {"level_of_one"}),
        ([1.0] * 10 + [2.0, 3] * 10, ["a"] * 10 + ["b"] * 20, {"", "arm_hardly_varies"}),
    ],
)
def test_what_cannot_be_tested_is_a_row_that_says_why(values, school, notes) -> None:
    rows = [row for row in several_groups(schooled(values, school)) if row["estimand"] in ("equal_means", "equal_ranks")]
    assert {row["note"] for row in rows} == notes
    assert all(("p_value" in row) == (row["note"] in ("", "level_of_one")) for row in rows)
