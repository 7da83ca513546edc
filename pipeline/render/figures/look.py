"""One look for all figures: sizes for A4, and colours that also differ in grey and to colour-blind eyes.

Group colours are of Okabe and Ito's set. A group is also told apart by the shape
of its marker, its line and its pattern.
"""

from dataclasses import dataclass
from typing import Any

from matplotlib.colors import to_rgb

from pipeline.render.results import Results

WIDTH = 6.3
"""A4 text width in inches (16 cm)."""
NARROW = 4.125
"""Width at which the smallest text is 9 pixels on a phone of 375."""
TEXT = 8.5
SMALL = 8.0
"""Sizes of text in points; nothing is smaller."""
LINE = 0.155
"""Height of one line of text, in inches."""
POINTS = 72
"""Points in an inch."""

INK = "#1a1a1a"
MUTED = "#595959"
RULE = "#d0d0d0"
BAND = "#f3f3f3"
PAPER = "#ffffff"
READABLE = 4.5
"""Least contrast of text against its ground."""

SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "path",
    "font.family": "DejaVu Sans",
    "font.size": TEXT,
    "text.parse_math": False,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.labelsize": SMALL,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.pad": 2,
    "ytick.major.pad": 2,
    "hatch.linewidth": 0.6,
}


@dataclass(frozen=True)
class GroupLook:
    """How one group looks in every figure."""

    colour: str
    edge: str
    marker: str
    line: str
    hatch: str
    pale: str
    """Lightest colour of a scale of shares that ends in ``colour``."""


PARTICIPANT = GroupLook("#0072B2", "#00486F", "o", "-", "", "#F2F8FC")
CONTROL = GroupLook("#E69F00", "#7A5200", "s", "--", "////", "#FEF8EC")


LEVELS = (
    PARTICIPANT,
    CONTROL,
    GroupLook("#009E73", "#00614A", "^", ":", "....", "#F0FAF6"),
    GroupLook("#CC79A7", "#7A3B5E", "D", "-.", "xxxx", "#FBF3F7"),
    GroupLook("#595959", "#1a1a1a", "v", "-", "\\\\\\\\", "#F3F3F3"),
    GroupLook("#56B4E9", "#20618A", "P", "--", "||||", "#F2F9FD"),
)
"""Looks of the levels of a variable, such as municipalities, in their order; they begin again after the last."""


def level_look(place: int) -> GroupLook:
    """Give the look of a variable's level by its place in the order of its answers."""
    return LEVELS[place % len(LEVELS)]


def group_look(results: Results, code: str) -> GroupLook:
    """Give the look of a group: participants always the one, everybody else the other."""
    return PARTICIPANT if code == results.groups[0] else CONTROL


def ink_on(colour: str) -> str:
    """Give the text colour that is easier to read on a ground: dark ink, or white where ink has less than 4.5 to 1."""
    return INK if contrast(colour, INK) >= READABLE else PAPER


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours as WCAG 2 defines it, from 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    channels = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in to_rgb(colour)]
    return float(sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), channels, strict=True)))
