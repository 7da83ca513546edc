"""How texts are compared, in files and in declarations alike: what a reader does not see does not count."""

import unicodedata
from collections.abc import Iterable

UNSEEN = {
    **dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), None),
    **dict.fromkeys(map(ord, "\u2212\u2010\u2011\u2012\u2013\ufe63\uff0d"), "-"),
}
"""Blanks without width, marks of the byte order and soft hyphens go; the minus sign, hyphens of other kinds and the dash of ranges become ``-``."""

MARKS = " .,;:!?'\""
SHORT = 3
"""Texts of so few letters have no slips: ``ja`` and ``nja`` are two answers."""


def tidy(text: str) -> str:
    """Remove blanks of every kind, also those without width, at both ends; compose letters (``a`` + ring becomes ``å``)."""
    if text.isascii():
        return text.strip()
    composed = unicodedata.normalize("NFC", text).strip()
    while composed and UNSEEN.get(ord(composed[0]), "") is None:
        composed = composed[1:].lstrip()
    while composed and UNSEEN.get(ord(composed[-1]), "") is None:
        composed = composed[:-1].rstrip()
    return composed


def comparable(text: str) -> str:
    """Give the form in which texts are compared: single blanks of one kind inside, none without width, one minus sign, one letter case."""
    seen = text if text.isascii() else unicodedata.normalize("NFC", text).translate(UNSEEN)
    return " ".join(seen.split()).casefold()


def misspelt(text: str, answers: Iterable[str]) -> str:
    """Give the one answer that a text is a slip of: a letter too many, too few, wrong or swapped, or marks behind it.

    Parameters
    ----------
    text : str
        As found.
    answers : iterable of str
        Declared texts.

    Returns
    -------
    str
        Empty when there is none, or several; digits and signs are never slips, because ``-3`` is another answer than ``3``.
    """
    found = comparable(text)
    near = [answer for answer in answers if _is_slip(found, comparable(answer))]
    return near[0] if len(near) == 1 else ""


def _is_slip(found: str, meant: str) -> bool:
    if _digits(found) != _digits(meant) or found == meant:
        return False
    if meant and found.strip(MARKS) == meant.strip(MARKS):
        return True
    return len(meant) > SHORT and is_near(found, meant)


def is_near(one: str, other: str) -> bool:
    """Say whether two texts differ by a sign too many, too few or wrong, or by two that are swapped."""
    swapped = len(one) == len(other) and sorted(one) == sorted(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 2
    return swapped or _one_edit(*sorted((one, other), key=len))


def _one_edit(shorter: str, longer: str) -> bool:
    """Say whether one letter changed, or added, makes the shorter text the longer one."""
    if len(longer) - len(shorter) > 1:
        return False
    start = next((place for place, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    return shorter[start + (len(shorter) == len(longer)) :] == longer[start + 1 :]


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit() or sign in "-+<>")
