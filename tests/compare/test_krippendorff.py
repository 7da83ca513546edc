"""Krippendorff's alpha: his own example with missing codes, properties, and data that say nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.compare.bootstrap import bootstrap_interval
from pipeline.compare.krippendorff import coincidence_matrix, interval, krippendorff_alpha, nominal, ordinal

NONE = np.nan
TEXTBOOK = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NONE, NONE, NONE],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NONE, 3],
        [NONE, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NONE],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NONE],
    ]
).T
"""Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, example C: twelve units, four coders."""
CODES = st.lists(st.lists(st.sampled_from([0.0, 1, 2, NONE]), min_size=3, max_size=3), min_size=2, max_size=15)


@pytest.mark.parametrize(("metric", "published"), [(nominal, 0.743), (ordinal, 0.815), (interval, 0.849)])
def test_the_published_example_is_reproduced(metric, published: float) -> None:
    assert krippendorff_alpha(TEXTBOOK, metric) == pytest.approx(published, abs=0.0005)


def test_each_code_of_a_unit_weighs_once() -> None:
    _, coincidences = coincidence_matrix(TEXTBOOK)
    assert coincidences.sum() == pytest.approx(40)  # 41 codes, one of them alone in its unit
    assert coincidences == pytest.approx(coincidences.T)


@given(CODES)
def test_alpha_is_at_most_one_and_the_order_of_coders_and_units_does_not_matter(rows: list[list[float]]) -> None:
    codes = np.array(rows)
    for metric in (nominal, ordinal, interval):
        alpha = krippendorff_alpha(codes, metric)
        assert np.isnan(alpha) or alpha <= 1 + 1e-12
        assert krippendorff_alpha(codes[::-1, ::-1], metric) == pytest.approx(alpha, abs=1e-12, nan_ok=True)


def test_full_agreement_is_one_and_one_code_alone_is_left_out() -> None:
    codes = np.array([[0, 0], [1, 1], [2, 2]], dtype=float)
    for metric in (nominal, ordinal, interval):
        assert krippendorff_alpha(codes, metric) == 1
        assert krippendorff_alpha(np.vstack([codes, [[3, NONE]]]), metric) == 1


def test_two_values_make_all_metrics_the_same() -> None:
    codes = np.random.default_rng(3).integers(0, 2, (30, 3)).astype(float)
    alphas = [float(krippendorff_alpha(codes, metric)) for metric in (nominal, ordinal, interval)]
    assert alphas == pytest.approx([alphas[0]] * 3)


@pytest.mark.parametrize("codes", [np.full((4, 2), 1.0), np.array([[1, NONE], [NONE, 2]]), np.full((3, 2), NONE)])
def test_no_variety_or_no_pair_gives_no_number(codes: np.ndarray) -> None:
    for metric in (nominal, ordinal, interval):
        assert np.isnan(krippendorff_alpha(codes, metric))


def test_the_bootstrap_is_fixed_by_its_seed_and_holds_the_estimate() -> None:
    draw = np.random.default_rng(8)
    first = draw.integers(0, 3, 50)
    codes = np.column_stack([first, np.where(draw.random(50) < 0.8, first, draw.integers(0, 3, 50))]).astype(float)
    one, again = (bootstrap_interval(lambda draws: krippendorff_alpha(draws, nominal), codes, seed=4) for _ in range(2))
    other = bootstrap_interval(lambda draws: krippendorff_alpha(draws, nominal), codes, seed=5)
    assert one == again != other
    assert one.conf_low < krippendorff_alpha(codes, nominal) < one.conf_high
    assert (one.conf_low, one.conf_high) == pytest.approx((other.conf_low, other.conf_high), abs=0.03)


def test_the_bootstrap_of_a_mean_is_about_as_wide_as_its_normal_interval() -> None:
    values = np.random.default_rng(1).normal(0, 1, 100)
    found = bootstrap_interval(lambda draws: draws.mean(axis=-1), values, seed=1)
    assert found.conf_high - found.conf_low == pytest.approx(2 * 1.96 * values.std() / 10, rel=0.06)
    assert found.defined == 1


def test_a_statistic_that_is_often_undefined_gets_no_interval() -> None:
    codes = np.array([[0, 0]] * 5 + [[1, 1]], dtype=float)  # one draw in three lacks the only other code
    found = bootstrap_interval(lambda draws: krippendorff_alpha(draws, nominal), codes, seed=1)
    assert np.isnan([found.conf_low, found.conf_high]).all()
    assert found.defined == pytest.approx(1 - (5 / 6) ** 6, abs=0.04)
