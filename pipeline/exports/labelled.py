"""Responses and scores of one kind of unit as one table for a co-author's own tool: labels, codes, and why each answer is missing.

One row per unit and wave; what cannot change between waves stands in every row of its unit.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count

import numpy as np
import pandas as pd

from pipeline.exports.export import PLAIN_NUMBER, CodebookColumn, Export
from pipeline.spec.declared import Text
from pipeline.spec.study import Study, Variable
from pipeline.spec.vocabulary import LANGUAGES, MISSING_CODES, MISSING_REASONS, MISSING_SUFFIX
from pipeline.tables.results import Cleaned, Scored

WAVE, REASONS = "wave", "reasons"
NUMBERS = ("rating", "integer", "decimal")
REASON_KINDS = ("select_one", *NUMBERS)
"""Types whose column can hold the reason itself in a file of numbers; of the others it stands in a column beside."""
RESERVED = re.compile(r"all|and|by|eq|ge|gt|le|lt|ne|not|or|to|with|if|in|int|long|float|double|byte|using|str\d+")
"""Words that no variable may be called in SPSS or Stata."""
Answers = tuple[tuple[str, Text], ...]


@dataclass(frozen=True)
class Column:
    """One column: what it is, its values as texts, and why there is none, by row.

    ``answers`` are its codes with their labels, ``listed`` the name of that list.
    """

    name: str
    type: str
    label: Text
    values: pd.Series
    reasons: pd.Series
    answers: Answers = ()
    listed: str = ""
    fixed: bool = False


@dataclass(frozen=True)
class Coded:
    """How a format writes a table: letters that a name may have, and of a label; the cell for a reason."""

    longest_name: int = 10_000
    longest_label: int = 10_000
    longest_answer: int = 10_000
    reasons: Mapping[str, str] = field(default_factory=dict)


def columns_of(study: Study, unit: str, cleaned: Cleaned, scored: Scored) -> list[Column]:
    """Gather everything known of a unit.

    Returns
    -------
    list of Column
        Id, wave (where the unit has waves), links, variables in the order of the codebook, measures. A unit that answered no wave has
        one row, without wave.
    """
    rows = _joined(study, unit, cleaned, scored)
    return list(_columns(study, unit, rows))


def _joined(study: Study, unit: str, cleaned: Cleaned, scored: Scored) -> pd.DataFrame:
    key = study.unit[unit].id
    responses = cleaned.responses[unit]
    scores = scored.scores.get(unit, responses[[key, WAVE]])
    once = [one.name for one in study.declaration.measures if one.name in scores and not study.waves_of_measure(one)]
    later = responses.merge(scores[scores[WAVE] != ""].drop(columns=once), how="left", on=[key, WAVE], validate="one_to_one")
    facts = cleaned.units[unit]
    if once:
        facts = facts.merge(scores.loc[scores[WAVE] == "", [key, *once]], how="left", on=key, validate="one_to_one")
    rows = facts.merge(later, how="left", on=key, validate="one_to_many") if len(later) else facts
    order = {wave: place for place, wave in enumerate(study.wave_names)}
    return rows.sort_values([key, WAVE], key=lambda one: one.map(order) if one.name == WAVE else one, kind="stable") if len(later) else rows


def _columns(study: Study, unit: str, rows: pd.DataFrame) -> Iterator[Column]:
    blank = pd.Series("", index=rows.index)
    own = study.variable[study.unit[unit].id]
    yield Column(own.name, "id", own.label, _texts(rows[own.name]), blank, fixed=True)
    if WAVE in rows:
        waves = tuple((wave.name, wave.label) for wave in study.declaration.waves)
        yield Column(WAVE, "select_one", Text(sv="Mättillfälle", en="Wave"), _texts(rows[WAVE]), blank, waves, "waves")
    for link in study.links_of(unit):
        yield Column(link.name, "id", link.label, _texts(rows[link.name]), blank, fixed=True)
    for one in study.variables_of(unit):
        if one.type != "id" and one.name in rows:
            codes = rows[f"{one.name}{MISSING_SUFFIX}"].fillna(0)
            reasons = codes.map(dict(enumerate(("", *MISSING_REASONS))))
            yield Column(one.name, one.type, one.label, _texts(rows[one.name]), reasons, _answers(study, one), one.answers, one.fixed)
    for measure in study.declaration.measures:
        if measure.name in rows:
            label = Text(
                **{language: f"{measure.label.in_language(language)} ({measure.unit.in_language(language)})" for language in LANGUAGES}
            )
            kind = "select_one" if study.kind_of(measure.name) == "category" else "decimal"
            yield Column(
                measure.name, kind, label, _texts(rows[measure.name]), blank, tuple(measure.categories.items()), f"{measure.name} classes"
            )


def _answers(study: Study, variable: Variable) -> Answers:
    labels: dict[str, Text] = {}
    for answer in study.answer_lists.get(variable.answers, ()):
        if answer.missing not in MISSING_REASONS:
            labels.setdefault(answer.code, answer.label)
    return tuple(labels.items())


def _texts(values: pd.Series) -> pd.Series:
    """Write values as text without losing a digit; blank where there is none."""
    write = {"f": _number_text, "M": "{:%Y-%m-%d}".format}.get(values.dtype.kind, str)
    return values.map(write, na_action="ignore").astype("object").where(values.notna(), "")


def _number_text(number: float) -> str:
    """Write a number with the digits it needs to come back as it was."""
    return np.format_float_positional(number, trim="-")


def negative_reasons(columns: Sequence[Column]) -> dict[str, str]:
    """Give each missing reason a number just below -90, or -990 and so on where an answer comes near: ``skipped`` is -93."""
    numbers = [float(text) for one in columns if one.type in NUMBERS for text in one.values[one.values != ""].unique()]
    numbers += [float(code) for one in columns for code, _ in one.answers if PLAIN_NUMBER.fullmatch(code)]
    bases = (10**digits - 10 for digits in count(2))
    base = next(base for base in bases if not any(-base - len(MISSING_REASONS) <= number <= -base for number in numbers))
    return {reason: str(-base - code) for reason, code in MISSING_CODES.items()}


def stata_reasons() -> dict[str, str]:
    """Give each missing reason one of Stata's own missing values: ``not_asked`` is .a."""
    return {reason: f".{chr(ord('a') + place)}" for place, reason in enumerate(MISSING_REASONS)}


