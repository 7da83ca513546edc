"""Scoring rules that give a number, or a share of 0 and 1, and what they ask of a person's answers.

"Do not know" is an answer and never right: an answer list that makes it a missing
reason is refused (``checks``). A question that was not answered is missing.
"""

import numpy as np
import pandas as pd

from pipeline.spec.declaration import Measure


def only_item(items: pd.DataFrame) -> pd.Series:
    """Take the one item of a rule for one item."""
    return items.iloc[:, 0]


def is_among(item: pd.Series, codes: tuple[str, ...]) -> pd.Series:
    """Say which answers are among the codes, whether the item holds codes or numbers.

    Parameters
    ----------
    item : Series
        Codes (text) or numbers; empty where not answered.
    codes : tuple of str
        Codes as declared; for a rating or a number, its digits.

    Returns
    -------
    Series of bool, same index
        False where not answered.
    """
    if pd.api.types.is_numeric_dtype(item):
        return item.isin([float(code) for code in codes])
    return item.isin(codes)


def are_among(items: pd.DataFrame, codes: tuple[str, ...]) -> pd.DataFrame:
    """Say of each item which answers are among the codes; False where not answered."""
    return items.apply(is_among, codes=codes)


def answered_enough(items: pd.DataFrame, measure: Measure) -> pd.Series:
    """Say who answered at least one item and the declared share of them; 3 of 5 is enough for 0.6."""
    answered = items.notna().sum(axis="columns")
    return (answered >= 1) & (answered >= measure.minimum_answered * items.shape[1] - 1e-9)


def as_answered(items: pd.DataFrame, measure: Measure) -> pd.Series:
    """Take the one item as it was answered.

    Parameters
    ----------
    items : DataFrame, one row per person, one column
        The answer; empty where not answered.
    measure : Measure
        Not used: nothing is computed.

    Returns
    -------
    Series of float, same index
        The answer, in the item's unit; empty where not answered.
    """
    return only_item(items).astype("float64")


def mean_of_items(items: pd.DataFrame, measure: Measure) -> pd.Series:
    """Average the answered items of each person.

    Parameters
    ----------
    items : DataFrame, one row per person, one column per item
        Answers on the measure's own scale; empty where not answered.
    measure : Measure
        Supplies ``minimum_answered``, the share of items a person must have answered.

    Returns
    -------
    Series of float, same index
        Mean answer in the measure's unit; empty below ``minimum_answered``.

    Notes
    -----
    Equals person-mean imputation for those who answered enough items; unbiased
    only if the unanswered items resemble the answered ones.
    """
    answers = items.to_numpy(dtype="float64")
    answered = np.count_nonzero(~np.isnan(answers), axis=1)
    with np.errstate(invalid="ignore"):
        mean = np.nansum(answers, axis=1) / answered
    return pd.Series(mean, index=items.index).where(answered_enough(items, measure))


def sum_of_items(items: pd.DataFrame, measure: Measure) -> pd.Series:
    """Add up the items of each person, the unanswered ones at the person's own mean.

    Parameters
    ----------
    items : DataFrame, one row per person, one column per item
        Answers on the measure's own scale; empty where not answered.
    measure : Measure
        Supplies ``minimum_answered``.

    Returns
    -------
    Series of float, same index
        Mean of the answered items times the number of items; the plain sum
        where all are answered; empty below ``minimum_answered``.
    """
    answers = items.to_numpy(dtype="float64")
    answered = np.count_nonzero(~np.isnan(answers), axis=1)
    with np.errstate(invalid="ignore"):
        total = np.nansum(answers, axis=1) * answers.shape[1] / answered
    return pd.Series(total, index=items.index).where(answered_enough(items, measure))


def count_of(items: pd.DataFrame, measure: Measure) -> pd.Series:
    """Count the items that a person answered with one of the counted codes.

    Parameters
    ----------
    items : DataFrame, one row per person, one column per item
        Answer codes; empty where not answered.
    measure : Measure
        Supplies ``counts``, ``counts_also`` for single items, and ``minimum_answered``.

    Returns
    -------
    Series of float, same index
        0 to the number of items; empty below ``minimum_answered``. Where a
        measure allows unanswered items, they add nothing.
    """
    counted = sum(is_among(items[name], (*measure.counts, *measure.counts_also.get(name, ()))).astype("int64") for name in items)
    return counted.astype("float64").where(answered_enough(items, measure))


def any_of(items: pd.DataFrame, measure: Measure) -> pd.Series:
    """Say whether a person answered at least one item with a counted code.

    Parameters
    ----------
    items : DataFrame, one row per person, one column per item
        Answer codes; empty where not answered.
    measure : Measure
        Supplies ``counts``.

    Returns
    -------
    Series of float, same index
        1 as soon as one item counts; 0 when all items are answered and none
        counts; empty when none counts and some are unanswered.
    """
    found = are_among(items, measure.counts).any(axis="columns")
    known = found | items.notna().all(axis="columns")
    return found.astype("float64").where(known)


def one_of(items: pd.DataFrame, measure: Measure) -> pd.Series:
    """Say whether the one item was answered with a counted code.

    Parameters
    ----------
    items : DataFrame, one row per person, one column
        Answer code; empty where not answered.
    measure : Measure
        Supplies ``counts``, and ``leaves_out``: codes of those to whom the
        measure does not apply.

    Returns
    -------
    Series of float, same index
        1 for a counted code, 0 for any other answer; empty where not answered
        or left out.
    """
    item = only_item(items)
    applies = item.notna() & ~is_among(item, measure.leaves_out)
    return is_among(item, measure.counts).astype("float64").where(applies)


def above(items: pd.DataFrame, measure: Measure) -> pd.Series:
    """Say whether the one item lies above the threshold.

    Parameters
    ----------
    items : DataFrame, one row per person, one column
        A number; empty where not answered.
    measure : Measure
        Supplies ``threshold``, in the item's unit.

    Returns
    -------
    Series of float, same index
        1 above, 0 at or below; empty where not answered.
    """
    item = only_item(items)
    return (item > measure.threshold).astype("float64").where(item.notna())


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
