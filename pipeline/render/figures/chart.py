"""Boxes and arrows: the parts of a flow chart, in inches from the top left corner of the page."""

from dataclasses import dataclass, field, replace

from matplotlib.patches import Rectangle

from pipeline.render.figures.canvas import Sheet
from pipeline.render.figures.lettering import Style
from pipeline.render.figures.look import LINE, MUTED, PAPER, SMALL, TEXT

PAD = 0.06
"""Room between the edge of a box and its text, in inches."""
MAIN = 1.88
SIDE = 1.12
"""Widths of boxes with those who remain and of boxes with losses."""


@dataclass(frozen=True)
class ChartBox:
    """A box: its lines of text, where it stands, and its kind.

    ``kind`` is ``count``, ``loss`` (dashed), ``rows`` (left-aligned, first line
    bold), or ``group1``, ``group2`` ... with that many bold lines first.
    """

    lines: tuple[str, ...]
    centre: float
    top: float
    width: float
    kind: str = "count"
    colour: str = MUTED

    @property
    def height(self) -> float:
        """Inches."""
        return len(self.lines) * LINE + 2 * PAD

    @property
    def bottom(self) -> float:
        """Inches from the top of the page."""
        return self.top + self.height

    @property
    def bold_lines(self) -> int:
        """How many lines, from the first, are headings."""
        return 1 if self.kind == "rows" else int(self.kind.removeprefix("group")) if self.kind.startswith("group") else 0

    def at(self, top: float) -> "ChartBox":
        """Give the same box at another height."""
        return replace(self, top=top)


@dataclass(frozen=True)
class Arrow:
    """A line with a head at its end; it bends when the two places are not in line."""

    start: tuple[float, float]
    end: tuple[float, float]


@dataclass
class Chart:
    """Boxes and arrows, laid out from the top."""

    boxes: list[ChartBox] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    bottom: float = 0.05

    def add(self, box: ChartBox) -> ChartBox:
        """Place a box and remember how far down the chart reaches."""
        self.boxes.append(box)
        self.bottom = max(self.bottom, box.bottom)
        return box


def paint_chart(page: Sheet, chart: Chart) -> None:
    """Draw the boxes, with the arrows behind them."""
    for arrow in chart.arrows:
        _paint_arrow(page, arrow)
    for box in chart.boxes:
        _paint_box(page, box)


def _paint_box(page: Sheet, box: ChartBox) -> None:
    left = box.centre - box.width / 2
    style = (0, (3, 2)) if box.kind == "loss" else "-"
    width = 0.8 if box.colour == MUTED else 1.6
    frame = Rectangle((left, box.top), box.width, box.height, facecolor=PAPER, edgecolor=box.colour, linestyle=style, linewidth=width)
    frame.set_transform(page.inches)
    page.add_artist(frame)
    beside = box.kind in ("rows", "loss")
    x, side, size = (left + PAD, "left", SMALL) if beside else (box.centre, "center", TEXT)
    for place, line in enumerate(box.lines):
        weight = "bold" if place < box.bold_lines else "normal"
        page.write((x, box.top + PAD + (place + 0.5) * LINE), line, Style(side, size, weight))


def _paint_arrow(page: Sheet, arrow: Arrow) -> None:
    (x0, y0), (x1, y1) = arrow.start, arrow.end
    turn = (y0 + y1) / 2
    page.line([x0, x0, x1, x1], [y0, turn, turn, y1], color=MUTED, linewidth=0.8, zorder=0, solid_joinstyle="miter")
    head = 0.03
    if y0 == y1:
        marker, tip = (">", (x1 - head, y1)) if x1 > x0 else ("<", (x1 + head, y1))
    else:
        marker, tip = "v", (x1, y1 - head)
    page.line([tip[0]], [tip[1]], marker=marker, markersize=4, color=MUTED, zorder=0)
