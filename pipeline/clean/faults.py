"""Faults in cells, said so that the researcher finds the cell and knows what to do."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

import pandas as pd

from pipeline.clean.answers import AMBIGUOUS, GROUPED, OUTSIDE, UNKNOWN, UNREADABLE, Interpreted
from pipeline.clean.boxes import MARKED, split_answers
from pipeline.clean.cells import first_few, per_row, shown
from pipeline.clean.exclude import excluded_by
from pipeline.clean.files import RawSource
from pipeline.clean.headings import column_of
from pipeline.clean.written import SEPARATORS, date_in, number_in
from pipeline.errors import Problem
from pipeline.spec.codebook import rows_to_paste
from pipeline.spec.folding import comparable, misspelt, tidy
from pipeline.spec.sources import EXCEL
from pipeline.spec.study import Study, Variable
from pipeline.spec.vocabulary import MISSING_CODES

MADE_BY_EXCEL = re.compile(
    r"#[A-ZÅÄÖ/]+[!?]?|\d{1,4}[-./ ](?:\d{1,2}|[a-zåäö]{3,4}\.?)(?:[-./ ]\d{2,4})?|\d[.,]\d+E[+-]?\d+", re.IGNORECASE
)
"""Error values, dates such as '07-jul' that were ranges such as '0-7', numbers such as '1,23E+11'."""

FEW_ROWS = 10
"""In fewer rows, one answer and blanks are no sign of a box."""
WORDS_OF_REASONS = {
    "dont_know": ("vet ej", "vet inte", "do not know", "don't know", "unsure", "osäker"),
    "refused": ("vill ej", "vill inte", "vägra", "refus", "prefer not"),
    "not_applicable": ("ej aktuell", "ej tillämp", "not applicable", "inapplicable", "n/a"),
    "not_asked": ("ej ställd", "not asked", "ej tillfrågad"),
    "not_reached": ("avbröt", "not reached", "broke off"),
}
"""Missing reason -> words in labels that suggest it; the researcher decides."""


def fault_problems(study: Study, raw: RawSource, variable: Variable, cells: pd.Series, column: Interpreted) -> Iterator[Problem]:
    """Report cells that are no answer, no number or date, or outside the constraint: one problem per kind."""
    if not (column.faults != "").any():
        return
    file = study.paths.shown(study.paths.declared / "answers.csv")
    where = raw.place_of(variable)
    said = {
        UNKNOWN: (
            "answers are not in the codebook",
            f"Correct {file}, or list the value there with its reason; put single cells right in corrections.csv.",
        ),
        UNREADABLE: (f"cells are not {_expected(variable, raw)}", ""),
        OUTSIDE: (
            f"{'dates' if variable.type == 'date' else 'numbers'} are outside the constraint",
            "Correct the constraint in the codebook, or put single cells right in corrections.csv.",
        ),
        AMBIGUOUS: ("cells are different days in the formats of dates", ""),
        GROUPED: ("cells may be thousands or decimals", _remedy_for_grouped(raw.decimal_of(variable.name))),
    }
    for kind, (found, remedy) in said.items():
        faulty = cells[column.faults == kind].astype("str")
        if len(faulty):
            hint = _HINTS.get(kind, lambda study, raw, variable, faulty: "")(study, raw, variable, faulty)
            labels = raw.imported.value_labels.get(_heading(raw, variable), {})
            yield Problem(
                where, f"{len(faulty)} {found}", allowed_answers(study, variable, kind), hint or remedy, listed_places(faulty, labels)
            )


def _heading(raw: RawSource, variable: Variable) -> str:
    """Give the heading of a variable's column as the file has it; empty for the number of the row."""
    place = column_of(variable.raw_names[raw.source.name], raw.imported.headings)
    return "" if place is None else raw.imported.headings[place]


