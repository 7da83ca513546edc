"""Stacked bars of ordered answers, negative ones to the left of a middle line and positive ones to the right."""

from collections.abc import Iterable
from dataclasses import dataclass

from matplotlib.axes import Axes

from pipeline.render.answers import Segment
from pipeline.render.figures.canvas import Sheet, boxes, paint_swatches, swatch_places, write
from pipeline.render.figures.lettering import Style
from pipeline.render.figures.look import MUTED, PAPER, ink_on
from pipeline.render.labels import answer_label, answer_order
from pipeline.render.results import Results
from pipeline.render.selection import MERGED

SCALE = {
    2: ("#762A83", "#1B7837"),
    3: ("#762A83", "#E4E4E4", "#1B7837"),
    4: ("#762A83", "#C9AED6", "#A9DBA5", "#1B7837"),
    5: ("#762A83", "#C9AED6", "#E4E4E4", "#A9DBA5", "#1B7837"),
    6: ("#4F1459", "#8E5AA0", "#D2BEDC", "#BFE5BB", "#55A463", "#0B5224"),
    7: ("#4F1459", "#8E5AA0", "#D2BEDC", "#E4E4E4", "#BFE5BB", "#55A463", "#0B5224"),
}
"""Number of answers -> colours; other hues than the groups', and dark at both ends also in grey."""
Corners = tuple[float, float, float, float]
"""Left, top, width and height of a part of a bar."""
LABELLED = 0.08
"""Least share of a segment that has its percentage written in it."""
BAR = 0.78


@dataclass(frozen=True)
class Bar:
    """One bar: its place from the top (rows), and its segments or None when withheld."""

    place: float
    segments: list[Segment] | None


def can_stack(results: Results, variable: str) -> bool:
    """Say whether the answers of a variable have colours for every one."""
    return len(answer_order(results, variable)) in SCALE


def side(order: list[str], code: str) -> int:
    """Say on which side of the middle of its list an answer lies: -1 below, 1 above, 0 on it.

    Merged answers are below or above if all of them are; how others divide is not known.
    """
    middle = (len(order) - 1) / 2
    places = [order.index(one) for one in code.split(MERGED)]
    return (min(places) > middle) - (max(places) < middle)


def colour_of(order: list[str], code: str) -> str:
    """Give the colour of an answer; merged ones take that of their outermost part."""
    middle = (len(order) - 1) / 2
    outermost = max((order.index(one) for one in code.split(MERGED)), key=lambda place: abs(place - middle))
    return SCALE[len(order)][outermost]


def left_edge(order: list[str], parts: list[Segment]) -> float:
    """Give where a bar begins, so that its middle answer, alone or merged with others, straddles zero."""
    below = sum(part.share for part in parts if side(order, part.code) < 0)
    neutral = sum(part.share for part in parts if side(order, part.code) == 0)
    return -(below + neutral / 2)


def paint_bars(results: Results, axes: Axes, order: list[str], bars: list[Bar]) -> None:
    """Draw the bars, and a text in place of those withheld."""
    corners: list[Corners] = []
    colours, codes = [], []
    for bar in bars:
        if bar.segments is None:
            write(axes, (0, bar.place), results.say("table.withheld"), Style("center", colour=MUTED))
            continue
        left = left_edge(order, bar.segments)
        for part in bar.segments:
            colour = colour_of(order, part.code)
            corners.append((left, bar.place - BAR / 2, part.share, BAR))
            colours.append(colour)
            codes.append(part.code)
            if part.share >= LABELLED:
                write(axes, (left + part.share / 2, bar.place), results.number(part.share * 100, 0), Style("center", colour=ink_on(colour)))
            left += part.share
    boxes(axes, corners, colours, edgecolor=PAPER, linewidth=0.5, zorder=2)
    hatch(axes, [corner for corner, code in zip(corners, codes, strict=True) if MERGED in code])


def hatch(axes: Axes, corners: list[Corners]) -> None:
    """Lay a pattern over parts that are several answers together, so that they are not taken for the outermost one."""
    if corners:
        boxes(axes, corners, ["none"] * len(corners), edgecolor=PAPER, hatch="////", linewidth=0, zorder=3)


def merged_remark(results: Results, bars: Iterable[list[Segment] | None]) -> list[str]:
    """Explain the pattern of ``hatch`` where a figure has it."""
    merged = any(MERGED in part.code for bar in bars for part in bar or ())
    return [results.say("figure.merged")] if merged else []


def paint_key(results: Results, page: Sheet, variable: str, top: float) -> None:
    """Write the key of the colours from the left edge, in the order of the answers."""
    order = answer_order(results, variable)
    paint_swatches(page, [(answer_label(results, variable, code), colour_of(order, code)) for code in order], top)


def key_height(results: Results, variable: str) -> float:
    """Give the height that ``paint_key`` needs, in inches."""
    return swatch_places([answer_label(results, variable, code) for code in answer_order(results, variable)])[-1][1] + 0.14
