"""Scoring rules: several answers of one person become one number or class.

A rule sees only the items of one measure, already reversed, one row per person
and wave. It never decides who is in the sample (``clean``) and never compares
groups (``compare``). To add a rule: write the function, add its line to
``SCORING_RULES``, and say its kind in ``spec.vocabulary.RULE_KINDS``.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.score.classes import as_category, classes_of, collapsed
from pipeline.score.items import answered_enough, are_among, is_among, only_item
from pipeline.score.knowledge import count_correct, share_correct
from pipeline.score.limits import within_or_excused
from pipeline.score.lock_in import doubly_locked_in, lock_in, lock_in_by_employability
from pipeline.spec.declaration import Measure
from pipeline.spec.vocabulary import NUMERIC_TYPES

Score = Callable[[pd.DataFrame, Measure], pd.Series]


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
        Supplies ``counts`` and ``minimum_answered``.

    Returns
    -------
    Series of float, same index
        0 to the number of items; empty below ``minimum_answered``. Where a
        measure allows unanswered items, they add nothing.
    """
    counted = are_among(items, measure.counts).sum(axis="columns")
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


def lock_in_employability(items: pd.DataFrame, measure: Measure) -> pd.Series:
    """Classify lock-in by workplace and employability; see ``lock_in_by_employability``.

    Parameters
    ----------
    items : DataFrame, one row per person
        Preferred workplace, satisfied for now, then the items of employability.
    measure : Measure
        Supplies ``threshold``: employability is low below it; and
        ``minimum_answered`` of the items of employability.

    Returns
    -------
    Series of str, same index
        ``non``, ``at_risk`` or ``locked_in``; empty where not known.
    """
    score = mean_of_items(items.iloc[:, 2:], measure)
    low = (score < measure.threshold).astype("float64").where(score.notna())
    return lock_in_by_employability(items.iloc[:, 0], items.iloc[:, 1], low)


@dataclass(frozen=True)
class ScoringRule:
    """A rule and what it may be declared with; any other key would be ignored and is therefore refused."""

    score: Score
    most_items: int | None
    """None: any number. A rule for two items needs exactly two, one for one item exactly one."""
    item_types: tuple[str, ...]
    needs: tuple[str, ...] = ()
    allows: tuple[str, ...] = ()
    first_types: tuple[tuple[str, ...], ...] = ()
    """Types of each of the first items, where these are of other types than the rest."""
    order: str = ""
    """Which items, in which order, where that matters."""


ANSWERED = (*NUMERIC_TYPES, "select_one")
CHOSEN = ("select_one",)
PREFERRED = "workplace, then occupation"

SCORING_RULES: dict[str, ScoringRule] = {
    "as_answered": ScoringRule(as_answered, 1, NUMERIC_TYPES, allows=("reversed", "range", "classes")),
    "mean_of_items": ScoringRule(mean_of_items, None, NUMERIC_TYPES, allows=("reversed", "range", "minimum_answered", "classes")),
    "sum_of_items": ScoringRule(sum_of_items, None, NUMERIC_TYPES, allows=("reversed", "range", "minimum_answered", "classes")),
    "count_of": ScoringRule(count_of, None, ANSWERED, needs=("counts",), allows=("minimum_answered", "classes")),
    "any_of": ScoringRule(any_of, None, ANSWERED, needs=("counts",)),
    "one_of": ScoringRule(one_of, 1, ANSWERED, needs=("counts",), allows=("leaves_out",)),
    "above": ScoringRule(above, 1, NUMERIC_TYPES, needs=("threshold",)),
    "within_or_excused": ScoringRule(
        within_or_excused,
        2,
        CHOSEN,
        needs=("threshold", "counts"),
        first_types=(("integer", "decimal"),),
        order="the number, then the answer that may excuse it",
    ),
    "double_lock_in": ScoringRule(doubly_locked_in, 2, CHOSEN, order=PREFERRED),
    "lock_in": ScoringRule(lock_in, 2, CHOSEN, needs=("categories",), order=PREFERRED),
    "lock_in_employability": ScoringRule(
        lock_in_employability,
        None,
        NUMERIC_TYPES,
        needs=("threshold", "categories"),
        allows=("reversed", "range", "minimum_answered"),
        first_types=(CHOSEN, CHOSEN),
        order="preferred workplace, satisfied for now, then the items of employability",
    ),
    "as_category": ScoringRule(as_category, 1, CHOSEN, needs=("categories",), allows=("leaves_out",)),
    "collapsed": ScoringRule(collapsed, 1, CHOSEN, needs=("categories", "collapse"), allows=("leaves_out",)),
    "classes_of": ScoringRule(classes_of, 1, NUMERIC_TYPES, needs=("categories", "classes")),
    "count_correct": ScoringRule(count_correct, None, ANSWERED, needs=("correct",), allows=("minimum_answered", "classes")),
    "share_correct": ScoringRule(share_correct, None, ANSWERED, needs=("correct",), allows=("minimum_answered", "classes")),
}
"""Every scoring rule by name; what it gives (number, share, category) is in ``spec.vocabulary.RULE_KINDS``."""
