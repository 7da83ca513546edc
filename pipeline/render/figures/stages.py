"""Which class people were in at each time: a bar per wave, from the first class at the left to the last at the right."""

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex

from pipeline.render.answers import cells_of
from pipeline.render.figures.canvas import Sheet, boxes, drawn, number_axis, row_labels, write
from pipeline.render.figures.figure import Figure
from pipeline.render.figures.lettering import Style, clipped, text_width
from pipeline.render.figures.look import INK, LINE, MUTED, NARROW, PARTICIPANT, ink_on
from pipeline.render.labels import answer_label, class_codes, directed, first_place
from pipeline.render.results import Results
from pipeline.render.selection import Row, capital, known
from pipeline.render.wording.people import other_people
from pipeline.spec.vocabulary import EVERYBODY

LABELS = 1.3
RIGHT = 0.15
ROW = 0.36
BAR = 0.74
AXIS = 0.5
KEY_LINE = LINE * 1.3
LABELLED = 0.06
"""Least share of a part that has its percentage written in it."""
SCALE = LinearSegmentedColormap.from_list("stages", ["#E6EFF6", PARTICIPANT.colour, "#002B45"])
"""From pale to dark, so that the order is seen in grey too."""

Bars = dict[str, list[Row]]
"""Wave -> its classes in order."""


def stages_figure(results: Results, measure: str) -> Figure | None:
    """Draw the classes of a measure in every wave; None when nothing is known of them."""
    bars = _bars(results, measure)
    if not bars:
        return None
    height = _key_height(results, measure) + ROW * len(bars) + AXIS
    said = results.say(directed(results, "progress.figure.stages_caption", [measure]), measure=results.label("measure", measure))
    caption = " ".join([said, *other_people(results, bars)])
    slug = f"stages-{measure}".replace("_", "-")
    return drawn(slug, (NARROW, height), lambda page: _paint(results, page, measure, bars), (_alt(results, measure, bars), caption), bars)


def _bars(results: Results, measure: str) -> Bars:
    order = class_codes(results, measure)
    found = {wave: rows for (name, wave, group), rows in cells_of(results, "measure").items() if name == measure and group == EVERYBODY}
    waves = [wave["name"] for wave in results.facts["waves"] if wave["name"] in found]
    return {wave: sorted(found[wave], key=lambda row: first_place(order, row.row)) for wave in waves}


def _is_shown(rows: list[Row]) -> bool:
    return all(known(row.share) and not row.withheld for row in rows)


def _paint(results: Results, page: Sheet, measure: str, bars: Bars) -> None:
    top = _key_height(results, measure)
    axes = page.panel(LABELS, top, NARROW - LABELS - RIGHT, ROW * len(bars))
    axes.set_ylim(len(bars) - 0.5, -0.5)
    axes.set_xlim(0, 1)
    for place, rows in enumerate(bars.values()):
        _paint_bar(results, axes, measure, (place, rows))
    row_labels(axes, [_bar_label(results, wave, rows) for wave, rows in bars.items()], LABELS - 0.1)
    number_axis(results, axes, share=True)
    axes.set_xlabel(results.say("progress.figure.stages_axis"))
    _paint_key(results, page, measure)


def _bar_label(results: Results, wave: str, rows: list[Row]) -> str:
    total = next((int(row.total) for row in rows if known(row.total)), None)
    name = capital(results.label("wave", wave))
    return f"{name} ({results.say('figure.n', n=total)})" if total is not None else name


def _paint_bar(results: Results, axes: Axes, measure: str, bar: tuple[int, list[Row]]) -> None:
    place, rows = bar
    if not _is_shown(rows):
        write(axes, (0.5, place), results.say("table.withheld"), Style("center", colour=MUTED))
        return
    left, corners, colours = 0.0, [], []
    for row in (row for row in rows if row.share > 0):
        colour = _colour(results, measure, row.row)
        corners.append((left, place - BAR / 2, row.share, BAR))
        colours.append(colour)
        if row.share >= LABELLED:
            write(axes, (left + row.share / 2, place), results.number(row.share * 100, 0), Style("center", colour=ink_on(colour)))
        left += row.share
    boxes(axes, corners, colours, edgecolor=INK, linewidth=0.6, zorder=2)


def _colour(results: Results, measure: str, code: str) -> str:
    """Give the colour of a class; merged ones take that of their first part."""
    order = class_codes(results, measure)
    return str(to_hex(SCALE(first_place(order, code) / max(len(order) - 1, 1))))


def _key_places(results: Results, measure: str) -> list[tuple[float, float]]:
    """Give the place of each class in the key; a new line begins where the page ends."""
    places: list[tuple[float, float]] = []
    x, y = 0.08, 0.1
    for code in class_codes(results, measure):
        width = 0.36 + text_width(answer_label(results, measure, code))
        if places and x + width > NARROW:
            x, y = 0.08, y + KEY_LINE
        places.append((x, y))
        x += width
    return places


def _key_height(results: Results, measure: str) -> float:
    return _key_places(results, measure)[-1][1] + 0.16


def _paint_key(results: Results, page: Sheet, measure: str) -> None:
    for code, (x, y) in zip(class_codes(results, measure), _key_places(results, measure), strict=True):
        page.line(
            [x + 0.06], [y], marker="s", color=_colour(results, measure, code), markeredgecolor=INK, markeredgewidth=0.6, markersize=8
        )
        page.write((x + 0.18, y), clipped(answer_label(results, measure, code), NARROW - x - 0.2, 1)[0])


def _alt(results: Results, measure: str, bars: Bars) -> str:
    """Say the share of every class at every time."""
    parts = []
    for wave, rows in bars.items():
        shown = _is_shown(rows)
        written = ", ".join(f"{answer_label(results, measure, row.row)} {results.percent(row.share)}" for row in rows) if shown else ""
        parts.append(f"{capital(results.label('wave', wave))}: {written or results.say('table.withheld')}")
    return results.say("progress.figure.stages_alt", measure=results.label("measure", measure), waves="; ".join(parts))
