"""One source: raw cells become interpreted rows, one per unit, with an account of the others."""

from dataclasses import dataclass

import pandas as pd

from pipeline.clean.answers import interpret, with_break_off, with_declared_missing
from pipeline.clean.duplicates import Duplicates, duplicate_problem, find_duplicates
from pipeline.clean.exclude import excluded_by
from pipeline.clean.faults import blank_id_problems, fault_problems, personal_number_problems
from pipeline.clean.files import RawSource
from pipeline.clean.headings import variables_in
from pipeline.clean.identity import plain_ids
from pipeline.clean.log import answer_lines, empty_lines, id_lines, setting_lines
from pipeline.clean.spells import exit_problems, from_first_entry, spell_lines
from pipeline.clean.text import tidy
from pipeline.errors import Problem
from pipeline.spec.declaration import Source
from pipeline.spec.study import Study
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
    named = submitted[submitted[id_name].notna()]
    duplicates = find_duplicates(named, id_name, raw.source)
    personal = list(personal_number_problems(study, raw))
    naming_ids = [*duplicate_problem(duplicates, raw.source, raw.where), *exit_problems(submitted, id_name, raw.source, raw.where)]
    problems += [*blank_id_problems(raw, id_name, submitted[id_name]), *(personal or naming_ids)]
    rows = named.drop(index=duplicates.dropped.index)
    if raw.source.duplicates == "spells":
        rows = from_first_entry(rows, named, id_name, raw.source)
        log += spell_lines(named, id_name, raw.source)
    rows = rows.sort_values(id_name, kind="stable", ignore_index=True)
    log += empty_lines(raw.source, variables_in(study, raw.source), rows)
    exclusions = _exclusions(raw, raw.cells[id_name], rule, duplicates)
    return SourceRows(raw.source, rows, submitted, exclusions, [*setting_lines(raw), *log], len(raw.cells)), problems


def _interpreted(study: Study, raw: RawSource, staying: pd.DataFrame) -> tuple[dict[str, object], list[Problem], list[dict]]:
    """Interpret all columns of the rows that stay; give them with their problems and log lines."""
    columns: dict[str, object] = {}
    problems: list[Problem] = []
    log: list[dict] = []
    for variable in variables_in(study, raw.source):
        cells = staying[variable.name]
        if variable.type == "id":
            columns[variable.name] = plain_ids(cells).array
            log += id_lines(raw.source, variable, cells)
            continue
        column = interpret(study, raw.source.of_column(variable.name), variable, cells, raw.decimal_of(variable.name))
        if variable.name in raw.declared_missing:
            column = with_declared_missing(study, variable, column, cells, raw.declared_missing[variable.name])
        if variable.name in raw.not_reached:
            column = with_break_off(column, cells, raw.not_reached[variable.name][staying.index])
        columns[variable.name] = column.values.array
        columns[f"{variable.name}{MISSING_SUFFIX}"] = column.missing
        problems += fault_problems(study, raw, variable, cells, column)
        log += answer_lines(raw.source, variable, cells, column)
    return columns, problems, log


def _exclusions(raw: RawSource, ids: pd.Series, rule: pd.Series, duplicates: Duplicates) -> list[dict]:
    """Account for every row that left: by a rule, or as a duplicate of a row that stays."""
    place = {"source": raw.source.name, "file": raw.source.file}
    gone = [{**place, "row": row + 1, "rule": rule[row]} for row in rule.index[rule != ""]]
    gone += [{**place, "row": row + 1, "rule": left.rule, "kept_row": left.kept + 1} for row, left in duplicates.dropped.iterrows()]
    return [{**line, "unit_id": tidy(ids[line["row"] - 1])} for line in gone]
