"""One source: raw cells become interpreted rows, one per unit, with an account of the others."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.clean.answers import Interpreted, interpret, meaning_of, with_break_off, with_declared_missing
from pipeline.clean.boxes import answered_boxes, box_meaning
from pipeline.clean.duplicates import Duplicates, duplicate_problem, exit_problems, find_duplicates, from_first_entry, spell_lines
from pipeline.clean.exclude import excluded_by
from pipeline.clean.faults import fault_problems, tick_problems
from pipeline.clean.files import RawSource
from pipeline.clean.headings import variables_in
from pipeline.clean.identity import blank_id_problems, id_form_of, id_problems, plain_ids
from pipeline.clean.log import answer_lines, empty_lines, id_lines, setting_lines, unanswered_lines
from pipeline.clean.pseudonyms import person_problems
from pipeline.errors import Problem, at_work_on
from pipeline.spec.folding import tidy
from pipeline.spec.sources import Source
from pipeline.spec.study import Study, Variable
from pipeline.spec.vocabulary import MISSING_CODES, MISSING_SUFFIX

NOTHING_SAID = ("not_asked", "not_reached", "skipped")
"""Missing reasons of somebody who was not there."""


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
    has_answered : array of bool, one per row of ``rows``
        False for who answered other waves of the same file only.
    """

    source: Source
    rows: pd.DataFrame
    submitted: pd.DataFrame
    exclusions: list[dict]
    log: list[dict]
    received: int
    has_answered: np.ndarray

    @property
    def answering(self) -> pd.DataFrame:
        """Give the rows of the units that answered the source's wave."""
        return self.rows[self.has_answered]


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
    problems = list(_no_rows(raw))
    rule = excluded_by(study, raw)
    staying = raw.cells[rule == ""]
    id_name = study.unit[raw.source.unit].id
    columns, found, log = _interpreted(study, raw, staying)
    problems += found
    submitted = pd.DataFrame(columns, index=staying.index)
    named = submitted[submitted[id_name].notna()]
    duplicates = find_duplicates(named, id_name, raw.source)
    personal = [*person_problems(study, raw, staying), *id_problems(study, raw, staying)]
    naming_ids = [*duplicate_problem(duplicates, raw.source, raw.where), *exit_problems(submitted, id_name, raw.source, raw.where)]
    problems += [*blank_id_problems(raw, id_name, submitted[id_name]), *(personal or naming_ids)]
    rows = named.drop(index=duplicates.dropped.index)
    if raw.source.duplicates == "spells":
        rows = from_first_entry(rows, named, id_name, raw.source)
        log += spell_lines(named, id_name, raw.source)
    rows = rows.sort_values(id_name, kind="stable", ignore_index=True)
    has_answered = answered_wave(study, raw.source, rows)
    log += unanswered_lines(raw.source, has_answered)
    log += empty_lines(raw.source, variables_in(study, raw.source), rows)
    exclusions = _exclusions(raw, raw.cells[id_name], rule, duplicates)
    return SourceRows(raw.source, rows, submitted, exclusions, [*setting_lines(raw), *log], len(raw.cells), has_answered), problems


def _no_rows(raw: RawSource) -> Iterator[Problem]:
    if raw.cells.empty and raw.source.least_matched != 0:
        remedy = "Export it again, or remove the source from study.toml; if nobody has answered yet, state least_matched = 0 there."
        yield Problem(raw.where, "holds a heading and nothing else", remedy=remedy)


