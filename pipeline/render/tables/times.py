"""Time to an event: everybody, then each level of the variables that the analysis is divided by."""

from pipeline.render.labels import level_label
from pipeline.render.results import Results
from pipeline.render.selection import Row, capital, known, note_texts, those_there
from pipeline.render.tables.parts import absent, confidence_level
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table, hoist_notes
from pipeline.render.times import Time, times_by_level
from pipeline.render.wording.changes import unit_inside
from pipeline.render.wording.times import time_text
from pipeline.spec.vocabulary import EVERYBODY


def time_table(results: Results, time: Time) -> Table | None:
    """Table of one time: the share with the event at each declared time, median, and mean time without it; None without any row."""
    if not time.rows:
        return None
    say, unit = results.say, unit_inside(results, time.outcome)
    rows = [*time.rows.values()]
    level, horizon = confidence_level(results, rows), time.row("restricted_mean")
    moments = (time_text(results, float(row.term)) for row in time.moments)
    columns = [
        ColumnHead(say("progress.table.people")),
        *(ColumnHead(say("progress.table.at", time=moment, unit=unit), say("progress.table.reached", level=level)) for moment in moments),
        ColumnHead(say("progress.table.median", unit=unit)),
    ]
    if horizon is not None:
        columns.append(ColumnHead(say("progress.table.mean_time", unit=unit)))
    lines = [Line(capital(results.group_label(EVERYBODY)), _cells(results, time)), *_level_lines(results, time)]
    name = f"time-{time.analysis['id']}".replace("_", "-")
    caption = say("progress.table.time", what=results.label("analysis", time.analysis["id"]))
    every = [
        row for one in (time, *times_by_level(results, time)) for row in (*one.moments, one.row("median_time"), one.row("restricted_mean"))
    ]
    notes = _footnotes(results, time, unit)
    return hoist_notes(Table(name, caption, say("table.subgroup"), tuple(columns), tuple(lines), notes, shows=those_there(every)))


def _footnotes(results: Results, time: Time, unit: str) -> tuple[str, ...]:
    row = time.row("restricted_mean")
    if row is None or not known(row.reference_value):
        return ()
    return (results.say("progress.table.horizon", horizon=time_text(results, row.reference_value), unit=unit),)


def _level_lines(results: Results, time: Time) -> list[Line]:
    lines: list[Line] = []
    heading = ""
    for one in times_by_level(results, time):
        variable = one.level.partition("=")[0]
        if variable != heading:
            lines.append(Line(", ".join(results.outcome_label(part) for part in variable.split("*"))))
            heading = variable
        lines.append(Line(level_label(results, one.level), _cells(results, one)))
    return lines


def _cells(results: Results, time: Time) -> tuple[Cell, ...]:
    people = next((row for row in time.rows.values() if row.estimand != "log_rank" and known(row.n)), None)
    counted = results.number(int(people.n), 0) if people is not None else absent(results, time.row("median_time"))
    cells = [Cell(counted), *(_reached_cell(results, row) for row in time.moments), _time_cell(results, time.row("median_time"))]
    mean = time.row("restricted_mean")
    return (*cells, _time_cell(results, mean)) if mean is not None else tuple(cells)


def _reached_cell(results: Results, row: Row) -> Cell:
    """Write the share that has had the event, from the row of those who have not."""
    notes = note_texts(results, row.note)
    if not known(row.estimate):
        return Cell(absent(results, row), notes)
    text = results.plain(1 - row.estimate, "share")
    if not (known(row.conf_low) and known(row.conf_high)):
        return Cell(text, notes)
    ends = (results.plain(1 - end, "share") for end in (row.conf_high, row.conf_low))
    return Cell(f"{text}\n({results.between(*ends)})", notes)


def _time_cell(results: Results, row: Row | None) -> Cell:
    """Write a time with its interval; an end that the curve does not reach is a dash."""
    if row is None:
        return Cell("")
    notes = note_texts(results, row.note)
    if not known(row.estimate):
        return Cell(absent(results, row), notes)
    ends = (results.number(end, 1) for end in (row.conf_low, row.conf_high))
    interval = f"\n({results.between(*ends)})" if known(row.conf_low) or known(row.conf_high) else ""
    return Cell(f"{results.number(row.estimate, 1)}{interval}", notes)
