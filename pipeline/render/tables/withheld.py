"""What is not shown, so that nobody takes its absence for nothing."""

from collections import Counter

from pipeline.render.results import Results
from pipeline.render.selection import MERGED, capital, note_texts, outcome_in_wave, rows_of
from pipeline.render.tables.parts import WITHHELD
from pipeline.render.tables.table import Cell, Column, Line, Table


def withheld_table(results: Results) -> Table | None:
    """Table of withheld estimates, and of tables with withheld or merged cells; None when all is shown."""
    say = results.say
    lines = [*_estimate_lines(results), *_cell_lines(results)]
    if not lines:
        return None
    columns = (Column(say("table.where"), number=False), Column(say("table.withheld_count")), Column(say("table.merged_count")))
    return Table("withheld", say("table.withheld_caption"), say("table.outcome"), columns, tuple(lines), (say("table.withheld_note"),))


def _estimate_lines(results: Results) -> list[Line]:
    """Count the withheld estimates of each outcome and analysis."""
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for row in rows_of(results.estimates[results.estimates["note"].str.contains(WITHHELD)]):
        counts[row.outcome, row.wave, row.analysis, row.note] += 1
    lines = []
    for (outcome, wave, analysis, note), count in counts.items():
        declared = results.has_label("analysis", analysis)
        where = results.label("analysis", analysis) if declared else capital(results.say(f"table.analysis_{analysis}"))
        cells = (Cell(where, note_texts(results, note)), Cell(results.number(count, 0)), Cell(""))
        lines.append(Line(_name(results, outcome, wave), cells))
    return lines


def _cell_lines(results: Results) -> list[Line]:
    """Count the withheld and the merged cells of each table of answers, classes or moves."""
    counts: dict[tuple[str, str, str], Counter[str]] = {}
    for row in rows_of(results.distributions):
        merged = MERGED in row.row + row.column
        if row.withheld or merged:
            counts.setdefault((row.exhibit, row.outcome, row.wave), Counter()).update(
                {"withheld": int(row.withheld), "merged": int(merged)}
            )
    lines = []
    for (exhibit, outcome, wave), count in counts.items():
        texts = (results.number(count[kind], 0) for kind in ("withheld", "merged"))
        cells = (Cell(capital(results.say(f"table.exhibit_{exhibit}"))), *(Cell(text) for text in texts))
        lines.append(Line(_name(results, outcome, wave), cells))
    return lines


def _name(results: Results, outcome: str, wave: str) -> str:
    if outcome == "answered":
        return results.say("table.attrition_outcome", wave=results.label("wave", wave))
    if ">" in wave:
        before, after = (results.label("wave", one) for one in wave.split(">"))
        return f"{results.outcome_label(outcome)} ({before} → {after})"
    return outcome_in_wave(results, outcome, wave)