def tick_problems(study: Study, raw: RawSource, variable: Variable, cells: pd.Series, column: Interpreted) -> Iterator[Problem]:
    """Refuse a choice that holds one answer and blanks only: most likely a box, whose blank means ``not ticked``.

    Among those who answered, everybody would have given that answer. Only where
    nothing is declared of the blank, and the answer is the only one or written as a tick.
    """
    answers = study.answer_lists.get(variable.answers, ())
    codes = study.codes_of(variable)
    if variable.type != "select_one" or variable.box or len(codes) > 2 or any(not tidy(answer.raw) for answer in answers):
        return
    ticks = {answer.code for answer in answers if not answer.missing and comparable(answer.raw) in MARKED}
    blank = per_row(cells, lambda text: not tidy(text), bool) & (column.missing != MISSING_CODES["not_reached"])
    given = column.values.dropna().unique()
    ticked = int(column.values.notna().sum())
    is_box = len(given) == 1 and (len(codes) == 1 or given[0] in ticks)
    if is_box and blank.any() and ticked + blank.sum() >= FEW_ROWS:
        file = study.paths.shown(study.paths.declared / "answers.csv")
        yield Problem(
            raw.place_of(variable),
            f"{ticked} cells hold the answer '{given[0]}', {int(blank.sum())} are blank, and no cell holds another answer",
            remedy=f"If it is a box, say what the blank means: a row of list {variable.answers} in {file} with an empty raw, or the type "
            "select_multiple for all boxes of the question. If those left it unanswered, that row has missing = skipped (docs/declare.md).",
        )


def _expected(variable: Variable, raw: RawSource) -> str:
    if variable.type == "date":
        return f"dates written as {' or '.join(raw.source.of_column(variable.name).dates)}"
    sign = {",": "a decimal comma", ".": "a decimal point"}[raw.decimal_of(variable.name)]
    return f"whole numbers ({sign} is read)" if variable.type == "integer" else f"numbers with {sign}"


def _remedy_for_grouped(sign: str) -> str:
    return f'State thousands = "{sign}" of the source in study.toml if 25{sign}000 is 25000, or thousands = "none" if it is 25.'


def _hint_for_unreadable(study: Study, raw: RawSource, variable: Variable, faulty: pd.Series) -> str:
    """Say what to declare: a date format, the sign between thousands, another decimal sign, or a reason why there is no number."""
    texts = [tidy(str(text)) for text in faulty.unique()]
    if variable.type == "date" and all(date_in(text, EXCEL) for text in texts):
        return f'These are day numbers of a spreadsheet: add "{EXCEL}" to dates of the source in study.toml.'
    if variable.type == "date":
        return "Add the format to dates of the source in study.toml."
    grouped = [sign for sign in (".", ",", "'", " ") if all(_has_thousands(text, sign) for text in texts)]
    if grouped:
        return f'State thousands = "{grouped[0]}" of the source in study.toml.'
    sign = {",": ".", ".": ","}[raw.decimal_of(variable.name)]
    if all(number_in(text, sign) is not None for text in texts):
        return f'Correct decimal of the source in study.toml; if other columns have the other sign, state columns = {{ {variable.name} = {{ decimal = "{sign}" }} }}.'
    file = study.paths.shown(study.paths.declared / "answers.csv")
    return f"Correct decimal of the source in study.toml, or give the variable an answer list in {file} with the text's missing reason."


def _has_thousands(text: str, sign: str) -> bool:
    decimals = [decimal for decimal in (".", ",") if decimal != sign]
    return any(number_in(text, decimal, sign) is not None for decimal in decimals) and any(mark in text for mark in SEPARATORS[sign])


def _hint_for_ambiguous(study: Study, raw: RawSource, variable: Variable, faulty: pd.Series) -> str:
    """Name the formats that read every cell of the column; what to declare where columns differ."""
    source = raw.source.of_column(variable.name)
    answers = {comparable(answer.raw) for answer in study.answer_lists.get(variable.answers, ())}
    texts = {tidy(text) for text in raw.cells[variable.name].unique() if tidy(text) and comparable(text) not in answers}
    fitting = [form for form in source.dates if all(date_in(text, form, source.two_digit_years_from) for text in texts)]
    only = f' Only "{fitting[0]}" reads every cell of this column.' if len(fitting) == 1 else ""
    form = (fitting or [form for form in source.dates if date_in(tidy(str(faulty.iloc[0])), form, source.two_digit_years_from)])[0]
    return (
        f"Keep in dates of the source in study.toml the one that the file is written in.{only} "
        f'If other columns are written otherwise, state columns = {{ {variable.name} = {{ dates = ["{form}"] }} }}.'
    )


def _hint_for_unknown(study: Study, raw: RawSource, variable: Variable, faulty: pd.Series) -> str:
    """Say what probably happened when every unknown answer is a near miss of a known one, or Excel's doing."""
    texts = [tidy(str(text)) for text in faulty.unique()]
    if all(MADE_BY_EXCEL.fullmatch(text) for text in texts):
        return "Excel seems to have changed these answers: export the file again, and do not open and save it in Excel."
    raws = [answer.raw for answer in study.answer_lists[variable.answers]]
    if all(split_answers(text, tuple(comparable(raw) for raw in raws if raw)) for text in texts):
        return "Several answers stand in one cell: give the variable the type select_multiple in the codebook (docs/declare.md)."
    near = [misspelt(text, raws) for text in texts]
    listed_too = f"Otherwise list the value in studies/{study.id}/answers.csv."
    return f"{shown(texts[0])}: did you mean '{near[0]}'? {listed_too}" if all(near) else ""


