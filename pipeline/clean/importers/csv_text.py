"""Read a CSV file as text: no type is guessed, no cell is taken for missing."""

import csv
import io
import re
import sys
import unicodedata

import numpy as np
import pandas as pd
import pyarrow
from pyarrow import csv as arrow_csv

from pipeline.clean.importers.encoding import decode
from pipeline.clean.importers.imported import Imported
from pipeline.errors import Problem, examples
from pipeline.spec.declaration import Source

DELIMITERS = (";", ",", "\t")
QUOTE = ord('"')
BEFORE_HEADING = "\r\n\ufeff"
"""Blank lines and a misplaced byte order mark, which readers skip in different ways."""


def import_csv(content: bytes, source: Source, where: str) -> Imported:
    """Read a CSV file as exported.

    Parameters
    ----------
    content : bytes
        The whole file.
    source : Source
        States ``encoding`` and ``delimiter``, or leaves them to be detected.
    where : str
        File name for problems.

    Returns
    -------
    Imported
        Text cells, or the problems: not decodable, no heading, quotation marks
        that do not pair, rows with too few or too many cells.
    """
    decoded = decode(content, source.encoding, where)
    if decoded.problem:
        return Imported(problems=(decoded.problem,))
    text = decoded.text.lstrip(BEFORE_HEADING)
    if not text:
        return Imported(problems=(Problem(where, "is empty", remedy="Export it again."),))
    delimiter = source.delimiter or detected_delimiter(text)
    problem = quotation_problem(text, delimiter, where)
    if problem:
        return Imported(problems=(problem,))
    headings = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    problem = delimiter_problem(headings, delimiter, where)
    if problem:
        return Imported(problems=(problem,))
    columns, problems = read_cells(text, delimiter, len(headings), where)
    stated = tuple(name for name in ("encoding", "delimiter") if getattr(source, name))
    tidy = tuple(unicodedata.normalize("NFC", heading).strip() for heading in headings)
    return Imported(tidy, columns, decoded.encoding, delimiter, stated, problems)


def detected_delimiter(text: str) -> str:
    """Give the delimiter that the heading holds most of, outside quotation marks; a comma if none."""
    heading = re.split(r"[\r\n]", re.sub(r'"[^"]*"', "", text[:100_000]), maxsplit=1)[0]
    counts = {delimiter: heading.count(delimiter) for delimiter in DELIMITERS}
    most = max(counts, key=lambda delimiter: counts[delimiter])
    return most if counts[most] else ","


def delimiter_problem(headings: list[str], delimiter: str, where: str) -> Problem | None:
    """Find a heading that another delimiter would split, and this one does not."""
    others = [other for other in DELIMITERS if other != delimiter and len(headings) == 1 and other in headings[0]]
    if not others:
        return None
    found = f"delimiter {delimiter!r} gives one column, but the heading holds {others[0]!r}"
    return Problem(where, found, ", ".join(map(repr, DELIMITERS)), "Correct delimiter of the source in study.toml.")


def quotation_problem(text: str, delimiter: str, where: str) -> Problem | None:
    """Find a quotation mark that opens a cell and never closes it, or closes it too early.

    Such a mark makes readers swallow rows without a word. Marks inside a cell
    that does not begin with one are ordinary characters.
    """
    if '"' not in text or _marks_pair(text.encode("utf-8"), delimiter):
        return None
    csv.field_size_limit(sys.maxsize)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    started = 1
    try:
        for _ in reader:
            started = reader.line_num + 1
    except csv.Error:
        return Problem(
            where,
            f"a quotation mark in the row that begins on line {started} is not closed, or is followed by more text",
            'a mark inside a quoted cell is written twice: ""',
            "Export the file again; if it was edited by hand, restore the original.",
        )
    return None


def _marks_pair(content: bytes, delimiter: str) -> bool:
    """Say whether all marks open right after, and close right before, a delimiter, a line end or another mark."""
    data = np.frombuffer(content, dtype=np.uint8)
    marks = np.flatnonzero(data == QUOTE)
    if len(marks) % 2:
        return False
    neighbours = np.array([ord(delimiter), ord("\n"), ord("\r"), QUOTE], dtype=np.uint8)
    opening, closing = marks[::2], marks[1::2]
    before = data[opening[opening > 0] - 1]
    after = data[closing[closing < len(data) - 1] + 1]
    return bool(np.isin(before, neighbours).all() and np.isin(after, neighbours).all())


def read_cells(text: str, delimiter: str, width: int, where: str) -> tuple[tuple[pd.Series, ...], tuple[Problem, ...]]:
    """Read all cells below the heading, each distinct text once; blank lines do not count as rows."""
    ragged: list[str] = []

    def note(row: arrow_csv.InvalidRow) -> str:
        ragged.append(f"data row {row.number - 1}: {row.actual_columns} cells instead of {row.expected_columns}")
        return "skip"

    content = text.encode("utf-8") + b"\n"  # a heading without line end is no row to the reader; one more blank line is none
    names = [str(position) for position in range(width)]
    table = arrow_csv.read_csv(
        pyarrow.py_buffer(content),
        read_options=arrow_csv.ReadOptions(use_threads=False, column_names=names, skip_rows_after_names=1, block_size=len(content) + 1),
        parse_options=arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=note),
        convert_options=arrow_csv.ConvertOptions(
            strings_can_be_null=False, column_types=dict.fromkeys(names, pyarrow.dictionary(pyarrow.int32(), pyarrow.string()))
        ),
    )
    columns = tuple(pd.Series(column.to_pandas()) for column in table.columns)
    return columns, _ragged_problems(ragged, where)


def _ragged_problems(ragged: list[str], where: str) -> tuple[Problem, ...]:
    if not ragged:
        return ()
    remedy = "A cell with the delimiter or a line break must be quoted: export the file again, or correct delimiter in study.toml."
    return (Problem(where, f"{len(ragged)} rows have not as many cells as the heading", details=examples(ragged), remedy=remedy),)
