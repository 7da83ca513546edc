"""Risk difference: two shares compared, as a difference and as ratios.

Newcombe's interval and Pearson's test without continuity correction; Fisher's
exact test instead where an expected count is below 5. Ratios on the log scale
(Katz, Woolf). Nothing is adjusted for.
"""

import numpy as np

from pipeline.compare.gather.comparison import Comparison, four_cells, row_of, too_few, two_groups
from pipeline.compare.numbers.contingency_tables import EXPECTED_FOR_PEARSON, association_test, fisher_p
from pipeline.compare.numbers.risks import newcombe_difference, odds_ratio, risk_ratio

TERMS = {"risk_difference": ("difference", "share"), "risk_ratio": ("ratio", "ratio"), "odds_ratio": ("ratio", "ratio")}
"""Estimand -> how the term is written, how the estimate is printed."""


def risk_difference(comparison: Comparison) -> list[dict[str, object]]:
    """Estimate the first group's share minus the second's, and the two ratios.

    Parameters
    ----------
    comparison : Comparison
        Of a share: 0 or 1 for each person.

    Returns
    -------
    list of three rows
        ``risk_difference`` (-1 to 1) with the p-value of the comparison;
        ``risk_ratio`` and ``odds_ratio`` without one, because they would repeat
        it. All are empty with ``one_group_empty`` when a group has no known
        outcome; a ratio that an empty cell leaves undefined is empty with
        ``zero_cell``; ``fisher_used`` marks an exact p-value.
    """
    groups = two_groups(comparison)
    rows = {
        estimand: row_of(comparison, groups, estimand, getattr(comparison, term), measure_unit)
        for estimand, (term, measure_unit) in TERMS.items()
    }
    note = too_few(groups, least=1)
    if note:
        return [row | {"note": note} for row in rows.values()]
    cells = four_cells(groups)
    rows["risk_difference"] |= newcombe_difference(cells, comparison.confidence).columns() | _tested(cells)
    for estimand, ratio in (("risk_ratio", risk_ratio), ("odds_ratio", odds_ratio)):
        numbers = ratio(cells, comparison.confidence).columns()
        rows[estimand] |= numbers or {"note": "zero_cell"}
    return list(rows.values())


def _tested(cells: np.ndarray) -> dict[str, object]:
    test = association_test(cells)
    if test.least_expected >= EXPECTED_FOR_PEARSON:
        return {"statistic": test.statistic, "df": test.df, "p_value": test.p_value}
    return {"p_value": fisher_p(cells), "note": "fisher_used"}
