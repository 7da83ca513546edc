"""Risk difference: two shares compared, as a difference and as ratios.

Newcombe's interval and Pearson's test without continuity correction; Fisher's
exact test instead where an expected count is below 5. Ratios on the log scale
(Katz, Woolf). Nothing is adjusted for.
"""

from math import isnan

import numpy as np

from pipeline.compare.gather.comparison import Comparison, four_cells, row_of, too_few, two_groups
from pipeline.compare.numbers.contingency_tables import EXPECTED_FOR_PEARSON, association_test, fisher_p
from pipeline.compare.numbers.risks import Compared, difference_error, newcombe_difference, odds_ratio, risk_ratio

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
    return [
        rows["risk_difference"] | _difference_numbers(cells, comparison.confidence),
        rows["risk_ratio"] | _ratio_numbers(risk_ratio(cells, comparison.confidence)),
        rows["odds_ratio"] | _ratio_numbers(odds_ratio(cells, comparison.confidence)),
    ]


def _difference_numbers(cells: np.ndarray, confidence: float) -> dict[str, object]:
    difference = newcombe_difference(cells, confidence)
    numbers: dict[str, object] = {
        "estimate": difference.value,
        "std_error": difference_error(cells),
        "conf_low": difference.conf_low,
        "conf_high": difference.conf_high,
    }
    test = association_test(cells)
    if test.least_expected >= EXPECTED_FOR_PEARSON:
        return numbers | {"statistic": test.statistic, "df": test.df, "p_value": test.p_value}
    return numbers | {"p_value": fisher_p(cells), "note": "fisher_used"}


def _ratio_numbers(ratio: Compared) -> dict[str, object]:
    if isnan(ratio.value):
        return {"note": "zero_cell"}
    return {"estimate": ratio.value, "conf_low": ratio.conf_low, "conf_high": ratio.conf_high}
