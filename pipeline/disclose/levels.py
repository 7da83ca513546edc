"""Withhold results about one group by level: each level, and what is left of the whole, must be large enough.

Comparisons of two groups have their own rules (``estimates``). Here are the
estimates about one group of units: everything in a study without groups, and in
other studies what is told of everybody at each level that a report is made of.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from pipeline.disclose.counts import ALL
from pipeline.disclose.partitions import SEPARATOR, Part, hidden_parts, hides_crossing
from pipeline.disclose.policy import Policy
from pipeline.spec.study import Study

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
}
"""Estimand -> the counts it tells; estimands of one family are withheld together. All others are sums over people."""
COUNTED = {"attainment_count": "number", "count": "number"}
"""Estimands whose estimate is a count, not a share."""
SUMS = "sums"
BOUNDS = ("bound_low", "bound_high")
TWIN = ["analysis", "unit", "outcome", "wave", "level", "term", "family"]


@dataclass(frozen=True)
class HiddenLevels:
    """Marks with the index of the estimates."""

    group: pd.Series
    """Too few people: n goes too."""
    cell: pd.Series
    """Would give back a small count."""


def is_about_one_group(study: Study, rows: pd.DataFrame) -> pd.Series:
    """Mark the estimates that are about one group of units, whatever level."""
    return rows["analysis"].eq(LEVELS) | (rows["group_a"].eq(ALL) & rows["group_b"].eq(""))


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
    coded = _coded(rows)
    hidden: dict[tuple[str, ...], frozenset[str]] = {}
    for key, table in coded.groupby(["unit", "outcome", "wave", "family"], sort=True):
        for by, codes in _hidden_of_outcome(policy, table).items():
            hidden[(*map(str, key), by)] = codes
    keys = zip(coded["unit"], coded["outcome"], coded["wave"], coded["family"], coded["by"], strict=True)
    marked = [code in hidden.get(key, frozenset()) for key, code in zip(keys, coded["code"], strict=True)]
    chosen = pd.Series(marked, index=rows.index, dtype="bool") | _near_twins(study, policy, coded)
    few = _few_in_level(policy, coded) | (chosen & coded["by"].str.contains(SEPARATOR, regex=False))
    return HiddenLevels(few, chosen & ~few & rows["estimand"].ne("n"))


def _coded(rows: pd.DataFrame) -> pd.DataFrame:
    """Add what the rules look at: the variable and code of the level, the family of counts, and the counts themselves."""
    parted = [level.partition("=") for level in rows["level"]]
    by = pd.Series(["" if level[0] == ALL else level[0] for level in parted], index=rows.index, dtype="str")
    family = rows["estimand"].map(FAMILIES).fillna(SUMS)
    family = family.mask(rows["estimand"].isin(BOUNDS) & rows["measure_unit"].eq("share"), "outcome")
    people = rows["n"].astype("float64")
    counted = rows["estimand"].isin(list(COUNTED))
    count = rows["estimate"].where(counted, (rows["estimate"] * people).round())
    return rows.assign(by=by, code=[level[2] for level in parted], family=family, people=people, count=count.where(family != SUMS))


def _few_in_level(policy: Policy, coded: pd.DataFrame) -> pd.Series:
    """Mark every row of a level that has too few people in the outcome."""
    return coded["people"].map(policy.is_small_base).astype("bool")


def _hidden_of_outcome(policy: Policy, table: pd.DataFrame) -> dict[str, frozenset[str]]:
    """Give the hidden codes of each variable for one family of counts of one outcome, in all analyses together."""
    hidden: dict[str, frozenset[str]] = {}
    names = [by for by in dict.fromkeys(table["by"]) if by]
    for by in sorted(names, key=lambda name: name.count(SEPARATOR)):
        chosen: frozenset[str] = frozenset()
        while True:
            wider = chosen
            for one in _tables(table):
                wider |= _hidden_in_table(policy, one, by, hidden, wider)
            if wider == chosen:
                break
            chosen = wider
        hidden[by] = chosen
    return hidden


Table = Mapping[tuple[str, str], Part]
"""(variable, code) -> what one analysis and term tells of a level; ('', '') is the whole."""


def _tables(table: pd.DataFrame) -> Iterator[Table]:
    """Give what each analysis and term tells, level by level."""
    term = table["term"].where(table["family"].isin(["outcome", "survival"]), "")
    for _, rows in table.assign(place=term).groupby(["analysis", "place"], sort=True):
        yield {(str(by), str(code)): _part(level) for (by, code), level in rows.groupby(["by", "code"], sort=True)}


def _part(level: pd.DataFrame) -> Part:
    """Read the people and the counts of one level: of three moves, else those with and those without."""
    known = level.dropna(subset=["count"]).sort_values("estimand", kind="stable").drop_duplicates("estimand")
    if known.empty:
        return Part(float(level["people"].max()))
    if known["family"].iloc[0] == "moves":
        return Part(float(known["people"].iloc[0]), tuple(known["count"]))
    people, count = float(known["people"].iloc[0]), float(known["count"].iloc[0])
    return Part(people, (count, people - count))


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


def _cut(part: Part, width: int) -> Part:
    return Part(part.people, part.counts[:width])


def _near_twins(study: Study, policy: Policy, coded: pd.DataFrame) -> pd.Series:
    """Mark the smaller of two results about nearly the same people: the difference would be those few.

    Compared are the shares of one outcome at one level in all analyses and
    readings, but for readings of a planned number, which is no number of people.
    Which people differ is not known here, so a chance likeness is withheld too.
    """
    planned = {(one.id, reading.id) for one in study.declaration.analyses for reading in one.readings if reading.planned is not None}
    places = zip(coded["analysis"], coded["term"], strict=True)
    real = pd.Series([place not in planned for place in places], index=coded.index, dtype="bool")
    told = coded[real & coded["estimand"].isin(["attainment", "share"]) & coded["count"].notna()]
    twins: set[tuple[str, ...]] = set()
    for _, rows in told.groupby(["unit", "outcome", "wave", "level"], sort=True):
        ordered = rows.sort_values(["people", "count"], kind="stable")
        parts = [Part(people, (count, people - count)) for people, count in zip(ordered["people"], ordered["count"], strict=True)]
        for place, part in enumerate(parts):
            if any((other - part).is_small(policy) for other in parts[place + 1 :]):
                twins.add(tuple(ordered.iloc[place][TWIN]))
    return pd.Series([place in twins for place in coded[TWIN].itertuples(index=False, name=None)], index=coded.index, dtype="bool")
