"""Standardised differences: relations between them, and the definition of their intervals."""

import numpy as np
import pytest
from scipy.stats import nct

from pipeline.compare.numbers.effect_sizes import (
    hedges_g,
    hedges_g_av,
    noncentrality_interval,
    small_sample_correction,
)
from pipeline.compare.numbers.means import mean_change, pooled_difference

DRAW = np.random.default_rng(11)
FIRST, SECOND = DRAW.normal(0.4, 1.0, 25), DRAW.normal(0.0, 1.5, 40)


@pytest.mark.parametrize(("statistic", "df"), [(2.1, 20.0), (-0.3, 7.5), (12.0, 300.0), (0.0, 5.0)])
def test_each_limit_puts_half_of_alpha_beyond_the_observed_t(statistic: float, df: float) -> None:
    low, high = noncentrality_interval(statistic, df, 0.95)
    assert nct.sf(statistic, df, low) == pytest.approx(0.025, rel=1e-8)
    assert nct.cdf(statistic, df, high) == pytest.approx(0.025, rel=1e-8)


def test_the_correction_for_small_samples_is_close_to_hedges_own_approximation() -> None:
    correction = small_sample_correction(63)
    assert correction == pytest.approx(1 - 3 / (4 * 63 - 1), rel=1e-5)


def test_g_and_its_limits_are_t_and_its_limits_without_the_sample_size_times_the_correction() -> None:
    t = pooled_difference(FIRST, SECOND).statistic
    expected = np.array([t, *noncentrality_interval(t, 63, 0.95)]) * np.sqrt(1 / 25 + 1 / 40) * small_sample_correction(63)
    g = hedges_g(FIRST, SECOND)
    assert (g.effect, g.effect_low, g.effect_high) == pytest.approx(tuple(expected))


def test_groups_of_hundreds_of_thousands_keep_their_interval() -> None:
    first, second = DRAW.normal(3, 1, 200_000), DRAW.normal(0, 1, 200_000)
    g = hedges_g(first, second)
    assert 2.9 < g.effect_low < g.effect < g.effect_high < 3.1


def test_where_noncentral_t_cannot_be_computed_there_is_no_interval() -> None:
    assert np.isnan(noncentrality_interval(1e7, 10.0, 0.95)).all()


# --- changes of the same people


BEFORE = DRAW.normal(3, 1, 24)
AFTER = 0.6 * BEFORE + DRAW.normal(1.6, 0.7, 24)


def test_swapping_the_waves_mirrors_every_size() -> None:
    one, other = hedges_g_av(BEFORE, AFTER), hedges_g_av(AFTER, BEFORE)
    assert (one.effect, one.effect_low, one.effect_high) == pytest.approx((-other.effect, -other.effect_high, -other.effect_low))


def test_another_scale_changes_no_size() -> None:
    assert vars(hedges_g_av(BEFORE, AFTER)) == pytest.approx(vars(hedges_g_av(10 + 3 * BEFORE, 10 + 3 * AFTER)))


def test_with_equal_spreads_the_size_is_the_change_in_standard_deviations() -> None:
    first, second = np.array([1.0, -1, 1, -1]), np.array([1.0, 1, -1, -1])
    before, after = first, 0.5 * first + np.sqrt(0.75) * second + 0.4
    size = hedges_g_av(before, after).times(1 / small_sample_correction(3))
    limits = noncentrality_interval(mean_change(after - before).statistic, 3, 0.95)
    assert size.effect == pytest.approx(0.4 / np.sqrt(4 / 3))
    assert (size.effect_low, size.effect_high) == pytest.approx((limits[0] / np.sqrt(4), limits[1] / np.sqrt(4)))


@pytest.mark.slow
def test_the_interval_of_a_change_holds_the_true_size_about_as_often_as_it_says() -> None:
    draw = np.random.default_rng(7)
    held = 0
    for _ in range(400):
        before = draw.standard_normal(20)
        after = 0.5 * before + np.sqrt(0.75) * draw.standard_normal(20) + 0.5
        size = hedges_g_av(before, after)
        held += size.effect_low <= 0.5 <= size.effect_high
    assert held / 400 == pytest.approx(0.95, abs=0.035)
