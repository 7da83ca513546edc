"""What is not shown, so that nobody takes its absence for nothing."""

from collections.abc import Container, Iterator
from dataclasses import dataclass, field

from pipeline.render.results import Results
from pipeline.render.selection import MERGED, Key, Row, capital, note_texts, outcome_in_wave, rows_of, without
from pipeline.render.tables.parts import WITHHELD
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table

MOST_NAMED = 6
"""Up to this many outcomes are named; more are counted."""
REASONS = ("description", "levels", "balance", "attrition", "measurement", "factors", "care")
"""What every study gets beside its declared analyses; why a report leaves some of it out is ``unprinted.<analysis>``."""


@dataclass
class WithheldPart:
    """What is withheld and merged in one part of the release."""

    outcomes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    withheld: int = 0
    merged: int = 0


def unprinted_table(results: Results, printed: Container[Key]) -> Table | None:
    """Table of the numbers of the release that no table of the report shows, with the reason; None when all are shown.

    Parameters
    ----------
    results : Results
    printed : container of Key
        What the report's tables have shown.
    """
    rows = without(rows_of(results.estimates), printed)
    if not rows:
        return None
    say = results.say
    columns = (
        ColumnHead(say("table.which"), number=False),
        ColumnHead(say("table.unprinted_count")),
        ColumnHead(say("table.why"), number=False),
    )
    found = {where: [row for row in rows if row.analysis == where] for where in dict.fromkeys(row.analysis for row in rows)}
    lines = tuple(Line(_part(results, where), tuple(_unprinted_cells(results, mine))) for where, mine in found.items())
    return Table("unprinted", say("table.unprinted_caption"), say("table.where"), columns, lines)


def _part(results: Results, analysis: str) -> str:
    declared = results.has_label("analysis", analysis)
    return results.label("analysis", analysis) if declared else capital(results.say(f"table.analysis_{analysis}"))


def _unprinted_cells(results: Results, rows: list[Row]) -> Iterator[Cell]:
    names = [results.say(f"estimand.{name}") for name in dict.fromkeys(row.estimand for row in rows)]
    yield Cell(capital("; ".join(names)) if len(names) <= MOST_NAMED else results.say("table.so_many_kinds", count=len(names)))
    yield Cell(results.number(len(rows), 0))
    yield Cell(results.say(f"unprinted.{rows[0].analysis}" if rows[0].analysis in REASONS else "unprinted.declared"))


def withheld_table(results: Results) -> Table | None:
    """Table of withheld and merged numbers by the part of the report they belong to; None when all is shown."""
    parts: dict[str, WithheldPart] = {}
    _add_estimates(results, parts)
    _add_cells(results, parts)
    if not parts:
        return None
    say = results.say
    columns = (ColumnHead(say("table.which"), number=False), ColumnHead(say("table.withheld_count")), ColumnHead(say("table.merged_count")))
    lines = tuple(_line(results, where, hidden) for where, hidden in parts.items())
    merged = [say("table.merged_note")] if any(hidden.merged for hidden in parts.values()) else []
    return Table("withheld", say("table.withheld_caption"), say("table.where"), columns, lines, (say("table.withheld_note"), *merged))


def _add_estimates(results: Results, parts: dict[str, WithheldPart]) -> None:
    for row in rows_of(results.estimates[results.estimates["note"].str.contains(WITHHELD)]):
        hidden = parts.setdefault(_part(results, row.analysis), WithheldPart())
        hidden.outcomes.append(_name(results, row.outcome, row.wave))
        hidden.notes += note_texts(results, row.note)
        hidden.withheld += 1


def _add_cells(results: Results, parts: dict[str, WithheldPart]) -> None:
    for row in rows_of(results.distributions):
        merged = MERGED in row.row + row.column
        if row.withheld or merged:
            hidden = parts.setdefault(capital(results.say(f"table.exhibit_{row.exhibit}")), WithheldPart())
            hidden.outcomes.append(_name(results, row.outcome, row.wave))
            hidden.withheld += int(row.withheld)
            hidden.merged += int(merged)


def _line(results: Results, where: str, hidden: WithheldPart) -> Line:
    names = list(dict.fromkeys(hidden.outcomes))
    which = "; ".join(names) if len(names) <= MOST_NAMED else results.say("table.so_many", count=len(names))
    texts = (results.number(count, 0) for count in (hidden.withheld, hidden.merged))
    return Line(where, (Cell(which, tuple(dict.fromkeys(hidden.notes))), *(Cell(text) for text in texts)))


def _name(results: Results, outcome: str, wave: str) -> str:
    if outcome == "answered":
        return results.say("table.attrition_outcome", wave=results.label("wave", wave))
    if ">" in wave:
        before, after = (results.label("wave", one) for one in wave.split(">"))
        return f"{results.outcome_label(outcome)} ({before} → {after})"
    return outcome_in_wave(results, outcome, wave)
