"""Columns of numbers and dates, and how they are written: decimal sign, sign between thousands, order of day and month."""

from collections.abc import Sequence

from pipeline.clean.written import date_in, may_be_grouped, number_in, number_pattern
from pipeline.draft.described import Answer, Column, Kind
from pipeline.draft.words import missing_reason
from pipeline.spec.folding import comparable

DATE_FORMATS = (
    *("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d", "%Y/%m/%d %H:%M:%S", "%d.%m.%Y", "%d.%m.%Y %H:%M"),
    *(
        "%d/%m/%Y",
        "%d/%m/%Y %H:%M",
        "%d/%m/%Y %H:%M:%S",
        "%m/%d/%Y",
        "%m/%d/%Y %H:%M",
        "%m/%d/%Y %H:%M:%S",
        "%m/%d/%Y %I:%M:%S %p",
        "%d-%m-%Y",
        "%m-%d-%Y",
    ),
)
MOST_DATES = 3_000
MINUS = ("-99", "-98", "-97", "-9", "-8", "-7", "99", "98", "999", "998")
"""Codes that surveys use for answers that are missing."""


def is_number(text: str) -> bool:
    """Say whether a text is a number with one sign at most, comma or point."""
    return number_pattern(".", None).fullmatch(text) is not None or number_pattern(",", None).fullmatch(text) is not None


def dates_in(column: Column, tool: str, language: str) -> Kind | None:
    """Cells that are dates, in one form or a few."""
    if not any(sign in column.texts[0] for sign in "-/."):
        return None
    found = {
        form: {text for text in column.texts if date_in(text, form)}
        for form in DATE_FORMATS
        if date_in(column.texts[0], form) or len(column.texts) < MOST_DATES
    }
    chosen: list[str] = []
    rest = set(column.texts)
    while rest and (best := max(found, key=lambda form: len(found[form] & rest), default="")) and found[best] & rest:
        chosen.append(best)
        rest -= found[best]
    if rest or not chosen:
        return None
    others = [form for form in DATE_FORMATS if form not in chosen and found.get(form, set()) >= found[chosen[0]]]
    unsure = [form for form in (*chosen[1:], *others) if any(_is_other_day(text, chosen[0], form) for text in found[chosen[0]])]
    decide = f"its days can be read as {' or '.join((chosen[0], *unsure))}: keep the right one in columns of the source" if unsure else ""
    return Kind("date", f"every cell is a date written {' or '.join(chosen)}", dates=tuple(chosen), decide=decide)


def _is_other_day(text: str, form: str, other: str) -> bool:
    day = date_in(text, other)
    return day is not None and day != date_in(text, form)


def numbers_in(column: Column, tool: str, language: str) -> Kind | None:
    """Cells that are numbers, or say in words why there is none."""
    others = [text for text in column.texts if not is_number(text)]
    if column.question.kind in ("text", "choice") and others:
        return None
    if len(others) == len(column.texts) or not all(map(missing_reason, others)):
        return None
    return as_numbers(column, [Answer("", text, {language: text}, missing_reason(text)) for text in others], "every cell is a number")


def as_numbers(column: Column, answers: list[Answer], why: str) -> Kind:
    """Say how a column's numbers are written, beside answers that are listed."""
    listed = {comparable(answer.raw) for answer in answers}
    numbers = [text for text in column.texts if comparable(text) not in listed]
    decimal = next((sign for sign in ",." if any(sign in text for text in numbers)), "")
    values = {text: number_in(text, decimal or ".") for text in numbers}
    read = [value for value in values.values() if value is not None]
    whole = all(value.is_integer() for value in read)
    codes = [text for text in numbers if text in MINUS and len(read) > 3 and _far_away(float(text), read)]
    grouped = bool(decimal) and may_be_grouped(whole, decimal, numbers)
    decide = f"is {', '.join(codes)} a missing answer? Then list it in answers.csv" if codes else ""
    if len(read) < len(numbers):
        decide = "its numbers have both a comma and a point: have the file corrected, or say which is which"
    if grouped:
        decide = f'is the sign in {next(text for text in numbers if decimal in text)} one between thousands? Then state thousands = "{decimal}" in columns of the source'
    kept = tuple(Answer(answer.missing or "skipped", answer.raw, answer.label, answer.missing or "skipped") for answer in answers)
    least = "0.." if min(read, default=0) >= 0 else ""
    type_ = "integer" if whole else "decimal"
    return Kind(type_, why, kept, decimal=decimal, thousands="none" if grouped else "", decide=decide, constraint=least)


def _far_away(code: float, numbers: Sequence[float]) -> bool:
    """Say whether a number lies far from all others, as a code for a missing answer does."""
    others = [number for number in numbers if number != code]
    return bool(others) and (code < min(0.0, *others) or code > 3 * max(1.0, *others))
