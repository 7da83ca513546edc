"""Differences within subgroups, and whether they differ from each other; no test inside a subgroup."""

from typing import Any

from pipeline.render.labels import answer_label, answer_order, first_place, level_label
from pipeline.render.results import Results
from pipeline.render.selection import MERGED, Row, declared_estimates, known, note_texts, outcome_in_wave
from pipeline.render.tables.parts import (
    GroupValues,
    absent,
    confidence_level,
    described_rows,
    group_cell,
    group_values,
    inside_names,
    interval_text,
    p_text,
)
from pipeline.render.tables.restricted import DIFFERENCES
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table, hoist_notes
from pipeline.render.wording.estimates import compared_text, restricted_text
from pipeline.render.wording.phrases import references
from pipeline.spec.naming import split_reference
from pipeline.spec.vocabulary import EVERYBODY

INTERACTION = "interaction"


def by_subgroup_table(results: Results) -> Table | None:
    """Table of the differences in every subgroup of the declared analyses; None when there is none."""
    rows = [row for row in declared_estimates(results) if row.level != EVERYBODY or row.estimand == INTERACTION]
    rows = [row for row in rows if row.group_b and (row.estimand in DIFFERENCES or row.estimand == INTERACTION)]
    if not rows:
        return None
    analyses = [analysis for analysis in results.facts["analyses"] if analysis["id"] in {row.analysis for row in rows}]
    say, values = results.say, group_values(results)
    columns = (
        *(ColumnHead(results.group_label(group), say("table.mean_or_share")) for group in results.groups),
        ColumnHead(say("table.adjusted"), say("table.difference_above")),
        ColumnHead(say("table.interval", level=confidence_level(results, rows)), say("table.difference_above")),
        ColumnHead(say("table.p_interaction")),
    )
    lines: list[Line] = []
    for analysis in analyses:
        mine = [row for row in rows if row.analysis == analysis["id"]]
        for reference in analysis["outcomes"]:
            here = [row for row in mine if (row.outcome, row.wave) == split_reference(reference)]
            lines += _outcome_lines(results, _of_all(results, values, analysis), analysis, here)
    adjusted_for = references(
        results, " ".join(dict.fromkeys(name for row in rows if isinstance(row.covariates, str) for name in row.covariates.split()))
    )
    note = "table.subgroups_note" if adjusted_for else "table.subgroups_note_raw"
    footnotes = (results.say_with(note, {"covariates": adjusted_for, **inside_names(results)}),)
    own = {one["id"] for one in analyses if _of_all(results, values, one)}
    places = (
        (row.outcome, row.wave, row.level, group)
        for row in rows
        if row.analysis in own and row.level != EVERYBODY
        for group in results.groups
    )
    shows = (*rows, *(one for place in dict.fromkeys(places) for one in described_rows(values, place)))
    caption, stub = say("table.subgroups_caption"), say("table.subgroup")
    return hoist_notes(Table("subgroups", caption, stub, columns, tuple(lines), footnotes, shows=shows))


def _of_all(results: Results, values: GroupValues, analysis: dict[str, Any]) -> GroupValues:
    """Give the groups' own values where an analysis is about everybody in them; nothing where it is about other people."""
    return {} if restricted_text(results, analysis) or compared_text(results, analysis) else values


def _outcome_lines(results: Results, values: GroupValues, analysis: dict[str, Any], rows: list[Row]) -> list[Line]:
    """Give a heading for one outcome, a row per subgroup, and the difference between the differences."""
    if not rows:
        return []
    unit = f" ({results.say('table.share_unit')})" if rows[0].measure_unit == "share" else ""
    name = outcome_in_wave(results, rows[0].outcome, rows[0].wave)
    about = "".join(f" – {part}" for part in (compared_text(results, analysis), restricted_text(results, analysis)) if part)
    lines = [Line(f"{name}: {results.inside(results.label('analysis', analysis['id']))}{unit}{about}")]
    for variable in analysis["by"]:
        order = answer_order(results, variable)
        within = [row for row in rows if row.estimand != INTERACTION and row.level.startswith(f"{variable}=")]
        within.sort(key=lambda row: first_place(order, row.level.partition("=")[2]))
        lines += [_level_line(results, values, row) for row in within]
        between = [
            row
            for row in rows
            if row.estimand == INTERACTION and f"{variable}=" in (row.term[: len(variable) + 1], row.level[: len(variable) + 1])
        ]
        lines += [_interaction_line(results, row) for row in between]
    return lines


def _level_line(results: Results, values: GroupValues, row: Row) -> Line:
    variable, _, code = row.level.partition("=")
    plain = results.has_label("answer", code.split(MERGED)[0], variable)
    header = f"{results.label('variable', variable)}: {answer_label(results, variable, code)}" if plain else level_label(results, row.level)
    groups = (group_cell(results, values, (row.outcome, row.wave, row.level, group)) for group in results.groups)
    return Line(header, (*groups, *_difference_cells(results, row), Cell("")))


def _interaction_line(results: Results, row: Row) -> Line:
    """Name which subgroup minus which, as in ``sex=woman - sex=man``."""
    levels = [part.strip() for part in row.term.split(" - ")] if "=" in row.term else [row.level]
    names = [level_label(results, level) for level in levels]
    header = results.say("table.between_subgroups", levels=f" {results.say('table.minus')} ".join(names))
    return Line(header, (Cell(""), Cell(""), *_difference_cells(results, row), Cell(p_text(results, row.p_value))))


def _difference_cells(results: Results, row: Row) -> tuple[Cell, Cell]:
    there = known(row.estimate)
    text = results.plain(row.estimate, row.measure_unit) if there else absent(results, row)
    return Cell(text, note_texts(results, row.note)), Cell(interval_text(results, row).strip("()") if there else "")
