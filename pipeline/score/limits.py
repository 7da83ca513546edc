"""Limits that a stated reason may lift, such as at most three months unless there are special reasons."""

import pandas as pd

from pipeline.score.items import is_among
from pipeline.spec.declaration import Measure


def within_or_excused(items: pd.DataFrame, measure: Measure) -> pd.Series:
    """Say whether a number keeps within a limit, or a reason was stated for going beyond it.

    Parameters
    ----------
    items : DataFrame, one row per person, two columns
        A number, then the answer that may excuse it; empty where not answered.
    measure : Measure
        Supplies ``threshold``, the greatest number allowed, in the item's unit;
        and ``counts``, the answers that excuse a greater one.

    Returns
    -------
    Series of float, same index
        1 at or below the limit, or excused; 0 beyond it with another answer;
        empty where the answers do not decide it.
    """
    number, reason = items.iloc[:, 0], items.iloc[:, 1]
    kept = (number <= measure.threshold) | is_among(reason, measure.counts)
    known = kept | (number.notna() & reason.notna())
    return kept.astype("float64").where(known)
