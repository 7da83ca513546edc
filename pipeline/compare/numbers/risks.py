"""Two shares compared: their difference and their ratios, with intervals by statsmodels.

A table is an array of int (2, 2): rows first and second group, of at least one
person each; columns did and did not. Cells that make a ratio undefined give NaN;
the caller says so in a note. Tests are in ``contingency_tables``.
"""

# statsmodels is imported where it is called: at the top it would cost every command 0.6 s.

from dataclasses import dataclass

import numpy as np

NAN = float("nan")


@dataclass(frozen=True)
class Compared:
    """A difference or ratio of two shares with its interval."""

    value: float
    conf_low: float
    conf_high: float


UNDEFINED = Compared(NAN, NAN, NAN)


def newcombe_difference(cells: np.ndarray, confidence: float = 0.95) -> Compared:
    """Give the risk difference with Newcombe's hybrid score interval.

    Parameters
    ----------
    cells : array of int (2, 2)
        Groups by did and did not.
    confidence : float
        Level, 0-1.

    Returns
    -------
    Compared
        First share minus second, -1 to 1.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17:873-890, method 10.
    """
    from statsmodels.stats.proportion import confint_proportions_2indep

    (first, second), (first_total, second_total) = cells[:, 0], cells.sum(axis=1)
    low, high = confint_proportions_2indep(first, first_total, second, second_total, method="newcomb", compare="diff", alpha=1 - confidence)
    return Compared(float(first / first_total - second / second_total), max(float(low), -1.0), min(float(high), 1.0))  # 1 + 2e-16 there


def difference_error(cells: np.ndarray) -> float:
    """Give the standard error of the risk difference (2, 2), each group with its own share (Wald's)."""
    shares, totals = cells[:, 0] / cells.sum(axis=1), cells.sum(axis=1)
    return float(np.sqrt((shares * (1 - shares) / totals).sum()))


def risk_ratio(cells: np.ndarray, confidence: float = 0.95) -> Compared:
    """Give the risk ratio with Katz' interval on the log scale.

    Parameters
    ----------
    cells : array of int (2, 2)
        Groups by did and did not.
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
    from statsmodels.stats.contingency_tables import Table2x2

    if (cells[:, 0] == 0).any() or (cells[:, 1] == 0).all():
        return UNDEFINED
    found = Table2x2(cells, shift_zeros=False)  # the default invents ratios for empty cells
    return Compared(float(found.riskratio), *map(float, found.riskratio_confint(1 - confidence)))


def odds_ratio(cells: np.ndarray, confidence: float = 0.95) -> Compared:
    """Give the odds ratio with Woolf's interval on the log scale.

    Parameters
    ----------
    cells : array of int (2, 2)
        Groups by did and did not.
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
    from statsmodels.stats.contingency_tables import Table2x2

    if (cells == 0).any():
        return UNDEFINED
    found = Table2x2(cells, shift_zeros=False)
    return Compared(float(found.oddsratio), *map(float, found.oddsratio_confint(1 - confidence)))
