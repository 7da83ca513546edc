"""Changes at each later time: the mean change with its interval, and how far those lost could move it."""

from dataclasses import dataclass

from matplotlib.axes import Axes

from pipeline.render.changes import Bounded, Change
from pipeline.render.figures.canvas import Sheet, boxes, drawn, number_axis, reference_line, row_labels, write, write_beside
from pipeline.render.figures.figure import Figure
from pipeline.render.figures.lettering import Style, text_width
from pipeline.render.figures.look import INK, MUTED, PARTICIPANT, WIDTH
from pipeline.render.results import Results
from pipeline.render.selection import Row, capital, known
from pipeline.render.wording.changes import lost_of, unit_inside, with_sign

LABELS = 1.75
NUMBERS = 1.75
KEY = 0.34
ROW = 0.36
AXIS = 0.52
BAR = 0.5
GROUND = "#D9D9D9"
"""Grey of the bounds: darker than paper, paler than every mark."""


@dataclass(frozen=True)
class BoundedChange:
    """One time: its change, and its bounds where they are declared."""

    change: Change
    bounds: Bounded | None

    @property
    def ends(self) -> list[float]:
        """Every number that the axis must hold."""
        row = self.change.number("mean_change")
        own = [value for value in (row.estimate, row.conf_low, row.conf_high) if known(value)] if row is not None else []
        return own + ([self.bounds.low.estimate, self.bounds.high.estimate] if self.bounds is not None else [])


def lost_figures(results: Results, changes: list[Change]) -> tuple[Figure, ...]:
    """Draw one figure per outcome, a line per time."""
    names = dict.fromkeys(change.outcome for change in changes)
    order = [wave["name"] for wave in results.facts["waves"]]
    made = (
        _figure(results, name, sorted((one for one in changes if one.outcome == name), key=lambda one: order.index(one.waves[1])))
        for name in names
    )
    return tuple(figure for figure in made if figure is not None)


def _figure(results: Results, outcome: str, changes: list[Change]) -> Figure | None:
    lines = [BoundedChange(change, _bounds(results, change)) for change in changes]
    if not any(line.ends for line in lines):
        return None
    label = results.outcome_label(outcome)
    bounded = any(line.bounds is not None for line in lines)
    caption = results.say("progress.figure.lost_caption" if bounded else "progress.figure.change_caption", outcome=label)
    slug = f"change-{outcome}".replace("_", "-")
    height = KEY + ROW * len(lines) + AXIS
    return drawn(slug, height, lambda page: _paint(results, page, lines, bounded), (_alt(results, label, lines), caption), _drawn(lines))


def _drawn(lines: list[BoundedChange]) -> list[Row | None]:
    """Give the rows that lines show."""
    bounds = [end for line in lines if line.bounds is not None for end in (line.bounds.low, line.bounds.high)]
    return [*(line.change.number("mean_change") for line in lines), *bounds]


def _bounds(results: Results, change: Change) -> Bounded | None:
    """Give the bounds of a change; none where nobody is lost, and they are the change itself."""
    found = lost_of(results, change)
    return found if found is not None and found.low.n_missing else None


def _paint(results: Results, page: Sheet, lines: list[BoundedChange], bounded: bool) -> None:
    axes = page.panel(LABELS, KEY, WIDTH - LABELS - NUMBERS, ROW * len(lines))
    ends = [0.0, *(end for line in lines for end in line.ends)]
    room = 0.06 * (max(ends) - min(ends) or 1.0)
    axes.set_xlim(min(ends) - room, max(ends) + room)
    axes.set_ylim(len(lines) - 0.5, -0.5)
    reference_line(axes, 0)
    for place, line in enumerate(lines):
        _paint_line(results, axes, place, line)
    row_labels(axes, [capital(results.label("wave", line.change.waves[1])) for line in lines], LABELS - 0.1)
    number_axis(results, axes)
    unit = unit_inside(results, lines[0].change.outcome)
    axes.set_xlabel(
        results.say("progress.figure.lost_axis", before=results.inside(results.label("wave", lines[0].change.waves[0])), unit=unit)
    )
    _paint_key(results, page, bounded)


def _paint_line(results: Results, axes: Axes, place: int, line: BoundedChange) -> None:
    if line.bounds is not None:
        low, high = line.bounds.low.estimate, line.bounds.high.estimate
        boxes(axes, [(low, place - BAR / 2, high - low, BAR)], [GROUND], edgecolor=MUTED, linewidth=0.6, zorder=1)
    row = line.change.number("mean_change")
    if row is None:
        write(axes, (axes.get_xlim()[1], place), results.say("table.withheld"), Style("right", colour=MUTED))
        return
    if known(row.conf_low):
        axes.plot([row.conf_low, row.conf_high], [place, place], color=PARTICIPANT.edge, linewidth=2, zorder=3)
    axes.plot([row.estimate], [place], "o", color=PARTICIPANT.colour, markeredgecolor=PARTICIPANT.edge, markersize=6, zorder=4)
    span = f" ({results.between(*(results.number(end) for end in (row.conf_low, row.conf_high)))})" if known(row.conf_low) else ""
    write_beside(axes, place, f"{with_sign(results, row)}{span}", 8)


def _paint_key(results: Results, page: Sheet, bounded: bool) -> None:
    page.line([0.1, 0.34], [0.12, 0.12], color=PARTICIPANT.edge, linewidth=2)
    page.line([0.22], [0.12], marker="o", color=PARTICIPANT.colour, markeredgecolor=PARTICIPANT.edge, markersize=6)
    text = results.say("progress.figure.lost_key")
    page.write((0.42, 0.12), text)
    if bounded:
        left = 0.42 + text_width(text) + 0.3
        page.line([left + 0.1], [0.12], marker="s", color=GROUND, markeredgecolor=MUTED, markersize=9)
        page.write((left + 0.24, 0.12), results.say("progress.figure.lost_key_bounds"), Style(colour=INK))


def _alt(results: Results, label: str, lines: list[BoundedChange]) -> str:
    parts = []
    for line in lines:
        row = line.change.number("mean_change")
        text = with_sign(results, row) if row is not None else results.say("table.withheld")
        if line.bounds is not None:
            low, high = results.number(line.bounds.low.estimate), results.number(line.bounds.high.estimate)
            text = results.say("progress.figure.lost_alt_bounds", change=text, low=low, high=high)
        parts.append(f"{capital(results.label('wave', line.change.waves[1]))} {text}")
    return results.say("progress.figure.lost_alt", outcome=label, waves="; ".join(parts))
