"""Withhold until no small count, and no few people's sum, can be worked out from all that is released together.

Rules say which numbers are of too few people in the first place. What is told of
groups, levels, readings, moves and nested outcomes meets in the same people, in
more ways than rules foresee; so the reader's own tool is used, a programme over
everything about one question, of whole people where fractions say that something is
open. Of what solves a small count, the least important goes.
"""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import floor, inf
from typing import Any

import numpy as np
import pandas as pd

from pipeline.disclose.counts import TableKey
from pipeline.disclose.knowledge import CLOSE, Range, Statements, Ways
from pipeline.disclose.partitions import SEPARATOR
from pipeline.disclose.policy import Policy
from pipeline.disclose.populations import tells_raw
from pipeline.disclose.programme import ContradictionError
from pipeline.disclose.questions import Asked, AskedSum, asked_of, naming, questions_about, sums_asked
from pipeline.disclose.told import FAMILIES, NUMBER, PEOPLE, SPREAD, Statement, Told
from pipeline.disclose.told_by_estimates import TESTED, Counts, counts_of, statements_of
from pipeline.disclose.told_by_means import Described, moments_of, sum_statements
from pipeline.disclose.told_by_tables import table_statements
from pipeline.disclose.worlds import question_of
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY
from pipeline.tables.glossary import ESTIMATES
from pipeline.tables.printed import decimals_of, half_units, printed

ROLES = ("", "exploratory", "secondary", "primary")
BY_READING = ("outcome", "survival", "")
"""Families of counts that each reading, or time, tells anew."""
DISPERSION = ("standard_deviation", "standard_error", "lower_quartile", "median", "upper_quartile")
"""Estimands of how far apart answers are, which go before their means."""
ANSWERS = "answers"
BEYOND = 10.0
"""Times the largest number about an outcome no value of it is."""
TRIED = 5
"""Most numbers of people that are tried before the least important one goes; sums of answers are not, whose search takes long."""
NEITHER = 0.005
"""How far an error may be from what is printed, where none is."""


@dataclass
class Gone:
    """What the programme takes out."""

    parts: dict[Any, int] = field(default_factory=dict)
    """Estimate, by its index -> ``SPREAD``, ``NUMBER`` or ``PEOPLE``: what is withheld of it, with all that comes before."""
    tables: set[TableKey] = field(default_factory=set)
    """Tables of answers."""
    contradicted: set[tuple[str, str]] = field(default_factory=set)
    """Analysis and outcome of numbers that no people fit: everything about the outcome goes."""

    def left(self, statement: Statement) -> Statement | None:
        """Give what still tells a statement; None when nothing does."""
        if not statement.rows:
            return statement
        rows = tuple(row for row in statement.rows if row not in self.tables and self.parts.get(row, -1) < statement.part)
        return replace(statement, rows=rows) if rows else None

    def add(self, rows: Iterable[Any], part: int) -> None:
        """Withhold a part of some estimates, or tables."""
        for row in rows:
            if isinstance(row, TableKey):
                self.tables.add(row)
            else:
                self.parts[row] = max(part, self.parts.get(row, -1))


