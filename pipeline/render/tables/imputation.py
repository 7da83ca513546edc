"""How the imputation of missing answers went: what was imputed beside what is known, and whether the chains settled."""

from pipeline.render.results import Results
from pipeline.render.selection import known, note_texts, outcome_in_wave, rows_of
from pipeline.render.tables.parts import absent
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table, hoist_notes

COLUMNS = ("imputed_apart", "chains_apart")


def imputation_table(results: Results) -> Table | None:
    """Table of everything that was imputed, in the order of the outcomes; None where nothing was."""
    rows = rows_of(results.rows(analysis="imputation"))
    if not rows:
        return None
    say = results.say
    found = {(row.outcome, row.wave, row.estimand): row for row in rows}
    lines = []
    for outcome, wave in dict.fromkeys((row.outcome, row.wave) for row in rows):
        both = [found[outcome, wave, name] for name in COLUMNS]
        people = Cell(results.number(int(both[0].n), 0) if known(both[0].n) else "")
        cells = (
            Cell(
                results.plain(row.estimate, row.measure_unit) if known(row.estimate) else absent(results, row),
                note_texts(results, row.note),
            )
            for row in both
        )
        lines.append(Line(outcome_in_wave(results, outcome, wave), (people, *cells)))
    heads = tuple(ColumnHead(say(f"table.imputation_{name}")) for name in ("people", "apart", "chains"))
    caption, stub, note = (say(f"table.imputation_{part}") for part in ("caption", "stub", "note"))
    return hoist_notes(Table("imputation", caption, stub, heads, tuple(lines), (note,), shows=tuple(rows)))
