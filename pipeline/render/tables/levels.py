"""Tables of a report per level: one level beside everybody, and all levels beside each other."""

from pipeline.render.labels import level_label
from pipeline.render.levels import Place, changes, levels_shown, main_places, people_at, place_name, places, what_is_told
from pipeline.render.results import Results
from pipeline.render.selection import Row, capital, known, note_texts, outcome_in_wave, those_there
from pipeline.render.tables.parts import absent
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table
from pipeline.render.wording.people import other_people
from pipeline.render.wording.phrases import MISSING, interval_text


def level_table(results: Results, per: str, level: str) -> Table | None:
    """Table of every outcome at one level, beside everybody; None when nothing is measured."""
    found = places(results, per)
    if not found:
        return None
    columns = (ColumnHead(level_label(results, level)), ColumnHead(capital(results.say("group.all"))))
    lines = tuple(Line(place_name(results, one), (_value(results, one.levels.get(level)), _value(results, one.whole))) for one in found)
    caption = results.say("one_level.table_caption", level=level_label(results, level))
    shows = those_there(row for one in found for row in (one.levels.get(level), one.whole))
    notes = (results.say("one_level.table_note"), *other_people(results, {one.wave for one in found}))
    return Table("level", caption, results.say("table.outcome"), columns, lines, notes, shows=shows)


def changes_table(results: Results, level: str) -> Table | None:
    """Table of what was estimated within people at one level; None when the plan has nothing of it."""
    found = list(changes(results, level))
    if not found:
        return None
    columns = (
        ColumnHead(results.say("table.what"), number=False),
        ColumnHead(level_label(results, level)),
        ColumnHead(capital(results.say("group.all"))),
    )
    lines: list[Line] = []
    for analysis in dict.fromkeys(row.analysis for row, _ in found):
        lines.append(Line(results.label("analysis", analysis)))
        lines += [_change_line(results, row, whole) for row, whole in found if row.analysis == analysis]
    caption = results.say("one_level.changes_caption", level=level_label(results, level))
    stub, note, shows = (
        results.say("table.outcome"),
        results.say("one_level.changes_note"),
        those_there(row for pair in found for row in pair),
    )
    return Table("level-changes", caption, stub, columns, tuple(lines), (note,), shows=shows)


def _change_line(results: Results, row: Row, whole: Row | None) -> Line:
    what = Cell(_quantity(results, row))
    return Line(outcome_in_wave(results, row.outcome, row.wave), (what, _value(results, row), _value(results, whole)))


def _quantity(results: Results, row: Row) -> str:
    name = what_is_told(results, row.estimand, row.outcome)
    if results.has_label("reading", row.term, row.analysis):
        return f"{name}: {results.label('reading', row.term, row.analysis)}"
    if row.estimand == "survival_at":
        return results.say("one_level.at_time", what=name, time=results.number(float(row.term), 0))
    return name


def _value(results: Results, row: Row | None) -> Cell:
    """Write a mean or a share with its interval and the number of units below."""
    if row is None:
        return Cell("")
    if not known(row.estimate):
        return Cell(absent(results, row), note_texts(results, row.note))
    count = results.say("table.n", n=int(row.n)) if known(row.n) else MISSING
    share = row.measure_unit == "share"
    value = results.percent(row.estimate, 1) if share else results.plain(row.estimate, row.measure_unit)
    return Cell(f"{value}\n{interval_text(results, row)}\n{count}")


def overview_table(results: Results, per: str) -> Table:
    """Table of all levels: how many units, and the primary outcomes in their last wave."""
    main = main_places(results, per)
    columns = (
        ColumnHead(results.say("one_level.units", unit=results.label("unit", results.facts["sample"]["unit"]))),
        *(ColumnHead(place_name(results, one)) for one in main),
    )
    lines = tuple(_overview_line(results, main, level) for level in levels_shown(results, per))
    caption = results.say("one_level.overview_caption", levels=results.outcome_label(per))
    shows = tuple(row for one in main for row in one.levels.values())
    return Table("levels", caption, results.outcome_label(per), columns, lines, (results.say("one_level.overview_note"),), shows=shows)


def _overview_line(results: Results, main: list[Place], level: str) -> Line:
    count = people_at(results, level)
    shown = results.number(count, 0) if count else results.say("table.withheld")
    return Line(level_label(results, level), (Cell(shown), *(_value(results, one.levels.get(level)) for one in main)))
