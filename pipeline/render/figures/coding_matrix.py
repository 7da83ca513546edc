"""Themes by interviews: who found what. Filled where all coders found it, hatched where only some did; also in grey."""

from dataclasses import dataclass
from typing import Any

from matplotlib.patches import Rectangle

from pipeline.render.codings import CodedInterviews, Theme
from pipeline.render.figures.canvas import Sheet, drawn
from pipeline.render.figures.figure import Figure
from pipeline.render.figures.lettering import Style, clipped, text_width
from pipeline.render.figures.look import BAND, INK, LINE, MUTED, PAPER, RULE, WIDTH
from pipeline.render.results import Results
from pipeline.render.selection import capital, known
from pipeline.render.wording.needs import by_coders, found_of_all, interview_numbers

LABELS = 2.3
SUMS = 0.62
"""Width of one column of sums at the right."""
ROW = 0.25
HEADING = 0.28
KEY = 0.34
HEAD = 0.42
WIDEST = 0.26
MARK = 0.17
"""Greatest side of a cell's mark, in inches."""
ALL_FOUND, SOME_FOUND, NONE_FOUND, NOT_CODED = "all", "some", "none", "not_coded"
FILLED, PALE = "#00486F", "#DCEAF3"


@dataclass(frozen=True)
class Grid:
    """Where rows, columns and sums stand, in inches."""

    lines: tuple[tuple[Theme | None, str, float, float], ...]
    """Theme (None: a heading), its text, top and height."""
    width: float
    """Of a column."""
    bottom: float

    def middle(self, column: int) -> float:
        """Give the middle of a column."""
        return LABELS + (column + 0.5) * self.width


def coding_matrix_figure(results: Results, coding: CodedInterviews) -> Figure | None:
    """Draw the matrix of one coding; None where single interviews are withheld."""
    if not coding.shows_interviews:
        return None
    grid = _grid(results, coding)
    name = f"matrix-{coding.exhibit['id']}".replace("_", "-")
    words = (_alt(results, coding), results.say("figure.matrix.caption", exhibit=results.label("exhibit", coding.exhibit["id"])))
    return drawn(name, grid.bottom + 0.08, lambda page: _paint(results, page, coding, grid), words, (coding.parts, coding.cells))


def _grid(results: Results, coding: CodedInterviews) -> Grid:
    lines: list[tuple[Theme | None, str, float, float]] = []
    top = KEY + HEAD
    for part in coding.parts:
        if part.id:
            lines.append((None, results.label("part", part.id, coding.exhibit["id"]), top, HEADING))
            top += HEADING
        for theme in part.themes:
            tall = max(ROW, len(clipped(theme.label, LABELS - 0.12)) * LINE + 0.05)
            lines.append((theme, theme.label, top, tall))
            top += tall
    room = WIDTH - LABELS - SUMS * len(_leasts(coding))
    return Grid(tuple(lines), min(WIDEST, room / max(len(coding.interviews), 1)), top)


def _leasts(coding: CodedInterviews) -> tuple[int, ...]:
    return tuple(dict.fromkeys((coding.most, 1)))


def _paint(results: Results, page: Sheet, coding: CodedInterviews, grid: Grid) -> None:
    _paint_key(results, page, coding)
    _paint_headings(results, page, coding, grid)
    for theme, text, top, tall in grid.lines:
        middle = top + tall / 2
        if theme is None:
            page.write((0.02, middle), clipped(text, WIDTH, 1)[0], Style(weight="bold"))
            continue
        page.line([0.02, WIDTH - 0.02], [top + tall, top + tall], color=RULE, linewidth=0.4, zorder=0)
        lines = clipped(text, LABELS - 0.12)
        for number, line in enumerate(lines):
            page.write((0.02, middle + (number - (len(lines) - 1) / 2) * LINE), line)
        for column, interview in enumerate(coding.interviews):
            _paint_mark(page, found_by(coding, theme, interview), (grid.middle(column), middle), min(MARK, grid.width * 0.8))
        for place, least in enumerate(_leasts(coding)):
            style = Style("right", weight="bold" if place == 0 else "normal")
            page.write((_sum_edge(coding, place), middle), found_of_all(results, theme.counts[least]), style)


