"""Target board: for each reading of a target the share reached, its interval for similar groups, and the bounds for those lost."""

from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from pipeline.render.figures.canvas import Sheet, drawn, number_axis, row_labels
from pipeline.render.figures.figure import Figure
from pipeline.render.figures.lettering import Style, clipped, text_width
from pipeline.render.figures.look import BAND, INK, LINE, MUTED, PAPER, TEXT, WIDTH
from pipeline.render.results import Results
from pipeline.render.selection import known, outcome_in_wave
from pipeline.render.targets import LEAST, MOST, SHARE, Target, TargetReading, reading_label
from pipeline.render.wording.targets import counted_texts, fact_text, support_text

LABELS = 2.0
PLOT = 1.85
COUNTED, HERE, SIMILAR = LABELS + PLOT + 0.12, LABELS + PLOT + 0.92, LABELS + PLOT + 1.68
"""Left edges of the columns beside the plot, in inches: how many, reached here, supported for similar groups."""
KEY = 0.62
HEADING = 0.56
ROW = 0.36
AXIS = 0.5
BETWEEN = 0.12
BELOW = 0.2
"""How far below the interval the bounds for those lost are drawn, in rows."""
CAP = 0.07
ROOM = 0.04


@dataclass(frozen=True)
class Board:
    """One panel: a target, and the height at which it begins, in inches."""

    target: Target
    top: float

    @property
    def height(self) -> float:
        """Inches of the rows alone."""
        return ROW * len(self.target.readings)


def target_board(results: Results, name: str, targets: list[Target]) -> Figure | None:
    """Draw one panel per target with one row per reading; None when no share is known.

    Parameters
    ----------
    results : Results
    name : str
        Slug of the figure.
    targets : list of Target
        All of everybody.

    Returns
    -------
    Figure or None
        Told apart by shape, not by colour: a filled circle for a share whose
        interval lies at or above the target, a cross for one below it, an open
        circle for one that holds it.
    """
    shown = [target for target in targets if any(reading.is_known for reading in target.readings)]
    if not shown:
        return None
    boards, top = [], KEY
    for target in shown:
        boards.append(Board(target, top + HEADING))
        top = boards[-1].top + boards[-1].height + AXIS + BETWEEN
    words = (_alt(results, shown), results.say("targets.figure.caption", outcome=outcome_in_wave(results, shown[0].outcome, shown[0].wave)))
    return drawn(name, top, lambda page: _paint(results, page, boards), words, boards)


def _paint(results: Results, page: Sheet, boards: list[Board]) -> None:
    _paint_key(results, page)
    limits = _limits([board.target for board in boards])
    for board in boards:
        _paint_headings(results, page, board)
        axes = page.panel(LABELS, board.top, PLOT, board.height)
        axes.set_ylim(len(board.target.readings) - 0.5, -0.5)
        axes.set_xlim(*limits)
        axes.axvline(board.target.share, color=INK, linewidth=1.3, linestyle=(0, (4, 2)), zorder=2)
        for place, reading in enumerate(board.target.readings):
            if place % 2:
                axes.axhspan(place - 0.5, place + 0.5, color=BAND, linewidth=0, zorder=0)
            _paint_reading(axes, reading, place)
            _paint_columns(results, page, (board.target, reading), board.top + (place + 0.5) * ROW)
        row_labels(axes, [reading_label(results, board.target, reading) for reading in board.target.readings], LABELS - 0.12)
        number_axis(results, axes, share=True)
        axes.set_xlabel(results.say("targets.figure.axis"))


def _limits(targets: list[Target]) -> tuple[float, float]:
    """Give limits that hold the targets and everything drawn, in whole steps of ten per cent."""
    values = [target.share for target in targets]
    for reading in (reading for target in targets for reading in target.readings):
        row = reading.rows[SHARE]
        numbers = (row.estimate, row.conf_low, row.conf_high, reading.rows[LEAST].estimate, reading.rows[MOST].estimate)
        values += [value for value in numbers if known(value)]
    low, high = min(values) // 0.1 / 10, -(-max(values) // 0.1) / 10
    return low - ROOM / 2, high + ROOM / 2


def _paint_headings(results: Results, page: Sheet, board: Board) -> None:
    """Write the outcome, the target's share above its line, and the headings of the columns."""
    target = board.target
    title = Style("left", TEXT, "bold")
    line = clipped(outcome_in_wave(results, target.outcome, target.wave), WIDTH - 0.1, 1, title)[0]
    page.write((0.04, board.top - HEADING + 0.13), line, title)
    middle = board.top - 0.13
    page.write((0.04, middle), results.say("targets.reading"), Style(colour=MUTED))
    for left, key in ((COUNTED, "counted"), (HERE, "here"), (SIMILAR, "similar")):
        for number, part in enumerate(results.say(f"targets.figure.{key}").split("\n")):
            page.write((left, middle - LINE * (1 - number)), part, Style(colour=MUTED))


