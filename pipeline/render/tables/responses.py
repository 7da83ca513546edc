"""Response rates, each with its denominator: for every reading of who was asked, and for each level."""

from typing import Any

from pipeline.render.changes import level_place
from pipeline.render.labels import level_label
from pipeline.render.results import Results
from pipeline.render.selection import Row, capital, known, rows_of
from pipeline.render.tables.parts import absent
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table
from pipeline.spec.naming import split_reference
from pipeline.spec.vocabulary import EVERYBODY

RESPONSE = "response"


def response_tables(results: Results) -> tuple[Table, ...]:
    """One table per declared analysis of who answered."""
    analyses = (analysis for analysis in results.facts["analyses"] if analysis["estimator"] == RESPONSE)
    made = (_table(results, analysis) for analysis in analyses)
    return tuple(table for table in made if table is not None)


Rates = dict[tuple[str, str, str], Row]
"""(level, reading, wave) -> row."""


def _table(results: Results, analysis: dict[str, Any]) -> Table | None:
    rows = rows_of(results.rows(analysis=analysis["id"]))
    if not rows:
        return None
    rates: Rates = {(row.level, row.term, row.wave): row for row in rows}
    waves = list(dict.fromkeys(split_reference(reference)[1] for reference in analysis["outcomes"]))
    levels = sorted(dict.fromkeys(row.level for row in rows), key=lambda level: (level != EVERYBODY, level_place(results, level)))
    lines: list[Line] = []
    for reading in dict.fromkeys(row.term for row in rows):
        if reading != EVERYBODY:
            lines.append(Line(capital(results.label("reading", reading, analysis["id"]))))
        lines += [Line(_heading(results, level), _cells(results, rates, (level, reading), waves)) for level in levels]
    columns = tuple(ColumnHead(capital(results.label("wave", wave))) for wave in waves)
    name = f"responses-{analysis['id']}".replace("_", "-")
    caption = results.say("before_after.table.responses_caption", label=results.label("analysis", analysis["id"]))
    return Table(name, caption, results.say("before_after.table.responses_of"), columns, tuple(lines), shows=tuple(rows))


def _heading(results: Results, level: str) -> str:
    return capital(level_label(results, level))


def _cells(results: Results, rates: Rates, place: tuple[str, str], waves: list[str]) -> tuple[Cell, ...]:
    return tuple(Cell(_text(results, rates.get((*place, wave)))) for wave in waves)


def _text(results: Results, row: Row | None) -> str:
    """Write how many answered of how many, and the share: ``222 / 240 (92 %)``."""
    if row is None or not known(row.estimate) or not (known(row.n) and known(row.n_missing)):
        return absent(results, row)
    answered = results.number(int(row.n - row.n_missing), 0)
    return f"{answered} / {results.number(int(row.n), 0)} ({results.percent(row.estimate)})"
