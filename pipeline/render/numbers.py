"""Numbers as people write them: decimal comma in Swedish, decimal point in English.

Everything a report prints goes through here, so that one value is written the
same way in text, table and figure. Rounding is half to even on the decimal that
the number prints as. A missing number is an en dash.
"""

import math
from functools import lru_cache

from babel import Locale
from babel.numbers import format_decimal

NBSP = "\u00a0"
MINUS = "\u2212"
MISSING = "\u2013"
SMALL, SMALL_DIGITS = 0.005, 2
"""A number that two decimals would show as nothing gets a third: −0.005 is not 0.00."""
INTERVAL_WORDS = {"sv": ("KI", "till"), "en": ("CI", "to")}
PERCENT_SIGN = {"sv": f"{NBSP}%", "en": "%"}


@lru_cache(maxsize=2)
def _locale(language: str) -> Locale:
    return Locale.parse(language)


def number(value: float, digits: int, language: str) -> str:
    """Write a number with a fixed count of decimals.

    Parameters
    ----------
    value : float
        NaN gives an en dash.
    digits : int
        Decimals; trailing zeros are kept so that columns line up.
    language : str
        ``sv`` or ``en``.

    Returns
    -------
    str
        With one more decimal where two would show a number other than 0 as 0;
        with U+2212 as minus and NBSP (sv) or comma (en) between thousands;
        what rounds to zero has no sign.
    """
    if value is None or not math.isfinite(value):
        return MISSING
    if digits == SMALL_DIGITS and 0 < abs(value) <= SMALL:
        digits += 1
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    text = format_decimal(value, pattern, locale=_locale(language)).replace("-", MINUS)
    return text.removeprefix(MINUS) if not any(character in "123456789" for character in text) else text


def percent(share: float, digits: int, language: str) -> str:
    """Write a share (0-1) as per cent: ``12,3 %`` in Swedish, ``12.3%`` in English."""
    text = number(share * 100 if share is not None else math.nan, digits, language)
    return text if text == MISSING else text + PERCENT_SIGN[language]


def p_number(p: float, language: str) -> str:
    """Write a p-value for a table cell: three decimals, or ``< 0,001``."""
    if p is None or not math.isfinite(p):
        return MISSING
    return f"<{NBSP}{number(0.001, 3, language)}" if p < 0.001 else number(p, 3, language)


def p_value(p: float, language: str) -> str:
    """Write a p-value for a sentence: ``p = 0,043`` or ``p < 0,001``."""
    text = p_number(p, language)
    return f"p{NBSP}{text}" if text.startswith("<") else f"p{NBSP}={NBSP}{text}"


def between(low: str, high: str, language: str) -> str:
    """Join two written ends: ``−0,33 till −0,02`` or ``−0.33 to −0.02``."""
    return f"{low} {INTERVAL_WORDS[language][1]} {high}"


def interval(low: float, high: float, digits: int, confidence: float, language: str) -> str:
    """Write an interval with its level: ``95 % KI −0,33 till −0,02``."""
    level = f"{percent(confidence, 0, language)} {INTERVAL_WORDS[language][0]}".replace(" ", NBSP)
    return f"{level} {between(number(low, digits, language), number(high, digits, language), language)}"
