"""What tables, shares and means tell about each other, and which of them gives way.

Four ways to a hidden answer are closed here: the same numbers shown in two sets of
classes; two questions whose joint answers are shown; the mean of several questions,
which is the sum of all their answers; and a mean that only one division of a merged
class fits.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.disclose.answers import is_ordered, known_parts
from pipeline.disclose.blocks import Blocks, extend_block, is_whole
from pipeline.disclose.classes import are_nested
from pipeline.disclose.counts import TableKey
from pipeline.disclose.evidence import Decided, Evidence
from pipeline.disclose.knowledge import Statements
from pipeline.disclose.known import CLASSES, SUM, TOTAL, question_shown, sums_known, tells, value_of
from pipeline.disclose.moments import stays_open
from pipeline.disclose.told import Statement
from pipeline.disclose.worlds import question_of, tells_apart
from pipeline.spec.declaration import Measure
from pipeline.spec.study import Study
from pipeline.tables.printed import DECIMALS

HALF_UNIT = 0.5 * 10.0 ** -DECIMALS["number"]


def decide_together(evidence: Evidence, decided: Decided) -> Decided:
    """Take every table, share and mean into account.

    Parameters
    ----------
    evidence : Evidence
    decided : Decided
        Each table by itself (``answers.decide_answers``).

    Returns
    -------
    Decided
        Nothing is shown that was hidden before.
    """
    for step in (_hide_solved_by_means, _hide_second_classes, _hide_joint_questions, _widen_sums):
        decided = step(evidence, decided)
    return decided


def _hide_solved_by_means(evidence: Evidence, decided: Decided) -> Decided:
    """Withhold a merged table of classes of numbers whose mean and standard deviation leave too little open."""
    for key, blocks in decided.blocks.items():
        means = means_of(evidence, key)
        if blocks is None or is_whole(blocks) or means is None or tells_apart(evidence.study, question_of(evidence.study, key.outcome)):
            continue
        shown = means.loc[means.index.isin(list(decided.columns[key]))]
        if not stays_open(evidence, key, blocks, shown):
            decided = decided.hide_tables({key}, with_reasons=False)
    return decided


def means_of(evidence: Evidence, key: TableKey) -> pd.DataFrame | None:
    """Give the released means of what a table shows: its own, or those of a measure that takes its answers as they are."""
    if key in evidence.means:
        return evidence.means[key]
    for measure in evidence.study.declaration.measures:
        if measure.rule == "as_answered" and measure.items == (key.outcome,):
            return evidence.means.get(key._replace(outcome=measure.name))
    return None


def _hide_second_classes(evidence: Evidence, decided: Decided) -> Decided:
    """Show one table of a question that measures show in other classes; another only if all are whole and nested."""
    for question, keys in _of_one_question(evidence.study, decided).items():
        kept: list[TableKey] = []
        for key in keys:
            if decided.blocks[key] is None and not _takes_as_answered(evidence.study, key.outcome):
                continue
            rows = {one.outcome: evidence.tables[one].index for one in (*kept, key)}
            if not kept or (_are_whole(evidence, decided, [*kept, key]) and are_nested(evidence.study, question.outcome, rows)):
                kept.append(key)
            else:
                decided = decided.hide_tables({key}, with_reasons=False)
    return decided


def _of_one_question(study: Study, decided: Decided) -> dict[TableKey, list[TableKey]]:
    """Give the tables about each question in the order in which they are kept.

    First the question itself where a sum is made of it, then what exhibits show,
    then measures in declared order, at last the question.
    """
    summed = {item for measure in study.declaration.measures if tells(measure) == SUM and len(measure.items) > 1 for item in measure.items}
    exhibited = [name for exhibit in study.declaration.exhibits for name in exhibit.outcomes]
    order = [*sorted(summed), *exhibited, *study.measure]
    found: dict[TableKey, list[TableKey]] = {}
    for key in sorted(decided.blocks, key=lambda key: order.index(key.outcome) if key.outcome in order else len(order)):
        outcome = study.measure[key.outcome].items[0] if _takes_as_answered(study, key.outcome) else question_shown(study, key.outcome)
        found.setdefault(key._replace(outcome=outcome), []).append(key)
    return {question: keys for question, keys in found.items() if len(keys) > 1}


def _takes_as_answered(study: Study, outcome: str) -> bool:
    return outcome in study.measure and study.measure[outcome].rule == "as_answered"


def _are_whole(evidence: Evidence, decided: Decided, keys: list[TableKey]) -> bool:
    return all(decided.is_whole(key, evidence.tables[key]) for key in keys)


def _hide_joint_questions(evidence: Evidence, decided: Decided) -> Decided:
    """Withhold both questions behind the classes of lock-in unless classes, questions and share are all whole."""
    study = evidence.study
    for measure in evidence.study.declaration.measures:
        if measure.rule != "lock_in":
            continue
        for wave in study.waves_of_measure(measure) or ("",):
            own = TableKey(study.unit_of(measure.name), measure.name, wave)
            sorting = {one.name for one in study.declaration.measures if tells(one) == CLASSES and set(one.items) <= set(measure.items)}
            items = {own._replace(outcome=item) for item in (*measure.items, *sorting)}
            tables = [key for key in (own, *items) if key in decided.blocks]
            double = [one.name for one in study.declaration.measures if one.rule == "double_lock_in" and one.items == measure.items]
            withheld = any((name, wave) in decided.shares for name in double)
            if withheld or not _are_whole(evidence, decided, tables):
                decided = _without_shares_of(study, decided.hide_tables(items, with_reasons=True), measure, wave)
    return decided


def _without_shares_of(study: Study, decided: Decided, joint: Measure, wave: str) -> Decided:
    """Withhold shares made of one of two questions whose joint answers are protected."""
    single = {(one.name, wave) for one in study.declaration.measures if tells(one) == TOTAL and set(one.items) <= set(joint.items)}
    return replace(decided, shares=decided.shares | single)


def _widen_sums(evidence: Evidence, decided: Decided) -> Decided:
    """Leave at least two numbers unknown among the questions of a mean: one unknown would be solved by it."""
    study = evidence.study
    for measure, wave in sums_known(study, evidence.means):
        if len(measure.items) < 2 or tells(measure) != SUM:
            continue
        keys = [TableKey(study.unit_of(measure.name), item, wave) for item in measure.items]
        if all(key in decided.blocks for key in keys):
            decided = _widen(evidence, decided, measure, keys)
    return decided


def _widen(evidence: Evidence, decided: Decided, measure: Measure, keys: list[TableKey]) -> Decided:
    """Merge or withhold more, one step at a time, until no group has a small count as its only unknown."""
    while (key := _only_unknown(evidence, decided, measure, keys)) is not None:
        extended = _extended(evidence, decided, measure, key)
        others = [other for other in keys if other != key and decided.blocks[other] is not None]
        if extended is not None:
            decided = replace(decided, blocks={**decided.blocks, key: extended})
        elif others:
            rarest = min(others, key=lambda other: evidence.tables[other].to_numpy().min())
            decided = decided.hide_tables({rarest}, with_reasons=False)
        else:
            return decided
    return decided


def _only_unknown(evidence: Evidence, decided: Decided, measure: Measure, keys: list[TableKey]) -> TableKey | None:
    """Find a question that hides a small count of some group which the sum of all questions' answers leaves too few values."""
    policy = evidence.policy
    for group in evidence.means[keys[0]._replace(outcome=measure.name)].index:
        columns = {key: evidence.tables[key][group] for key in keys}
        known = {key: _shown(evidence, decided, key) for key in keys}
        knowledge, cells = _sum_of_questions(measure, columns, known)
        for place, (key, code) in enumerate(cells):
            hidden = policy.is_small_cell(columns[key][code]) and (code,) not in known[key]
            wanted = (np.arange(len(cells)) == place).astype("float64")
            if hidden and not knowledge.range_of(wanted, policy.cell, policy.cell).is_open(policy.cell, policy.cell):
                return key
    return None


