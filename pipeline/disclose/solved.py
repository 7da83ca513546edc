"""Withhold estimates about one group until no small count can be worked out from all that is released together.

Rules (``levels``, ``answers``, ``transitions``) decide table by table. What is told of
levels, readings, moves and nested outcomes meets in the same people, in more ways
than rules foresee; so the reader's own tool is used at the end, a linear programme
over everything about one question. Of what solves a small count, the least
important estimate is withheld.
"""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from math import ceil, floor, inf
from typing import Any

import pandas as pd

from pipeline.disclose.knowledge import CLOSE, Range, Statements, Ways
from pipeline.disclose.levels import FAMILIES
from pipeline.disclose.partitions import SEPARATOR
from pipeline.disclose.policy import Policy
from pipeline.disclose.programme import ContradictionError
from pipeline.disclose.questions import Asked, asked_of, questions_about
from pipeline.disclose.told import Statement, Told
from pipeline.disclose.told_by_estimates import TESTED, statements_of
from pipeline.disclose.told_by_means import sum_statements
from pipeline.disclose.told_by_tables import table_statements
from pipeline.disclose.worlds import question_of
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY

ROLES = ("", "exploratory", "secondary", "primary")
BY_READING = ("outcome", "survival", "")
"""Families of counts that each reading, or time, tells anew."""


@dataclass
class Gone:
    """Estimates that the programme takes out, by their index."""

    cells: set[Any] = field(default_factory=set)
    """Their numbers go, n stays."""
    people: set[Any] = field(default_factory=set)
    """Their n goes too."""
    contradicted: set[tuple[str, str]] = field(default_factory=set)
    """Analysis and outcome of numbers that no people fit: everything about the outcome goes."""

    def left(self, statement: Statement) -> Statement | None:
        """Give what still tells a statement; None when nothing does."""
        if not statement.rows:
            return statement
        gone = self.people if statement.of_people else self.people | self.cells
        rows = tuple(row for row in statement.rows if row not in gone)
        return replace(statement, rows=rows) if rows else None


@dataclass(frozen=True)
class About:
    """One world, the estimates about its question, and what must not be known."""

    policy: Policy
    told: Told
    rows: pd.DataFrame

    def take_out(self, one: Statement, gone: Gone) -> None:
        """Withhold a statement: every estimate of the same counts at its places, or with n everything there."""
        family = self.rows["estimand"].map(FAMILIES).mask(self.rows["estimand"].isin(TESTED), "moves").fillna("")
        term = self.rows["term"].where(family.isin(BY_READING), "")
        keyed = self.rows[["analysis", "outcome", "wave", "level"]].assign(term=term, family="" if one.of_people else family)
        keys = pd.MultiIndex.from_frame(keyed)
        told = keys.isin(keys[self.rows.index.isin(one.rows)])
        (gone.people if one.of_people else gone.cells).update(self.rows.index[told])

    def importance(self, one: Statement) -> tuple[bool, bool, int, bool, float]:
        """Order statements: levels before the whole, counts before n, crossings before their variables, few people before many."""
        told = self.rows.loc[list(one.rows)]
        role = max(ROLES.index(name) for name in told["role"])
        crossed = told["level"].str.contains(SEPARATOR, regex=False).all()
        return bool((told["level"] == EVERYBODY).any()), one.of_people, role, not crossed, one.number


@dataclass(frozen=True)
class Search:
    """One sum of cells that must stay open, by so many steps, and the ways found so far."""

    about: About
    asked: Asked
    steps: int
    ways: Ways

    def range_in(self, knowledge: Statements) -> Range:
        """Find what the sum can be."""
        return knowledge.range_of(self.asked.cells, self.about.policy, self.ways)

    def is_seen_open(self) -> bool:
        """Say whether ways found before differ enough."""
        fewest, most = self.ways.spread(self.asked.cells)
        return floor(most + CLOSE) - ceil(fewest - CLOSE) >= self.steps

    def is_open(self, found: Range, most: float) -> bool:
        """Say whether no small count is known too closely; ``most`` is how many there can be at all."""
        small = found.greatest >= 1 and found.least < self.about.policy.cell
        return not small or found.greatest - found.least >= min(self.steps, most)

    def without(self, knowledge: Statements, one: Statement) -> Range:
        """Find what the sum can be when one statement alone is withheld."""
        tried = Gone()
        self.about.take_out(one, tried)
        return replace(self, ways=Ways()).range_in(knowledge.without(tried.left))


def solved_estimates(study: Study, rows: pd.DataFrame, cells: pd.DataFrame) -> Gone:
    """Choose the estimates to withhold beside those that rules withhold.

    Parameters
    ----------
    study : Study
        Of one group; where groups are compared nothing is chosen.
    rows : DataFrame
        Estimates about one group. Their numbers, with the columns ``no_number``
        and ``no_people`` that mark what rules withhold.
    cells : DataFrame
        Table ``distributions`` as released.

    Returns
    -------
    Gone
    """
    policy, gone = Policy.of(study), Gone()
    if study.declaration.sample.compares or policy.cell <= 1:
        return gone
    analyses = {one.id: one for one in study.declaration.analyses}
    for unit, about in rows.groupby("unit", sort=True):
        tables = cells[cells["unit"] == unit]
        for world, inside in questions_about(study, about, tables):
            gone = _closed(About(policy, Told(study, world, analyses), inside), tables, gone)
    return gone


