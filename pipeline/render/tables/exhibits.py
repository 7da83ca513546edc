"""The numbers behind the declared figures of change and of time to an event."""

from collections.abc import Callable
from typing import Any

from pipeline.render.curves import Curves, curves_name, declared_curves
from pipeline.render.labels import answer_label, class_codes, first_place
from pipeline.render.results import Results, select
from pipeline.render.selection import Row, anybody_before, capital, known, rows_of
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table

Texts = Callable[[Results, Row | None], tuple[str, ...]]
"""Gives the cells of one line of a curve at one time."""


def transition_tables(results: Results) -> tuple[Table, ...]:
    """One table per declared transition: for each group and class before, how many were in each class after."""
    made = (_transition_table(results, one) for one in results.facts["exhibits"] if one["kind"] == "transition")
    return tuple(table for table in made if table is not None)


def _transition_table(results: Results, exhibit: dict[str, Any]) -> Table | None:
    rows = rows_of(select(results.distributions, exhibit="transition", analysis=exhibit["id"]))
    rows = [row for row in rows if row.level in map(results.group_level, results.groups) and anybody_before(row)]
    if not rows:
        return None
    outcome = rows[0].outcome
    order = class_codes(results, outcome)
    after = sorted({row.column for row in rows}, key=lambda code: (first_place(order, code), code))
    before_label, after_label = (capital(results.label("wave", wave)) for wave in exhibit["waves"])
    columns = (
        *(ColumnHead(answer_label(results, outcome, code), after_label) for code in after),
        ColumnHead(results.say("table.row_total")),
    )
    lines: list[Line] = []
    for group in results.groups:
        mine = [row for row in rows if row.level == results.group_level(group)]
        before = sorted({row.row for row in mine}, key=lambda code: (first_place(order, code), code))
        lines += [Line(results.group_label(group))] if mine and len(results.groups) > 1 else []
        lines += [_transition_line(results, [row for row in mine if row.row == code], after) for code in before]
    caption = results.say("table.transition_caption", exhibit=results.label("exhibit", exhibit["id"]))
    return Table(f"transition-{exhibit['id']}".replace("_", "-"), caption, before_label, columns, tuple(lines))


def _transition_line(results: Results, rows: list[Row], after: list[str]) -> Line:
    cells = {row.column: row for row in rows}
    total = next((row.total for row in rows if known(row.total)), None)
    texts = [cell_text(results, cells.get(code)) for code in after]
    texts.append(results.number(int(total), 0) if total is not None else results.say("table.withheld"))
    return Line(answer_label(results, rows[0].outcome, rows[0].row), tuple(Cell(text) for text in texts))


def cell_text(results: Results, row: Row | None) -> str:
    """Write number and share of a cell: ``12 (10 %)``; nothing for a cell that does not exist."""
    if row is None:
        return ""
    if row.withheld or not known(row.n):
        return results.say("table.withheld")
    return f"{results.number(int(row.n), 0)} ({results.percent(row.share)})"


def curve_tables(results: Results) -> tuple[Table, ...]:
    """One table per picture of a declared curve: cumulative share with interval and those at risk, at every declared time."""
    return tuple(_level_table(results, one) if one.by else _curve_table(results, one) for one in declared_curves(results))


def _curve_table(results: Results, curves: Curves) -> Table:
    """Give each group three columns."""
    headings = (
        results.say("table.cumulative"),
        results.say("table.interval", level=results.percent(0.95)),
        results.say("figure.curve.at_risk"),
    )
    columns = tuple(ColumnHead(heading, capital(line.label)) for line in curves.lines for heading in headings)
    return _by_time(results, curves, columns, _curve_texts)


def _level_table(results: Results, curves: Curves) -> Table:
    """Give each level one column, with the interval and those at risk below the share."""
    columns = tuple(ColumnHead(line.label) for line in curves.lines)
    return _by_time(results, curves, columns, _level_texts, (results.say("table.curve_levels_note"),))


def _by_time(results: Results, curves: Curves, columns: tuple[ColumnHead, ...], texts: Texts, notes: tuple[str, ...] = ()) -> Table:
    """Lay out one row per declared time."""
    lines = []
    for time in curves.times:
        at = [next((row for row in line.rows if row.x == time), None) for line in curves.lines]
        cells = tuple(Cell(text) for row in at for text in texts(results, row))
        lines.append(Line(results.number(time, 0 if time == int(time) else 1), cells))
    caption = results.say("table.curve_caption", exhibit=curves_name(results, curves))
    return Table(curves.slug, caption, results.outcome_label(curves.outcome), columns, tuple(lines), notes)


def _level_texts(results: Results, row: Row | None) -> tuple[str]:
    share, span, at_risk = _curve_texts(results, row)
    bracketed = f"({span})" if span else ""
    count = results.say("table.n", n=at_risk) if at_risk else ""
    return ("\n".join(text for text in (share, bracketed, count) if text),)


def _curve_texts(results: Results, row: Row | None) -> tuple[str, str, str]:
    if row is None:
        return "", "", ""
    if row.withheld or not known(row.share):
        return results.say("table.withheld"), "", ""
    ends = (row.conf_low, row.conf_high)
    span = results.between(*(results.percent(end) for end in ends)) if all(known(end) for end in ends) else ""
    return results.percent(row.share), span, results.number(int(row.n_at_risk), 0) if known(row.n_at_risk) else ""
