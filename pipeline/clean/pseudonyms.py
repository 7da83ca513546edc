"""Ids that name people: refused, or replaced by keyed pseudonyms as they are read, so that nothing later knows them.

A pseudonym is the beginning of HMAC-SHA256 of the id under the study's key. The
key lies outside the project: who has the tables but not the key cannot tell whose
they are, nor try out numbers until one fits. Without the key nothing is read.
"""

import base64
import hashlib
import hmac
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from pipeline.clean.cells import changed_texts, first_few, per_row
from pipeline.clean.files import RawSource
from pipeline.clean.headings import variables_in
from pipeline.clean.identity import MADE, in_form, is_spreadsheet_made, plain_id
from pipeline.errors import Problem, ResearcherError
from pipeline.paths import Paths, tool_root
from pipeline.spec.folding import comparable, tidy
from pipeline.spec.personal import HELD, PERSONAL, is_identity_number, is_name, ten_digits
from pipeline.spec.sources import Unit
from pipeline.spec.study import Study

KEY_BYTES = 32
PSEUDONYM_BYTES = 10
"""16 letters and digits: two of a million people share one with a chance of about one in 10^12."""
OTHERS_CAN_OPEN = stat.S_IRWXG | stat.S_IRWXO
MOSTLY = 0.5


def read_key(paths: Paths) -> bytes:
    """Read the key of a study's pseudonyms.

    Raises
    ------
    ResearcherError
        When there is none, or it lies in the project, is open to others or has another length.
    """
    where = str(paths.key)
    make_one = f"make key STUDY={paths.study} draws one; if a colleague has it, put it there. Without it nobody is told from anybody."
    resolved = paths.key.resolve()
    if any(resolved.is_relative_to(folder.resolve()) for folder in (paths.root, tool_root())):
        remedy = "Let RORLIGHET_KEYS name a folder elsewhere: a key beside the data protects nothing."
        raise ResearcherError.of(where, "the key of pseudonyms lies in the project", remedy=remedy)
    if not paths.key.is_file():
        raise ResearcherError.of(where, "the key of the study's pseudonyms is not there", remedy=make_one)
    if os.name != "nt" and paths.key.stat().st_mode & OTHERS_CAN_OPEN:
        raise ResearcherError.of(where, "others than you may open the key of pseudonyms", remedy=f"Type: chmod 600 '{where}'")
    key = paths.key.read_bytes()
    if len(key) != KEY_BYTES:
        raise ResearcherError.of(where, f"the key of pseudonyms has {len(key)} bytes", str(KEY_BYTES), make_one)
    return key


def key_mark(paths: Paths) -> str:
    """Tell one key of a study from another without telling anything of it; empty where there is none that can be used."""
    try:
        return hmac.new(read_key(paths), b"which key this is", hashlib.sha256).hexdigest()
    except ResearcherError:
        return ""


def pseudonym_of(text: str, key: bytes, form: str | None = None) -> str:
    """Give the pseudonym of an id, the same however a personal identity number, blanks or case are written; none of a blank.

    Parameters
    ----------
    text : str
        As in the file, or as somebody types it.
    key : bytes
    form : str, optional
        ``id_form`` of the unit: zeros in front come back first.
    """
    plain = comparable(plain_id(text)).upper()
    whole = plain if is_identity_number(plain) else in_form(plain, form) or plain
    said = ten_digits(whole) if is_identity_number(whole) else whole
    digest = hmac.new(key, said.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:PSEUDONYM_BYTES]).decode() if said else ""


def with_pseudonyms(study: Study, raws: Mapping[str, RawSource]) -> tuple[dict[str, RawSource], list[Problem]]:
    """Replace the ids of all units that keep pseudonyms.

    Returns
    -------
    raws, problems
        No source when the key cannot be used: then nothing may be said of any id.
    """
    if not any(unit.pseudonym for unit in study.declaration.units):
        return dict(raws), []
    try:
        key = read_key(study.paths)
    except ResearcherError as error:
        return {}, list(error.problems)
    read = {name: _replaced(study, raw, key) for name, raw in raws.items()}
    return {name: raw for name, (raw, _) in read.items()}, [problem for _, problems in read.values() for problem in problems]


