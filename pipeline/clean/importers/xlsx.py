"""Read a sheet of an Excel workbook (.xlsx) as text: what the cells hold, not how they look.

Numbers lose the decimals they do not need, dates are written as ISO, TRUE and
FALSE in English whatever the language of the program. A formula gives the value
it had when the file was saved. An error value, and a formula that never had a
value, become the text ``#N/A`` or ``=A1+1``, so that the answer list decides.
"""

import datetime
import io
import zipfile
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from python_calamine import CalamineError, SheetTypeEnum, SheetVisibleEnum, load_workbook

from pipeline.clean.cells import Imported, clock_text, number_text, text_cells
from pipeline.clean.importers.csv_text import headings_of
from pipeline.clean.importers.sheet import counts_from_1904, extent, sheet_part, unmerge, unread_cells
from pipeline.clean.importers.workbook import UNPACKING_ERRORS, refuse_workbook
from pipeline.errors import ResearcherError, suggestion
from pipeline.spec.sources import EXCEL_1904, Source

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
    refuse_workbook(content, where)
    try:
        workbook = load_workbook(io.BytesIO(content))
        name = source.sheet or _first_sheet(workbook)
        if name not in workbook.sheet_names:
            remedy = suggestion(name, workbook.sheet_names) or "Correct sheet of the source in study.toml."
            raise ResearcherError.of(where, f"has no sheet '{name}'", ", ".join(workbook.sheet_names), remedy)
        return _read_sheet(content, workbook, name, source, where)
    except (CalamineError, *UNPACKING_ERRORS, SyntaxError) as error:
        raise ResearcherError.of(where, "is damaged", "", "Copy or export the file again.", (f"the reader says: {error}",)) from None


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
    headings = headings_of([[text_of(value) for value in row] for row in above], source.headings)
    values: Iterable[tuple] = zip(*below, strict=True) if below else [()] * len(headings)
    columns = tuple(text_cells(column, text_of) for column in values)
    said = ("calendar",) if calendar else ()
    return Imported(headings, columns, sheet=name, calendar=calendar, stated=("sheet",) if source.sheet else (), said=said)


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
