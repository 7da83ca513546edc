"""Write CSV as LimeSurvey does.

Byte order mark, every field quoted, CRLF between rows and LF within cells, a
blank line at the end; a cell that begins with ``=`` is masked by an apostrophe.
"""

import csv
import re

from pipeline.simulate.exports.delimited import delimited
from pipeline.simulate.exports.export import Export

LINE_BREAK = re.compile(r"\r\n|\r")


def write_limesurvey(export: Export) -> bytes:
    """Write a table as a LimeSurvey export; line breaks within answers become LF, as LimeSurvey has them."""
    text = delimited(export.table.map(_masked), ",", "\r\n", csv.QUOTE_ALL)
    return f"\ufeff{text}\r\n".encode()


def _masked(cell: str) -> str:
    plain = LINE_BREAK.sub("\n", cell)
    return f"'{plain}" if plain.startswith("=") else plain
