"""Agreement of coders: sums by hand, published examples, other packages, and codes that say nothing; R in tests/reference."""

import numpy as np
import pandas as pd
import pingouin
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa as peer_kappa
from statsmodels.stats.inter_rater import fleiss_kappa as peer_fleiss

from pipeline.compare.numbers.agreement import (
    coder_table,
    cohens_kappa_error,
    coincidence_matrix,
    fleiss_kappa,
    interval_distances,
    jackknife_interval,
    kappa_of,
    kappa_weights,
    krippendorff_alpha,
    nominal_distances,
    ordinal_distances,
    percent_agreement,
)
from pipeline.compare.numbers.intraclass import rater_correlation
from pipeline.compare.numbers.student import critical_value

TABLE = np.array([[20, 5, 1], [10, 15, 4], [2, 3, 9]])


def test_kappa_is_what_is_seen_beyond_chance() -> None:
    seen, chance = 35 / 50, 25 / 50 * 30 / 50 + 25 / 50 * 20 / 50
    assert kappa_of(np.array([[20, 5], [10, 15]]), kappa_weights(2, "nominal")) == pytest.approx((seen - chance) / (1 - chance))


@pytest.mark.parametrize(("kind", "name"), [("nominal", None), ("linear", "linear"), ("quadratic", "quadratic")])
def test_kappas_are_those_of_statsmodels(kind: str, name: str | None) -> None:
    assert kappa_of(TABLE, kappa_weights(3, kind)) == pytest.approx(peer_kappa(TABLE, wt=name).kappa)


def test_two_categories_make_all_weights_the_same() -> None:
    table = TABLE[:2, :2]
    [plain, linear, quadratic] = [kappa_of(table, kappa_weights(2, kind)) for kind in ("nominal", "linear", "quadratic")]
    assert plain == pytest.approx(linear) == pytest.approx(quadratic)


def test_swapping_the_coders_changes_no_number() -> None:
    for kind in ("nominal", "quadratic"):
        assert kappa_of(TABLE, kappa_weights(3, kind)) == pytest.approx(kappa_of(TABLE.T, kappa_weights(3, kind)))


def test_full_agreement_is_one_without_error() -> None:
    assert kappa_of(np.diag([3, 4, 5]), kappa_weights(3, "nominal")) == pytest.approx(1)
    assert cohens_kappa_error(np.diag([3, 4, 5])) == pytest.approx(0)
    assert fleiss_kappa(np.array([[0.0, 0], [1, 1]]), 2) == 1


def test_one_category_only_says_nothing_beyond_chance() -> None:
    assert np.isnan(kappa_of(np.diag([12, 0]), kappa_weights(2, "nominal")))
    assert np.isnan(fleiss_kappa(np.zeros((12, 2)), 3))
    assert percent_agreement(np.zeros((12, 2))) == 1


def test_a_coder_without_codes_leaves_nothing_to_compare() -> None:
    codes = np.column_stack([np.array([0.0, 1, 1]), np.full(3, np.nan)])
    assert coder_table(codes, 2).sum() == 0
    assert np.isnan(kappa_of(np.zeros((2, 2)), kappa_weights(2, "nominal")))
    assert np.isnan([fleiss_kappa(codes, 2), percent_agreement(codes)]).all()


@given(st.lists(st.lists(st.integers(0, 2), min_size=3, max_size=3), min_size=2, max_size=20))
def test_fleiss_kappa_is_that_of_statsmodels(rows: list[list[int]]) -> None:
    codes = np.array(rows, dtype=float)
    votes = (codes[:, :, None] == np.arange(3)).sum(axis=1)
    if len(np.unique(codes)) > 1:
        assert fleiss_kappa(codes, 3) == pytest.approx(peer_fleiss(votes), abs=1e-12)


def test_units_that_a_coder_left_out_are_left_out() -> None:
    codes = np.array([[0, 0], [1, 0], [1, 1], [0, np.nan], [np.nan, 1]])
    assert coder_table(codes, 2).tolist() == [[1, 0], [1, 1]]
    assert percent_agreement(codes) == pytest.approx(2 / 3)
    assert fleiss_kappa(codes, 2) == fleiss_kappa(codes[:3], 2)


def test_many_tables_at_once_give_what_each_gives() -> None:
    codes = np.random.default_rng(2).choice([0, 1, 2, np.nan], (5, 12, 2))
    for statistic in (
        lambda one: kappa_of(coder_table(one, 3), kappa_weights(3, "linear")),
        lambda one: fleiss_kappa(one, 3),
        percent_agreement,
    ):
        assert statistic(codes) == pytest.approx(np.array([statistic(one) for one in codes]), nan_ok=True)


def test_the_large_sample_error_is_how_far_kappa_varies() -> None:
    shares = np.array([0.3, 0.1, 0.15, 0.45])
    tables = np.random.default_rng(3).multinomial(200, shares, 2000).reshape(-1, 2, 2)
    spread = np.std([kappa_of(table, kappa_weights(2, "nominal")) for table in tables])
    assert cohens_kappa_error(200 * shares.reshape(2, 2)) == pytest.approx(spread, rel=0.05)


