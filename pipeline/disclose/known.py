"""What released measures tell about the answers they are made of.

A share such as 'good health' is the total of some answers of one question, so a
table of that question may only be merged inside these sets. Every scoring rule
has a line in ``TELLS``: a new rule without one is refused, because nobody would
have thought about what it gives away.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from pipeline.disclose.counts import TableKey
from pipeline.spec.declaration import Measure
from pipeline.spec.study import Study

TOTAL, SUM, JOINT, BOUND = "total", "sum", "joint", "bound"
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
    "lock_in_employability": JOINT,
    "as_category": TOTAL,
    "collapsed": TOTAL,
    "classes_of": TOTAL,
    "count_correct": SUM,
    "share_correct": SUM,
}
"""Scoring rule -> what it tells about its items: the total of a set of answers, the sum of all
answers, how two questions are answered together, or only bounds (at least one yes)."""


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


def totals_known(study: Study, key: TableKey, counts: pd.DataFrame) -> Iterator[Known]:
    """Give the sets of answers of a table whose totals measures of the study give, in declared order."""
    everything = frozenset(counts.index)
    for measure in study.declaration.measures:
        if not _in_wave(study, measure, key.wave):
            continue
        if tells(measure) == TOTAL and measure.items == (key.outcome,):
            yield Known(measure.name, _counted(study, measure, counts), everything - frozenset(measure.leaves_out))
        elif measure.rule == "double_lock_in" and _classified(study, key.outcome) == measure.items:
            yield Known(measure.name, frozenset({"double"}) & everything, everything)


def _in_wave(study: Study, measure: Measure, wave: str) -> bool:
    return wave in (study.waves_of_measure(measure) or ("",))


def _classified(study: Study, outcome: str) -> tuple[str, ...]:
    """Give the items of a measure of lock-in classes; empty for anything else."""
    measure = study.measure.get(outcome)
    return measure.items if measure is not None and measure.rule == "lock_in" else ()


def _counted(study: Study, measure: Measure, counts: pd.DataFrame) -> frozenset[str]:
    if measure.rule == "one_of":
        return frozenset(measure.counts) & frozenset(counts.index)
    assert measure.threshold is not None
    lowest = {code: least(code) for code in counts.index}
    return frozenset(code for code, low in lowest.items() if low > measure.threshold)


def cut_class(study: Study, measure: str, counts: pd.DataFrame) -> str | None:
    """Give the class of the table inside which a share's threshold lies, so that the share gives a part of it; None when there is none."""
    declared = study.measure[measure]
    if declared.rule != "above" or declared.threshold is None:
        return None
    whole = study.variable[declared.items[0]].type == "integer"
    cut = [code for code in counts.index if least(code) <= declared.threshold < greatest(code, whole)]
    return cut[0] if cut else None


def least(code: str) -> float:
    """Give the least value of a class such as ``1-<8``, or the value of a number's code."""
    return float(code.partition("-<")[0]) if "-<" in code else float(code.rstrip("-"))


def greatest(code: str, whole: bool) -> float:
    """Give the greatest value of a class; of a class without upper end, infinity."""
    if "-<" in code:
        return float(code.partition("-<")[2]) - (1 if whole else 0)
    return float("inf") if code.endswith("-") else float(code)


def sums_known(study: Study, means: Mapping[TableKey, object]) -> Iterator[tuple[Measure, str]]:
    """Give the measures of several items, and waves, whose mean is released: the sum of all their answers follows."""
    for key in means:
        measure = study.measure.get(key.outcome)
        if measure is not None and tells(measure) == SUM:
            yield measure, key.wave


def value_of(measure: Measure, code: str) -> str:
    """Say what an answer adds to a sum: for counts, whether it counts; else the answer itself."""
    return str(code in measure.counts) if measure.rule == "count_of" else code
