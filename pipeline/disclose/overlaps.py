"""Analyses whose people are counted by answers that are merged or withheld."""

from pipeline.disclose.counts import TableKey
from pipeline.disclose.evidence import Decided
from pipeline.spec.declaration import Analysis
from pipeline.spec.naming import split_reference
from pipeline.spec.study import Study


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
