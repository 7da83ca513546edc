"""Each sentence once: what a report has said, so that captions and notes do not say how to read the same thing again.

Findings are never left out: only captions of figures and notes of tables lose
what stands above them word for word, and a caption keeps its first sentence.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from pipeline.render.figures.figure import Figure
from pipeline.render.markup import plain_text
from pipeline.render.section import Showable, Words
from pipeline.render.tables.table import Table

BETWEEN = re.compile(r"(?<=[.!?]) (?=[A-ZÅÄÖ”“\"])")


def sentences(text: str) -> list[str]:
    """Split a text into its sentences."""
    return [sentence for line in text.splitlines() for sentence in BETWEEN.split(line.strip()) if sentence]


class Said:
    """The sentences of a report so far, each with the section that said it first."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}

    def once(self, anchor: str, parts: Iterable[Showable]) -> tuple[Showable, ...]:
        """Give the parts of a section without what stands above them; a section made again is taken as made for the first time."""
        self._first = {sentence: owner for sentence, owner in self._first.items() if owner != anchor}
        return tuple(self._part(anchor, part) for part in parts)

    def _part(self, anchor: str, part: Showable) -> Showable:
        if isinstance(part, Table):
            notes = (" ".join(self._fresh(anchor, sentences(note))) for note in part.footnotes)
            return replace(part, footnotes=tuple(filter(None, notes)))
        if isinstance(part, Figure):
            first, *rest = sentences(part.caption)
            self._first.setdefault(first, anchor)
            return replace(part, caption=" ".join([first, *self._fresh(anchor, rest)]))
        if isinstance(part, Words):
            self._fresh(anchor, sentences(plain_text(part.html)))
        return part

    def _fresh(self, anchor: str, said: Iterable[str]) -> list[str]:
        """Give the sentences that nothing above says, and keep them in mind."""
        fresh = [sentence for sentence in said if sentence not in self._first]
        self._first |= dict.fromkeys(fresh, anchor)
        return fresh
