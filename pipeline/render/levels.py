"""What a release tells of each level that a report is made of, such as each workplace."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.render.labels import estimand_label
from pipeline.render.results import Results
from pipeline.render.selection import Row, known, outcome_in_wave, rows_of
from pipeline.spec.vocabulary import EVERYBODY

LEVELS = "levels"
SHOWN = ("share", "mean")
CHANGES = (
    *("mean_change", "share_improved", "share_unchanged", "share_worse", "share_up", "share_same", "share_down"),
    *("attainment", "restricted_mean", "survival_at", "mean_then", "response_shift"),
)
"""Estimands of declared analyses that mean something at one level, in the order shown."""
MAIN = ("share_up", "restricted_mean", "mean_change", "attainment")
"""Of these the one that answers each kind of question first."""


@dataclass(frozen=True)
class Place:
    """One outcome in one wave: everybody's value, and each level's."""

    outcome: str
    wave: str
    what: str
    """Estimand of a change or a time; empty for a mean or share."""
    whole: Row
    levels: dict[str, Row]
    """Level as in the tables -> its row."""


def levels_shown(results: Results, per: str) -> list[str]:
    """Give the levels of a variable as in the tables, in declared order."""
    return [f"{per}={level['code']}" for level in results.facts["levels"][per]]


def page_of_level(results: Results, per: str, level: str) -> str:
    """Give the part of a file name that stands for a level."""
    return next(one["slug"] for one in results.facts["levels"][per] if f"{per}={one['code']}" == level)


def places(results: Results, per: str) -> list[Place]:
    """Give every outcome and wave with a mean or share by level: outcomes as declared, waves in order of time."""
    rows = [row for row in rows_of(results.rows(analysis=LEVELS)) if row.estimand in SHOWN]
    named = [reference.partition("@")[0] for analysis in results.facts["analyses"] for reference in analysis["outcomes"]]
    waves = ["", *(wave["name"] for wave in results.facts["waves"])]
    keys = sorted({(row.outcome, row.wave) for row in rows}, key=lambda key: (named.index(key[0]), waves.index(key[1])))
    return [_place(results, per, (*key, ""), [row for row in rows if (row.outcome, row.wave) == key]) for key in keys]


def _place(results: Results, per: str, key: tuple[str, str, str], rows: list[Row]) -> Place:
    at = {row.level: row for row in rows}
    return Place(*key, at[EVERYBODY], {level: at[level] for level in levels_shown(results, per) if level in at})


def main_places(results: Results, per: str) -> list[Place]:
    """Give what answers the study's question at each level.

    Of primary questions about one group their main change, share or time; in a
    comparison of groups the primary outcomes of everybody in their last wave.
    """
    primary = [analysis for analysis in results.facts["analyses"] if analysis["role"] == "primary"]
    changes_found = [place for analysis in primary for place in _main_changes(results, per, analysis["id"])]
    if changes_found:
        return changes_found
    named = dict.fromkeys(one["outcome"] for one in results.facts["primary_outcomes"])
    last = {place.outcome: place for place in places(results, per)}
    return [last[name] for name in named if name in last]


def _main_changes(results: Results, per: str, analysis: str) -> Iterator[Place]:
    rows = [row for row in rows_of(results.rows(analysis=analysis)) if row.estimand in MAIN and row.term == EVERYBODY]
    for key in dict.fromkeys((row.outcome, row.wave, row.estimand) for row in rows):
        mine = [row for row in rows if (row.outcome, row.wave, row.estimand) == key]
        if any(row.level.startswith(f"{per}=") for row in mine):
            yield _place(results, per, key, mine)


def place_name(results: Results, place: Place) -> str:
    """Name an outcome with its wave and, for a change or a time, what is estimated."""
    name = outcome_in_wave(results, place.outcome, place.wave)
    return f"{name}: {what_is_told(results, place.what, place.outcome)}" if place.what else name


def what_is_told(results: Results, estimand: str, outcome: str) -> str:
    """Name a change or a time, the latter with its unit where one is declared."""
    name = estimand_label(results, estimand, outcome)
    if estimand != "restricted_mean" or not results.has_label("measure_unit", outcome):
        return name
    return results.say("one_level.with_unit", what=name, unit=results.label("measure_unit", outcome))


def people_at(results: Results, level: str) -> int | None:
    """Give the largest number of units that any outcome rests on at a level; None when that is withheld everywhere."""
    numbers = [int(row.n) for row in rows_of(results.rows(analysis=LEVELS, level=level)) if known(row.n)]
    return max(numbers, default=0) or None


def is_withheld(results: Results, level: str) -> bool:
    """Say whether nothing may be told of a level: it has too few people in everything, or nobody."""
    rows = rows_of(results.rows(level=level))
    return not any(known(row.estimate) for row in rows if row.estimand in (*SHOWN, *CHANGES))


def changes(results: Results, level: str) -> Iterator[tuple[Row, Row | None]]:
    """Give each declared estimate about one group at a level, beside everybody's, in the order of ``CHANGES``."""
    for analysis in results.facts["analyses"]:
        rows = rows_of(results.rows(analysis=analysis["id"]))
        whole = {(row.outcome, row.wave, row.estimand, row.term): row for row in rows if row.level == EVERYBODY}
        mine = [row for row in rows if row.level == level and row.estimand in CHANGES]
        for row in sorted(mine, key=lambda one: (one.outcome, one.wave, CHANGES.index(one.estimand), _time(one.term))):
            yield row, whole.get((row.outcome, row.wave, row.estimand, row.term))


def _time(term: str) -> float:
    return float(term) if term.replace(".", "", 1).isdecimal() else 0.0
