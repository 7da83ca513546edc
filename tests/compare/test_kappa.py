"""Kappas: sums by hand, another package, and tables that say nothing; numbers from R are in tests/reference."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa as peer_kappa
from statsmodels.stats.inter_rater import fleiss_kappa as peer_fleiss

from pipeline.compare.numbers.kappa import (
    agreement_table,
    cohens_kappa_error,
    fleiss_kappa,
    kappa_of,
    linear_weights,
    nominal_weights,
    percent_agreement,
    quadratic_weights,
)

TABLE = np.array([[20, 5, 1], [10, 15, 4], [2, 3, 9]])


def test_kappa_is_what_is_seen_beyond_chance() -> None:
    seen, chance = 35 / 50, 25 / 50 * 30 / 50 + 25 / 50 * 20 / 50
    assert kappa_of(np.array([[20, 5], [10, 15]]), nominal_weights(2)) == pytest.approx((seen - chance) / (1 - chance))


@pytest.mark.parametrize(
    ("weights", "name"),
    [(nominal_weights, None), (linear_weights, "linear"), (quadratic_weights, "quadratic")],
    ids=["nominal", "linear", "quadratic"],
)
def test_kappas_are_those_of_statsmodels(weights, name: str | None) -> None:
    assert kappa_of(TABLE, weights(3)) == pytest.approx(peer_kappa(TABLE, wt=name).kappa)


def test_two_categories_make_all_weights_the_same() -> None:
    table = TABLE[:2, :2]
    [plain, linear, quadratic] = [kappa_of(table, weights(2)) for weights in (nominal_weights, linear_weights, quadratic_weights)]
    assert plain == pytest.approx(linear) == pytest.approx(quadratic)


def test_swapping_the_coders_changes_no_number() -> None:
    for weights in (nominal_weights, quadratic_weights):
        assert kappa_of(TABLE, weights(3)) == pytest.approx(kappa_of(TABLE.T, weights(3)))


def test_full_agreement_is_one_without_error() -> None:
    assert kappa_of(np.diag([3, 4, 5]), nominal_weights(3)) == pytest.approx(1)
    assert cohens_kappa_error(np.diag([3, 4, 5])) == pytest.approx(0)
    assert fleiss_kappa(np.array([[0.0, 0], [1, 1]]), 2) == 1


def test_one_category_only_says_nothing_beyond_chance() -> None:
    assert np.isnan(kappa_of(np.diag([12, 0]), nominal_weights(2)))
    assert np.isnan(fleiss_kappa(np.zeros((12, 2)), 3))
    assert percent_agreement(np.zeros((12, 2))) == 1


def test_a_coder_without_codes_leaves_nothing_to_compare() -> None:
    codes = np.column_stack([np.array([0.0, 1, 1]), np.full(3, np.nan)])
    assert agreement_table(codes, 2).sum() == 0
    assert np.isnan(kappa_of(np.zeros((2, 2)), nominal_weights(2)))
    assert np.isnan([fleiss_kappa(codes, 2), percent_agreement(codes)]).all()


@given(st.lists(st.lists(st.integers(0, 2), min_size=3, max_size=3), min_size=2, max_size=20))
def test_fleiss_kappa_is_that_of_statsmodels(rows: list[list[int]]) -> None:
    codes = np.array(rows, dtype=float)
    votes = (codes[:, :, None] == np.arange(3)).sum(axis=1)
    if len(np.unique(codes)) > 1:
        assert fleiss_kappa(codes, 3) == pytest.approx(peer_fleiss(votes), abs=1e-12)


def test_units_that_a_coder_left_out_are_left_out() -> None:
    codes = np.array([[0, 0], [1, 0], [1, 1], [0, np.nan], [np.nan, 1]])
    assert agreement_table(codes, 2).tolist() == [[1, 0], [1, 1]]
    assert percent_agreement(codes) == pytest.approx(2 / 3)
    assert fleiss_kappa(codes, 2) == fleiss_kappa(codes[:3], 2)


def test_many_tables_at_once_give_what_each_gives() -> None:
    codes = np.random.default_rng(2).choice([0, 1, 2, np.nan], (5, 12, 2))
    for statistic in (
        lambda one: kappa_of(agreement_table(one, 3), linear_weights(3)),
        lambda one: fleiss_kappa(one, 3),
        percent_agreement,
    ):
        assert statistic(codes) == pytest.approx(np.array([statistic(one) for one in codes]), nan_ok=True)


def test_the_large_sample_error_is_how_far_kappa_varies() -> None:
    shares = np.array([0.3, 0.1, 0.15, 0.45])
    tables = np.random.default_rng(3).multinomial(200, shares, 2000).reshape(-1, 2, 2)
    spread = np.std([kappa_of(table, nominal_weights(2)) for table in tables])
    assert cohens_kappa_error(200 * shares.reshape(2, 2)) == pytest.approx(spread, rel=0.05)
