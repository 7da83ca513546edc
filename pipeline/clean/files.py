"""Raw files: there, unchanged, readable, and with the columns the codebook names."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from pipeline.clean.cells import Imported, changed_texts, first_few, per_row, shown
from pipeline.clean.headings import column_notes, column_of, extra_columns, heading_hints, missing_columns, variables_in
from pipeline.clean.importers import IMPORTERS
from pipeline.clean.written import detected_decimal
from pipeline.errors import Problem, ResearcherError, at_work_on, raise_if_any, suggestion
from pipeline.spec.folding import comparable
from pipeline.spec.sources import Source
from pipeline.spec.study import Study, Variable

READ_BY = {
    *("file", "sha256", "format", "encoding", "delimiter", "sheet", "decimal", "thousands"),
    *("skip_rows", "heading_rows", "headings", "merged"),
}
"""Settings of a source that decide what is read from its file."""


@dataclass(frozen=True)
class RawSource:
    """One source as text.

    Attributes
    ----------
    source : Source
        Its declaration.
    where : str
        The file as the researcher knows it.
    cells : DataFrame of categories
        One row per row of the file that belongs to the source, known by its number there; one column per variable of the source (by
        variable name); see ``Imported``.
    decimal : str
        Decimal sign used.
    imported : Imported
        How the file was read.
    not_reached : mapping
        Variable name -> array of bool, one per row: whether the person broke off
        before this column. Empty where the format does not tell.
    declared_missing : mapping
        Variable name -> cells that the file itself declares missing, where there
        are any; an id among them is blank.
    notes : tuple of dict
        How columns were found, as lines of the table ``cleaning_log``.
    taken_out : frozenset of int
        Rows of ``cells`` that a correction takes out.
    """

    source: Source
    where: str
    cells: pd.DataFrame
    decimal: str
    imported: Imported
    not_reached: Mapping[str, np.ndarray]
    declared_missing: Mapping[str, frozenset[str]]
    notes: tuple[dict, ...]
    taken_out: frozenset[int] = frozenset()

    def place_of(self, variable: Variable) -> str:
        """Name the column of a variable for a message: file, variable, and the heading that the codebook states."""
        return f'{self.where}, {variable.name} "{variable.raw_names[self.source.name]}"'

    def decimal_of(self, variable: str) -> str:
        """Give the decimal sign of one variable's column."""
        own = self.source.columns.get(variable)
        if own is None or not (own.decimal or own.thousands):
            return self.decimal
        return own.decimal or {".": ",", ",": "."}.get(own.thousands or "", self.decimal)


def read_sources(study: Study) -> tuple[dict[str, RawSource], list[Problem]]:
    """Read every source of a study.

    Returns
    -------
    sources, problems
        The sources that could be read, by name; the problems of all others. A
        file shared by several sources is read once.
    """
    if not study.paths.raw.is_dir():
        where = study.paths.shown(study.paths.raw)
        return {}, [Problem(f"{where}/", "there is no such folder", remedy="Put the raw files there, as they were received.")]
    readings: dict[str, Imported | None] = {}
    sources: dict[str, RawSource] = {}
    problems: list[Problem] = list(_unrecorded_problems(study))
    for source in study.declaration.sources:
        where = study.paths.shown(study.paths.raw / source.file)
        key = source.model_dump_json(include=READ_BY)
        if key not in readings:
            try:
                with at_work_on(where):
                    read = _read_file(study, source, where)
                    problems += extra_columns(study, source, where, read.headings)
                readings[key] = read
            except ResearcherError as error:
                readings[key] = None
                problems += error.problems
        imported = readings[key]
        if imported is not None:
            missing = [*missing_columns(study, source, where, imported.headings), *_row_problems(source, where, imported)]
            problems += missing
            if not missing:
                with at_work_on(where):
                    sources[source.name] = _raw_source(study, source, where, imported)
    return sources, problems


def _read_file(study: Study, source: Source, where: str) -> Imported:
    path = study.paths.raw / source.file
    if not path.is_file():
        others = {other.file for other in study.declaration.sources}
        there = sorted(file.name for file in study.paths.raw.iterdir() if file.is_file() and file.name not in others)
        remedy = suggestion(source.file, there) or "Put the file there, or correct the name in study.toml."
        raise ResearcherError.of(where, "there is no such file", remedy=remedy)
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if source.is_recorded and found != source.sha256:
        details = (f"found: {found}", f"stated in study.toml: {source.sha256}")
        remedy = "Restore the file as it was received; if a new export replaces it on purpose, state its sha256."
        raise ResearcherError.of(where, "its content has changed: sha256 differs", "", remedy, details)
    imported = _imported(content, source, where)
    raise_if_any(heading_hints(source, where, imported))
    return imported


def _imported(content: bytes, source: Source, where: str) -> Imported:
    """Read a file's content; one at which a reader stumbles is damaged, or written as no reader knows."""
    try:
        return IMPORTERS[source.format](content, source, where)
    except (ResearcherError, MemoryError):
        raise
    except Exception as error:
        remedy = "Open it in the program that made it and export it again. If it is whole there, report this, with the line above."
        raise ResearcherError.of(where, f"cannot be read as {source.format} ({type(error).__name__})", remedy=remedy) from error


