"""Cumulative share with an event, by group, at the declared times; those still at risk stand under the axis."""

from matplotlib.axes import Axes

from pipeline.render.figures.canvas import Page, drawn, group_looks_key, point_look, share_axis
from pipeline.render.figures.figure import Figure
from pipeline.render.figures.lettering import Style, clipped
from pipeline.render.figures.look import LINE, RULE, WIDTH, group_look
from pipeline.render.results import Results, select
from pipeline.render.selection import Row, joined, known, rows_of

LEFT = 1.55
RIGHT = 0.2
TOP = 0.32
PANEL = 2.3
AXIS = 0.42
APART = 0.006
"""How far the groups' points stand apart, as a share of the axis, so that intervals do not cover each other."""


def curve_figures(results: Results) -> tuple[Figure, ...]:
    """Draw one figure for every declared curve."""
    made = (_figure(results, exhibit) for exhibit in results.facts["exhibits"] if exhibit["kind"] == "curve")
    return tuple(figure for figure in made if figure is not None)


def _figure(results: Results, exhibit: dict) -> Figure | None:
    rows = rows_of(select(results.distributions, exhibit="curve", analysis=exhibit["id"], level="all"))
    groups = {group: [row for row in rows if row.column == group] for group in results.groups}
    groups = {group: sorted(mine, key=lambda row: row.x) for group, mine in groups.items() if mine}
    if not groups:
        return None
    time = results.outcome_label(rows[0].outcome)
    caption = results.say("figure.curve.caption", exhibit=results.label("exhibit", exhibit["id"]))
    event = _event(results, exhibit)
    height = TOP + PANEL + AXIS + LINE * (len(groups) + 1.4)
    slug = f"curve-{exhibit['id']}".replace("_", "-")
    return drawn(slug, height, lambda page: _paint(results, page, groups, (time, event)), (_alt(results, groups, event), caption))


def _event(results: Results, exhibit: dict) -> str:
    """Name the event with the answers that count as it, where the release has them."""
    labels = [
        results.label("answer", code, exhibit["event"])
        for code in exhibit.get("event_codes", ())
        if results.has_label("answer", code, exhibit["event"])
    ]
    return joined(results, labels) if labels else results.label("exhibit", exhibit["id"])


def _paint(results: Results, page: Page, groups: dict[str, list[Row]], names: tuple[str, str]) -> None:
    time, event = names
    axes = page.panel(LEFT, TOP, WIDTH - LEFT - RIGHT, PANEL)
    times = sorted({row.x for rows in groups.values() for row in rows})
    span = max(times) - min(times) or 1.0
    axes.set_xlim(min(times) - 0.02 * span, max(times) + 0.02 * span)
    axes.grid(axis="y", color=RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    highest = [value for rows in groups.values() for row in rows for value in (row.share, row.conf_high) if known(value)]
    axes.set_ylim(0, max([*highest, 0.05]) * 1.05)
    for place, (group, rows) in enumerate(groups.items()):
        _paint_group(results, axes, (group, rows), (place - 0.5) * 2 * APART * span)
    digits = 0 if all(time == int(time) for time in times) else 1
    axes.set_xticks(times, [results.number(value, digits) for value in times])
    share_axis(results, axes)
    axes.set_ylabel(results.say("figure.curve.axis", event=event))
    axes.set_xlabel(time, labelpad=2)
    group_looks_key(results, page, LEFT, 0.13)
    _paint_risk(results, page, axes, groups)


def _paint_group(results: Results, axes: Axes, curve: tuple[str, list[Row]], shift: float) -> None:
    """Join the known points by a thin line; between them nothing is released, so the line only leads the eye."""
    group, rows = curve
    look = group_look(results, group)
    shown = [row for row in rows if known(row.share) and not row.withheld]
    axes.plot([row.x for row in shown], [row.share for row in shown], look.line, color=look.colour, linewidth=1.4, zorder=2)
    for row in shown:
        if known(row.conf_low):
            axes.plot([row.x + shift] * 2, [row.conf_low, row.conf_high], color=look.edge, linewidth=1.1, zorder=3)
    axes.plot([row.x + shift for row in shown], [row.share for row in shown], **point_look(results, group), zorder=4, clip_on=False)


def _paint_risk(results: Results, page: Page, axes: Axes, groups: dict[str, list[Row]]) -> None:
    top = TOP + PANEL + AXIS + LINE
    page.write((0.05, top - LINE * 0.2), results.say("figure.curve.at_risk"), Style(weight="bold"))
    low, high = axes.get_xlim()
    width = WIDTH - LEFT - RIGHT
    for place, (group, rows) in enumerate(groups.items()):
        y = top + (place + 0.9) * LINE
        page.write((0.05, y), clipped(results.group_label(group), LEFT - 0.35, 1)[0])
        for row in rows:
            text = results.number(int(row.n_at_risk), 0) if known(row.n_at_risk) else "–"
            page.write((LEFT + (row.x - low) / (high - low) * width, y), text, Style("center"))


def _alt(results: Results, groups: dict[str, list[Row]], event: str) -> str:
    """Say the share of each group at its last known time."""
    parts = []
    for group, rows in groups.items():
        shown = [row for row in rows if known(row.share) and not row.withheld]
        label = results.group_label(group)
        if shown:
            at, share = results.number(shown[-1].x, 0), results.percent(shown[-1].share)
            parts.append(results.say("figure.curve.at", group=label, time=at, share=share))
        else:
            parts.append(f"{label} {results.say('table.withheld')}")
    outcome = next(iter(groups.values()))[0].outcome
    return results.say("figure.curve.alt", event=event, time=results.outcome_label(outcome), groups="; ".join(parts))
