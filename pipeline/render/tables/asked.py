"""Answers to questions asked side by side, such as which services people plan to use: a row per question."""

from typing import Any

from pipeline.render.answers import cells_of
from pipeline.render.labels import answer_label, answer_order, first_place
from pipeline.render.results import Results
from pipeline.render.selection import Row, known
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table
from pipeline.spec.vocabulary import EVERYBODY


def asked_tables(results: Results) -> tuple[Table, ...]:
    """One table per exhibit of questions that share one list of answers and were asked of everybody."""
    made = (_table(results, exhibit) for exhibit in results.facts["exhibits"] if exhibit["kind"] == "experience")
    return tuple(table for table in made if table is not None)


def _table(results: Results, exhibit: dict[str, Any]) -> Table | None:
    cells = {
        key: rows for key, rows in cells_of(results, "experience").items() if key[2] == EVERYBODY and rows[0].analysis == exhibit["id"]
    }
    asked = {variable: rows for variable in exhibit["outcomes"] for (name, _, _), rows in cells.items() if name == variable}
    orders = {tuple(answer_order(results, variable)) for variable in asked}
    if len(orders) != 1 or len(asked) < len(cells):
        return None
    columns = (
        *(ColumnHead(heading) for heading in _headings(results, asked)),
        ColumnHead(results.say("before_after.table.answers")),
    )
    codes = _codes(results, asked)
    lines = tuple(Line(results.label("variable", variable), _cells(results, rows, codes)) for variable, rows in asked.items())
    caption = results.say("before_after.table.asked_caption", exhibit=results.label("exhibit", exhibit["id"]))
    name = f"asked-{exhibit['id']}".replace("_", "-")
    return Table(name, caption, results.say("before_after.table.question"), columns, lines)


Asked = dict[str, list[Row]]
"""Question -> its cells, in the order of the answer list."""


def _codes(results: Results, asked: Asked) -> list[str]:
    """Give the answers of any question, merged ones where the first of them stands."""
    order = answer_order(results, next(iter(asked)))
    codes = {row.row for rows in asked.values() for row in rows}
    return sorted(codes, key=lambda code: (first_place(order, code), code))


def _headings(results: Results, asked: Asked) -> list[str]:
    variable = next(iter(asked))
    return [answer_label(results, variable, code) for code in _codes(results, asked)]


def _cells(results: Results, rows: list[Row], codes: list[str]) -> tuple[Cell, ...]:
    given = {row.row: row for row in rows}
    total = next((int(row.total) for row in rows if known(row.total)), None)
    answered = results.number(total, 0) if total is not None else results.say("table.withheld")
    return (*(Cell(_text(results, given.get(code))) for code in codes), Cell(answered))


def _text(results: Results, row: Row | None) -> str:
    """Write share and number: ``27 % (52)``; nothing where the answers of that question are merged otherwise."""
    if row is None:
        return ""
    if row.withheld or not known(row.n):
        return results.say("table.withheld")
    return f"{results.percent(row.share)} ({results.number(int(row.n), 0)})"
