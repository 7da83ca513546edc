"""Two shares compared: their difference and their ratios, with intervals by statsmodels.

A table is an array of int (2, 2): rows first and second group, of at least one
person each; columns did and did not. Cells that make a ratio undefined give NaN;
the caller says so in a note. Tests are in ``contingency_tables``.
"""

import numpy as np
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.proportion import confint_proportions_2indep

from pipeline.compare.numbers.results import Estimate

UNDEFINED = Estimate(float("nan"))


def newcombe_difference(cells: np.ndarray, confidence: float = 0.95) -> Estimate:
    """Give the risk difference with Newcombe's hybrid score interval.

    Parameters
    ----------
    cells : array of int (2, 2)
        Groups by did and did not.
    confidence : float
        Level, 0-1.

    Returns
    -------
    Estimate
        First share minus second, -1 to 1; the standard error is Wald's.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17:873-890, method 10.
    """
    (first, second), totals = cells[:, 0], cells.sum(axis=1)
    low, high = confint_proportions_2indep(first, totals[0], second, totals[1], method="newcomb", compare="diff", alpha=1 - confidence)
    shares = cells[:, 0] / totals
    std_error = float(np.sqrt((shares * (1 - shares) / totals).sum()))
    return Estimate(float(shares[0] - shares[1]), max(float(low), -1.0), min(float(high), 1.0), std_error)  # 1 + 2e-16 at the edge


def risk_ratio(cells: np.ndarray, confidence: float = 0.95) -> Estimate:
    """Give the risk ratio with Katz' interval on the log scale.

    Parameters
    ----------
    cells : array of int (2, 2)
        Groups by did and did not.
    confidence : float
        Level, 0-1.

    Returns
    -------
    Estimate
        First share over second; undefined when nobody did in one of the
        groups, or when everybody did in both.

    References
    ----------
    Katz, Baptista, Azen and Pike (1978), Biometrics 34:469-474.
    """
    if (cells[:, 0] == 0).any() or (cells[:, 1] == 0).all():
        return UNDEFINED
    found = Table2x2(cells, shift_zeros=False)  # the default invents ratios for empty cells
    return Estimate(float(found.riskratio), *map(float, found.riskratio_confint(1 - confidence)))


def odds_ratio(cells: np.ndarray, confidence: float = 0.95) -> Estimate:
    """Give the odds ratio with Woolf's interval on the log scale.

    Parameters
    ----------
    cells : array of int (2, 2)
        Groups by did and did not.
    confidence : float
        Level, 0-1.

    Returns
    -------
    Estimate
        First odds over second; undefined when one of the four cells is empty.

    References
    ----------
    Woolf (1955), Annals of Human Genetics 19:251-253.
    """
    if (cells == 0).any():
        return UNDEFINED
    found = Table2x2(cells, shift_zeros=False)
    return Estimate(float(found.oddsratio), *map(float, found.oddsratio_confint(1 - confidence)))
