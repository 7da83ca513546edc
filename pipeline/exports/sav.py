"""Write a file of SPSS (.sav) or Stata (.dta) with variable labels, value labels and user-missing values.

A column is numeric when every cell is a number, a date when every cell is an
ISO date, otherwise a string. The time of creation in the header is fixed.
"""

import datetime
import re
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from pipeline.errors import Problem, ResearcherError
from pipeline.exports.export import PLAIN_DATE, PLAIN_NUMBER, CodebookColumn, Export

CREATED = b"01 Jan 0000:00:00"
CREATED_FROM, CREATED_TO = 92, 109
"""Bytes of the header that hold date and time of creation."""
TIMESTAMP = re.compile(rb"(?<=<timestamp>\x11)[^<]{17}(?=</timestamp>)")
WRITTEN = b"01 Jan 1960 00:00"
MOST_MISSING = 3
"""Single user-missing values that a variable can have."""
TAGGED = re.compile(r"\.[a-z]")
"""A missing value of Stata's own among numbers."""
LONGEST_MISSING = 8
"""Bytes of a user-missing value of a string variable."""


def write_sav(export: Export) -> bytes:
    """Write a table as an SPSS file.

    Raises
    ------
    ResearcherError
        When a heading cannot be a variable name in SPSS.
    """
    kinds = _kinds(export)
    missing = {heading: values for heading, kind in kinds.items() if (values := _missing(export.column(heading), kind))}
    shown = {heading: FORMATS[kind] for heading, kind in kinds.items() if kind in FORMATS}
    content = _written(export, kinds, partial(pyreadstat.write_sav, missing_ranges=missing, variable_format=shown))
    return content[:CREATED_FROM] + CREATED + content[CREATED_TO:]


def write_dta(export: Export) -> bytes:
    """Write a table as a Stata file; a missing answer is a number with a label, as it is in most of them, or one of Stata's own: ``.a``.

    Raises
    ------
    ResearcherError
        When a heading cannot be a variable name in Stata.
    """
    numbers = {heading: [*cells.unique(), *export.column(heading).answers] for heading, cells in export.table.items()}
    letters = {
        heading: own
        for heading, cells in numbers.items()
        if export.column(heading).kind == "number" and (own := sorted({one[1] for one in cells if TAGGED.fullmatch(one)}))
    }
    kinds = {**_kinds(export), **dict.fromkeys(letters, "tagged")}
    return TIMESTAMP.sub(WRITTEN, _written(export, kinds, partial(pyreadstat.write_dta, missing_user_values=letters)))


def _written(export: Export, kinds: dict[str, str], write: Callable[..., None]) -> bytes:
    """Write a table with its labels."""
    described = {heading: export.column(heading) for heading in kinds}
    values = pd.DataFrame({heading: VALUES[kind](export.table[heading]) for heading, kind in kinds.items()}, index=export.table.index)
    said = {
        "column_labels": {heading: one.label for heading, one in described.items()},
        "variable_value_labels": {heading: labels for heading, kind in kinds.items() if (labels := _labels(described[heading], kind))},
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "export"
        try:
            write(values, str(file), **said)
        except pyreadstat.PyreadstatError as error:
            remedy = "Choose other headings in the codebook: letters, digits and _, a letter first, at most 64 bytes."
            raise ResearcherError([Problem("an export for SPSS or Stata", str(error), remedy=remedy)]) from error
        return file.read_bytes()


def _kinds(export: Export) -> dict[str, str]:
    """Say what each column is stored as."""
    return {heading: _kind(export.table[heading], export.column(heading)) for heading in export.table.columns}


def _kind(cells: pd.Series, described: CodebookColumn) -> str:
    """Say what a column is stored as: ``whole``, ``number``, ``date`` or ``text``."""
    filled = [cell for cell in cells.unique() if cell]
    if described.kind == "date" and all(map(PLAIN_DATE.fullmatch, filled)):
        return "date"
    if described.kind == "number" and all(map(PLAIN_NUMBER.fullmatch, filled)):
        return "number" if any("." in cell for cell in filled) else "whole"
    return "text"


def _numbers(cells: pd.Series) -> pd.Series:
    return pd.to_numeric(cells.where(cells != "", None)).astype("float64")


def _tagged(cells: pd.Series) -> pd.Series:
    tags = cells.map(lambda cell: cell[1] if TAGGED.fullmatch(cell) else None)
    return tags.where(tags.notna(), _numbers(cells.where(tags.isna(), "")).astype("object"))


def _dates(cells: pd.Series) -> pd.Series:
    return pd.Series([datetime.date.fromisoformat(cell) if cell else None for cell in cells], index=cells.index, dtype="object")


VALUES: dict[str, Callable[[pd.Series], pd.Series]] = {
    "whole": _numbers,
    "number": _numbers,
    "tagged": _tagged,
    "date": _dates,
    "text": lambda cells: cells.astype("object"),
}
FORMATS = {"whole": "F8.0", "number": "F12.4", "date": "SDATE10"}
"""How SPSS shows them; every digit is stored."""


def _labels(described: CodebookColumn, kind: str) -> dict[Any, str]:
    if kind == "text":
        return dict(described.answers)
    tags = {cell[1]: label for cell, label in described.answers.items() if TAGGED.fullmatch(cell)} if kind == "tagged" else {}
    return {float(cell): label for cell, label in described.answers.items() if PLAIN_NUMBER.fullmatch(cell)} | tags


def _missing(described: CodebookColumn, kind: str) -> list[Any]:
    """List user-missing values as far as SPSS can: three single ones, or a range with no answer in it."""
    if kind == "text":
        return [cell for cell in described.missing if 0 < len(cell.encode()) <= LONGEST_MISSING][:MOST_MISSING]
    values = sorted(float(cell) for cell in described.missing if PLAIN_NUMBER.fullmatch(cell))
    if len(values) <= MOST_MISSING:
        return values
    answers = [code for code in _labels(described, kind) if code not in values]
    low, high = values[0], values[-1]
    return [] if any(low <= code <= high for code in answers) else [{"lo": low, "hi": high}]
