"""Targets as tables: every reading with both answers, subgroups, and numbers to be reached."""

from pipeline.render.labels import answer_order, first_place, level_label
from pipeline.render.results import Results
from pipeline.render.selection import Row, capital, known, note_texts, outcome_in_wave, those_there
from pipeline.render.tables.parts import absent
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table, hoist_notes
from pipeline.render.targets import EXACT, LEAST, MOST, NUMBER, SHARE, NumberToReach, Target, TargetReading, reading_label
from pipeline.render.wording.limits import cluster_unit
from pipeline.render.wording.targets import counted_texts, fact_text, support_text
from pipeline.spec.vocabulary import EVERYBODY

EVERY = (SHARE, EXACT, LEAST, MOST, NUMBER)
CLUSTERS_IGNORED = "clusters_ignored"
"""A remark on every interval of a share; said once, below the table."""
INTERVALS = {False: ("Wilson", "Clopper–Pearson"), True: ("CR2 (logit)", "Korn–Graubard")}
"""Whether clusters count -> whose the intervals are."""


def target_table(results: Results, target: Target) -> Table:
    """Table of one target: a row per reading with number, share, both intervals, bounds for those lost and both answers."""
    lines = tuple(_reading_line(results, reading_label(results, target, one), target, one) for one in target.readings)
    name = f"target-{target.analysis['id']}-{target.outcome}".replace("_", "-")
    caption = results.say(
        "targets.table.caption", outcome=outcome_in_wave(results, target.outcome, target.wave), target=results.percent(target.share)
    )
    planned = [results.say("targets.table.planned")] if any(one.planned for one in target.readings) else []
    notes = (*_footnotes(results, [target]), *planned)
    stub, shows = results.say("targets.reading"), _shown([target], EVERY)
    return hoist_notes(Table(name, caption, stub, _columns(results, target), lines, notes, shows=shows))


def single_targets_table(results: Results, targets: list[Target]) -> Table | None:
    """Table of the targets that are read in one way, with the share to be reached; None without any."""
    if not targets:
        return None
    columns = (ColumnHead(results.say("targets.table.target")), *_columns(results, targets[0]))
    lines = []
    for target in targets:
        line = _reading_line(results, results.label("analysis", target.analysis["id"]), target, target.readings[0])
        lines.append(Line(line.header, (Cell(results.percent(target.share)), *line.cells)))
    caption = results.say("targets.single.caption")
    notes, shows = _footnotes(results, targets), _shown(targets, EVERY)
    return hoist_notes(Table("single-targets", caption, results.say("targets.table.what"), columns, tuple(lines), notes, shows=shows))


def group_tables(results: Results, targets: list[Target]) -> list[Table]:
    """Give a table per reading of one target: everybody, then the levels of each variable."""
    whole = next(target for target in targets if target.level == EVERYBODY)
    return [_group_table(results, whole, targets, place) for place in range(len(whole.readings))]


def counts_table(results: Results, counts: list[NumberToReach]) -> Table | None:
    """Table of the numbers to be reached under the unit that is counted; None without any."""
    if not counts:
        return None
    say = results.say
    columns = (
        ColumnHead(say("targets.counts.target")),
        ColumnHead(say("targets.counts.number")),
        ColumnHead(say("targets.here"), number=False),
    )
    lines: list[Line] = []
    for unit in dict.fromkeys(one.row.unit for one in counts):
        lines.append(Line(capital(results.label("unit", unit))))
        lines += [_count_line(results, one) for one in counts if one.row.unit == unit]
    caption, stub, note = (say(f"targets.counts.{part}") for part in ("caption", "what", "note"))
    return Table("counts", caption, stub, columns, tuple(lines), (note,), shows=tuple(one.row for one in counts))


def _shown(targets: list[Target], estimands: tuple[str, ...], place: int | None = None) -> tuple[Row, ...]:
    """Give the rows of all readings, or of the one at a place."""
    readings = [one for target in targets for at, one in enumerate(target.readings) if place in (None, at)]
    return those_there(one.rows.get(name) for one in readings for name in estimands)


def _footnotes(results: Results, targets: list[Target]) -> tuple[str, ...]:
    notes = [results.say("targets.table.note")]
    if any(CLUSTERS_IGNORED in reading.rows[SHARE].note.split() for target in targets for reading in target.readings):
        notes.append(results.say("targets.clusters_note"))
    if any(_counts_clusters(target) for target in targets):
        notes.append(results.say("targets.clusters_counted", unit=cluster_unit(results)))
    return tuple(notes)


