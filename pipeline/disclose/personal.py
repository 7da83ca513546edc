"""Find what points at one person in texts that are about to leave.

Free-text answers come this far only as quotations with consent. This looks at these,
and at the researcher's own words, labels and codes, where a personal identity number,
an e-mail address or a telephone number may have been pasted. Names cannot be
recognised; who releases a text must read it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from pipeline.errors import Problem
from pipeline.spec.personal import is_identity_number

BETWEEN = r"[ ]?[-./]?[ ]?"
"""What may stand between the parts of a date."""
IDENTITY_NUMBER = re.compile(
    rf"(?<!\d)(?<!\d[.,])(?:(?P<century>\d{{2}})[ ]?)?(?P<year>\d{{2}}){BETWEEN}(?P<month>\d{{2}}){BETWEEN}(?P<day>\d{{2}})"
    r"[ ]*[-+/.]*[ ]*(?P<number>\d{2}[ ]?\d[ ]?\d)(?!\d)"
)
AT = r"(?:[ ]?@[ ]?|[ ]?[(\[{<][ ]?(?:at|a|snabel-?a)[ ]?[)\]}>][ ]?|[ ]snabel-?a[ ])"
DOT = r"(?:\.|[ ]?[(\[{<][ ]?(?:dot|punkt|\.)[ ]?[)\]}>][ ]?|[ ](?:dot|punkt)[ ])"
EMAIL = re.compile(rf"[\w.+-]+(?:{AT}(?:[\w-]+{DOT})+|[ ]at[ ](?:[\w-]+[ ](?:dot|punkt)[ ])+)[^\W\d_]{{2,}}", re.IGNORECASE)
TELEPHONE = re.compile(
    r"(?<!\w)(?<!\d[.,:/-])(?<![/-])(?P<open>\()?(?:\+[ ]?\d{1,3}|00[ ]?\d{2}|0)[)]?[ /-]{0,3}(?:\(0\)[ -]?)?\d{1,4}[)]?"
    r"(?:[ /.-]{0,3}\d{2,4}){2,4}(?!\d)"
)
FEWEST_DIGITS = 8
"""A telephone number has as many, with its leading 0."""
DATE = re.compile(r"\d{1,2}[- ./]\d{1,2}[- ./]\d{4}|\d{8}")
MOMENT = re.compile(r"(?<!\d)(?<!\d[-./ ])(?:\d{1,2}([-./])\d{1,2}\1\d{4}|\d{2}[.:]\d{2}[ ]?-[ ]?\d{2}[.:]\d{2})(?!\d)")
"""A date among other dates, or hours from one to another."""
DECIMAL = re.compile(r"(?<![\w.,])(?:0|[1-9]\d*)[.,]\d+(?:e[-+]?\d+)?(?![\d.,])", re.IGNORECASE)
ADDRESS = re.compile(r"https?://\S+")
HASH = re.compile(r"\b[0-9a-f]{40,}\b")
NUMBERED = re.compile(
    r"(?:dnr|diarie\w*|ärende\w*|isbn|issn|doi|org\w*|bg|bankgiro|pg|plusgiro|ocr|faktura\w*)[.]?[ ]?(?:nr)?[.:]?[ ]*$", re.IGNORECASE
)
"""Words before a number of something else than a telephone."""
MONEY_BEFORE = re.compile(r"(?:sek|eur|usd|nok|dkk|gbp|kr|[$€£])[ ]?[-+]?$", re.IGNORECASE)
MONEY_AFTER = re.compile(
    r"[ ]?(?:kr\b|kronor|sek\b|eur\b|euro\b|usd\b|[mt]kr\b|mnkr\b|miljoner|[$€£%]|procent|per cent|:-|,-)", re.IGNORECASE
)


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
    """Yield (kind, found) for every identity number, e-mail address and telephone number in a text, as ``without_disguise`` writes it."""
    rest = HASH.sub(" ", without_disguise(text))
    for found in EMAIL.finditer(rest):
        yield "an e-mail address", found.group()
    rest = EMAIL.sub(" ", rest)
    for found in IDENTITY_NUMBER.finditer(rest):
        parts = (found["century"] or "", found["year"], found["month"], found["day"], found["number"].replace(" ", ""))
        if is_identity_number("".join(parts)):
            yield "a personal identity number", found.group()
            rest = rest.replace(found.group(), " ")
    for other in (ADDRESS, MOMENT, DECIMAL):
        rest = other.sub(" ", rest)
    for telephone in _telephones(rest):
        yield "a telephone number", telephone


def without_disguise(text: str) -> str:
    """Write a text with one kind of digit, dash and blank, and without characters that nobody sees.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        In compatibility form (NFKC); line ends stay.
    """
    return "".join(_plain(character) for character in unicodedata.normalize("NFKC", text))


def _plain(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Nd":
        return str(unicodedata.decimal(character))
    if kind == "Pd" or character in "\u2212\u2043\u02d7":
        return "-"
    if kind == "Zs" or character in "\t\u2800\u115f\u1160":
        return " "
    return "" if kind in ("Cf", "Mn") else character


def _telephones(text: str) -> Iterator[str]:
    """Yield telephone numbers: what the library holds for valid, in Sweden or with its country, then what looks like one."""
    if sum(character.isdigit() for character in text) < FEWEST_DIGITS:
        return
    import phonenumbers  # takes longer to load than most texts to search

    valid = [(match.start, match.end) for match in phonenumbers.PhoneNumberMatcher(text, "SE")]
    alike = [match.span() for match in TELEPHONE.finditer(text)]
    for start, end in [*valid, *(one for one in alike if not any(low < one[1] and one[0] < high for low, high in valid))]:
        if sum(map(str.isdigit, text[start:end])) >= FEWEST_DIGITS and not _is_other_number(text, start, end):
            yield text[start:end]


def _is_other_number(text: str, start: int, end: int) -> bool:
    """Say whether a number is a date, an amount, or one of a file, a book or an account."""
    before, after = text[:start], text[end:]
    counted = MONEY_BEFORE.search(before) or MONEY_AFTER.match(after) or NUMBERED.search(before)
    return bool(DATE.fullmatch(text[start:end]) or counted)


def masked(found: str) -> str:
    """Show the beginning of a finding and cover the rest."""
    return found[:3] + "…"


REMEDIES = {
    "an e-mail address": "Take it out, or refer to a web page; what is released may be passed on.",
    "a personal identity number": "Take it out; no identity number may leave the project.",
    "a telephone number": "Take it out, or refer to a web page; what is released may be passed on.",
}
