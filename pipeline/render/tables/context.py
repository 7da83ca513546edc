"""Published figures that the results are read against, each with its source."""

from typing import Any

from pipeline.render.results import DECIMALS, Results
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table, hoist_notes


def context_table(results: Results) -> Table | None:
    """Table of the declared context figures; None without any. A source that all share stands once."""
    declared = results.facts.get("context", ())
    if not declared:
        return None
    say = results.say
    lines = tuple(
        Line(
            results.label("context", figure["id"]),
            (Cell(figure_text(results, figure), (results.label("context_source", figure["id"]),)),),
        )
        for figure in declared
    )
    return hoist_notes(Table("context", say("table.context_caption"), say("table.context_what"), (ColumnHead(say("table.figure")),), lines))


def figure_text(results: Results, figure: dict[str, Any]) -> str:
    """Write a context figure: shares as per cent, whole numbers without decimals."""
    value, measure_unit = figure["value"], figure["measure_unit"]
    if measure_unit == "share":
        return results.percent(value, DECIMALS["share"])
    return results.number(value, 0 if value == int(value) else DECIMALS[measure_unit])
