"""Krippendorff's alpha: his own example with missing codes, properties, and data that say nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.compare.numbers.jackknife import jackknife_interval
from pipeline.compare.numbers.krippendorff import coincidence_matrix, interval, krippendorff_alpha, nominal, ordinal
from pipeline.compare.numbers.student import critical_value

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


def test_leaving_out_one_unit_at_a_time_gives_the_error_of_a_mean() -> None:
    values = np.random.default_rng(1).uniform(-0.5, 0.9, 250)  # more than are left out in one go
    low, high = jackknife_interval(lambda repeats: repeats.mean(axis=-1), values)
    mean, error = values.mean(), values.std(ddof=1) / 250**0.5
    half = critical_value(0.95, 249) * error / (1 - mean**2)  # the derivative of Fisher's z is 1 / (1 - r^2)
    assert (np.arctanh(low), np.arctanh(high)) == pytest.approx((np.arctanh(mean) - half, np.arctanh(mean) + half))


def test_an_index_that_is_undefined_without_some_unit_gets_no_interval() -> None:
    codes = np.array([[0, 0]] * 5 + [[0, 1]], dtype=float)
    assert np.isnan(jackknife_interval(lambda repeats: krippendorff_alpha(repeats, nominal), codes)).all()
