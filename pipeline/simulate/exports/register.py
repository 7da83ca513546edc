"""Write CSV as a register does: commas, UTF-8, one line per row, cells quoted only where they must be."""

from pipeline.simulate.exports.delimited import delimited
from pipeline.simulate.exports.export import Export


def write_register(export: Export) -> bytes:
    """Write a table as plain CSV."""
    return delimited(export.table, ",", "\n").encode("utf-8")
