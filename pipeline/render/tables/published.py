"""What was published of a study's measures elsewhere, beside the study's own figures: context, never a test."""

from collections.abc import Iterator
from typing import Any

from pipeline.render.results import Results
from pipeline.render.selection import Row, known, rows_of
from pipeline.render.tables.parts import absent
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table, hoist_notes
from pipeline.render.wording.phrases import listed, wave_name
from pipeline.spec.vocabulary import EVERYBODY

OWN = {"alpha": ("measurement", "cronbach_alpha"), "mean": ("description", "mean"), "share": ("description", "share")}
"""Figure -> analysis and estimand of the study's own."""


def published_table(results: Results) -> Table | None:
    """Table of published figures beside the study's own; None where no measure has any."""
    say = results.say
    columns = (
        ColumnHead(say("table.published_value")),
        ColumnHead(say("table.published_own"), number=False),
        ColumnHead(say("table.published_of"), number=False),
    )
    lines = [line for measure in results.facts["measures"] for line in _lines(results, measure)]
    if not lines:
        return None
    caption, note = say("table.published_caption"), say("table.published_note")
    return hoist_notes(Table("published", caption, say("table.measure"), columns, tuple(lines), (note,)))


def _lines(results: Results, measure: dict[str, Any]) -> Iterator[Line]:
    for one in measure.get("published", ()):
        category = results.label("category", one["category"], measure["name"]) if one["category"] else ""
        named = [results.label("measure", measure["name"]), category, results.say(f"table.published_{one['figure']}")]
        own = "; ".join(_own(results, measure["name"], one["figure"])) if not category else ""
        of = f"{one['of'][results.language]} ({one['source']})"
        yield Line(", ".join(filter(None, named)), (Cell(_written(results, one["figure"], one["value"])), Cell(own), Cell(of)))


def _own(results: Results, measure: str, figure: str) -> Iterator[str]:
    """Give the study's own figure in each wave: of each group, where it is one."""
    analysis, estimand = OWN[figure]
    rows = rows_of(results.rows(analysis=analysis, estimand=estimand, outcome=measure, level=EVERYBODY))
    for wave in dict.fromkeys(row.wave for row in rows):
        mine = sorted((row for row in rows if row.wave == wave), key=lambda row: (*results.groups, row.group_a).index(row.group_a))
        values = [_in_group(results, row, figure) for row in mine]
        yield f"{wave_name(results, wave)}: {listed(results, values)}" if wave else listed(results, values)


def _in_group(results: Results, row: Row, figure: str) -> str:
    value = _written(results, figure, row.estimate) if known(row.estimate) else absent(results, row)
    return f"{results.inside(results.group_label(row.group_a))} {value}" if row.group_a and len(results.groups) > 1 else value


def _written(results: Results, figure: str, value: float) -> str:
    return results.percent(value) if figure == "share" else results.number(value)