def _sum_edge(coding: CodedInterviews, place: int) -> float:
    return WIDTH - 0.02 - SUMS * (len(_leasts(coding)) - 1 - place)


def found_by(coding: CodedInterviews, theme: Theme, interview: str) -> str:
    """Say whether all coders, some or none found a theme in an interview; ``not_coded`` where nobody coded it or it is withheld."""
    row = coding.cells.get((theme.code, interview))
    if row is None or not known(row.n) or row.total == 0:
        return NOT_CODED
    if row.n == 0:
        return NONE_FOUND
    return ALL_FOUND if row.n == coding.most else SOME_FOUND


def _paint_mark(page: Sheet, found: str, centre: tuple[float, float], side: float) -> None:
    if found == NOT_CODED:
        page.write(centre, "–", Style("center", colour=MUTED))
        return
    x, y = centre
    looks: dict[str, dict[str, Any]] = {
        ALL_FOUND: {"facecolor": FILLED, "edgecolor": FILLED},
        SOME_FOUND: {"facecolor": PALE, "edgecolor": FILLED, "hatch": "//////"},
        NONE_FOUND: {"facecolor": PAPER, "edgecolor": RULE},
    }
    mark = Rectangle((x - side / 2, y - side / 2), side, side, linewidth=0.7, transform=page.inches, **looks[found])
    page.add_artist(mark)


def _paint_key(results: Results, page: Sheet, coding: CodedInterviews) -> None:
    """Write what the marks mean, on one line."""
    names = {
        ALL_FOUND: by_coders(results, coding.most),
        SOME_FOUND: results.say("figure.matrix.one" if coding.most <= 2 else "figure.matrix.some"),
        NONE_FOUND: results.say("figure.matrix.none"),
        NOT_CODED: results.say("figure.matrix.not_coded"),
    }
    left = 0.02
    for found, name in names.items():
        if found == SOME_FOUND and coding.most == 1:
            continue
        _paint_mark(page, found, (left + MARK / 2, KEY / 2 - 0.02), MARK)
        page.write((left + MARK + 0.07, KEY / 2 - 0.02), name)
        left += MARK + 0.3 + text_width(name)


def _paint_headings(results: Results, page: Sheet, coding: CodedInterviews, grid: Grid) -> None:
    """Number the interviews, and mark with a star those that fewer coders coded; name the sums."""
    base = KEY + HEAD - 0.11
    page.write((LABELS - 0.08, base), results.say("figure.matrix.interviews"), Style("right", colour=MUTED))
    step = max(1, round(0.2 / grid.width))
    fewer = coding.coded_by_fewer
    for column, (interview, number) in enumerate(zip(coding.interviews, interview_numbers(coding.interviews), strict=True)):
        page.write((grid.middle(column), base), number if column % step == 0 else "", Style("center"))
        page.write((grid.middle(column), base - LINE), "*" if interview in fewer else "", Style("center", weight="bold"))
        if column % 2 == 0:
            left = LABELS + column * grid.width
            band = Rectangle((left, base + 0.09), grid.width, grid.bottom - base - 0.09, facecolor=BAND, edgecolor="none", zorder=-1)
            band.set_transform(page.inches)
            page.add_artist(band)
    for place, least in enumerate(_leasts(coding)):
        name = by_coders(results, least) if least > 1 or coding.most == 1 else results.say("needs.by_any")
        for row, line in enumerate(clipped(capital(name), SUMS - 0.04)):
            page.write((_sum_edge(coding, place), base - LINE * (1 - row)), line, Style("right", colour=INK))


def _alt(results: Results, coding: CodedInterviews) -> str:
    """Say the finding: each theme with its numbers of interviews."""
    themes = [f"{theme.label} {found_of_all(results, theme.counts[coding.most])}" for theme in coding.themes]
    return results.say("figure.matrix.alt", by=by_coders(results, coding.most), themes="; ".join(themes))
