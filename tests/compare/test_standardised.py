"""Standardised differences: relations between them, and the definition of their intervals."""

import numpy as np
import pytest
from scipy.stats import nct

from pipeline.compare.numbers.means import pooled_difference
from pipeline.compare.numbers.standardised import (
    cohens_d,
    hedges_g,
    noncentrality_interval,
    small_sample_correction,
)

DRAW = np.random.default_rng(11)
FIRST, SECOND = DRAW.normal(0.4, 1.0, 25), DRAW.normal(0.0, 1.5, 40)


@pytest.mark.parametrize(("statistic", "df"), [(2.1, 20.0), (-0.3, 7.5), (12.0, 300.0), (0.0, 5.0)])
def test_each_limit_puts_half_of_alpha_beyond_the_observed_t(statistic: float, df: float) -> None:
    low, high = noncentrality_interval(statistic, df, 0.95)
    assert nct.sf(statistic, df, low) == pytest.approx(0.025, rel=1e-8)
    assert nct.cdf(statistic, df, high) == pytest.approx(0.025, rel=1e-8)


def test_hedges_g_shrinks_d_and_its_interval_alike() -> None:
    d, g = cohens_d(FIRST, SECOND), hedges_g(FIRST, SECOND)
    correction = small_sample_correction(63)
    assert (g.difference, g.conf_low, g.conf_high) == pytest.approx([correction * end for end in (d.difference, d.conf_low, d.conf_high)])
    assert correction == pytest.approx(1 - 3 / (4 * 63 - 1), rel=1e-5)


def test_d_is_t_without_the_sample_size() -> None:
    t = pooled_difference(FIRST, SECOND).statistic
    assert cohens_d(FIRST, SECOND).difference == pytest.approx(t * np.sqrt(1 / 25 + 1 / 40))


def test_groups_of_hundreds_of_thousands_keep_their_interval() -> None:
    first, second = DRAW.normal(3, 1, 200_000), DRAW.normal(0, 1, 200_000)
    g = hedges_g(first, second)
    assert 2.9 < g.conf_low < g.difference < g.conf_high < 3.1


def test_where_noncentral_t_cannot_be_computed_there_is_no_interval() -> None:
    assert np.isnan(noncentrality_interval(1e7, 10.0, 0.95)).all()
