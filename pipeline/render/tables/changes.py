"""How the same people changed: every number of a change, each level, and the bounds for those missing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.render.changes import Bounded, Change, bounded, change_name, changes_by_level
from pipeline.render.labels import directed, level_label
from pipeline.render.results import Results
from pipeline.render.selection import Row, capital, known, note_texts, outcome_in_wave, those_there, verdict_shown
from pipeline.render.tables.parts import absent, adjusted_note, estimate_cell, p_texts
from pipeline.render.tables.power import detectable_note
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table, hoist_notes
from pipeline.render.wording.changes import clusters_of_change, unit_inside, wave_names
from pipeline.render.wording.phrases import interval_text
from pipeline.spec.vocabulary import EVERYBODY

WITHIN = "within_one_cluster"
"""Said once below a table of levels, not at each."""


@dataclass(frozen=True)
class Quantity:
    """One row of a table of changes: its estimand and how a cell is written."""

    key: str
    estimand: str
    write: Callable[[Results, Row | None], Cell] = estimate_cell
    wave: int = -1
    """Which of the two waves is part of the heading; -1: none."""


def _p_cell(results: Results, row: Row | None) -> Cell:
    return Cell(p_texts(results, row) if row is not None else "", adjusted_note(results, [row]))


def _effect_cell(results: Results, row: Row | None) -> Cell:
    if row is None or not known(row.effect):
        return Cell("")
    ends = (row.effect_low, row.effect_high)
    below = f"\n({results.between(*(results.number(end) for end in ends))})" if all(known(end) for end in ends) else ""
    return Cell(results.number(row.effect) + below)


def _size_cell(results: Results, row: Row | None) -> Cell:
    return Cell(results.plain(row.estimate, row.measure_unit) if row is not None and known(row.estimate) else "")


def _detectable_cell(results: Results, row: Row | None) -> Cell:
    return Cell(_size_cell(results, row).text, detectable_note(results, row) if row is not None and known(row.estimate) else ())


def _n_cell(results: Results, row: Row | None) -> Cell:
    return Cell(results.number(int(row.n), 0) if row is not None and known(row.n) else absent(results, row))


def _clusters_cell(results: Results, row: Row | None) -> Cell:
    return Cell(results.number(int(row.n_clusters), 0) if row is not None and known(row.n_clusters) else "")


def _verdict_cell(results: Results, row: Row | None) -> Cell:
    return Cell(results.say(f"verdict.{verdict_shown(row)}") if row is not None and verdict_shown(row) else "")


QUANTITIES = (
    Quantity("n", "mean_change", _n_cell),
    Quantity("mean", "mean_before", wave=0),
    Quantity("mean", "mean_after", wave=1),
    Quantity("change", "mean_change"),
    Quantity("p", "mean_change", _p_cell),
    Quantity("effect", "mean_change", _effect_cell),
    Quantity("verdict", "mean_change", _verdict_cell),
    Quantity("clusters", "mean_change", _clusters_cell),
    Quantity("detectable", "detectable_difference", _detectable_cell),
    Quantity("median_change", "median_change"),
    Quantity("rank_p", "median_change", _p_cell),
    *(Quantity(name, name) for name in ("share_improved", "share_up", "share_unchanged", "share_same", "share_worse", "share_down")),
    Quantity("ceiling", "share_at_ceiling_before", wave=0),
    Quantity("ceiling", "share_at_ceiling_after", wave=1),
)


MEANS = tuple(one for one in QUANTITIES if one.estimand in ("mean_before", "mean_after", "mean_change", "detectable_difference"))
"""What depends on how the mean change is computed."""


def change_table(results: Results, changes: Sequence[Change]) -> Table | None:
    """Table of every number of the primary changes, a column each; None without any."""
    return _table(results, changes, QUANTITIES, "change") if changes else None


def checks_table(results: Results, changes: Sequence[Change], primary: Sequence[Change]) -> Table | None:
    """Table of changes in other analyses; of outcomes that are shown already, only what depends on how the mean is computed."""
    shown = {one.outcome for one in primary}
    quantities = MEANS if all(one.outcome in shown for one in changes) else QUANTITIES
    return _table(results, changes, quantities, "checks") if changes else None


def _table(results: Results, changes: Sequence[Change], quantities: Sequence[Quantity], name: str) -> Table:
    lines: list[Line] = []
    shows: list[Row | None] = []
    for quantity in quantities:
        rows = [one.row(quantity.estimand) for one in changes]
        cells = [quantity.write(results, row) for row in rows]
        if any(cell.text for cell in cells):
            lines.append(Line(_heading(results, quantity, changes), tuple(cells)))
            shows += [row for row, cell in zip(rows, cells, strict=True) if cell.text]
    columns = tuple(ColumnHead(_column(results, one, changes, name)) for one in changes)
    caption, stub = results.say(f"before_after.table.{name}_caption"), results.say("before_after.table.what")
    return hoist_notes(Table(f"before-after-{name}", caption, stub, columns, tuple(lines), shows=those_there(shows)))


def _column(results: Results, change: Change, among: Sequence[Change], name: str) -> str:
    """Name a column by the outcome, in other analyses by the analysis; with the unit below."""
    label = change_name(results, change, among) if name == "change" else results.label("analysis", change.analysis["id"])
    unit = unit_inside(results, change.outcome)
    return f"{label}\n({unit})" if unit else label


def _heading(results: Results, quantity: Quantity, changes: Sequence[Change]) -> str:
    change, key = changes[0], f"before_after.table.{quantity.key}"
    values = {"unit": clusters_of_change(results, change)}
    if quantity.wave >= 0:
        values["wave"] = tuple(wave_names(results, change).values())[quantity.wave]
    return results.say_with(directed(results, key, [one.outcome for one in changes]) if quantity.key == "ceiling" else key, values)


def level_tables(results: Results, change: Change) -> tuple[Table, ...]:
    """One table per variable that a change is divided by: people, means and change of each level, then of everybody."""
    levels = changes_by_level(results, change)
    variables = dict.fromkeys(one.level.partition("=")[0] for one in levels)
    return tuple(_level_table(results, change, [one for one in levels if one.level.startswith(f"{name}=")]) for name in variables)


def _level_table(results: Results, change: Change, levels: list[Change]) -> Table:
    variable = levels[0].level.partition("=")[0]
    say, names = results.say, wave_names(results, change)
    first, *others = variable.split("*")
    label = " × ".join([results.outcome_label(first), *(results.inside(results.outcome_label(part)) for part in others)])
    columns = (
        ColumnHead(say("before_after.table.people")),
        ColumnHead(say("before_after.table.both")),
        *(ColumnHead(say("before_after.table.mean", wave=name)) for name in names.values()),
        ColumnHead(say("before_after.table.change")),
        ColumnHead(say("before_after.table.interval")),
    )
    lines = [Line(level_label(results, one.level), _level_cells(results, one)) for one in levels]
    lines.append(Line(capital(results.group_label(EVERYBODY)), _level_cells(results, change), apart=True))
    caption = say("before_after.table.levels_caption", outcome=results.outcome_label(change.outcome), variable=results.inside(label))
    name = f"before-after-{change.analysis['id']}-{change.outcome}-{variable}".replace("_", "-").replace("*", "-by-")
    shows = tuple(row for one in (*levels, change) for row in _told(one))
    return hoist_notes(Table(name, caption, label, columns, tuple(lines), (say("before_after.table.levels_note"),), shows=shows))


def _told(change: Change) -> tuple[Row, ...]:
    """Give what a row of a table of levels tells: means and change, or why nothing of the level is shown."""
    main = change.row("mean_change")
    if main is not None and not known(main.estimate):
        return tuple(row for row in change.rows.values() if not known(row.estimate) and row.note == main.note)
    return those_there(change.number(name) for name in ("mean_before", "mean_after", "mean_change"))


def _level_cells(results: Results, change: Change) -> tuple[Cell, ...]:
    main = change.row("mean_change")
    counted = main is not None and known(main.n) and known(main.n_missing)
    included = results.number(int(main.n + main.n_missing), 0) if main is not None and counted else absent(results, main)
    both = f"{results.number(int(main.n), 0)} ({results.percent(_share(main))})" if main is not None and counted else absent(results, main)
    means = (_size_cell(results, change.row(name)) for name in ("mean_before", "mean_after"))
    there = main is not None and known(main.estimate)
    interval = Cell(interval_text(results, main).strip("()") if main is not None and there else "")
    text = results.plain(main.estimate, main.measure_unit) if main is not None and there else absent(results, main)
    notes = " ".join(code for code in main.note.split() if code != WITHIN) if main is not None else ""
    return Cell(included), Cell(both), *means, Cell(text, note_texts(results, notes)), interval


def _share(row: Row) -> float:
    everybody = row.n + row.n_missing
    return float(row.n / everybody) if everybody else float("nan")


def lost_table(results: Results) -> Table | None:
    """Table of the results of those who answered and the ends between which everybody's lie; None without bounds."""
    found = bounded(results)
    if not found:
        return None
    columns = tuple(ColumnHead(results.say(f"before_after.table.{name}")) for name in ("observed", "least", "most", "missing"))
    lines = tuple(Line(_lost_heading(results, one), _lost_cells(results, one)) for one in found)
    caption = results.say("before_after.table.lost_caption")
    note = results.say("before_after.lost_note")
    shows = those_there(row for one in found for row in (one.observed, one.low, one.high))
    return Table("before-after-lost", caption, results.say("table.outcome"), columns, lines, (note,), shows=shows)


def _lost_heading(results: Results, one: Bounded) -> str:
    name = outcome_in_wave(results, one.outcome, one.wave)
    if one.term == "change":
        several = len({other.wave for other in bounded(results) if (other.outcome, other.term) == (one.outcome, one.term)}) > 1
        label = name if several else results.outcome_label(one.outcome)
        name = results.say("before_after.table.lost_change", outcome=label)
    return results.say("before_after.table.percent", outcome=name) if one.low.measure_unit == "share" else name


def _lost_cells(results: Results, one: Bounded) -> tuple[Cell, ...]:
    missing = f"{results.number(int(one.low.n_missing), 0)} / {results.number(int(one.low.n), 0)}" if known(one.low.n_missing) else ""
    return (*(_size_cell(results, row) for row in (one.observed, one.low, one.high)), Cell(missing))
