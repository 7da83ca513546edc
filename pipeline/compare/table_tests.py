"""Do two groups have the same share? Tests of the 2 × 2 table.

Pearson's for reports, Fisher's where expected counts are small; Yates' and the
likelihood ratio for checking. Sizes of the difference are in ``risks``.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.compare.risks import FourCells

NAN = float("nan")
EXPECTED_FOR_PEARSON = 5
"""Below this expected count in any cell, Fisher's exact test replaces Pearson's."""


@dataclass(frozen=True)
class TableTest:
    """A test of equal shares."""

    statistic: float
    p_value: float


def pearson_test(table: FourCells) -> TableTest:
    """Test equal shares by Pearson's chi-square without continuity correction, 1 degree of freedom.

    Parameters
    ----------
    table : FourCells
        Two groups of at least one person.

    Returns
    -------
    TableTest
        NaN when everybody, or nobody, did.
    """
    return _chi_square(table, 0.0)


def yates_test(table: FourCells) -> TableTest:
    """Test equal shares by Pearson's chi-square with Yates' correction (at most one half), for checking."""
    return _chi_square(table, 0.5)


def likelihood_ratio_test(table: FourCells) -> TableTest:
    """Test equal shares by the likelihood ratio G2, 1 degree of freedom, for checking; NaN as ``pearson_test``."""
    from scipy.special import chdtrc, xlogy

    cells, expected = table.cells, table.expected
    if (expected == 0).any():
        return TableTest(NAN, NAN)
    statistic = float(2 * xlogy(cells, cells / expected).sum())
    return TableTest(statistic, float(chdtrc(1, statistic)))


def fisher_p(table: FourCells) -> float:
    """Give the two-sided p-value of Fisher's exact test.

    Parameters
    ----------
    table : FourCells
        Two groups of at least one person.

    Returns
    -------
    float
        Sum of the probabilities of all tables no more likely than this one.
    """
    from scipy.stats import fisher_exact

    return float(fisher_exact(table.cells.astype("int64")).pvalue)


def needs_fisher(table: FourCells) -> bool:
    """Say whether an expected count is too small for Pearson's test."""
    return bool(table.expected.min() < EXPECTED_FOR_PEARSON)


def phi_coefficient(table: FourCells) -> float:
    """Give phi, the strength of association in a 2 × 2 table, 0-1; NaN as ``pearson_test``."""
    return float(np.sqrt(pearson_test(table).statistic / table.cells.sum()))


def _chi_square(table: FourCells, continuity: float) -> TableTest:
    from scipy.special import chdtrc

    expected = table.expected
    if (expected == 0).any():
        return TableTest(NAN, NAN)
    apart = np.abs(table.cells - expected)
    statistic = float(((apart - np.minimum(continuity, apart)) ** 2 / expected).sum())
    return TableTest(statistic, float(chdtrc(1, statistic)))
