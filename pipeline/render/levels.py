"""What a release tells of each level that a report is made of, such as each workplace."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.render.labels import level_label
from pipeline.render.results import EVERYBODY, Results
from pipeline.render.selection import Row, known, rows_of

LEVELS = "levels"
SHOWN = ("share", "mean")
CHANGES = (
    *("mean_change", "share_improved", "share_unchanged", "share_worse", "share_up", "share_same", "share_down"),
    *("attainment", "restricted_mean", "survival_at", "mean_then", "response_shift"),
)
"""Estimands of declared analyses that mean something at one level, in the order shown."""


@dataclass(frozen=True)
class Place:
    """One outcome in one wave: everybody's value, and each level's."""

    outcome: str
    wave: str
    whole: Row
    levels: dict[str, Row]
    """Level as in the tables -> its row."""


def levels_of(results: Results, per: str) -> list[str]:
    """Give the levels of a variable as in the tables, in declared order."""
    return [f"{per}={level['code']}" for level in results.facts["levels"][per]]


def page_of_level(results: Results, per: str, level: str) -> str:
    """Give the part of a file name that stands for a level."""
    return next(one["slug"] for one in results.facts["levels"][per] if f"{per}={one['code']}" == level)


def places(results: Results, per: str) -> list[Place]:
    """Give every outcome and wave with a mean or share by level, in the order of the release."""
    rows = [row for row in rows_of(results.rows(analysis=LEVELS)) if row.estimand in SHOWN]
    keys = dict.fromkeys((row.outcome, row.wave) for row in rows)
    found = {(row.outcome, row.wave, row.level): row for row in rows}
    return [
        Place(
            outcome,
            wave,
            found[outcome, wave, EVERYBODY],
            {level: found[key] for level in levels_of(results, per) if (key := (outcome, wave, level)) in found},
        )
        for outcome, wave in keys
    ]


def main_places(results: Results, per: str) -> list[Place]:
    """Give the primary outcomes by level in their last wave; of a category or a time there is no mean."""
    every = places(results, per)
    named = dict.fromkeys(one["outcome"] for one in results.facts["primary_outcomes"])
    order = [wave["name"] for wave in results.facts["waves"]]
    last = {}
    for place in sorted(every, key=lambda one: order.index(one.wave) if one.wave in order else -1):
        last[place.outcome] = place
    return [last[name] for name in named if name in last] or list(last.values())[:1]


def people_at(results: Results, level: str) -> int | None:
    """Give the largest number of units that any outcome rests on at a level; None when that is withheld everywhere."""
    numbers = [int(row.n) for row in rows_of(results.rows(analysis=LEVELS, level=level)) if known(row.n)]
    return max(numbers, default=0) or None


def is_withheld(results: Results, level: str) -> bool:
    """Say whether nothing may be told of a level: it has too few people in everything, or nobody."""
    rows = rows_of(results.rows(level=level))
    return not any(known(row.estimate) for row in rows if row.estimand in (*SHOWN, *CHANGES))


def changes(results: Results, level: str) -> Iterator[tuple[Row, Row | None]]:
    """Give each declared estimate about one group at a level, beside everybody's."""
    for analysis in results.facts["analyses"]:
        rows = rows_of(results.rows(analysis=analysis["id"]))
        whole = {(row.outcome, row.wave, row.estimand, row.term): row for row in rows if row.level == EVERYBODY}
        for row in rows:
            if row.level == level and row.estimand in CHANGES:
                yield row, whole.get((row.outcome, row.wave, row.estimand, row.term))


def level_name(results: Results, level: str) -> str:
    """Name a level in a heading."""
    return level_label(results, level)
