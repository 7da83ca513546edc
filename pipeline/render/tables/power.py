"""What the study could have found: the smallest difference that it would have detected, beside what it found."""

from pipeline.render.results import Results
from pipeline.render.selection import Row, known, outcome_in_wave, rows_of
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table, hoist_notes
from pipeline.render.wording.limits import cluster_unit
from pipeline.render.wording.outcomes import tested_together
from pipeline.render.wording.phrases import MISSING, difference, interval_text
from pipeline.spec.vocabulary import EVERYBODY


def power_rows(results: Results) -> list[Row]:
    """Give the detectable difference of each primary comparison that has one."""
    return [row for row in rows_of(results.rows(estimand="detectable_difference", level=EVERYBODY)) if known(row.estimate)]


def power_table(results: Results) -> Table | None:
    """Table of detectable differences; None when there is none."""
    rows = power_rows(results)
    if not rows:
        return None
    say = results.say
    power = results.percent(float(rows[0].reference_value))
    columns = (
        ColumnHead(say("comparison.detectable", power=power)),
        ColumnHead(say("comparison.matters")),
        ColumnHead(say("comparison.found")),
    )
    lines = tuple(_line(results, row) for row in rows)
    clustered = any(known(row.n_clusters) for row in rows)
    note = say("comparison.power_note_clusters", unit=cluster_unit(results)) if clustered else say("comparison.power_note")
    return hoist_notes(Table("power", say("comparison.power_caption"), say("table.outcome"), columns, lines, (note,), shows=tuple(rows)))


def detectable_note(results: Results, row: Row) -> tuple[str, ...]:
    """Say by which test a difference would be detected: Holm's first step, or one that stands alone."""
    count = tested_together(results, row)
    return (results.say("comparison.power_family", count=count) if count > 1 else results.say("comparison.power_alone"),)


def _line(results: Results, row: Row) -> Line:
    keys = {"analysis": row.analysis, "outcome": row.outcome, "wave": row.wave, "level": EVERYBODY, "term": row.term}
    found = next((one for one in rows_of(results.rows(**keys)) if one.estimand != row.estimand), None)
    bound = found.reference_value if found is not None else float("nan")
    shown = f"{difference(results, found.estimate, row.measure_unit)}\n{interval_text(results, found)}" if found is not None else MISSING
    cells = (
        Cell(f"±{difference(results, row.estimate, row.measure_unit)}", detectable_note(results, row)),
        Cell(difference(results, bound, row.measure_unit) if known(bound) else MISSING),
        Cell(shown if found is not None and known(found.estimate) else MISSING),
    )
    return Line(outcome_in_wave(results, row.outcome, row.wave), cells)
