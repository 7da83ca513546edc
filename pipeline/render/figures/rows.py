"""Row charts: labels left, marks on an axis, numbers right, in blocks under headings. One grammar for every figure of that kind.

A figure says what its rows are; how they are laid out and drawn is said here.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from matplotlib.axes import Axes

from pipeline.render.figures.canvas import Sheet, boxes, number_axis, write_beside
from pipeline.render.figures.lettering import Style, clipped, text_width
from pipeline.render.figures.look import BAND, LINE, MUTED, SMALL, TEXT
from pipeline.render.results import Results

GAP = 0.1
"""Room between labels and axis, and right of the numbers, in inches."""
DASHED = (0, (4, 2))


@dataclass(frozen=True)
class Mark:
    """Places on the axis that are drawn as one: a point, or a line from one to the next."""

    xs: tuple[float, ...]
    look: dict[str, Any]


@dataclass(frozen=True)
class ChartRow:
    """One row: its label, its marks, and what is written beside them."""

    label: str
    marks: tuple[Mark, ...] = ()
    text: str = ""
    bold: bool = False


@dataclass(frozen=True)
class Block:
    """Rows that share an axis.

    Parameters
    ----------
    rows : tuple of ChartRow
    limits : (float, float)
        Ends of the axis.
    heading : str
        Stands above the rows; empty: none.
    lines : tuple of (float, style)
        Upright lines to read against.
    band : (float, float), optional
        Ground of another shade, such as what is too small to matter.
    share : bool
        Whether numbers on the axis are per cent.
    axis : str, optional
        What the axis says; None where the block has no axis of its own.
    scale : hashable, optional
        Blocks of one scale are drawn as many units per inch, so that the same distance looks the same.
    """

    rows: tuple[ChartRow, ...]
    limits: tuple[float, float]
    heading: str = ""
    lines: tuple[tuple[float, Any], ...] = ()
    band: tuple[float, float] | None = None
    share: bool = False
    axis: str | None = None
    scale: Hashable = None


@dataclass(frozen=True)
class Columns:
    """Widths in inches: of the whole and of the labels; and the least height of a row. Numbers take what the longest needs."""

    whole: float
    labels: float
    row: float = 0.2


AXIS, AFTER = 0.44, 0.08
HEADING = Style(size=TEXT, weight="bold")


def chart_height(blocks: Sequence[Block], columns: Columns, top: float = 0.0) -> float:
    """Give the inches that a chart takes, from ``top`` on."""
    return top + sum(_block_height(block, columns) for block in blocks)


def chart_painter(results: Results, blocks: Sequence[Block], columns: Columns, top: float = 0.0) -> Callable[[Sheet], None]:
    """Give what paints the blocks below one another on a page."""
    numbers = max(text_width(row.text) for block in blocks for row in block.rows) + 2 * GAP

    def paint(page: Sheet) -> None:
        below = top
        for block in blocks:
            _paint_block(results, page, (block, columns, numbers), below)
            below += _block_height(block, columns)

    return paint


def chart_words(results: Results, blocks: Sequence[Block]) -> str:
    """Say every row of a chart, for those who do not see it."""
    said = []
    for block in blocks:
        rows = ", ".join(f"{row.label} {row.text.replace('→', results.say('figure.to'))}" for row in block.rows)
        said.append(f"{block.heading}: {rows}." if block.heading else f"{rows}.")
    return " ".join(said)


def room_round(values: Sequence[float], share: float = 0.06) -> tuple[float, float]:
    """Give limits that hold all values, with room at both ends."""
    low, high = min(values), max(values)
    room = share * (high - low) or 1.0
    return low - room, high + room


def drawn_to_scale(blocks: Sequence[Block]) -> list[Block]:
    """Widen the axes of blocks of one scale, each around its middle, to the widest of them."""
    wide: dict[Hashable, float] = {}
    for block in blocks:
        wide[block.scale] = max(wide.get(block.scale, 0.0), block.limits[1] - block.limits[0])
    return [block if block.scale is None else replace(block, limits=_around(block.limits, wide[block.scale])) for block in blocks]


def _around(limits: tuple[float, float], wide: float) -> tuple[float, float]:
    middle = sum(limits) / 2
    return middle - wide / 2, middle + wide / 2


def _lines_of(row: ChartRow, columns: Columns) -> list[str]:
    return clipped(row.label, columns.labels - GAP - 0.05, style=Style(weight="bold" if row.bold else "normal"))


def _heights(block: Block, columns: Columns) -> list[float]:
    return [max(columns.row, LINE * 0.95 * len(_lines_of(row, columns))) for row in block.rows]


def _heading_lines(block: Block, columns: Columns) -> list[str]:
    return clipped(block.heading, columns.whole - 0.05, style=HEADING)


def _heading_height(block: Block, columns: Columns) -> float:
    return LINE * (len(_heading_lines(block, columns)) + 0.45) if block.heading else 0.0


def _block_height(block: Block, columns: Columns) -> float:
    parts = (_heading_height(block, columns), sum(_heights(block, columns)), AXIS if block.axis is not None else AFTER)
    return sum(parts)


def _paint_block(results: Results, page: Sheet, drawn: tuple[Block, Columns, float], top: float) -> None:
    block, columns, numbers = drawn
    if block.heading:
        for place, line in enumerate(_heading_lines(block, columns)):
            page.write((0.02, top + LINE * (place + 0.6)), line, HEADING)
        top += _heading_height(block, columns)
    heights = _heights(block, columns)
    axes = page.panel(columns.labels, top, columns.whole - columns.labels - numbers, sum(heights))
    axes.set_xlim(*block.limits)
    axes.set_ylim(sum(heights), 0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    if block.band is not None:
        low, high = (min(max(end, block.limits[0]), block.limits[1]) for end in block.band)
        boxes(axes, [(low, 0, high - low, sum(heights))], [BAND], linewidth=0, zorder=0)
    for x, style in block.lines:
        axes.axvline(x, color=MUTED, linewidth=0.8, linestyle=style, zorder=1)
    _paint_rows(page, axes, (block, columns), top)
    if block.axis is None:
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
    else:
        number_axis(results, axes, share=block.share)
        axes.set_xlabel(block.axis)


def _paint_rows(page: Sheet, axes: Axes, drawn: tuple[Block, Columns], top: float) -> None:
    block, columns = drawn
    above = 0.0
    for row, height in zip(block.rows, _heights(block, columns), strict=True):
        middle = above + height / 2
        for mark in row.marks:
            axes.plot(mark.xs, [middle] * len(mark.xs), **{"clip_on": False, "zorder": 3, **mark.look})
        weight = "bold" if row.bold else "normal"
        lines = _lines_of(row, columns)
        for place, line in enumerate(lines):
            down = (place - (len(lines) - 1) / 2) * LINE * 0.9
            page.write((columns.labels - GAP, top + middle + down), line, Style("right", SMALL, weight))
        write_beside(axes, middle, row.text, 8)
        above += height
