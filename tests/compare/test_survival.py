"""Time to an event: sums by hand, other packages, and curves that end early; numbers from R are in tests/reference."""

import numpy as np
import pytest
import statsmodels.api as sm

from pipeline.compare.survival import followed_to, log_rank, quantile_time, restricted_mean, survival_at

TIME = np.array([1.0, 2, 2, 4, 5, 6, 6, 8])
EVENT = np.array([1, 1, 0, 1, 0, 1, 1, 0], dtype=bool)


def drawn(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    return np.ceil(draw.exponential(8, n) * 2) / 2, draw.random(n) < 0.7


def test_without_censoring_the_restricted_mean_is_a_plain_mean() -> None:
    time = np.array([1.0, 3, 4, 9])
    found = restricted_mean(time, np.ones(4, dtype=bool), 6.0)
    assert found.mean == pytest.approx((1 + 3 + 4 + 6) / 4)
    assert found.std_error == pytest.approx(np.array([1.0, 3, 4, 6]).std() / np.sqrt(4))


def test_the_restricted_mean_is_the_area_under_the_curve() -> None:
    # The curve: 1 to time 1, 7/8 to 2, 3/4 to 4, 3/5 to 6, then 1/5.
    assert restricted_mean(TIME, EVENT, 7.0).mean == pytest.approx(1 + 7 / 8 + 2 * 3 / 4 + 2 * 3 / 5 + 1 * 1 / 5)


def test_nobody_with_the_event_keeps_the_whole_time() -> None:
    assert vars(restricted_mean(np.array([2.0, 9]), np.array([False, False]), 6.0)) == {"mean": 6.0, "std_error": 0.0}


def test_quantiles_and_their_intervals_are_those_of_statsmodels() -> None:
    time, event = drawn(150, 4)
    peer = sm.SurvfuncRight(time, event.astype(int))
    for share in (0.1, 0.25, 0.5):
        ours = quantile_time(time, event, share)
        assert ours.time == peer.quantile(share)
        assert (ours.conf_low, ours.conf_high) == pytest.approx(peer.quantile_ci(share, method="cloglog"))


def test_a_curve_that_lies_on_the_share_gives_the_middle_of_the_stretch() -> None:
    everybody = np.ones(4, dtype=bool)
    assert quantile_time(np.array([1.0, 2, 5, 9]), everybody, 0.5).time == (2 + 5) / 2
    assert quantile_time(np.array([1.0, 2, 7, 7]), np.array([True, True, False, False]), 0.5).time == (2 + 7) / 2


def test_a_curve_that_stays_above_the_share_has_no_such_time() -> None:
    found = quantile_time(np.array([1.0, 5, 5, 5]), np.array([True, False, False, False]), 0.5)
    assert np.isnan([found.time, found.conf_high]).all()
    assert np.isnan(quantile_time(np.array([3.0]), np.array([False]), 0.5).time)


@pytest.mark.parametrize("groups", [2, 4])
def test_the_log_rank_test_is_that_of_statsmodels(groups: int) -> None:
    time, event = drawn(160, 8)
    group = np.random.default_rng(1).integers(0, groups, 160)
    found = log_rank(time, event, group)
    statistic, p_value = sm.duration.survdiff(time, event.astype(int), group)
    assert (found.statistic, found.p_value, found.df) == pytest.approx((statistic, p_value, groups - 1))
    assert found.expected.sum() == pytest.approx(found.observed.sum()) == event.sum()


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


def test_nothing_is_said_of_times_after_the_last_one_followed() -> None:
    curve = survival_at(TIME, EVENT, np.array([4.0, 8, 9]))
    assert curve.survival[:2] == pytest.approx([3 / 5, 1 / 5])
    assert np.isnan([curve.survival[2], curve.conf_low[2]]).all()
    assert followed_to(TIME, EVENT, 8) and not followed_to(TIME, EVENT, 9)
    assert followed_to(np.array([1.0, 2]), np.array([False, True]), 9)
