"""Printed cells as numbers: ``−0,18 (−0,34 till −0,01)`` is a value and two limits.

Only what is printed is read, so a spreadsheet can hold no other number, and no
more digits, than the page.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

SIGNS = {"sv": (",", "\u00a0"), "en": (".", ",")}
"""Language -> what stands before decimals, and between thousands."""
NUMBER = {
    language: re.compile(rf"[−-]?\d{{1,3}}(?:{re.escape(between)}\d{{3}})+(?!\d)|[−-]?\d+(?:{re.escape(before)}\d+)?(?:[\u00a0 ]?%)?")
    for language, (before, between) in SIGNS.items()
}
JOINTS = {"till": "to", "av": "of"}
VALUE, LOW, HIGH, COUNT, SHARE, OF, N = "value", "low", "high", "count", "share", "of", "n"
PATTERNS = {
    "#": (VALUE,),
    "%": (VALUE,),
    "# (%)": (COUNT, SHARE),
    "% (#)": (SHARE, COUNT),
    "# to #": (LOW, HIGH),
    "#–#": (LOW, HIGH),
    "% to %": (LOW, HIGH),
    "# (#)": (VALUE, "bracket"),
    "# (# to #)": (VALUE, LOW, HIGH),
    "# (#–#)": (VALUE, LOW, HIGH),
    "% (% to %)": (VALUE, LOW, HIGH),
    "# of #": (COUNT, OF),
    "# / #": ("first", "second"),
    "# / # (%)": (COUNT, OF, SHARE),
    "# n = #": (VALUE, N),
    "% n = #": (VALUE, N),
    "# (#) n = #": (VALUE, "bracket", N),
    "# (# to #) n = #": (VALUE, LOW, HIGH, N),
    "% (% to %) n = #": (VALUE, LOW, HIGH, N),
    "# (# to #) n = # + #": (VALUE, LOW, HIGH, "first_n", "second_n"),
    "# (# to #) g = # (# to #)": (VALUE, LOW, HIGH, "g", "g_low", "g_high"),
}
"""Shape of a cell -> what each of its numbers is; a cell of any other shape stays the text that it is."""
ROLES = tuple(dict.fromkeys(role for roles in PATTERNS.values() for role in roles))


@dataclass(frozen=True)
class Amount:
    """A number as printed: its value, and how a spreadsheet shows it the same way."""

    value: float
    form: str


def amounts_of(text: str, language: str) -> dict[str, Amount]:
    """Give the numbers of a cell by what they are; nothing where it is text."""
    found = NUMBER[language].findall(text)
    shape = NUMBER[language].sub(lambda number: "%" if number[0].endswith("%") else "#", text)
    shape = " ".join(JOINTS.get(word, word) for word in shape.split())
    roles = PATTERNS.get(shape, ())
    return {role: _amount(number, language) for role, number in zip(roles, found, strict=True)} if roles else {}


def _amount(number: str, language: str) -> Amount:
    before, between = SIGNS[language]
    plain = number.rstrip("%").strip().replace("−", "-")
    digits = plain.replace(between, "").replace(before, ".")
    decimals = len(digits.partition(".")[2])
    form = ("#,##0" if between in plain else "0") + ("." + "0" * decimals if decimals else "")
    if number.endswith("%"):
        return Amount(float(Decimal(digits) / 100), f"{form}%")
    return Amount(float(digits), form)
