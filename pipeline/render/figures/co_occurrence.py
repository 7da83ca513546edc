"""Themes that were found in the same interviews: a triangle of numbers, darker for more; the number stands in each field."""

from dataclasses import dataclass

from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.patches import Rectangle

from pipeline.render.codings import CodedInterviews, Theme
from pipeline.render.figures.canvas import Sheet, drawn
from pipeline.render.figures.figure import Figure
from pipeline.render.figures.lettering import Style, clipped
from pipeline.render.figures.look import INK, LINE, PAPER, PARTICIPANT, RULE, WIDTH, ink_on
from pipeline.render.results import Results
from pipeline.render.wording.needs import by_coders, goes_with_sentences, pairs_named

LABELS = 2.35
HEAD = 0.24
WIDEST = 0.34
FLATTEST = 0.24


@dataclass(frozen=True)
class Field:
    """One pair of themes, or one theme: interviews, and where it stands."""

    count: int | None
    left: float
    top: float
    alone: bool
    """True on the diagonal: one theme."""


def co_occurrence_figure(results: Results, coding: CodedInterviews) -> Figure | None:
    """Draw which themes go together; None where that is withheld, or there is one theme only."""
    themes = coding.themes
    if len(themes) < 2 or all(coding.pair(one, other).n is None for one in themes for other in themes if one is not other):
        return None
    side = min(WIDEST, (WIDTH - LABELS - 0.05) / len(themes))
    tops = _tops(themes, side)
    caption = results.say("figure.together.caption", by=by_coders(results, coding.most))
    words = (_alt(results, coding), caption)
    name = f"together-{coding.exhibit['id']}".replace("_", "-")
    return drawn(name, tops[-1] + 0.05, lambda page: _paint(results, page, coding, (side, tops)), words, (coding.parts, coding.pairs))


def _tops(themes: tuple[Theme, ...], side: float) -> list[float]:
    """Give the top of each row, and the bottom of the last."""
    tops = [HEAD]
    for number, theme in enumerate(themes, start=1):
        tops.append(tops[-1] + max(side, FLATTEST, len(_label(theme, number)) * LINE + 0.05))
    return tops


def _label(theme: Theme, number: int) -> list[str]:
    return clipped(f"{number} {theme.label}", LABELS - 0.12)


def _paint(results: Results, page: Sheet, coding: CodedInterviews, sizes: tuple[float, list[float]]) -> None:
    side, tops = sizes
    most = max((coding.pair(one, other).n or 0 for one in coding.themes for other in coding.themes), default=0)
    for row, theme in enumerate(coding.themes):
        tall = tops[row + 1] - tops[row]
        lines = _label(theme, row + 1)
        for number, line in enumerate(lines):
            page.write((0.02, tops[row] + tall / 2 + (number - (len(lines) - 1) / 2) * LINE), line)
        page.write((LABELS + (row + 0.5) * side, HEAD / 2), str(row + 1), Style("center"))
        for column, other in enumerate(coding.themes[: row + 1]):
            field = Field(coding.pair(theme, other).n, LABELS + column * side, tops[row], row == column)
            _paint_field(results, page, field, (side, tall, most))


def _paint_field(results: Results, page: Sheet, field: Field, sizes: tuple[float, float, int]) -> None:
    side, tall, most = sizes
    scale = LinearSegmentedColormap.from_list("together", [PARTICIPANT.pale, PARTICIPANT.colour])
    colour = str(to_hex(scale(field.count / most))) if field.count and most else PAPER
    edge, width = (INK, 1.1) if field.alone else (RULE, 0.5)
    box = Rectangle((field.left, field.top), side, tall, facecolor=colour, edgecolor=edge, linewidth=width, transform=page.inches)
    box.set_zorder(2 if field.alone else 1)
    page.add_artist(box)
    text = "–" if field.count is None else results.number(field.count, 0)
    style = Style("center", weight="bold" if field.alone else "normal", colour=ink_on(colour))
    page.write((field.left + side / 2, field.top + tall / 2), text, style)


def _alt(results: Results, coding: CodedInterviews) -> str:
    """Say the finding: the pairs found most often, and what a theme that stands alone goes with."""
    pairs = pairs_named(results, coding)
    said = [results.say("needs.together_short", pairs="; ".join(pairs))] if pairs else []
    return results.say("figure.together.alt", findings=" ".join([*said, *goes_with_sentences(results, coding)]))
