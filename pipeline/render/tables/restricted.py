"""Comparisons among part of the people, such as women, or those locked in before: where selection shows."""

from collections.abc import Mapping
from typing import Any

from pipeline.render.results import Results
from pipeline.render.selection import Row, declared_estimates, known, note_texts
from pipeline.render.tables.care import is_without_flagged
from pipeline.render.tables.parts import absent, analysis_header, confidence_level, p_heading, p_texts
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table
from pipeline.render.wording.estimates import place_label
from pipeline.render.wording.lines import DIFFERENCES
from pipeline.render.wording.phrases import compares_chosen_groups, interval_text
from pipeline.spec.naming import split_reference
from pipeline.spec.vocabulary import EVERYBODY


def restricted_analyses(results: Results) -> list[Mapping[str, Any]]:
    """Give the analyses that compare the sample's groups among part of the people; not those that only leave the careless out."""
    among = (one for one in results.facts["analyses"] if one["restrict"] and not compares_chosen_groups(results, one))
    return [one for one in among if not is_without_flagged(results, one)]


def restriction(results: Results, analysis: Mapping[str, Any]) -> str:
    """Say how the people of an analysis are chosen: by a state ``before`` every outcome, or a ``later`` one, or by some other ``fact``."""
    waves = [one["name"] for one in results.facts["waves"]]
    chosen = [wave for wave in (split_reference(one)[1] for one in analysis["restrict"]) if wave]
    measured = [split_reference(one)[1] for one in analysis["outcomes"]]
    if not chosen or not all(measured):
        return "fact"
    known_before = max(map(waves.index, chosen)) < min(map(waves.index, measured))
    return "later" if not known_before else "before" if len(chosen) == len(analysis["restrict"]) else "fact"


def restrictions_used(results: Results) -> set[str]:
    """Give the kinds of parts that the restricted table is about."""
    return {restriction(results, one) for one in restricted_analyses(results) if _rows(results, {one["id"]})}


def restricted_table(results: Results) -> Table | None:
    """Table of every difference among part of the people, under the part; None when the plan has none."""
    wanted = {one["id"] for one in restricted_analyses(results)}
    rows = _rows(results, wanted)
    if not rows:
        return None
    say = results.say
    columns = (
        ColumnHead(say("table.estimate")),
        ColumnHead(say("table.interval", level=confidence_level(results, rows))),
        ColumnHead(p_heading(results, rows)),
        *(ColumnHead(results.group_label(code), say("comparison.people")) for code in results.groups),
    )
    lines: list[Line] = []
    for analysis in dict.fromkeys(row.analysis for row in rows):
        mine = [row for row in rows if row.analysis == analysis]
        lines.append(Line(analysis_header(results, mine[0])))
        lines += [_line(results, row) for row in mine]
    before = restrictions_used(results) == {"before"}
    caption = say("comparison.restricted_caption" if before else "comparison.restricted_part_caption")
    return Table("restricted", caption, say("table.outcome"), columns, tuple(lines), (_note(results, rows),), shows=tuple(rows))


def _note(results: Results, rows: list[Row]) -> str:
    """Say what is subtracted from what, and that nothing here is a main result, unless something is."""
    primary = {one["id"] for one in results.facts["analyses"] if one["role"] == "primary"}
    key = "comparison.restricted_note_primary" if any(row.analysis in primary for row in rows) else "comparison.restricted_note"
    return results.say(key)


def _rows(results: Results, analyses: set[str]) -> list[Row]:
    """Give the differences of some analyses; those by subgroup stand in the table of subgroups."""
    return [
        row for row in declared_estimates(results) if row.analysis in analyses and row.estimand in DIFFERENCES and row.level == EVERYBODY
    ]


def _line(results: Results, row: Row) -> Line:
    there = known(row.estimate)
    unit = results.say("table.percentage_points")
    value = results.plain(row.estimate, row.measure_unit) if there else absent(results, row)
    if there and row.measure_unit == "share":
        value = f"{value} {unit}"
    numbers = (results.number(int(n), 0) if known(n) else "" for n in (row.n_a, row.n_b))
    cells = (
        Cell(value, note_texts(results, row.note)),
        Cell(interval_text(results, row).strip("()") if there else ""),
        Cell(p_texts(results, row)),
        *(Cell(number) for number in numbers),
    )
    return Line(place_label(results, row), cells)