# --- Krippendorff's alpha and leaving out one unit


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


@pytest.mark.parametrize(("metric", "published"), [(nominal_distances, 0.743), (ordinal_distances, 0.815), (interval_distances, 0.849)])
def test_the_published_example_is_reproduced(metric, published: float) -> None:
    assert krippendorff_alpha(TEXTBOOK, metric) == pytest.approx(published, abs=0.0005)


def test_each_code_of_a_unit_weighs_once() -> None:
    _, coincidences = coincidence_matrix(TEXTBOOK)
    assert coincidences.sum() == pytest.approx(40)  # 41 codes, one of them alone in its unit
    assert coincidences == pytest.approx(coincidences.T)


@given(CODES)
def test_alpha_is_at_most_one_and_the_order_of_coders_and_units_does_not_matter(rows: list[list[float]]) -> None:
    codes = np.array(rows)
    for metric in (nominal_distances, ordinal_distances, interval_distances):
        alpha = krippendorff_alpha(codes, metric)
        assert np.isnan(alpha) or alpha <= 1 + 1e-12
        assert krippendorff_alpha(codes[::-1, ::-1], metric) == pytest.approx(alpha, abs=1e-12, nan_ok=True)


def test_full_agreement_is_one_and_one_code_alone_is_left_out() -> None:
    codes = np.array([[0, 0], [1, 1], [2, 2]], dtype=float)
    for metric in (nominal_distances, ordinal_distances, interval_distances):
        assert krippendorff_alpha(codes, metric) == 1
        assert krippendorff_alpha(np.vstack([codes, [[3, NONE]]]), metric) == 1


def test_two_values_make_all_metrics_the_same() -> None:
    codes = np.random.default_rng(3).integers(0, 2, (30, 3)).astype(float)
    alphas = [float(krippendorff_alpha(codes, metric)) for metric in (nominal_distances, ordinal_distances, interval_distances)]
    assert alphas == pytest.approx([alphas[0]] * 3)


@pytest.mark.parametrize("codes", [np.full((4, 2), 1.0), np.array([[1, NONE], [NONE, 2]]), np.full((3, 2), NONE)])
def test_no_variety_or_no_pair_gives_no_number(codes: np.ndarray) -> None:
    for metric in (nominal_distances, ordinal_distances, interval_distances):
        assert np.isnan(krippendorff_alpha(codes, metric))


def test_leaving_out_one_unit_at_a_time_gives_the_error_of_a_mean() -> None:
    values = np.random.default_rng(1).uniform(-0.5, 0.9, 250)  # more than are left out in one go
    low, high = jackknife_interval(lambda repeats: repeats.mean(axis=-1), values)
    mean, error = values.mean(), values.std(ddof=1) / 250**0.5
    half = critical_value(0.95, 249) * error / (1 - mean**2)  # the derivative of Fisher's z is 1 / (1 - r^2)
    assert (np.arctanh(low), np.arctanh(high)) == pytest.approx((np.arctanh(mean) - half, np.arctanh(mean) + half))


def test_an_index_that_is_undefined_without_some_unit_gets_no_interval() -> None:
    codes = np.array([[0, 0]] * 5 + [[0, 1]], dtype=float)
    assert np.isnan(jackknife_interval(lambda repeats: krippendorff_alpha(repeats, nominal_distances), codes)).all()


# --- the intraclass correlation


SHROUT_FLEISS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float)
"""Shrout and Fleiss (1979), table 2: six targets, four judges."""


def test_the_published_correlation_is_reproduced() -> None:
    assert rater_correlation(SHROUT_FLEISS).estimate == pytest.approx(0.29, abs=0.005)


def test_the_interval_is_that_of_pingouin() -> None:
    long = pd.DataFrame(SHROUT_FLEISS).reset_index().melt("index")
    theirs = pingouin.intraclass_corr(long, "index", "variable", "value").set_index("Type").loc["ICC(A,1)"]
    ours = rater_correlation(SHROUT_FLEISS)
    assert ours.estimate == pytest.approx(theirs["ICC"])
    assert (ours.conf_low, ours.conf_high) == pytest.approx(tuple(theirs["CI95"]), abs=0.006)  # pingouin rounds to 2 decimals


def test_ratings_that_do_not_vary_give_no_number() -> None:
    assert np.isnan(rater_correlation(np.full((5, 3), 2.0)).estimate)


def test_a_rater_who_always_gives_one_more_breaks_agreement_and_leaves_no_interval() -> None:
    base = np.array([1.0, 2, 4, 7, 3])
    found = rater_correlation(np.column_stack([base, base + 1]))
    assert found.estimate < 1
    assert np.isnan(found.conf_low)


def test_units_that_lack_a_rating_are_left_out() -> None:
    wider = np.vstack([SHROUT_FLEISS, [[1, 2, np.nan, 4]]])
    assert rater_correlation(wider) == rater_correlation(SHROUT_FLEISS)
