"""Which worlds a release is about, and which sums of their cells must stay open."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
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
    Conditions,
    World,
    answers_to,
    both_hold,
    question_of,
    tells_apart,
    values_of,
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
    """Say whether nobody is in no group, as far as n of everybody tells."""
    sizes = rows[rows["level"].eq(EVERYBODY) & rows["group_b"].eq("") & rows["estimand"].isin(["mean", "share"])].dropna(subset=["n"])
    whole, group = (sizes[sizes["group_a"].eq(EVERYBODY) == one].drop_duplicates(["outcome", "wave", "group_a"]) for one in (True, False))
    left = whole.set_index(["outcome", "wave"])["n"] - group.groupby(["outcome", "wave"])["n"].sum()
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


@dataclass(frozen=True)
class Asked:
    """A sum of cells that must stay open.

    Attributes
    ----------
    cells : array (cells,)
        Weights of the sum.
    within : array (cells,) or None
        A larger sum of which the number is told however small: of those lost it may be
        known how many they are, but not what they answered.
    of_people : bool
        Whether it is how many people stand somewhere at all, whose number must not be told below ``minimum_base``.
    """

    cells: np.ndarray
    within: np.ndarray | None = None
    of_people: bool = False


@dataclass(frozen=True)
class AskedSum:
    """A sum of answers that must stay open while it is of few people."""

    weights: np.ndarray
    people: np.ndarray
    step: float
    """How far apart two values of it are at least."""


def asked_of(told: Told, rows: pd.DataFrame) -> Iterator[Asked]:
    """Give every number of people that must stay open while it is small.

    Parameters
    ----------
    told : Told
    rows : DataFrame
        Estimates about the world's question in its waves.

    Yields
    ------
    Asked
        Of everybody, of each group and of each level, or part inside a restriction: who gave each
        answer, who moved which way, how many they are; of everybody and each group, who gave
        which answer before and after, and of those lost and new.
    """
    world = told.world
    for level in _levels(told, rows):
        if level and NOTHING not in frozenset().union(*level.values()):
            yield Asked(world.among(level).astype("float64"), of_people=True)
        if world.has_ends:
            continue
        yield from (Asked(one.astype("float64")) for one in (*_answers(world, level), *_moves(told, rows, level)))
    if world.has_answers and not world.has_ends and len(world.waves) == 2:
        for group in _groups(told):
            yield from _joint(world, group)


def sums_asked(told: Told, rows: pd.DataFrame) -> Iterator[AskedSum]:
    """Give every sum of answers that must stay open while it is of few people.

    Yields
    ------
    AskedSum
        Of everybody, each group and each level: what those answered, in each wave, who are known in
        it, in both, and in it alone; and those outside a restriction.
    """
    world = told.world
    numbers = [name for name in rows["outcome"].unique() if told.study.kind_of(name) == "number"]
    if not numbers or not (told.is_exact or world.has_ends):
        return
    values, step = told.values(numbers[0]), _step(told.study, numbers[0])
    known = {wave: ~np.isnan(world.valued(values, wave)) for wave in world.waves}
    for part in map(world.among, _levels(told, rows)):
        for wave in world.waves:
            weights = np.nan_to_num(world.valued(values, wave))
            others = [known[other] for other in world.waves if other != wave]
            for people in (part & known[wave], *(part & known[wave] & also for other in others for also in (other, ~other))):
                yield AskedSum(np.where(people, weights, 0.0), people.astype("float64"), step)


def _step(study: Study, name: str) -> float:
    measure = study.measure.get(name)
    return 1 / len(measure.items) if measure is not None and measure.rule in ("mean_of_items", "share_correct") else 1.0


def _groups(told: Told) -> list[dict[str, frozenset[str]]]:
    """Give everybody, and each group of the sample."""
    axis = told.study.declaration.sample.group or ""
    return [{}, *({axis: frozenset([code])} for code in told.world.axes.get(axis, ()) if code != NOTHING)]


def _joint(world: World, group: Conditions) -> Iterator[Asked]:
    """Give who gave which answer before and after; of those lost, and of those new, among all who are."""
    first, second = world.waves
    for before, after in product(world.axes[first], world.axes[second]):
        if before or after:
            one = world.among({**group, first: frozenset([before]), second: frozenset([after])})
            lost = {wave: frozenset([NOTHING]) for wave, code in ((first, before), (second, after)) if code == NOTHING}
            known = {wave: frozenset(world.axes[wave]) - {NOTHING} for wave, code in ((first, before), (second, after)) if code != NOTHING}
            yield Asked(one.astype("float64"), world.among({**group, **lost, **known}).astype("float64") if lost else None)


def _levels(told: Told, rows: pd.DataFrame) -> list[dict[str, frozenset[str]]]:
    """Give everybody, whom estimates ask about, each group of these, and those who are alike in all but one fact."""
    axes = told.world.axes
    found = [conditions_of(told, row) for row in rows.drop_duplicates(["analysis", "level", "term", "group_a", "group_b"]).itertuples()]
    inside: list[Mapping[str, frozenset[str]]] = [{}, *(one for one in found if one and set(one) <= set(axes))]
    single = [{**one, axis: frozenset([code])} for one in inside for axis, codes in one.items() if len(codes) > 1 for code in sorted(codes)]
    others = [
        {**one, axis: rest}
        for one in (*inside, *single)
        for axis, codes in one.items()
        if axis not in told.world.waves
        for rest in ((frozenset(axes[axis]) - codes), frozenset([NOTHING]))
    ]
    return list({_key(one): dict(one) for one in (*inside, *single, *others)}.values())


def _key(level: Conditions) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(sorted((axis, tuple(sorted(codes))) for axis, codes in level.items()))


def _answers(world: World, level: Conditions) -> Iterator[np.ndarray]:
    axes = (
        {wave: world.axes[wave][:-1] for wave in world.waves}
        if world.has_answers
        else {f"{TOP}{wave}": ("yes", "no") for wave in world.waves}
    )
    known = {} if world.has_answers else world.known(*world.waves)
    for axis, codes in axes.items():
        for code in codes:
            yield world.among(both_hold(both_hold(known, level), {axis: frozenset([code])}))


def _moves(told: Told, rows: pd.DataFrame, level: Conditions) -> Iterator[np.ndarray]:
    world = told.world
    if not told.tells_moves:
        return
    inside = world.among(level)
    for name in rows["outcome"].unique():
        values = values_of(told.study, name)
        yield from (inside & world.moved(values, way) for way in (1, 0, -1))
