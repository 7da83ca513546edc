"""Tables of counts: equations that tests solve, equalities between them, and tables that break the textbook formulas."""

from math import erfc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import SquareTable, mcnemar

from pipeline.compare.numbers.contingency_tables import (
    association_test,
    bhapkar_test,
    change_in_share,
    fisher_p,
    mcnemar_exact_p,
    mcnemar_test,
    stuart_maxwell_test,
    unmoved_classes,
)
from tests.compare.groups import cells

TABLE = np.array([[190, 11, 10, 12], [18, 12, 5, 5], [14, 2, 11, 6], [13, 8, 7, 31]])
TABLES = st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=3, max_size=3).map(np.array)


def test_tests_are_those_of_statsmodels() -> None:
    peer = SquareTable(TABLE)
    for ours, theirs in (
        (stuart_maxwell_test(TABLE), peer.homogeneity(method="stuart_maxwell")),
        (bhapkar_test(TABLE), peer.homogeneity(method="bhapkar")),
    ):
        assert (ours.statistic, ours.df, ours.p_value) == pytest.approx((theirs.statistic, theirs.df, theirs.pvalue), rel=1e-9)


def test_mcnemars_tests_are_those_of_statsmodels() -> None:
    counts = np.array([[80, 2], [16, 12]])
    assert mcnemar_test(counts).p_value == pytest.approx(mcnemar(counts, exact=False, correction=False).pvalue)
    assert mcnemar_exact_p(counts) == pytest.approx(mcnemar(counts, exact=True).pvalue)


def test_two_classes_make_stuart_and_maxwells_test_mcnemars() -> None:
    counts = np.array([[80, 2], [16, 12]])
    assert vars(stuart_maxwell_test(counts)) == pytest.approx(vars(mcnemar_test(counts)))
    assert mcnemar_test(counts).statistic == pytest.approx((2 - 16) ** 2 / (2 + 16))


@given(TABLES)
def test_the_order_of_classes_changes_nothing(counts: np.ndarray) -> None:
    turned = counts[::-1, ::-1]
    for test in (stuart_maxwell_test, bhapkar_test):
        assert vars(test(counts)) == pytest.approx(vars(test(turned)), rel=1e-9, abs=1e-12, nan_ok=True)


@given(TABLES)
def test_looking_backward_in_time_changes_nothing(counts: np.ndarray) -> None:
    for test in (stuart_maxwell_test, bhapkar_test):
        assert vars(test(counts)) == pytest.approx(vars(test(counts.T)), rel=1e-9, abs=1e-12, nan_ok=True)


def test_an_empty_class_and_one_that_nobody_enters_or_leaves_are_left_out() -> None:
    wider = np.zeros((6, 6), dtype=int)
    wider[np.ix_([0, 1, 3, 5], [0, 1, 3, 5])] = TABLE
    wider[2, 2] = 40
    assert unmoved_classes(wider).tolist() == [False, False, True, False, True, False]
    assert vars(stuart_maxwell_test(wider)) == pytest.approx(vars(stuart_maxwell_test(TABLE)))


def test_classes_that_fall_apart_into_two_sets_lose_a_degree_of_freedom() -> None:
    one, other = np.array([[5, 4], [9, 5]]), np.array([[3, 1], [6, 2]])
    apart = np.block([[one, np.zeros((2, 2), dtype=int)], [np.zeros((2, 2), dtype=int), other]])
    test = stuart_maxwell_test(apart)
    assert test.df == 2
    assert test.statistic == pytest.approx(mcnemar_test(one).statistic + mcnemar_test(other).statistic)


def test_a_large_shift_keeps_its_small_p_value() -> None:
    counts = np.array([[300, 150], [10, 300]])
    assert stuart_maxwell_test(counts).p_value == pytest.approx(erfc(140 / (2 * 160) ** 0.5), rel=1e-9)
    assert 0 < bhapkar_test(counts).p_value < stuart_maxwell_test(counts).p_value < 1e-25


def test_balanced_moves_are_no_shift() -> None:
    round_trip = np.array([[3, 4, 0], [0, 3, 4], [4, 0, 3]])
    assert stuart_maxwell_test(round_trip).statistic == pytest.approx(0, abs=1e-12)


def test_nobody_moving_gives_no_number() -> None:
    still = np.diag([4, 7])
    for test in (mcnemar_test, stuart_maxwell_test, bhapkar_test):
        assert np.isnan(list(vars(test(still)).values())).all()
    assert np.isnan(mcnemar_exact_p(still))
    assert change_in_share(still).estimate == 0


def test_everybody_moving_one_way_leaves_bhapkar_without_variance() -> None:
    counts = np.array([[0, 8], [0, 0]])
    assert stuart_maxwell_test(counts).statistic == pytest.approx(8)
    assert np.isnan(bhapkar_test(counts).statistic)


def test_the_change_in_share_is_after_minus_before_with_an_interval_inside_the_possible() -> None:
    counts = np.array([[80, 2], [16, 12]])
    change = change_in_share(counts)
    assert change.estimate == pytest.approx((2 + 12) / 110 - (16 + 12) / 110)
    assert change.conf_low < change.estimate < change.conf_high
    extreme = change_in_share(np.array([[0, 6], [0, 0]]))
    assert -1 <= extreme.conf_low < extreme.conf_high == 1


def test_the_interval_of_a_change_in_share_holds_it_about_as_often_as_it_says() -> None:
    draw, shares = np.random.default_rng(5), [0.5, 0.25, 0.1, 0.15]
    tables = draw.multinomial(25, shares, 2000).reshape(2000, 2, 2)
    found = [change_in_share(counts) for counts in tables]
    held = np.mean([one.conf_low <= shares[1] - shares[2] <= one.conf_high for one in found])
    assert held == pytest.approx(0.95, abs=0.02)


# --- groups by categories


def test_fisher_adds_the_tables_that_are_no_more_likely() -> None:
    # Margins 4, 17 and 9, 12. First counts 0..4 have C(9,k) C(12,4-k) of C(21,4) = 5985:
    # 495, 1980, 2376, 1008, 126. Observed 3: 1008 + 495 + 126.
    assert fisher_p(cells(3, 9, 1, 12)) == pytest.approx((1008 + 495 + 126) / 5985)


def test_pearson_is_the_cross_product_formula() -> None:
    assert association_test(cells(6, 10, 2, 10)).statistic == pytest.approx(20 * (6 * 8 - 4 * 2) ** 2 / (8 * 12 * 10 * 10))


def test_chi_square_is_undefined_when_everybody_answers_alike() -> None:
    assert np.isnan(association_test(cells(0, 5, 0, 7)).statistic)
    assert np.isnan(association_test(cells(5, 5, 7, 7)).p_value)


def test_no_test_depends_on_which_group_comes_first() -> None:
    one, other = cells(3, 9, 1, 12), cells(1, 12, 3, 9)
    assert association_test(one).p_value == pytest.approx(association_test(other).p_value, rel=1e-13)
    assert fisher_p(one) == pytest.approx(fisher_p(other), rel=1e-13)