def cells_of(column: Column) -> dict[str, str]:
    """Give each answer the number that it is written as: its own code where all codes are whole numbers, else its place in the list."""
    codes = [code for code, _ in column.answers]
    if column.type in NUMBERS:
        return {code: _number_text(float(code)) for code in codes}
    whole = all(PLAIN_NUMBER.fullmatch(code) and "." not in code for code in codes)
    return {code: code if whole else str(place) for place, code in enumerate(codes, start=1)}


def coded(columns: list[Column], language: str, how: Coded, reason_labels: Mapping[str, str]) -> tuple[Export, dict[str, str]]:
    """Write columns as a file of numbers with labels.

    Parameters
    ----------
    columns : list of Column
    language : str
        Of the labels.
    how : Coded
    reason_labels : mapping
        Missing reason -> its name.

    Returns
    -------
    export, headings
        What is written; the name of each column in the file.
    """
    table: dict[str, pd.Series] = {}
    said: dict[str, CodebookColumn] = {}
    headings: dict[str, str] = {}
    reasons = {cell: _clipped(reason_labels[reason], how.longest_answer) for reason, cell in how.reasons.items()}
    for one in columns:
        heading = headings[one.name] = _unused(one.name, how.longest_name, table)
        label, cells = _clipped(one.label.in_language(language), how.longest_label), cells_of(one)
        answers = {cells[code]: _clipped(text.in_language(language), how.longest_answer) for code, text in one.answers}
        values = one.values if one.type in NUMBERS else one.values.map(lambda text, cells=cells: cells.get(text, text))
        why = one.reasons.map(how.reasons).fillna("")
        if one.type in REASON_KINDS:
            table[heading] = values.where(one.reasons == "", why)
            said[heading] = CodebookColumn("number", label, answers | (reasons if (why != "").any() else {}), tuple(how.reasons.values()))
            continue
        table[heading] = values
        said[heading] = CodebookColumn("date" if one.type == "date" else "text", label)
        if (one.reasons != "").any():
            beside = _unused(f"{one.name}{MISSING_SUFFIX}", how.longest_name, table)
            numbers = {reason: str(code) for reason, code in MISSING_CODES.items()}
            table[beside] = one.reasons.map(numbers).fillna("")
            said[beside] = CodebookColumn("number", label, {numbers[reason]: reason_labels[reason] for reason in numbers})
    return Export(pd.DataFrame(table), said), headings


