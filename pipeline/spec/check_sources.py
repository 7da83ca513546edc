"""Checks of what is read: units, variables, and the sources they stand in."""

from collections.abc import Iterator
from datetime import datetime

from pipeline.errors import Problem
from pipeline.spec.codebook import ROW_NUMBER
from pipeline.spec.naming import toml_place, unknown_name, unknown_names
from pipeline.spec.sources import CALENDARS, SHORT_YEARS, Source
from pipeline.spec.study import Study, Variable
from pipeline.spec.vocabulary import CHOICE_TYPES

NUMBERS_NEEDED = "it needs numbers as codes; use select_one otherwise."
ONLY_MISSING = "its list can hold missing reasons only."
ROWS = ("skip_rows", "heading_rows", "headings")
SETTINGS_READ = {
    "csv": ("encoding", "delimiter", *ROWS),
    "limesurvey": ("encoding", "delimiter", *ROWS),
    "qualtrics": ("encoding", "delimiter", "sheet", "skip_rows"),
    "redcap": ("encoding", "delimiter", "skip_rows"),
    "surveymonkey": ("encoding", "delimiter", "sheet", "skip_rows"),
    "xlsx": ("sheet", "merged", *ROWS),
    "sav": ("encoding",),
    "dta": ("encoding",),
}
"""Export format -> which of the settings of files its importer goes by."""
TYPED = ("xlsx", "sav", "dta")
"""Formats whose numbers are numbers, and not texts with a sign."""

NEEDED_DATES = {"first": ("order",), "latest": ("order",), "spells": ("entry", "exit")}
"""Rule for duplicates -> the dates it goes by."""


def codebook_row_problems(study: Study) -> Iterator[Problem]:
    """Units, answer lists and numeric codes of variables must fit together."""
    for variable in study.variables:
        where = f"studies/{study.id}/codebook.csv, '{variable.name}'"
        yield from unknown_name(f"{where}, column unit", variable.unit, study.unit, "unit")
        if variable.answers:
            yield from unknown_name(f"{where}, column answers", variable.answers, study.answer_lists, "answer list")
        if variable.type in CHOICE_TYPES and variable.answers in study.answer_lists and not study.codes_of(variable):
            remedy = "Give the list an answer, or remove the row."
            yield Problem(
                f"{where}, column answers", f"list {variable.answers} holds reasons why there is no answer, and no answer", remedy=remedy
            )
        if not variable.raw_names:
            yield Problem(where, "has no raw_name for any source", remedy="Name its column in at least one source, or remove the row.")
        yield from _code_problems(study, variable)
        for name in variable.raw_names:
            yield from _column_problems(variable, study.source[name], where)


def _code_problems(study: Study, variable: Variable) -> Iterator[Problem]:
    """Answers to a number need numbers as codes; a date can only be missing in a listed way."""
    if not (variable.is_numeric or variable.type == "date"):
        return
    for code in study.codes_of(variable):
        digits = code.removeprefix("-")
        if variable.type == "date" or not (digits.isascii() and digits.isdigit()):
            yield Problem(
                f"studies/{study.id}/answers.csv, list {variable.answers}",
                f"code '{code}' is not a {'date' if variable.type == 'date' else 'whole number'}",
                remedy=f"'{variable.name}' is of type {variable.type}: {ONLY_MISSING if variable.type == 'date' else NUMBERS_NEEDED}",
            )


def _column_problems(variable: Variable, source: Source, where: str) -> Iterator[Problem]:
    if variable.type == "id":
        return
    if source.unit != variable.unit:
        yield Problem(
            where,
            f"belongs to unit {variable.unit}, but source '{source.name}' holds {source.unit}",
            remedy="Correct the unit or the raw_name column.",
        )
    if source.wave is None and not variable.fixed:
        yield Problem(
            f"{where}, column fixed",
            f"is empty, but source '{source.name}' has no wave",
            remedy="Say yes, or give the source a wave.",
        )


def unit_id_problems(study: Study) -> Iterator[Problem]:
    """Every unit needs an id variable, and every source the id of its unit."""
    identifiers = [variable.name for variable in study.variables if variable.type == "id"]
    for unit in study.declaration.units:
        yield from unknown_name(toml_place(study, f"units '{unit.name}' id"), unit.id, identifiers, "id variable")
        own_sources = [source.name for source in study.declaration.sources if source.unit == unit.name]
        for name in own_sources if unit.id in identifiers else []:
            if name not in study.variable[unit.id].raw_names:
                yield Problem(
                    f"studies/{study.id}/codebook.csv, '{unit.id}'",
                    f"has no raw_name::{name}",
                    remedy="Every source needs the id of its unit: its heading, '#1' for the first column where it has no heading, "
                    f"or '{ROW_NUMBER}' (the number of the row) in a file without ids that is joined with no other.",
                )
        yield from _row_number_problems(study, unit.name, own_sources)


