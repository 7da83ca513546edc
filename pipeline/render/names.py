"""Which labels lose their capital inside a sentence: those whose first word is known to be no name.

An answer may be a municipality, an employer or a service, so it keeps its
capital unless some text writes its first word with a small letter. What a study
calls a measure, a wave or a fact about people is a word of the language, unless
the same word stands for an answer or has a capital inside a sentence somewhere.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

CONCEPTS = ("measure", "measure_unit", "wave", "unit", "exhibit", "analysis", "reading", "group_label")
"""Kinds of labels that are words of the language; so are facts about people, which are no items, and themes that were coded."""
POSSIBLE_NAMES = ("answer", "category", "group")

WORD = r"[^\W\d_]+(?:['’-][^\W\d_]+)*"
FIRST_WORD = re.compile(WORD)
SMALL_WORD = re.compile(rf"(?<![\w{{.@/-])[a-zåäöéü](?:{WORD})?(?![\w}}@/]|\.\w)")
CAPITAL_INSIDE = re.compile(r"(?<=[a-zåäöéü,;] )[A-ZÅÄÖÉ][a-zåäöéü]+(?:['’-][^\W\d_]+)*")
TITLE = re.compile(rf"{WORD} [A-ZÅÄÖÉ][a-zåäöéü]")
"""Two words with capitals: ``Anna Lind``, ``Public Health Agency``."""

Labels = Mapping[tuple[str, str, str], str]
"""(kind, parent, name) -> text, of one language."""


@dataclass(frozen=True)
class Names:
    """What is known of the words that a study's labels begin with, in one language."""

    small: frozenset[str]
    """Words that some text writes with a small letter."""
    capital: frozenset[str]
    """Words that some text writes with a capital inside a sentence."""
    concepts: frozenset[str]
    """First words of what the study calls its measures, waves and facts, and of no answer."""

    @classmethod
    def of_study(cls, labels: Labels, facts: Mapping[str, Any], texts: Iterable[str]) -> "Names":
        """Learn from all labels of a study and from the program's own texts.

        Parameters
        ----------
        labels : mapping
            Of one language.
        facts : mapping
            Content of release.json: says which variables are items.
        texts : iterable of str
            The catalogue's, in the same language.
        """
        written = [*labels.values(), *texts]
        small = {word for text in written for word in SMALL_WORD.findall(text)}
        capital = {word.lower() for text in written for word in CAPITAL_INSIDE.findall(text)}
        concepts = dict(_concepts(labels, facts))
        answers = {_first(text) for key, text in labels.items() if key[0] in POSSIBLE_NAMES and key not in concepts} - small
        return cls(frozenset(small), frozenset(capital), frozenset(map(_first, concepts.values())) - answers)

    def inside(self, label: str) -> str:
        """Write a label as it stands inside a sentence: ``SCB``, ``Åre`` and ``Effektiva team`` as they are, ``Ålder`` small."""
        found = FIRST_WORD.match(label)
        if found is None or len(label) == 1 or found[0][1:] != found[0][1:].lower():
            return label
        first = _first(label)
        known = first in self.small or (first in self.concepts and not TITLE.match(label))
        return label[0].lower() + label[1:] if known and first not in self.capital else label


def _first(label: str) -> str:
    found = FIRST_WORD.match(label)
    return found[0].lower() if found else ""


def _concepts(labels: Labels, facts: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str, str], str]]:
    items = {item for measure in facts["measures"] for item in measure.get("items", ())}
    items |= {outcome.partition("@")[0] for exhibit in facts["exhibits"] for outcome in exhibit.get("outcomes", ())}
    themes = {exhibit.get("rows") for exhibit in facts["exhibits"] if exhibit["kind"] == "coding"}
    for (kind, parent, name), text in labels.items():
        if kind in CONCEPTS or (kind == "variable" and name not in items) or (kind == "answer" and parent in themes):
            yield (kind, parent, name), text
