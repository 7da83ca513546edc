"""Excel: contents, one sheet per table and per figure's data, codebook; numbers as numbers.

After the guidance of the UK's Government Statistical Service: one table a sheet from the
first column, no merged cells, one line of headings, notes in a column of their own.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter

from pipeline.handover.amounts import ROLES, Amount, amounts_of
from pipeline.handover.document import Cell, Document, Picture, Table, Text, grid, words
from pipeline.handover.zipped import DATE
from pipeline.render.results import Results
from pipeline.tables.frames import FORMULA_STARTS
from pipeline.tables.glossary import DISTRIBUTIONS, ESTIMATES, FLOW

LEAST, LONGEST = 11, 60
"""Letters that a column of the sheet is wide at least, and at most."""
LINE, A4 = 15, 9
"""Points of a line's height, and how Excel calls the paper."""
DRAWN = (ESTIMATES, DISTRIBUTIONS, FLOW)
"""Tables of a release that figures are drawn from."""

Value = str | Amount


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, lines of text, and one table below them."""

    name: str
    title: str
    lines: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def workbook_of(document: Document, results: Results, author: str, day: date | None) -> bytes:
    """Write one report's tables, the data of its figures, and what the codes mean; the same bytes for the same document."""
    say = results.say
    tables = [(_sheet_name(part, place, say), part) for place, part in enumerate(document.parts) if isinstance(part, Table)]
    figures = [(_sheet_name(part, place, say), part) for place, part in enumerate(document.parts) if isinstance(part, Picture)]
    sheets = [_table_sheet(document, table, name, say) for name, table in tables]
    sheets += [_figure_sheet(name, picture) for name, picture in figures if picture.data]
    sheets += _codebook(results, {name for sheet in sheets for name in sheet.headings})
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    created = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else datetime(*DATE[:3], tzinfo=UTC)
    book.set_properties({"title": document.title, "author": author, "created": created})
    writer = _Writer(book)
    writer.write(_contents(document, sheets, say), links=True)
    for sheet in sheets:
        writer.write(sheet)
    book.close()
    return target.getvalue()


def _contents(document: Document, sheets: Iterable[Sheet], say: Any) -> Sheet:
    question = next((words(part.runs) for part in document.parts if isinstance(part, Text) and "lead" in part.look.split()), "")
    lines = tuple(filter(None, (question, document.mark, say("handover.workbook"))))
    rows = tuple((sheet.name, sheet.title) for sheet in sheets)
    return Sheet(say("page.contents"), document.title, lines, (say("handover.sheet"), say("handover.holds")), rows)


def _sheet_name(part: Table | Picture, place: int, say: Any) -> str:
    """Name a sheet as the page numbers what is on it; what has no number by its place among all."""
    if not part.count:
        return f"{say('handover.unnumbered')} {place}"
    return f"{say('handover.table' if isinstance(part, Table) else 'handover.figure')} {part.count}"


def _table_sheet(document: Document, table: Table, name: str, say: Any) -> Sheet:
    columns, rows = _columns(table, say), _rows(table)
    amounts = [[amounts_of(cell.text, document.language) for cell in line] for _, line in rows]
    roles = [[role for role in ROLES if any(role in line[place] for line in amounts)] for place in range(table.columns)]
    parted, marked = any(part for part, _ in rows), any(cell.marks for _, line in rows for cell in line)
    headings = [say("handover.part")] if parted else []
    for column, own in zip(columns, roles, strict=True):
        headings += [f"{column}: {say(f'handover.role.{role}')}" for role in own] if len(own) > 1 else [column]
    headings += [say("handover.remarks")] if marked else []
    cells = []
    for (part, line), found in zip(rows, amounts, strict=True):
        row: list[Value] = [part] if parted else []
        for cell, numbers, own in zip(line, found, roles, strict=True):
            row += [numbers.get(role, "") for role in own] if numbers else [cell.text, *[""] * (len(own) - 1)]
        cells.append((*row, *([_marks(line, columns)] if marked else [])))
    shares = any(isinstance(cell, Amount) and cell.form.endswith("%") for row in cells for cell in row)
    units = say("handover.units_share") if shares else say("handover.units")
    return Sheet(
        name, f"{name}. {table.caption}" if table.caption else name, (units, *table.notes), tuple(_different(headings)), tuple(cells)
    )


def _columns(table: Table, say: Any) -> list[str]:
    """Give each column one heading: those above one another are joined."""
    laid = grid(table.head, table.columns)
    columns = list(zip(*laid, strict=True)) or [()] * table.columns
    names = [" – ".join(dict.fromkeys(cell.text.replace("\n", " ") for cell in column if cell.text)) for column in columns]
    return [name or say("handover.column", count=place) for place, name in enumerate(names, start=1)]