def _counts_clusters(target: Target) -> bool:
    return any(known(reading.rows[SHARE].n_clusters) for reading in target.readings)


def _columns(results: Results, target: Target) -> tuple[ColumnHead, ...]:
    say = results.say
    level = say("table.interval", level=results.percent(target.analysis["confidence"]))
    return (
        ColumnHead(say("targets.counted")),
        ColumnHead(say("targets.share")),
        *(ColumnHead(name, level) for name in INTERVALS[_counts_clusters(target)]),
        ColumnHead(say("targets.bounds")),
        ColumnHead(say("targets.here"), number=False),
        ColumnHead(say("targets.similar"), number=False),
    )


def _reading_line(results: Results, header: str, target: Target, reading: TargetReading) -> Line:
    row = reading.rows[SHARE]
    notes = note_texts(results, " ".join(code for code in row.note.split() if code != CLUSTERS_IGNORED))
    number, share = counted_texts(results, reading)
    cells = (
        Cell(number, notes),
        Cell(share, headline=True),
        *(Cell("" if target.is_rule else _span(results, reading.rows[estimand])) for estimand in (SHARE, EXACT)),
        Cell(_bounds(results, reading)),
        Cell(fact_text(results, reading)),
        Cell(support_text(results, target, reading)),
    )
    return Line(header, cells)


def _span(results: Results, row: Row) -> str:
    """Write the ends of an interval as per cent without the sign; nothing where there is none."""
    if not (known(row.conf_low) and known(row.conf_high)):
        return ""
    return results.between(*(results.plain(end, "share") for end in (row.conf_low, row.conf_high)))


def _bounds(results: Results, reading: TargetReading) -> str:
    """Write what the share would be if none, or all, of those lost had reached it, and how many they are."""
    ends = [reading.rows[estimand].estimate for estimand in (LEAST, MOST)]
    if not all(known(end) for end in ends):
        return ""
    if not reading.lost:
        return results.say("targets.nobody_lost")
    return f"{results.between(*(results.plain(end, 'share') for end in ends))}\n({results.say('targets.lost', count=reading.lost)})"


def _group_table(results: Results, whole: Target, targets: list[Target], place: int) -> Table:
    say, reading = results.say, whole.readings[place]
    by_level = {target.level: target.readings[place] for target in targets if len(target.readings) > place}
    columns = _columns(results, whole)
    columns = (*columns[:3], *columns[4:])
    lines = [_group_line(results, say("group.all"), whole, reading)]
    for variable in whole.analysis["by"]:
        lines.append(Line(capital(" × ".join(results.inside(results.label("variable", name)) for name in variable.split("*")))))
        levels = sorted((level for level in by_level if level.partition("=")[0] == variable), key=lambda one: _place(results, one))
        lines += [_group_line(results, level_label(results, level), whole, by_level[level]) for level in levels]
    caption = say(
        "targets.groups.caption",
        outcome=outcome_in_wave(results, whole.outcome, whole.wave),
        reading=reading_label(results, whole, reading),
        target=results.percent(whole.share),
    )
    name = f"groups-{whole.analysis['id']}-{whole.outcome}-{reading.name}".replace("_", "-")
    notes, shows = _footnotes(results, targets), _shown(targets, (SHARE, LEAST, MOST, NUMBER), place)
    return hoist_notes(Table(name, caption, say("table.subgroup"), columns, tuple(lines), notes, shows=shows))


def _group_line(results: Results, header: str, target: Target, reading: TargetReading) -> Line:
    line = _reading_line(results, capital(header), target, reading)
    return Line(line.header, (*line.cells[:3], *line.cells[4:]))


def _place(results: Results, level: str) -> list[int]:
    variable, _, code = level.partition("=")
    return [first_place(answer_order(results, name), one) for name, one in zip(variable.split("*"), code.split("*"), strict=True)]


def _count_line(results: Results, one: NumberToReach) -> Line:
    row = one.row
    there = known(row.estimate)
    number = Cell(results.number(row.estimate, 0) if there else absent(results, row), note_texts(results, row.note), headline=True)
    verdict = results.say(f"verdict_mark.{row.verdict}") if row.verdict else ""
    return Line(results.label("analysis", one.analysis["id"]), (Cell(results.number(one.analysis["target"], 0)), number, Cell(verdict)))
