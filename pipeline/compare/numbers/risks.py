"""Two shares compared: their difference and their ratios, with intervals.

A table is given by those who did and the size of each group. Cells that make a
ratio undefined give NaN; the caller says so in a note. Tests are in ``table_tests``.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.compare.numbers.proportions import wilson_interval
from pipeline.compare.numbers.student import normal_value

NAN = float("nan")


@dataclass(frozen=True)
class FourCells:
    """Those who did, and all, in the first and the second group (each of at least 1)."""

    first_count: int
    first_total: int
    second_count: int
    second_total: int

    @property
    def first_share(self) -> float:
        """Share of the first group, 0-1."""
        return self.first_count / self.first_total

    @property
    def second_share(self) -> float:
        """Share of the second group, 0-1."""
        return self.second_count / self.second_total

    @property
    def cells(self) -> np.ndarray:
        """Counts (2, 2): rows first and second group, columns did and did not."""
        did = np.array([self.first_count, self.second_count], dtype="float64")
        return np.column_stack([did, np.array([self.first_total, self.second_total]) - did])

    @property
    def expected(self) -> np.ndarray:
        """Counts (2, 2) expected if both groups had the same share."""
        cells = self.cells
        return np.outer(cells.sum(axis=1), cells.sum(axis=0)) / cells.sum()


@dataclass(frozen=True)
class Compared:
    """A difference or ratio with its standard error and interval.

    For ratios the standard error is that of the logarithm.
    """

    value: float
    std_error: float
    conf_low: float
    conf_high: float


UNDEFINED = Compared(NAN, NAN, NAN, NAN)


def newcombe_difference(table: FourCells, confidence: float = 0.95) -> Compared:
    """Give the risk difference with Newcombe's hybrid score interval.

    Parameters
    ----------
    table : FourCells
        Two groups of at least one person.
    confidence : float
        Level, 0-1.

    Returns
    -------
    Compared
        First share minus second, -1 to 1; the standard error is Wald's.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17:873-890, method 10.
    """
    first, second = table.first_share, table.second_share
    first_low, first_high = wilson_interval(table.first_count, table.first_total, confidence)
    second_low, second_high = wilson_interval(table.second_count, table.second_total, confidence)
    low = first - second - np.hypot(first - first_low, second_high - second)
    high = first - second + np.hypot(first_high - first, second - second_low)
    variances = first * (1 - first) / table.first_total, second * (1 - second) / table.second_total
    return Compared(first - second, float(np.sqrt(sum(variances))), float(low), float(high))


def katz_risk_ratio(table: FourCells, confidence: float = 0.95) -> Compared:
    """Give the risk ratio with Katz' interval on the log scale.

    Parameters
    ----------
    table : FourCells
        Two groups of at least one person.
    confidence : float
        Level, 0-1.

    Returns
    -------
    Compared
        First share over second; undefined when nobody did in one of the
        groups, or when everybody did in both.

    References
    ----------
    Katz, Baptista, Azen and Pike (1978), Biometrics 34:469-474.
    """
    counts = np.array([table.first_count, table.second_count])
    totals = np.array([table.first_total, table.second_total])
    if (counts == 0).any() or (counts == totals).all():
        return UNDEFINED
    std_error = float(np.sqrt((1 / counts - 1 / totals).sum()))
    return _on_log_scale(table.first_share / table.second_share, std_error, confidence)


def woolf_odds_ratio(table: FourCells, confidence: float = 0.95) -> Compared:
    """Give the odds ratio with Woolf's interval on the log scale.

    Parameters
    ----------
    table : FourCells
        Two groups of at least one person.
    confidence : float
        Level, 0-1.

    Returns
    -------
    Compared
        First odds over second; undefined when one of the four cells is empty.

    References
    ----------
    Woolf (1955), Annals of Human Genetics 19:251-253.
    """
    cells = table.cells
    if (cells == 0).any():
        return UNDEFINED
    odds = cells[:, 0] / cells[:, 1]
    return _on_log_scale(float(odds[0] / odds[1]), float(np.sqrt((1 / cells).sum())), confidence)


def _on_log_scale(ratio: float, std_error: float, confidence: float) -> Compared:
    half = normal_value(confidence) * std_error
    return Compared(ratio, std_error, float(np.exp(np.log(ratio) - half)), float(np.exp(np.log(ratio) + half)))
