"""Tests of the 2 × 2 table: equations they solve, relations between them, edges."""

import numpy as np
import pytest
from scipy.special import gammaln

from pipeline.compare.numbers.risks import FourCells, conditional_odds_ratio
from pipeline.compare.numbers.table_tests import fisher_p, likelihood_ratio_test, needs_fisher, pearson_test, phi_coefficient, yates_test

TABLES = [FourCells(55, 123, 79, 339), FourCells(38, 149, 47, 470), FourCells(3, 9, 1, 12)]


def probabilities(table: FourCells, odds_ratio: float) -> tuple[np.ndarray, np.ndarray]:
    """Give every possible first count, and its probability under an odds ratio with all margins fixed."""
    did = table.first_count + table.second_count
    counts = np.arange(max(0, did - table.second_total), min(did, table.first_total) + 1)
    logs = counts * np.log(odds_ratio) - gammaln(counts + 1) - gammaln(table.first_total - counts + 1)
    logs = logs - gammaln(did - counts + 1) - gammaln(table.second_total - did + counts + 1)
    weights = np.exp(logs - logs.max())
    return counts, weights / weights.sum()


@pytest.mark.parametrize("table", TABLES)
def test_the_conditional_odds_ratio_makes_the_observed_count_the_expected_one(table: FourCells) -> None:
    counts, probability = probabilities(table, conditional_odds_ratio(table).value)
    assert counts @ probability == pytest.approx(table.first_count, rel=1e-9)


@pytest.mark.parametrize("table", TABLES)
def test_the_exact_interval_leaves_half_of_alpha_in_each_tail(table: FourCells) -> None:
    found = conditional_odds_ratio(table, confidence=0.95)
    counts, at_low = probabilities(table, found.conf_low)
    _, at_high = probabilities(table, found.conf_high)
    assert at_low[counts >= table.first_count].sum() == pytest.approx(0.025, rel=1e-6)
    assert at_high[counts <= table.first_count].sum() == pytest.approx(0.025, rel=1e-6)


def test_fisher_adds_the_tables_that_are_no_more_likely() -> None:
    # Margins 4, 17 and 9, 12. First counts 0..4 have C(9,k) C(12,4-k) of C(21,4) = 5985:
    # 495, 1980, 2376, 1008, 126. Observed 3: 1008 + 495 + 126.
    assert fisher_p(FourCells(3, 9, 1, 12)) == pytest.approx((1008 + 495 + 126) / 5985)


def test_pearson_is_n_times_phi_squared_and_the_cross_product_formula() -> None:
    table = FourCells(6, 10, 2, 10)
    assert pearson_test(table).statistic == pytest.approx(20 * (6 * 8 - 4 * 2) ** 2 / (8 * 12 * 10 * 10))
    assert phi_coefficient(table) ** 2 * 20 == pytest.approx(pearson_test(table).statistic)


def test_the_continuity_correction_never_overshoots() -> None:
    balanced = FourCells(5, 10, 5, 10)
    assert yates_test(balanced).statistic == 0
    assert yates_test(balanced).p_value == 1


@pytest.mark.parametrize("test", [pearson_test, yates_test, likelihood_ratio_test])
def test_chi_square_is_undefined_when_everybody_answers_alike(test) -> None:
    assert np.isnan(test(FourCells(0, 5, 0, 7)).statistic)
    assert np.isnan(test(FourCells(5, 5, 7, 7)).p_value)


@pytest.mark.parametrize(
    ("table", "needed"), [(FourCells(10, 20, 10, 20), False), (FourCells(4, 20, 5, 20), True), (FourCells(0, 5, 0, 5), True)]
)
def test_fisher_is_needed_below_five_expected(table: FourCells, needed: bool) -> None:
    assert needs_fisher(table) is needed


def test_no_test_depends_on_which_group_comes_first() -> None:
    one, other = FourCells(3, 9, 1, 12), FourCells(1, 12, 3, 9)
    for test in (pearson_test, yates_test, likelihood_ratio_test):
        assert test(one).p_value == pytest.approx(test(other).p_value, rel=1e-13)
    assert fisher_p(one) == pytest.approx(fisher_p(other), rel=1e-13)
