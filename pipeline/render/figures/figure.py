"""A finished figure: its drawing, what it says in words, and its caption."""

import base64
import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import pandas as pd

from pipeline.render.looks import for_notebook
from pipeline.render.markup import element
from pipeline.tables.frames import FORMULA_STARTS

PIXELS = 96
"""Pixels of a browser in an inch of a figure: half of the picture's own."""
DATA = "text/csv"
"""Kind of output that holds what a figure is drawn from."""


@dataclass(frozen=True)
class Figure:
    """A drawing with the text that stands in for it.

    Parameters
    ----------
    name : str
        Slug, unique in a report.
    svg : bytes
        Self-contained drawing; the same bytes for the same release.
    png : bytes
        The same as pixels, for viewers that show no SVG.
    alt : str
        The finding in words, for those who do not see the drawing.
    caption : str
        What is drawn, of whom, and how to read it.
    data : str
        The rows of the release that are drawn, as CSV (see ``drawn_rows``); empty
        where the figure is not of a release.
    """

    name: str
    svg: bytes
    png: bytes
    alt: str
    caption: str
    data: str = ""
    wide: float = 6.3
    """Inches."""

    def __post_init__(self) -> None:
        if not self.alt.strip() or not self.caption.strip():
            raise ValueError(f"figure {self.name} needs both an alternative text and a caption")

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        """Give the drawing for the page, the picture with its words for notebooks, and the words alone.

        JupyterLab, VS Code and nbconvert take HTML before SVG; JupyterLab shows no SVG of a notebook that it does not trust.
        """
        shown = {"image/svg+xml": self.svg.decode("utf-8"), "text/html": self._html(), "text/plain": self.alt}
        shown |= {DATA: self.data} if self.data else {}
        return shown, {"image/svg+xml": {"name": self.name, "alt": self.alt, "caption": self.caption}}

    def _html(self) -> str:
        data = base64.b64encode(self.png).decode("ascii")
        image = element("img", src=f"data:image/png;base64,{data}", alt=self.alt, width=f"{self.wide * PIXELS:.0f}")
        return for_notebook(element("figure", image, element("figcaption", self.caption)))


def drawn_rows(drawn: object) -> str:
    """Write the rows of the release that something drawn holds, each once, as CSV without the columns that none of them fills.

    Parameters
    ----------
    drawn : object
        Rows, or dataclasses, mappings and lists that hold rows at any depth.
    """
    found = list(_rows_in(drawn))
    names = dict.fromkeys(name for row in found for name in row._fields)
    rows = [{name: _cell(value) for name, value in row._asdict().items()} for row in found]
    filled = [name for name in names if any(row.get(name) for row in rows)]
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(
        dict.fromkeys([tuple(filled), *(tuple(row.get(name, "") for name in filled) for row in rows)])
    )
    return file.getvalue() if rows else ""


def _rows_in(drawn: object) -> Iterator[Any]:
    if hasattr(drawn, "_fields"):
        yield drawn
    elif is_dataclass(drawn):
        yield from _rows_in([getattr(drawn, field.name) for field in fields(drawn)])
    elif isinstance(drawn, Mapping):
        yield from _rows_in(drawn.values())
    elif isinstance(drawn, Iterable) and not isinstance(drawn, str | bytes):
        for part in drawn:
            yield from _rows_in(part)


def _cell(value: object) -> str:
    """Write a cell as the tables of a release are written: digits as they are, formulas disarmed."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_STARTS) else value
    return "" if pd.isna(value) else str(value)