def _sum_of_questions(
    measure: Measure, columns: Mapping[TableKey, pd.Series], known: Mapping[TableKey, Blocks]
) -> tuple[Statements, list[tuple[TableKey, str]]]:
    """Say what is known of one group's answers to all questions of a measure: totals of blocks, and one sum over all, as a mean is printed."""
    cells = [(key, str(code)) for key, column in columns.items() for code in column.index]
    counts = np.array([columns[key][code] for key, code in cells])
    totals = [
        (np.array([one == key and code in block for one, code in cells], dtype="float64"))
        for key, blocks in known.items()
        for block in blocks
    ]
    added = np.array([_added(measure, key.outcome, code) for key, code in cells])
    size = len(columns) if measure.rule == "mean_of_items" else 1
    people = max(float(column.sum()) for column in columns.values())
    told = [Statement.of(total, float(total @ counts), (0,)) for total in totals]
    return Statements.of([*told, Statement.of(added, float(added @ counts), (0,), within=HALF_UNIT * size * people)], len(cells)), cells


def _added(measure: Measure, item: str, code: str) -> float:
    """Give what an answer adds to a sum; of a reversed question what it takes away from a constant."""
    value = value_of(measure, item, code)
    number = {"True": 1.0, "False": 0.0}.get(value)
    return (-1.0 if item in measure.reversed else 1.0) * (float(value) if number is None else number)


def _shown(evidence: Evidence, decided: Decided, key: TableKey) -> Blocks:
    """Give the sets of answers whose totals are known: the table's blocks, or without a table what shares tell."""
    blocks = decided.blocks[key]
    return known_parts(evidence, decided, key) if blocks is None else blocks


def _extended(evidence: Evidence, decided: Decided, measure: Measure, key: TableKey) -> Blocks | None:
    """Merge a question's merged block with one more answer that adds something else to the sum; None when that is not possible."""
    blocks = decided.blocks[key]
    if blocks is None or len(known_parts(evidence, decided, key)) > 1:
        return None
    block = max((block for block in blocks if len(block) > 1), key=len)
    extended = extend_block(evidence.tables[key], block, blocks, is_ordered(evidence.study, key.outcome))
    values = {value_of(measure, key.outcome, code) for one in extended or () if set(block) <= set(one) for code in one}
    return extended if len(values) > 2 else None
