"""Tests of tables of counts: groups by categories, and classes before by classes after.

scipy.stats and statsmodels give the tests; the guards here say where there is
nothing to test. Tests of a square table look only at those who moved: people who
stay in their class tell nothing about a shift. Moves that balance each other (as
many from a to b as back) leave the margins, and the shift tested here, as they
were.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import connected_components
from scipy.stats import chi2, chi2_contingency, fisher_exact
from scipy.stats.contingency import association
from statsmodels.stats.contingency_tables import SquareTable, mcnemar

from pipeline.compare.numbers.results import ChiSquare, Estimate
from pipeline.compare.numbers.student import normal_value

NAN = float("nan")
EXPECTED_FOR_PEARSON = 5
"""Below this expected count in any cell, Fisher's exact test replaces Pearson's."""


@dataclass(frozen=True)
class Association(ChiSquare):
    """Pearson's test of a table of counts, and how strong the association is (Cramér's V, 0-1)."""

    effect: float = NAN
    least_expected: float = NAN
    """The smallest expected count."""


def association_test(counts: np.ndarray) -> Association:
    """Test whether groups have the same distribution over categories, by Pearson's chi-square.

    Parameters
    ----------
    counts : array of int (categories, groups)
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
    cells = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if min(cells.shape) < 2:
        return Association()
    found = chi2_contingency(cells, correction=False)  # the default is Yates'
    strength = float(association(cells, method="cramer"))
    return Association(float(found.statistic), float(found.dof), float(found.pvalue), strength, float(found.expected_freq.min()))


def fisher_p(counts: np.ndarray) -> float:
    """Give the two-sided p-value of Fisher's exact test.

    Parameters
    ----------
    counts : array of int (2, 2)
        Two groups of at least one person, by who did.

    Returns
    -------
    float
        Sum of the probabilities of all tables no more likely than this one.
    """
    return float(fisher_exact(counts).pvalue)


def mcnemar_test(counts: np.ndarray) -> ChiSquare:
    """Test whether a share of the same people changed, without continuity correction.

    Parameters
    ----------
    counts : array of int (2, 2)
        People by state before (rows: did not, did) and after (columns).

    Returns
    -------
    ChiSquare
        1 degree of freedom; NaN when nobody moved. Rough when fewer than about
        25 people moved: ``mcnemar_exact_p`` beside it.

    References
    ----------
    McNemar (1947), Psychometrika 12:153-157.
    """
    if unmoved_classes(counts).all():
        return ChiSquare()
    found = mcnemar(counts, exact=False, correction=False)
    return ChiSquare(float(found.statistic), 1.0, float(found.pvalue))


def mcnemar_exact_p(counts: np.ndarray) -> float:
    """Give the exact two-sided p-value: those who moved are as likely to move either way.

    Parameters
    ----------
    counts : array of int (2, 2)
        As ``mcnemar_test``.

    Returns
    -------
    float
        Binomial; NaN when nobody moved. Never above the nominal size, often well below it.
    """
    return NAN if unmoved_classes(counts).all() else float(mcnemar(counts, exact=True).pvalue)


def change_in_share(counts: np.ndarray, confidence: float = 0.95) -> Estimate:
    """Give by how much the share of the same people changed.

    Parameters
    ----------
    counts : array (2, 2)
        As ``mcnemar_test``, at least one person.
    confidence : float
        Level of the interval, 0-1.

    Returns
    -------
    Estimate
        After minus before, -1 to 1. The interval is Wald's with one half added
        to every cell, which holds its level in small samples too; estimate and
        standard error are of the counts themselves.

    References
    ----------
    Agresti and Min (2005), Statistics in Medicine 24:729-740.
    """
    change, std_error = _wald(counts)
    centre, wider = _wald(counts + 0.5)
    half = normal_value(confidence) * wider
    return Estimate(change, max(centre - half, -1.0), min(centre + half, 1.0), std_error)


def stuart_maxwell_test(counts: np.ndarray) -> ChiSquare:
    """Test whether the classes' shares are the same before and after.

    Parameters
    ----------
    counts : array of int (k, k)
        People by class before (rows) and after (columns), classes in one order.

    Returns
    -------
    ChiSquare
        Degrees of freedom are k minus the number of sets of classes that nobody
        moves between: k - 1 where moves connect all classes. A class that
        nobody entered or left counts as a set of its own, so that it neither
        helps nor breaks the test. NaN when nobody moved. Rough with few movers.
        For two classes the same as ``mcnemar_test``.

    References
    ----------
    Stuart (1955), Biometrika 42:412-416; Maxwell (1970), British Journal of
    Psychiatry 116:651-655.
    """
    if unmoved_classes(counts).all():
        return ChiSquare()
    count, places = connected_components(counts, directed=False)
    sets = [counts[places == one][:, places == one] for one in range(count)]  # all at once would be a singular matrix
    found = [SquareTable(one, shift_zeros=False).homogeneity(method="stuart_maxwell") for one in sets]
    statistic, df = sum(float(one.statistic) for one in found), sum(one.df for one in found)
    return ChiSquare(statistic, float(df), float(chi2.sf(statistic, df)))  # its own p-value is 1 - cdf, which loses small ones


def bhapkar_test(counts: np.ndarray) -> ChiSquare:
    """Test as ``stuart_maxwell_test``, with the variance of the shift as observed; finds more in large shifts.

    Parameters
    ----------
    counts : array of int (k, k)
        As ``stuart_maxwell_test``.

    Returns
    -------
    ChiSquare
        NaN when nobody moved, and when everybody moved one way, which leaves no
        variance: told by the relation between both tests, where the matrix of
        ``SquareTable`` is singular only in theory.

    References
    ----------
    Bhapkar (1966), Journal of the American Statistical Association 61:228-235;
    the relation in Ireland, Ku and Kullback (1969), ibid. 64:1323-1341.
    """
    test, people = stuart_maxwell_test(counts), float(counts.sum())
    left = 1 - test.statistic / people if people else NAN
    if not left > 1e-12:
        return ChiSquare()
    statistic = test.statistic / left
    return ChiSquare(statistic, test.df, float(chi2.sf(statistic, test.df)))


def unmoved_classes(counts: np.ndarray) -> np.ndarray:
    """Mark the classes (k,) that nobody entered or left, and that the tests therefore leave out."""
    stayed = np.diag(counts)
    return (counts.sum(axis=0) == stayed) & (counts.sum(axis=1) == stayed)


def _wald(counts: np.ndarray) -> tuple[float, float]:
    up, down, people = float(counts[0, 1]), float(counts[1, 0]), float(counts.sum())
    return (up - down) / people, float(np.sqrt(up + down - (up - down) ** 2 / people)) / people