def _closed(about: About, tables: pd.DataFrame, gone: Gone) -> Gone:
    """Take out estimates about one world until nothing small is known of it; first those that contradict each other."""
    tried = deepcopy(gone)
    try:
        counts, sums = _statements(about, tables)
        _open_all(about, counts, tried, about.policy.cell - 1)
        if sums:
            _open_all(about, [*counts, *sums], tried, 1)
    except ContradictionError:
        found = contradictions(about, tables)
        gone.contradicted |= found
        names = {outcome for _, outcome in found}
        left, cells = (frame[~frame["outcome"].isin(names)] for frame in (about.rows, tables))
        return gone if left.empty else _closed(replace(about, rows=left), cells, gone)
    return tried


def _statements(about: About, tables: pd.DataFrame) -> tuple[list[Statement], list[Statement]]:
    """Give what is told of the people in a world: their numbers, and the sums of their answers."""
    rows, told = about.rows, about.told
    shown = rows.assign(
        estimate=rows["estimate"].mask(rows["no_number"]),
        p_value=rows["p_value"].mask(rows["no_number"]),
        n=rows["n"].mask(rows["no_people"]),
    )
    counts = [*table_statements(told.study, told.world, tables), *statements_of(told, shown.itertuples(), _moved(rows))]
    return counts, [*sum_statements(told, shown.itertuples())]


def contradictions(about: About, tables: pd.DataFrame) -> set[tuple[str, str]]:
    """Find what of one world no people fit.

    Parameters
    ----------
    about : About
    tables : DataFrame
        Table ``distributions`` as released, about the world's unit.

    Returns
    -------
    set of (analysis, outcome)
        Of an outcome that contradicts itself, or tables of another; else of every outcome
        without which the rest agrees; else of all, those of tables without analysis.
        Where one analysis is enough to name, the others are not.
    """
    rows, told = about.rows, about.told

    def agree(left: pd.DataFrame) -> bool:
        gone = rows.loc[~rows["outcome"].isin(left["outcome"]), "outcome"]
        counts, sums = _statements(replace(about, rows=left), tables[~tables["outcome"].isin(gone)])
        return Statements.of([*counts, *sums], told.world.size).fits()

    parts = [part for _, part in rows.groupby("outcome", sort=True)]
    wrong = [part for part in parts if not agree(part)] or [part for part in parts if agree(rows.drop(part.index))]
    if not wrong:
        shown = [name for name in tables["outcome"].unique() if question_of(told.study, name) == told.world.question]
        return {(str(analysis), str(name)) for analysis, name in zip(rows["analysis"], rows["outcome"], strict=True)} | {
            ("", name) for name in shown
        }
    found = set()
    for part in wrong:
        analyses = sorted(set(part["analysis"]))
        enough = [name for name in analyses if agree(rows.drop(part.index[part["analysis"] == name]))]
        found |= {(name, str(part["outcome"].iloc[0])) for name in enough or analyses}
    return found


def _moved(rows: pd.DataFrame) -> dict[Any, float]:
    """Count those who moved, by analysis, outcome, wave, level and estimand."""
    moved = rows[rows["estimand"].isin(["share_up", "share_down"])]
    keys = zip(*(moved[name] for name in ("analysis", "outcome", "wave", "level", "estimand")), strict=True)
    return dict(zip(keys, (moved["estimate"] * moved["n"].astype("float64")).round(), strict=True))


def _open_all(about: About, statements: Iterable[Statement], gone: Gone, steps: int) -> None:
    """Take out estimates until every small sum has so many steps to move in."""
    knowledge = Statements.of(filter(None, map(gone.left, statements)), about.told.world.size)
    ways = knowledge.drawn()
    for asked in asked_of(about.told, about.rows):
        search = Search(about, asked, steps, ways)
        if not search.is_seen_open():
            knowledge = _opened(search, knowledge, gone)


def _opened(search: Search, knowledge: Statements, gone: Gone) -> Statements:
    """Withhold what makes one sum of cells known too closely; give what is known then."""
    within = search.asked.within
    most = inf if within is None else knowledge.end(within, search.ways, greatest=True)[0]
    found = search.range_in(knowledge)
    while not search.is_open(found, most):
        candidates = sorted((one for one in found.binding if one.rows), key=search.about.importance)
        if not candidates:
            return knowledge
        chosen = next((one for one in candidates if search.is_open(search.without(knowledge, one), most)), candidates[0])
        search.about.take_out(chosen, gone)
        knowledge = knowledge.without(gone.left)
        found = search.range_in(knowledge)
    return knowledge
