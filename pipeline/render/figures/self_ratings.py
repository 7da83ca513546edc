"""Self-rated and tested side by side: then, before and after on the whole scale, each with its interval."""

from dataclasses import dataclass

from matplotlib.axes import Axes

from pipeline.render.changes import Change, scale_ends, what_was_tested
from pipeline.render.figures.canvas import Sheet, drawn, number_axis, write_beside
from pipeline.render.figures.figure import Figure
from pipeline.render.figures.lettering import Style, clipped
from pipeline.render.figures.look import INK, PAPER, RULE, SMALL, TEXT, WIDTH
from pipeline.render.results import Results
from pipeline.render.selection import Row, known
from pipeline.render.wording.changes import unit_inside, wave_names
from pipeline.render.wording.phrases import interval_text

LABELS = 1.75
NUMBERS = 1.55
HEADING = 0.3
ROW = 0.24
AXIS = 0.42
ROOM = 0.03
MARKERS = {"mean_then": ("D", PAPER), "mean_before": ("o", PAPER), "mean_after": ("o", INK)}
"""Estimand -> shape and face of its point."""


@dataclass(frozen=True)
class RatedMeasure:
    """One measure: its heading, its points as label and row, and the ends of its axis."""

    heading: str
    points: tuple[tuple[str, Row], ...]
    limits: tuple[float, float]

    @property
    def height(self) -> float:
        """Inches."""
        return HEADING + ROW * len(self.points) + AXIS


def rating_figures(results: Results, ratings: list[Change]) -> tuple[Figure, ...]:
    """Draw one figure per self-rated outcome, with what was tested below it."""
    made = (_figure(results, rated) for rated in ratings)
    return tuple(figure for figure in made if figure is not None)


def _figure(results: Results, rated: Change) -> Figure | None:
    tested = what_was_tested(results, rated)
    panels = [_panel(results, one, one is rated) for one in (rated, tested) if one is not None]
    panels = [panel for panel in panels if panel.points]
    if not panels:
        return None
    name = f"self-rated-{rated.analysis['id']}-{rated.outcome}".replace("_", "-")
    caption = results.say(f"before_after.figure.rated.{'caption' if len(panels) > 1 else 'caption_alone'}")
    parts = "; ".join(_alt(results, panel) for panel in panels)
    words = (results.say("before_after.figure.rated.alt", panels=parts), caption)
    return drawn(name, sum(panel.height for panel in panels), lambda page: _paint(results, page, panels), words, panels)


def _panel(results: Results, change: Change, is_rated: bool) -> RatedMeasure:
    names = wave_names(results, change)
    at_the_time = "before_after.figure.rated.at_the_time"
    labels = {
        "mean_then": results.say("before_after.figure.rated.then", wave=names["before"]),
        "mean_before": results.say(at_the_time, wave=names["before"]) if is_rated else names["before"],
        "mean_after": names["after"],
    }
    points = tuple((label, row) for estimand, label in labels.items() if (row := change.number(estimand)) is not None)
    heading = f"{results.outcome_label(change.outcome)} ({unit_inside(results, change.outcome)})"
    return RatedMeasure(heading, points, _limits(results, change, points))


def _limits(results: Results, change: Change, points: tuple[tuple[str, Row], ...]) -> tuple[float, float]:
    values = [value for _, row in points for value in (row.estimate, row.conf_low, row.conf_high) if known(value)]
    low, high = scale_ends(results, change.outcome) or (min(values, default=0.0), max(values, default=1.0))
    room = ROOM * (high - low) or 1.0
    return low - room, high + room


def _paint(results: Results, page: Sheet, panels: list[RatedMeasure]) -> None:
    top = 0.0
    for panel in panels:
        page.write((0.04, top + HEADING / 2), clipped(panel.heading, WIDTH - 0.1, 1, HEADING_STYLE)[0], HEADING_STYLE)
        axes = page.panel(LABELS, top + HEADING, WIDTH - LABELS - NUMBERS, ROW * len(panel.points))
        _paint_panel(results, page, axes, panel, top + HEADING)
        top += panel.height


HEADING_STYLE = Style(size=TEXT, weight="bold")


def _paint_panel(results: Results, page: Sheet, axes: Axes, panel: RatedMeasure, top: float) -> None:
    axes.set_xlim(*panel.limits)
    axes.set_ylim(len(panel.points), 0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    for place, (label, row) in enumerate(panel.points):
        middle = place + 0.5
        if known(row.conf_low) and known(row.conf_high):
            axes.plot([row.conf_low, row.conf_high], [middle, middle], color=INK, linewidth=1.2, zorder=2)
        shape, face = MARKERS[row.estimand]
        axes.plot(row.estimate, middle, marker=shape, markerfacecolor=face, markeredgecolor=INK, markersize=6, linestyle="", zorder=3)
        page.write((LABELS - 0.1, top + ROW * middle), clipped(label, LABELS - 0.15, 1)[0], Style("right", SMALL))
        write_beside(axes, middle, f"{results.number(row.estimate)} {interval_text(results, row)}", 8)
    number_axis(results, axes)


def _alt(results: Results, panel: RatedMeasure) -> str:
    points = ", ".join(f"{label} {results.number(row.estimate)}" for label, row in panel.points)
    return f"{panel.heading}: {points}"
