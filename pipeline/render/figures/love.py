"""Love plot: how alike the groups were at the start, in standard deviations."""

from pipeline.render.balance import Difference, balance_differences
from pipeline.render.figures.canvas import Page, drawn, number_axis, reference_line, row_labels, write_beside
from pipeline.render.figures.figure import Figure
from pipeline.render.figures.lettering import clipped
from pipeline.render.figures.look import INK, LINE, PAPER, RULE, WIDTH
from pipeline.render.results import Results
from pipeline.render.selection import known

LIMIT = 0.1
"""Differences beyond this are usually called imbalance."""
LABELS = 2.75
NUMBERS = 0.6
ROW = 0.185
GAP = 0.1
TOP = 0.12
BOTTOM = 0.5


def love_figure(results: Results) -> Figure | None:
    """Draw the standardised difference of every covariate of Table 1; None when none is known."""
    differences = balance_differences(results)
    if not any(known(one.estimate) for one in differences):
        return None
    participants, controls = (results.inside(results.group_label(code)) for code in results.groups)
    caption = results.say("figure.love.caption", first=participants, second=controls, limit=results.number(LIMIT, 1))
    height = TOP + _row_height(differences) * len(differences) + BOTTOM
    return drawn("love", height, lambda page: _paint(results, page, differences), (_alt(results, differences), caption))


def _row_height(differences: list[Difference]) -> float:
    """Give the inches per row that the longest label needs, so that labels on several lines never meet."""
    return max(ROW, LINE * max(len(clipped(one.label, LABELS - GAP)) for one in differences))


def _paint(results: Results, page: Page, differences: list[Difference]) -> None:
    count = len(differences)
    axes = page.panel(LABELS, TOP, WIDTH - LABELS - NUMBERS, _row_height(differences) * count)
    axes.set_ylim(count - 0.5, -0.5)
    reach = max([abs(one.estimate) for one in differences if known(one.estimate)] + [2.5 * LIMIT]) * 1.1
    axes.set_xlim(-reach, reach)
    reference_line(axes, 0)
    for limit in (-LIMIT, LIMIT):
        reference_line(axes, limit, (0, (4, 3)))
    for place, one in enumerate(differences):
        if known(one.estimate):
            beyond = abs(one.estimate) > LIMIT
            face = INK if beyond else PAPER
            axes.plot([0, one.estimate], [place, place], color=RULE, linewidth=1.2, zorder=1)
            axes.plot(one.estimate, place, "D" if beyond else "o", color=INK, markerfacecolor=face, markersize=5, zorder=3)
        text = results.number(one.estimate, 2) if known(one.estimate) else results.say("table.withheld")
        write_beside(axes, place, text, 8)
    row_labels(axes, [one.label for one in differences], LABELS - GAP)
    number_axis(results, axes)
    axes.set_xlabel(results.say("figure.love.axis"))


def _alt(results: Results, differences: list[Difference]) -> str:
    shown = [one for one in differences if known(one.estimate)]
    beyond = sorted((one for one in shown if abs(one.estimate) > LIMIT), key=lambda one: -abs(one.estimate))
    limit, count = results.number(LIMIT, 1), len(shown)
    if not beyond:
        return results.say("figure.love.alt_none", limit=limit, count=count)
    named = "; ".join(f"{one.label} {results.number(one.estimate, 2)}" for one in beyond[:3])
    return results.say("figure.love.alt", limit=limit, total=count, beyond=len(beyond), named=named)
