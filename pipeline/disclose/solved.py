"""Withhold until no small count, and no few people's sum, can be worked out from all that is released together.

Rules say which numbers are of too few people in the first place. What is told of
groups, levels, readings, moves and nested outcomes meets in the same people, in
more ways than rules foresee; so the reader's own tool is used, a programme over
everything about one question, of whole people where fractions say that something is
open. Of what solves a small count, the least important goes.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.disclose.asked import asked_of, sums_asked
from pipeline.disclose.counts import TableKey
from pipeline.disclose.knowledge import Statements, Sum
from pipeline.disclose.policy import Policy
from pipeline.disclose.populations import tells_raw
from pipeline.disclose.programme import ContradictionError
from pipeline.disclose.questions import naming, questions_about
from pipeline.disclose.search import About, Gone, Search, SumSearch
from pipeline.disclose.told import NUMBER, Statement, Told
from pipeline.disclose.told_by_estimates import Counts, counts_of, statements_of
from pipeline.disclose.told_by_means import Described, moments_of, sum_statements
from pipeline.disclose.told_by_tables import table_statements
from pipeline.disclose.worlds import question_of
from pipeline.spec.study import Study
from pipeline.tables.glossary import ESTIMATES
from pipeline.tables.printed import decimals_of, half_units, printed

ANSWERS = "answers"

BEYOND = 10.0
"""Times the largest number about an outcome no value of it is."""

TRIED = 5
"""Most numbers of people that are tried before the least important one goes; sums of answers are not, whose search takes long."""

NEITHER = 0.005
"""How far an error may be from what is printed, where none is."""


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
    half = half_units(shown["std_error"].to_numpy("float64"), decimals_of(shown, "std_error"))
    least = np.maximum(rows["std_error"] - half / 2, shown["std_error"] - half)
    most = np.minimum(rows["std_error"] + half / 2, shown["std_error"] + half)
    hidden = rows["no_number"]
    texts = rows.select_dtypes("str").astype("object")
    return rows.assign(
        **{str(name): texts[name] for name in texts},
        exact=rows["estimate"],
        told=shown["estimate"],
        error=(least + most) / 2,
        people=rows["n"],
        off=np.where(rows["estimate"].isna(), 0, off),
        error_off=np.where(rows["std_error"].isna(), NEITHER, (most - least) / 2),
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
    world = about.told.world
    return Statements.of(statements, world.size, whole=not world.has_ends, parts=world.parts)


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
    first = knowledge = known_in_all(about, filter(None, map(gone.left, statements)))
    knowledge.draw()
    counts: Iterable[Search | SumSearch] = (Search(about, asked) for asked in asked_of(about.told, about.rows))
    sums = (SumSearch(about, asked) for asked in sums_asked(about.told, about.rows))
    for search in (*counts, *sums):
        if not search.is_harmless(first):
            knowledge = _opened(search, knowledge, gone)


def _opened(search: Search | SumSearch, knowledge: Statements, gone: Gone) -> Statements:
    """Withhold what makes one sum known too closely, of the most important numbers as few as possible; give what is known then."""
    if not search.is_open(knowledge):
        search = search.beside(knowledge.only(lambda same: not all(one.rows for one in same)))
    while not search.is_open(knowledge):
        chosen = _needed(search, knowledge)
        if chosen is None:
            return knowledge
        search.about.take_out(chosen, gone)
        knowledge = knowledge.without(gone.left)
    return knowledge


def _needed(search: Search | SumSearch, knowledge: Statements) -> Sum | None:
    """Choose what must go even if all that is less important went; None where it does not help to withhold everything.

    The least rank is sought up to which everything must go for the sum to be open. With all below it
    gone, something of this rank is needed: of what binds the sum then, one with which it is open, else the least. Whole people are asked for only where
    fractions leave the sum open.
    """
    in_fractions = knowledge.in_fractions()
    knowledge = knowledge if search.is_open(in_fractions) else in_fractions
    ranks = {id(same): search.about.importance(same) for same in knowledge.told if all(one.rows for one in same)}
    steps = sorted(set(ranks.values()))

    def without(number: int) -> Statements:
        """Forget everything of the lowest ranks, so many."""
        return knowledge.only(lambda same: id(same) not in ranks or ranks[id(same)] not in steps[:number])

    last = bisect_left(range(1, len(steps) + 1), 1, key=lambda number: search.is_open(without(number)))
    if last == len(steps):
        return None
    left = without(last)
    closing = search.closing(left)
    of_rank = [[same for same in sums if ranks.get(id(same)) == steps[last]] for sums in (closing, left.told)]
    candidates = sorted(of_rank[0] or of_rank[1], key=lambda same: same[0].high)
    tried = candidates[: TRIED if all(same[0].is_count for same in closing) else 0]
    return next((one for one in tried if _is_opened(search, left, one)), candidates[0])


def _is_opened(search: Search | SumSearch, knowledge: Statements, one: Sum) -> bool:
    """Say whether it is enough to withhold one sum."""
    tried = Gone()
    search.about.take_out(one, tried)
    return search.is_open(knowledge.without(tried.left))
