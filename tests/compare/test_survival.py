"""Time to an event: sums by hand, other packages, and curves that end early; numbers from R are in tests/reference."""

from itertools import combinations
from math import erfc

import numpy as np
import pytest
import statsmodels.api as sm

from pipeline.compare.estimators.survival import survival
from pipeline.compare.numbers.log_rank import log_rank, permuted_log_rank
from pipeline.compare.numbers.survival import (
    followed_to,
    quantile_time,
    restricted_mean,
)
from tests.compare.cohorts import cohort, rows_of

TIME = np.array([1.0, 2, 2, 4, 5, 6, 6, 8])
EVENT = np.array([1, 1, 0, 1, 0, 1, 1, 0], dtype=bool)


def drawn(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    return np.ceil(draw.exponential(8, n) * 2) / 2, draw.random(n) < 0.7


def test_without_censoring_the_restricted_mean_is_a_plain_mean() -> None:
    time = np.array([1.0, 3, 4, 9])
    found = restricted_mean(time, np.ones(4, dtype=bool), 6.0)
    assert found.estimate == pytest.approx((1 + 3 + 4 + 6) / 4)
    assert found.std_error == pytest.approx(np.array([1.0, 3, 4, 6]).std() / np.sqrt(4))


def test_the_restricted_mean_is_the_area_under_the_curve() -> None:
    # The curve: 1 to time 1, 7/8 to 2, 3/4 to 4, 3/5 to 6, then 1/5.
    assert restricted_mean(TIME, EVENT, 7.0).estimate == pytest.approx(1 + 7 / 8 + 2 * 3 / 4 + 2 * 3 / 5 + 1 * 1 / 5)


def test_nobody_with_the_event_keeps_the_whole_time() -> None:
    assert restricted_mean(np.array([2.0, 9]), np.array([False, False]), 6.0).columns() == {"estimate": 6.0, "std_error": 0.0}


def test_quantiles_and_their_intervals_are_those_of_statsmodels() -> None:
    time, event = drawn(150, 4)
    peer = sm.SurvfuncRight(time, event.astype(int))
    for share in (0.1, 0.25, 0.5):
        ours = quantile_time(time, event, share)
        assert ours.estimate == peer.quantile(share)
        assert (ours.conf_low, ours.conf_high) == pytest.approx(peer.quantile_ci(share, method="cloglog"))


def test_a_curve_that_lies_on_the_share_gives_the_middle_of_the_stretch() -> None:
    everybody = np.ones(4, dtype=bool)
    assert quantile_time(np.array([1.0, 2, 5, 9]), everybody, 0.5).estimate == (2 + 5) / 2
    assert quantile_time(np.array([1.0, 2, 7, 7]), np.array([True, True, False, False]), 0.5).estimate == (2 + 7) / 2


def test_a_curve_that_stays_above_the_share_has_no_such_time() -> None:
    found = quantile_time(np.array([1.0, 5, 5, 5]), np.array([True, False, False, False]), 0.5)
    assert np.isnan([found.estimate, found.conf_high]).all()
    assert np.isnan(quantile_time(np.array([3.0]), np.array([False]), 0.5).estimate)


@pytest.mark.parametrize("groups", [2, 4])
def test_the_log_rank_test_is_that_of_statsmodels(groups: int) -> None:
    time, event = drawn(160, 8)
    group = np.random.default_rng(1).integers(0, groups, 160)
    found = log_rank(time, event, group)
    statistic, p_value = sm.duration.survdiff(time, event.astype(int), group)
    assert (found.statistic, found.p_value, found.df) == pytest.approx((statistic, p_value, groups - 1))


def test_a_large_difference_keeps_its_small_p_value() -> None:
    time = np.concatenate([np.arange(1.0, 101), np.arange(201.0, 301)])
    found = log_rank(time, np.ones(200, dtype=bool), np.repeat([0, 1], 100))
    assert found.p_value == pytest.approx(erfc((found.statistic / 2) ** 0.5), rel=1e-9)
    assert 0 < found.p_value < 1e-20


def test_the_names_of_the_groups_do_not_matter() -> None:
    time, event = drawn(90, 2)
    group = np.random.default_rng(1).integers(0, 3, 90)
    assert log_rank(time, event, group).statistic == pytest.approx(log_rank(time, event, 2 - group).statistic)


def test_a_group_that_left_before_the_first_event_takes_no_part() -> None:
    time = np.concatenate([TIME, [0.5, 0.5]])
    event = np.concatenate([EVENT, [False, False]])
    group = np.array([0, 1] * 4 + [2, 2])
    found = log_rank(time, event, group)
    assert found.df == 1
    assert found.statistic == pytest.approx(log_rank(TIME, EVENT, group[:8]).statistic)


@pytest.mark.parametrize("event", [np.zeros(8, dtype=bool), EVENT])
def test_one_group_or_no_event_gives_no_test(event: np.ndarray) -> None:
    assert np.isnan(log_rank(TIME, event, np.zeros(8, dtype=int)).statistic)
    assert np.isnan(log_rank(TIME, np.zeros(8, dtype=bool), np.array([0, 1] * 4)).p_value)


def followed(**declared: object):
    columns = {"outcome": TIME, "event": EVENT.astype(float), "sex": ["woman", "man"] * 4}
    return cohort(columns, event="ended", event_codes=("work",), **declared)


def test_nothing_is_said_of_times_after_the_last_one_followed() -> None:
    rows = rows_of(survival(followed(times=(4.0, 8.0, 9.0))))
    assert [rows["survival_at", time]["estimate"] for time in ("4", "8")] == pytest.approx([3 / 5, 1 / 5])
    assert rows["survival_at", "9"]["note"] == "beyond_follow_up"
    assert followed_to(TIME, EVENT, 8) and not followed_to(TIME, EVENT, 9)
    assert followed_to(np.array([1.0, 2]), np.array([False, True]), 9)


def test_the_estimator_gives_shares_at_times_the_median_and_the_mean_to_the_horizon() -> None:
    rows = rows_of(survival(followed(times=(4.0, 9.0), horizon=7.0)))
    assert rows["survival_at", "4"]["estimate"] == pytest.approx(3 / 5)
    assert rows["survival_at", "9"]["note"] == "beyond_follow_up"
    assert "estimate" not in rows["survival_at", "9"]
    assert rows["median_time", "all"]["estimate"] == 6
    mean = rows["restricted_mean", "all"]
    assert (mean["estimate"], mean["reference_value"]) == (pytest.approx(1 + 7 / 8 + 2 * 3 / 4 + 2 * 3 / 5 + 1 * 1 / 5), 7)
    assert 0 < mean["conf_low"] < mean["estimate"] < mean["conf_high"] <= 7


def test_the_estimator_compares_the_levels_of_each_variable() -> None:
    rows = survival(followed(by=("sex",)))
    expected = log_rank(TIME, EVENT, np.array([1, 0] * 4))
    row = rows_of(rows)["log_rank", "sex"]
    assert (row["statistic"], row["df"]) == (pytest.approx(expected.statistic), 1)
    assert (row["note"], row["p_value"]) == ("permutation_test", permuted_log_rank(TIME, EVENT, np.array([1, 0] * 4), 11))
    assert ("median_time", "all") in rows_of(rows, "sex=woman")


def test_exchanging_people_counts_the_ways_that_are_as_far_apart() -> None:
    """Four people, all with the event: the scores are 1 less 1/4, 1/4 + 1/3, 1/4 + 1/3 + 1/2, and that plus 1."""
    time, event = np.array([1.0, 2, 3, 4]), np.ones(4, dtype=bool)
    scores = 1 - np.cumsum([1 / 4, 1 / 3, 1 / 2, 1])
    apart = [abs(scores[list(pair)].sum()) for pair in combinations(range(4), 2)]
    for first in combinations(range(4), 2):
        group = np.where(np.isin(np.arange(4), first), 0, 1)
        expected = np.mean([one >= abs(scores[list(first)].sum()) - 1e-12 for one in apart])
        assert permuted_log_rank(time, event, group, seed=1) == pytest.approx(expected)


def test_with_many_events_exchanging_people_agrees_with_chi_square() -> None:
    draw = np.random.default_rng(2)
    time, event, group = draw.exponential(1, 300), draw.random(300) < 0.7, draw.integers(0, 3, 300)
    time = np.where(group == 1, time * 1.25, time)
    assert permuted_log_rank(time, event, group, seed=1) == pytest.approx(log_rank(time, event, group).p_value, abs=0.02)


@pytest.mark.parametrize(
    ("time", "event", "notes"),
    [
        ([3, 3, 3, 3], [1, 1, 1, 1], ("everybody_by_then", "all_at_once", "all_at_once", "all_at_once")),
        ([2, 3, 3, 3], [0, 1, 1, 1], ("everybody_by_then", "all_at_once", "all_at_once", "all_at_once")),
        ([5, 5, 6, 6], [0, 0, 0, 0], ("nobody_by_then", "median_not_reached", "no_events", "no_events")),
        ([7, 7, 7, 8], [1, 0, 1, 0], ("nobody_by_then", "upper_end_not_reached", "no_events_before_horizon", "permutation_test")),
        ([1, 3, 2, 5], [0, 1, 0, 1], ("", "upper_end_not_reached", "", "no_telling_event")),
        ([1, 1, 2, 3], [1, 1, 1, 0], ("beyond_follow_up", "upper_end_not_reached", "horizon_beyond_follow_up", "permutation_test")),
    ],
)
def test_nobody_yet_and_everybody_at_once_are_told_apart(time: list[float], event: list[float], notes: tuple[str, ...]) -> None:
    columns = {"outcome": [float(one) for one in time], "event": [float(one) for one in event], "sex": ["woman", "man"] * 2}
    rows = rows_of(survival(cohort(columns, event="ended", event_codes=("work",), times=(4.0,), horizon=6.0, by=("sex",))))
    keys = ("survival_at", "4"), ("median_time", "all"), ("restricted_mean", "all"), ("log_rank", "sex")
    assert tuple(rows[key]["note"] for key in keys) == notes


def test_the_mean_up_to_a_horizon_stays_inside_it_and_is_normal_for_many() -> None:
    draw = np.random.default_rng(4)
    time = draw.exponential(2, 4000)
    found = restricted_mean(time, np.ones(4000, dtype=bool), 3.0)
    expected = found.estimate - 1.96 * found.std_error, found.estimate + 1.96 * found.std_error
    assert (found.conf_low, found.conf_high) == pytest.approx(expected, abs=0.001)
    few = restricted_mean(np.array([2.9, 3, 3, 3]), np.array([True, False, False, False]), 3.0)
    assert few.estimate < few.conf_high < 3


def test_an_end_that_is_not_known_is_missing() -> None:
    columns = {"outcome": [1.0, 2, np.nan, 4], "event": [1.0, np.nan, 1, 0]}
    row = rows_of(survival(cohort(columns, event="ended", event_codes=("work",))))["median_time", "all"]
    assert (row["n"], row["n_missing"]) == (2, 2)


@pytest.mark.parametrize(
    ("columns", "notes"),
    [
        (
            {"outcome": [2.0, 3], "event": [0.0, 0]},
            {"median_time": "median_not_reached", "restricted_mean": "horizon_beyond_follow_up no_events"},
        ),
        ({"outcome": [np.nan], "event": [1.0]}, {"median_time": "too_few_people", "restricted_mean": "too_few_people"}),
    ],
)
def test_nothing_to_estimate_is_a_row_with_a_note(columns: dict, notes: dict[str, str]) -> None:
    columns = {**columns, "sex": ["woman"] * len(columns["outcome"])}
    rows = rows_of(survival(cohort(columns, event="ended", event_codes=("work",), horizon=6.0, by=("sex",))))
    assert {name: rows[name, "all"]["note"] for name in notes} == notes
    assert rows["log_rank", "sex"]["note"] == ("too_few_people" if len(columns["outcome"]) == 1 else "one_level_only")