def _row_number_problems(study: Study, unit: str, sources: list[str]) -> Iterator[Problem]:
    """The number of the row names a unit only in a file that nothing is joined with."""
    for variable in study.variables:
        for name in (source for source, raw_name in variable.raw_names.items() if raw_name == ROW_NUMBER and source in sources):
            where = f"studies/{study.id}/codebook.csv, '{variable.name}', column raw_name::{name}"
            if variable.name != study.unit[unit].id:
                yield Problem(
                    where, f"'{ROW_NUMBER}' is not an id of {unit}", remedy="Only the id of the unit may be the number of the row."
                )
            elif joined := [other for other in dict.fromkeys((*sources, *variable.raw_names)) if other != name]:
                remedy = f"Rows of two files are not the same {unit}: name the column that holds the id in both."
                found = f"'{ROW_NUMBER}' cannot be joined with source {', '.join(joined)}, which names {unit} too"
                yield Problem(where, found, remedy=remedy)


def source_problems(study: Study) -> Iterator[Problem]:
    """Units, waves and order variables of sources must exist; files stay in the raw folder."""
    for source in study.declaration.sources:
        where = toml_place(study, f"sources '{source.name}'")
        yield from unknown_name(f"{where} unit", source.unit, study.unit, "unit")
        if source.wave is not None:
            yield from unknown_name(f"{where} wave", source.wave, study.wave_names, "wave")
        if "/" in source.file or "\\" in source.file or source.file.startswith("."):
            yield Problem(
                f"{where} file", f"'{source.file}'", "a file name without folders", f"Put the file directly into data/raw/{study.id}/."
            )
        own = [variable.name for variable in study.variables if source.name in variable.raw_names and variable.type != "id"]
        yield from unknown_names(f"{where} answered_if", source.answered_if, own, "variable of this source")
        yield from _unread_settings(source, where)
        yield from _date_problems(study, source, where)
        yield from _writing_problems(study, source, where)


def _date_problems(study: Study, source: Source, where: str) -> Iterator[Problem]:
    """What a source goes by must be dates of its own; entry and exit are held against each other."""
    dates = [variable.name for variable in study.variables if variable.type == "date" and source.name in variable.raw_names]
    for key in ("order", "entry", "exit"):
        name = getattr(source, key)
        if name is not None:
            yield from unknown_name(f"{where} {key}", name, dates, "date variable of this source")
        elif key in NEEDED_DATES.get(source.duplicates, ()):
            yield Problem(f"{where} {key}", "is missing", "the name of a date variable", f"duplicates = '{source.duplicates}' needs it.")
        elif key != "order" and (source.entry or source.exit):
            yield Problem(f"{where} {key}", "is missing", "the name of a date variable", "Entry and exit are held against each other.")


def _unread_settings(source: Source, where: str) -> Iterator[Problem]:
    """Nothing may be stated of a file that its format does not have."""
    defaults = {name: field.default for name, field in Source.model_fields.items()}
    for setting in dict.fromkeys(name for names in SETTINGS_READ.values() for name in names):
        if getattr(source, setting) != defaults[setting] and setting not in SETTINGS_READ[source.format]:
            yield Problem(
                f"{where} {setting}",
                f"is stated, but a file of format '{source.format}' has none",
                ", ".join(SETTINGS_READ[source.format]),
                "Take it out, or correct format.",
            )


def _writing_problems(study: Study, source: Source, where: str) -> Iterator[Problem]:
    """Signs in numbers and years of dates must be told apart, for the file and for single columns."""
    held = [variable.name for variable in study.variables if source.name in variable.raw_names]
    for name, written in source.columns.items():
        yield from unknown_name(f"{where} columns", name, held, "variable of this source")
        if source.format in TYPED and (written.decimal or written.thousands):
            remedy = "Numbers of such a file have no sign: state decimal and thousands of the source, for its texts."
            yield Problem(f"{where} columns '{name}'", f"states a sign in a file of format '{source.format}'", remedy=remedy)
    for place, read in {where: source, **{f"{where} columns '{name}'": source.of_column(name) for name in source.columns}}.items():
        if read.thousands == read.decimal_written:
            yield Problem(
                f"{place} thousands", f"is the decimal sign, '{read.thousands}'", remedy="State another decimal, or another thousands."
            )
        for form in (form for form in read.dates if not _is_date_format(form)):
            allowed = f"%Y-%m-%d, %d.%m.%Y and the like; {', '.join(CALENDARS)}"
            yield Problem(
                f"{place} dates", f"'{form}' is no date format", allowed, "Write %Y for the year, %m for the month, %d for the day."
            )
        short = [form for form in read.dates if SHORT_YEARS.search(form)]
        if short and read.two_digit_years_from is None:
            remedy = "State the first of the hundred years that are meant, such as 1930: 30 is then 1930 and 29 is 2029."
            yield Problem(f"{place} two_digit_years_from", f"is missing, and '{short[0]}' reads years of two digits", remedy=remedy)


def _is_date_format(form: str) -> bool:
    try:
        return form in CALENDARS or ("%" in form and bool(datetime.strptime(datetime(2024, 3, 1).strftime(form), form)))
    except ValueError:
        return False
