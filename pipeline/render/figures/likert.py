"""How people answered each question of a measure, by group and wave."""

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from pipeline.render.answers import Cells, Segment, cells_of, segments, total_of
from pipeline.render.figures.canvas import Sheet, drawn, point_look, reference_line, within, write_beside
from pipeline.render.figures.figure import Figure
from pipeline.render.figures.lettering import Style, clipped, text_width
from pipeline.render.figures.look import PAPER, WIDTH
from pipeline.render.figures.stacked import Bar, can_stack, key_height, left_edge, merged_remark, paint_bars, paint_key, side
from pipeline.render.labels import answer_order, declared, of_group, of_one, waves_of
from pipeline.render.results import Results
from pipeline.render.selection import MERGED, capital, outcome_in_wave

LABELS = 2.0
NUMBERS = 0.62
ROW = 0.185
AXIS = 0.5
LEAST_ITEMS = 2
QUESTION = Style(weight="bold")


@dataclass(frozen=True)
class LikertRow:
    """One row of the figure: a line of a question as heading, or one bar with its label and number of people."""

    label: str
    group: str = ""
    segments: list[Segment] | None = None
    total: int | None = None


def likert_figures(results: Results) -> tuple[Figure, ...]:
    """Draw one figure for every measure of several rated questions, in the order of measures."""
    cells = cells_of(results, "answers")
    made = (_figure(results, cells, measure) for measure in results.facts["measures"])
    return tuple(figure for figure in made if figure is not None)


def _figure(results: Results, cells: Cells, measure: dict) -> Figure | None:
    items = rated_items(results, measure)
    keys = [(item, wave, group) for item in items for wave in waves_of(results, item) for group in results.groups]
    rows = _rows(results, cells, measure, items)
    if len(items) < LEAST_ITEMS or not rows:
        return None
    name = results.label("measure", measure["name"])
    remarks = [*merged_remark(results, (row.segments for row in rows)), *_straddling_remark(results, items[0], rows)]
    caption = " ".join([results.say(of_one(results, "figure.likert.caption"), measure=name), *remarks])
    key = key_height(results, items[0])
    height = key + ROW * len(rows) + AXIS
    words = (_alt(results, cells, measure, items), caption)

    def paint(page: Sheet) -> None:
        paint_key(results, page, items[0], 0)
        _paint(results, page, (items[0], rows), key)

    return drawn(f"likert-{measure['name']}".replace("_", "-"), height, paint, words, [cells.get(key) for key in keys])


def rated_items(results: Results, measure: dict) -> list[str]:
    """Give the rated questions of a measure that share one list of answers, in the order declared."""
    if measure["kind"] != "number":
        return []
    rated = [item for item in measure["items"] if declared(results, "variables", item).get("type") == "rating" and can_stack(results, item)]
    return [item for item in rated if answer_order(results, item) == answer_order(results, rated[0])]


def _rows(results: Results, cells: Cells, measure: dict, items: list[str]) -> list[LikertRow]:
    rows = []
    for item in items:
        bars = [
            _bar_row(results, cells, (item, wave, group))
            for wave in waves_of(results, item)
            for group in results.groups
            if (item, wave, group) in cells
        ]
        if bars:
            label = results.label("variable", item)
            question = results.say("figure.likert.reversed", item=label) if item in measure["reversed"] else label
            rows += [*(LikertRow(line) for line in clipped(question, WIDTH - 0.1, 2, QUESTION)), *bars]
    return rows


def _bar_row(results: Results, cells: Cells, key: tuple[str, str, str]) -> LikertRow:
    _, wave, group = key
    label = capital(results.label("wave", wave)) if wave else ""
    if len(results.groups) > 1 or not wave:
        label = ": ".join(filter(None, (label, capital(results.group_label(group)))))
    return LikertRow(label, group, segments(cells[key]), total_of(cells[key]))


def _paint(results: Results, page: Sheet, content: tuple[str, list[LikertRow]], top: float) -> None:
    item, rows = content
    order = answer_order(results, item)
    axes = page.panel(LABELS, top, WIDTH - LABELS - NUMBERS, ROW * len(rows))
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(*_limits(order, rows))
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    paint_bars(results, axes, order, [Bar(place, row.segments) for place, row in enumerate(rows) if row.group])
    reference_line(axes, 0)
    for place, row in enumerate(rows):
        middle = top + (place + 0.5) * ROW
        if not row.group:
            _paint_question(page, axes, row.label, middle)
            continue
        if len(results.groups) > 1:
            page.line([0.09], [middle], **point_look(results, row.group, 4.5))
        page.write((0.2, middle), clipped(row.label, LABELS - 0.25, 1)[0])
        if row.total is not None:
            write_beside(axes, place, results.say("figure.n", n=row.total), 6)
    _percent_axis(results, axes)


def _paint_question(page: Sheet, axes: Axes, label: str, middle: float) -> None:
    """Write a line of a question across the figure, with paper behind it where the line in the middle would cross it."""
    width = 0.03 + text_width(label, QUESTION.size, QUESTION.weight)
    axes.add_patch(Rectangle((0, middle - ROW / 2), width, ROW, transform=page.inches, color=PAPER, linewidth=0, zorder=1.5))
    page.write((0.03, middle), label, QUESTION)


def _percent_axis(results: Results, axes: Axes) -> None:
    """Count the shares outwards from the middle, without signs."""
    ticks = [tick / 100 for tick in range(-100, 101, 25) if within(tick / 100, axes.get_xlim())]
    axes.set_xticks(ticks, [results.number(abs(tick) * 100, 0) for tick in ticks])
    axes.set_xlabel(results.say("figure.likert.axis"))


def _limits(order: list[str], rows: list[LikertRow]) -> tuple[float, float]:
    lefts = [left_edge(order, row.segments) for row in rows if row.segments]
    rights = [left + 1 for left in lefts]
    return min(lefts, default=-0.5) - 0.02, max(rights, default=0.5) + 0.02


def _alt(results: Results, cells: Cells, measure: dict, items: list[str]) -> str:
    """Say for each question what share of each group gave an answer above the middle, in the last wave asked."""
    parts = []
    for item in items:
        wave = waves_of(results, item)[-1]
        shares = [of_group(results, group, _upper(results, item, cells.get((item, wave, group), []))) for group in results.groups]
        parts.append(f"{results.label('variable', item)}: {', '.join(shares)}")
    name = outcome_in_wave(results, measure["name"], waves_of(results, items[0])[-1])
    return results.say(of_one(results, "figure.likert.alt"), measure=name, items="; ".join(parts))


def _straddling_remark(results: Results, item: str, rows: list[LikertRow]) -> list[str]:
    """Explain merged answers on the line in the middle where the figure has them."""
    order = answer_order(results, item)
    codes = {part.code for row in rows for part in row.segments or ()}
    straddling = any(MERGED in code and side(order, code) == 0 for code in codes)
    return [results.say("figure.likert.merged_middle")] if straddling else []


def _upper(results: Results, item: str, rows: list) -> str:
    order, parts = answer_order(results, item), segments(rows)
    if parts is None:
        return results.say("table.withheld")
    if any(side(order, part.code) == 0 and any(side(order, one) > 0 for one in part.code.split(MERGED)) for part in parts):
        return results.say("table.withheld")
    return results.percent(sum(part.share for part in parts if side(order, part.code) > 0))
