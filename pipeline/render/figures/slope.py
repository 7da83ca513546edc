"""Slope chart: from the mean before to the mean after, a thin line per level and a thick one for everybody."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from pipeline.render.changes import Change, changes_by_level, scale_ends
from pipeline.render.figures.canvas import Sheet, decimals_needed, drawn, within
from pipeline.render.figures.figure import Figure
from pipeline.render.figures.lettering import Style, clipped
from pipeline.render.figures.look import LINE, MUTED, PARTICIPANT, RULE, SMALL, TEXT, WIDTH
from pipeline.render.labels import level_label
from pipeline.render.results import Results
from pipeline.render.wording.changes import unit_inside, wave_names
from pipeline.spec.vocabulary import EVERYBODY

LEFT = 0.6
RIGHT = 2.35
TOP = 0.12
BELOW = 0.42
LEAST_HEIGHT = 2.7
LEADER = 0.22
"""Room between the lines' ends and their labels, in inches."""
MOST_LABELS = 24
THIN = "#7f7f7f"
ROOM = 0.06
MEANS = ("mean_before", "mean_after")


@dataclass(frozen=True)
class Slope:
    """One line: whose it is, its two means, and the number of people."""

    level: str
    before: float
    after: float
    n: int

    @property
    def is_whole(self) -> bool:
        """Say whether it is everybody's."""
        return self.level == EVERYBODY


def slope_figure(results: Results, change: Change) -> Figure | None:
    """Draw a change with its levels; None when no mean can be shown.

    Parameters
    ----------
    results : Results
    change : Change
        Of everybody; its levels are looked up.
    """
    changes = [*changes_by_level(results, change), change]
    slopes = [slope for one in changes if (slope := _slope(one)) is not None]
    if not slopes:
        return None
    height = TOP + max(LEAST_HEIGHT, (len(_labelled(slopes)) + 1) * LINE) + BELOW
    name = f"slope-{change.analysis['id']}-{change.outcome}".replace("_", "-")
    words = (_alt(results, change, slopes), _caption(results, change, slopes))
    return drawn(
        name,
        height,
        lambda page: _paint(results, page, change, slopes),
        words,
        [[one.number(end) for end in MEANS] for one in changes if _slope(one)],
    )


def _slope(change: Change) -> Slope | None:
    before, after = map(change.number, MEANS)
    if before is None or after is None:
        return None
    return Slope(change.level, float(before.estimate), float(after.estimate), int(after.n))


def _labelled(slopes: list[Slope]) -> list[Slope]:
    """Give the lines that get a label: all of them, or only everybody's when there are too many."""
    return slopes if len(slopes) <= MOST_LABELS else [slope for slope in slopes if slope.is_whole]


def _caption(results: Results, change: Change, slopes: list[Slope]) -> str:
    values = {"outcome": results.outcome_label(change.outcome), "unit": unit_inside(results, change.outcome), **wave_names(results, change)}
    variables = dict.fromkeys(slope.level.partition("=")[0] for slope in slopes if not slope.is_whole)
    if not variables:
        return results.say("before_after.figure.slope.caption_whole", **values)
    level = " / ".join(results.inside(results.outcome_label(part)) for name in variables for part in name.split("*"))
    return results.say("before_after.figure.slope.caption", level=level, **values)


def _limits(results: Results, change: Change, slopes: list[Slope]) -> tuple[float, float]:
    """Give the ends of the scale, or of the means where the scale has none."""
    ends = scale_ends(results, change.outcome)
    values = [value for slope in slopes for value in (slope.before, slope.after)]
    low, high = ends or (min(values), max(values))
    room = ROOM * (high - low) or 1.0
    return low - room, high + room


def _paint(results: Results, page: Sheet, change: Change, slopes: list[Slope]) -> None:
    tall = page.tall - TOP - BELOW
    axes = page.panel(LEFT, TOP, WIDTH - LEFT - RIGHT, tall)
    axes.set_xlim(0, 1)
    axes.set_ylim(*_limits(results, change, slopes))
    _paint_frame(results, page, axes, change)
    for slope in sorted(slopes, key=lambda one: one.is_whole):
        _paint_line(axes, slope)
    _paint_labels(results, page, axes, _labelled(slopes))


