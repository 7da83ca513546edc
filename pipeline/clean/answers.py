"""What one cell means: a code, a number, a date, a text, or a reason why there is none.

Each distinct text is interpreted once, so the result for a row depends on that
row alone: blocks of rows and all rows give the same.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from pipeline.clean.text import distinct, per_row
from pipeline.spec.declaration import Source
from pipeline.spec.folding import comparable, tidy
from pipeline.spec.study import Answer, Study, Variable
from pipeline.spec.vocabulary import MISSING_CODES

GROUPED = r"[-\u2212]?(?:\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+|\d+)(?:,\d+)?"
NUMBERS = {",": re.compile(GROUPED, re.ASCII), ".": re.compile(r"[-\u2212]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?", re.ASCII)}
"""Decimal sign -> what a number looks like; with a decimal comma, blanks may group thousands."""
TO_PLAIN: dict[str, dict[int, str | None]] = {
    ",": str.maketrans({",": ".", "\u2212": "-", " ": None, "\u00a0": None, "\u2009": None, "\u202f": None}),
    ".": {0x2212: "-"},
}

EXCEL_DAYS = "excel"
FIRST_EXCEL_DAY = datetime(1899, 12, 30)
"""Day 0 of Excel's calendar as it counts from 1 March 1900 (day 61): it believes in a 29 February 1900."""

UNKNOWN, UNREADABLE, OUTSIDE = "unknown", "unreadable", "outside"
"""Kinds of fault: not in the answer list, not a number or date, outside the constraint."""


@dataclass(frozen=True)
class Meaning:
    """What a text stands for: a value, or a missing code above 0, or a fault."""

    value: object = None
    missing: int = 0
    fault: str = ""
    case_ignored: bool = False


@dataclass(frozen=True)
class Column:
    """One interpreted column.

    Attributes
    ----------
    values : Series, one per row
        float64 for numbers, datetime64 for dates, str for codes and texts;
        missing where there is no value.
    missing : array of int8, one per row
        0 where answered, else a code of ``MISSING_CODES``.
    faults : array of str, one per row
        Kind of fault, mostly empty.
    trimmed, case_ignored : int
        Rows whose cell had blanks to remove, or another letter case than the list.
    """

    values: pd.Series
    missing: np.ndarray
    faults: np.ndarray
    trimmed: int
    case_ignored: int


def interpret(variable: Variable, cells: pd.Series, read: Callable[[str], Meaning]) -> Column:
    """Interpret the cells of one variable.

    Parameters
    ----------
    variable : Variable
        Supplies the type of the values.
    cells : Series of categories, one per row
        As exported.
    read : function
        Says what a text means, such as ``meaning_of`` gives it.

    Returns
    -------
    Column
        A cell with a fault has neither a value nor a missing reason.
    """
    positions, texts = distinct(cells)
    meanings = [read(text) for text in texts]
    missing = _spread([meaning.missing for meaning in meanings], positions, np.int8)
    faults = _spread([meaning.fault for meaning in meanings], positions, object)
    trimmed = _spread([text != text.strip() for text in texts], positions, bool)
    case_ignored = _spread([meaning.case_ignored for meaning in meanings], positions, bool)
    values = _values(variable, [meaning.value for meaning in meanings], positions)
    return Column(values, missing, faults, int(trimmed.sum()), int(case_ignored.sum()))


def with_break_off(column: Column, cells: pd.Series, not_reached: np.ndarray) -> Column:
    """Say of blank cells behind the point where the person broke off that they were not reached, also where a blank is an answer.

    Parameters
    ----------
    column : Column
        As interpreted.
    cells : Series of categories, one per row
        As exported.
    not_reached : array of bool, one per row
        Whether the person never came to this question.
    """
    blank = per_row(cells, lambda text: not tidy(text), bool)
    gone = blank & not_reached
    missing = np.where(gone, np.int8(MISSING_CODES["not_reached"]), column.missing)
    return replace(column, values=column.values.mask(gone), missing=missing)


