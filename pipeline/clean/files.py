"""Raw files: there, unchanged, readable, and with the columns the codebook names."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.clean.answers import detected_decimal
from pipeline.clean.importers import IMPORTERS
from pipeline.clean.importers.imported import Imported
from pipeline.errors import Problem, suggestion
from pipeline.spec.declaration import Source
from pipeline.spec.folding import tidy
from pipeline.spec.study import Study, Variable


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
        One row per row of the file, one column per variable of the source (by
        variable name); see ``Imported``.
    decimal : str
        Decimal sign used.
    imported : Imported
        How the file was read.
    not_reached : mapping
        Variable name -> array of bool, one per row: whether the person broke off
        before this column. Empty where the format does not tell.
    """

    source: Source
    where: str
    cells: pd.DataFrame
    decimal: str
    imported: Imported
    not_reached: Mapping[str, np.ndarray]


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
    readings: dict[tuple, Imported] = {}
    sources: dict[str, RawSource] = {}
    problems: list[Problem] = []
    for source in study.declaration.sources:
        where = study.paths.shown(study.paths.raw / source.file)
        key = (source.file, source.sha256, source.format, source.encoding, source.delimiter, source.sheet, source.decimal)
        if key not in readings:
            readings[key] = _read_file(study, source, where)
            problems += readings[key].problems or _extra_columns(study, source, where, readings[key].headings)
        if readings[key].problems:
            continue
        missing = list(_missing_columns(study, source, where, readings[key].headings))
        problems += missing
        if not missing:
            sources[source.name] = _raw_source(study, source, where, readings[key])
    return sources, problems


def variables_in(study: Study, source: Source) -> tuple[Variable, ...]:
    """Give the variables that a source holds, in codebook order."""
    return tuple(variable for variable in study.variables if source.name in variable.raw_names)


def _read_file(study: Study, source: Source, where: str) -> Imported:
    path = study.paths.raw / source.file
    if not path.is_file():
        there = sorted(file.name for file in study.paths.raw.iterdir() if file.is_file())
        remedy = suggestion(source.file, there) or "Put the file there, or correct the name in study.toml."
        return Imported(problems=(Problem(where, "there is no such file", remedy=remedy),))
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != source.sha256:
        details = (f"found: {found}", f"stated in study.toml: {source.sha256}")
        remedy = "Restore the file as it was received; if a new export replaces it on purpose, state its sha256."
        return Imported(problems=(Problem(where, "its content has changed: sha256 differs", details=details, remedy=remedy),))
    return IMPORTERS[source.format](content, source, where)


def _missing_columns(study: Study, source: Source, where: str, headings: tuple[str, ...]) -> Iterator[Problem]:
    for variable in variables_in(study, source):
        heading = tidy(variable.raw_names[source.name])
        if heading not in headings:
            remedy = suggestion(heading, headings) or f"Correct raw_name::{source.name} of '{variable.name}' in the codebook."
            yield Problem(f"{where}, column '{heading}'", "is missing", remedy=remedy)


def _extra_columns(study: Study, source: Source, where: str, headings: tuple[str, ...]) -> list[Problem]:
    """Find columns that no source of this file names, and names that stand twice."""
    sharing = [other for other in study.declaration.sources if (other.file, other.sheet) == (source.file, source.sheet)]
    named = {tidy(variable.raw_names[other.name]) for other in sharing for variable in variables_in(study, other)}
    ignored = {tidy(column) for other in sharing for column in other.ignore}
    problems = []
    for heading, times in Counter(headings).items():
        if heading in named and times > 1:
            remedy = "Rename one of the columns in the survey tool and export again."
            problems.append(Problem(f"{where}, column '{heading}'", f"stands {times} times in the heading", remedy=remedy))
        if heading not in named | ignored:
            near = suggestion(heading, named - set(headings))
            remedy = near or f"Give it a row in studies/{study.id}/codebook.csv, or list it in ignore of the source."
            problems.append(Problem(f"{where}, column '{heading}'", "is not in the codebook", remedy=remedy))
    return problems


def _raw_source(study: Study, source: Source, where: str, imported: Imported) -> RawSource:
    variables = variables_in(study, source)
    place: Mapping[str, int] = {heading: position for position, heading in reversed(list(enumerate(imported.headings)))}
    column = {variable.name: place[tidy(variable.raw_names[source.name])] for variable in variables}
    cells = pd.DataFrame({name: imported.columns[position] for name, position in column.items()})
    numbers = [cells[variable.name] for variable in variables if variable.type in ("integer", "decimal")]
    reached = imported.reached
    not_reached = {} if reached is None else {name: reached <= position for name, position in column.items()}
    return RawSource(source, where, cells, source.decimal or detected_decimal(numbers), imported, not_reached)
