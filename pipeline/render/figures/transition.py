"""From class before to class after: row percentages of each group, darker for more."""

from dataclasses import dataclass

from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.patches import Rectangle

from pipeline.render.figures.canvas import Sheet, drawn
from pipeline.render.figures.figure import Figure
from pipeline.render.figures.lettering import Style, clipped, text_width
from pipeline.render.figures.look import LINE, MUTED, PAPER, RULE, TEXT, WIDTH, GroupLook, group_look, ink_on
from pipeline.render.labels import answer_label, class_codes, first_place
from pipeline.render.numbers import NBSP
from pipeline.render.results import Results, select
from pipeline.render.selection import Row, anybody_before, known, rows_of

LABELS = 1.75
CELL = 0.36
"""Least height of a row, in inches."""
MOST_LINES = 3
HEADING_STYLE = Style(size=TEXT, weight="bold")
HEADING = 0.28
COLUMNS = 0.4
BELOW = 0.22


@dataclass(frozen=True)
class Matrix:
    """The transitions of one group."""

    outcome: str
    group: str
    before: list[str]
    after: list[str]
    cells: dict[tuple[str, str], Row]
    labels: list[list[str]]
    """Lines of each row's label, with the number of people in the row."""

    @property
    def height(self) -> float:
        """Inches."""
        return HEADING + COLUMNS + sum(self.heights) + BELOW

    @property
    def heights(self) -> list[float]:
        """Height of each row, in inches."""
        return [max(CELL, len(lines) * LINE + 0.08) for lines in self.labels]


def transition_figures(results: Results) -> tuple[Figure, ...]:
    """Draw one figure for every declared transition, the groups one below the other."""
    made = (_figure(results, exhibit) for exhibit in results.facts["exhibits"] if exhibit["kind"] == "transition")
    return tuple(figure for figure in made if figure is not None)


def _figure(results: Results, exhibit: dict) -> Figure | None:
    matrices = _matrices(results, exhibit["id"])
    if not matrices:
        return None
    before, after = (results.label("wave", wave) for wave in exhibit["waves"])
    caption = results.say("figure.transition.caption", exhibit=results.label("exhibit", exhibit["id"]), before=before, after=after)
    height = sum(matrix.height for matrix in matrices)
    slug = f"transition-{exhibit['id']}".replace("_", "-")

    def paint(page: Sheet) -> None:
        top = 0.0
        for matrix in matrices:
            _paint_matrix(results, page, matrix, (top, before, after))
            top += matrix.height

    return drawn(slug, height, paint, (_alt(results, matrices, before, after), caption), matrices)


def _matrices(results: Results, exhibit: str) -> list[Matrix]:
    rows = rows_of(select(results.distributions, exhibit="transition", analysis=exhibit))
    matrices = []
    for group in results.groups:
        mine = [row for row in rows if row.level == results.group_level(group) and anybody_before(row)]
        if mine:
            order = class_codes(results, mine[0].outcome)
            before = sorted({row.row for row in mine}, key=lambda code: first_place(order, code))
            after = sorted({row.column for row in mine}, key=lambda code: first_place(order, code))
            cells = {(row.row, row.column): row for row in mine}
            labels = [_row_label(results, mine[0].outcome, [row for row in mine if row.row == code]) for code in before]
            matrices.append(Matrix(mine[0].outcome, group, before, after, cells, labels))
    return matrices


def _paint_matrix(results: Results, page: Sheet, matrix: Matrix, place: tuple[float, str, str]) -> None:
    top, before, after = place
    look = group_look(results, matrix.group)
    arrow = LABELS
    if len(results.groups) > 1:
        page.line([0.09], [top + 0.13], marker=look.marker, color=look.colour, markeredgecolor=look.edge, markersize=6)
        name = clipped(results.group_label(matrix.group), WIDTH / 2, 1, HEADING_STYLE)[0]
        page.write((0.2, top + 0.13), name, HEADING_STYLE)
        arrow = max(LABELS, 0.5 + text_width(name, TEXT, "bold"))
    page.write((arrow, top + 0.13), f"{after} →", Style(colour=MUTED))
    width = (WIDTH - LABELS - 0.05) / len(matrix.after)
    under = top + HEADING + COLUMNS
    page.write((0.05, under - LINE / 2 - 0.02), f"{before} ↓", Style(colour=MUTED))
    for column, code in enumerate(matrix.after):
        _write_lines(page, results, (LABELS + (column + 0.5) * width, under - 0.04, width - 0.08), (matrix.outcome, code))
    y = under
    for code, label, tall in zip(matrix.before, matrix.labels, matrix.heights, strict=True):
        for number, line in enumerate(label):
            page.write((LABELS - 0.1, y + tall / 2 + (number - (len(label) - 1) / 2) * LINE), line, Style("right"))
        for column, other in enumerate(matrix.after):
            _paint_cell(results, page, matrix.cells.get((code, other)), (LABELS + column * width, y, width, tall), look)
        y += tall


def _write_lines(page: Sheet, results: Results, place: tuple[float, float, float], code: tuple[str, str]) -> None:
    """Write a column's label above the cells, its last line nearest to them."""
    x, bottom, width = place
    lines = clipped(answer_label(results, *code), width)
    for number, line in enumerate(lines):
        page.write((x, bottom - (len(lines) - number - 0.5) * LINE), line, Style("center"))


def _row_label(results: Results, outcome: str, rows: list[Row]) -> list[str]:
    """Give the lines of a row's label, with the number of people in it."""
    total = next((int(row.total) for row in rows if known(row.total)), None)
    count = f" ({results.say('figure.n', n=total)})".replace(" = ", f"{NBSP}={NBSP}") if total is not None else ""
    return clipped(answer_label(results, outcome, rows[0].row) + count, LABELS - 0.2, MOST_LINES)


def _paint_cell(results: Results, page: Sheet, row: Row | None, place: tuple[float, float, float, float], look: GroupLook) -> None:
    left, top, width, tall = place
    shown = row is not None and not row.withheld and known(row.share)
    share = float(row.share) if shown and row is not None else 0.0
    colour = _shade(look, share) if shown else PAPER
    cell = Rectangle((left, top), width, tall, facecolor=colour, edgecolor=RULE, linewidth=0.8, transform=page.inches)
    page.add_artist(cell)
    text = results.percent(share) if shown else results.say("table.withheld")
    style = Style("center", TEXT, colour=ink_on(colour)) if shown else Style("center", colour=MUTED)
    page.write((left + width / 2, top + tall / 2), text, style)


def _shade(look: GroupLook, share: float) -> str:
    scale = LinearSegmentedColormap.from_list(look.colour, [look.pale, look.colour])
    return str(to_hex(scale(share)))


def _alt(results: Results, matrices: list[Matrix], before: str, after: str) -> str:
    """Say for each group what became of those in each class before: the class that most of them were in after."""
    groups = []
    for matrix in matrices:
        parts = []
        for code in matrix.before:
            shown = [row for (row_code, _), row in matrix.cells.items() if row_code == code and not row.withheld and known(row.share)]
            if shown:
                top = max(shown, key=lambda row: row.share)
                label = answer_label(results, matrix.outcome, top.column)
                parts.append(f"{answer_label(results, matrix.outcome, code)} → {label} {results.percent(top.share)}")
        said = ", ".join(parts) or results.say("table.withheld")
        groups.append(f"{results.group_label(matrix.group)}: {said}" if len(results.groups) > 1 else said)
    return results.say("figure.transition.alt", before=before, after=after, groups="; ".join(groups))
