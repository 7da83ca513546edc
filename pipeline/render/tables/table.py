"""A table that people and screen readers can read.

A ``Table`` holds finished texts; what they say is decided by the module that
makes it. The only place where text becomes HTML, so the only place that escapes.

Classes for the page's style sheet: ``table-scroll`` (the block round a table),
``number`` (right-aligned cell), ``headline`` (the estimate the verdict is about),
``section`` (a heading row), ``note-mark``, ``table-notes``. The table itself has
the class ``exhibit`` and the id ``table-<name>``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Column:
    """One column after the row headers: its heading, the heading above it, and whether it holds numbers."""

    heading: str
    above: str = ""
    """Heading that neighbouring columns share; empty: none."""
    number: bool = True


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
    columns : tuple of Column
    lines : tuple of Line
    footnotes : tuple of str
        Remarks about the whole table; remarks of cells are added to them with
        letters.
    """

    name: str
    caption: str
    stub: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    footnotes: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        for line in self.lines:
            if line.cells and len(line.cells) != len(self.columns):
                raise ValueError(f"table {self.name}, row '{line.header}': {len(line.cells)} cells under {len(self.columns)} columns")

    def _repr_html_(self) -> str:
        return to_html(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": to_html(self), "text/plain": to_text(self)}


def cells(texts: Iterable[str]) -> tuple[Cell, ...]:
    """Make plain cells of texts."""
    return tuple(Cell(text) for text in texts)


def note_letters(table: Table) -> Mapping[str, str]:
    """Give each remark of rows and cells its letter, in reading order."""
    remarks = dict.fromkeys(
        remark for line in table.lines for notes in (line.notes, *(cell.notes for cell in line.cells)) for remark in notes
    )
    return {remark: _letter(place) for place, remark in enumerate(remarks)}


def _letter(place: int) -> str:
    """Give a, b ... z, aa, ab ... for 0, 1 ..."""
    first, second = divmod(place, len(LETTERS))
    return (_letter(first - 1) if first else "") + LETTERS[second]


def to_html(table: Table) -> str:
    """Write the table as HTML: caption, scoped headers, notes below; every text escaped."""
    letters = note_letters(table)
    body = "".join(_body_html(block, table, letters) for block in _blocks(table.lines))
    return (
        f'<div class="table-scroll" role="region" aria-labelledby="caption-{table.name}" tabindex="0">\n'
        f'<table class="exhibit" id="table-{table.name}">\n'
        f'<caption id="caption-{table.name}">{_html(table.caption)}</caption>\n'
        f"{_head_html(table)}{body}</table>\n</div>\n{_notes_html(table, letters)}"
    )


def _html(text: str) -> str:
    return escape(text, quote=True).replace("\n", "<br>")


def _head_html(table: Table) -> str:
    grouped = any(column.above for column in table.columns)
    depth = ' rowspan="2"' if grouped else ""
    stub = f'<th scope="col"{depth}>{_html(table.stub)}</th>'
    lower = "".join(_column_html(column) for column in table.columns if column.above or not grouped)
    if not grouped:
        return f"<thead>\n<tr>{stub}{lower}</tr>\n</thead>\n"
    upper = "".join(
        f'<th scope="colgroup" colspan="{len(run)}">{_html(run[0].above)}</th>' if run[0].above else _column_html(run[0], depth)
        for run in _runs(table.columns)
    )
    return f"<thead>\n<tr>{stub}{upper}</tr>\n<tr>{lower}</tr>\n</thead>\n"


def _column_html(column: Column, depth: str = "") -> str:
    style = ' class="number"' if column.number else ""
    return f'<th scope="col"{depth}{style}>{_html(column.heading)}</th>'


def _runs(columns: tuple[Column, ...]) -> list[list[Column]]:
    """Put neighbouring columns under the same upper heading together; others stand alone."""
    runs: list[list[Column]] = []
    for column in columns:
        if runs and column.above and runs[-1][0].above == column.above:
            runs[-1].append(column)
        else:
            runs.append([column])
    return runs


def _blocks(lines: tuple[Line, ...]) -> list[list[Line]]:
    """Split the rows where a heading row begins."""
    blocks: list[list[Line]] = []
    for line in lines:
        if not line.cells or not blocks:
            blocks.append([])
        blocks[-1].append(line)
    return blocks


def _body_html(block: list[Line], table: Table, letters: Mapping[str, str]) -> str:
    rows = "".join(_line_html(line, table, letters) for line in block)
    return f"<tbody>\n{rows}</tbody>\n"


def _line_html(line: Line, table: Table, letters: Mapping[str, str]) -> str:
    header = _html(line.header) + _marks_html(line.notes, letters)
    if not line.cells:
        return f'<tr class="section"><th scope="rowgroup" colspan="{len(table.columns) + 1}">{header}</th></tr>\n'
    inner = "".join(_cell_html(cell, column, letters) for cell, column in zip(line.cells, table.columns, strict=True))
    return f'<tr><th scope="row">{header}</th>{inner}</tr>\n'


def _cell_html(cell: Cell, column: Column, letters: Mapping[str, str]) -> str:
    names = [name for name, applies in (("number", column.number), ("headline", cell.headline)) if applies]
    style = f' class="{" ".join(names)}"' if names else ""
    return f"<td{style}>{_html(cell.text)}{_marks_html(cell.notes, letters)}</td>"


def _marks_html(notes: tuple[str, ...], letters: Mapping[str, str]) -> str:
    return f'<sup class="note-mark">{" ".join(letters[note] for note in notes)}</sup>' if notes else ""


def _notes_html(table: Table, letters: Mapping[str, str]) -> str:
    lettered = [f'<sup class="note-mark">{letter}</sup> {_html(remark)}' for remark, letter in letters.items()]
    items = "".join(f"<li>{item}</li>\n" for item in [*map(_html, table.footnotes), *lettered])
    return f'<ul class="table-notes">\n{items}</ul>\n' if items else ""


def to_text(table: Table) -> str:
    """Write the table as plain text: caption, one line per row with bars between cells, notes."""
    letters = note_letters(table)
    headings = [table.stub, *(f"{column.above} {column.heading}".strip() for column in table.columns)]
    rows = [
        " | ".join([_marked(line.header, line.notes, letters), *(_marked(cell.text, cell.notes, letters) for cell in line.cells)])
        for line in table.lines
    ]
    notes = [*table.footnotes, *(f"{letter}) {remark}" for remark, letter in letters.items())]
    return "\n".join([table.caption, " | ".join(headings), *rows, *notes]).replace("\u00a0", " ")


def _marked(text: str, notes: tuple[str, ...], letters: Mapping[str, str]) -> str:
    marks = "".join(f" [{letters[note]}]" for note in notes)
    return text.replace("\n", " ") + marks
