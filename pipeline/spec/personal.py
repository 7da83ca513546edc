"""What points at one person by itself: personal identity numbers, e-mail addresses, names. One answer for ids, drafts and texts alike."""

import re
from collections.abc import Callable, Mapping
from datetime import date

IDENTITY_NUMBER = re.compile(r"(?P<century>\d{2})?(?P<year>\d{2})(?P<month>\d{2})(?P<day>\d{2})[-+]?(?P<number>\d{4})", re.ASCII)
COORDINATION = 60
"""Added to the day of birth in a co-ordination number (samordningsnummer)."""
CENTURIES = ("18", "19", "20")
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
NAME = re.compile(r"(?:[^\W\d_]+\.?[ ,'’-]+)+[^\W\d_]{2,}\.?")


def is_identity_number(text: str) -> bool:
    """Say whether a text is a Swedish personal identity number or co-ordination number.

    Parameters
    ----------
    text : str
        With or without century, and with or without the sign before the last four digits.

    Returns
    -------
    bool
        True when the day is in the calendar and the check digit fits (mod 10, weights 2, 1, 2, ...).

    Notes
    -----
    About one in 270 random ten-digit numbers passes too; they are refused with
    the rest, because nobody can tell them apart.
    """
    found = IDENTITY_NUMBER.fullmatch(text)
    return found is not None and _is_day(found) and _luhn(ten_digits(text)) == 0


def _is_day(found: re.Match[str]) -> bool:
    year, month, day = (int(found[part]) for part in ("year", "month", "day"))
    return any(
        _exists(int(century) * 100 + year, month, day - COORDINATION if day > COORDINATION else day)
        for century in CENTURIES
        if found["century"] in (None, century)
    )


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _luhn(digits: str) -> int:
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(digits)]
    return sum(value // 10 + value % 10 for value in doubled) % 10


def ten_digits(number: str) -> str:
    """Give the part of a personal identity number that is there however it is written."""
    return "".join(sign for sign in number if sign.isdigit())[-10:]


def is_mail(text: str) -> bool:
    """Say whether a text is an e-mail address."""
    return MAIL.fullmatch(text) is not None


def is_name(text: str) -> bool:
    """Say whether a text is written as names of people are: two words of letters or more, and nothing else.

    Names of workplaces are too; one word alone may be a code and is taken for one.
    """
    return NAME.fullmatch(text) is not None and sum(len(word.strip(".,")) > 1 for word in text.split()) > 1


PERSONAL: Mapping[str, Callable[[str], bool]] = {
    "Swedish personal identity numbers": is_identity_number,
    "e-mail addresses": is_mail,
}
"""What is of one person only -> whether a text is one. A name may be of a workplace, and is asked for apart."""
HELD: Mapping[Callable[[str], bool], str] = {is_identity_number: "[0-9]{6}[-+]?[0-9]{4}", is_mail: "@", is_name: "[ ,'’-]"}
"""Whether a text is one -> a pattern of RE2 that every such text holds; what does not hold it need not be asked."""
