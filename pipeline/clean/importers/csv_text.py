"""Read a CSV file as text: no type is guessed, no cell is taken for missing."""

import csv
import io
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, islice

import pandas as pd
import pyarrow
from pyarrow import csv as arrow_csv

from pipeline.clean.cells import Columns, Headings, Imported, shown
from pipeline.clean.importers.encoding import BYTE_ORDER_MARK, decode
from pipeline.errors import ResearcherError, examples
from pipeline.spec.folding import tidy
from pipeline.spec.sources import Source

DELIMITERS = (";", ",", "\t")
EXCEL_HINT = re.compile(r'\ufeff?"?sep=(.)"?(?:\r\n|\r|\n)', re.IGNORECASE)
"""A first line that tells Excel the delimiter."""
BETWEEN_HEADINGS = " | "
UNNAMED_ID = 2
"""Columns of a file whose heading may hold one name: an id without a heading, and one question."""
LOOKED_AT, ROWS_LOOKED_AT = 200_000, 100
"""Characters and rows from which the delimiter is detected."""
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$")
BLOCK = 2**25
"""Bytes that are read at a time; where a row does not fit, all at once."""
BEFORE_HEADING = "\r\n\ufeff"
"""Blank lines and a misplaced byte order mark, which readers skip in different ways."""
csv.field_size_limit(sys.maxsize)
NOT_BLANK = re.compile(b"[^" + BEFORE_HEADING.encode() + b"]")


def import_csv(content: bytes, source: Source, where: str) -> Imported:
    """Read a CSV file as exported.

    Parameters
    ----------
    content : bytes
        The whole file.
    source : Source
        States ``encoding`` and ``delimiter``, or leaves them to be detected;
        ``skip_rows``, ``heading_rows`` and ``headings`` say where the heading is.
    where : str
        File name for problems.

    Returns
    -------
    Imported

    Raises
    ------
    ResearcherError
        When it is not decodable, has no heading, quotation marks that do not
        pair, or rows with too few or too many cells.
    """
    decoded, encoding = decode(content, source.encoding, where)
    hint = EXCEL_HINT.match(decoded)
    said = hint[1] if hint and not source.delimiter else ""
    text = _below(decoded[hint.end() :] if hint else decoded, source.skip_rows - bool(hint))
    if not text:
        raise ResearcherError.of(where, "is empty", remedy="Export it again.")
    delimiter = source.delimiter or said or detected_delimiter(text)
    _refuse_open_quotations(text, delimiter, where)
    rows, end = heading_rows(text, delimiter, source.heading_rows)
    _refuse_other_delimiter(rows[0], delimiter, where)
    _refuse_title(rows[0], text[end : end + LOOKED_AT], source, where)
    headings = Headings(headings_of(rows, source.headings))
    above = tidied_rows(rows)
    if encoding.startswith("utf-8"):
        mark = len(BYTE_ORDER_MARK) if content.startswith(BYTE_ORDER_MARK) else 0
        body = memoryview(content)[mark + len(decoded[: len(decoded) - len(text) + end].encode("utf-8")) :]
    else:
        body = memoryview(text[end:].encode("utf-8"))
    del decoded, text  # of a large file only one copy is kept
    columns = read_cells(body, delimiter, len(headings), where)
    stated = tuple(name for name in ("encoding", "delimiter") if getattr(source, name))
    return Imported(headings, columns, encoding, delimiter, stated, ("delimiter",) if said else (), above=above)


def _below(text: str, rows: int) -> str:
    """Give the text below so many rows, blank lines included; then blank lines and marks before the heading do not count."""
    if rows > 0:
        text = text.lstrip("\ufeff")
        text = text[_first_rows(text, ",", lambda every: islice(every, rows))[1] :]
    return text.lstrip(BEFORE_HEADING)


def heading_rows(text: str, delimiter: str, count: int) -> tuple[list[list[str]], int]:
    """Give the cells of a text's heading rows, and where they end."""
    return _first_rows(text, delimiter, lambda rows: islice(filter(None, rows), count))


def _first_rows(text: str, delimiter: str, taken: Callable[[Iterator[list[str]]], Iterable[list[str]]]) -> tuple[list[list[str]], int]:
    """Read the rows that ``taken`` takes of all, and say where the last one ends."""
    ends = [0]

    def lines() -> Iterator[str]:
        for line in LINE.finditer(text):
            ends.append(line.end())
            yield line[0]

    rows = [*taken(csv.reader(lines(), delimiter=delimiter))]
    return rows, ends[-1]


def headings_of(rows: Sequence[Sequence[str]], which: str) -> tuple[str, ...]:
    """Make one heading per column of the heading rows.

    Parameters
    ----------
    rows : sequence of sequences of str
        Cells of the heading rows, top row first.
    which : {"first", "last", "joined"}
        The row that names the columns; ``joined`` puts all in one, where a
        blank cell of any row but the last has the text to its left.
    """
    tidied = tidied_rows(rows)
    if which != "joined":
        return tidied[0 if which == "first" else -1]
    filled = [list(accumulate(row, own_or_left)) for row in tidied[:-1]]
    columns = zip(*filled, tidied[-1], strict=True)
    return tuple(BETWEEN_HEADINGS.join(part for part in dict.fromkeys(column) if part) for column in columns)


