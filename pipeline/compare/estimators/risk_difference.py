"""Risk difference: two shares compared, as a difference and as ratios.

Newcombe's interval and Pearson's test without continuity correction; Fisher's
exact test instead where an expected count is below 5. Ratios on the log scale
(Katz, Woolf). Nothing is adjusted for.
"""

from math import isnan

from pipeline.compare.gather.comparison import Comparison, four_cells, row_of, too_few, two_groups
from pipeline.compare.numbers.risks import Compared, FourCells, katz_risk_ratio, newcombe_difference, woolf_odds_ratio
from pipeline.compare.numbers.table_tests import fisher_p, needs_fisher, pearson_test

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
    table = four_cells(groups)
    return [
        rows["risk_difference"] | _difference_numbers(table, comparison.confidence),
        rows["risk_ratio"] | _ratio_numbers(katz_risk_ratio(table, comparison.confidence)),
        rows["odds_ratio"] | _ratio_numbers(woolf_odds_ratio(table, comparison.confidence)),
    ]


def _difference_numbers(table: FourCells, confidence: float) -> dict[str, object]:
    difference = newcombe_difference(table, confidence)
    numbers: dict[str, object] = {
        "estimate": difference.value,
        "std_error": difference.std_error,
        "conf_low": difference.conf_low,
        "conf_high": difference.conf_high,
    }
    if needs_fisher(table):
        return numbers | {"p_value": fisher_p(table), "note": "fisher_used"}
    test = pearson_test(table)
    return numbers | {"statistic": test.statistic, "df": 1.0, "p_value": test.p_value}


def _ratio_numbers(ratio: Compared) -> dict[str, object]:
    if isnan(ratio.value):
        return {"note": "zero_cell"}
    return {"estimate": ratio.value, "conf_low": ratio.conf_low, "conf_high": ratio.conf_high}
