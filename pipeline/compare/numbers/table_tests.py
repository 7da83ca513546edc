"""Tests of tables of counts: whether groups have the same shares.

Two shares: Pearson's, Fisher's where expected counts are small; sizes of the
difference are in ``risks``. More categories: Pearson's, with Cramér's V.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.compare.numbers.risks import FourCells

NAN = float("nan")
EXPECTED_FOR_PEARSON = 5
"""Below this expected count in any cell, Fisher's exact test replaces Pearson's."""


@dataclass(frozen=True)
class TableTest:
    """A test of equal shares."""

    statistic: float
    p_value: float


@dataclass(frozen=True)
class Association:
    """Pearson's test of a table of counts, and how strong the association is."""

    statistic: float
    df: float
    p_value: float
    cramers_v: float
    """0-1."""
    least_expected: float
    """The smallest expected count."""


def association_test(counts: np.ndarray) -> Association:
    """Test whether groups have the same distribution over categories.

    Parameters
    ----------
    counts : array (categories, groups)
        Units; categories and groups without any are left out.

    Returns
    -------
    Association
        NaN when fewer than two categories or groups are left. Rough when an
        expected count is below 5. Cramér's V is always above 0 by chance alone,
        the more so the fewer units there are.

    References
    ----------
    Pearson (1900), Philosophical Magazine 50:157-175; Cramér (1946),
    Mathematical Methods of Statistics, ch. 21.
    """
    from scipy.special import chdtrc

    cells = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0].astype("float64")
    if min(cells.shape) < 2:
        return Association(NAN, NAN, NAN, NAN, NAN)
    expected = np.outer(cells.sum(axis=1), cells.sum(axis=0)) / cells.sum()
    statistic = float(((cells - expected) ** 2 / expected).sum())
    df = (cells.shape[0] - 1) * (cells.shape[1] - 1)
    strength = float(np.sqrt(statistic / (cells.sum() * (min(cells.shape) - 1))))
    return Association(statistic, float(df), float(chdtrc(df, statistic)), strength, float(expected.min()))


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
    from scipy.special import chdtrc

    expected = table.expected
    if (expected == 0).any():
        return TableTest(NAN, NAN)
    statistic = float(((table.cells - expected) ** 2 / expected).sum())
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