@dataclass(frozen=True)
class About:
    """One world, the estimates about its question, and what must not be known."""

    policy: Policy
    told: Told
    rows: pd.DataFrame
    exhibited: frozenset[TableKey] = frozenset()
    """Tables that a declared exhibit, or a measure, shows; the others are of single questions in the appendix."""
    without: frozenset[str] = frozenset()
    """Facts that the world is too large to hold."""

    def take_out(self, one: tuple[Statement, ...], gone: Gone) -> None:
        """Withhold a sum: all that tells it, and of its numbers every estimate of the same counts at their places; with n everything there."""
        for statement in one:
            gone.add(statement.rows, statement.part)
            if statement.part != SPREAD:
                beside = self._beside[statement.part == PEOPLE]
                gone.add((other for row in statement.rows for other in beside.get(row, ())), statement.part)

    @cached_property
    def _beside(self) -> tuple[dict[Any, list[Any]], dict[Any, list[Any]]]:
        """Give the estimates at the place of each: of the same counts, and of the same people."""
        family = self.rows["estimand"].map(FAMILIES).mask(self.rows["estimand"].isin(TESTED), "moves").fillna("")
        term = self.rows["term"].where(family.isin(BY_READING), "")
        place = self.rows[["analysis", "outcome", "wave", "level", "group_a"]].assign(term=term)
        return _alike(place.assign(family=family)), _alike(place)

    @cached_property
    def _ranks(self) -> dict[Any, tuple[bool, int, bool, bool]]:
        """Say of each estimate whether it is of everybody, its role, whether it tells how far apart answers are, whether of two crossed variables."""
        rows = self.rows
        everybody, crossed = rows["level"].eq(EVERYBODY), rows["level"].str.contains(SEPARATOR, regex=False)
        ranks = (everybody, rows["role"].map(ROLES.index), rows["estimand"].isin(DISPERSION), crossed)
        return dict(zip(rows.index, zip(*ranks, strict=True), strict=True))

    def importance(self, one: tuple[Statement, ...]) -> tuple[float, ...]:
        """Order sums: levels before the whole, lesser roles before greater, errors before numbers before n, crossings first.

        Tables of answers go before all but errors and spreads of what has no role, tables that exhibits declare before primary results only.
        """
        told = [self._ranks[row] for statement in one for row in statement.rows if not isinstance(row, TableKey)]
        if not told:
            declared = any(row in self.exhibited for statement in one for row in statement.rows)
            return True, False, ROLES.index("primary") - 0.5 if declared else 0, NUMBER - 0.5, True, one[0].high
        everybody, roles, spread, crossed = zip(*told, strict=True)
        part = max(statement.part for statement in one)
        return any(everybody), part == PEOPLE, max(roles), min(part, SPREAD) if all(spread) else part, not all(crossed), one[0].high


def _alike(places: pd.DataFrame) -> dict[Any, list[Any]]:
    """Give, for each row, the rows that are equal to it."""
    keys = list(places.itertuples(index=False, name=None))
    same: dict[tuple[Any, ...], list[Any]] = {}
    for row, key in zip(places.index, keys, strict=True):
        same.setdefault(key, []).append(row)
    return {row: same[key] for row, key in zip(places.index, keys, strict=True)}


@dataclass(frozen=True)
class Search:
    """One sum of cells that must stay open."""

    about: About
    asked: Asked
    ways: Ways

    @property
    def bound(self) -> int:
        """Numbers from this on need no protection."""
        return self.about.policy.base if self.asked.of_people else self.about.policy.cell

    def range_in(self, knowledge: Statements) -> Range:
        """Find what the sum can be."""
        return knowledge.range_of(self.asked.cells, self.bound, self.enough(knowledge), self.ways)

    def enough(self, knowledge: Statements) -> int:
        """Say how many numbers must fit: as many as there can be where it is known how few there are in all."""
        if self.asked.within is None:
            return self.about.policy.cell
        most = knowledge.end(self.asked.within, self.ways, greatest=True).value
        return self.about.policy.cell if most == inf else min(self.about.policy.cell, floor(most + CLOSE) + 1)

    def is_open(self, knowledge: Statements) -> bool:
        """Say whether nothing small is known too closely."""
        return self.range_in(knowledge).is_open(self.bound, self.enough(knowledge))

    def closing(self, knowledge: Statements) -> list[tuple[Statement, ...]]:
        """Give the sums that keep it closed: those that bind its ends; where whole people do, all that are about these people."""
        found = self.range_in(knowledge)
        if found.is_open(self.bound, self.enough(knowledge)):
            return []
        if found.greatest - found.least + 1 >= self.enough(knowledge):
            asked = set(np.flatnonzero(self.asked.cells))
            return [same for same in knowledge.told if not same[0].is_count and asked & set(same[0].cells)]
        return knowledge.closing(self.asked.cells)