def tidied_rows(rows: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """Give all heading rows one length, and their cells no outer blanks."""
    width = max(map(len, rows))
    return tuple((*(tidy(cell) for cell in row), *[""] * (width - len(row))) for row in rows)


def own_or_left(left: str, cell: str) -> str:
    """Give a blank cell of a heading the text to its left."""
    return cell or left


def detected_delimiter(text: str) -> str:
    """Give the delimiter that splits most rows into as many cells as the heading; of several, the one that gives most cells."""
    whole = text if len(text) <= LOOKED_AT else text[:LOOKED_AT].rpartition("\n")[0] or text.partition("\n")[0]
    found = {}
    for delimiter in DELIMITERS:
        rows = filter(None, csv.reader(io.StringIO(whole, newline=""), delimiter=delimiter))
        widths = [len(row) for row in islice(rows, ROWS_LOOKED_AT)]
        if widths and widths[0] > 1:
            found[delimiter] = (widths.count(widths[0]) / len(widths), widths[0])
    return max(found, key=lambda delimiter: found[delimiter], default=",")


def _refuse_other_delimiter(headings: list[str], delimiter: str, where: str) -> None:
    """Find a heading that another delimiter would split, and this one does not."""
    others = [other for other in DELIMITERS if other != delimiter and len(headings) == 1 and other in headings[0]]
    if others:
        found = f"delimiter {delimiter!r} gives one column, but the heading holds {others[0]!r}"
        raise ResearcherError.of(where, found, ", ".join(map(repr, DELIMITERS)), "Correct delimiter of the source in study.toml.")


def _refuse_title(heading: list[str], below: str, source: Source, where: str) -> None:
    """Find a line of one cell above rows of several: a title, not the heading."""
    sizes = [len(next(filter(None, csv.reader(io.StringIO(below, newline=""), delimiter=sign)), [])) for sign in DELIMITERS]
    if len([cell for cell in heading if cell.strip()]) == 1 and len(heading) != UNNAMED_ID and max(sizes) > 1:
        found = f"its heading {shown(heading[0])} is one cell, but the row below has {max(sizes)}"
        remedy = f"If that is a title above the heading, state skip_rows = {source.skip_rows + 1} of the source in study.toml."
        raise ResearcherError.of(where, found, remedy=remedy)


def _refuse_open_quotations(text: str, delimiter: str, where: str) -> None:
    """Find a quotation mark that opens a cell and never closes it, or closes it too early.

    Such a mark makes readers swallow rows without a word. Marks inside a cell
    that does not begin with one are ordinary characters.
    """
    if _quotes_whole_cells(text, delimiter):
        return
    reader = csv.reader((line[0] for line in LINE.finditer(text)), delimiter=delimiter, strict=True)
    started = 1
    try:
        for _ in reader:
            started = reader.line_num + 1
    except csv.Error:
        found = f"a quotation mark in the row that begins on line {started} is not closed, or is followed by more text"
        remedy = "Export the file again; if it was edited by hand, restore the original."
        raise ResearcherError.of(where, found, 'a mark inside a quoted cell is written twice: ""', remedy) from None


def _quotes_whole_cells(text: str, delimiter: str) -> bool:
    """Say whether each mark opens or closes a whole cell on one line: then none is left open, and no row need be read for it."""
    first, *rest = text.split('"')
    inside, between, edges = rest[::2], rest[1:-1:2], (delimiter, "\n", "\r")
    if len(rest) % 2 or not all(part.startswith(edges) and part.endswith(edges) for part in between):
        return False
    at_ends = not rest or ((not first or first.endswith(edges)) and (not rest[-1] or rest[-1].startswith(edges)))
    return at_ends and not any("\n" in cell or "\r" in cell for cell in inside)


def read_cells(content: memoryview, delimiter: str, width: int, where: str) -> Sequence[pd.Series]:
    """Read all cells below the heading, each distinct text once; blank lines do not count as rows."""
    if not NOT_BLANK.search(content):
        return (pd.Series(pd.Categorical([], categories=pd.Index([], dtype="str"))),) * width
    ragged: list[str] = []

    def note(row: arrow_csv.InvalidRow) -> str:
        ragged.append(f"data row {row.number}: {row.actual_columns} cells instead of {row.expected_columns}")
        return "skip"

    names = [str(position) for position in range(width)]

    def table_of(block: int) -> pyarrow.Table:
        ragged.clear()
        return arrow_csv.read_csv(
            pyarrow.py_buffer(content),
            read_options=arrow_csv.ReadOptions(use_threads=False, column_names=names, block_size=block),
            parse_options=arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=note),
            convert_options=arrow_csv.ConvertOptions(
                strings_can_be_null=False, column_types=dict.fromkeys(names, pyarrow.dictionary(pyarrow.int32(), pyarrow.string()))
            ),
        )

    try:
        table = table_of(BLOCK)
    except pyarrow.ArrowInvalid:  # a row is longer than that
        table = table_of(len(content) + 1)
    if ragged:
        remedy = "A cell with the delimiter or a line break must be quoted: export the file again, or correct delimiter in study.toml."
        raise ResearcherError.of(where, f"{len(ragged)} rows have not as many cells as the heading", "", remedy, examples(ragged))
    return Columns(width, lambda position: pd.Series(table.column(position).unify_dictionaries().combine_chunks().to_pandas()))
