"""Find what points at one person in texts that are about to leave.

Free-text answers come this far only as quotations with consent. This looks at these,
and at the researcher's own words, labels and codes, where a personal identity number,
an e-mail address or a telephone number may have been pasted. Names cannot be
recognised; who releases a text must read it.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from pipeline.errors import Problem

IDENTITY_NUMBER = re.compile(r"(?<![\d.,])(?P<century>\d{2})?(?P<date>\d{6})[-+ ]?(?P<number>\d{4})(?!\d)")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
TELEPHONE = re.compile(r"(?<![\w.,/:-])(?:\+\d{1,3}|00\d{2}|0)[ -]?(?:\(0\)[ -]?)?\d{1,3}(?:[ -]?\d{2,4}){2,4}(?![\d])")
DATE = re.compile(r"\d{2}[- ]\d{2}[- ]\d{4}|\d{8}")
HASH = re.compile(r"\b[0-9a-f]{40,}\b")
COORDINATION = 60
"""Added to the day of birth in a coordination number."""


def personal_data_problems(places: Iterable[tuple[str, str]]) -> list[Problem]:
    """Give a problem for every piece of personal data in the texts.

    Parameters
    ----------
    places : iterable of (where, text)
        Where the text stands, as a researcher knows it.

    Returns
    -------
    list of Problem
        The finding itself is masked, so that the message may be passed on.
    """
    problems = []
    for where, text in places:
        for kind, found in personal_data_in(text):
            problems.append(Problem(where, f"holds what looks like {kind}: {masked(found)}", remedy=REMEDIES[kind]))
    return problems


def personal_data_in(text: str) -> Iterator[tuple[str, str]]:
    """Yield (kind, found) for every identity number, e-mail address and telephone number in a text."""
    text = HASH.sub("", text)
    for found in EMAIL.finditer(text):
        yield "an e-mail address", found.group()
    rest = EMAIL.sub(" ", text)
    for found in IDENTITY_NUMBER.finditer(rest):
        if is_identity_number(found["century"] or "", found["date"], found["number"]):
            yield "a personal identity number", found.group()
            rest = rest.replace(found.group(), " ")
    for found in TELEPHONE.finditer(rest):
        if not DATE.fullmatch(found.group()) and sum(character.isdigit() for character in found.group()) >= 8:
            yield "a telephone number", found.group()


def is_identity_number(century: str, birth: str, number: str) -> bool:
    """Say whether digits form a Swedish personal identity number or coordination number.

    Parameters
    ----------
    century : str
        Two digits, or empty.
    birth : str
        YYMMDD; in a coordination number the day is 60 higher.
    number : str
        Three digits and the check digit (Luhn over the ten digits).
    """
    return _is_date(century, birth) and _luhn(birth + number) == 0


def _is_date(century: str, birth: str) -> bool:
    year, month, day = int(birth[:2]), int(birth[2:4]), int(birth[4:])
    day = day - COORDINATION if day > COORDINATION else day
    for hundreds in (century,) if century else ("18", "19", "20"):
        try:
            date(int(hundreds) * 100 + year, month, day)
        except ValueError:
            continue
        return not century or century in ("18", "19", "20")
    return False


def _luhn(digits: str) -> int:
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(digits)]
    return sum(value // 10 + value % 10 for value in doubled) % 10


def masked(found: str) -> str:
    """Show the beginning of a finding and cover the rest."""
    return found[:3] + "…"


REMEDIES = {
    "an e-mail address": "Take it out, or refer to a web page; what is released may be passed on.",
    "a personal identity number": "Take it out; no identity number may leave the project.",
    "a telephone number": "Take it out, or refer to a web page; what is released may be passed on.",
}