@dataclass(frozen=True)
class SumSearch:
    """One sum of answers of few people that must stay open."""

    about: About
    asked: AskedSum
    ways: Ways

    @property
    def is_of_enough(self) -> bool:
        """Say whether there are enough people in it in some way found."""
        return self.ways.greatest(self.asked.people) >= self.about.policy.base - CLOSE

    def is_open(self, knowledge: Statements) -> bool:
        """Say whether it is of nobody, or of enough people, or may be any of enough values."""
        most = knowledge.end(self.asked.people, self.ways, greatest=True).value
        if most < 1 - CLOSE or most >= self.about.policy.base - CLOSE:
            return True
        return knowledge.width_of(self.asked.weights, self.ways) > (self.about.policy.cell - 1) * self.asked.step - CLOSE

    def closing(self, knowledge: Statements) -> list[tuple[Statement, ...]]:
        """Give the sums that keep it closed."""
        return [] if self.is_open(knowledge) else knowledge.closing(self.asked.weights)


def solved_estimates(study: Study, rows: pd.DataFrame, cells: pd.DataFrame) -> Gone:
    """Choose what to withhold beside what rules withhold.

    Parameters
    ----------
    study : Study
    rows : DataFrame
        Table ``estimates``. Their numbers, with the columns ``no_number``
        and ``no_people`` that mark what rules withhold.
    cells : DataFrame
        Table ``distributions`` as released.

    Returns
    -------
    Gone
    """
    gone = Gone()
    if Policy.of(study).cell <= 1:
        return gone
    for about, facts in worlds_of(study, rows, cells):
        gone.add(naming(about.told, about.rows, about.without), NUMBER)
        gone = _closed(about, facts, gone)
    return gone


def worlds_of(study: Study, rows: pd.DataFrame, cells: pd.DataFrame) -> Iterator[tuple["About", "Facts"]]:
    """Give every world of a study, with what is told of it.

    Parameters
    ----------
    study, rows, cells
        As ``solved_estimates``.
    """
    analyses = {one.id: one for one in study.declaration.analyses}
    readable = _as_printed(study, rows).sort_values(list(ESTIMATES.key), kind="stable")
    counts, described = counts_of(rows), moments_of(readable)
    numbers = rows.loc[rows["measure_unit"].eq("number")]
    reach = (BEYOND * numbers["estimate"].abs().groupby(numbers["outcome"]).max()).to_dict()
    for unit, about in readable.groupby("unit", sort=True):
        tables = cells[cells["unit"] == unit]
        keys = tables.loc[tables["exhibit"].ne(ANSWERS), ["unit", "outcome", "wave"]].itertuples(index=False)
        exhibited = frozenset(TableKey(*key) for key in keys)
        for world, inside, without in questions_about(study, about, tables):
            told = Told(study, world, analyses, reach)
            yield About(Policy.of(study), told, inside, exhibited, without), Facts(tables, counts, described)


def _as_printed(study: Study, rows: pd.DataFrame) -> pd.DataFrame:
    """Give estimates as they would be released, with how far they may be from what they are."""
    shown = printed(rows)
    off = half_units(shown["estimate"].to_numpy("float64"), decimals_of(shown, "estimate"))
    error = half_units(shown["std_error"].to_numpy("float64"), decimals_of(shown, "std_error")) / 2
    hidden = rows["no_number"]
    texts = rows.select_dtypes("str").astype("object")
    return rows.assign(
        **{str(name): texts[name] for name in texts},
        exact=rows["estimate"],
        off=np.where(rows["estimate"].isna(), 0, off),
        error_off=np.where(rows["std_error"].isna(), NEITHER, error),
        tells_raw=tells_raw(study, rows),
        **{name: rows[name].mask(hidden) for name in ("estimate", "std_error", "p_value")},
        **{name: rows[name].mask(rows["no_people"]) for name in ("n", "n_a", "n_b")},
    )


