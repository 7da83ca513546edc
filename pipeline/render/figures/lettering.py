"""Text in figures: measuring, breaking into lines, and writing it as outlines of the bundled font.

A report's figures hold hundreds of short texts. Matplotlib's own text objects
lay out each one anew; here a text is one line at a known place, so only its
outline is looked up.
"""

import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from matplotlib.artist import Artist
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.transforms import Transform

from pipeline.render.figures.look import INK, POINTS, SMALL

HALF_CAPITAL = 0.36
"""Half the height of a capital or digit, as a share of the text's size."""
FACE_SIZE = 100.0
"""Size at which letters are measured; any would do, since nothing is hinted."""
UNKNOWN = "\ufffd"
STARTS = {"left": 0.0, "center": 0.5, "right": 1.0}


@dataclass(frozen=True)
class Style:
    """How a line of text looks, and which of its ends (``left``, ``center``, ``right``) stands at its place."""

    side: str = "left"
    size: float = SMALL
    weight: str = "normal"
    colour: str = INK


@dataclass(frozen=True)
class Lettered:
    """One line of text at a place, its capitals centred on it."""

    text: str
    place: tuple[float, float]
    at: Transform
    style: Style
    offset: tuple[float, float] = (0.0, 0.0)
    """Points to the right and up."""


class Lettering(Artist):
    """All texts of one figure."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Lettered] = []
        self.set_zorder(10)

    def draw(self, renderer: Any) -> None:
        """Write every text (called by matplotlib)."""
        _, height = renderer.get_canvas_width_height()
        point = renderer.points_to_pixels(1.0)
        for line in self.lines:
            x, y = line.at.transform(line.place)
            start = STARTS[line.style.side]
            width = text_width(line.text, line.style.size, line.style.weight) if start else 0.0
            x += point * (line.offset[0] - start * width * POINTS)
            y += point * (line.offset[1] - HALF_CAPITAL * line.style.size)
            context = renderer.new_gc()
            context.set_foreground(line.style.colour)
            renderer.draw_text(
                context, x, height - y, drawable(line.text, line.style.weight), font(line.style.size, line.style.weight), 0, False
            )
            context.restore()


@lru_cache(maxsize=16)
def font(size: float, weight: str) -> FontProperties:
    """Give the figures' font in a size and weight."""
    return FontProperties(family="DejaVu Sans", size=size, weight=weight)


def text_width(text: str, size: float = SMALL, weight: str = "normal") -> float:
    """Measure one line of text in inches: the sum of its letters' advances, without kerning."""
    return sum(advance(letter, weight) for letter in text) * size / POINTS


@lru_cache(maxsize=1024)
def drawable(text: str, weight: str) -> str:
    """Put the sign for an unknown letter where the bundled font has none, and say so: a font of the machine would draw other figures elsewhere."""
    letters = [letter_for(letter, weight) for letter in text]
    unknown = "".join(dict.fromkeys(own for own, drawn in zip(text, letters, strict=True) if own != drawn))
    if unknown:
        warnings.warn(f"'{text}' holds {unknown}, which figures have no letter for; {UNKNOWN} stands in its place", stacklevel=2)
    return "".join(letters)


def font_file() -> str:
    """Give the file of the font that figures are lettered in.

    Raises
    ------
    ValueError
        When it is not there.
    """
    return findfont(font(SMALL, "normal"), fallback_to_default=False)


@lru_cache(maxsize=4096)
def letter_for(letter: str, weight: str) -> str:
    """Give the letter that is drawn for one: itself, where the bundled font has it."""
    return letter if get_font(findfont(font(SMALL, weight))).get_char_index(ord(letter)) else UNKNOWN


@lru_cache(maxsize=4096)
def advance(letter: str, weight: str) -> float:
    """Measure how far one letter moves the pen, in parts of the text's size."""
    face = get_font(findfont(font(SMALL, weight)))
    face.set_size(FACE_SIZE, POINTS)
    return float(face.load_char(ord(letter_for(letter, weight)), flags=LoadFlags.NO_HINTING).linearHoriAdvance) / 65536 / FACE_SIZE


def wrapped(text: str, width: float, size: float = SMALL, weight: str = "normal") -> list[str]:
    """Break a text into lines of at most ``width`` inches: at blanks, and inside a word only when it alone is too long."""
    lines = [""]
    for word in text.split(" "):
        for piece in _pieces(word, width, size, weight):
            longer = f"{lines[-1]} {piece}".strip(" ")
            if text_width(longer, size, weight) <= width:
                lines[-1] = longer
            else:
                lines.append(piece)
    return [line for line in lines if line] or [""]


def _pieces(word: str, width: float, size: float, weight: str) -> list[str]:
    """Break a word that does not fit, with a hyphen."""
    pieces = []
    while text_width(word, size, weight) > width and len(word) > 2:
        fitting = max((end for end in range(1, len(word)) if text_width(word[:end] + "-", size, weight) <= width), default=1)
        pieces.append(word[:fitting] + "-")
        word = word[fitting:]
    return [*pieces, word]


def clipped(text: str, width: float, lines: int = 2, style: Style | None = None) -> list[str]:
    """Wrap a text to at most ``lines`` lines; an ellipsis shows that there was more (the table has it in full)."""
    look = style or Style()
    all_lines = wrapped(text, width, look.size, look.weight)
    if len(all_lines) <= lines:
        return all_lines
    last = all_lines[lines - 1]
    while text_width(last + " …", look.size, look.weight) > width:
        last = last[:-1]
    return [*all_lines[: lines - 1], last.rstrip() + " …"]
