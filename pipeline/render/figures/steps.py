"""What people did: the share of each group that gave the counted answer, for every question of a count."""

from matplotlib.axes import Axes

from pipeline.render.answers import Cells, cells_of
from pipeline.render.figures.canvas import Sheet, drawn, group_key, group_point, number_axis, row_labels, write
from pipeline.render.figures.figure import Figure
from pipeline.render.figures.lettering import Style
from pipeline.render.figures.look import MUTED, RULE, WIDTH
from pipeline.render.labels import answer_label, answer_order, waves_of
from pipeline.render.results import Results
from pipeline.render.selection import Row, known, outcome_in_wave

LABELS = 2.6
RIGHT = 0.25
ROW = 0.24
LEGEND = 0.3
AXIS = 0.5


def steps_figures(results: Results) -> tuple[Figure, ...]:
    """Draw one figure for every measure that counts answers, in its last wave."""
    cells = cells_of(results, "answers")
    counted = [measure for measure in results.facts["measures"] if measure["rule"] == "count_of"]
    made = (_figure(results, cells, measure) for measure in counted)
    return tuple(figure for figure in made if figure is not None)


def _figure(results: Results, cells: Cells, measure: dict) -> Figure | None:
    items = [item for item in measure["items"] if answer_order(results, item)]
    lines = [(item, shares) for item in items if (shares := _shares(results, cells, item))]
    if not lines:
        return None
    first = lines[0][0]
    answer = answer_label(results, first, answer_order(results, first)[0])
    name = outcome_in_wave(results, measure["name"], waves_of(results, first)[-1])
    words = (_alt(results, lines, answer), results.say("figure.steps.caption", measure=name, answer=answer))
    height = LEGEND + ROW * len(lines) + AXIS
    drawn_cells = [row for item, shares in lines for group in shares for row in _counted(results, cells, item, group)]
    slug = f"steps-{measure['name']}".replace("_", "-")
    return drawn(slug, height, lambda page: _paint(results, page, lines, answer), words, drawn_cells)


def _shares(results: Results, cells: Cells, item: str) -> dict[str, float | None]:
    """Give each group's share with the first answer of the list; None where withheld."""
    found: dict[str, float | None] = {}
    for group in results.groups:
        rows = _counted(results, cells, item, group)
        if (item, waves_of(results, item)[-1], group) in cells:
            found[group] = float(rows[0].share) if rows and known(rows[0].share) else None
    return found


def _counted(results: Results, cells: Cells, item: str, group: str) -> list[Row]:
    """Give the cell of the first answer of the list in the last wave, if there is one."""
    code = answer_order(results, item)[0]
    return [row for row in cells.get((item, waves_of(results, item)[-1], group), []) if row.row == code]


def _paint(results: Results, page: Sheet, lines: list[tuple[str, dict[str, float | None]]], answer: str) -> None:
    axes = page.panel(LABELS, LEGEND, WIDTH - LABELS - RIGHT, ROW * len(lines))
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.set_xlim(0, 1)
    axes.grid(axis="x", color=RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    for place, (_, shares) in enumerate(lines):
        _paint_line(results, axes, place, shares)
    row_labels(axes, [results.label("variable", item) for item, _ in lines], LABELS - 0.1)
    number_axis(results, axes, share=True)
    axes.set_xlabel(results.say("figure.steps.axis", answer=answer))
    group_key(results, page, LABELS, 0.13)


def _paint_line(results: Results, axes: Axes, place: int, shares: dict[str, float | None]) -> None:
    shown = {group: share for group, share in shares.items() if share is not None}
    if len(shown) > 1:
        axes.plot(list(shown.values()), [place] * len(shown), color=MUTED, linewidth=0.8, zorder=2)
    for group, share in shown.items():
        group_point(results, axes, group, (share, place))
    hidden = [results.group_label(group) for group, share in shares.items() if share is None]
    if hidden:
        text = f"{', '.join(hidden)}: {results.say('table.withheld')}"
        write(axes, (0.99, place), text, Style("right", colour=MUTED))


def _alt(results: Results, lines: list[tuple[str, dict[str, float | None]]], answer: str) -> str:
    parts = []
    for item, shares in lines:
        written = [
            f"{results.group_label(group)} {results.say('table.withheld') if share is None else results.percent(share)}"
            for group, share in shares.items()
        ]
        parts.append(f"{results.label('variable', item)}: {', '.join(written)}")
    return results.say("figure.steps.alt", answer=answer, items="; ".join(parts))
