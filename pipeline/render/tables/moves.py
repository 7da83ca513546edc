"""How people moved between classes: every declared analysis, and each level of it."""

from collections.abc import Sequence

from pipeline.render.changes import Change
from pipeline.render.labels import NEITHER, directed, level_label
from pipeline.render.results import Results
from pipeline.render.selection import Row, capital, known, note_texts, those_there
from pipeline.render.tables.parts import absent, adjusted_note, confidence_level, estimate_cell, p_texts
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table, hoist_notes
from pipeline.render.wording.moves import TESTS, WAYS, is_share, moves_by_variable, ways
from pipeline.spec.vocabulary import EVERYBODY


def moves_table(results: Results, found: Sequence[Change]) -> Table | None:
    """Table of moves between classes: shares up, same and down, and the tests; None without any."""
    return _table(results, "moves", [one for one in found if not is_share(one)])


def shares_moved_table(results: Results, found: Sequence[Change]) -> Table | None:
    """Table of moves into and out of a share, such as those in work; None without any."""
    return _table(results, "shares-moved", [one for one in found if is_share(one)])


def _table(results: Results, name: str, found: list[Change]) -> Table | None:
    if not found:
        return None
    say, share = results.say, is_share(found[0])
    kind = "share" if share else "category"
    named = _words_for(results, found)
    rows = [row for one in found for row in one.rows.values()]
    columns = (
        ColumnHead(say("progress.table.n")),
        *(
            ColumnHead(say(f"progress.table.{named}.{way}"), say("progress.table.ways", level=confidence_level(results, rows)))
            for way in WAYS
        ),
        *([ColumnHead(say("progress.table.share_change"))] if share else []),
        *(ColumnHead(say("progress.table.p", test=say(f"progress.{term}"))) for term in TESTS[kind]),
    )
    lines = tuple(Line(results.label("analysis", one.analysis["id"]), _cells(results, one, kind)) for one in found)
    shown = [(way, EVERYBODY) for way in (*WAYS, "share_change")] + [("marginal_homogeneity", term) for term in TESTS[kind]]
    shows = those_there(one.row(*key) for one in found for key in shown)
    return hoist_notes(Table(name, say(f"progress.table.{named}.caption"), say("progress.table.analysis"), columns, lines, shows=shows))


def _words_for(results: Results, found: Sequence[Change]) -> str:
    """Say which words a table uses: of a share, of rungs towards something better, or of classes in an order."""
    if is_share(found[0]):
        return "share"
    return "category" if directed(results, "", [one.outcome for one in found]) == "" else NEITHER


def _cells(results: Results, change: Change, kind: str) -> tuple[Cell, ...]:
    ways = tuple(estimate_cell(results, change.row(way)) for way in WAYS)
    changed = (estimate_cell(results, change.row("share_change")),) if kind == "share" else ()
    tests = tuple(_test_cell(results, change.row("marginal_homogeneity", term)) for term in TESTS[kind])
    return (_n_cell(results, change.row("share_same")), *ways, *changed, *tests)


def _test_cell(results: Results, row: Row | None) -> Cell:
    if row is None:
        return Cell("")
    text = p_texts(results, row) or absent(results, row)
    return Cell(text, (*note_texts(results, row.note), *adjusted_note(results, [row])))


def _n_cell(results: Results, row: Row | None) -> Cell:
    return Cell(results.number(int(row.n), 0) if row is not None and known(row.n) else absent(results, row))


def level_moves_tables(results: Results, change: Change) -> tuple[Table, ...]:
    """One table per variable that moves are divided by, where some level is shown: people known both times, and who moved which way."""
    divided = moves_by_variable(results, change).values()
    return tuple(_level_table(results, change, levels) for levels in divided if any(ways(one) for one in levels))


def _level_table(results: Results, change: Change, levels: list[Change]) -> Table:
    variable = levels[0].level.partition("=")[0]
    say, kind = results.say, _words_for(results, [change])
    label = ", ".join(results.outcome_label(part) for part in variable.split("*"))
    rows = [row for one in levels for row in one.rows.values()]
    columns = (
        ColumnHead(say("progress.table.n")),
        *(
            ColumnHead(say(f"progress.table.{kind}.{way}"), say("progress.table.ways", level=confidence_level(results, rows)))
            for way in WAYS
        ),
    )
    lines = [Line(level_label(results, one.level), _level_cells(results, one)) for one in levels]
    lines.append(Line(capital(results.group_label(EVERYBODY)), _level_cells(results, change), apart=True))
    name = f"moves-{change.analysis['id']}-{variable}".replace("_", "-").replace("*", "-by-")
    caption = say("progress.table.by_level", what=results.label("analysis", change.analysis["id"]), variable=results.inside(label))
    shows = those_there(one.row(way) for one in (*levels, change) for way in WAYS)
    return hoist_notes(Table(name, caption, label, columns, tuple(lines), shows=shows))


def _level_cells(results: Results, change: Change) -> tuple[Cell, ...]:
    return (_n_cell(results, change.row("share_same")), *(estimate_cell(results, change.row(way)) for way in WAYS))
