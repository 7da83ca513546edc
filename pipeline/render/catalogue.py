"""The report's own words in both languages, from ``pipeline/locale/<language>/*.po``.

Message ids are symbolic (``verdict.cannot_tell``) and values stand in braces
(``{count}``). Both languages have the same files, ids and values. To add a text:
add its entry to the file of its part in both languages. A message with a plural form is chosen by ``count``.
A text that presupposes something has another beside it for studies where that is not declared: the same id with
an ending (see ``Catalogue.fitting``).
"""

import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babel.messages.pofile import read_po

from pipeline.render.numbers import number

LOCALE = Path(__file__).resolve().parent.parent / "locale"


class MissingText(LookupError):
    """A text or label that a report needs does not exist (a fault of ours)."""


@dataclass(frozen=True)
class Catalogue:
    """The messages of one language."""

    language: str
    messages: dict[str, tuple[str, ...]]
    """Message id -> its forms: one, or singular and plural."""

    def say(self, key: str, **values: str | int) -> str:
        """Give a text with its values filled in.

        Parameters
        ----------
        key : str
            Message id.
        **values : str or int
            Exactly the names in braces, and ``count`` for a message with a
            plural form. Whole numbers are written in the language's manner;
            other numbers must be written by the caller, who knows the decimals.

        Raises
        ------
        MissingText
            For an unknown id, or values that the message does not have.
        """
        forms = self.messages.get(key)
        if forms is None:
            raise MissingText(f"no message '{key}' in pipeline/locale/{self.language}/")
        form = forms[0] if len(forms) == 1 or values.get("count") == 1 else forms[1]
        expected = self.takes(key)
        if expected != values.keys():
            raise MissingText(f"message '{key}' takes {sorted(expected)}, got {sorted(values)}")
        return form.format_map({name: self._written(value) for name, value in values.items()})

    def fitting(self, key: str, circumstances: Iterable[str]) -> str:
        """Give the id of a text as it reads in a study.

        Parameters
        ----------
        key : str
        circumstances : iterable of str
            What the wording may depend on, in this order: the design, ``once``
            (nothing was asked twice), ``unnamed`` (no programme).

        Returns
        -------
        str
            ``key`` with the endings for which there is a text: ``people.invited@once``.
        """
        for ending in circumstances:
            key = f"{key}@{ending}" if f"{key}@{ending}" in self.messages else key
        return key

    @property
    def texts(self) -> Iterator[str]:
        """Every text, as written."""
        return (form for forms in self.messages.values() for form in forms)

    def takes(self, key: str) -> frozenset[str]:
        """Give the names of the values that a message needs."""
        forms = self.messages[key]
        names = frozenset().union(*(placeholders(form) for form in forms))
        return names | {"count"} if len(forms) > 1 else names

    def _written(self, value: str | int) -> str:
        if isinstance(value, str):
            return value
        return number(int(value), 0, self.language)


def placeholders(text: str) -> frozenset[str]:
    """Give the names in braces of one message."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)


@lru_cache(maxsize=2)
def catalogue(language: str) -> Catalogue:
    """Read the catalogue of one language (``sv`` or ``en``); read once per process.

    Raises
    ------
    ValueError
        When two files have a message of the same id (a fault of ours).
    """
    messages: dict[str, tuple[str, ...]] = {}
    for path in sorted((LOCALE / language).glob("*.po")):
        part = _messages_in(path, language)
        twice = messages.keys() & part.keys()
        if twice:
            raise ValueError(f"pipeline/locale/{language}/{path.name} repeats {', '.join(sorted(twice))}")
        messages |= part
    return Catalogue(language, messages)


def _messages_in(path: Path, language: str) -> dict[str, tuple[str, ...]]:
    with path.open("rb") as file:
        content = read_po(file, locale=language, abort_invalid=True)
    return {_first(message.id): _forms(message.string) for message in content if message.id}


def _first(message_id: str | tuple[str, ...] | list[str]) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]


def _forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str | None) else tuple(text)
