"""Decide, once per variable and wave, which answers are merged in every table that shows them.

The numbers that answer the study's question go first: a share is withheld only
for its own small counts, and a table of answers gives way to the shares and means
that are made of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from pipeline.disclose.blocks import Blocks, has_small, is_whole, merge_answers, parts_of
from pipeline.disclose.classes import row_answers
from pipeline.disclose.counts import ShareKey, Shares, TableKey
from pipeline.disclose.evidence import Decided, Evidence
from pipeline.disclose.known import Known, cut_class, question_shown, totals_known
from pipeline.disclose.policy import Policy
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY


def decide_answers(evidence: Evidence) -> Decided:
    """Give the first decision: every table by itself, with the shares made of its answers.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    Decided
        Not yet fit for release: ``together.decide_together`` looks at what
        tables tell about each other.
    """
    decided = Decided(shares=small_shares(evidence.policy, evidence.shares))
    for key, counts in evidence.tables.items():
        decided = _decide_table(evidence, decided, key, counts)
    return decided


def small_shares(policy: Policy, shares: Shares) -> frozenset[tuple[str, str]]:
    """Give the outcomes and waves of which a group has few people with, or few without, the outcome."""
    return frozenset((key.outcome, key.wave) for key, groups in shares.items() if key.level == EVERYBODY and any_small(policy, groups))


def any_small(policy: Policy, groups: Mapping[str, tuple[float, float]]) -> bool:
    """Say whether any group has a small count on either side of a share."""
    return has_small((side for count, total in groups.values() for side in (count, total - count)), policy)


def shown_columns(policy: Policy, counts: pd.DataFrame) -> frozenset[str]:
    """Give the columns that rest on enough people: no group where one group is too small, because 'all' would give it back."""
    totals = counts.sum()
    if EVERYBODY in totals and policy.is_small_base(totals[EVERYBODY]):
        return frozenset()
    small = any(policy.is_small_base(total) for total in totals)
    return frozenset(totals.index.intersection([EVERYBODY]) if small else totals.index)


def _decide_table(evidence: Evidence, decided: Decided, key: TableKey, counts: pd.DataFrame) -> Decided:
    columns = shown_columns(evidence.policy, counts)
    visible = counts[sorted(columns)]
    told = _told(evidence, decided, key, visible)
    blocks = merge_answers(visible, parts_of(list(counts.index), told.sets), is_ordered(evidence.study, key.outcome), evidence.policy)
    uncovered = _uncovered(evidence, key)
    if blocks is not None and (_part_given(evidence, key, told.accepted, blocks) or _solved_by_shares(evidence, decided, key, blocks)):
        blocks = None
    if uncovered:
        blocks = None
    silent = told.silent | ({key.outcome} if uncovered and key.outcome in evidence.study.measure else frozenset())
    decided = replace(
        decided,
        blocks={**decided.blocks, key: blocks},
        columns={**decided.columns, key: columns},
        shares=decided.shares | {(measure, key.wave) for measure in told.withheld},
        bases=decided.bases | {(measure, key.wave) for measure in silent},
    )
    if has_small(visible.drop(index=sorted(frozenset().union(*told.sets))).sum(), evidence.policy) and told.sets:
        decided = replace(decided.hide_tables({key}, with_reasons=True), bases=decided.bases | {(key.outcome, key.wave)})
    return decided


@dataclass(frozen=True)
class ToldAnswers:
    """What measures tell about one question, after those that would give a small count were silenced."""

    sets: list[frozenset[str]]
    """Sets of answers whose totals shares and their n give."""
    accepted: list[Known]
    """Measures whose share is released."""
    withheld: frozenset[str]
    """Measures whose share would, with the others, give a small count."""
    silent: frozenset[str]
    """Measures whose n would."""


def _told(evidence: Evidence, decided: Decided, key: TableKey, visible: pd.DataFrame) -> ToldAnswers:
    """Take shares in declared order, then the n of the others, as long as no small count follows."""
    sets: list[frozenset[str]] = []
    accepted: list[Known] = []
    withheld, silent = set(), set()
    every = [
        known for known in totals_known(evidence.study, key, visible) if ShareKey(known.measure, key.wave, EVERYBODY) in evidence.shares
    ]
    for known in every:
        if not is_released(evidence, decided, known.measure, key.wave):
            continue
        if _gives_small(evidence.policy, visible, [*sets, known.answers, known.base]):
            withheld.add(known.measure)
        else:
            accepted.append(known)
            sets += [known.answers, known.base]
    for known in every:
        if known not in accepted and _gives_small(evidence.policy, visible, [*sets, known.base]):
            silent.add(known.measure)
        else:
            sets.append(known.base)
    return ToldAnswers(sets, accepted, frozenset(withheld), frozenset(silent))


def _gives_small(policy: Policy, visible: pd.DataFrame, sets: list[frozenset[str]]) -> bool:
    """Say whether sums and differences of the totals of these sets of answers give a small count."""
    inside = frozenset().union(*sets)
    parts = [part for part in parts_of(list(visible.index), sets) if inside & set(part)]
    return any(has_small(visible.loc[list(part)].sum(), policy) for part in parts)


def is_ordered(study: Study, outcome: str) -> bool:
    """Say whether answers have neighbours: ratings, classes of numbers, classes of a measure as declared."""
    return outcome in study.measure or study.variable[outcome].type != "select_one"


def is_released(evidence: Evidence, decided: Decided, measure: str, wave: str) -> bool:
    """Say whether the share of a measure in a wave is released for the groups."""
    groups = evidence.shares.get(ShareKey(measure, wave, EVERYBODY), {})
    large = not any(evidence.policy.is_small_base(total) for _, total in groups.values())
    return bool(groups) and large and (measure, wave) not in decided.shares


def known_parts(evidence: Evidence, decided: Decided, key: TableKey) -> Blocks:
    """Give the sets of answers whose totals released shares tell, table or no table."""
    known = totals_known(evidence.study, key, evidence.tables[key])
    released = [one for one in known if is_released(evidence, decided, one.measure, key.wave)]
    return tuple(parts_of(list(evidence.tables[key].index), [one.answers for one in released]))


def _part_given(evidence: Evidence, key: TableKey, accepted: list[Known], blocks: Blocks) -> bool:
    """Say whether a share's threshold lies inside a class, and so gives a small part of it, or of what is merged."""
    counts = evidence.tables[key]
    for known in accepted:
        cut = cut_class(evidence.study, known.measure, key.outcome, counts)
        if cut is None:
            continue
        if not is_whole(blocks):
            return True
        for group, (count, _) in evidence.shares[ShareKey(known.measure, key.wave, EVERYBODY)].items():
            above = counts.loc[sorted(known.answers), group].sum()
            if has_small((count - above, counts.loc[cut, group] - count + above), evidence.policy):
                return True
    return False


def _solved_by_shares(evidence: Evidence, decided: Decided, key: TableKey, blocks: Blocks) -> bool:
    """Say whether classes made of a question's answers give a small count of these, beside the shares made of them."""
    question = key._replace(outcome=question_shown(evidence.study, key.outcome))
    if question == key or evidence.study.variable[question.outcome].is_numeric:
        return False
    answers = evidence.tables[question]
    rows = row_answers(evidence.study, key.outcome, evidence.tables[key].index)
    sets = [frozenset().union(*(rows[code] for code in block)) for block in blocks]
    for known in totals_known(evidence.study, question, answers):
        sets.append(known.base)
        if is_released(evidence, decided, known.measure, key.wave):
            sets.append(known.answers)
    return _gives_small(evidence.policy, answers, sets)


def _uncovered(evidence: Evidence, key: TableKey) -> bool:
    """Say whether a few people answered outside every class, so that the table's total would give them."""
    question = key._replace(outcome=question_shown(evidence.study, key.outcome))
    told = [evidence.answered[one] for one in {key, question} if one in evidence.answered]
    return any(has_small((answered - evidence.tables[key].sum()).dropna(), evidence.policy) for answered in told)
