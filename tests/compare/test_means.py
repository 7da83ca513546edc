"""Mean changes and their standardised sizes; numbers from R are in tests/reference."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_1samp

from pipeline.compare.numbers.means import clustered_mean_change, mean_change, rounded_changes

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


@pytest.mark.parametrize("mean", [0.0, 2.0])
def test_clusters_that_all_have_one_mean_leave_no_test(mean: float) -> None:
    change = mean + np.array([-1.0, 1.0, -2.0, 2.0, 0.0])
    found = clustered_mean_change(change, np.array([0, 0, 1, 1, 2]))
    assert (found.estimate, found.std_error) == (mean, 0)
    assert np.isnan([found.statistic, found.p_value]).all()
