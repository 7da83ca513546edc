"""One report as a document: headings, words, tables and figures.

Word, Excel, PDF and leaflet are written from this and from nothing else, so that no
number can differ between them or from the page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """A stretch of text of one look."""

    text: str
    look: str = ""
    language: str = ""
    """Where it is not the document's."""


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Text:
    """A heading or a paragraph; ``look`` is a class of the page's style sheet that means something on paper too."""

    kind: str
    runs: Runs
    level: int = 0
    look: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Group:
    """Parts that belong together: a list and its items, a quotation, facts."""

    kind: str
    parts: tuple["Part", ...]
    look: str = ""


@dataclass(frozen=True)
class Cell:
    """One cell of a table; a heading cell may span several columns or rows."""

    text: str
    marks: str = ""
    """Letters of the remarks that belong to it."""
    heads: bool = False
    number: bool = False
    strong: bool = False
    wide: int = 1
    tall: int = 1


Line = tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table with its heading lines, body lines and remarks."""

    kind: str
    name: str
    caption: str
    head: tuple[Line, ...]
    body: tuple[Line, ...]
    notes: tuple[str, ...]
    own: bool = False
    count: str = ""
    """Its number on the page, those of the annex with a letter; empty without a caption."""

    @property
    def columns(self) -> int:
        """Number of columns."""
        return max((sum(cell.wide for cell in line) for line in (*self.head[:1], *self.body)), default=1)


@dataclass(frozen=True)
class Picture:
    """A figure: a drawing, or the pixels of a researcher's own, with its words and the rows it is drawn from."""

    kind: str
    name: str
    drawing: str
    pixels: bytes
    alt: str
    caption: str
    data: str
    count: str = ""

    @property
    def own(self) -> bool:
        """Say whether it is not of the release."""
        return not self.data


Part = Text | Group | Table | Picture


@dataclass(frozen=True)
class Document:
    """One report in one language."""

    study: str
    slug: str
    language: str
    title: str
    mark: str
    """Stands on every page; empty where the answers are real."""
    parts: tuple[Part, ...]

    @property
    def name(self) -> str:
        """Beginning of the names of its files: they travel without their folder."""
        return f"{self.study}-{self.slug}-{self.language}"

    @property
    def own(self) -> int:
        """Number of tables and figures that a researcher's own cell shows: nobody knows what they were made from."""
        return sum(isinstance(part, Table | Picture) and part.own for part in self.parts)

    @property
    def tables(self) -> list[Table]:
        """All tables in order."""
        return [part for part in self.parts if isinstance(part, Table)]

    @property
    def pictures(self) -> list[Picture]:
        """All figures in order."""
        return [part for part in self.parts if isinstance(part, Picture)]


def words(runs: Iterable[Run]) -> str:
    """Give a text without its looks."""
    return "".join(run.text for run in runs)


def grid(lines: Sequence[Line], columns: int) -> list[list[Cell]]:
    """Lay lines out on a grid, a spanning cell standing in each place that it covers."""
    laid: list[list[Cell | None]] = [[None] * columns for _ in lines]
    for down, line in enumerate(lines):
        across = 0
        for cell in line:
            while across < columns and laid[down][across] is not None:
                across += 1
            for row in laid[down : down + cell.tall]:
                row[across : across + cell.wide] = [cell] * min(cell.wide, columns - across)
    return [[cell or Cell("") for cell in row] for row in laid]