def answered_wave(study: Study, source: Source, rows: pd.DataFrame) -> np.ndarray:
    """Say of each row whether its unit answered the source's wave.

    Parameters
    ----------
    study, source
        ``answered_if`` decides where it is declared.
    rows : DataFrame
        Interpreted.

    Returns
    -------
    array of bool, one per row
        Where one file holds several waves, a row has answered a wave if one of
        the wave's own columns holds an answer, or says why there is none:
        refused, do not know, does not apply. Where each wave has rows of its
        own, every column that can change is one. Elsewhere a row is an answer.
    """
    if source.answered_if:
        return np.logical_and.reduce([_is_among(rows, name, codes) for name, codes in source.answered_if.items()])
    sharing = study.sharing(source)
    others = {variable.raw_names[other.name] for other in sharing if other.wave != source.wave for variable in variables_in(study, other)}
    varying = [one for one in variables_in(study, source) if one.type != "id" and not one.fixed]
    own = [one.name for one in varying if source.rows or one.raw_names[source.name] not in others]
    if source.wave is None or len({other.wave for other in sharing}) < 2 or not own:
        return np.ones(len(rows), dtype=bool)
    nothing = [MISSING_CODES[reason] for reason in NOTHING_SAID]
    return np.logical_or.reduce([~rows[f"{name}{MISSING_SUFFIX}"].isin(nothing).to_numpy() for name in own])


def _is_among(rows: pd.DataFrame, name: str, codes: tuple[str, ...]) -> np.ndarray:
    known = rows[name].notna()
    texts = rows[name].map(lambda value: f"{value:g}" if isinstance(value, float) else str(value))
    return (known & (texts.isin(codes) if codes else True)).to_numpy(dtype=bool)


def _interpreted(study: Study, raw: RawSource, staying: pd.DataFrame) -> tuple[dict[str, object], list[Problem], list[dict]]:
    """Interpret all columns of the rows that stay; give them with their problems and log lines."""
    columns: dict[str, object] = {}
    problems: list[Problem] = []
    log: list[dict] = []
    variables = variables_in(study, raw.source)
    read = {one.name: _read(study, raw, one, staying[one.name]) for one in variables if one.type != "id"}
    read |= answered_boxes(raw.source, variables, read)
    for variable in variables:
        cells = staying[variable.name]
        if variable.type == "id":
            columns[variable.name] = plain_ids(cells, id_form_of(study, variable.name)).array
            log += id_lines(raw.source, variable, cells)
            continue
        column = read[variable.name]
        columns[variable.name] = column.values.array
        columns[f"{variable.name}{MISSING_SUFFIX}"] = column.missing
        problems += [*fault_problems(study, raw, variable, cells, column), *tick_problems(study, raw, variable, cells, column)]
        log += answer_lines(raw.source, variable, cells, column)
    return columns, problems, log


def _read(study: Study, raw: RawSource, variable: Variable, cells: pd.Series) -> Interpreted:
    """Interpret one column, and tell what the file declares missing and what was never reached."""
    with at_work_on(raw.place_of(variable)):
        return _interpreted_column(study, raw, variable, cells)


def _interpreted_column(study: Study, raw: RawSource, variable: Variable, cells: pd.Series) -> Interpreted:
    source, decimal = raw.source.of_column(variable.name), raw.decimal_of(variable.name)
    meaning = box_meaning(source, variable) if variable.box else meaning_of(study, source, variable, decimal)
    column = interpret(source, variable, cells, decimal, meaning)
    if variable.name in raw.declared_missing:
        column = with_declared_missing(study, variable, column, cells, raw.declared_missing[variable.name])
    if variable.name not in raw.not_reached:
        return column
    return with_break_off(column, cells, raw.not_reached[variable.name][cells.index])


def _exclusions(raw: RawSource, ids: pd.Series, rule: pd.Series, duplicates: Duplicates) -> list[dict]:
    """Account for every row that left: by a rule, or as a duplicate of a row that stays."""
    place = {"source": raw.source.name, "file": raw.source.file}
    taken, dropped = rule[rule != ""], duplicates.dropped
    gone = [{**place, "row": row + 1, "rule": name} for row, name in zip(taken.index, taken, strict=True)]
    left = zip(dropped.index, dropped["rule"], dropped["kept"], strict=True)
    gone += [{**place, "row": row + 1, "rule": name, "kept_row": kept + 1} for row, name, kept in left]
    named = ids.loc[[line["row"] - 1 for line in gone]].astype("object")
    return [{**line, "unit_id": tidy(text)} for line, text in zip(gone, named, strict=True)]
