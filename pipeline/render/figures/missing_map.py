"""The map of missing answers: a line per unit or few units alike, a column per question, a colour per reason."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from pipeline.render.answers import reason_label
from pipeline.render.described import Described
from pipeline.render.figures.canvas import Sheet, drawn, paint_swatches, share_axis, swatch_places
from pipeline.render.figures.figure import Figure
from pipeline.render.figures.lettering import Style, clipped, text_width
from pipeline.render.figures.look import LINE, PAPER, WIDTH
from pipeline.spec.vocabulary import MISSING_CODES

COLOURS = {
    "0": "#DCE9F2",
    str(MISSING_CODES["not_asked"]): "#F3F3F3",
    str(MISSING_CODES["not_reached"]): "#56B4E9",
    str(MISSING_CODES["skipped"]): "#1A1A1A",
    str(MISSING_CODES["refused"]): "#D55E00",
    str(MISSING_CODES["dont_know"]): "#E69F00",
    str(MISSING_CODES["not_applicable"]): "#B9C4CC",
    str(MISSING_CODES["unreadable"]): "#CC79A7",
    ".": PAPER,
}
"""Sign of a line -> colour; what was answered, or could not be, is pale."""
EDGE = "#8A8A8A"
NAMED = {str(code): reason for reason, code in MISSING_CODES.items()}
LEFT, RIGHT, GAP, TALL, AXIS, HEADING = 0.5, 0.14, 0.08, 2.7, 0.5, 0.22
LEAST = 0.6
"""Least width of a wave, in inches: its name must have room."""
TEXT_GAP = 0.12
HEAD = Style(weight="bold")


def missing_maps(described: Described) -> tuple[Figure, ...]:
    """Draw a map for each kind of unit, in the order declared."""
    units = dict.fromkeys(row.unit for row in described.of_kind("columns"))
    declared = [one["name"] for one in described.results.facts["units"] if one["name"] in units]
    return tuple(_map(described, unit) for unit in declared if unit not in whole_units(described))


def whole_units(described: Described) -> list[str]:
    """Give the kinds of unit of which no answer is missing: there is nothing to see on their map."""
    whole = {row.unit: True for row in described.of_kind("columns")}
    for row in described.of_kind("line"):
        whole[row.unit] &= set(row.detail) == {"0"}
    return [unit for unit, is_whole in whole.items() if is_whole]


def _map(described: Described, unit: str) -> Figure:
    waves = ["", *(one["name"] for one in described.results.facts["waves"])]
    columns = {row.wave: row.detail.split(" ") for row in described.of_kind("columns") if row.unit == unit}
    lines = {wave: [row for row in described.found("", wave, "line") if row.unit == unit] for wave in waves if wave in columns}
    signs = [sign for sign in COLOURS if any(sign in row.detail for rows in lines.values() for row in rows)]
    key = [(_name(described, sign), COLOURS[sign]) for sign in signs]
    top = swatch_places([name for name, _ in key])[-1][1] + LINE + HEADING
    label = described.results.label("unit", unit)
    say = described.results.say
    each = max(row.n for rows in lines.values() for row in rows)
    caption = [say("databook.map.caption", unit=label), *([say("databook.map.each", each=int(each))] if each > 1 else [])]
    words = (say("databook.map.alt", unit=label, reasons=", ".join(name for name, _ in key)), " ".join(caption))

    def paint(page: Sheet) -> None:
        paint_swatches(page, key, markeredgecolor=EDGE, markeredgewidth=0.5)
        _paint_waves(described, page, columns, lines, top)

    return drawn(f"missing-{unit}".replace("_", "-"), top + TALL + AXIS, paint, words)


def _name(described: Described, sign: str) -> str:
    if sign in NAMED:
        return reason_label(described.results, NAMED[sign])
    return described.results.say("missing.answered" if sign == "0" else "databook.map.absent")


def _paint_waves(described: Described, page: Sheet, columns: dict[str, list[str]], lines: dict[str, list], top: float) -> None:
    """Paint one block per wave, as wide as its questions are many."""
    room = WIDTH - LEFT - RIGHT - GAP * (len(lines) - 1)
    every = sum(len(columns[wave]) for wave in lines)
    left = LEFT
    for number, (wave, rows) in enumerate(lines.items()):
        width = LEAST + (room - LEAST * len(lines)) * len(columns[wave]) / every
        axes = page.panel(left, top, width, TALL)
        picture = np.array([[to_rgb(COLOURS[sign]) for sign in row.detail] for row in rows])
        axes.imshow(picture, aspect="auto", interpolation="nearest", extent=(0, len(columns[wave]), 1, 0))
        axes.set_xlim(0, len(columns[wave]))
        _question_axis(described, axes, columns[wave], width)
        if number == 0:
            share_axis(described.results, axes)
            axes.set_ylabel("%", rotation=0, labelpad=8)
        else:
            axes.set_yticks([])
        if len(lines) > 1:
            heading = described.wave_label(wave) or described.results.say("databook.map.fixed")
            page.write((left, top - HEADING / 2), clipped(heading, width, 1, HEAD)[0], HEAD)
        left += width + GAP
    page.write((LEFT + room / 2, top + TALL + AXIS - 0.12), described.results.say("databook.map.axis"), Style("center"))


def _question_axis(described: Described, axes: Axes, names: list[str], width: float) -> None:
    """Write the numbers of questions below their columns, as many as there is room for."""
    numbers = [described.question_of[name].number for name in names]
    places: list[int] = []
    for place, number in enumerate(numbers):
        new = place == 0 or numbers[place - 1] != number
        if new and (not places or (place - places[-1]) * width / len(names) > text_width(str(number)) + TEXT_GAP):
            places.append(place)
    axes.set_xticks([place + 0.5 for place in places], [str(numbers[place]) for place in places])
