"""What is withheld of a world, in which order, and whether a sum of its cells is open."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import floor, inf
from typing import Any

import numpy as np
import pandas as pd

from pipeline.disclose.asked import Asked, AskedSum
from pipeline.disclose.counts import TableKey
from pipeline.disclose.knowledge import CLOSE, Range, Statements, Sum
from pipeline.disclose.partitions import SEPARATOR
from pipeline.disclose.policy import Policy
from pipeline.disclose.told import FAMILIES, NUMBER, PEOPLE, SPREAD, Statement, Told
from pipeline.disclose.told_by_estimates import BOUNDS, MOVES, TESTED
from pipeline.spec.vocabulary import EVERYBODY

PLANNED = ("secondary", "primary")

ROLES = ("", "exploratory", *PLANNED)

BY_READING = ("outcome", "survival", "")
"""Families of counts that each reading, or time, tells anew."""

DISPERSION = ("standard_deviation", "standard_error", "lower_quartile", "median", "upper_quartile")
"""Estimands of how far apart answers are."""

OF_ONE_WAVE = {"mean_before": "before", "mean_after": "after"}
"""Means that are told beside their change: either may be withheld without the other."""

WEIGHT = {
    **dict.fromkeys((*DISPERSION, *MOVES), SPREAD),
    **dict.fromkeys(BOUNDS, SPREAD + 0.25),
    **dict.fromkeys(("mean_change", "mean_difference"), NUMBER + 0.5),
}
"""How much the number of an estimand weighs: how far apart answers are goes before means, means of one wave before changes."""

Rank = tuple[float, ...]


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
        if len(rows) == len(statement.rows):
            return statement
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

    def take_out(self, one: Sum, gone: Gone) -> None:
        """Withhold a sum: all that tells it, and of its numbers every estimate of the same counts at their places; with n everything there."""
        for statement in one:
            gone.add(statement.rows, statement.part)
            if statement.part != SPREAD:
                beside = self._beside[statement.part == PEOPLE]
                gone.add((other for row in statement.rows for other in beside.get(row, ())), statement.part)

    @cached_property
    def _beside(self) -> tuple[dict[Any, list[Any]], dict[Any, list[Any]]]:
        """Give the estimates at the place of each: of the same counts, and of the same people."""
        family = self.rows["estimand"].map({**FAMILIES, **OF_ONE_WAVE}).mask(self.rows["estimand"].isin(TESTED), "moves").fillna("")
        term = self.rows["term"].where(family.isin(BY_READING), "")
        place = self.rows[["analysis", "outcome", "wave", "level", "group_a"]].assign(term=term)
        return _alike(place.assign(family=family)), _alike(place)

    @cached_property
    def _ranks(self) -> dict[Any, tuple[bool, int, float, bool]]:
        """Say of each estimate whether it is of everybody (what explores a part is not), the role that is declared, what its number weighs, whether it is of two crossed variables."""
        rows = self.rows
        analyses = self.told.analyses.items()
        role = rows["analysis"].map({name: one.role for name, one in analyses}).fillna("")
        parts = [name for name, one in analyses if one.restrict and one.role not in PLANNED]
        everybody = rows["level"].eq(EVERYBODY) & ~rows["analysis"].isin(parts)
        crossed = rows["level"].str.contains(SEPARATOR, regex=False)
        ranks = (everybody, role.map(ROLES.index), rows["estimand"].map(WEIGHT).fillna(NUMBER), crossed)
        return dict(zip(rows.index, zip(*ranks, strict=True), strict=True))

    def importance(self, one: Sum) -> Rank:
        """Order sums: levels before the whole, lesser roles before greater, errors before numbers before n, crossings first.

        Tables of answers go before all but errors and spreads of what has no role, tables that exhibits declare before primary results only.
        """
        told = [(self._ranks[row], statement.part) for statement in one for row in statement.rows if not isinstance(row, TableKey)]
        if not told:
            declared = any(row in self.exhibited for statement in one for row in statement.rows)
            return True, False, ROLES.index("primary") - 0.5 if declared else 0, NUMBER - 0.5, True
        return max(
            (everybody, part == PEOPLE, role, weight if part == NUMBER else part, not crossed)
            for (everybody, role, weight, crossed), part in told
        )


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
    most: float = inf
    """How many numbers fit what cannot be withheld: more cannot be asked for."""

    @property
    def bound(self) -> int:
        """Numbers from this on need no protection."""
        return self.about.policy.base if self.asked.of_people else self.about.policy.cell

    def is_harmless(self, knowledge: Statements) -> bool:
        """Say whether ways found show that it is open, or equations that it is of nobody or of enough people."""
        if knowledge.is_seen_open(self.asked.cells, self.bound, self.about.policy.cell):
            return True
        number = knowledge.settled(self.asked.cells)
        return number is not None and (number < 1 - CLOSE or number >= self.bound - CLOSE)

    def range_in(self, knowledge: Statements) -> Range:
        """Find what the sum can be."""
        return knowledge.range_of(self.asked.cells, self.bound, self.enough(knowledge))

    def enough(self, knowledge: Statements) -> int:
        """Say how many numbers must fit: as many as there can be where it is known how few there are in all."""
        enough = int(min(self.about.policy.cell, self.most))
        if self.asked.within is None:
            return enough
        most = knowledge.end(self.asked.within, greatest=True).value
        return enough if most == inf else min(enough, floor(most + CLOSE) + 1)

    def beside(self, always: Statements) -> "Search":
        """Ask for no more numbers than fit what is always told."""
        return replace(self, most=len(self.range_in(always).values))

    def is_open(self, knowledge: Statements) -> bool:
        """Say whether nothing small is known too closely."""
        return self.range_in(knowledge).is_open(self.bound, self.enough(knowledge))

    def closing(self, knowledge: Statements) -> list[Sum]:
        """Give the sums that keep it closed: those that bind its ends; where whole people do, all that are about these people."""
        if not knowledge.whole:
            return knowledge.closing(self.asked.cells)
        asked = set(np.flatnonzero(self.asked.cells))
        return [same for same in knowledge.told if not same[0].is_count and asked & set(same[0].cells)]


@dataclass(frozen=True)
class SumSearch:
    """One sum of answers of few people that must stay open."""

    about: About
    asked: AskedSum

    def beside(self, always: Statements) -> "SumSearch":
        """Ask it whatever is always told: nothing but numbers of people is."""
        return self

    @property
    def _apart(self) -> float:
        """Values are told apart so far, for enough of them."""
        return (self.about.policy.cell - 1) * self.asked.step - CLOSE

    def is_harmless(self, knowledge: Statements) -> bool:
        """Say whether ways found show that it is open, or they or equations that it is of nobody or of enough people."""
        people = knowledge.settled(self.asked.people)
        return self._is_seen_open(knowledge) or (people is not None and (people < 1 - CLOSE or people >= self.about.policy.base - CLOSE))

    def _is_seen_open(self, knowledge: Statements) -> bool:
        low, high = knowledge.ends(self.asked.weights)
        return high - low > self._apart or knowledge.ends(self.asked.people)[1] >= self.about.policy.base - CLOSE

    def is_open(self, knowledge: Statements) -> bool:
        """Say whether it is of nobody, or of enough people, or may be any of enough values."""
        if self._is_seen_open(knowledge):
            return True
        most = knowledge.end(self.asked.people, greatest=True).value
        if most < 1 - CLOSE or most >= self.about.policy.base - CLOSE:
            return True
        return knowledge.width_of(self.asked.weights) > self._apart

    def closing(self, knowledge: Statements) -> list[Sum]:
        """Give the sums that keep it closed."""
        return knowledge.closing(self.asked.weights)