def _paint_frame(results: Results, page: Sheet, axes: Axes, change: Change) -> None:
    limits = axes.get_ylim()
    ticks = [float(tick) for tick in MaxNLocator(5).tick_values(*limits) if within(tick, limits)]
    digits = decimals_needed(min(later - earlier for earlier, later in pairwise(ticks))) if len(ticks) > 1 else 0
    axes.set_yticks(ticks, [results.number(tick, digits) for tick in ticks])
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.grid(axis="y", color=RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.axvline(1, color=MUTED, linewidth=0.6)
    sides = zip(wave_names(results, change).values(), (LEFT, WIDTH - RIGHT), strict=True)
    for name, x in sides:
        page.write((x, page.tall - BELOW + 0.18), name, Style("center", TEXT, "bold"))


def _paint_line(axes: Axes, slope: Slope) -> None:
    ends = [slope.before, slope.after]
    if slope.is_whole:
        look: dict[str, Any] = {
            "color": PARTICIPANT.colour,
            "linewidth": 3.2,
            "marker": "o",
            "markersize": 7,
            "markeredgecolor": PARTICIPANT.edge,
        }
        axes.plot([0, 1], ends, clip_on=False, zorder=5, **look)
    else:
        style = "-" if slope.after >= slope.before else (0, (4, 2))
        axes.plot([0, 1], ends, color=THIN, linewidth=0.9, linestyle=style, zorder=3, marker="o", markersize=2.5, clip_on=False)


def _paint_labels(results: Results, page: Sheet, axes: Axes, slopes: list[Slope]) -> None:
    """Write each line's name at its end, moved apart where ends lie close, with a thin line to it."""
    low, high = axes.get_ylim()
    tall = page.tall - TOP - BELOW
    ordered = sorted(slopes, key=lambda one: (-one.after, one.level))
    ends = [TOP + (high - one.after) / (high - low) * tall for one in ordered]
    edge = WIDTH - RIGHT
    for slope, end, place in zip(ordered, ends, spread_out(ends, LINE, (TOP, TOP + tall)), strict=True):
        page.line([edge + 0.07, edge + LEADER - 0.03], [end, place], color=THIN, linewidth=0.5)
        weight = "bold" if slope.is_whole else "normal"
        page.write((edge + LEADER, place), _label(results, slope, weight), Style("left", SMALL, weight))


def _label(results: Results, slope: Slope, weight: str) -> str:
    count = f" ({results.number(slope.n, 0)})"
    name = results.say("before_after.figure.slope.all") if slope.is_whole else level_label(results, slope.level)
    if slope.is_whole:
        count = f" {results.number(slope.before)} → {results.number(slope.after)}{count}"
    return clipped(name, RIGHT - LEADER - 0.35, 1, Style(weight=weight))[0] + count


def spread_out(places: list[float], gap: float, limits: tuple[float, float]) -> list[float]:
    """Move places apart until neighbours are ``gap`` apart, inside the limits where there is room.

    Parameters
    ----------
    places : list of float
        In rising order.
    gap : float
        Least distance.
    limits : (float, float)
        Between which they should lie.

    Returns
    -------
    list of float
        In the same order; too many for the room begin at the lower limit.
    """
    low, high = limits
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + gap) if moved else max(place, low))
    ceiling = high
    for number in range(len(moved) - 1, -1, -1):
        moved[number] = min(moved[number], ceiling)
        ceiling = moved[number] - gap
    over = low - moved[0] if moved and moved[0] < low else 0.0
    return [place + over for place in moved]


def _alt(results: Results, change: Change, slopes: list[Slope]) -> str:
    """Say everybody's means, and at how many levels the mean rises, with the means of each."""
    whole = next((slope for slope in slopes if slope.is_whole), None)
    levels = [slope for slope in slopes if not slope.is_whole]
    said = ""
    if levels:
        named = "; ".join(_alt_level(results, slope) for slope in levels)
        counts = {"up": sum(slope.after > slope.before for slope in levels), "down": sum(slope.after < slope.before for slope in levels)}
        said = results.say("before_after.figure.slope.alt_levels", shown=len(levels), named=named, **counts)
    withheld = results.say("table.withheld")
    ends = [results.number(value) for value in (whole.before, whole.after)] if whole is not None else [withheld, withheld]
    values = {"before_value": ends[0], "after_value": ends[1], "levels": said, **wave_names(results, change)}
    return results.say("before_after.figure.slope.alt", outcome=results.outcome_label(change.outcome), **values).strip()


def _alt_level(results: Results, slope: Slope) -> str:
    values = {"before_value": results.number(slope.before), "after_value": results.number(slope.after)}
    return results.say("before_after.figure.slope.alt_level", name=level_label(results, slope.level), **values)
