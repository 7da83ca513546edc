"""A table that people and screen readers can read.

A ``Table`` holds finished texts; what they say is decided by the module that
makes it. ``markup.element`` escapes them.

Classes for the page's style sheet: ``exhibit`` (the table) and ``wide`` (one of
many columns), ``table-scroll`` (the block round a table),
``number`` (right-aligned cell), ``headline`` (the estimate the verdict is about),
``section`` (a heading row), ``note-mark``, ``table-notes``, ``folded`` (the fold round a
long table). A table's id is ``table-<name>``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.render.looks import for_notebook
from pipeline.render.markup import Markup, element, joined

BREAK = Markup("<br>")
WIDE_FROM = 6
"""Number of columns from which a table has the class ``wide`` too."""
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class ColumnHead:
    """One column after the row headers: its heading, the heading above it, and whether it holds numbers."""

    heading: str
    above: str = ""
    """Heading that neighbouring columns share; empty: none."""
    number: bool = True
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cell:
    """One cell: its text, where a line break is a new line, and remarks that become footnotes."""

    text: str
    notes: tuple[str, ...] = ()
    headline: bool = False


@dataclass(frozen=True)
class Line:
    """One row: a header and its cells; without cells it heads the rows that follow."""

    header: str
    cells: tuple[Cell, ...] = ()
    notes: tuple[str, ...] = ()
    apart: bool = False
    """True: the row does not belong to the heading row above it."""


@dataclass(frozen=True)
class Table:
    """A finished table.

    Parameters
    ----------
    name : str
        Slug, unique in a report; the HTML id is ``table-<name>``.
    caption : str
        What the table shows, of whom.
    stub : str
        Heading of the column of row headers.
    columns : tuple of ColumnHead
    lines : tuple of Line
    footnotes : tuple of str
        Remarks about the whole table; remarks of cells are added to them with
        letters.
    fold : str
        Line that opens the table on the page, where it is long and few read it;
        empty: the table stands open.
    shows : tuple
        Rows of estimates whose numbers, or the word for their absence, stand in
        the table: what no table shows is listed by the report (``Sections.checks``,
        ``Sections.withheld``).
    """

    name: str
    caption: str
    stub: str
    columns: tuple[ColumnHead, ...]
    lines: tuple[Line, ...]
    footnotes: tuple[str, ...] = field(default=())
    fold: str = ""
    shows: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        for line in self.lines:
            if line.cells and len(line.cells) != len(self.columns):
                raise ValueError(f"table {self.name}, row '{line.header}': {len(line.cells)} cells under {len(self.columns)} columns")

    def _repr_html_(self) -> str:
        return str(to_html(self))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": for_notebook(to_html(self)), "text/plain": to_text(self)}


def cells(texts: Iterable[str]) -> tuple[Cell, ...]:
    """Make plain cells of texts."""
    return tuple(Cell(text) for text in texts)


def hoist_notes(table: Table) -> Table:
    """Move a remark that every filled cell of a column carries to the column's heading."""
    columns, lines = list(table.columns), [list(line.cells) for line in table.lines]
    for place, column in enumerate(columns):
        filled = [row[place] for row in lines if row and row[place].text]
        shared = tuple(note for note in (filled[0].notes if len(filled) > 1 else ()) if all(note in cell.notes for cell in filled))
        columns[place] = replace(column, notes=column.notes + shared)
        for row in (row for row in lines if row):
            row[place] = replace(row[place], notes=tuple(note for note in row[place].notes if note not in shared))
    kept = tuple(replace(line, cells=tuple(row)) for line, row in zip(table.lines, lines, strict=True))
    return replace(table, columns=tuple(columns), lines=kept)


def note_letters(table: Table) -> Mapping[str, str]:
    """Give each remark of headings, rows and cells its letter, in reading order."""
    groups = [column.notes for column in table.columns]
    groups += [notes for line in table.lines for notes in (line.notes, *(cell.notes for cell in line.cells))]
    remarks = dict.fromkeys(remark for notes in groups for remark in notes)
    return {remark: _letter(place) for place, remark in enumerate(remarks)}


def _letter(place: int) -> str:
    """Give a, b ... z, aa, ab ... for 0, 1 ..."""
    first, second = divmod(place, len(LETTERS))
    return (_letter(first - 1) if first else "") + LETTERS[second]


