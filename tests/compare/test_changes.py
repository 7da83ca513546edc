"""Mean changes and their standardised sizes; numbers from R are in tests/reference."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_1samp

from pipeline.compare.numbers.changes import clustered_mean_change, mean_change, rounded_changes
from pipeline.compare.numbers.standardised import noncentrality_interval
from pipeline.compare.numbers.standardised_changes import cohens_d_av, hedges_g_av

RNG = np.random.default_rng(12)
BEFORE = RNG.normal(3, 1, 24)
AFTER = 0.6 * BEFORE + RNG.normal(1.6, 0.7, 24)


def test_changes_of_fractions_that_should_be_equal_are_equal() -> None:
    change = rounded_changes(np.array([1.1, 2.2, 7 / 3]), np.array([1.4, 2.5, 7 / 3]))
    assert change.tolist() == [0.3, 0.3, 0.0]
    assert not np.signbit(change[2])


@given(st.lists(st.floats(-5, 5), min_size=3, max_size=30))
def test_the_test_of_a_mean_change_is_scipys(values: list[float]) -> None:
    change = np.array(values)
    if np.ptp(change) < 1e-3:
        return
    ours, theirs = mean_change(change, 0.9), ttest_1samp(change, 0)
    assert (ours.statistic, ours.p_value, ours.df) == pytest.approx((theirs.statistic, theirs.pvalue, theirs.df), rel=1e-9, abs=1e-12)
    assert (ours.conf_low, ours.conf_high) == pytest.approx(tuple(theirs.confidence_interval(0.9)), rel=1e-9, abs=1e-12)


def test_everybody_a_cluster_of_one_is_the_plain_t_test() -> None:
    change = AFTER - BEFORE
    plain, clustered = mean_change(change), clustered_mean_change(change, np.arange(24))
    assert vars(clustered) == pytest.approx(vars(plain), rel=1e-10)


def test_clusters_of_one_size_are_a_t_test_of_their_means() -> None:
    change, clusters = AFTER - BEFORE, np.repeat(np.arange(6), 4)
    means = change.reshape(6, 4).mean(axis=1)
    assert vars(clustered_mean_change(change, clusters)) == pytest.approx(vars(mean_change(means)), rel=1e-10)


def test_unequal_clusters_have_fewer_degrees_of_freedom_than_clusters_less_one() -> None:
    clusters = np.repeat(np.arange(4), [15, 5, 2, 2])
    assert 1 < clustered_mean_change(AFTER - BEFORE, clusters).df < 3


def test_swapping_the_waves_mirrors_every_size() -> None:
    for size in (cohens_d_av, hedges_g_av):
        one, other = size(BEFORE, AFTER), size(AFTER, BEFORE)
        assert (one.difference, one.conf_low, one.conf_high) == pytest.approx((-other.difference, -other.conf_high, -other.conf_low))


def test_another_scale_changes_no_size() -> None:
    for size in (cohens_d_av, hedges_g_av):
        assert vars(size(BEFORE, AFTER)) == pytest.approx(vars(size(10 + 3 * BEFORE, 10 + 3 * AFTER)))


def test_with_equal_spreads_the_size_is_the_change_in_standard_deviations() -> None:
    first, second = np.array([1.0, -1, 1, -1]), np.array([1.0, 1, -1, -1])
    before, after = first, 0.5 * first + np.sqrt(0.75) * second + 0.4
    size, limits = cohens_d_av(before, after), noncentrality_interval(mean_change(after - before).statistic, 3, 0.95)
    assert size.difference == pytest.approx(0.4 / np.sqrt(4 / 3))
    assert (size.conf_low, size.conf_high) == pytest.approx((limits[0] / np.sqrt(4), limits[1] / np.sqrt(4)))


def test_the_interval_of_d_av_holds_the_true_size_about_as_often_as_it_says() -> None:
    draw = np.random.default_rng(7)
    held = 0
    for _ in range(400):
        before = draw.standard_normal(20)
        after = 0.5 * before + np.sqrt(0.75) * draw.standard_normal(20) + 0.5
        size = cohens_d_av(before, after)
        held += size.conf_low <= 0.5 <= size.conf_high
    assert held / 400 == pytest.approx(0.95, abs=0.035)