def _paint_reading(axes: Axes, reading: TargetReading, place: int) -> None:
    row, least, most = reading.rows[SHARE], reading.rows[LEAST].estimate, reading.rows[MOST].estimate
    if known(row.conf_low) and known(row.conf_high):
        axes.plot([row.conf_low, row.conf_high], [place, place], color=INK, linewidth=2.2, solid_capstyle="butt", zorder=3)
    if known(least) and known(most) and reading.lost:
        height = place + BELOW
        axes.plot([least, most], [height, height], color=MUTED, linewidth=0.8, zorder=3)
        for end in (least, most):
            axes.plot([end, end], [height - CAP, height + CAP], color=MUTED, linewidth=0.8, zorder=3)
    if known(row.estimate):
        axes.plot(row.estimate, place, **reading_look(reading.support), zorder=4, clip_on=False)


def reading_look(support: str) -> dict[str, Any]:
    """Give the look of a share: by what can be said of similar groups."""
    marker, face = {"supported": ("o", INK), "not_supported": ("X", INK)}.get(support, ("o", PAPER))
    return {
        "marker": marker,
        "markerfacecolor": face,
        "markeredgecolor": PAPER if marker == "X" else INK,
        "markersize": 8 if marker == "X" else 6.5,
        "markeredgewidth": 0.8 if marker == "X" else 1.2,
        "linestyle": "",
    }


def _paint_columns(results: Results, page: Sheet, read: tuple[Target, TargetReading], middle: float) -> None:
    target, reading = read
    number, share = counted_texts(results, reading)
    page.write((COUNTED, middle - LINE / 2), number)
    page.write((COUNTED, middle + LINE / 2), share, Style(weight="bold"))
    for left, text in ((HERE, fact_text(results, reading)), (SIMILAR, support_text(results, target, reading))):
        lines = clipped(text, (SIMILAR - HERE if left == HERE else WIDTH - SIMILAR) - 0.06)
        for place, line in enumerate(lines):
            page.write((left, middle + (place - (len(lines) - 1) / 2) * LINE), line)


def _paint_key(results: Results, page: Sheet) -> None:
    """Explain the marks: one line for the shares, one for the lines."""
    x = 0.1
    for support in ("supported", "cannot_tell", "not_supported"):
        text = results.say(f"verdict_mark.{support}")
        page.line([x], [0.12], **reading_look(support))
        page.write((x + 0.12, 0.12), text)
        x += 0.42 + text_width(text)
    page.line([0.04, 0.3], [0.32, 0.32], color=INK, linewidth=2.2, solid_capstyle="butt")
    interval = results.say("targets.figure.interval")
    page.write((0.38, 0.32), interval)
    x = 0.38 + text_width(interval) + 0.3
    page.line([x, x + 0.26], [0.32, 0.32], color=MUTED, linewidth=0.8)
    for end in (x, x + 0.26):
        page.line([end, end], [0.29, 0.35], color=MUTED, linewidth=0.8)
    page.write((x + 0.34, 0.32), results.say("targets.figure.bounds"))
    x += 0.34 + text_width(results.say("targets.figure.bounds")) + 0.3
    page.line([x, x], [0.25, 0.39], color=INK, linewidth=1.3, linestyle=(0, (4, 2)))
    page.write((x + 0.08, 0.32), results.say("targets.figure.target"))


def _alt(results: Results, targets: list[Target]) -> str:
    """Say for each target and reading how many reached it, and both answers."""
    parts = []
    for target in targets:
        readings = "; ".join(_alt_of_reading(results, target, reading) for reading in target.readings)
        name = outcome_in_wave(results, target.outcome, target.wave)
        parts.append(results.say("targets.figure.alt", outcome=name, target=results.percent(target.share), readings=readings))
    return " ".join(parts)


def _alt_of_reading(results: Results, target: Target, reading: TargetReading) -> str:
    number, share = counted_texts(results, reading)
    said = [f"{number} ({share})" if share else number]
    said += [results.say(f"verdict.{reading.fact}")] if reading.fact else []
    said += [results.say(f"targets.figure.{reading.support}")] if reading.support else []
    return f"{reading_label(results, target, reading)}: {', '.join(said)}"
