"""Love plot: how alike the groups were at the start, in standard deviations."""

from pipeline.render.balance import Difference, balance_differences
from pipeline.render.figures.canvas import Sheet, drawn, number_axis, reference_line, row_labels, write_beside
from pipeline.render.figures.figure import Figure
from pipeline.render.figures.lettering import clipped
from pipeline.render.figures.look import INK, LINE, PAPER, RULE, WIDTH
from pipeline.render.results import Results
from pipeline.render.selection import known

LIMIT = 0.1
"""Differences beyond this are usually called imbalance."""
EDGE = 0.98
"""Where a complete difference is marked, as a share of the way to the edge."""
LABELS = 2.75
NUMBERS, WORDS = 0.6, 0.85
"""Inches right of the axes: for numbers only, and where a difference is named."""
ROW = 0.185
GAP = 0.1
TOP = 0.12
BOTTOM = 0.5


def love_figure(results: Results) -> Figure | None:
    """Draw the standardised difference of every covariate of Table 1; None when none is known."""
    differences = balance_differences(results)
    if not any(one.is_known for one in differences):
        return None
    participants, controls = (results.inside(results.group_label(code)) for code in results.groups)
    caption = results.say("figure.love.caption", first=participants, second=controls, limit=results.number(LIMIT, 1))
    if any(one.is_complete for one in differences):
        caption = f"{caption} {results.say('figure.love.complete')}"
    height = TOP + _row_height(differences) * len(differences) + BOTTOM
    return drawn("love", height, lambda page: _paint(results, page, differences), (_alt(results, differences), caption), differences)


def _row_height(differences: list[Difference]) -> float:
    """Give the inches per row that the longest label needs, so that labels on several lines never meet."""
    return max(ROW, LINE * max(len(clipped(one.label, LABELS - GAP)) for one in differences))


def _paint(results: Results, page: Sheet, differences: list[Difference]) -> None:
    count = len(differences)
    beside = WORDS if any(one.is_complete for one in differences) else NUMBERS
    axes = page.panel(LABELS, TOP, WIDTH - LABELS - beside, _row_height(differences) * count)
    axes.set_ylim(count - 0.5, -0.5)
    reach = max([abs(one.estimate) for one in differences if known(one.estimate)] + [2.5 * LIMIT]) * 1.1
    edge = reach * EDGE
    axes.set_xlim(-reach, reach)
    reference_line(axes, 0)
    for limit in (-LIMIT, LIMIT):
        reference_line(axes, limit, (0, (4, 3)))
    for place, one in enumerate(differences):
        if one.is_known:
            at = min(max(one.estimate, -edge), edge)
            face = INK if abs(at) > LIMIT else PAPER
            axes.plot([0, at], [place, place], color=RULE, linewidth=1.2, zorder=1)
            axes.plot(at, place, _mark(one), color=INK, markerfacecolor=face, markersize=5, zorder=3)
        write_beside(axes, place, _text(results, one), 8)
    row_labels(axes, [one.label for one in differences], LABELS - GAP)
    number_axis(results, axes)
    axes.set_xlabel(results.say("figure.love.axis"))


def _mark(one: Difference) -> str:
    """Give an arrowhead that points out of the figure for a complete difference."""
    if one.is_complete:
        return ">" if one.estimate > 0 else "<"
    return "D" if abs(one.estimate) > LIMIT else "o"


def _text(results: Results, one: Difference) -> str:
    if one.is_complete:
        return results.say("table.complete")
    return results.say("table.withheld") if one.is_withheld else results.number(one.estimate, 2)


def _alt(results: Results, differences: list[Difference]) -> str:
    shown = [one for one in differences if one.is_known]
    beyond = sorted((one for one in shown if abs(one.estimate) > LIMIT), key=lambda one: -abs(one.estimate))
    limit, count = results.number(LIMIT, 1), len(shown)
    if not beyond:
        return results.say("figure.love.alt_none", limit=limit, count=count)
    named = "; ".join(f"{one.label} {_text(results, one)}" for one in beyond[:3])
    return results.say("figure.love.alt", limit=limit, total=count, beyond=len(beyond), named=named)
