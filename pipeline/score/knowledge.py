"""Scoring rules for questions that have a right answer.

"Do not know" is an answer and not right: an answer list that makes it a missing
reason is refused (``checks``). A question that was not answered is missing.
"""

import numpy as np
import pandas as pd

from pipeline.score.items import answered_enough, is_among
from pipeline.spec.declaration import Measure


def count_correct(items: pd.DataFrame, measure: Measure) -> pd.Series:
    """Count the questions that a person answered rightly.

    Parameters
    ----------
    items : DataFrame, one row per person, one column per question
        Answer codes; empty where not answered.
    measure : Measure
        Supplies ``correct``, question to its right answer, and
        ``minimum_answered``.

    Returns
    -------
    Series of float, same index
        0 to the number of questions; empty below ``minimum_answered``. Where a
        measure allows unanswered questions, they add nothing.
    """
    right = _are_right(items, measure).sum(axis="columns")
    return right.astype("float64").where(answered_enough(items, measure))


def share_correct(items: pd.DataFrame, measure: Measure) -> pd.Series:
    """Give the share of right answers among the questions that a person answered.

    Parameters
    ----------
    items : DataFrame, one row per person, one column per question
        Answer codes; empty where not answered.
    measure : Measure
        Supplies ``correct`` and ``minimum_answered``.

    Returns
    -------
    Series of float, same index
        0 to 1; empty below ``minimum_answered``.
    """
    right = _are_right(items, measure).sum(axis="columns").to_numpy(dtype="float64")
    answered = items.notna().sum(axis="columns").to_numpy(dtype="float64")
    share = np.divide(right, answered, out=np.full(len(right), np.nan), where=answered > 0)
    return pd.Series(share, index=items.index).where(answered_enough(items, measure))


def _are_right(items: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    return pd.DataFrame({name: is_among(items[name], (measure.correct[name],)) for name in items.columns}, index=items.index)
