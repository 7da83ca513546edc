"""What words suggest: the language, the order of answers, reasons for none, columns of the tool, people behind a column."""

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pipeline.spec.folding import comparable
from pipeline.spec.vocabulary import LANGUAGES

EVERYTHING = "*"
LONGEST_NAME = 40
MARKS = " .,:;!?()[]…"
NUMBERED = re.compile(r"\s*(-?\d{1,3})\s*(?:[-–=.:)(]|\s|$)(.*)", re.DOTALL)
"""An answer that begins with its number: ``1 (none at all)``, ``5 - very``."""
QUOTED = {"sv": "”{}”", "en": "“{}”"}
WORD = re.compile(r"[^\W\d_]+")


@cache
def words() -> Mapping[str, Any]:
    """Read ``words.toml``."""
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def folded(text: str) -> str:
    """Give the form in which words are compared: folded, without marks at the ends, one kind of apostrophe."""
    return comparable(text).replace("’", "'").strip(MARKS)


@lru_cache(maxsize=100_000)
def missing_reason(label: str) -> str:
    """Give the reason that an answer's wording gives for there being none; empty when it is an answer."""
    text = folded(label)
    for reason, wordings in words()["missing"].items():
        if text and any(_fits(text, wording) for wording in wordings):
            return reason
    return ""


def _fits(text: str, wording: str) -> bool:
    return wording.strip(EVERYTHING) in text if wording.startswith(EVERYTHING) else text == wording


def scale_of(labels: Collection[str]) -> dict[str, int]:
    """Order answers from least to most, by the scale whose steps they all are.

    Parameters
    ----------
    labels : collection of str

    Returns
    -------
    dict
        Label -> place of its step; empty when they are steps of no scale, or two of them the same.
    """
    for steps in words()["scales"].values():
        places = {label: _step(folded(label), steps) for label in labels}
        if None not in places.values() and len(set(places.values())) == len(places) > 1:
            return {label: place for label, place in places.items() if place is not None}
    return {}


def _step(text: str, steps: list[list[str]]) -> int | None:
    return next((place for place, wordings in enumerate(steps) if text in wordings), None)


def numbered(texts: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Split answers that all begin with a number of their own, at least one of them with a wording; empty when they do not."""
    found = {text: NUMBERED.fullmatch(text) for text in texts}
    split = {text: (int(match[1]), match[2].strip(MARKS + "-–=")) for text, match in found.items() if match}
    fits = (
        len(split) == len(found)
        and len({number for number, _ in split.values()}) == len(split)
        and any(label for _, label in split.values())
    )
    return split if fits else {}


def is_system(heading: str, format_: str) -> bool:
    """Say whether a survey tool adds a column of this heading by itself."""
    known = words()["system"]
    return any(_matches(folded(heading), pattern) for pattern in (*known["any"], *known.get(format_, ())))


def _matches(text: str, pattern: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split(EVERYTHING))), text, re.DOTALL) is not None


def is_personal(*texts: str) -> bool:
    """Say whether a heading or question asks for what names a person."""
    return any(folded(text) in words()["personal"]["words"] for text in texts)


def is_among(kind: str, heading: str, part: str = "words") -> bool:
    """Say whether a heading is one of the words of a kind."""
    return folded(heading) in words()[kind][part]


def language_of(texts: Iterable[str]) -> str:
    """Give the language that most words of texts are of; English when nothing tells."""
    found = {word for text in texts for word in WORD.findall(text.casefold())}
    return max(reversed(LANGUAGES), key=lambda language: len(found & set(words()["languages"][language])))


@lru_cache(maxsize=100_000)
def slug(text: str, longest: int = LONGEST_NAME) -> str:
    """Make a name of a heading or an answer: a-z, digits and single ``_``, cut at a word; empty when nothing is left."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ø", "o").replace("æ", "ae").replace("ß", "ss"))
    parts = re.findall(r"[a-z0-9]+", "".join(sign for sign in plain if not unicodedata.combining(sign)).replace("'", ""))
    kept = parts[:1]
    for part in parts[1:]:
        if len("_".join(kept)) + 1 + len(part) > longest:
            break
        kept.append(part)
    return "_".join(kept)[:longest].strip("_")


def unused(name: str, taken: Collection[str]) -> str:
    """Give a name that is not taken, with a number behind it where it has to be."""
    if name not in taken:
        return name
    return next(f"{name}_{number}" for number in range(2, len(taken) + 3) if f"{name}_{number}" not in taken)


def in_a_sentence(wording: str, language: str) -> str:
    """Give a question's wording as a sentence can hold it: without a stop at its end; a question, or no more than a code, in quotation marks."""
    plain = wording.rstrip(" :.") or wording
    is_word = plain[:1].isupper() and plain[1:].islower() and plain.replace("-", "").isalpha()
    is_told = (is_word or " " in plain) and not plain.endswith("?")
    return plain if is_told else quoted(plain, language)


def quoted(wording: str, language: str) -> str:
    """Put quotation marks round a wording that has none."""
    marks = QUOTED[language]
    return wording if wording.startswith(marks[0]) else marks.format(wording)


def text(labels: Mapping[str, str], languages: Sequence[str], otherwise: str) -> str:
    """Write a text of study.toml in the languages of the study."""
    known = next((one for one in labels.values() if one), otherwise)
    quoted = {language: (labels.get(language) or known).replace("\\", "\\\\").replace('"', '\\"') for language in languages}
    return "{ " + ", ".join(f'{language} = "{" ".join(one.split())}"' for language, one in quoted.items()) + " }"
