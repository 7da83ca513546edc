"""What tables, shares and means tell about each other, and which of them gives way.

Four ways to a hidden answer are closed here: the same numbers shown in two sets of
classes; two questions whose joint answers are shown; the mean of several questions,
which is the sum of all their answers; and a mean that only one division of a merged
class fits.
"""

from dataclasses import replace

import pandas as pd

from pipeline.disclose.answers import is_ordered
from pipeline.disclose.blocks import Blocks, extend_block, is_whole
from pipeline.disclose.counts import TableKey
from pipeline.disclose.evidence import Decided, Evidence
from pipeline.disclose.known import SUM, TOTAL, sums_known, tells, value_of
from pipeline.disclose.moments import stays_open
from pipeline.spec.study import Measure, Study


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
    """Withhold a merged table whose mean and standard deviation leave too little open."""
    for key, blocks in decided.blocks.items():
        means = means_of(evidence, key)
        if blocks is None or is_whole(blocks) or means is None:
            continue
        if _is_exact(evidence.study, key.outcome) or not stays_open(evidence, key, blocks, means):
            decided = decided.hide_tables({key}, with_reasons=False)
    return decided


def _is_exact(study: Study, outcome: str) -> bool:
    """Say whether each answer is one number, so that a mean is an equation and not only a bound."""
    if outcome not in study.variable:
        return False
    turned = any(measure.reversed == (outcome,) and measure.items == (outcome,) for measure in study.declaration.measures)
    return turned or study.variable[outcome].type == "rating"


def means_of(evidence: Evidence, key: TableKey) -> pd.DataFrame | None:
    """Give the released means of what a table shows: its own, or those of a measure that takes its answers as they are."""
    if key in evidence.means:
        return evidence.means[key]
    for measure in evidence.study.declaration.measures:
        if measure.rule == "as_answered" and measure.items == (key.outcome,):
            return evidence.means.get(key._replace(outcome=measure.name))
    return None


def _hide_second_classes(evidence: Evidence, decided: Decided) -> Decided:
    """Withhold a question's table where a measure shows the same numbers in other classes, unless both are whole and nested."""
    for measure in evidence.study.declaration.measures:
        if measure.rule != "as_answered":
            continue
        for key in [key for key in decided.blocks if key.outcome == measure.name]:
            item = key._replace(outcome=measure.items[0])
            if item in decided.blocks and not (_both_whole(decided, key, item) and _nested(evidence, key, item)):
                decided = decided.hide_tables({item}, with_reasons=False)
    return decided


def _both_whole(decided: Decided, one: TableKey, other: TableKey) -> bool:
    return is_whole(decided.blocks[one]) and is_whole(decided.blocks[other])


def _nested(evidence: Evidence, key: TableKey, item: TableKey) -> bool:
    edges, others = ({code.partition("-<")[0].rstrip("-") for code in evidence.tables[one].index} for one in (key, item))
    return edges <= others or others <= edges


def _hide_joint_questions(evidence: Evidence, decided: Decided) -> Decided:
    """Withhold both questions behind the classes of lock-in unless classes, questions and share are all whole."""
    study = evidence.study
    for measure in evidence.study.declaration.measures:
        if measure.rule != "lock_in":
            continue
        for wave in study.waves_of_measure(measure) or ("",):
            own = TableKey(study.unit_of(measure.name), measure.name, wave)
            items = {own._replace(outcome=item) for item in measure.items}
            tables = [key for key in (own, *items) if key in decided.blocks]
            double = [one.name for one in study.declaration.measures if one.rule == "double_lock_in" and one.items == measure.items]
            withheld = any((name, wave) in decided.shares for name in double)
            if withheld or not all(is_whole(decided.blocks[key]) for key in tables):
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
    unknown = {key: _unknown_values(measure, evidence.tables[key], decided.blocks[key]) for key in keys}
    if sum(unknown.values()) != 1:
        return decided
    [key] = [key for key, count in unknown.items() if count]
    extended = _extended(evidence, measure, key, decided.blocks[key])
    if extended is not None:
        return replace(decided, blocks={**decided.blocks, key: extended})
    others = [other for other in keys if other != key]
    return decided.hide_tables({min(others, key=lambda other: evidence.tables[other].to_numpy().min())}, with_reasons=False)


def _unknown_values(measure: Measure, counts: pd.DataFrame, blocks: Blocks | None) -> int:
    """Count what is unknown of the numbers that enter the sum."""
    shown = (tuple(counts.index),) if blocks is None else blocks
    return sum(len({value_of(measure, code) for code in block}) - 1 for block in shown)


def _extended(evidence: Evidence, measure: Measure, key: TableKey, blocks: Blocks | None) -> Blocks | None:
    if blocks is None:
        return None
    [block] = [block for block in blocks if len(block) > 1]
    extended = extend_block(evidence.tables[key], block, blocks, is_ordered(evidence.study, key.outcome))
    enough = extended is not None and _unknown_values(measure, evidence.tables[key], extended) > 1
    return extended if enough else None
