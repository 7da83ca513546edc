"""Withhold results about one group by level: each level, and what is left of the whole, must be large enough.

Comparisons of two groups have their own rules (``estimates``). Here are the
estimates about one group of units: everything in a study without groups, and in
other studies what is told of everybody at each level that a report is made of.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from typing import NamedTuple

import pandas as pd

from pipeline.disclose.counts import category_of
from pipeline.disclose.partitions import SEPARATOR, PartOfWhole, hidden_parts, hides_crossing
from pipeline.disclose.policy import Policy
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY

LEVELS = "levels"
FAMILIES = {
    "share": "outcome",
    "attainment": "outcome",
    "attainment_exact": "outcome",
    "attainment_least": "outcome",
    "attainment_most": "outcome",
    "attainment_count": "outcome",
    "count": "outcome",
    "share_improved": "moves",
    "share_unchanged": "moves",
    "share_worse": "moves",
    "share_up": "moves",
    "share_same": "moves",
    "share_down": "moves",
    "share_at_ceiling_before": "ceiling_before",
    "share_at_ceiling_after": "ceiling_after",
    "survival_at": "survival",
    "response_rate": "answered",
}
"""Estimand -> the counts it tells; estimands of one family are withheld together. All others are sums over people."""
OF_CHANGE = ("moves", "ceiling_before", "ceiling_after")
"""Families of counts of those known in two waves, which no table of answers decides."""
COUNTED = {"attainment_count": "number", "count": "number"}
"""Estimands whose estimate is a count, not a share."""
COMPARED = ("attainment", "share", "survival_at")
"""Estimands that two analyses may give of nearly the same people."""
SUMS = "sums"
BOUNDS = ("bound_low", "bound_high")


@dataclass(frozen=True)
class HiddenLevels:
    """Marks with the index of the estimates."""

    group: pd.Series
    """Too few people: n goes too."""
    cell: pd.Series
    """Would give back a small count."""


def is_about_one_group(study: Study, rows: pd.DataFrame) -> pd.Series:
    """Mark the estimates that are about one group of units, whatever level."""
    return rows["analysis"].eq(LEVELS) | (rows["group_a"].eq(EVERYBODY) & rows["group_b"].eq(""))


def hidden_levels(study: Study, policy: Policy, rows: pd.DataFrame) -> HiddenLevels:
    """Mark the estimates about one group that are withheld.

    Parameters
    ----------
    study : Study
    policy : Policy
    rows : DataFrame
        Estimates about one group, nothing withheld.

    Returns
    -------
    HiddenLevels
        A level is hidden in every table about the same counts, because the
        tables tell each other's numbers.
    """
    told = [ToldEstimate(*values) for values in _coded(rows)[list(ToldEstimate._fields)].itertuples(index=False, name=None)]
    by_outcome: dict[tuple[str, ...], list[ToldEstimate]] = {}
    for one in told:
        by_outcome.setdefault((one.unit, one.outcome, one.wave, one.family), []).append(one)
    hidden = {(*key, by): codes for key, table in sorted(by_outcome.items()) for by, codes in _hidden_of_outcome(policy, table).items()}
    small = {key for key, table in by_outcome.items() if key[-1] in OF_CHANGE and _is_small_in_all(policy, table)}
    united = {place for place in hidden if _unites_hidden(study, hidden, place)}
    twins = _near_twins(study, policy, told)
    chosen, few = [], []
    for one in told:
        key = (one.unit, one.outcome, one.wave, one.family)
        gone = key in small or one.code in hidden.get((*key, one.by), frozenset()) or (*key, one.by) in united
        few.append(policy.is_small_base(one.people) or (gone and SEPARATOR in one.by))
        chosen.append(not few[-1] and one.estimand != "n" and (gone or one.place in twins))
    return HiddenLevels(pd.Series(few, index=rows.index, dtype="bool"), pd.Series(chosen, index=rows.index, dtype="bool"))


class ToldEstimate(NamedTuple):
    """One estimate as the rules look at it."""

    analysis: str
    unit: str
    outcome: str
    wave: str
    level: str
    term: str
    estimand: str
    by: str
    """Variable of the level; empty for everybody."""
    code: str
    family: str
    people: float
    counted: float
    """How many had what is counted; NaN for sums and what could not be computed."""

    @property
    def place(self) -> tuple[str, ...]:
        """Name the counts that this is one number of."""
        return self.analysis, self.unit, self.outcome, self.wave, self.level, self.term, self.family


def _coded(rows: pd.DataFrame) -> pd.DataFrame:
    """Add what the rules look at: the variable and code of the level, the family of counts, and the counts themselves."""
    parted = [level.partition("=") for level in rows["level"]]
    by = pd.Series(["" if level[0] == EVERYBODY else level[0] for level in parted], index=rows.index, dtype="str")
    family = rows["estimand"].map(FAMILIES).fillna(SUMS)
    family = family.mask(rows["estimand"].isin(BOUNDS) & rows["measure_unit"].eq("share"), "outcome")
    people = rows["n"].astype("float64")
    counted = rows["estimand"].isin(list(COUNTED))
    count = rows["estimate"].where(counted, (rows["estimate"] * people).round())
    return rows.assign(by=by, code=[level[2] for level in parted], family=family, people=people, counted=count.where(family != SUMS))


def _hidden_of_outcome(policy: Policy, told: list[ToldEstimate]) -> dict[str, frozenset[str]]:
    """Give the hidden codes of each variable for one family of counts of one outcome, in all analyses together."""
    tables = _tables(told)
    hidden: dict[str, frozenset[str]] = {}
    for by in sorted({one.by for one in told if one.by}, key=lambda name: (name.count(SEPARATOR), name)):
        chosen: frozenset[str] = frozenset()
        while True:
            wider = chosen
            for table in tables:
                wider |= _hidden_in_table(policy, table, by, hidden, wider)
            if wider == chosen:
                break
            chosen = wider
        hidden[by] = chosen
    return hidden


Table = Mapping[tuple[str, str], PartOfWhole]
"""(variable, code) -> what one analysis and term tells of a level; ('', '') is the whole."""


def _is_small_in_all(policy: Policy, told: list[ToldEstimate]) -> bool:
    """Say whether a count of everybody is small: then no level tells it either."""
    wholes = [table[("", "")] for table in _tables(told) if ("", "") in table]
    return any(policy.is_small_cell(count) for whole in wholes for count in whole.counts)


def _tables(told: list[ToldEstimate]) -> list[Table]:
    """Give what each analysis and term tells, level by level."""
    tables: dict[tuple[str, str], dict[tuple[str, str], list[ToldEstimate]]] = {}
    for one in told:
        term = one.term if one.family in ("outcome", "survival") else ""
        tables.setdefault((one.analysis, term), {}).setdefault((one.by, one.code), []).append(one)
    return [{place: _part(level) for place, level in levels.items()} for _, levels in sorted(tables.items())]


def _part(level: list[ToldEstimate]) -> PartOfWhole:
    """Read the people and the counts of one level: of three moves, else those with and those without."""
    known = {one.estimand: one for one in level if not isnan(one.counted)}
    if not known:
        return PartOfWhole(max((one.people for one in level if not isnan(one.people)), default=0.0))
    first = known[min(known)]
    if first.family == "moves":
        return PartOfWhole(first.people, tuple(known[estimand].counted for estimand in sorted(known)))
    return PartOfWhole(first.people, (first.counted, first.people - first.counted))


def _hidden_in_table(policy: Policy, table: Table, by: str, hidden: Mapping[str, frozenset[str]], known: frozenset[str]) -> frozenset[str]:
    whole = table.get(("", ""))
    parts = {code: part for (name, code), part in table.items() if name == by}
    if whole is None or not parts:
        return frozenset(code for code, part in parts.items() if part.is_small(policy))
    width = min(len(part.counts) for part in (whole, *parts.values()))
    whole, parts = _cut(whole, width), {code: _cut(part, width) for code, part in parts.items()}
    if SEPARATOR not in by:
        return hidden_parts(policy, whole, parts, known)
    margins = [
        {code: _cut(part, width) for (variable, code), part in table.items() if variable == name and code not in hidden.get(name, ())}
        for name in by.split(SEPARATOR)
    ]
    return frozenset(parts) if known or hides_crossing(policy, whole, margins, parts) else frozenset()


def _cut(part: PartOfWhole, width: int) -> PartOfWhole:
    return PartOfWhole(part.people, part.counts[:width])


def _unites_hidden(study: Study, hidden: Mapping[tuple[str, ...], frozenset[str]], place: tuple[str, ...]) -> bool:
    """Say whether a variable's levels are made of levels of a link some of which are hidden: sector of workplace.

    Minus the workplaces that are shown, a sector would give those that are not.
    """
    *key, by = place
    owners = {study.variable[name].unit for name in by.split(SEPARATOR) if study.variable[name].type != "id"}
    links = (unit.id for unit in study.declaration.units if unit.name in owners)
    return any(hidden.get((*key, link)) for link in links)


def _near_twins(study: Study, policy: Policy, told: list[ToldEstimate]) -> set[tuple[str, ...]]:
    """Name the smaller of two results about nearly the same people: the difference would be those few.

    Compared are the shares of one outcome at one level in all analyses and
    readings, but for readings of a planned number, which is no number of people;
    and the shares with one event or with several by one time.
    Which people differ is not known here, so a chance likeness is withheld too;
    only categories that one analysis tells of the same people are known to share nobody.
    """
    planned = {(one.id, reading.id) for one in study.declaration.analyses for reading in one.readings if reading.planned is not None}
    same: dict[tuple[str, ...], list[ToldEstimate]] = {}
    for one in told:
        if one.estimand in COMPARED and not isnan(one.counted) and (one.analysis, one.term) not in planned:
            moment = one.term if one.family == "survival" else ""
            same.setdefault((one.unit, one.outcome, one.wave, one.level, moment), []).append(one)
    twins = set()
    for group in same.values():
        ordered = sorted(group, key=lambda one: (one.people, one.counted))
        twins |= {one.place for place, one in enumerate(ordered) if any(_are_near(policy, one, other) for other in ordered[place + 1 :])}
    return twins


def _are_near(policy: Policy, one: ToldEstimate, other: ToldEstimate) -> bool:
    """Say whether two results differ by few people, or by few with or without what is counted."""
    if _exclude_each_other(one, other):
        return False
    more, with_it = other.people - one.people, other.counted - one.counted
    return policy.is_small_base(more) or any(policy.is_small_cell(abs(count)) for count in (with_it, more - with_it))


def _exclude_each_other(one: ToldEstimate, other: ToldEstimate) -> bool:
    """Say whether two results are shares of two categories among the same people, who are in one category each."""
    categories = {category_of(part.outcome, part.term) for part in (one, other)}
    return (one.analysis, one.people) == (other.analysis, other.people) and "" not in categories and len(categories) > 1
