"""Choose the layout of every declared transition table, beside each wave's own table."""

from dataclasses import replace

import pandas as pd

from pipeline.disclose.answers import is_ordered
from pipeline.disclose.counts import TableKey
from pipeline.disclose.evidence import Decided, Evidence
from pipeline.disclose.known import question_shown, totals_known
from pipeline.disclose.policy import Policy
from pipeline.disclose.transitions import Counts, Layout, Transition, choose_layout, transition_counts
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY

TransitionKey = tuple[str, str, str]
"""Exhibit, outcome, wave."""


def choose_layouts(evidence: Evidence, decided: Decided, rows: pd.DataFrame) -> dict[TransitionKey, Layout | None]:
    """Choose how each transition table is shown.

    Parameters
    ----------
    evidence, decided
    rows : DataFrame
        Table ``distributions``, nothing withheld.

    Returns
    -------
    dict
        None: the table is withheld. So it is when a wave's own table is, since
        the transition table would give that back.
    """
    tables = rows[rows["exhibit"] == "transition"].groupby(["analysis", "outcome", "wave"], sort=True)
    return _one_per_question(evidence.study, {key: _choose(evidence, decided, part) for key, part in tables})


def _one_per_question(study: Study, layouts: dict[TransitionKey, Layout | None]) -> dict[TransitionKey, Layout | None]:
    """Withhold the change of a question in other classes where an exhibit declared earlier shows it: their sums would meet."""
    declared = [exhibit.id for exhibit in study.declaration.exhibits]
    first: dict[tuple[str, str], str] = {}
    kept = {}
    for key in sorted(layouts, key=lambda key: declared.index(key[0])):
        _, outcome, wave = key
        clear = layouts[key] is None or first.setdefault((question_shown(study, outcome), wave), outcome) == outcome
        kept[key] = layouts[key] if clear else None
    return {key: kept[key] for key in layouts}


def _choose(evidence: Evidence, decided: Decided, rows: pd.DataFrame) -> Layout | None:
    first = rows.iloc[0]
    waves = [TableKey(first["unit"], first["outcome"], wave) for wave in first["wave"].split(">")]
    evidence = _with_missing_waves(evidence, waves, rows)
    merged = [decided.blocks.get(key, tuple((code,) for code in evidence.tables[key].index)) for key in waves]
    if merged[0] is None or merged[1] is None:
        return None
    before, after = (evidence.tables[key] for key in waves)
    classes = [code for code in before.index if code in set(rows["row"])]
    levels = {
        level: transition_counts(part, classes, before, after, level.partition("=")[2] or EVERYBODY)
        for level, part in rows.groupby("level")
    }
    study, policy = evidence.study, evidence.policy
    apart = frozenset(code for key in waves for known in totals_known(study, key, evidence.tables[key]) for code in known.answers)
    ordered = is_ordered(study, first["outcome"])
    table = Transition(tuple(classes), _shown_levels(policy, levels), (merged[0], merged[1]), apart, ordered)
    return choose_layout(table, policy)


def _with_missing_waves(evidence: Evidence, waves: list[TableKey], rows: pd.DataFrame) -> Evidence:
    """Take the transition table's own margins for a wave that has no table of its own: then nobody is lost or new."""
    made = {}
    for key, axis in zip(waves, ("row", "column"), strict=True):
        if key not in evidence.tables:
            groups = rows["level"].str.partition("=")[2].replace("", EVERYBODY)
            made[key] = (
                rows.assign(group=groups).pivot_table(index=axis, columns="group", values="n", aggfunc="sum", sort=False).astype("float64")
            )
    return replace(evidence, tables={**evidence.tables, **made})


def _shown_levels(policy: Policy, levels: dict[str, Counts]) -> dict[str, Counts]:
    """Give the levels that rest on enough people; where one group is too small, only everybody."""
    sizes = {level: counts.cells.sum() for level, counts in levels.items()}
    if not any(policy.is_small_base(size) for size in sizes.values()):
        return {level: counts for level, counts in levels.items() if sizes[level] > 0}
    return {level: counts for level, counts in levels.items() if level == EVERYBODY and sizes[level] >= policy.base}
