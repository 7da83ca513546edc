"""Intervals of one share: their equations, their edges, their order; numbers from R are in tests/reference."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit
from scipy.stats import beta, binom, t

from pipeline.compare.numbers.proportions import (
    clopper_pearson_interval,
    clustering_of,
    exact_interval,
    share_interval,
    wilson_interval,
)
from pipeline.compare.numbers.student import normal_value

ALL = (wilson_interval, clopper_pearson_interval)


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int]:
    total = draw(st.integers(1, 500))
    return draw(st.integers(0, total)), total


@given(counts())
def test_those_who_did_and_those_who_did_not_mirror_each_other(count: tuple[int, int]) -> None:
    did, total = count
    for interval in ALL:
        low, high = interval(did, total)
        assert (1 - high, 1 - low) == pytest.approx(interval(total - did, total), abs=1e-10)


@given(counts())
def test_intervals_stay_between_nobody_and_everybody(count: tuple[int, int]) -> None:
    for interval in ALL:
        low, high = interval(*count)
        assert 0 <= low < high <= 1


@given(counts())
def test_wilsons_ends_lie_just_as_far_away_as_allowed(count: tuple[int, int]) -> None:
    did, total = count
    for end in wilson_interval(did, total):
        if 0 < end < 1:
            assert abs(did / total - end) == pytest.approx(normal_value(0.95) * np.sqrt(end * (1 - end) / total), rel=1e-6)


def test_the_exact_interval_leaves_half_of_alpha_in_each_tail() -> None:
    low, high = clopper_pearson_interval(7, 30)
    assert binom.sf(6, 30, low) == pytest.approx(0.025)
    assert binom.cdf(7, 30, high) == pytest.approx(0.025)


@pytest.mark.parametrize("total", [1, 6, 1000])
def test_edges_are_exactly_none_and_all(total: int) -> None:
    for interval in ALL:
        assert interval(0, total)[0] == 0
        assert interval(total, total)[1] == 1


def test_the_programmes_own_target_cannot_be_told_from_forty_two_of_sixty() -> None:
    # 42 of 60 is exactly 70 %; published with Wilson's 57.5-80.1 %.
    assert [round(100 * end, 1) for end in wilson_interval(42, 60)] == [57.5, 80.1]


def test_a_higher_confidence_widens_every_interval() -> None:
    for interval in ALL:
        (low, high), (lower, higher) = interval(9, 40, 0.90), interval(9, 40, 0.99)
        assert lower < low < high < higher


# --- clusters


COUNTS = np.array([2, 9, 4, 7, 1, 6])
"""Who did, of ten in each of six clusters."""


def ten_in_each(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.concatenate([np.arange(10) < count for count in counts]), np.repeat(np.arange(len(counts)), 10)


def test_in_clusters_of_one_size_the_error_is_that_of_their_shares() -> None:
    clustering = clustering_of(*ten_in_each(COUNTS))
    shares, share = COUNTS / 10, COUNTS.sum() / 60
    variance = shares.var(ddof=1) / 6
    assert (clustering.clusters, clustering.df) == (6, pytest.approx(6 - 1))
    assert clustering.design_effect == pytest.approx(variance / (share * (1 - share) / 60))
    half = t.ppf(0.975, 5) * np.sqrt(variance) / (share * (1 - share))
    assert share_interval(29, 60, 0.95, clustering) == pytest.approx((expit(logit(share) - half), expit(logit(share) + half)))


def test_korn_and_graubards_interval_is_the_exact_one_of_fewer_people() -> None:
    clustering = clustering_of(*ten_in_each(COUNTS))
    people = 60 / clustering.design_effect * (t.ppf(0.975, 59) / t.ppf(0.975, 5)) ** 2
    did = 29 / 60 * people
    expected = beta.ppf(0.025, did, people - did + 1), beta.ppf(0.975, did + 1, people - did)
    assert exact_interval(29, 60, 0.95, clustering) == pytest.approx(expected)


@pytest.mark.parametrize("counts", [np.zeros(6), np.full(6, 10), np.full(6, 3)], ids=["nobody", "everybody", "same_share"])
def test_clusters_that_do_not_differ_give_no_interval_of_no_width(counts: np.ndarray) -> None:
    clustering, did = clustering_of(*ten_in_each(counts)), int(counts.sum())
    for interval, alone in ((share_interval, wilson_interval), (exact_interval, clopper_pearson_interval)):
        low, high = interval(did, 60, 0.95, clustering)
        plain = alone(did, 60)
        assert low <= plain[0] < plain[1] <= high


def test_where_nobody_did_few_clusters_leave_more_room_than_many() -> None:
    six = share_interval(0, 60, 0.95, clustering_of(*ten_in_each(np.zeros(6))))
    reach = t.ppf(0.975, 5) ** 2
    assert six == pytest.approx((0, reach / (60 + reach)))
    assert share_interval(0, 60, 0.95, clustering_of(np.zeros(60), np.arange(60)))[1] < six[1]