def _clipped(text: str, most: int) -> str:
    """Cut a label to so many bytes, and show that it was longer: the codebook beside has it in full."""
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - len("…".encode())].decode("utf-8", "ignore") + "…"


def _unused(name: str, most: int, taken: Mapping[str, object]) -> str:
    """Shorten a name that is too long; one that is taken, or that SPSS or Stata keep for themselves, gets a number behind it."""
    numbered = (f"{name[: most - len(str(number)) - 1]}_{number}" for number in count(1))
    return next(one for one in chain([name[:most]], numbered) if one not in taken and not RESERVED.fullmatch(one))


def plain(columns: list[Column]) -> pd.DataFrame:
    """Give values as texts, answers by their codes, and beside each the reason why there is none, in a word."""
    table: dict[str, pd.Series] = {}
    for one in columns:
        table[one.name] = one.values
        if (one.reasons != "").any():
            table[f"{one.name}{MISSING_SUFFIX}"] = one.reasons
    return pd.DataFrame(table)


def typed(columns: list[Column]) -> pd.DataFrame:
    """Give the same with numbers as numbers and dates as dates; what is missing is so in the manner of its type."""
    table = plain(columns).replace("", None)
    kinds = {one.name: "float64" if one.type in NUMBERS else "datetime64[s]" for one in columns if one.type in (*NUMBERS, "date")}
    return table.astype(kinds).astype({name: "str" for name in table.columns if name not in kinds})


def codebook_rows(unit: str, columns: list[Column], headings: Mapping[str, str]) -> list[dict[str, str]]:
    """Give the rows of a codebook.csv of our own that says what stands in which column of the file."""
    return [
        {
            "type": one.type,
            "name": one.name,
            "unit": unit,
            "fixed": "yes" if one.fixed else "",
            "answers": one.listed or (REASONS if one.type in REASON_KINDS and (one.reasons != "").any() else ""),
            **{f"label::{language}": one.label.in_language(language) for language in LANGUAGES},
            f"raw_name::{unit}": headings.get(one.name, one.name),
        }
        for one in columns
    ]


def answer_rows(columns: list[Column], cells: Mapping[str, str], reasons: Mapping[str, Text], numbered: bool) -> Iterator[dict[str, str]]:
    """Give the rows of its answers.csv: each answer and each reason with the cell that stands for it."""
    lists = {one.listed or REASONS: one for one in columns if one.type in REASON_KINDS}
    open_ones = {one.listed or REASONS for one in columns if (one.reasons != "").any()}
    for name, one in lists.items():
        written = cells_of(one) if numbered else {}
        rows = [(code, written.get(code, code), text, "") for code, text in one.answers]
        rows += [(reason, cells.get(reason, reason), text, reason) for reason, text in reasons.items() if name in open_ones]
        for code, raw, text, missing in rows:
            labels = {f"label::{language}": text.in_language(language) for language in LANGUAGES}
            yield {"list_name": name, "name": code, "raw": raw, "missing": missing, **labels}
