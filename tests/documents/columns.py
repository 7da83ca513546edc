"""The column glossary, docs/columns.md, from ``glossary``."""

from collections.abc import Iterable, Sequence

from pipeline.tables.glossary import TABLES, Column, TableContract

HEAD = """# Columns of every table

Generated from `pipeline/tables/columns.csv`; do not edit. Result tables are CSV files in `data/processed/<study>/`. They have these columns in
this order, whatever the study or the estimator. What does not apply is empty; a repeated key is refused.

Kinds: *text*; *number* (decimal point); *count* (a whole number, or empty); *flag* (True or False).
"""


def glossary_text() -> str:
    """Write docs/columns.md (Markdown)."""
    return HEAD + "".join(_section(table) for table in TABLES.values())


def _section(table: TableContract) -> str:
    rows = [(f"`{column.name}`", column.kind, _meaning(column)) for column in table.columns]
    key = ", ".join(f"`{name}`" for name in table.key)
    return f"\n## {table.name}.csv\n\nOne row per {key}.\n\n{as_table(('column', 'kind', 'meaning'), rows)}"


def _meaning(column: Column) -> str:
    values = ", ".join(f"`{value}`" for value in column.allowed if value)
    empty = " or empty" if "" in column.allowed else ""
    return f"{column.meaning}. One of {values}{empty}." if values else f"{column.meaning}."


def as_table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a Markdown table.

    Parameters
    ----------
    heading : sequence of str
    rows : iterable of sequences of str
        As many cells as the heading; a vertical bar in a cell is escaped.
    """
    lines = [heading, ["---"] * len(heading), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)
