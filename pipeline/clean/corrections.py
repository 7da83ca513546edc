"""Apply ``corrections.csv`` to cells as they were exported: each must hit exactly one, with exactly its old value.

The raw file stays as it was received. Cells are looked for as the file holds them,
never as another correction left them, so that the order of rows changes nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from pipeline.clean.answers import meaning_of
from pipeline.clean.boxes import box_meaning
from pipeline.clean.cells import shown, text_cells
from pipeline.clean.faults import allowed_answers
from pipeline.clean.files import RawSource
from pipeline.clean.headings import column_of, variables_in
from pipeline.clean.identity import id_form_of, in_form, plain_id, plain_ids
from pipeline.errors import Problem, examples, suggestion
from pipeline.spec.codebook import ROW_NUMBER
from pipeline.spec.corrections import names_of
from pipeline.spec.folding import tidy
from pipeline.spec.study import Correction, Study, Variable

ROW_SIGN = "#"


class Cell(NamedTuple):
    """A cell of a raw file, the same in all sources that read it; no column is the row itself."""

    file: str
    sheet: str
    column: int | None
    row: int


class Found(NamedTuple):
    """A cell that a correction may mean: where, what it holds, and in whose column it was found."""

    cell: Cell
    text: str
    raw: RawSource
    variable: Variable | None

    @property
    def place(self) -> str:
        """Say where it is."""
        return f"source {self.raw.source.name}, data row {self.cell.row + 1}: {shown(self.text)}"


Rows = Mapping[str, Mapping[str, list[int]]]
"""Source name -> id -> its rows."""


def with_corrections(study: Study, raws: Mapping[str, RawSource]) -> tuple[dict[str, RawSource], list[Problem]]:
    """Put right what the study's corrections say.

    Parameters
    ----------
    study : Study
    raws : mapping of str to RawSource
        With pseudonyms where the study keeps them: corrections name people by these.

    Returns
    -------
    raws, problems
        A correction with a problem changes nothing.
    """
    problems: list[Problem] = []
    hits: dict[Cell, Correction] = {}
    rows = {name: _rows_by_id(study, raw) for name, raw in raws.items() if study.corrections}
    for one in study.corrections:
        about = [raw for raw in raws.values() if one.file in (raw.source.file, raw.source.name)]
        found = {each.cell: each for raw in about for each in _cells_of(study, raw, one, rows)}
        fitting = [each for each in found.values() if tidy(each.text) == one.was]
        wrong = list(_miss(one, rows, found, fitting) or _unreadable(study, one, fitting[0])) if about else []
        if fitting and not wrong and fitting[0].cell in hits:
            other = hits[fitting[0].cell]
            remedy = f"Keep one of rows {other.row} and {one.row}."
            wrong = [Problem(one.place, f"corrects the same cell as row {other.row}: {fitting[0].place}", remedy=remedy)]
        problems += wrong
        hits |= {fitting[0].cell: one} if fitting and not wrong else {}
    return {name: _corrected(study, raw, hits) for name, raw in raws.items()}, problems


def _rows_by_id(study: Study, raw: RawSource) -> dict[str, list[int]]:
    name = study.unit[raw.source.unit].id
    ids = plain_ids(raw.cells[name], id_form_of(study, name)).dropna()
    return {str(identifier): list(rows) for identifier, rows in ids.groupby(ids).groups.items()}


def _cells_of(study: Study, raw: RawSource, one: Correction, rows: Rows) -> Iterator[Found]:
    """Give the cells of one source that a correction may mean, each with its text."""
    named = [variable for variable in variables_in(study, raw.source) if one.variable in names_of(variable)]
    columns = {variable.name: _column(raw, variable) for variable in named}
    for row in _rows_of(study, raw, one.id, rows):
        if one.variable == ROW_NUMBER:
            yield Found(Cell(raw.source.file, raw.source.sheet, None, row), str(row + 1), raw, None)
        for variable in named:
            cell = Cell(raw.source.file, raw.source.sheet, columns[variable.name], row)
            yield Found(cell, str(raw.cells.loc[row, variable.name]), raw, variable)


def _column(raw: RawSource, variable: Variable) -> int | None:
    return column_of(variable.raw_names[raw.source.name], raw.imported.headings)


def _rows_of(study: Study, raw: RawSource, identifier: str, rows: Rows) -> list[int]:
    """Give the rows of a unit, or the one that is named by its number."""
    number = identifier.removeprefix(ROW_SIGN)
    if number != identifier and number.isdecimal():
        return [row for row in (int(number) - 1,) if row in raw.cells.index]
    plain = plain_id(identifier)
    return rows[raw.source.name].get(in_form(plain, id_form_of(study, study.unit[raw.source.unit].id)) or plain, [])


def _miss(one: Correction, rows: Rows, found: Mapping[Cell, Found], fitting: list[Found]) -> list[Problem]:
    """Say why a correction hits no cell, or several."""
    if not found:
        known = {identifier for ids in rows.values() for identifier in ids}
        remedy = suggestion(plain_id(one.id), sorted(known)) or "Name the id as the file has it, or a row by its number, such as #12."
        return [Problem(f"{one.place}, column id", f"no row of {one.file} has id '{one.id}'", remedy=remedy)]
    if len(fitting) > 1:
        remedy = "Name the row by its number, such as id = #12; where a file is several sources, name the source instead of the file."
        return [Problem(one.place, f"fits {len(fitting)} cells", "exactly one", remedy, examples(each.place for each in fitting))]
    if not fitting:
        done = any(tidy(each.text) == one.becomes for each in found.values())
        remedy = "The file is right already: take this row out." if done else "Write in 'was' what the file holds, letter by letter."
        details = examples(each.place for each in found.values())
        return [Problem(f"{one.place}, column was", f"'{one.was}' is not what {one.variable} holds", "", remedy, details)]
    return []


def _unreadable(study: Study, one: Correction, hit: Found) -> Iterator[Problem]:
    """Hold what a cell becomes against the codebook, so that the row is named that says it."""
    variable = hit.variable
    if variable is None or variable.type == "id":
        return
    source = hit.raw.source.of_column(variable.name)
    read = box_meaning(source, variable) if variable.box else meaning_of(study, source, variable, hit.raw.decimal_of(variable.name))
    fault = read(one.becomes).fault
    if fault:
        remedy = "Write it as the file writes answers, or add it to answers.csv."
        found = f"'{one.becomes}' is no answer to {variable.name} ({fault})"
        yield Problem(f"{one.place}, column becomes", found, allowed_answers(study, variable, fault), remedy)


def _corrected(study: Study, raw: RawSource, hits: Mapping[Cell, Correction]) -> RawSource:
    """Change the cells of one source that corrections hit, and count them; a row that is taken out leaves with its cells."""
    source = raw.source
    own = {
        cell: one for cell, one in hits.items() if (cell.file, cell.sheet) == (source.file, source.sheet) and cell.row in raw.cells.index
    }
    columns: dict[str, pd.Series] = {}
    notes = []
    for variable in variables_in(study, source) if own else ():
        column = _column(raw, variable)
        new = {cell.row: one.becomes for cell, one in own.items() if cell.column is not None and cell.column == column}
        if new:
            texts = [new.get(row, text) for row, text in raw.cells[variable.name].astype("object").items()]
            columns[variable.name] = text_cells(texts, str).set_axis(raw.cells.index)
            notes.append({"subject": variable.name, "finding": "corrected", "detail": "", "n": len(new)})
    gone = frozenset(cell.row for cell in own if cell.column is None)
    return replace(raw, cells=raw.cells.assign(**columns), notes=(*raw.notes, *notes), taken_out=gone) if own else raw
