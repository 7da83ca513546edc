"""The primary results by every method that the plan names for them: the one that decides, and the others below it."""

from pipeline.render.results import Results
from pipeline.render.selection import (
    OutcomeRows,
    Row,
    capital,
    declared_estimates,
    is_main,
    known,
    main_outcomes,
    note_texts,
    outcome_in_wave,
)
from pipeline.render.tables.parts import absent, confidence_level, interval_text, p_text
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table, hoist_notes
from pipeline.render.wording.estimates import is_there, quantity, written

METHODS = ("permutation", "wild_bootstrap", "cluster_bootstrap", "logistic", "poisson")
"""Estimators that answer the question of an adjusted difference in another way."""


def robustness_table(results: Results) -> Table | None:
    """Table of the primary outcomes, each by the method that decides and by the others; None where the plan names no others."""
    found = [(one, others) for one in main_outcomes(results) if one.is_primary and (others := _others(results, one))]
    if not found:
        return None
    say, rows = results.say, [row for one, others in found for row in (one.headline, *others)]
    columns = (
        ColumnHead(say("table.estimate")),
        ColumnHead(say("table.interval", level=confidence_level(results, rows))),
        ColumnHead(say("table.p")),
        ColumnHead(say("table.n_heading")),
        ColumnHead(say("table.clusters")),
    )
    lines: list[Line] = []
    for one, others in found:
        lines += [Line(outcome_in_wave(results, one.outcome, one.wave)), *(_line(results, row) for row in (one.headline, *others))]
    notes = (say("table.robustness_note"),)
    return hoist_notes(
        Table(
            "robustness", say("table.robustness_caption"), say("table.robustness_method"), columns, tuple(lines), notes, shows=tuple(rows)
        )
    )


def _others(results: Results, one: OutcomeRows) -> list[Row]:
    """Give the estimates of an outcome by other methods, of all participants and controls."""
    main = {analysis["id"] for analysis in results.facts["analyses"] if is_main(results, analysis)}
    rows = (row for row in declared_estimates(results) if row.analysis in main and row.estimator in METHODS)
    return [row for row in rows if (row.outcome, row.wave) == (one.outcome, one.wave)]


def _line(results: Results, row: Row) -> Line:
    cells = (
        Cell(written(results, row) if is_there(row) else absent(results, row), note_texts(results, row.note)),
        Cell(interval_text(results, row).strip("()") if known(row.estimate) else ""),
        Cell(p_text(results, row.p_value)),
        Cell(" / ".join(results.number(int(n), 0) for n in (row.n_a, row.n_b) if known(n))),
        Cell(results.number(int(row.n_clusters), 0) if known(row.n_clusters) else ""),
    )
    return Line(capital(quantity(results, row)), cells)
