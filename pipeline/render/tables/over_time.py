"""Changes since one wave, at every later one: means, change, who improved, and the bounds for everybody."""

from collections.abc import Sequence

from pipeline.render.changes import Change
from pipeline.render.labels import directed
from pipeline.render.results import Results
from pipeline.render.selection import Row, capital, known, those_there
from pipeline.render.tables.parts import absent, adjusted_note, confidence_level, estimate_cell, p_texts
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table, hoist_notes
from pipeline.render.wording.changes import MOVES, lost_of, unit_inside


def over_time_table(results: Results, changes: Sequence[Change]) -> Table | None:
    """Table of every declared change, outcome by outcome and time by time; None without any."""
    if not changes:
        return None
    say = results.say
    rows = [row for one in changes for row in one.rows.values()]
    names = [one.outcome for one in changes]
    level = confidence_level(results, rows)
    columns = (
        ColumnHead(say("progress.table.n")),
        ColumnHead(say("progress.table.mean_before")),
        ColumnHead(say("progress.table.mean_after")),
        ColumnHead(say("progress.table.change", level=level)),
        ColumnHead(say("table.p")),
        ColumnHead(say("progress.table.effect")),
        ColumnHead(say(directed(results, "progress.table.moved", names)), number=False),
        ColumnHead(say("progress.table.bounds")),
    )
    lines: list[Line] = []
    for outcome in dict.fromkeys(one.outcome for one in changes):
        lines.append(Line(_heading(results, outcome)))
        lines += [_line(results, one) for one in changes if one.outcome == outcome]
    notes = (say(directed(results, "progress.table.moved_note", names)), say("progress.table.bounds_note"), *adjusted_note(results, rows))
    shows = those_there(row for one in changes for row in _told(results, one))
    return hoist_notes(Table("over-time", say("progress.table.over_time"), say("table.outcome"), columns, tuple(lines), notes, shows=shows))


def _told(results: Results, change: Change) -> list[Row | None]:
    """Give what a line tells: means, change, who moved which way, and the bounds."""
    names = ("mean_before", "mean_after", "mean_change", *(name for names in MOVES.values() for name in names))
    bounds = lost_of(results, change)
    return [*map(change.row, names), *((bounds.low, bounds.high) if bounds is not None else ())]


def _heading(results: Results, outcome: str) -> str:
    unit = unit_inside(results, outcome)
    name = results.outcome_label(outcome)
    return f"{name} ({unit})" if unit else name


def _line(results: Results, change: Change) -> Line:
    main = change.row("mean_change")
    cells = (
        _n_cell(results, main),
        _mean_cell(results, change.row("mean_before")),
        _mean_cell(results, change.row("mean_after")),
        estimate_cell(results, main),
        Cell(p_texts(results, main) if main is not None else ""),
        Cell(results.number(main.effect) if main is not None and known(main.effect) else ""),
        Cell(_moved(results, change)),
        Cell(_bounds(results, change)),
    )
    before, after = (results.label("wave", wave) for wave in change.waves)
    return Line(f"{capital(after)} − {results.inside(before)}", cells)


def _n_cell(results: Results, row: Row | None) -> Cell:
    return Cell(results.number(int(row.n), 0) if row is not None and known(row.n) else absent(results, row))


def _mean_cell(results: Results, row: Row | None) -> Cell:
    return Cell(results.plain(row.estimate, row.measure_unit) if row is not None and known(row.estimate) else absent(results, row))


def _moved(results: Results, change: Change) -> str:
    """Write who moved up, not, and down: ``51 / 6 / 43``."""
    for estimands in MOVES.values():
        rows = [change.row(name) for name in estimands]
        shown = [row for row in rows if row is not None]
        if shown:
            return " / ".join(results.number(row.estimate * 100, 0) if known(row.estimate) else absent(results, row) for row in shown)
    return ""


def _bounds(results: Results, change: Change) -> str:
    bounds = lost_of(results, change)
    if bounds is None:
        return ""
    return results.between(*(results.plain(row.estimate, row.measure_unit) for row in (bounds.low, bounds.high)))