def _rows(table: Table) -> list[tuple[str, list[Cell]]]:
    """Give each line of cells with the heading line that it stands under."""
    part, rows = "", []
    for line, cells in zip(table.body, grid(table.body, table.columns), strict=True):
        if len(line) == 1 and line[0].wide == table.columns > 1:
            part = line[0].text
        else:
            rows.append((part, cells))
    return rows


def _marks(line: Iterable[Cell], columns: Iterable[str]) -> str:
    return "; ".join(f"{column}: {cell.marks}" for column, cell in zip(columns, line, strict=True) if cell.marks)


def _different(names: Iterable[str]) -> Iterator[str]:
    """Tell headings of one name apart, as a table of a sheet must."""
    seen: dict[str, int] = {}
    for name in names:
        seen[name.lower()] = seen.get(name.lower(), 0) + 1
        yield f"{name} ({seen[name.lower()]})" if seen[name.lower()] > 1 else name


def _figure_sheet(name: str, picture: Picture) -> Sheet:
    """Give the rows of the release that a figure is drawn from, with the digits they have there."""
    headings, *rows = csv.reader(io.StringIO(picture.data))
    kinds = {column.name: column.kind for table in DRAWN if set(headings) <= set(table.names) for column in table.columns}
    numbers = [kinds.get(heading) in ("number", "count") for heading in headings]
    cells = tuple(tuple(map(_released, row, numbers)) for row in rows)
    return Sheet(name, f"{name}. {picture.caption}" if picture.caption else name, (picture.alt,), tuple(headings), cells)


def _released(cell: str, is_number: bool) -> Value:
    if is_number and cell:
        return Amount(float(cell), "General")
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


def _codebook(results: Results, names: set[str]) -> Iterator[Sheet]:
    """Say what the codes and the columns of the data mean."""
    say = results.say
    mine = results.labels[results.labels["language"] == results.language]
    rows = tuple((row.kind, row.parent, row.name, row.text) for row in mine.itertuples(index=False))
    titles = [say(f"handover.codebook.{key}") for key in ("kind", "parent", "code", "text")]
    yield Sheet(say("handover.codebook"), say("handover.codebook_title"), (), tuple(titles), rows)
    columns = {column.name: column.meaning for table in DRAWN for column in table.columns if column.name in names}
    if columns:
        told = (say("handover.columns_said"),)
        heads = (say("handover.codebook.column"), say("handover.codebook.meaning"))
        yield Sheet(say("handover.columns"), say("handover.columns_title"), told, heads, tuple(columns.items()))


class _Writer:
    """The book while it is written: one format per look."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._formats: dict[str, Any] = {}

    def write(self, sheet: Sheet, links: bool = False) -> None:
        """Add one sheet; ``links`` leads from its first column to the sheets named there."""
        page = self._book.add_worksheet(sheet.name)
        page.hide_gridlines(2)
        page.write_string(0, 0, sheet.title, self._format("title", {"bold": True, "font_size": 14}))
        for place, line in enumerate(sheet.lines, start=1):
            page.write_string(place, 0, line)
        top = 1 + len(sheet.lines)
        head = self._format("head", {"bold": True, "text_wrap": True, "valign": "top"})
        columns = [{"header": heading, "header_format": head} for heading in sheet.headings]
        bottom = top + max(1, len(sheet.rows))
        settings: Mapping[str, Any] = {
            "columns": columns,
            "autofilter": False,
            "style": "Table Style Light 1",
            "name": f"sheet_{len(self._book.worksheets())}",
        }
        page.add_table(top, 0, bottom, len(columns) - 1, settings)
        for down, row in enumerate(sheet.rows, start=top + 1):
            for across, cell in enumerate(row):
                self._write_cell(page, (down, across), cell, links and across == 0)
        widths = [
            max((len(cell) for row in sheet.rows if isinstance(cell := row[across], str)), default=0) for across in range(len(columns))
        ]
        widths = [min(LONGEST, max(LEAST, width + 2)) for width in widths]
        for across, width in enumerate(widths):
            page.set_column(across, across, width)
        lines = max(-(-len(heading) // (width - 2)) for heading, width in zip(sheet.headings, widths, strict=True))
        page.set_row(top, LINE * lines)
        page.set_landscape()
        page.set_paper(A4)
        page.fit_to_pages(1, 0)

    def _write_cell(self, page: Any, place: tuple[int, int], cell: Value, link: bool) -> None:
        if isinstance(cell, Amount):
            page.write_number(*place, cell.value, self._format(cell.form, {"num_format": cell.form}))
        elif link:
            page.write_url(*place, f"internal:'{cell}'!A1", string=cell)
        elif cell:
            page.write_string(*place, cell.replace("\n", " "))

    def _format(self, name: str, look: Mapping[str, Any]) -> Any:
        if name not in self._formats:
            self._formats[name] = self._book.add_format(look)
        return self._formats[name]
