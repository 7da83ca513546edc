"""The registry of scoring rules: several answers of one person become one number or class.

A rule sees only the items of one measure, already reversed, one row per person
and wave (one that holds people against each other, all rows of a wave). It never decides who is in the sample (``clean``) and never compares
groups (``compare``). To add a rule: write the function in ``amounts``, ``classes``
or ``lock_in``, add its line to ``SCORING_RULES``, and say its kind in
``spec.vocabulary.RULE_KINDS``.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from pipeline.score.amounts import (
    above,
    any_of,
    as_answered,
    count_correct,
    count_of,
    mean_of_items,
    one_of,
    share_correct,
    sum_of_items,
    within_or_excused,
)
from pipeline.score.classes import as_category, classes_of, collapsed
from pipeline.score.flagged import careless
from pipeline.score.lock_in import double_lock_in, lock_in, lock_in_employability
from pipeline.spec.declaration import Measure
from pipeline.spec.vocabulary import NUMERIC_TYPES

Score = Callable[[pd.DataFrame, Measure], pd.Series]


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
    among: bool = False
    """Holds people against each other, so that it sees one wave at a time, and all of it."""


ANSWERED = (*NUMERIC_TYPES, "select_one")
CHOSEN = ("select_one",)
PREFERRED = "workplace, then occupation"

SCORING_RULES: dict[str, ScoringRule] = {
    "as_answered": ScoringRule(as_answered, 1, NUMERIC_TYPES, allows=("reversed", "range", "classes")),
    "mean_of_items": ScoringRule(mean_of_items, None, NUMERIC_TYPES, allows=("reversed", "range", "minimum_answered", "classes")),
    "sum_of_items": ScoringRule(sum_of_items, None, NUMERIC_TYPES, allows=("reversed", "range", "minimum_answered", "classes")),
    "count_of": ScoringRule(count_of, None, ANSWERED, needs=("counts",), allows=("counts_also", "minimum_answered", "classes")),
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
    "double_lock_in": ScoringRule(double_lock_in, 2, CHOSEN, order=PREFERRED),
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
    "careless": ScoringRule(
        careless, None, ANSWERED, needs=("scales", "flags", "least_flags"), allows=("duration", "correct", "minimum_answered"), among=True
    ),
}
"""Every scoring rule by name; what it gives (number, share, category) is in ``spec.vocabulary.RULE_KINDS``."""