def _replaced(study: Study, raw: RawSource, key: bytes) -> tuple[RawSource, list[Problem]]:
    columns: dict[str, pd.Series] = {}
    problems: list[Problem] = []
    notes: list[dict] = []
    for variable in variables_in(study, raw.source):
        unit = _unit_of(study, variable.name)
        if variable.type != "id" or unit is None or not unit.pseudonym:
            continue
        cells = raw.cells[variable.name]
        problems += _unfit(raw, variable.name, cells, unit)
        odd = int(per_row(cells, lambda text: bool(tidy(text)) and not _is_number(text), bool).sum())
        if 0 < odd < MOSTLY * len(cells):
            notes.append({"subject": variable.name, "finding": "unlike_others", "detail": "no personal identity numbers", "n": odd})
        columns[variable.name] = changed_texts(cells, partial(pseudonym_of, key=key, form=unit.id_form)).set_axis(cells.index)
    return replace(raw, cells=raw.cells.assign(**columns), notes=(*raw.notes, *notes)), problems


def _is_number(text: str) -> bool:
    return is_identity_number(plain_id(text))


def _unfit(raw: RawSource, name: str, cells: pd.Series, unit: Unit) -> Iterator[Problem]:
    """Ids that a spreadsheet made would be one person, and those of another form other people; they are told by their rows."""
    made = per_row(cells, lambda text: is_spreadsheet_made(plain_id(text)), bool, MADE)
    other = per_row(cells, lambda text: bool(tidy(text)) and not (_is_number(text) or in_form(plain_id(text), unit.id_form)), bool) & ~made
    export = "Export the file again, and do not open and save it in a spreadsheet."
    yield from _at_rows(raw, name, cells.index[made], "are no ids any more but what a spreadsheet made of them", export)
    yield from _at_rows(
        raw, name, cells.index[other], f"have another form than {unit.id_form}", "Correct id_form of the unit in study.toml."
    )


def _at_rows(raw: RawSource, name: str, rows: Iterable[int], found: str, remedy: str) -> Iterator[Problem]:
    numbers = [row + 1 for row in rows]
    if numbers:
        yield Problem(f"{raw.where}, {name}", f"{len(numbers)} ids {found}", remedy=remedy, details=(f"data row {first_few(numbers)}",))


def person_problems(study: Study, raw: RawSource, staying: pd.DataFrame) -> Iterator[Problem]:
    """No id may name a person: no number or address in any row, no name in a row that stays; the message repeats none.

    Parameters
    ----------
    study : Study
    raw : RawSource
        With pseudonyms where the study keeps them.
    staying : DataFrame
        The rows of ``raw.cells`` that no exclusion takes.
    """
    keep = "State pseudonym = true under the unit in study.toml and run make key: they become pseudonyms before anything is written."
    for variable in variables_in(study, raw.source):
        unit = _unit_of(study, variable.name)
        if variable.type != "id" or (unit is not None and unit.pseudonym):
            continue
        for kind, is_one in PERSONAL.items():
            yield from _at_rows(raw, variable.name, _rows_with(raw.cells[variable.name], is_one), f"are {kind}", keep)
        if unit is not None and unit.pseudonym is None:
            names = _rows_with(staying[variable.name], is_name)
            yield from _at_rows(raw, variable.name, names, "look like names", f"{keep} If they name no people, state pseudonym = false.")


def _rows_with(cells: pd.Series, is_one: Callable[[str], bool]) -> np.ndarray:
    return cells.index.to_numpy()[per_row(cells, lambda text: is_one(tidy(text)), bool, HELD[is_one])]


def _unit_of(study: Study, name: str) -> Unit | None:
    return next((unit for unit in study.declaration.units if unit.id == name), None)