@dataclass(frozen=True)
class Facts:
    """What is released beside the estimates about a world, and what they are made of."""

    tables: pd.DataFrame
    counts: Counts
    described: Described

    def without(self, outcomes: Iterable[str]) -> "Facts":
        """Leave out the tables about some outcomes."""
        return replace(self, tables=self.tables[~self.tables["outcome"].isin(list(outcomes))])


def _closed(about: About, facts: Facts, gone: Gone) -> Gone:
    """Take out what is about one world until nothing small is known of it; first what contradicts itself."""
    tried = deepcopy(gone)
    try:
        _open_all(about, statements_in(about, facts), tried)
    except ContradictionError:
        found = contradictions(about, facts)
        gone.contradicted |= found
        names = {outcome for _, outcome in found}
        left = about.rows[~about.rows["outcome"].isin(names)]
        return gone if left.empty else _closed(replace(about, rows=left), facts.without(names), gone)
    return tried


def statements_in(about: About, facts: Facts) -> list[Statement]:
    """Give what is told of the people in a world: their numbers, and the sums of their answers."""
    rows, told = about.rows, about.told
    return [
        *table_statements(told.study, told.world, facts.tables),
        *statements_of(told, rows.itertuples(), facts.counts),
        *sum_statements(told, rows.itertuples(), facts.described),
    ]


def known_in_all(about: About, statements: Iterable[Statement]) -> Statements:
    """Bring all that is told of a world together."""
    return Statements.of(statements, about.told.world.size, whole=not about.told.world.has_ends)


def contradictions(about: About, facts: Facts) -> set[tuple[str, str]]:
    """Find what of one world no people fit.

    Parameters
    ----------
    about : About
    facts : Facts

    Returns
    -------
    set of (analysis, outcome)
        Of an outcome that contradicts itself, or tables of another; else of every outcome
        without which the rest agrees; else of all, those of tables without analysis.
        Where one analysis is enough to name, the others are not.
    """
    rows, told, tables = about.rows, about.told, facts.tables

    def agree(left: pd.DataFrame) -> bool:
        gone = rows.loc[~rows["outcome"].isin(left["outcome"]), "outcome"]
        inside = replace(about, rows=left)
        return known_in_all(inside, statements_in(inside, facts.without(gone))).fits()

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


def _open_all(about: About, statements: Iterable[Statement], gone: Gone) -> None:
    """Take out what is about a world until all that must be open is."""
    knowledge = known_in_all(about, filter(None, map(gone.left, statements)))
    ways = knowledge.drawn()
    for asked in asked_of(about.told, about.rows):
        if len(ways.values(asked.cells, about.policy.cell)) < about.policy.cell:
            knowledge = _opened(Search(about, asked, ways), knowledge, gone)
    for summed in sums_asked(about.told, about.rows):
        search = SumSearch(about, summed, ways)
        if not search.is_of_enough:
            knowledge = _opened(search, knowledge, gone)


def _opened(search: Search | SumSearch, knowledge: Statements, gone: Gone) -> Statements:
    """Withhold what makes one sum known too closely; give what is known then."""
    while closing := search.closing(knowledge):
        candidates = sorted((same for same in closing if all(one.rows for one in same)), key=search.about.importance)
        if not candidates:
            return knowledge
        levels = [one for one in candidates if not search.about.importance(one)[0]]
        tried = (levels or candidates)[: TRIED if all(same[0].is_count for same in closing) else 0]
        chosen = next((one for one in tried if _is_opened(search, knowledge, one)), candidates[0])
        search.about.take_out(chosen, gone)
        knowledge = knowledge.without(gone.left)
    return knowledge


def _is_opened(search: Search | SumSearch, knowledge: Statements, one: tuple[Statement, ...]) -> bool:
    """Say whether it is enough to withhold one sum; ways found with less known are no ways of what is known now."""
    tried = Gone()
    search.about.take_out(one, tried)
    return replace(search, ways=Ways()).is_open(knowledge.without(tried.left))