def _spread(per_text: list, positions: np.ndarray, dtype: type) -> np.ndarray:
    """Give every row what its distinct text has."""
    return np.array(per_text, dtype=dtype)[positions] if per_text else np.empty(0, dtype=dtype)


def _values(variable: Variable, per_text: list, positions: np.ndarray) -> pd.Series:
    if variable.is_numeric:
        return pd.Series(_spread([math.nan if value is None else value for value in per_text], positions, np.float64))
    dtype = "datetime64[s]" if variable.type == "date" else "str"
    return pd.Series(pd.Series(per_text, dtype="object").astype(dtype).array.take(positions))


def meaning_of(study: Study, source: Source, variable: Variable, decimal: str) -> Callable[[str], Meaning]:
    """Give the function that says what a text of this variable means."""
    answers = {comparable(answer.raw): answer for answer in study.answer_lists.get(variable.answers, ())}
    blank = Meaning(missing=MISSING_CODES[source.blank])
    read = READERS[variable.type](source, variable, decimal)

    def meaning(text: str) -> Meaning:
        key = comparable(text)
        if key in answers:
            return _answered(variable, answers[key], tidy(text))
        return read(tidy(text)) if key else blank

    return meaning


def _answered(variable: Variable, answer: Answer, text: str) -> Meaning:
    other_case = " ".join(text.split()) != " ".join(tidy(answer.raw).split())
    if answer.missing:
        return Meaning(missing=MISSING_CODES[answer.missing], case_ignored=other_case)
    return Meaning(float(answer.code) if variable.is_numeric else answer.code, case_ignored=other_case)


def _read_choice(source: Source, variable: Variable, decimal: str) -> Callable[[str], Meaning]:
    return lambda text: Meaning(fault=UNKNOWN)


def _read_text(source: Source, variable: Variable, decimal: str) -> Callable[[str], Meaning]:
    return Meaning


def _read_date(source: Source, variable: Variable, decimal: str) -> Callable[[str], Meaning]:
    def read(text: str) -> Meaning:
        dates = (date_in(text, form) for form in source.dates)
        return next((Meaning(date) for date in dates if date), Meaning(fault=UNREADABLE))

    return read


def _read_number(source: Source, variable: Variable, decimal: str) -> Callable[[str], Meaning]:
    least = -math.inf if variable.minimum is None else variable.minimum
    greatest = math.inf if variable.maximum is None else variable.maximum

    def read(text: str) -> Meaning:
        number = number_in(text, decimal)
        if number is None or (variable.type == "integer" and not number.is_integer()):
            return Meaning(fault=UNREADABLE)
        return Meaning(number) if least <= number <= greatest else Meaning(fault=OUTSIDE)

    return read


READERS: dict[str, Callable[[Source, Variable, str], Callable[[str], Meaning]]] = {
    "select_one": _read_choice,
    "rating": _read_choice,
    "integer": _read_number,
    "decimal": _read_number,
    "date": _read_date,
    "text": _read_text,
}
"""Variable type -> how a text that is not in the answer list is read."""


def date_in(text: str, form: str) -> datetime | None:
    """Read a date written in a format, or as Excel's number of days; None when it is not one."""
    if form == EXCEL_DAYS:
        days = number_in(text, ".")
        return FIRST_EXCEL_DAY + timedelta(days=days) if days and 61 <= days < 2_958_466 else None
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None


def number_in(text: str, decimal: str) -> float | None:
    """Read a number written with this decimal sign; None when it is not one."""
    if not NUMBERS[decimal].fullmatch(text):
        return None
    number = float(text.translate(TO_PLAIN[decimal]))
    return number if math.isfinite(number) else None


def detected_decimal(columns: list[pd.Series]) -> str:
    """Give the comma if some numbers have one and none has a point, else the point."""
    texts = {tidy(text) for cells in columns for text in distinct(cells)[1]}
    commas = any("," in text and NUMBERS[","].fullmatch(text) for text in texts)
    points = any("." in text and NUMBERS["."].fullmatch(text) for text in texts)
    return "," if commas and not points else "."
