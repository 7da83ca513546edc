"""Tests of the 2 × 2 table: equations they solve, relations between them, edges."""

import numpy as np
import pytest

from pipeline.compare.numbers.risks import FourCells
from pipeline.compare.numbers.table_tests import fisher_p, needs_fisher, pearson_test


def test_fisher_adds_the_tables_that_are_no_more_likely() -> None:
    # Margins 4, 17 and 9, 12. First counts 0..4 have C(9,k) C(12,4-k) of C(21,4) = 5985:
    # 495, 1980, 2376, 1008, 126. Observed 3: 1008 + 495 + 126.
    assert fisher_p(FourCells(3, 9, 1, 12)) == pytest.approx((1008 + 495 + 126) / 5985)


def test_pearson_is_the_cross_product_formula() -> None:
    table = FourCells(6, 10, 2, 10)
    assert pearson_test(table).statistic == pytest.approx(20 * (6 * 8 - 4 * 2) ** 2 / (8 * 12 * 10 * 10))


def test_chi_square_is_undefined_when_everybody_answers_alike() -> None:
    assert np.isnan(pearson_test(FourCells(0, 5, 0, 7)).statistic)
    assert np.isnan(pearson_test(FourCells(5, 5, 7, 7)).p_value)


@pytest.mark.parametrize(
    ("table", "needed"), [(FourCells(10, 20, 10, 20), False), (FourCells(4, 20, 5, 20), True), (FourCells(0, 5, 0, 5), True)]
)
def test_fisher_is_needed_below_five_expected(table: FourCells, needed: bool) -> None:
    assert needs_fisher(table) is needed


def test_no_test_depends_on_which_group_comes_first() -> None:
    one, other = FourCells(3, 9, 1, 12), FourCells(1, 12, 3, 9)
    assert pearson_test(one).p_value == pytest.approx(pearson_test(other).p_value, rel=1e-13)
    assert fisher_p(one) == pytest.approx(fisher_p(other), rel=1e-13)