def _unrecorded_problems(study: Study) -> Iterator[Problem]:
    """Files that are there, and of which nobody said that they are as received."""
    for file in dict.fromkeys(source.file for source in study.declaration.sources if not source.is_recorded):
        path = study.paths.raw / file
        if path.is_file():
            remedy = f"If this is the file as it was received, run 'make receive STUDY={study.id}', which writes it into study.toml."
            yield Problem(study.paths.shown(path), "its sha256 is not recorded yet", remedy=remedy)


def _raw_source(study: Study, source: Source, where: str, imported: Imported) -> RawSource:
    variables = variables_in(study, source)
    place = {variable.name: column_of(variable.raw_names[source.name], imported.headings) for variable in variables}
    there = {name: position for name, position in place.items() if position is not None}
    cells, missing = _cells(variables, place, imported)
    own_rows = rows_of(source, imported, len(cells))
    own = {name for name, written in source.columns.items() if written.decimal or written.thousands}
    signed = [cells[variable.name] for variable in variables if variable.type in ("integer", "decimal") and variable.name not in own]
    reached = imported.not_reached
    return RawSource(
        source=source.in_calendar(imported.calendar),
        where=where,
        cells=cells[own_rows],
        decimal=source.decimal or detected_decimal(signed, source.thousands),
        imported=imported,
        not_reached={} if reached is None else {name: reached(position) for name, position in there.items()},
        declared_missing=missing,
        notes=(*column_notes(study, source, imported.headings), *_row_notes(study, source, imported, own_rows)),
    )


def rows_of(source: Source, imported: Imported, count: int) -> np.ndarray:
    """Say of each of so many rows of a file whether it belongs to a source."""
    own = np.ones(count, dtype=bool)
    for heading, texts in source.rows.items():
        place = column_of(heading, imported.headings)
        wanted = {comparable(text) for text in texts}
        if place is not None:
            own &= per_row(imported.columns[place], partial(_is_among, wanted), bool)
    return own


def _is_among(wanted: set[str], text: str) -> bool:
    return comparable(text) in wanted


def _row_problems(source: Source, where: str, imported: Imported) -> Iterator[Problem]:
    """The columns that say which rows belong to a source must be there, and some rows must belong to it."""
    for heading in source.rows:
        if column_of(heading, imported.headings) is None:
            remedy = suggestion(heading, imported.headings) or f"Correct rows of the source '{source.name}' in study.toml."
            yield Problem(f"{where}, column '{heading}'", "is missing, and rows of the source go by it", remedy=remedy)
            return
    count = len(imported.columns[0]) if imported.columns else 0
    if source.rows and not rows_of(source, imported, count).any():
        found = {heading: _distinct_texts(imported, heading) for heading in source.rows}
        details = tuple(f"{heading}: {first_few(texts)}" for heading, texts in found.items())
        remedy = f"Correct rows of the source '{source.name}' in study.toml."
        yield Problem(where, f"none of its rows belongs to source '{source.name}'", "as it stands in the file", remedy, details)


def _distinct_texts(imported: Imported, heading: str) -> list[str]:
    place = column_of(heading, imported.headings)
    return [] if place is None else [shown(text) for text in sorted(imported.columns[place].unique())]


def _row_notes(study: Study, source: Source, imported: Imported, own: np.ndarray) -> Iterator[dict]:
    """Count the rows that this source leaves to others, and once per file those that no source takes."""
    if not own.all():
        yield {"subject": ", ".join(source.rows), "finding": "rows_of_others", "detail": "", "n": int((~own).sum())}
        sharing = study.sharing(source)
        taken = np.logical_or.reduce([rows_of(other, imported, len(own)) for other in sharing])
        if source is sharing[0] and not taken.all():
            yield {"subject": source.file, "finding": "rows_of_no_source", "detail": "", "n": int((~taken).sum())}


def _cells(
    variables: Sequence[Variable], place: Mapping[str, int | None], imported: Imported
) -> tuple[pd.DataFrame, dict[str, frozenset[str]]]:
    """Give the cells by variable, and those that the file declares missing; an id among them is blank."""
    rows = len(imported.columns[0]) if imported.columns else 0
    numbers = pd.Series(pd.Categorical.from_codes(range(rows), pd.Index([str(row + 1) for row in range(rows)], dtype="str")))
    cells: dict[str, pd.Series] = {}
    missing: dict[str, frozenset[str]] = {}
    for variable in variables:
        position = place[variable.name]
        column = numbers if position is None else imported.columns[position]
        declared = frozenset() if position is None else imported.declared_missing.get(imported.headings[position], frozenset())
        if declared and variable.type == "id":
            column = changed_texts(column, partial(_unless_missing, declared))
        elif declared:
            missing[variable.name] = declared
        cells[variable.name] = column
    return pd.DataFrame(cells), missing


def _unless_missing(declared: frozenset[str], text: str) -> str:
    return "" if text in declared else text
