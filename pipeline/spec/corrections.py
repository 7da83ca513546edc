"""Read ``corrections.csv``: single cells that somebody knows to be wrong, each with who says so, why and when.

One grammar for all that is put right by hand. An answer: variable, old and new
value. The same person under two ids, or two people under one: the variable is the
id. A row that is nobody's: the variable is ``#row``, its number becomes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.errors import Problem, suggestion
from pipeline.paths import Paths
from pipeline.spec.codebook import ROW_NUMBER, read_rows
from pipeline.spec.naming import unknown_name
from pipeline.spec.personal import PERSONAL
from pipeline.spec.study import Correction, Study, Variable

CORRECTIONS = "corrections.csv"
CORRECTION_COLUMNS = ("file", "id", "variable", "was", "becomes", "who", "why", "date")
NEEDED = ("file", "id", "variable", "who", "why", "date")


@dataclass(frozen=True)
class _Row:
    place: str
    cells: dict[str, str]


def read_corrections(paths: Paths) -> tuple[tuple[Correction, ...], list[Problem]]:
    """Read the corrections of a study, none where it has no such file.

    Returns
    -------
    corrections, problems
        In file order; every problem of every row that can be told without data.
    """
    if not (paths.declared / CORRECTIONS).is_file():
        return (), []
    rows, where, problems = read_rows(paths, CORRECTIONS, CORRECTION_COLUMNS, ())
    corrections = []
    for number, row in rows:
        found = list(_row_problems(_Row(f"{where}, row {number}", row)))
        problems += found
        if not found:
            corrections.append(Correction(row=number, place=f"{where}, row {number}", **{name: row[name] for name in CORRECTION_COLUMNS}))
    return tuple(corrections), problems


def _row_problems(row: _Row) -> Iterator[Problem]:
    cells = row.cells
    for name in NEEDED:
        if not cells[name]:
            yield Problem(f"{row.place}, column {name}", "is empty", remedy="Say who knows what of which cell, since when and why.")
    if cells["date"] and not _is_day(cells["date"]):
        yield Problem(f"{row.place}, column date", f"'{cells['date']}'", "a day such as 2024-03-01", "Write the day it was put right.")
    if cells["was"] == cells["becomes"]:
        remedy = "Write the old value as it stands in the file, and the right one."
        yield Problem(f"{row.place}, columns was and becomes", f"both are '{cells['was']}', so nothing is corrected", remedy=remedy)
    if cells["variable"] == ROW_NUMBER and cells["becomes"]:
        remedy = "Leave it empty: 'was' is the number of the row, and the row is taken out."
        yield Problem(f"{row.place}, column becomes", "is the new number of a row", "empty", remedy)
    for name in ("id", "was", "becomes"):
        for kind, is_one in PERSONAL.items():
            if is_one(cells[name]):
                remedy = "Keep ids as pseudonyms (pseudonym = true) and name people by them; make key STUDY=… tells the pseudonym of an id."
                yield Problem(f"{row.place}, column {name}", f"is one of {kind}", remedy=remedy)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def correction_problems(study: Study) -> Iterator[Problem]:
    """Corrections must name a file or source, and a variable that stands in it."""
    known = [*dict.fromkeys(source.file for source in study.declaration.sources), *study.source]
    for one in study.corrections:
        yield from unknown_name(f"{one.place}, column file", one.file, known, "raw file or source")
        held = [
            variable
            for source in sources_of(study, one)
            for variable in study.variables
            if variable.raw_names.get(source, ROW_NUMBER) != ROW_NUMBER
        ]
        names = [ROW_NUMBER, *dict.fromkeys(name for variable in held for name in names_of(variable))]
        if sources_of(study, one) and one.variable not in names:
            remedy = suggestion(one.variable, names) or "Name a variable of codebook.csv that this file holds."
            yield Problem(f"{one.place}, column variable", f"'{one.variable}' does not stand in {one.file}", ", ".join(names), remedy)
        if not one.becomes and one.variable in [unit.id for unit in study.declaration.units]:
            remedy = f"To take the row out, let variable be {ROW_NUMBER} and 'was' the number of the row."
            yield Problem(f"{one.place}, column becomes", "is empty, so that the row would be nobody's", "an id", remedy)


def names_of(variable: Variable) -> tuple[str, ...]:
    """Give what a cell of a variable may be called: its name, and the question of a box whose cell holds all answers."""
    return (variable.name, variable.box.question) if variable.box and variable.box.in_one_cell else (variable.name,)


def sources_of(study: Study, correction: Correction) -> list[str]:
    """Give the sources that a correction is about."""
    return [source.name for source in study.declaration.sources if correction.file in (source.file, source.name)]
