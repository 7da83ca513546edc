"""Cumulative share with an event at the declared times, by group or by level; those still at risk stand under the axis."""

from matplotlib.axes import Axes

from pipeline.render.curves import Curve, Curves, curves_name, declared_curves, event_name, event_said
from pipeline.render.figures.canvas import LooksKey, Sheet, drawn, look_marker, looks_key_places, paint_looks_key, share_axis
from pipeline.render.figures.figure import Figure
from pipeline.render.figures.lettering import Style, clipped, wrapped
from pipeline.render.figures.look import LINE, RULE, WIDTH, level_look
from pipeline.render.results import Results
from pipeline.render.selection import known

LEFT = 1.55
RIGHT = 0.2
KEY = 0.32
"""Height of the first line of the key, in inches."""
NO_KEY = 0.1
PANEL = 2.3
AXIS = 0.42
APART = 0.012
"""How far the points of two curves stand apart, as a share of the axis, so that intervals do not cover each other."""
ABOVE = 1.05
LEAST_TOP = 0.05
"""The axis ends a little above the highest value, and never below this share."""


def curve_figures(results: Results) -> tuple[Figure, ...]:
    """Draw every declared curve: one figure for the groups, and one per variable that it is drawn by."""
    return tuple(curve_figure(results, curves) for curves in declared_curves(results))


def curve_figure(results: Results, curves: Curves) -> Figure:
    """Draw the lines of one picture with the numbers at risk below."""
    key = _key(results, curves)
    top = KEY + looks_key_places(key, LEFT)[-1][1] if key else NO_KEY
    height = top + PANEL + AXIS + LINE * (len(curves.lines) + 1.4)
    caption = results.say("figure.curve.caption", event=event_said(results, curves.exhibit), exhibit=curves_name(results, curves))
    return drawn(
        curves.slug, height, lambda page: _paint(results, page, curves, (key, top)), (_alt(results, curves), caption), curves.lines
    )


def _key(results: Results, curves: Curves) -> LooksKey:
    """Name each line with its look; those of which nothing is shown say so. One line needs no key."""
    if len(curves.lines) == 1:
        return ()
    withheld = results.say("table.withheld")
    return tuple((line.label if line.shown else f"{line.label} ({withheld})", level_look(line.place)) for line in curves.lines)


def _paint(results: Results, page: Sheet, curves: Curves, placed: tuple[LooksKey, float]) -> None:
    key, top = placed
    axes = page.panel(LEFT, top, WIDTH - LEFT - RIGHT, PANEL)
    times = curves.times
    span = max(times) - min(times) or 1.0
    room = 0.02 + APART * len(curves.lines) / 2
    axes.set_xlim(min(times) - room * span, max(times) + room * span)
    axes.grid(axis="y", color=RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    values = [value for line in curves.lines for row in line.shown for value in (row.share, row.conf_high) if known(value)]
    axes.set_ylim(0, max([*values, LEAST_TOP]) * ABOVE)
    for number, line in enumerate(curves.lines):
        _paint_line(axes, line, (number - (len(curves.lines) - 1) / 2) * APART * span)
    digits = 0 if all(time == int(time) for time in times) else 1
    axes.set_xticks(times, [results.number(value, digits) for value in times])
    share_axis(results, axes)
    label = results.say("figure.curve.axis", event=event_name(results, curves.exhibit))
    axes.set_ylabel("\n".join(wrapped(label, PANEL)))
    axes.set_xlabel(results.outcome_label(curves.outcome), labelpad=2)
    paint_looks_key(page, key, LEFT, 0.13)
    _paint_risk(results, page, axes, (curves, top))


def _paint_line(axes: Axes, line: Curve, shift: float) -> None:
    """Join the known points by a thin line; between them nothing is released, so the line only leads the eye."""
    look = level_look(line.place)
    axes.plot([row.x for row in line.shown], [row.share for row in line.shown], look.line, color=look.colour, linewidth=1.4, zorder=2)
    for row in line.shown:
        if known(row.conf_low):
            axes.plot([row.x + shift] * 2, [row.conf_low, row.conf_high], color=look.edge, linewidth=1.1, zorder=3)
    places = [row.x + shift for row in line.shown], [row.share for row in line.shown]
    axes.plot(*places, **look_marker(look), zorder=4, clip_on=False)


def _paint_risk(results: Results, page: Sheet, axes: Axes, placed: tuple[Curves, float]) -> None:
    curves, above = placed
    top = above + PANEL + AXIS + LINE
    page.write((0.05, top - LINE * 0.2), results.say("figure.curve.at_risk"), Style(weight="bold"))
    low, high = axes.get_xlim()
    width = WIDTH - LEFT - RIGHT
    for number, line in enumerate(curves.lines):
        y = top + (number + 0.9) * LINE
        page.write((0.05, y), clipped(line.label, LEFT - 0.35, 1)[0])
        for row in line.rows:
            text = results.number(int(row.n_at_risk), 0) if known(row.n_at_risk) else "–"
            page.write((LEFT + (row.x - low) / (high - low) * width, y), text, Style("center"))


def _alt(results: Results, curves: Curves) -> str:
    """Say the share of each line at its last known time."""
    parts = []
    for line in curves.lines:
        if line.shown:
            at, share = results.number(line.shown[-1].x, 0), results.percent(line.shown[-1].share)
            parts.append(results.say("figure.curve.at", group=line.label, time=at, share=share))
        else:
            parts.append(f"{line.label} {results.say('table.withheld')}")
    event, time = event_name(results, curves.exhibit), results.outcome_label(curves.outcome)
    return results.say("figure.curve.alt", event=event, time=time, groups="; ".join(parts))