def to_html(table: Table) -> Markup:
    """Write the table as HTML: caption, scoped headers, notes below."""
    letters = note_letters(table)
    wide = " wide" if len(table.columns) >= WIDE_FROM else ""
    caption = element("caption", table.caption, id=f"caption-{table.name}")
    bodies = (element("tbody", *(_line_html(line, table, letters) for line in block)) for block in _blocks(table.lines))
    whole = element("table", caption, _head_html(table, letters), *bodies, class_=f"exhibit{wide}", id=f"table-{table.name}")
    scroll = element("div", whole, class_="table-scroll", role="region", aria_labelledby=f"caption-{table.name}", tabindex="0")
    shown = joined([scroll, _notes_html(table, letters)])
    return element("details", element("summary", table.fold), shown, class_="folded") if table.fold else shown


def _broken(text: str) -> Markup:
    """Escape a text and turn its line breaks into tags."""
    return joined(text.split("\n"), BREAK)


def _head_html(table: Table, letters: Mapping[str, str]) -> Markup:
    grouped = any(column.above for column in table.columns)
    depth = "2" if grouped else ""
    stub = element("th", _broken(table.stub), scope="col", rowspan=depth)
    lower = [_column_html(column, letters) for column in table.columns if column.above or not grouped]
    if not grouped:
        return element("thead", element("tr", stub, *lower))
    upper = [
        element("th", _broken(run[0].above), scope="colgroup", colspan=str(len(run)))
        if run[0].above
        else _column_html(run[0], letters, depth)
        for run in _runs(table.columns)
    ]
    return element("thead", element("tr", stub, *upper), element("tr", *lower))


def _column_html(column: ColumnHead, letters: Mapping[str, str], depth: str = "") -> Markup:
    heading = joined([_broken(column.heading), _marks_html(column.notes, letters)])
    return element("th", heading, scope="col", rowspan=depth, class_="number" if column.number else "")


def _runs(columns: tuple[ColumnHead, ...]) -> list[list[ColumnHead]]:
    """Put neighbouring columns under the same upper heading together; others stand alone."""
    runs: list[list[ColumnHead]] = []
    for column in columns:
        if runs and column.above and runs[-1][0].above == column.above:
            runs[-1].append(column)
        else:
            runs.append([column])
    return runs


def _blocks(lines: tuple[Line, ...]) -> list[list[Line]]:
    """Split the rows where a heading row begins, and where its rows end."""
    blocks: list[list[Line]] = []
    for line in lines:
        if not line.cells or line.apart or not blocks:
            blocks.append([])
        blocks[-1].append(line)
    return blocks


def _line_html(line: Line, table: Table, letters: Mapping[str, str]) -> Markup:
    header = joined([_broken(line.header), _marks_html(line.notes, letters)])
    if not line.cells:
        return element("tr", element("th", header, scope="rowgroup", colspan=str(len(table.columns) + 1)), class_="section")
    inner = (_cell_html(cell, column, letters) for cell, column in zip(line.cells, table.columns, strict=True))
    return element("tr", element("th", header, scope="row"), *inner)


def _cell_html(cell: Cell, column: ColumnHead, letters: Mapping[str, str]) -> Markup:
    names = [name for name, applies in (("number", column.number), ("headline", cell.headline)) if applies]
    return element("td", _broken(cell.text), _marks_html(cell.notes, letters), class_=" ".join(names))


def _marks_html(notes: tuple[str, ...], letters: Mapping[str, str]) -> Markup:
    return element("sup", " ".join(letters[note] for note in notes), class_="note-mark") if notes else Markup()


def _notes_html(table: Table, letters: Mapping[str, str]) -> Markup:
    lettered = (joined([element("sup", letter, class_="note-mark"), " ", remark]) for remark, letter in letters.items())
    items = [element("li", item) for item in (*table.footnotes, *lettered)]
    return element("ul", *items, class_="table-notes") if items else Markup()


def to_text(table: Table) -> str:
    """Write the table as plain text: caption, one line per row with bars between cells, notes."""
    letters = note_letters(table)
    headings = [table.stub, *(_marked(f"{column.above} {column.heading}".strip(), column.notes, letters) for column in table.columns)]
    rows = [
        " | ".join([_marked(line.header, line.notes, letters), *(_marked(cell.text, cell.notes, letters) for cell in line.cells)])
        for line in table.lines
    ]
    notes = [*table.footnotes, *(f"{letter}) {remark}" for remark, letter in letters.items())]
    return "\n".join([table.caption, " | ".join(headings), *rows, *notes]).replace("\u00a0", " ")


def _marked(text: str, notes: tuple[str, ...], letters: Mapping[str, str]) -> str:
    marks = "".join(f" [{letters[note]}]" for note in notes)
    return text.replace("\n", " ") + marks
