"""Rows of text with a delimiter between cells: as Swedish survey tools, registers and LimeSurvey write them."""

import csv
import re

from pipeline.errors import Problem, ResearcherError
from pipeline.exports.export import PLAIN_NUMBER, Export

LINE_BREAK = re.compile(r"\r\n|\r")


def write_register(export: Export) -> bytes:
    """Write a table as plain CSV: commas, UTF-8, one line per row, cells quoted only where they must be."""
    return export.table.to_csv(index=False, lineterminator="\n").encode("utf-8")


def write_swedish(export: Export) -> bytes:
    """Write a table as Swedish CSV: semicolons, cp1252, CRLF, a decimal comma in columns of numbers.

    Raises
    ------
    ResearcherError
        When a character is not in cp1252.
    """
    table = export.table.copy()
    for heading in table.columns:
        if export.column(heading).kind == "number":
            table[heading] = [cell.replace(".", ",") if PLAIN_NUMBER.fullmatch(cell) else cell for cell in table[heading]]
    try:
        return table.to_csv(index=False, sep=";", lineterminator="\r\n").encode("cp1252")
    except UnicodeEncodeError as error:
        found = f"'{error.object[error.start]}' cannot be written"
        remedy = "Take the character out of the texts, or declare another encoding or format for the source."
        raise ResearcherError([Problem("an export in cp1252", found, "the characters of cp1252", remedy)]) from error


def write_limesurvey(export: Export) -> bytes:
    """Write a table as LimeSurvey does: byte order mark, every field quoted, a blank line at the end.

    Rows end with CRLF, lines within answers with LF; a cell that begins with ``=``
    is masked by an apostrophe.
    """
    text = export.table.map(_masked).to_csv(index=False, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    return f"\ufeff{text}\r\n".encode()


def _masked(cell: str) -> str:
    plain = LINE_BREAK.sub("\n", cell)
    return f"'{plain}" if plain.startswith("=") else plain
