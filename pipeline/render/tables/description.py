"""What each number looks like in each group and wave: centre, spread, range and shape."""

from typing import Any

from pipeline.render.changes import level_place
from pipeline.render.labels import first_place, level_label
from pipeline.render.results import Results
from pipeline.render.selection import Row, capital, known, outcome_in_wave, rows_of
from pipeline.render.tables.parts import absent
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table
from pipeline.render.wording.people import other_people
from pipeline.spec.vocabulary import EVERYBODY

Described = dict[str, Row]
"""Estimand -> row."""
Place = tuple[str, str, str, str]
"""Outcome, wave, level, group."""


COLUMNS = (
    ("mean_sd", ("mean", "standard_deviation"), "{0} ({1})"),
    ("share", ("share",), "{0}"),
    ("median_quartiles", ("median", "lower_quartile", "upper_quartile"), "{0} ({1}–{2})"),
    ("extremes", ("minimum", "maximum"), "{0}–{1}"),
    ("skewness", ("skewness",), "{0}"),
    ("kurtosis", ("excess_kurtosis",), "{0}"),
)
"""Heading, the statistics written under it, and how."""


def description_table(results: Results) -> Table | None:
    """Table of every described number and share by wave and group, without what is withheld for all; None when there is none."""
    return _table(results, rows_of(results.rows(analysis="description", level=EVERYBODY)), "description")


def described_levels_table(results: Results) -> Table | None:
    """Table of the same at every level that some analysis is divided by, folded; None when none is."""
    rows = [row for row in rows_of(results.rows(analysis="description")) if row.level != EVERYBODY]
    fold = results.say("table.description_levels_fold", count=len({row.level for row in rows}))
    return _table(results, rows, "description-levels", fold) if rows else None


def _table(results: Results, rows: list[Row], name: str, fold: str = "") -> Table | None:
    found: dict[Place, Described] = {}
    for row in rows:
        found.setdefault((row.outcome, row.wave, row.level, row.group_a), {})[row.estimand] = row
    if not found:
        return None
    shown = [column for column in COLUMNS if any(_known_all(described, column[1]) for described in found.values())]
    columns = (
        ColumnHead(results.say("table.n_heading")),
        *(ColumnHead(results.say(f"table.{heading}_heading")) for heading, _, _ in shown),
    )
    lines: list[Line] = []
    for outcome, wave in _outcomes(results, found):
        lines.append(Line(outcome_in_wave(results, outcome, wave)))
        here = sorted((key for key in found if key[:2] == (outcome, wave)), key=lambda key: _place_order(results, key))
        for key, described in ((key, found[key]) for key in here):
            texts = (_count(results, described), *(_text(results, described, names, layout) for _, names, layout in shown))
            lines.append(Line(_header(results, key), tuple(Cell(text) for text in texts)))
    told = {"n", *(estimand for _, names, _ in shown for estimand in names)}
    shows = tuple(row for described in found.values() for row in described.values() if row.estimand in told)
    caption = results.say(f"table.{name.replace('-', '_')}_caption")
    notes = tuple(other_people(results, {row.wave for row in shows}))
    return Table(name, caption, results.say("table.measure"), columns, tuple(lines), notes, fold, shows)


def _place_order(results: Results, place: Place) -> tuple[Any, ...]:
    """Order levels as their answers, then groups as compared."""
    return level_place(results, place[2]) if place[2] != EVERYBODY else (), first_place(list(results.groups), place[3])


def _header(results: Results, place: Place) -> str:
    """Name the group; at a level the level, and the group where there are several."""
    group = capital(results.group_label(place[3]))
    if place[2] == EVERYBODY:
        return group
    return f"{level_label(results, place[2])}: {results.inside(group)}" if len(results.groups) > 1 else level_label(results, place[2])


def _known_all(described: Described, names: tuple[str, ...]) -> bool:
    return all(name in described and known(described[name].estimate) for name in names)


def _outcomes(results: Results, numbers: dict[Place, Described]) -> list[tuple[str, str]]:
    """Give outcomes in the order of measures, waves in order of time."""
    measures = [measure["name"] for measure in results.facts["measures"]]
    waves = ["", *(wave["name"] for wave in results.facts["waves"])]
    keys = dict.fromkeys((outcome, wave) for outcome, wave, *_ in numbers)
    return sorted(keys, key=lambda key: (measures.index(key[0]) if key[0] in measures else len(measures), waves.index(key[1])))


def _count(results: Results, described: Described) -> str:
    row = next(described[name] for name in ("n", "mean", "share") if name in described)
    return results.number(int(row.n), 0) if known(row.n) else results.say("table.withheld")


def _text(results: Results, described: Described, names: tuple[str, ...], layout: str) -> str:
    """Write some statistics together, a word in the place of those withheld; one word alone when all are, or one was not made."""
    rows = [described[name] for name in names if name in described]
    if len(rows) == len(names) and any(known(row.estimate) for row in rows):
        return layout.format(*(_number(results, row) if known(row.estimate) else absent(results, row) for row in rows))
    return absent(results, next((row for row in rows if not known(row.estimate)), None))


def _number(results: Results, row: Row) -> str:
    return results.percent(row.estimate, 1) if row.estimand == "share" else results.number(row.estimate)
