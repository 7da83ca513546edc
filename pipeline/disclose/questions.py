"""Which worlds a release is about, and which sums of their cells must stay open."""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from pipeline.disclose.told import KNOWN, Told, conditions_of
from pipeline.disclose.worlds import (
    DOWN,
    FIRST_ONLY,
    HIGH,
    LOW,
    MOVE,
    NOTHING,
    SAME,
    SECOND_ONLY,
    TOP,
    UP,
    World,
    answers_to,
    question_of,
    tells_apart,
)
from pipeline.spec.naming import split_reference
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY

RETROSPECTIVE = "retrospective"

TIMED = ("survival", RETROSPECTIVE)
"""Estimators of other people, at levels that must not be small either."""

MOST_CELLS = 200_000
"""A world with more cells is looked at without the facts that have most codes; what is told by these is withheld."""


def questions_about(study: Study, rows: pd.DataFrame, tables: pd.DataFrame) -> Iterator[tuple[World, pd.DataFrame, frozenset[str]]]:
    """Give the worlds of one unit, each with the estimates about its question.

    Parameters
    ----------
    study : Study
    rows : DataFrame
        Estimates of this unit.
    tables : DataFrame
        Table ``distributions`` of this unit.

    Yields
    ------
    World, DataFrame, set of str
        One world per question, pair of waves that something is about (or single
        wave), and set of facts that are told of together; for the sums of a number
        whose answers are not told apart another, of its ends. With it the facts that it is too large to hold.
    """
    questions = rows["outcome"].map(
        {name: question_of(study, name) for name in rows["outcome"].unique() if name in {**study.measure, **study.variable}}
    )
    grouped = (study.declaration.sample.group or "") if _are_all_in_groups(rows) else ""
    others = rows[rows["estimator"].isin(TIMED)]
    terms = others["term"].where(others["estimator"].eq(RETROSPECTIVE), "")
    for (analysis, outcome, _, _), about in others.groupby(["analysis", "outcome", "wave", terms.rename("rated")], sort=True):
        for facts in _facts(study, str(analysis), (KNOWN,), about):
            world, without = _with_facts(World(str(outcome), (KNOWN,), {KNOWN: ("yes", NOTHING)}), facts, grouped)
            yield world, about, without
    for question, about in rows.groupby(questions, sort=True):
        for waves in _waves(study, str(question), about, tables):
            inside = about[about["wave"].isin(waves)]
            for facts in _facts(study, str(question), waves, inside):
                for axes in _axes(study, str(question), waves):
                    world, without = _with_facts(World(str(question), waves, axes), facts, grouped)
                    yield world, inside, without


def _are_all_in_groups(rows: pd.DataFrame) -> bool:
    """Say whether nobody is in no group, as far as n of everybody tells, nothing withheld."""
    sizes = rows[rows["level"].eq(EVERYBODY) & rows["group_b"].eq("") & rows["estimand"].isin(["mean", "share"])].dropna(subset=["people"])
    whole, group = (sizes[sizes["group_a"].eq(EVERYBODY) == one].drop_duplicates(["outcome", "wave", "group_a"]) for one in (True, False))
    left = whole.set_index(["outcome", "wave"])["people"] - group.groupby(["outcome", "wave"])["people"].sum()
    return not (left > 0).any()


def _axes(study: Study, question: str, waves: tuple[str, ...]) -> Iterator[dict[str, tuple[str, ...]]]:
    """Give the axes of a question's answers, and where these are no single numbers those of the ends of its number."""
    answers = answers_to(study, question)
    if answers:
        yield dict.fromkeys(waves, (*answers, NOTHING))
    elif len(waves) == 2:
        yield {MOVE: (UP, SAME, DOWN, FIRST_ONLY, SECOND_ONLY, NOTHING)} | {f"{TOP}{wave}": ("yes", "no") for wave in waves}
    if study.kind_of(question) == "number" and not (answers and tells_apart(study, question)):
        yield dict.fromkeys(waves, (LOW, HIGH, NOTHING))


def _waves(study: Study, question: str, rows: pd.DataFrame, tables: pd.DataFrame) -> list[tuple[str, ...]]:
    """Give the pairs of waves between which something is told of, and the waves that are in none."""
    before = {one.id: one.before for one in study.declaration.analyses}
    pairs = {(str(before[one]), wave) for one, wave in rows[["analysis", "wave"]].itertuples(index=False) if before.get(one)}
    moves = tables[tables["exhibit"] == "transition"]
    pairs |= {
        tuple(wave.split(">")) for wave, name in zip(moves["wave"], moves["outcome"], strict=True) if question_of(study, name) == question
    }
    single = sorted(set(rows["wave"]) - {wave for pair in pairs for wave in pair})
    return [*sorted(pairs), *((wave,) for wave in single)]


def _facts(study: Study, question: str, waves: tuple[str, ...], rows: pd.DataFrame) -> list[dict[str, tuple[str, ...]]]:
    """Give the facts that levels, groups and restrictions name, with their codes; apart where nothing tells of them together.

    The groups of the sample stand beside every other fact.
    """
    told = Told(study, World(question, waves, dict.fromkeys(waves, ())), {one.id: one for one in study.declaration.analyses})
    sample = study.declaration.sample.group or ""
    codes: dict[str, set[str]] = {}
    together: list[set[str]] = []
    for row in rows.drop_duplicates(["analysis", "level", "term", "group_a", "group_b"]).itertuples():
        named = {axis: wanted for axis, wanted in conditions_of(told, row).items() if axis not in waves}
        for axis, wanted in named.items():
            codes.setdefault(axis, set()).update(wanted)
        joined = named.keys() - {sample}
        if joined:
            met = [one for one in together if one & joined]
            together = [one for one in together if one not in met] + [set(joined).union(*met)]
    complete = {axis: tuple(sorted(found | _declared(study, axis))) for axis, found in codes.items()}
    groups = {sample} & complete.keys()
    return [{axis: complete[axis] for axis in sorted(one | groups)} for one in together or [set()]]


def _declared(study: Study, axis: str) -> set[str]:
    name = split_reference(axis)[0]
    return set(answers_to(study, name)) if name in {**study.variable, **study.measure} else set()


def _with_facts(world: World, facts: dict[str, tuple[str, ...]], grouped: str) -> tuple[World, frozenset[str]]:
    """Add facts as axes, as many as can be looked at together; name the others. Of the groups that everybody is in one it is known."""
    known = {axis: codes if axis == grouped else (*codes, NOTHING) for axis, codes in facts.items()}
    while known and replace(world, axes={**world.axes, **known}).size > MOST_CELLS:
        del known[max(known, key=lambda axis: len(known[axis]))]
    return replace(world, axes={**world.axes, **known}), frozenset(facts) - known.keys()


def naming(told: Told, rows: pd.DataFrame, facts: frozenset[str]) -> pd.Index:
    """Give the estimates that are about one of some facts."""
    return rows.index[[bool(facts & conditions_of(told, row).keys()) for row in rows.itertuples()]] if facts else rows.index[:0]
