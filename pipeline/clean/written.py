"""How numbers and dates are written: decimal signs, signs between thousands, day numbers, years of two digits."""

import math
import re
from datetime import datetime, timedelta
from functools import cache

import pandas as pd

from pipeline.clean.cells import distinct, number_text, settled
from pipeline.spec.folding import tidy
from pipeline.spec.sources import EXCEL, EXCEL_1904, SHORT_YEARS

BLANKS = " \u00a0\u2009\u202f"
SEPARATORS = {" ": BLANKS, "'": "'\u2019", ".": ".", ",": ",", "none": ""}
"""Sign between thousands as declared -> the characters that are taken for it."""
NOISE = re.compile(r"[-\u2212]?(?=(?:\D*\d){16})\d+[.,]\d+", re.ASCII)
"""A number with more digits than a spreadsheet shows."""

EXCEL_DAYS = {EXCEL: datetime(1899, 12, 30), EXCEL_1904: datetime(1904, 1, 1)}
"""Name of a calendar -> its day 0. The usual one counts so from 1 March 1900 (day 61): it believes in a 29 February 1900."""
FIRST_EXCEL_DAY, LAST_EXCEL_DAY = 61, 2_958_465


def date_in(text: str, form: str, short_years_from: int | None = None) -> datetime | None:
    """Read a date written in a format, or as Excel's number of days; None when it is not one.

    Parameters
    ----------
    text, form : str
        The cell, and ``%d.%m.%Y``, ``excel`` or ``excel1904``.
    short_years_from : int, optional
        First of the hundred years that a year of two digits may be.
    """
    if form in EXCEL_DAYS:
        days = number_in(text.replace(",", "."), ".")
        known = days is not None and FIRST_EXCEL_DAY <= days <= LAST_EXCEL_DAY
        return EXCEL_DAYS[form] + timedelta(days=days) if days is not None and known else None
    try:
        date = datetime.strptime(text, form)
        if short_years_from is not None and SHORT_YEARS.search(form):
            date = date.replace(year=short_years_from + (date.year - short_years_from) % 100)
    except ValueError:
        return None
    return date


@cache
def number_pattern(decimal: str, thousands: str | None) -> re.Pattern:
    """Give what a number looks like; beside a decimal comma blanks may group thousands without a word."""
    between = SEPARATORS[thousands or (" " if decimal == "," else "none")]
    whole = rf"(?:\d{{1,3}}(?:[{re.escape(between)}]\d{{3}})+|\d+)" if between else r"\d+"
    return re.compile(rf"[-\u2212]?{whole}(?:{re.escape(decimal)}\d+)?(?:[eE][-+]?\d+)?", re.ASCII)


def number_in(text: str, decimal: str, thousands: str | None = None) -> float | None:
    """Read a number written with these signs, as a spreadsheet would show it; None when it is not one."""
    if not number_pattern(decimal, thousands).fullmatch(text):
        return None
    grouped = SEPARATORS[thousands or " "]
    plain = "".join(character for character in text if character not in grouped)
    number = float(plain.replace(decimal, ".").replace("\u2212", "-"))
    return settled(number) if math.isfinite(number) else None


def may_be_thousands(text: str, sign: str) -> bool:
    """Say whether a number could be whole, with this sign between its thousands."""
    return re.fullmatch(rf"[-\u2212]?[1-9]\d{{0,2}}(?:{re.escape(sign)}\d{{3}})+", text, re.ASCII) is not None


def detected_decimal(columns: list[pd.Series], thousands: str | None = None) -> str:
    """Give the comma if some numbers have one and none has a point, else the point; never the sign between thousands."""
    if thousands in (".", ","):
        return "," if thousands == "." else "."
    texts = {tidy(text) for cells in columns for text in distinct(cells)[1]}
    commas = any("," in text and number_pattern(",", thousands).fullmatch(text) for text in texts)
    points = any("." in text and number_pattern(".", thousands).fullmatch(text) for text in texts)
    return "," if commas and not points else "."


def may_be_grouped(whole: bool, decimal: str, numbers: list[str]) -> bool:
    """Say whether a column's numbers look like whole ones with a sign between thousands, which is read as the decimal sign.

    In whole numbers when three digits stand behind every sign. In decimals only
    when some end in 0 as well, and others have no sign or all end in 000: who
    writes a fixed number of decimals writes the sign always, who drops noughts
    leaves none at the end.
    """
    signed = [number for number in numbers if decimal in number]
    if not signed or not all(may_be_thousands(number, decimal) for number in signed):
        return False
    nought = any(number.endswith("0") for number in signed) and len(signed) < len(numbers)
    return whole or nought or all(number.endswith("000") for number in signed)


def in_shown_digits(text: str, decimal: str) -> str:
    """Write a number of more digits than a spreadsheet shows as it would; leave every other text as it is."""
    number = number_in(text, decimal) if NOISE.fullmatch(text) else None
    return text if number is None else number_text(number, decimal)
