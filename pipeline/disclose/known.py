"""What released measures tell about the answers they are made of.

A share such as 'good health' is the total of some answers of one question, so a
table of that question may only be merged inside these sets. Every scoring rule
has a line in ``TELLS``: a new rule without one is refused, because nobody would
have thought about what it gives away.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from pipeline.disclose.classes import row_answers, values_counted
from pipeline.disclose.counts import TableKey
from pipeline.spec.declaration import Measure
from pipeline.spec.study import Study

TOTAL, SUM, JOINT, BOUND, CLASSES = "total", "sum", "joint", "bound", "classes"
TELLS = {
    "as_answered": SUM,
    "mean_of_items": SUM,
    "sum_of_items": SUM,
    "count_of": SUM,
    "any_of": BOUND,
    "one_of": TOTAL,
    "above": TOTAL,
    "within_or_excused": JOINT,
    "double_lock_in": JOINT,
    "lock_in": JOINT,
    "lock_in_employability": BOUND,
    "as_category": CLASSES,
    "collapsed": CLASSES,
    "classes_of": CLASSES,
    "count_correct": SUM,
    "share_correct": SUM,
    "careless": BOUND,
}
"""Scoring rule -> what it tells about its items: the total of a set of answers, the sum of all
answers, how two questions are answered together, only bounds (at least one yes), or the same answers
in classes of its own."""


@dataclass(frozen=True)
class Known:
    """A set of answers of one table whose total a released share gives."""

    measure: str
    answers: frozenset[str]
    base: frozenset[str]
    """Answers of those to whom the measure applies."""


def tells(measure: Measure) -> str:
    """Say what a measure tells about its items.

    Raises
    ------
    KeyError
        For a scoring rule that has no line in ``TELLS``.
    """
    return TELLS[measure.rule]


def question_shown(study: Study, outcome: str) -> str:
    """Give the question that a table is about: the variable itself, or the one whose answers a measure sorts into classes."""
    measure = study.measure.get(outcome)
    return measure.items[0] if measure is not None and tells(measure) == CLASSES else outcome


def totals_known(study: Study, key: TableKey, counts: pd.DataFrame) -> Iterator[Known]:
    """Give the sets of answers of a table whose totals measures of the study give, in declared order."""
    everything = frozenset(counts.index)
    for measure in study.declaration.measures:
        if not _in_wave(study, measure, key.wave):
            continue
        if tells(measure) == TOTAL and measure.items == (question_shown(study, key.outcome),):
            if not _divides_rows(study, measure, key.outcome, counts):
                base = everything - _rows_of(study, key.outcome, counts, measure.leaves_out)
                yield Known(measure.name, _counted(study, measure, key.outcome, counts), base)
        elif measure.rule == "double_lock_in" and _classified(study, key.outcome) == measure.items:
            yield Known(measure.name, frozenset({"double"}) & everything, everything)


def _in_wave(study: Study, measure: Measure, wave: str) -> bool:
    return wave in (study.waves_of_measure(measure) or ("",))


def _classified(study: Study, outcome: str) -> tuple[str, ...]:
    """Give the items of a measure of lock-in classes; empty for anything else."""
    measure = study.measure.get(outcome)
    return measure.items if measure is not None and measure.rule == "lock_in" else ()


def _counted(study: Study, measure: Measure, outcome: str, counts: pd.DataFrame) -> frozenset[str]:
    """Give the rows whose people a share counts."""
    if measure.rule == "one_of":
        return _rows_of(study, outcome, counts, measure.counts)
    assert measure.threshold is not None
    return frozenset(code for code in counts.index if values_counted(study, outcome, code)[0] > measure.threshold)


def _rows_of(study: Study, outcome: str, counts: pd.DataFrame, codes: tuple[str, ...]) -> frozenset[str]:
    rows = row_answers(study, outcome, counts.index)
    return frozenset(code for code, answers in rows.items() if answers <= set(codes))


def _divides_rows(study: Study, measure: Measure, outcome: str, counts: pd.DataFrame) -> bool:
    """Say whether a share counts or leaves out a part of a row, so that it gives the total of no rows."""
    rows = row_answers(study, outcome, counts.index).values()
    return any(answers & set(codes) and not answers <= set(codes) for answers in rows for codes in (measure.counts, measure.leaves_out))


def cut_class(study: Study, name: str, outcome: str, counts: pd.DataFrame) -> str | None:
    """Give the class of the table inside which a share's threshold lies, so that the share gives a part of it; None when there is none."""
    measure = study.measure[name]
    if measure.rule != "above" or measure.threshold is None:
        return None
    spans = {code: values_counted(study, outcome, code) for code in counts.index}
    return next((code for code, (low, high) in spans.items() if low <= measure.threshold < high), None)


def sums_known(study: Study, means: Mapping[TableKey, object]) -> Iterator[tuple[Measure, str]]:
    """Give the measures of several items, and waves, whose mean is released: the sum of all their answers follows."""
    for key in means:
        measure = study.measure.get(key.outcome)
        if measure is not None and tells(measure) == SUM:
            yield measure, key.wave


def value_of(measure: Measure, item: str, code: str) -> str:
    """Say what an answer adds to a sum: for counts, whether it counts or is right; else the answer itself."""
    if measure.rule == "count_of":
        return str(code in (*measure.counts, *measure.counts_also.get(item, ())))
    return str(code == measure.correct[item]) if measure.correct else code
