"""What was done otherwise than the locked plan says."""

import json

from pipeline.render.results import Results
from pipeline.render.selection import rows_of
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table


def deviations_table(results: Results) -> Table | None:
    """Table of every key of the plan that differs in this run; None when nothing does."""
    rows = rows_of(results.deviations)
    if not rows:
        return None
    say = results.say
    columns = (ColumnHead(say("table.planned"), number=False), ColumnHead(say("table.done"), number=False))
    lines = tuple(Line(row.key, (Cell(_shown(results, row.before)), Cell(_shown(results, row.after)))) for row in rows)
    return Table("deviations", say("table.deviations_caption"), say("table.plan_key"), columns, lines)


def _shown(results: Results, text: str) -> str:
    """Write a JSON value without its brackets and quotes; an empty text means that the key was not there."""
    if not text:
        return results.say("table.not_in_plan")
    value = json.loads(text)
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or results.say("table.nothing")
    if isinstance(value, dict):
        return ", ".join(f"{key}: {one}" for key, one in value.items()) or results.say("table.nothing")
    return results.say("table.nothing") if value in ("", None) else str(value)
