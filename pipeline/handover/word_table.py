"""A table as Word holds it, written as XML: python-docx looks a cell up for each one that it fills."""

import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from docx.oxml.ns import nsdecls

from pipeline.handover.document import Cell, Line, Table, grid

BORDERS = (
    '<w:tblBorders><w:top w:val="single" w:sz="6" w:color="4D5661"/><w:bottom w:val="single" w:sz="4" w:color="4D5661"/>'
    '<w:insideH w:val="single" w:sz="2" w:color="D5DAE0"/></w:tblBorders>'
)
LETTER = 105
"""Width of a letter of a table, in twentieths of a point."""
LEAST, MOST = 5, 34
"""Letters that a column is wide, before columns share what room there is."""


def table_xml(table: Table, room: int) -> str:
    """Write a table that is at most ``room`` twentieths of a point wide; its heading lines are repeated on every page, and no line is split between two."""
    widths = _widths(table, room / LETTER)
    lines = [*_lines_xml(table.head, widths, heads=True), *_lines_xml(table.body, widths, heads=False)]
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    margins = '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
    look = '<w:tblLook w:firstRow="1" w:firstColumn="1" w:noHBand="1" w:noVBand="1"/>'
    told = f'<w:tblCaption w:val="{escape(table.caption, {chr(34): "&quot;"})}"/>' if table.caption else ""
    properties = f'<w:tblPr><w:tblW w:w="0" w:type="auto"/>{BORDERS}{margins}{look}{told}</w:tblPr>'
    return f"<w:tbl {nsdecls('w')}>{properties}<w:tblGrid>{columns}</w:tblGrid>{''.join(lines)}</w:tbl>"


def _widths(table: Table, room: float) -> list[int]:
    """Give each column the room of its longest line; where the page has less, of its longest word, and a share of what is left."""
    words, lines = [LEAST] * table.columns, [LEAST] * table.columns
    for line in grid((*table.head, *table.body), table.columns):
        for place, cell in ((place, cell) for place, cell in enumerate(line) if cell.wide == 1):
            words[place] = max(words[place], min(MOST, max(map(len, re.split(r"[ \n/_]", cell.text + cell.marks))) + 1))
            lines[place] = max(lines[place], min(2 * MOST, max(map(len, (cell.text + cell.marks).split("\n"))) + 1))
    wanted = [max(word, line) for word, line in zip(words, lines, strict=True)]
    share = min(1.0, max(0.0, room - sum(words)) / max(1, sum(wanted) - sum(words)))
    fitting = min(1.0, room / sum(words))
    return [int(LETTER * fitting * (word + share * (want - word))) for word, want in zip(words, wanted, strict=True)]


def _lines_xml(lines: Iterable[Line], widths: list[int], heads: bool) -> Iterator[str]:
    """Write lines; a cell that reaches down is continued in the lines below it."""
    columns = len(widths)
    reaching: dict[int, tuple[int, Cell]] = {}
    for line in lines:
        cells, across, left = [], 0, list(line)
        while across < columns and (left or across in reaching):
            rows, cell = reaching.pop(across, (0, None))
            cell = left.pop(0) if cell is None else cell
            more = (rows or cell.tall) - 1
            if more:
                reaching[across] = (more, cell)
            merge = "" if cell.tall == 1 else "<w:vMerge/>" if rows else '<w:vMerge w:val="restart"/>'
            width = f"{sum(widths[across : across + cell.wide])}"
            cells.append(_cell_xml(cell, (merge, width), shown=not rows, heads=heads))
            across += cell.wide
        cells += [_cell_xml(Cell(""), ("", str(LEAST * LETTER)), shown=False, heads=False)] * (columns - across)
        told = "<w:cantSplit/><w:tblHeader/>" if heads else "<w:cantSplit/>"
        yield f"<w:tr><w:trPr>{told}</w:trPr>{''.join(cells)}</w:tr>"


def _cell_xml(cell: Cell, placed: tuple[str, str], shown: bool, heads: bool) -> str:
    merge, width = placed
    span = f'<w:gridSpan w:val="{cell.wide}"/>' if cell.wide > 1 else ""
    bold = "<w:rPr><w:b/></w:rPr>" if heads or cell.strong or (cell.heads and cell.wide > 1) else ""
    words = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in cell.text.split("\n"))
    raised = f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>{escape(cell.marks)}</w:t></w:r>' if cell.marks else ""
    side = '<w:jc w:val="right"/>' if cell.number else ""
    content = f"<w:r>{bold}{words}</w:r>{raised}" if shown else ""
    next_too = "<w:keepNext/>" if cell.heads and cell.wide > 1 else ""
    paragraph = f'<w:p><w:pPr><w:pStyle w:val="Tabletext"/>{next_too}{side}</w:pPr>{content}</w:p>'
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}</w:tcPr>{paragraph}</w:tc>'
