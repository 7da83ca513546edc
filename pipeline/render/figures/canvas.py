"""The page that a figure is drawn on: A4 text width, places in inches from the top left corner.

Draws on matplotlib's own ``Figure`` objects, never through pyplot, so nothing
stays open and no setting leaks. The bytes depend on the content only: no date,
no random ids, no settings of the user's own, and text as outlines of the bundled font.
"""

import io
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure as Drawing
from matplotlib.lines import Line2D
from matplotlib.transforms import Affine2D, Transform

from pipeline.render.figures.figure import Figure, drawn_rows
from pipeline.render.figures.lettering import Lettered, Lettering, Style, clipped, text_width
from pipeline.render.figures.look import LINE, MUTED, PAPER, POINTS, SETTINGS, WIDTH, GroupLook, group_look
from pipeline.render.figures.raster import png_of
from pipeline.render.results import Results


class Sheet(Drawing):
    """An empty figure, of A4 text width unless told otherwise."""

    def __init__(self, height: float, wide: float = WIDTH) -> None:
        super().__init__(figsize=(wide, height), facecolor=PAPER)
        self.wide, self.tall = wide, height
        self.inches: Transform = Affine2D().scale(1, -1).translate(0, height) + self.dpi_scale_trans
        self.lettering = Lettering()
        self.add_artist(self.lettering)

    def panel(self, left: float, top: float, width: float, height: float) -> Axes:
        """Add axes at a place given in inches."""
        return self.add_axes((left / self.wide, 1 - (top + height) / self.tall, width / self.wide, height / self.tall))

    def write(self, place: tuple[float, float], text: str, style: Style | None = None) -> None:
        """Write one line of text at a place on the page, its capitals centred on it."""
        self.lettering.lines.append(Lettered(text, place, self.inches, style or Style()))

    def line(self, xs: list[float], ys: list[float], **look: Any) -> None:
        """Draw a line, or a marker when there is one place only."""
        self.add_artist(Line2D(xs, ys, transform=self.inches, **look))


def drawn(
    name: str, size: float | tuple[float, float], paint: Callable[[Sheet], None], words: tuple[str, str], rows: object = ()
) -> Figure:
    """Paint a figure and write it as SVG, and as PNG for viewers that show no SVG.

    Parameters
    ----------
    name : str
        Slug of the figure; also salts the ids inside the SVG.
    size : float or (float, float)
        Inches: the height of a figure of A4 text width, or width and height.
    paint : function
        Draws on an empty page.
    words : tuple of str
        Alternative text and caption.
    rows : object
        Holds the rows of the release that are drawn; nothing where the figure is not of a release.

    Returns
    -------
    Figure
        Equal bytes for equal content.
    """
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update({**SETTINGS, "svg.hashsalt": name})
        wide, height = size if isinstance(size, tuple) else (WIDTH, size)
        page = Sheet(height, wide)
        FigureCanvasSVG(page)
        paint(page)
        target = io.BytesIO()
        page.savefig(target, format="svg", metadata={"Date": None, "Creator": None})
        png = png_of(page)
    alt, caption = words
    return Figure(name, target.getvalue(), png, alt, caption, drawn_rows(rows), wide)


def page_of(axes: Axes) -> Sheet:
    """Give the page that axes stand on."""
    page = axes.get_figure()
    assert isinstance(page, Sheet)
    return page


def write(axes: Axes, place: tuple[float, float], text: str, style: Style | None = None) -> None:
    """Write one line of text at a place in the units of the axes."""
    page_of(axes).lettering.lines.append(Lettered(text, place, axes.transData, style or Style()))


def write_beside(axes: Axes, y: float, text: str, points: float, style: Style | None = None) -> None:
    """Write one line of text at a height of the axes: so many points right of their right edge, or left of their left edge when negative."""
    edge = 1.0 if points > 0 else 0.0
    page_of(axes).lettering.lines.append(Lettered(text, (edge, y), axes.get_yaxis_transform(), style or Style(), (points, 0.0)))


def row_labels(axes: Axes, labels: list[str], width: float) -> None:
    """Write labels left of the axes, one per row from 0, each on at most two lines of ``width`` inches."""
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    for place, label in enumerate(labels):
        lines = clipped(label, width)
        for number, line in enumerate(lines):
            down = (number - (len(lines) - 1) / 2) * LINE * POINTS * 0.9
            written = Lettered(line, (0.0, place), axes.get_yaxis_transform(), Style("right"), (-6.0, -down))
            page_of(axes).lettering.lines.append(written)


def number_axis(results: Results, axes: Axes, share: bool = False) -> None:
    """Write the numbers of the x axis in the report's language; shares times 100."""
    limits = axes.get_xlim()
    ticks = [tick for tick in axes.xaxis.get_major_locator().tick_values(*limits) if within(tick, limits)]
    scale = 100 if share else 1
    digits = decimals_needed(min(later - earlier for earlier, later in pairwise(ticks)) * scale) if len(ticks) > 1 else 0
    axes.set_xticks(ticks, [results.number(tick * scale, digits) for tick in ticks])


