"""One source: raw cells become interpreted rows, one per unit, with an account of the others."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.clean.answers import OUTSIDE, UNKNOWN, UNREADABLE, Column, interpret
from pipeline.clean.duplicates import Duplicates, duplicate_problem, find_duplicates
from pipeline.clean.exclude import excluded_by
from pipeline.clean.files import RawSource, variables_in
from pipeline.clean.identity import is_personal_number, plain_ids
from pipeline.clean.text import distinct, listed, shown, tidy
from pipeline.errors import Problem, examples, suggestion
from pipeline.spec.study import Source, Study, Variable
from pipeline.spec.vocabulary import MISSING_SUFFIX


@dataclass(frozen=True)
class SourceRows:
    """One source after cleaning.

    Attributes
    ----------
    source : Source
        Its declaration.
    rows : DataFrame
        One row per unit, sorted by id: id, links, and for every other variable
        of the source ``<name>`` and ``<name>__missing``.
    submitted : DataFrame
        The same columns for every row that no exclusion took out, duplicates
        included, in file order.
    exclusions : list of dict
        Rows of the table ``exclusions`` (without study).
    log : list of dict
        Rows of the table ``cleaning_log`` (without study).
    received : int
        Rows in the file.
    """

    source: Source
    rows: pd.DataFrame
    submitted: pd.DataFrame
    exclusions: list[dict]
    log: list[dict]
    received: int


def clean_source(study: Study, raw: RawSource) -> tuple[SourceRows, list[Problem]]:
    """Interpret one source.

    Parameters
    ----------
    study : Study
        Supplies codebook, answer lists, exclusions and the rule for duplicates.
    raw : RawSource
        The source as text.

    Returns
    -------
    rows, problems
        When there are problems the rows must not be used.
    """
    rule = excluded_by(study, raw)
    staying = raw.cells[rule == ""]
    id_name = study.unit[raw.source.unit].id
    columns, problems, log = _interpreted(study, raw, staying)
    submitted = pd.DataFrame(columns, index=staying.index)
    problems += id_problems(raw, id_name, staying)
    named = submitted[submitted[id_name].notna()]
    duplicates = find_duplicates(named, id_name, raw.source)
    problems += duplicate_problem(duplicates, raw.source, raw.where)
    rows = named.drop(index=duplicates.dropped.index).sort_values(id_name, kind="stable", ignore_index=True)
    exclusions = _exclusions(raw, raw.cells[id_name], rule, duplicates)
    return SourceRows(raw.source, rows, submitted, exclusions, [*_settings(raw), *log], len(raw.cells)), problems


def _interpreted(study: Study, raw: RawSource, staying: pd.DataFrame) -> tuple[dict[str, object], list[Problem], list[dict]]:
    """Interpret all columns of the rows that stay; give them with their problems and log lines."""
    columns: dict[str, object] = {}
    problems: list[Problem] = []
    log: list[dict] = []
    for variable in variables_in(study, raw.source):
        cells = staying[variable.name]
        if variable.type == "id":
            ids = plain_ids(cells)
            columns[variable.name] = ids.array
            log += _id_log(raw.source, variable, cells)
            continue
        column = interpret(study, raw.source, variable, cells, raw.decimal)
        columns[variable.name] = column.values.array
        columns[f"{variable.name}{MISSING_SUFFIX}"] = column.missing
        problems += fault_problems(study, raw, variable, cells, column)
        log += _answer_log(raw.source, variable, cells, column)
    return columns, problems, log


def fault_problems(study: Study, raw: RawSource, variable: Variable, cells: pd.Series, column: Column) -> Iterator[Problem]:
    """Report cells that are no answer, no number or date, or outside the constraint: one problem per kind."""
    file = study.paths.shown(study.paths.declared / "answers.csv")
    where = f'{raw.where}, {variable.name} "{variable.raw_names[raw.source.name]}"'
    said = {
        UNKNOWN: ("answers are not in the codebook", f"Correct {file}, or list the value there with its reason."),
        UNREADABLE: (f"cells are not {_expected(variable, raw)}", _remedy_for_unreadable(variable, file)),
        OUTSIDE: ("numbers are outside the constraint", "Correct the constraint in the codebook, or take the rows out by an exclusion."),
    }
    for kind, (found, remedy) in said.items():
        faulty = cells[column.faults == kind]
        if len(faulty):
            near = _near_answer(study, variable, faulty) if kind == UNKNOWN else ""
            yield Problem(where, f"{len(faulty)} {found}", _allowed(study, variable, kind), near or remedy, _places(faulty))


def _expected(variable: Variable, raw: RawSource) -> str:
    if variable.type == "date":
        return f"dates written as {' or '.join(raw.source.dates)}"
    sign = {",": "a decimal comma", ".": "a decimal point"}[raw.decimal]
    return f"whole numbers ({sign} is read)" if variable.type == "integer" else f"numbers with {sign}"


def _remedy_for_unreadable(variable: Variable, file: str) -> str:
    if variable.type == "date":
        return "Add the format to dates of the source in study.toml."
    return f"Correct decimal of the source in study.toml, or give the variable an answer list in {file} with the text's missing reason."


def _allowed(study: Study, variable: Variable, kind: str) -> str:
    if kind == OUTSIDE:
        bounds = (variable.minimum, variable.maximum)
        return "..".join("" if bound is None else f"{bound:g}" for bound in bounds)
    answers = study.answer_lists.get(variable.answers, ())
    allowed = ", ".join(answer.raw for answer in answers if not answer.missing)
    missing = ", ".join(f"{answer.raw} ({answer.missing})" for answer in answers if answer.missing)
    return "; counted as missing: ".join(part for part in (allowed, missing) if part)


def _near_answer(study: Study, variable: Variable, faulty: pd.Series) -> str:
    """Give a hint when every unknown answer is a near miss of one in the list, or an old Excel trick."""
    raws = [answer.raw for answer in study.answer_lists[variable.answers]]
    hints = {text: suggestion(tidy(text), raws) for text in faulty.unique()}
    if all(hints.values()):
        [first, *_] = hints
        return f"{shown(first)}: {hints[first]} Otherwise list the value in studies/{study.id}/answers.csv."
    return ""


def _places(faulty: pd.Series) -> tuple[str, ...]:
    """Write each distinct faulty text with its count and the data rows it stands in."""
    lines = []
    for text, rows in sorted(faulty.groupby(faulty).groups.items(), key=lambda item: (-len(item[1]), item[0])):
        times = "once" if len(rows) == 1 else f"{len(rows)} times"
        lines.append(f"{shown(str(text))} ({times}: data row {listed(row + 1 for row in rows)})")
    return examples(lines)


def id_problems(raw: RawSource, id_name: str, staying: pd.DataFrame) -> Iterator[Problem]:
    """Ids must not be blank; no id of any kind may be a personal identity number."""
    ids = plain_ids(staying[id_name])
    blank = staying.index[ids.isna().to_numpy()]
    if len(blank):
        details = (f"data rows {listed(row + 1 for row in blank)}",)
        yield Problem(f"{raw.where}, {id_name}", f"{len(blank)} rows have no id", remedy="Add the ids at the source.", details=details)
    positions, texts = distinct(ids.fillna(""))
    personal = np.array([is_personal_number(text) for text in texts], dtype=bool)[positions]
    if personal.any():
        details = (f"data rows {listed(row + 1 for row in staying.index[personal])}",)
        remedy = "Replace them by pseudonyms before the file comes here, and keep the key elsewhere."
        yield Problem(
            f"{raw.where}, {id_name}", f"{int(personal.sum())} ids are Swedish personal identity numbers", remedy=remedy, details=details
        )


def _settings(raw: RawSource) -> Iterator[dict]:
    """Record encoding, delimiter and decimal sign, and whether they were stated or detected."""
    used = {"encoding": raw.imported.encoding, "delimiter": repr(raw.imported.delimiter), "decimal": raw.decimal}
    stated = {*raw.imported.stated, *(("decimal",) if raw.source.decimal else ())}
    for subject, detail in used.items():
        yield {"source": raw.source.name, "subject": subject, "finding": "stated" if subject in stated else "detected", "detail": detail}


def _id_log(source: Source, variable: Variable, cells: pd.Series) -> Iterator[dict]:
    positions, texts = distinct(cells)
    counts = {
        "trimmed": np.array([text != text.strip() for text in texts], dtype=bool)[positions].sum(),
        "case_ignored": np.array([tidy(text) != tidy(text).upper() for text in texts], dtype=bool)[positions].sum(),
    }
    yield from _counted(source, variable, counts)


def _answer_log(source: Source, variable: Variable, cells: pd.Series, column: Column) -> Iterator[dict]:
    counts = {"trimmed": column.trimmed, "case_ignored": column.case_ignored}
    if variable.type == "text":
        counts = {"personal_number": _with_personal_numbers(cells)}
    yield from _counted(source, variable, counts)


def _counted(source: Source, variable: Variable, counts: dict) -> Iterator[dict]:
    for finding, count in counts.items():
        if count:
            yield {"source": source.name, "subject": variable.name, "finding": finding, "detail": "", "n": int(count)}


def _with_personal_numbers(cells: pd.Series) -> int:
    """Count texts in which a word is a valid personal identity number."""
    words = cells.str.findall(r"[0-9+-]{10,13}")
    return sum(any(is_personal_number(word) for word in found) for found in words)


def _exclusions(raw: RawSource, ids: pd.Series, rule: pd.Series, duplicates: Duplicates) -> list[dict]:
    """Account for every row that left: by a rule, or as a duplicate of a row that stays."""
    place = {"source": raw.source.name, "file": raw.source.file}
    gone = [{**place, "row": row + 1, "rule": rule[row]} for row in rule.index[rule != ""]]
    gone += [{**place, "row": row + 1, "rule": left.rule, "kept_row": left.kept + 1} for row, left in duplicates.dropped.iterrows()]
    return [{**line, "unit_id": tidy(ids[line["row"] - 1])} for line in gone]
