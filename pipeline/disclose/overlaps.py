"""Estimates about nearly the same people as other released numbers.

Two exact numbers about nearly the same people give the few people in whom they
differ; so exact numbers are compared across populations before they leave.
"""

import pandas as pd

from pipeline.disclose.blocks import has_small
from pipeline.disclose.counts import ShareKey, Shares, TableKey, share_counts
from pipeline.disclose.evidence import Decided, Evidence
from pipeline.disclose.policy import Policy
from pipeline.disclose.populations import is_exact, special_analyses
from pipeline.spec.declaration import Analysis
from pipeline.spec.naming import split_reference
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY


def told_by_answers(study: Study, decided: Decided, analysis: Analysis) -> bool:
    """Say whether an analysis counts people by answers that are merged or withheld.

    Its n is the number of people with a restricting answer, or with a group's
    code; where the table of that answer hides it, the analysis must too.
    """
    sets = [(reference, set(codes)) for reference, codes in analysis.restrict.items()]
    if analysis.group is not None and analysis.contrast is not None:
        sets += [(analysis.group, {code}) for code in analysis.contrast]
    return any(_hidden(study, decided, reference, codes) for reference, codes in sets)


def _hidden(study: Study, decided: Decided, reference: str, codes: set[str]) -> bool:
    name, wave = split_reference(reference)
    if (name, wave) in decided.shares:
        return True
    key = TableKey(study.unit_of(name), name, wave)
    if key not in decided.blocks:
        return False
    blocks = decided.blocks[key]
    return blocks is None or any(set(block) & codes and not set(block) <= codes for block in blocks)


def near_duplicates(evidence: Evidence, rows: pd.DataFrame) -> pd.Series:
    """Mark exact estimates of special analyses that differ by few people from the whole sample's.

    Parameters
    ----------
    evidence : Evidence
    rows : DataFrame
        All estimates.

    Returns
    -------
    Series of bool, same index
        Compared with each group and with both together; which people differ is
        not known here, so a chance likeness of counts is withheld as well.
    """
    study, policy = evidence.study, evidence.policy
    marked = pd.Series(False, index=rows.index)
    exact = is_exact(study, rows)
    for name in special_analyses(study):
        for (outcome, wave), part in rows[exact & (rows["analysis"] == name)].groupby(["outcome", "wave"]):
            totals = _group_sizes(evidence, outcome, wave)
            sizes = pd.concat([part["n_a"], part["n_b"], part["n"]]).dropna()
            near = any(policy.is_small_base(abs(size - total)) for size in sizes for total in totals)
            if near or _small_shares(policy, evidence.shares, share_counts(part), ShareKey(outcome, wave, EVERYBODY)):
                marked |= (rows["analysis"] == name) & (rows["outcome"] == outcome) & (rows["wave"] == wave) & exact
    return marked


def retells_transition(study: Study, rows: pd.DataFrame) -> pd.Series:
    """Mark exact estimates among those who gave one answer before, of what a transition table shows them to answer after.

    Such a number is a row of the transition table about nearly the same people;
    that table is decided by itself, so this one is withheld.
    """
    exact = is_exact(study, rows)
    marked = pd.Series(False, index=rows.index)
    shown = [
        set(_questions(study, name)) for exhibit in study.declaration.exhibits if exhibit.kind == "transition" for name in exhibit.outcomes
    ]
    for analysis in special_analyses(study).values():
        restricting = {question for reference in analysis.restrict for question in _questions(study, split_reference(reference)[0])}
        for outcome in {split_reference(reference)[0] for reference in analysis.outcomes}:
            asked = set(_questions(study, outcome))
            if any(asked & questions and restricting & questions for questions in shown):
                marked |= exact & (rows["analysis"] == analysis.id) & (rows["outcome"] == outcome)
    return marked


def _questions(study: Study, name: str) -> tuple[str, ...]:
    return study.measure[name].items if name in study.measure else (name,)


def _group_sizes(evidence: Evidence, outcome: str, wave: str) -> list[float]:
    groups = [total for _, total in evidence.shares.get(ShareKey(outcome, wave, EVERYBODY), {}).values()]
    for key, means in evidence.means.items():
        if (key.outcome, key.wave) == (outcome, wave):
            groups = [float(size) for size in means["n"]]
    return [*groups, sum(groups)]


def _small_shares(policy: Policy, whole: Shares, part: Shares, key: ShareKey) -> bool:
    """Say whether a part's share is small itself, or leaves a small rest of a group."""
    sides = [side for groups in part.values() for count, total in groups.values() for side in (count, total - count)]
    groups = list(whole.get(key, {}).values())
    wholes = [side for count, total in groups for side in (count, total - count)]
    together = [sum(count for count, _ in groups), sum(total - count for count, total in groups)]
    return has_small(sides, policy) or has_small((abs(side - other) for side in sides for other in (*wholes, *together)), policy)
