"""Estimates that no table of their own shows, under their analyses: one grammar for every estimator and every kind of report.

A row needs nothing but its columns, so that an estimator that no template knows
is shown all the same.
"""

from collections.abc import Sequence
from itertools import groupby

from pipeline.render.primary import Question, in_declared_order
from pipeline.render.results import Results
from pipeline.render.selection import Row, capital, declared_estimates, is_main, known, note_texts, outcome_in_wave
from pipeline.render.tables.parts import (
    absent,
    analysis_header,
    confidence_level,
    estimate_cell,
    inside_names,
    interval_text,
    p_heading,
    p_texts,
)
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table, hoist_notes
from pipeline.render.wording.estimates import FACTS, is_there, place_label, quantity, size_text, written
from pipeline.spec.vocabulary import EVERYBODY

RATIOS = ("risk_ratio", "odds_ratio")
FOLDED_FROM = 12
"""Number of lines from which an analysis has a folded table of its own."""
Missing = tuple[object, ...]


def ratios_table(results: Results) -> Table | None:
    """Table of the ratios that compare all participants with all controls; None when there is none."""
    rows = [row for row in declared_estimates(results) if _is_main_ratio(results, row)]
    if not rows:
        return None
    say = results.say
    found = {(row.outcome, row.wave, row.analysis, row.estimand): row for row in rows}
    above = say("table.ratio_above", level=confidence_level(results, rows))
    columns = tuple(ColumnHead(capital(say(f"estimand.{estimand}")), above) for estimand in RATIOS)
    lines = tuple(
        Line(
            outcome_in_wave(results, outcome, wave),
            tuple(estimate_cell(results, found.get((outcome, wave, analysis, one))) for one in RATIOS),
        )
        for outcome, wave, analysis in dict.fromkeys(key[:3] for key in found)
    )
    caption, note = (say(f"table.ratios_{part}", **inside_names(results)) for part in ("caption", "note"))
    return hoist_notes(Table("ratios", caption, say("table.outcome"), columns, lines, (note,), shows=tuple(rows)))


def _is_main_ratio(results: Results, row: Row) -> bool:
    analysis = next(one for one in results.facts["analyses"] if one["id"] == row.analysis)
    return row.estimand in RATIOS and row.level == EVERYBODY and is_main(results, analysis)


def primary_table(results: Results, questions: Sequence[Question]) -> Table | None:
    """Table of the primary questions that no other table of the main results shows; None without any."""
    rows = [row for question in questions for row in question.rows]
    return _table(results, "primary", results.say("table.primary_caption"), rows) if rows else None


def other_estimates_tables(results: Results, rows: Sequence[Row]) -> list[Table]:
    """Give the given estimates under their analyses: long analyses folded, each in a table of its own; the others in one table first."""
    found = {name: [row for row in rows if row.analysis == name] for name in dict.fromkeys(row.analysis for row in rows)}
    long = [name for name, mine in found.items() if len(_lines(results, _by_place(results, mine))) >= FOLDED_FROM]
    short = [row for row in rows if row.analysis not in long]
    tables = [_table(results, "others", results.say("table.others_caption"), short)] if short else []
    return [*tables, *(_folded(results, name, found[name]) for name in long)]


def _folded(results: Results, name: str, rows: list[Row]) -> Table:
    """Give one analysis in a table that opens on request."""
    label = results.label("analysis", name)
    fold = results.say("table.others_fold", analysis=label, count=len(rows))
    return _table(results, f"others-{name}".replace("_", "-"), label, rows, fold)


def _table(results: Results, name: str, caption: str, rows: Sequence[Row], fold: str = "") -> Table:
    say = results.say
    verdicts = any(row.verdict for row in rows)
    columns = (
        ColumnHead(say("table.what"), number=False),
        ColumnHead(say("table.estimate")),
        ColumnHead(say("table.interval", level=confidence_level(results, list(rows)))),
        ColumnHead(p_heading(results, rows)),
        ColumnHead(say("table.n_heading")),
        *([ColumnHead(say("table.verdict"), number=False)] if verdicts else []),
    )
    lines: list[Line] = []
    for analysis in dict.fromkeys(row.analysis for row in rows):
        mine = _by_place(results, [row for row in rows if row.analysis == analysis])
        lines += [Line(analysis_header(results, mine[0])), *_lines(results, mine, verdicts)]
    notes = (say("table.others_note"),) if any(known(row.n_b) for row in rows) else ()
    return hoist_notes(Table(name, caption, say("table.outcome"), columns, tuple(lines), notes, fold, tuple(rows)))


def _by_place(results: Results, rows: Sequence[Row]) -> list[Row]:
    """Order estimates of one analysis level by level, and outcome by outcome within each."""
    outcomes = list(dict.fromkeys((row.outcome, row.wave) for row in rows))
    return in_declared_order(results, sorted(rows, key=lambda row: outcomes.index((row.outcome, row.wave))))


def _lines(results: Results, rows: Sequence[Row], verdicts: bool = False) -> list[Line]:
    """Give a line per estimate; those of one place that are not there for the same reason share one."""
    lines: list[Line] = []
    for missing, members in groupby(rows, _missing):
        here = list(members)
        lines += [_absent_line(results, here, verdicts)] if missing and len(here) > 1 else [_line(results, row, verdicts) for row in here]
    return lines


def _missing(row: Row) -> Missing:
    """Give the place and the reason of an estimate that is not there; nothing for one that is."""
    return () if is_there(row) else (row.outcome, row.wave, row.level, row.note)


def _absent_line(results: Results, rows: list[Row], verdicts: bool) -> Line:
    quantities = Cell(results.say("table.so_many_estimates", count=len(rows)))
    cells = (quantities, Cell(absent(results, rows[0]), note_texts(results, rows[0].note)), *[Cell("")] * (3 + verdicts))
    return Line(place_label(results, rows[0]), cells)


def _line(results: Results, row: Row, verdicts: bool) -> Line:
    there = is_there(row)
    counts = (row.n_a, row.n_b) if known(row.n_b) else (row.n,)
    size = size_text(results, row)
    cells = (
        Cell(f"{quantity(results, row)}\n{size}" if size else quantity(results, row)),
        Cell(written(results, row) if there else absent(results, row), note_texts(results, row.note)),
        Cell(interval_text(results, row).strip("()") if known(row.estimate) and row.estimand not in FACTS else ""),
        Cell(p_texts(results, row)),
        Cell(" / ".join(results.number(int(n), 0) for n in counts if known(n))),
        *([Cell(results.say(f"verdict.{row.verdict}") if row.verdict else "")] if verdicts else []),
    )
    return Line(place_label(results, row), cells)