_HINTS: dict[str, Callable[[Study, RawSource, Variable, pd.Series], str]] = {
    UNKNOWN: _hint_for_unknown,
    UNREADABLE: _hint_for_unreadable,
    AMBIGUOUS: _hint_for_ambiguous,
}
"""Kind of fault -> what the faulty cells themselves suggest to do; empty when nothing."""


def allowed_answers(study: Study, variable: Variable, kind: str) -> str:
    """Say what would be accepted in place of a cell with a fault of this kind."""
    if kind in (AMBIGUOUS, GROUPED):
        return ""
    if kind == OUTSIDE and variable.type == "date":
        return "..".join("" if day is None else day.isoformat() for day in (variable.earliest, variable.latest))
    if kind == OUTSIDE:
        bounds = (variable.minimum, variable.maximum)
        return "..".join("" if bound is None else f"{bound:g}" for bound in bounds)
    answers = study.answer_lists.get(variable.answers, ())
    allowed = ", ".join(answer.raw for answer in answers if not answer.missing)
    missing = ", ".join(f"{answer.raw} ({answer.missing})" for answer in answers if answer.missing)
    return "; counted as missing: ".join(part for part in (allowed, missing) if part)


def listed_places(faulty: pd.Series, labels: Mapping[str, str]) -> tuple[str, ...]:
    """Write each distinct faulty text with what the file says it stands for, its count and the data rows it stands in."""
    lines = []
    for text, rows in sorted(faulty.groupby(faulty).groups.items(), key=lambda item: (-len(item[1]), item[0])):
        times = "once" if len(rows) == 1 else f"{len(rows)} times"
        label = f" = {shown(labels[text])}" if text in labels else ""
        lines.append(f"{shown(str(text))}{label} ({times}: data row {first_few(row + 1 for row in rows)})")
    return tuple(lines)


def unlisted_missing_problems(study: Study, raws: Iterable[RawSource]) -> Iterator[Problem]:
    """Report what files declare missing and no answer list explains, once per list, with the rows to paste.

    Parameters
    ----------
    study : Study
        Supplies the answer lists.
    raws : iterable of RawSource
        All sources, since several may use one list.
    """
    found: dict[str, dict[str, str]] = {}
    places: dict[str, list[str]] = {}
    for raw in raws:
        for name, declared in raw.declared_missing.items():
            variable = study.variable[name]
            known = {comparable(answer.raw) for answer in study.answer_lists.get(variable.answers, ())}
            labels = raw.imported.value_labels.get(_heading(raw, variable), {})
            cells = raw.cells.loc[excluded_by(study, raw) == "", name].astype("str")
            unlisted = cells[cells.isin(declared) & ~cells.map(comparable).isin(known)]
            if len(unlisted):
                answers = variable.answers or f"{name}_missing"
                found.setdefault(answers, {}).update({text: labels.get(text, "") for text in sorted(set(unlisted))})
                own = "" if variable.answers else f" (give it the list {answers} in column answers of the codebook)"
                places.setdefault(answers, []).extend(f"{raw.where}, {name}{own}: {line}" for line in listed_places(unlisted, labels))
    for answers, codes in found.items():
        yield Problem(
            f"{study.paths.shown(study.paths.declared / 'answers.csv')}, list {answers}",
            f"{len(codes)} codes are declared missing in the files and have no row here",
            remedy="Add these rows with the right reason in column missing:\n" + _rows_to_paste(study, answers, codes),
            details=tuple(places[answers]),
        )


def _rows_to_paste(study: Study, answers: str, codes: Mapping[str, str]) -> str:
    """Write rows of answers.csv; the reason is guessed from the label, else ``skipped``."""
    rows = []
    for code, label in codes.items():
        reason = next((reason for reason, words in WORDS_OF_REASONS.items() if any(word in label.casefold() for word in words)), "skipped")
        rows.append({"list_name": answers, "name": code, "raw": code, "label::sv": label, "label::en": label, "missing": reason})
    return rows_to_paste(study.paths, rows)
