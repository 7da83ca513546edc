"""Cells that several tables share: an estimate, its interval, a group's mean or share."""

from collections.abc import Iterable

from pipeline.render.results import Results
from pipeline.render.selection import Row, known, note_texts, rows_of, those_there
from pipeline.render.tables.table import Cell
from pipeline.render.wording.estimates import compared_text, restricted_text
from pipeline.render.wording.phrases import interval_text, references

WITHHELD = "withheld"
GroupValues = dict[tuple[str, str, str, str, str], Row]
"""(outcome, wave, level, group, estimand) -> row of the description."""


def group_values(results: Results) -> GroupValues:
    """Give what is described of each group, for looking up."""
    rows = rows_of(results.rows(analysis="description"))
    return {(row.outcome, row.wave, row.level, row.group_a, row.estimand): row for row in rows}


def absent(results: Results, row: Row | None) -> str:
    """Say in a word or two why a number is not there: withheld, or not to be computed."""
    if row is None:
        return ""
    return results.say("table.withheld" if WITHHELD in row.note else "table.not_estimated")


def estimate_cell(results: Results, row: Row | None, headline: bool = False) -> Cell:
    """Write an estimate with its interval below; remarks become footnotes."""
    if row is None:
        return Cell("")
    notes = note_texts(results, row.note)
    if not known(row.estimate):
        return Cell(absent(results, row), notes, headline)
    return Cell(f"{results.plain(row.estimate, row.measure_unit)}\n{interval_text(results, row)}", notes, headline)


def group_cell(results: Results, values: GroupValues, key: tuple[str, str, str, str]) -> Cell:
    """Write a group's mean with its standard deviation, or its share, with the number of people below.

    Parameters
    ----------
    results : Results
    values : GroupValues
    key : tuple of str
        Outcome, wave, level, group.
    """
    share, mean = values.get((*key, "share")), values.get((*key, "mean"))
    row = share if share is not None else mean
    if row is None:
        return Cell("")
    if not known(row.estimate):
        return Cell(absent(results, row), note_texts(results, row.note))
    count = results.say("table.n", n=int(row.n)) if known(row.n) else ""
    if share is not None:
        return Cell(f"{results.percent(row.estimate, 1)}\n{count}")
    spread = values.get((*key, "standard_deviation"))
    deviation = f" ({results.number(spread.estimate)})" if spread is not None and known(spread.estimate) else ""
    return Cell(f"{results.number(row.estimate)}{deviation}\n{count}")


def described_rows(values: GroupValues, key: tuple[str, str, str, str]) -> tuple[Row, ...]:
    """Give the rows that ``group_cell`` writes."""
    share = values.get((*key, "share"))
    return those_there([share] if share is not None else [values.get((*key, name)) for name in ("mean", "standard_deviation")])


def p_text(results: Results, p: float) -> str:
    """Write a p-value for a cell; nothing when there is none."""
    return results.p_number(p) if known(p) else ""


def p_texts(results: Results, row: Row) -> str:
    """Write the p-value of a row for a cell, and the one adjusted in its family in brackets below."""
    adjusted = f"\n({results.p_number(row.p_adjusted)})" if known(row.p_adjusted) else ""
    return p_text(results, row.p_value) + adjusted


def adjusted_note(results: Results, rows: Iterable[Row | None]) -> tuple[str, ...]:
    """Say what p-values in brackets are; nothing where a table has none."""
    return (results.say("table.adjusted_note"),) if any(row is not None and known(row.p_adjusted) for row in rows) else ()


def p_heading(results: Results, rows: Iterable[Row]) -> str:
    """Head a column of p-values, and say that adjusted ones stand in it."""
    return results.say("table.p_and_adjusted" if any(known(row.p_adjusted) for row in rows) else "table.p")


def confidence_level(results: Results, rows: list[Row]) -> str:
    """Name the level of the intervals in a table; several levels are listed."""
    levels = sorted({float(row.confidence) for row in rows if known(row.confidence)})
    return ", ".join(results.percent(level) for level in levels) or results.percent(0.95)


def inside_names(results: Results) -> dict[str, str]:
    """Give the names of the groups compared as values for a sentence: ``first`` and ``second``."""
    first, second = (results.inside(results.group_label(code)) for code in results.groups)
    return {"first": first, "second": second}


def analysis_header(results: Results, row: Row) -> str:
    """Name an analysis with its role, what it adjusts for, which groups it compares, and who it is about where that is not everybody."""
    name, role = results.label("analysis", row.analysis), results.say(f"role.{row.role}")
    values = {"analysis": name, "role": role, "covariates": references(results, row.covariates)}
    header = results.say("table.analysis_adjusted", **values) if row.covariates else f"{name} ({role})"
    declared = next(one for one in results.facts["analyses"] if one["id"] == row.analysis)
    restricted = restricted_text(results, declared)
    about = [compared_text(results, declared), results.say("table.only", facts=restricted) if restricted else ""]
    return " – ".join(filter(None, [header, *about]))
