"""Did a group move between classes from one wave to another? Tests of the square table before x after.

All of them look only at those who moved: people who stay in their class tell
nothing about a shift. Moves that balance each other (as many from a to b as
back) leave the margins, and the shift tested here, as they were.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.compare.numbers.student import normal_value

NAN = float("nan")


@dataclass(frozen=True)
class HomogeneityTest:
    """A chi-square test."""

    statistic: float
    df: float
    p_value: float


@dataclass(frozen=True)
class ChangeInShare:
    """Share after minus share before, of the same people, with Wald's error and interval."""

    change: float
    std_error: float
    conf_low: float
    conf_high: float


UNDEFINED = HomogeneityTest(NAN, NAN, NAN)


def mcnemar_test(counts: np.ndarray) -> HomogeneityTest:
    """Test whether a share of the same people changed, without continuity correction.

    Parameters
    ----------
    counts : array (2, 2)
        People by state before (rows: did not, did) and after (columns).

    Returns
    -------
    HomogeneityTest
        1 degree of freedom; NaN when nobody moved. Rough when fewer than about
        25 people moved: ``mcnemar_exact_p`` beside it.

    References
    ----------
    McNemar (1947), Psychometrika 12:153-157.
    """
    up, down = float(counts[0, 1]), float(counts[1, 0])
    return _chi_square((up - down) ** 2 / (up + down), 1) if up + down else UNDEFINED


def mcnemar_exact_p(counts: np.ndarray) -> float:
    """Give the exact two-sided p-value: those who moved are as likely to move either way.

    Parameters
    ----------
    counts : array (2, 2)
        As ``mcnemar_test``.

    Returns
    -------
    float
        Binomial; NaN when nobody moved. Never above the nominal size, often well below it.
    """
    from scipy.stats import binomtest

    up, down = int(counts[0, 1]), int(counts[1, 0])
    return float(binomtest(up, up + down).pvalue) if up + down else NAN


def change_in_share(counts: np.ndarray, confidence: float = 0.95) -> ChangeInShare:
    """Give by how much the share of the same people changed.

    Parameters
    ----------
    counts : array (2, 2)
        As ``mcnemar_test``, at least one person.
    confidence : float
        Level of the interval, 0-1.

    Returns
    -------
    ChangeInShare
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
    return ChangeInShare(change, std_error, max(centre - half, -1.0), min(centre + half, 1.0))


def stuart_maxwell_test(counts: np.ndarray) -> HomogeneityTest:
    """Test whether the classes' shares are the same before and after.

    Parameters
    ----------
    counts : array (k, k)
        People by class before (rows) and after (columns), classes in one order.

    Returns
    -------
    HomogeneityTest
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
    moved = counts - np.diag(np.diag(counts)).astype("float64")
    if not moved.any():
        return UNDEFINED
    flows = moved + moved.T
    shift = moved.sum(axis=1) - moved.sum(axis=0)
    variance = np.diag(flows.sum(axis=1)) - flows
    rank = int(np.linalg.matrix_rank(variance))
    statistic = float(shift @ np.linalg.pinv(variance, hermitian=True) @ shift)
    return _chi_square(statistic, rank)


def bhapkar_test(counts: np.ndarray) -> HomogeneityTest:
    """Test as ``stuart_maxwell_test``, with the variance of the shift as observed; finds more in large shifts.

    Parameters
    ----------
    counts : array (k, k)
        As ``stuart_maxwell_test``.

    Returns
    -------
    HomogeneityTest
        NaN when nobody moved, and when everybody moved one way, which leaves no
        variance.

    References
    ----------
    Bhapkar (1966), Journal of the American Statistical Association 61:228-235;
    its relation to Stuart and Maxwell's in Ireland, Ku and Kullback (1969),
    ibid. 64:1323-1341.
    """
    test, people = stuart_maxwell_test(counts), float(counts.sum())
    left = 1 - test.statistic / people if people else NAN
    return _chi_square(test.statistic / left, int(test.df)) if left > 1e-12 else UNDEFINED


def unmoved_classes(counts: np.ndarray) -> np.ndarray:
    """Mark the classes (k,) that nobody entered or left, and that the tests therefore leave out."""
    stayed = np.diag(counts)
    return (counts.sum(axis=0) == stayed) & (counts.sum(axis=1) == stayed)


def _wald(counts: np.ndarray) -> tuple[float, float]:
    up, down, people = float(counts[0, 1]), float(counts[1, 0]), float(counts.sum())
    return (up - down) / people, float(np.sqrt(up + down - (up - down) ** 2 / people)) / people


def _chi_square(statistic: float, df: int) -> HomogeneityTest:
    from scipy.special import chdtrc

    return HomogeneityTest(statistic, float(df), float(chdtrc(df, statistic)))
