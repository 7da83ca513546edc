"""Table: whether two groups are spread alike over the categories of an outcome (Pearson's chi-square).

The counts themselves are in the tables of answers. A single category is compared
by ``risk_difference`` on a measure of it.
"""

from math import isnan

import numpy as np

from pipeline.compare.gather.comparison import FIRST, Comparison, complete
from pipeline.compare.numbers.contingency_tables import EXPECTED_FOR_PEARSON, association_test
from pipeline.spec.vocabulary import EVERYBODY


def table(comparison: Comparison) -> list[dict[str, object]]:
    """Test whether both groups have the same distribution.

    Parameters
    ----------
    comparison : Comparison
        Of a category.

    Returns
    -------
    list of one row
        ``association`` with chi-square, p-value and Cramér's V. Empty, with a
        note, for an empty group (``one_group_empty``) or when everybody is in
        one category (``constant_outcome``); ``small_expected`` marks a rough test.
    """
    known = complete(comparison)
    first = known[FIRST].to_numpy() == 1
    row: dict[str, object] = {
        "estimand": "association",
        "term": comparison.difference,
        "level": EVERYBODY,
        "group_a": comparison.first,
        "group_b": comparison.second,
        "measure_unit": "index",
        "n": len(known),
        "n_a": int(first.sum()),
        "n_b": int((~first).sum()),
        "n_missing": len(comparison.frame) - len(known),
    }
    codes, size = known[comparison.outcome].cat.codes.to_numpy(), len(known[comparison.outcome].cat.categories)
    counts = np.column_stack([np.bincount(codes[members], minlength=size) for members in (first, ~first)])
    test = association_test(counts)
    if isnan(test.statistic):
        return [row | {"note": "constant_outcome" if counts.any(axis=0).all() else "one_group_empty"}]
    note = "small_expected" if test.least_expected < EXPECTED_FOR_PEARSON else ""
    return [row | test.columns() | {"effect_kind": "cramers_v", "note": note}]
