"""What those who took part say: answers to rated questions as bars, shares of a yes with their interval."""

from dataclasses import dataclass

from matplotlib.axes import Axes

from pipeline.render.answers import Cells, cells_of, segments, total_of
from pipeline.render.figures.canvas import Sheet, boxes, drawn, number_axis, point_look, write, write_beside
from pipeline.render.figures.figure import Figure
from pipeline.render.figures.lettering import Style, wrapped
from pipeline.render.figures.look import LINE, MUTED, PAPER, RULE, WIDTH, group_look, ink_on
from pipeline.render.figures.stacked import BAR, LABELLED, can_stack, colour_of, hatch, key_height, merged_remark, paint_key
from pipeline.render.labels import answer_label, answer_order
from pipeline.render.numbers import NBSP
from pipeline.render.results import Results
from pipeline.render.selection import MERGED, Row, known
from pipeline.spec.vocabulary import EVERYBODY

LABELS = 2.6
NUMBERS = 0.62
BAR_ROW = 0.3
AXIS = 0.5
YES_OR_NO = 2


@dataclass(frozen=True)
class AskedQuestion:
    """One question of the exhibit, with the cells of one group."""

    variable: str
    group: str
    rows: list[Row]
    asked: str
    """Whom and when, where the exhibit shows several groups or waves."""
    lines: list[str]

    @property
    def rated(self) -> bool:
        """Say whether it has more answers than yes and no."""
        return len({row.row for row in self.rows}) > YES_OR_NO

    @property
    def height(self) -> float:
        """Inches."""
        return max(BAR_ROW, len(self.lines) * LINE + 0.08)


def experience_figures(results: Results) -> tuple[Figure, ...]:
    """Draw one figure for every declared exhibit of what people say of the programme."""
    made = (_figure(results, exhibit) for exhibit in results.facts["exhibits"] if exhibit["kind"] == "experience")
    return tuple(figure for figure in made if figure is not None)


def _figure(results: Results, exhibit: dict) -> Figure | None:
    questions = _questions(results, exhibit)
    if not questions:
        return None
    keys = list(dict.fromkeys(question.variable for question in questions if question.rated))
    top = sum(key_height(results, variable) for variable in keys[:1]) + 0.05

    def paint(page: Sheet) -> None:
        for variable in keys[:1]:
            paint_key(results, page, variable, 0)
        _paint(results, page, questions, top)

    height = top + sum(question.height for question in questions) + AXIS
    return drawn(
        f"experience-{exhibit['id']}".replace("_", "-"),
        height,
        paint,
        (_alt(results, questions), _caption(results, exhibit["id"], questions)),
        questions,
    )


def _caption(results: Results, exhibit: str, questions: list[AskedQuestion]) -> str:
    label = results.label("exhibit", exhibit)
    remark = merged_remark(results, (segments(question.rows) for question in questions if question.rated))
    kind = "bars" if all(one.rated for one in questions) else "both"
    said = results.say(f"figure.experience.caption.{kind}", exhibit=label)
    return " ".join([said, *remark])


def _questions(results: Results, exhibit: dict) -> list[AskedQuestion]:
    """Give the questions in the order declared, rated ones first; groups one by one, all together only where there are none."""
    cells = {key: rows for key, rows in cells_of(results, "experience").items() if rows[0].analysis == exhibit["id"]}
    grouped = {(variable, wave) for variable, wave, group in cells if group != EVERYBODY}
    found = []
    for variable in exhibit["outcomes"]:
        for (name, wave, group), rows in cells.items():
            if name == variable and can_stack(results, variable) and (group != EVERYBODY or (name, wave) not in grouped):
                asked = _asked(results, cells, wave, group)
                found.append(AskedQuestion(variable, group, rows, asked, wrapped(_label(results, variable, rows, asked), LABELS - 0.1)))
    return sorted(found, key=lambda question: not question.rated)


def _asked(results: Results, cells: Cells, wave: str, group: str) -> str:
    """Name the group and the wave where the exhibit has several of them."""
    groups, waves = {group for _, _, group in cells} - {EVERYBODY}, {wave for _, wave, _ in cells}
    named = [results.group_label(group)] if len(groups) > 1 else []
    named += [results.label("wave", wave)] if len(waves) > 1 and wave else []
    return ", ".join(named)


