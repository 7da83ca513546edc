"""Read a sheet of an Excel workbook (.xlsx) as text: what the cells hold, not how they look.

Before anything unpacks a workbook its zip directory is judged: it may be a bomb or
something else. Numbers lose the decimals they do not need, dates are written as ISO, TRUE and
FALSE in English whatever the language of the program. A formula gives the value
it had when the file was saved. An error value, and a formula that never had a
value, become the text ``#N/A`` or ``=A1+1``, so that the answer list decides.
"""

import datetime
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any

from python_calamine import CalamineError, SheetTypeEnum, SheetVisibleEnum, load_workbook

from pipeline.clean.cells import Columns, Headings, Imported, clock_text, number_text, text_cells
from pipeline.clean.importers.csv_text import headings_of, import_csv, tidied_rows
from pipeline.clean.importers.sheet import begins_of, counts_from_1904, extent, sheet_part, unmerge, unread_cells, workbook_part
from pipeline.errors import Problem, ResearcherError, raise_if_any, suggestion
from pipeline.spec.sources import EXCEL_1904, Source

OLD_CONTAINER = b"\xd0\xcf\x11\xe0"
"""Begins .xls files, and .xlsx files with a password."""
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
LARGEST = 512 * 2**20
"""Bytes after unpacking."""
MOST_PARTS = 10_000
GREATEST_RATIO = 200
"""Workbooks of survey answers shrink to a fifth or a thirtieth; what shrinks more than this is suspicious, if it is large."""
SMALL = 20 * 2**20
WORKBOOK = re.compile(rb"<(?:\w+:)?workbook[\s>]")
FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")
UNPACKING_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)
"""What the standard library raises on parts that are damaged, encrypted or packed in unknown ways."""

EXPORT_AGAIN = "Export the file again."
SAVE_AS_XLSX = "Save it as an Excel workbook (.xlsx), or export it as CSV and correct format of the source in study.toml."

FILL = "fill"
MOST_CELLS = 10_000_000
"""Blank ones between others included: the reader makes room for every cell up to the last."""


def import_xlsx(content: bytes, source: Source, where: str) -> Imported:
    """Read one sheet of an Excel workbook.

    Parameters
    ----------
    content : bytes
        The whole file.
    source : Source
        States ``sheet``, or leaves it to be the first visible one; its decimal
        sign is the one that numbers are written with; ``skip_rows``,
        ``heading_rows`` and ``headings`` say where the heading is.
    where : str
        File name for problems.

    Returns
    -------
    Imported
        Text cells below the first row that holds anything.

    Raises
    ------
    ResearcherError
        When it is no workbook that can be read, or has no such sheet.
    """
    workbook = open_workbook(content, where)
    try:
        name = source.sheet or _first_sheet(workbook)
        if name not in workbook.sheet_names:
            remedy = suggestion(name, workbook.sheet_names) or "Correct sheet of the source in study.toml."
            raise ResearcherError.of(where, f"has no sheet '{name}'", ", ".join(workbook.sheet_names), remedy)
        return _read_sheet(content, workbook, name, source, where)
    except (CalamineError, *UNPACKING_ERRORS, SyntaxError) as error:
        raise _damaged(where, error) from None


def open_workbook(content: bytes, where: str) -> Any:
    """Open a workbook that may be unpacked.

    Raises
    ------
    ResearcherError
        When it may not, as ``refuse_workbook`` says, or is damaged.
    """
    refuse_workbook(content, where)
    try:
        return load_workbook(io.BytesIO(content))
    except (CalamineError, *UNPACKING_ERRORS, SyntaxError) as error:
        raise _damaged(where, error) from None


def _damaged(where: str, error: Exception) -> ResearcherError:
    return ResearcherError.of(where, "is damaged", "", "Copy or export the file again.", (f"the reader says: {error}",))


def import_table(content: bytes, source: Source, where: str) -> Imported:
    """Read a table of a survey tool that exports workbooks and CSV alike: whichever of the two the file is."""
    return (import_xlsx if content.startswith(b"PK") else import_csv)(content, source, where)


def _first_sheet(workbook: Any) -> str:
    """Name the first sheet of cells that is not hidden; the first of all when every one is hidden."""
    sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    visible = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    return next(iter([*visible, *workbook.sheet_names]), "")


def _read_sheet(content: bytes, workbook: Any, name: str, source: Source, where: str) -> Imported:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = sheet_part(archive, name)
        calendar = EXCEL_1904 if counts_from_1904(archive) else ""
    height, width = extent(part)
    place = f"{where}, sheet '{name}'"
    if height * width > MOST_CELLS:
        found = f"reaches to row {height}, column {width}: {height * width} cells"
        remedy = "Delete what stands far away from the answers, or export as CSV."
        raise ResearcherError.of(place, found, f"{MOST_CELLS} cells", remedy)
    sheet = workbook.get_sheet_by_name(name)
    rows = sheet.to_python(skip_empty_area=False)
    top, left = sheet.start or (0, 0)
    for row, column, text in unread_cells(part):
        if top <= row < len(rows) and left <= column < len(rows[row]):
            rows[row][column] = text
    first = next((number for number in range(source.skip_rows, len(rows)) if any(value != "" for value in rows[number])), None)
    if first is None:
        raise ResearcherError.of(where, f"sheet '{name}' is empty", remedy="Name another in sheet of the source in study.toml.")
    merged = unmerge(rows, sheet.merged_cell_ranges, first + source.heading_rows, source.merged == FILL)
    if merged:
        remedy = (
            'Separate them and export again, or state merged = "fill" of the source in study.toml: each then has the value of the first.'
        )
        raise ResearcherError.of(place, f"{len(merged)} areas of answers are merged cells", "", remedy, tuple(merged))
    return _as_text([row[left:] for row in rows[first:]], name, source, calendar)


