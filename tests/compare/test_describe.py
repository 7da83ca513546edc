"""Describe: sums, subgroups and what too few people leave empty; numbers from R are in tests/reference."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student_t

from pipeline.compare.estimators.describe import describe
from pipeline.compare.gather.comparison import FIRST, Comparison
from pipeline.compare.numbers.proportions import wilson_interval
from tests.compare.groups import NUMBERS, OUTCOME, numbers_of, shuffled, two

NUMBER_ROWS = (
    "n",
    "mean",
    "standard_deviation",
    "standard_error",
    "median",
    "lower_quartile",
    "upper_quartile",
    "minimum",
    "maximum",
    "skewness",
    "excess_kurtosis",
)


def table(comparison: Comparison) -> dict[tuple[str, str, str], dict[str, object]]:
    """Give rows by level, group and estimand."""
    rows = describe(comparison)
    found = {(row["level"], row["term"], row["estimand"]): row for row in rows}
    assert len(found) == len(rows)
    return found


def estimates(comparison: Comparison, group: str = "participant", level: str = "all") -> dict[str, float]:
    return {key[2]: row.get("estimate", np.nan) for key, row in table(comparison).items() if key[:2] == (level, group)}


def test_a_number_is_described_by_its_textbook_sums() -> None:
    found = estimates(two([1, 2, 3, 6, np.nan], [0]))
    assert tuple(found) == NUMBER_ROWS
    assert found["n"] == 4
    assert found["mean"] == (1 + 2 + 3 + 6) / 4
    assert found["standard_deviation"] == pytest.approx(np.sqrt((4 + 1 + 0 + 9) / 3))
    assert found["standard_error"] == pytest.approx(np.sqrt(14 / 3 / 4))
    assert [found[name] for name in ("minimum", "lower_quartile", "median", "upper_quartile", "maximum")] == [1, 1.75, 2.5, 3.75, 6]
    assert found["skewness"] == pytest.approx(((-8 - 1 + 0 + 27) / 4) / (14 / 4) ** 1.5)
    assert found["excess_kurtosis"] == pytest.approx(((16 + 1 + 0 + 81) / 4) / (14 / 4) ** 2 - 3)


def test_the_mean_has_students_interval() -> None:
    row = table(two([1, 2, 3, 6], [0, 1]))["all", "participant", "mean"]
    half = student_t.ppf(0.975, 4 - 1) * np.sqrt(14 / 3 / 4)
    assert (row["conf_low"], row["conf_high"]) == pytest.approx((3 - half, 3 + half))


def test_a_share_has_wilsons_interval() -> None:
    found = table(two([1, 1, 0, np.nan], [0, 0], kind="share"))
    row = found["all", "participant", "share"]
    assert (row["estimate"], row["n"], row["n_missing"], row["measure_unit"]) == (2 / 3, 3, 1, "share")
    assert (row["conf_low"], row["conf_high"]) == wilson_interval(2, 3)
    assert {key[2] for key in found} == {"n", "share"}


def with_sex(comparison: Comparison, sexes: list[str | None]) -> Comparison:
    codes = pd.Categorical(sexes, ["woman", "man", "other"])
    return replace(comparison, frame=comparison.frame.assign(sex=codes), by=("sex",))


def test_subgroups_add_up_to_their_group() -> None:
    comparison = with_sex(two([1, 2, 3], [4, 5, np.nan]), ["woman", "man", "woman", "man", "man", "woman"])
    found = table(comparison)
    assert {key[0] for key in found} == {"all", "sex=woman", "sex=man"}
    for group in ("participant", "control"):
        n = {level: found[level, group, "n"]["estimate"] for level in ("all", "sex=woman", "sex=man")}
        assert n["all"] == n["sex=woman"] + n["sex=man"]
    assert found["sex=woman", "participant", "mean"]["estimate"] == (1 + 3) / 2
    assert found["sex=woman", "control", "n"]["n_missing"] == 1


def test_a_group_that_nobody_answered_in_is_counted_as_none() -> None:
    found = table(two([np.nan, np.nan], [1, 2]))
    assert found["all", "participant", "n"]["estimate"] == 0
    empty = [found["all", "participant", name] for name in NUMBER_ROWS[1:]]
    assert all("estimate" not in row and row["note"] == "too_few_people" and row["n_missing"] == 2 for row in empty)
    share = table(two([np.nan], [1, 0], kind="share"))
    assert (share["all", "participant", "n"]["estimate"], share["all", "participant", "share"]["note"]) == (0, "too_few_people")


def test_one_person_has_a_mean_but_no_spread() -> None:
    found = table(two([4], [1, 2]))
    assert found["all", "participant", "mean"]["estimate"] == 4
    assert "conf_low" not in found["all", "participant", "mean"]
    for name in ("standard_deviation", "standard_error", "skewness", "excess_kurtosis"):
        assert found["all", "participant", name]["note"] == "too_few_people"


def test_equal_answers_have_no_shape_and_no_spread() -> None:
    found = table(two([0.1, 0.1, 0.1], [1, 2]))
    assert found["all", "participant", "standard_deviation"]["estimate"] == pytest.approx(0, abs=1e-16)
    assert {found["all", "participant", name]["note"] for name in ("skewness", "excess_kurtosis")} == {"constant_outcome"}


def test_the_order_of_people_changes_no_digit() -> None:
    draw = np.random.default_rng(3)
    comparison = two(draw.normal(size=41), draw.normal(size=38))
    one, other = table(comparison), table(shuffled(comparison))
    assert all(numbers_of(one[key], NUMBERS) == pytest.approx(numbers_of(other[key], NUMBERS), rel=0, abs=0, nan_ok=True) for key in one)


def test_the_frame_is_left_as_it_was() -> None:
    comparison = two([1, 2], [3, np.nan])
    before = comparison.frame.copy()
    describe(comparison)
    pd.testing.assert_frame_equal(comparison.frame, before)
    assert list(comparison.frame) == [OUTCOME, FIRST]


# --- clusters


def test_a_mean_and_a_share_in_clusters_have_wider_intervals_and_a_group_of_one_cluster_its_own() -> None:
    number, share = two([1, 1, 1, 5, 5, 5, 3, 3, 4], [2, 3, 1]), two([1, 1, 1, 0, 0, 0, 1, 1, 0], [0, 1, 1], kind="share")
    clusters = [*"aaabbbccc", *"aaa"]
    for given, estimand in ((number, "mean"), (share, "share")):
        alone, counted = (table(one) for one in (given, replace(given, frame=given.frame.assign(cluster=clusters), clustered=True)))
        first, single = ("all", "participant", estimand), ("all", "control", estimand)
        assert counted[first]["estimate"] == alone[first]["estimate"]
        assert counted[first]["n_clusters"] == 3
        assert counted[first]["conf_low"] < alone[first]["conf_low"] < alone[first]["conf_high"] < counted[first]["conf_high"]
        assert (counted[single]["conf_low"], counted[single]["note"]) == (alone[single]["conf_low"], "within_one_cluster")


def test_clusters_with_the_same_mean_give_no_interval_of_no_width() -> None:
    given = two([0.1, 0.3, 0.1, 0.3], [1, 2])
    row = table(replace(given, frame=given.frame.assign(cluster=[*"aabb", *"ab"]), clustered=True))["all", "participant", "mean"]
    assert ("conf_low" in row, row["note"]) == (False, "same_mean_in_clusters")
