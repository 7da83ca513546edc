"""What people say they know beside what was tested: means and changes, a column each."""

from pipeline.render.changes import AFTER_BEFORE, NOW_THEN, Change, what_was_tested
from pipeline.render.results import Results
from pipeline.render.selection import Row, known, those_there
from pipeline.render.tables.parts import adjusted_note, estimate_cell
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table, hoist_notes
from pipeline.render.wording.changes import unit_inside, wave_names
from pipeline.spec.vocabulary import EVERYBODY

ROWS = (
    ("mean_then", "mean_then", EVERYBODY, 0),
    ("mean", "mean_before", EVERYBODY, 0),
    ("mean", "mean_after", EVERYBODY, 1),
    ("rated_change", "mean_change", AFTER_BEFORE, -1),
    ("retro_change", "mean_change", NOW_THEN, -1),
    ("shift", "response_shift", "then - before", -1),
)
"""Heading, estimand, term, and which wave stands in the heading."""


def rating_tables(results: Results, ratings: list[Change]) -> tuple[Table, ...]:
    """One table per self-rated outcome, with what was tested beside it."""
    return tuple(_rating_table(results, rated) for rated in ratings)


def _rating_table(results: Results, rated: Change) -> Table:
    tested = what_was_tested(results, rated)
    shown = [rated, *([tested] if tested is not None else [])]
    names = wave_names(results, rated)
    lines = []
    for key, estimand, term, wave in ROWS:
        rows = [one.row(estimand, term) for one in shown]
        if any(row is not None for row in rows):
            values = names | ({"wave": tuple(names.values())[wave]} if wave >= 0 else {})
            header = results.say_with(f"before_after.table.{key}", values)
            lines.append(Line(header, tuple(_cell(results, row) for row in rows)))
    lines.append(Line(results.say("before_after.table.effect"), tuple(_effect_cell(results, one) for one in shown)))
    lines.append(Line(results.say("before_after.table.n"), tuple(_n_cell(results, one) for one in shown)))
    columns = tuple(ColumnHead(f"{results.outcome_label(one.outcome)}\n({unit_inside(results, one.outcome)})") for one in shown)
    name = f"before-after-{rated.analysis['id']}-{rated.outcome}".replace("_", "-")
    caption, stub = results.say("before_after.table.rated_caption"), results.say("before_after.table.what")
    shows = those_there(one.row(estimand, term) for _, estimand, term, _ in ROWS for one in shown)
    return hoist_notes(Table(name, caption, stub, columns, tuple(lines), shows=shows))


def _cell(results: Results, row: Row | None) -> Cell:
    """Write an estimate with its interval, and the p-value of a change below."""
    cell = estimate_cell(results, row)
    if row is None or not known(row.p_value):
        return cell
    adjusted = f" ({results.p_number(row.p_adjusted)})" if known(row.p_adjusted) else ""
    return Cell(f"{cell.text}\n{results.p_value(row.p_value)}{adjusted}", (*cell.notes, *adjusted_note(results, [row])))


def _effect_cell(results: Results, change: Change) -> Cell:
    row = change.number("mean_change", AFTER_BEFORE)
    return Cell(results.number(row.effect) if row is not None and known(row.effect) else "")


def _n_cell(results: Results, change: Change) -> Cell:
    row = change.row("mean_change", AFTER_BEFORE)
    return Cell(results.number(int(row.n), 0) if row is not None and known(row.n) else "")