def within(value: float, limits: tuple[float, float]) -> bool:
    """Say whether a value lies between two limits."""
    return min(limits) - 1e-12 <= value <= max(limits) + 1e-12


def decimals_needed(step: float) -> int:
    """Give the decimals that a step between ticks needs: 0.25 needs 2."""
    return next((digits for digits in range(4) if abs(round(step, digits) - step) < 1e-9), 4)


def reference_line(axes: Axes, x: float, style: str | tuple[int, tuple[int, int]] = "-") -> None:
    """Draw a thin vertical line to read values against."""
    axes.axvline(x, color=MUTED, linewidth=0.7, linestyle=style, zorder=1)


def boxes(axes: Axes, corners: list[tuple[float, float, float, float]], colours: list[str], **look: Any) -> None:
    """Fill rectangles given as left, top, width and height in the units of the axes, each in its colour."""
    outlines = [[(x, y), (x + w, y), (x + w, y + h), (x, y + h)] for x, y, w, h in corners]
    axes.add_collection(PolyCollection(outlines, facecolors=colours, **look), autolim=False)


def group_point(results: Results, axes: Axes, group: str, place: tuple[float, float]) -> None:
    """Draw one group's value as a point."""
    axes.plot(*place, **point_look(results, group), zorder=3, clip_on=False)


def point_look(results: Results, group: str, size: float = 6) -> dict[str, Any]:
    """Give the look of a group's marker."""
    return look_marker(group_look(results, group), size)


def look_marker(look: GroupLook, size: float = 6) -> dict[str, Any]:
    """Give a marker as matplotlib takes it."""
    return {"marker": look.marker, "color": look.colour, "markeredgecolor": look.edge, "markersize": size, "linestyle": ""}


def group_key(results: Results, page: Sheet, left: float, middle: float) -> None:
    """Write the key of the groups on one line, from ``left``, both in inches."""
    room = (WIDTH - left) / len(results.groups) - 0.4
    for group in results.groups:
        label = clipped(results.group_label(group), room, 1)[0]
        page.line([left + 0.05], [middle], **point_look(results, group))
        page.write((left + 0.16, middle), label)
        left += 0.4 + text_width(label)


def swatch_places(labels: Sequence[str]) -> list[tuple[float, float]]:
    """Give the place of each entry of a key of colours, in inches from its corner; a new line begins where the page ends."""
    places: list[tuple[float, float]] = []
    x, y = 0.08, 0.09
    for label in labels:
        width = 0.3 + text_width(label)
        if x + width > WIDTH:
            x, y = 0.08, y + LINE * 1.2
        places.append((x, y))
        x += width
    return places


def paint_swatches(page: Sheet, key: Sequence[tuple[str, str]], top: float = 0.0, **look: Any) -> None:
    """Write a key of colours from the left edge: labels, each with its colour."""
    for (label, colour), (x, y) in zip(key, swatch_places([label for label, _ in key]), strict=True):
        page.line([x + 0.05], [top + y], **{"marker": "s", "color": colour, "markersize": 7, **look})
        page.write((x + 0.15, top + y), label)


LooksKey = tuple[tuple[str, GroupLook], ...]
"""What is drawn and how it looks, in order."""


def paint_looks_key(page: Sheet, key: LooksKey, left: float, middle: float) -> None:
    """Write a key with line and marker, from ``left`` and ``middle`` in inches; a new line begins where the page ends."""
    for (label, look), (x, y) in zip(key, looks_key_places(key, left), strict=True):
        page.line([x, x + 0.3], [middle + y] * 2, color=look.colour, linestyle=look.line, linewidth=1.6)
        page.line([x + 0.15], [middle + y], **look_marker(look, 5))
        page.write((x + 0.37, middle + y), clipped(label, WIDTH - x - 0.4, 1)[0])


def looks_key_places(key: LooksKey, left: float) -> list[tuple[float, float]]:
    """Give the left end of each entry of a key, and how far below the first line it stands, in inches."""
    places: list[tuple[float, float]] = []
    x, y = left, 0.0
    for label, _ in key:
        width = 0.6 + text_width(label)
        if places and x + width > WIDTH:
            x, y = left, y + LINE * 1.2
        places.append((x, y))
        x += width
    return places


def share_axis(results: Results, axes: Axes) -> None:
    """Write the numbers of the y axis as per cent."""
    limits = axes.get_ylim()
    ticks = [tick for tick in axes.yaxis.get_major_locator().tick_values(*limits) if within(tick, limits)]
    digits = decimals_needed((ticks[1] - ticks[0]) * 100) if len(ticks) > 1 else 0
    axes.set_yticks(ticks, [results.number(tick * 100, digits) for tick in ticks])
