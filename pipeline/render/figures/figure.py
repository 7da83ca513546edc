"""A finished figure: its drawing, what it says in words, and its caption."""

import base64
from dataclasses import dataclass

from pipeline.render.looks import for_notebook
from pipeline.render.markup import element

SHOWN_WIDTH = "605"
"""Pixels of a browser that a figure is wide: half of the picture's own."""


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
    """

    name: str
    svg: bytes
    png: bytes
    alt: str
    caption: str

    def __post_init__(self) -> None:
        if not self.alt.strip() or not self.caption.strip():
            raise ValueError(f"figure {self.name} needs both an alternative text and a caption")

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        """Give the drawing for the page, the picture with its words for notebooks, and the words alone.

        JupyterLab, VS Code and nbconvert take HTML before SVG; JupyterLab shows no SVG of a notebook that it does not trust.
        """
        shown = {"image/svg+xml": self.svg.decode("utf-8"), "text/html": self._html(), "text/plain": self.alt}
        return shown, {"image/svg+xml": {"name": self.name, "alt": self.alt, "caption": self.caption}}

    def _html(self) -> str:
        data = base64.b64encode(self.png).decode("ascii")
        image = element("img", src=f"data:image/png;base64,{data}", alt=self.alt, width=SHOWN_WIDTH)
        return for_notebook(element("figure", image, element("figcaption", self.caption)))
