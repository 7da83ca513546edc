"""What one cell means: a code, a number, a date, a text, or a reason why there is none.

Each distinct text is interpreted once, so the result for a row depends on that
row alone: blocks of rows and all rows give the same.
"""

import math
from collections.abc import Callable, Container
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.clean.cells import distinct, per_row
from pipeline.clean.written import date_in, in_shown_digits, may_be_grouped, number_in
from pipeline.spec.folding import comparable, tidy
from pipeline.spec.sources import Source
from pipeline.spec.study import Answer, Study, Variable
from pipeline.spec.vocabulary import MISSING_CODES

UNKNOWN, UNREADABLE, OUTSIDE = "unknown", "unreadable", "outside"
AMBIGUOUS, GROUPED, UNLISTED = "ambiguous", "grouped", "unlisted"
"""Kinds of fault: not in the answer list, not a number or date, outside the constraint; two days, thousands or decimals,
declared missing by the file and in no answer list."""


@dataclass(frozen=True)
class Meaning:
    """What a text stands for: a value, or a missing code above 0, or a fault."""

    value: object = None
    missing: int = 0
    fault: str = ""
    case_ignored: bool = False


@dataclass(frozen=True)
class Interpreted:
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


def interpret(source: Source, variable: Variable, cells: pd.Series, decimal: str, read: Callable[[str], Meaning]) -> Interpreted:
    """Interpret the cells of one variable.

    Parameters
    ----------
    source, variable
        Supply the type of the values, and whether the sign between thousands is declared.
    cells : Series of categories, one per row
        As exported.
    decimal : str
        Decimal sign of the column.
    read : function
        Says what a text means, such as ``meaning_of`` gives it.

    Returns
    -------
    Interpreted
        A cell with a fault has neither a value nor a missing reason.
    """
    positions, texts = distinct(cells)
    meanings = [read(text) for text in texts]
    if variable.type in ("integer", "decimal") and source.thousands is None:
        meanings = _unless_grouped(variable, decimal, texts, meanings, set(positions.tolist()))
    missing = _spread([meaning.missing for meaning in meanings], positions, np.int8)
    faults = _spread([meaning.fault for meaning in meanings], positions, object)
    trimmed = _spread([text != text.strip() for text in texts], positions, bool)
    case_ignored = _spread([meaning.case_ignored for meaning in meanings], positions, bool)
    values = _values(variable, [meaning.value for meaning in meanings], positions)
    return Interpreted(values, missing, faults, int(trimmed.sum()), int(case_ignored.sum()))


def with_break_off(column: Interpreted, cells: pd.Series, not_reached: np.ndarray) -> Interpreted:
    """Say of blank cells behind the point where the person broke off that they were not reached, also where a blank is an answer.

    Parameters
    ----------
    column : Interpreted
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


def with_declared_missing(study: Study, variable: Variable, column: Interpreted, cells: pd.Series, declared: Container[str]) -> Interpreted:
    """Take no cell for an answer that the file declares missing; one that no answer list explains is a fault.

    Parameters
    ----------
    study, variable
        Supply the answer list.
    column : Interpreted
        As interpreted.
    cells : Series of categories, one per row
        As exported.
    declared : container of str
        Cells that the file itself declares missing.
    """
    listed = {comparable(answer.raw) for answer in study.answer_lists.get(variable.answers, ())}
    unlisted = per_row(cells, lambda text: text in declared and comparable(text) not in listed, bool)
    return replace(column, values=column.values.mask(unlisted), faults=np.where(unlisted, UNLISTED, column.faults))


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

    def key_of(text: str) -> str:
        return in_shown_digits(comparable(text), decimal)

    answers = {key_of(answer.raw): answer for answer in study.answer_lists.get(variable.answers, ())}
    blank = Meaning(missing=MISSING_CODES[source.blank])
    read = READERS[variable.type](source, variable, decimal)

    def meaning(text: str) -> Meaning:
        key = key_of(text)
        if key in answers:
            return _answered(variable, answers[key], tidy(text))
        return read(tidy(text)) if key else blank

    return meaning


def _answered(variable: Variable, answer: Answer, text: str) -> Meaning:
    other_case = " ".join(text.split()) != " ".join(tidy(answer.raw).split())
    if answer.missing:
        return Meaning(missing=MISSING_CODES[answer.missing], case_ignored=other_case)
    return Meaning(float(answer.code) if variable.is_numeric else answer.code, case_ignored=other_case)


def _read_date(source: Source, variable: Variable, decimal: str) -> Callable[[str], Meaning]:
    def read(text: str) -> Meaning:
        dates = [date for form in source.dates if (date := date_in(text, form, source.two_digit_years_from))]
        if len({date.date() for date in dates}) != 1:
            return Meaning(fault=AMBIGUOUS if dates else UNREADABLE)
        early = variable.earliest is not None and dates[0].date() < variable.earliest
        late = variable.latest is not None and dates[0].date() > variable.latest
        return Meaning(fault=OUTSIDE) if early or late else Meaning(dates[0])

    return read


def _read_number(source: Source, variable: Variable, decimal: str) -> Callable[[str], Meaning]:
    least = -math.inf if variable.minimum is None else variable.minimum
    greatest = math.inf if variable.maximum is None else variable.maximum

    def read(text: str) -> Meaning:
        number = number_in(text, decimal, source.thousands)
        if number is None or (variable.type == "integer" and not number.is_integer()):
            return Meaning(fault=UNREADABLE)
        return Meaning(number) if least <= number <= greatest else Meaning(fault=OUTSIDE)

    return read


def _unless_grouped(variable: Variable, decimal: str, texts: list[str], meanings: list[Meaning], used: set[int]) -> list[Meaning]:
    """Read no number of a column whose sign may stand between thousands: nothing in the file tells 25.000 from 25000."""
    numbers = {place: tidy(texts[place]) for place in used if isinstance(meanings[place].value, float)}
    if not may_be_grouped(variable.type == "integer", decimal, list(numbers.values())):
        return meanings
    return [Meaning(fault=GROUPED) if decimal in numbers.get(place, "") else meaning for place, meaning in enumerate(meanings)]


READERS: dict[str, Callable[[Source, Variable, str], Callable[[str], Meaning]]] = {
    **dict.fromkeys(("select_one", "rating"), lambda *_: lambda text: Meaning(fault=UNKNOWN)),
    **dict.fromkeys(("integer", "decimal"), _read_number),
    "date": _read_date,
    "text": lambda *_: Meaning,
}
"""Variable type -> how a text that is not in the answer list is read."""
