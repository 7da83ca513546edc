"""What one notebook cell shows: a heading and the parts below it.

Each part is shown on its own, so that the notebook holds figures as figures and
tables as tables, and the page can be put together from the notebook alone. IPython is there when a cell
runs, and imported only then.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from pipeline.render.looks import for_notebook
from pipeline.render.markup import Markup, element, joined, plain_text


class Showable(Protocol):
    """Anything a notebook can show: Words, a Figure, a Table."""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any: ...


@dataclass(frozen=True)
class Words:
    """Generated text, as safe HTML."""

    html: Markup

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, str], dict[str, Any]]:
        html = for_notebook(self.html)
        return {"text/html": html, "text/plain": plain_text(html)}, {}


@dataclass(frozen=True)
class Heading:
    """The heading that opens a section, and the anchor that the contents list links to."""

    anchor: str
    text: str
    level: int = 2
    listed: str = ""
    """What the contents list says in its place; empty: the same."""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, str], dict[str, Any]]:
        html = element(f"h{self.level}", self.text, id=self.anchor)
        return {"text/html": str(html), "text/plain": self.text}, {
            "text/html": {"section": self.anchor, "heading": self.listed or self.text}
        }


@dataclass(frozen=True)
class Turn:
    """Where the second page of a report begins: its title and what leads it, and what stands there in a notebook."""

    title: str
    lead: str

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, str], dict[str, Any]]:
        html = joined([element("h1", self.title), element("p", self.lead, class_="lead")])
        return {"text/html": for_notebook(html), "text/plain": plain_text(html)}, {"text/html": {"page": "annex"}}


@dataclass(frozen=True)
class Section:
    """One section of the report."""

    anchor: str
    heading: str
    parts: tuple[Showable, ...]
    level: int = 2
    listed: str = ""

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(Heading(self.anchor, self.heading, self.level, self.listed))
        for part in self.parts:
            display(part)


@dataclass(frozen=True)
class Chapter:
    """Several sections of one cell."""

    sections: tuple[Section, ...]

    def _ipython_display_(self) -> None:
        for section in self.sections:
            section._ipython_display_()


def words(*blocks: str) -> Words:
    """Make one part of several blocks of markup."""
    return Words(joined(blocks))


def present(parts: Iterable[Showable | None]) -> tuple[Showable, ...]:
    """Leave out the parts that have nothing to show."""
    return tuple(part for part in parts if part is not None)
