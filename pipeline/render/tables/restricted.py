"""Comparisons among those who shared a situation before, such as those locked in: where selection shows."""

from collections.abc import Mapping
from typing import Any

from pipeline.render.results import Results
from pipeline.render.selection import Row, known, note_texts, other_estimates, outcome_in_wave
from pipeline.render.tables.parts import absent, adjusted_note, analysis_header, confidence_level, interval_text, p_texts
from pipeline.render.tables.table import Cell, Column, Line, Table
from pipeline.render.wording.phrases import compares_chosen_groups

DIFFERENCES = ("adjusted_mean_difference", "adjusted_risk_difference", "mean_difference", "risk_difference", "location_shift")


def restricted_analyses(results: Results) -> list[Mapping[str, Any]]:
    """Give the analyses that compare the sample's groups among part of the people."""
    return [one for one in results.facts["analyses"] if one["restrict"] and not compares_chosen_groups(results, one)]


def restricted_table(results: Results) -> Table | None:
    """Table of every difference among part of the people, under the part; None when the plan has none."""
    wanted = {one["id"] for one in restricted_analyses(results)}
    rows = [row for row in other_estimates(results) if row.analysis in wanted and row.estimand in DIFFERENCES]
    if not rows:
        return None
    say = results.say
    columns = (
        Column(say("table.estimate")),
        Column(say("table.interval", level=confidence_level(results, rows))),
        Column(say("table.p")),
        *(Column(results.group_label(code), say("comparison.people")) for code in results.groups),
    )
    lines: list[Line] = []
    for analysis in dict.fromkeys(row.analysis for row in rows):
        mine = [row for row in rows if row.analysis == analysis]
        lines.append(Line(analysis_header(results, mine[0])))
        lines += [_line(results, row) for row in mine]
    return Table(
        "restricted",
        say("comparison.restricted_caption"),
        say("table.outcome"),
        columns,
        tuple(lines),
        (say("comparison.restricted_note"), *adjusted_note(results, rows)),
    )


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
    return Line(outcome_in_wave(results, row.outcome, row.wave), cells)