def _label(results: Results, variable: str, rows: list[Row], asked: str) -> str:
    label = results.label("variable", variable)
    if len({row.row for row in rows}) <= YES_OR_NO:
        label = f"{label}:{NBSP}{results.inside(answer_label(results, variable, _counted(results, variable)))}"
    return f"{label} ({asked})" if asked else label


def _counted(results: Results, variable: str) -> str:
    """Give the answer whose share is shown: the first of the list."""
    return answer_order(results, variable)[0]


def _paint(results: Results, page: Sheet, questions: list[AskedQuestion], top: float) -> None:
    depth = sum(question.height for question in questions)
    axes = page.panel(LABELS, top, WIDTH - LABELS - NUMBERS, depth)
    axes.set_ylim(depth, 0)
    axes.set_xlim(0, 1)
    axes.set_yticks([])
    axes.grid(axis="x", color=RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    y = 0.0
    for question in questions:
        middle = y + question.height / 2
        for number, line in enumerate(question.lines):
            page.write((LABELS - 0.08, top + middle + (number - (len(question.lines) - 1) / 2) * LINE), line, Style("right"))
        total = total_of(question.rows)
        if total is not None:
            write_beside(axes, middle, results.say("figure.n", n=total), 6)
        (_paint_rated if question.rated else _paint_share)(results, axes, question, middle)
        y += question.height
    number_axis(results, axes, share=True)
    axes.set_xlabel(results.say("figure.experience.axis"))


def _paint_rated(results: Results, axes: Axes, question: AskedQuestion, middle: float) -> None:
    parts = segments(question.rows)
    if parts is None:
        write(axes, (0.02, middle), results.say("table.withheld"), Style(colour=MUTED))
        return
    order = answer_order(results, question.variable)
    tall = BAR_ROW * BAR
    left, corners, colours = 0.0, [], []
    for part in parts:
        colours.append(colour_of(order, part.code))
        corners.append((left, middle - tall / 2, part.share, tall))
        if part.share >= LABELLED:
            style = Style("center", colour=ink_on(colours[-1]))
            write(axes, (left + part.share / 2, middle), results.number(part.share * 100, 0), style)
        left += part.share
    boxes(axes, corners, colours, edgecolor=PAPER, linewidth=0.5, zorder=2)
    hatch(axes, [corner for corner, part in zip(corners, parts, strict=True) if MERGED in part.code])


def _paint_share(results: Results, axes: Axes, question: AskedQuestion, middle: float) -> None:
    row = _counted_row(results, question)
    if row is None:
        write(axes, (0.02, middle), results.say("table.withheld"), Style(colour=MUTED))
        return
    look = group_look(results, question.group)
    if known(row.conf_low):
        axes.plot([row.conf_low, row.conf_high], [middle, middle], color=look.edge, linewidth=1.4, zorder=2)
    axes.plot(row.share, middle, **point_look(results, question.group), zorder=3)


def _counted_row(results: Results, question: AskedQuestion) -> Row | None:
    """Give the cell of the counted answer; None when it is withheld."""
    code = _counted(results, question.variable)
    return next((row for row in question.rows if row.row == code and not row.withheld and known(row.share)), None)


def _alt(results: Results, questions: list[AskedQuestion]) -> str:
    parts = []
    for question in questions:
        label = results.label("variable", question.variable) + (f" ({question.asked})" if question.asked else "")
        if question.rated:
            answers = [
                f"{answer_label(results, question.variable, row.row)} {results.percent(row.share) if known(row.share) else results.say('table.withheld')}"
                for row in question.rows
            ]
            parts.append(f"{label} {', '.join(answers)}")
        else:
            row = _counted_row(results, question)
            answer = answer_label(results, question.variable, _counted(results, question.variable))
            parts.append(f"{label}: {answer} {results.percent(row.share) if row is not None else results.say('table.withheld')}")
    return results.say("figure.experience.alt", items="; ".join(parts))
