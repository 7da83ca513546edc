"""Paired: sums by hand, properties, and pairs that leave nothing to test; numbers from R are in tests/reference."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.compare.estimators.paired import paired
from pipeline.compare.gather.protocol import run_estimator
from pipeline.compare.numbers.means import clustered_mean_change, mean_change
from pipeline.compare.numbers.proportions import clustering_of, share_interval
from tests.compare.cohorts import cohort, rows_of, shuffled
from tests.compare.groups import NUMBERS, numbers_of

BEFORE = [2.0, 3, 1, 4, 2, 5, 3, 2]
AFTER = [3.0, 3, 2, 5, 4, 5, 2, 4]
ANSWERS = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=20)


def pairs(before: list[float] = BEFORE, after: list[float] = AFTER, **declared: object):
    columns = {"outcome": after, "before": before, **declared.pop("columns", {})}
    return cohort(columns, **{"before": "t1", "least": 1.0, "greatest": 5.0, **declared})


def test_the_mean_change_is_after_minus_before() -> None:
    row = rows_of(paired(pairs()))["mean_change", "all"]
    assert row["estimate"] == pytest.approx((1 + 0 + 1 + 1 + 2 + 0 - 1 + 2) / 8)
    tested = mean_change(np.subtract(AFTER, BEFORE))
    assert numbers_of(row, ("std_error", "conf_low", "conf_high", "p_value", "df")) == pytest.approx(
        [tested.std_error, tested.conf_low, tested.conf_high, tested.p_value, 7]
    )
    assert (row["n"], row["effect_kind"]) == (8, "hedges_g_av")


def test_shares_say_who_rose_who_fell_and_who_had_no_room() -> None:
    rows = rows_of(paired(pairs()))
    shares = {name: rows[name, "all"]["estimate"] for name in ("share_improved", "share_unchanged", "share_worse")}
    assert shares == {"share_improved": 5 / 8, "share_unchanged": 2 / 8, "share_worse": 1 / 8}
    assert rows["share_at_ceiling_before", "all"]["estimate"] == 1 / 8
    assert rows["share_at_ceiling_after", "all"]["estimate"] == 2 / 8


def test_where_lower_is_better_those_who_fell_improved_and_the_floor_is_the_ceiling() -> None:
    rows = rows_of(paired(pairs(direction="lower")))
    assert rows["share_improved", "all"]["estimate"] == 1 / 8
    assert rows["share_at_ceiling_before", "all"]["estimate"] == 1 / 8
    assert rows["share_at_ceiling_after", "all"]["estimate"] == 0


def test_where_no_direction_is_better_nobody_is_said_to_improve() -> None:
    rows = rows_of(paired(pairs(direction="neither")))
    assert rows["share_up", "all"]["estimate"] == 5 / 8
    assert ("share_improved", "all") not in rows


def test_only_those_known_in_both_waves_count() -> None:
    row = rows_of(paired(pairs([1.0, 2, np.nan, 3, 2], [2.0, np.nan, 3, 5, 2])))["mean_change", "all"]
    assert (row["estimate"], row["n"], row["n_missing"]) == (pytest.approx((1 + 2 + 0) / 3), 3, 2)


@given(ANSWERS)
def test_swapping_the_waves_mirrors_every_change(answers: list[tuple[int, int]]) -> None:
    first, second = ([float(one) for one in wave] for wave in zip(*answers, strict=True))
    rise, fall = rows_of(paired(pairs(first, second))), rows_of(paired(pairs(second, first)))
    for estimand in ("mean_change", "median_change"):
        one, other = rise[estimand, "all"], fall[estimand, "all"]
        found = numbers_of(one, ("estimate", "conf_low", "conf_high", "effect"))
        mirrored = numbers_of(other, ("estimate", "conf_high", "conf_low", "effect"))
        assert found == pytest.approx([-number for number in mirrored], nan_ok=True, abs=1e-12)
        assert one["note"] == other["note"]
    assert rise["share_improved", "all"]["estimate"] == fall["share_worse", "all"]["estimate"]


def test_the_order_of_people_changes_no_digit() -> None:
    draw = np.random.default_rng(4)
    given = pairs(list(draw.normal(size=30)), list(draw.normal(size=30)), columns={"cluster": list("abcde") * 6})
    for one, other in zip(paired(given), paired(shuffled(given)), strict=True):
        assert numbers_of(one, NUMBERS) == pytest.approx(numbers_of(other, NUMBERS), rel=1e-12, nan_ok=True)


def test_clusters_widen_the_intervals_of_the_mean_and_of_shares() -> None:
    clusters = ["a", "a", "b", "b", "c", "c", "d", "d"]
    rows = rows_of(paired(pairs(columns={"cluster": clusters})))
    tested = clustered_mean_change(np.subtract(AFTER, BEFORE), np.array(clusters))
    row = rows["mean_change", "all"]
    assert numbers_of(row, ("std_error", "df", "p_value")) == pytest.approx([tested.std_error, tested.df, tested.p_value])
    assert (row["n_clusters"], row["note"]) == (4, "df_below_4")
    assert "effect_low" not in row
    improved = np.subtract(AFTER, BEFORE) > 0
    share = rows["share_improved", "all"]
    expected = share_interval(int(improved.sum()), 8, 0.95, clustering_of(improved, np.array(clusters)))
    assert ((share["conf_low"], share["conf_high"]), share["n_clusters"], share["note"]) == (pytest.approx(expected), 4, "")


def test_only_the_change_by_rank_is_said_to_ignore_clusters() -> None:
    given = pairs(columns={"cluster": list("aabbccdd"), "seminar": list("aaaabbbb")}, by=("seminar",))
    noted = {(row["level"], row["estimand"]) for row in run_estimator("paired", given) if "clusters_ignored" in str(row["note"])}
    assert noted == {(level, "median_change") for level in ("all", "seminar=a", "seminar=b")}
    one_seminar = run_estimator("paired", pairs(columns={"cluster": list("aaaabbbb"), "seminar": list("aaaabbbb")}, by=("seminar",)))
    assert {row["level"] for row in one_seminar if "clusters_ignored" in str(row["note"])} == {"all"}


def test_a_level_within_one_cluster_is_about_that_clusters_own_people() -> None:
    seminar = ["a"] * 4 + ["b"] * 4
    rows = paired(pairs(columns={"cluster": seminar, "seminar": seminar}, by=("seminar",)))
    row = rows_of(rows, "seminar=a")["mean_change", "all"]
    tested = mean_change(np.subtract(AFTER, BEFORE)[:4])
    assert (row["conf_low"], row["df"], row["note"]) == (pytest.approx(tested.conf_low), 3, "within_one_cluster")
    assert rows_of(rows)["mean_change", "all"]["n_clusters"] == 2


def test_one_cluster_in_all_has_a_change_but_no_interval() -> None:
    row = rows_of(paired(pairs(columns={"cluster": ["a"] * 8})))["mean_change", "all"]
    assert (row["estimate"], row["note"]) == (pytest.approx(0.75), "under_two_clusters")
    assert "conf_low" not in row


@pytest.mark.parametrize(
    ("before", "after", "mean_note", "rank_note"),
    [
        ([3.0, 2, 4], [3.0, 2, 4], "nobody_changed", "nobody_changed"),
        ([3.0, 2, 4], [4.0, 3, 5], "same_change", "interval_not_reached"),
        ([3.0], [4.0], "too_few_people", "exact_test interval_not_reached"),
        ([np.nan, 1], [2.0, np.nan], "too_few_people", "too_few_people"),
    ],
)
def test_tied_pairs_are_a_row_with_a_note(before: list, after: list, mean_note: str, rank_note: str) -> None:
    rows = rows_of(paired(pairs(before, after)))
    mean, rank = rows["mean_change", "all"], rows["median_change", "all"]
    assert (mean["note"], rank["note"]) == (mean_note, rank_note)
    assert "p_value" not in mean
    assert "conf_low" not in mean


def test_people_without_change_are_left_out_of_the_rank_and_said_to_be() -> None:
    change = [0.0] * 10 + [1.0, 2, 1, 1, 2, 1, 3, 1, -1]
    row = rows_of(paired(pairs([2.0] * 19, [2 + one for one in change], greatest=np.nan)))["median_change", "all"]
    moved = rows_of(paired(pairs([2.0] * 9, [2 + one for one in change[10:]])))["median_change", "all"]
    assert row["note"] == "unchanged_left_out"
    assert row["n"] == 19
    assert numbers_of(row, ("estimate", "conf_low", "p_value")) == numbers_of(moved, ("estimate", "conf_low", "p_value"))


def test_a_scale_without_ends_has_no_ceiling() -> None:
    row = rows_of(paired(pairs(greatest=np.nan)))["share_at_ceiling_after", "all"]
    assert row["note"] == "scale_not_declared"
    assert "estimate" not in row


def test_a_planted_change_is_found_within_its_own_error() -> None:
    draw = np.random.default_rng(21)
    agencies = np.repeat(np.arange(40), 12)
    before = draw.normal(3, 1, 480)
    after = before + 0.4 + draw.normal(0, 0.3, 40)[agencies] + draw.normal(0, 0.6, 480)
    row = rows_of(paired(pairs(list(before), list(after), columns={"cluster": [str(one) for one in agencies]})))["mean_change", "all"]
    assert abs(float(row["estimate"]) - 0.4) < 3 * float(row["std_error"])