def _as_text(rows: list[list[Any]], name: str, source: Source, calendar: str) -> Imported:
    text_of = partial(sheet_text, decimal=source.decimal_written)
    above, below = rows[: source.heading_rows], rows[source.heading_rows :]
    written = [[text_of(value) for value in row] for row in above]
    headings = Headings(headings_of(written, source.headings))
    columns = Columns(len(headings), lambda position: text_cells([row[position] for row in below], text_of))
    said = ("calendar",) if calendar else ()
    stated = ("sheet",) if source.sheet else ()
    return Imported(headings, columns, sheet=name, calendar=calendar, stated=stated, said=said, above=tidied_rows(written))


def sheet_text(value: Any, decimal: str) -> str:
    """Write the value of one cell as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number_text(value, decimal)
    return TEXT_OF[type(value)](value)


TEXT_OF: dict[type, Callable[[Any], str]] = {
    bool: lambda value: str(value).upper(),
    datetime.date: datetime.date.isoformat,
    datetime.datetime: lambda value: value.isoformat(" ", "seconds"),
    datetime.time: lambda value: value.isoformat("seconds"),
    datetime.timedelta: lambda value: clock_text(value.total_seconds()),
}
"""Type of a cell's value -> how it is written."""


def refuse_workbook(content: bytes, where: str) -> None:
    """Let no workbook through that must not be unpacked.

    Parameters
    ----------
    content : bytes
        The whole file.
    where : str
        File name for problems.

    Raises
    ------
    ResearcherError
        When it is not a workbook, has a password, is damaged, too large once
        unpacked, or has definitions that its XML may not have.
    """
    if content.startswith(OLD_CONTAINER) and ENCRYPTED in content:
        remedy = "Save it without a password, in a folder that is protected instead."
        raise ResearcherError.of(where, "is protected with a password", remedy=remedy)
    if content.startswith(OLD_CONTAINER):
        raise ResearcherError.of(where, "is an old Excel workbook (.xls)", remedy=SAVE_AS_XLSX)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except UNPACKING_ERRORS:
        if content.startswith(b"PK"):
            raise ResearcherError.of(where, "is cut off or damaged", remedy="Copy or export the file again.") from None
        found = "is not an Excel workbook (.xlsx)" if content else "is empty"
        remedy = "Correct format of the source in study.toml, or export the file again as .xlsx."
        raise ResearcherError.of(where, found, remedy=remedy) from None
    with archive:
        raise_if_any(islice(_archive_problems(archive, where), 1))


def _archive_problems(archive: zipfile.ZipFile, where: str) -> Iterator[Problem]:
    """Judge the directory first; parts are unpacked only when it raises no doubt. The first problem is told."""
    parts = archive.infolist()
    place = workbook_part(archive)
    encrypted = any(part.flag_bits & 1 for part in parts)
    if not encrypted and not WORKBOOK.search(begins_of(archive, place)):
        found = "is a binary Excel workbook (.xlsb)" if place.endswith(".bin") else "is a zip file, but not an Excel workbook (.xlsx)"
        yield Problem(where, found, remedy=SAVE_AS_XLSX)
    if encrypted:
        yield Problem(where, "is protected with a password", remedy="Pack it again without a password.")
    yield from _size_problems(parts, where)
    yield from _part_problems(archive, where)


def _size_problems(parts: list[zipfile.ZipInfo], where: str) -> Iterator[Problem]:
    unpacked = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    if len(parts) > MOST_PARTS:
        yield Problem(where, f"is a zip file of {len(parts)} parts", f"{MOST_PARTS} parts", EXPORT_AGAIN)
    if unpacked > LARGEST:
        found = f"would be {unpacked / 2**20:,.0f} MB when unpacked"
        yield Problem(where, found, f"{LARGEST / 2**20:.0f} MB", "If it is a real export, export it as CSV.")
    if unpacked > SMALL and unpacked / packed > GREATEST_RATIO:
        found = f"would grow {unpacked / packed:,.0f} times when unpacked, to {unpacked / 2**20:,.0f} MB"
        yield Problem(where, found, f"{GREATEST_RATIO} times", "If it is a real export, export it as CSV.")


def _part_problems(archive: zipfile.ZipFile, where: str) -> Iterator[Problem]:
    """Unpack every part of XML once: it must be whole, and define nothing."""
    for part in archive.infolist():
        if not part.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        try:
            text = archive.read(part)
        except UNPACKING_ERRORS:
            yield Problem(where, f"is damaged in its part {part.filename}", remedy="Copy or export the file again.")
            return
        if any(mark in text for mark in FORBIDDEN):
            yield Problem(where, f"defines its own XML entities in {part.filename}, which no export does", remedy=EXPORT_AGAIN)
            return
