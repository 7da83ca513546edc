"""What cleaning found and did, in numbers: lines of the table ``cleaning_log``, never an answer."""

import re
from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from pipeline.clean.answers import Interpreted
from pipeline.clean.cells import per_row
from pipeline.clean.files import RawSource
from pipeline.clean.identity import NOT_PLAIN
from pipeline.spec.personal import is_identity_number
from pipeline.spec.sources import Source
from pipeline.spec.study import Variable
from pipeline.spec.vocabulary import MISSING_CODES, MISSING_SUFFIX

LEFT_BLANK = ("skipped", "not_reached")
NUMBER_LIKE = re.compile(r"[0-9+-]{10,13}")


def counted_line(source: str, subject: str | None, finding: str, count: int, detail: str = "") -> Iterator[dict]:
    """Give a line on what was found so many times; none on what was not."""
    if count:
        yield {"source": source, "subject": subject, "finding": finding, "detail": detail, "n": int(count)}


def setting_lines(raw: RawSource) -> Iterator[dict]:
    """Record how the file was read and whether that was stated, said by the file or detected, and how columns were found."""
    imported = raw.imported
    delimiter = repr(imported.delimiter) if imported.delimiter else ""
    used = {
        "encoding": imported.encoding,
        "delimiter": delimiter,
        "sheet": imported.sheet,
        "calendar": imported.calendar,
        "decimal": raw.decimal,
    }
    stated = {*imported.stated, *(("decimal",) if raw.source.decimal else ())}
    for subject, detail in used.items():
        if detail:
            finding = "stated" if subject in stated else "said_by_file" if subject in imported.said else "detected"
            yield {"source": raw.source.name, "subject": subject, "finding": finding, "detail": detail}
    yield from ({"source": raw.source.name, **note} for note in raw.notes)


def id_lines(source: Source, variable: Variable, cells: pd.Series) -> Iterator[dict]:
    """Count ids with blanks at the ends, and ids with small letters."""
    trimmed = per_row(cells, lambda text: text != text.strip(), bool, NOT_PLAIN).sum()
    small = per_row(cells, lambda text: text.strip() != text.strip().upper(), bool, NOT_PLAIN).sum()
    yield from counted_line(source.name, variable.name, "trimmed", trimmed)
    yield from counted_line(source.name, variable.name, "case_ignored", small)


def answer_lines(source: Source, variable: Variable, cells: pd.Series, column: Interpreted) -> Iterator[dict]:
    """Count answers with blanks at the ends or in another letter case; texts that hold a personal identity number."""
    if variable.type == "text":
        yield from counted_line(source.name, variable.name, "personal_number", _with_personal_numbers(cells))
        return
    yield from counted_line(source.name, variable.name, "trimmed", column.trimmed)
    yield from counted_line(source.name, variable.name, "case_ignored", column.case_ignored)


def empty_lines(source: Source, variables: Iterable[Variable], rows: pd.DataFrame) -> Iterator[dict]:
    """Record a source without rows, and questions that every row leaves blank; free text, and the exit of those still inside, may be."""
    if rows.empty:
        yield {"source": source.name, "subject": source.wave or source.unit, "finding": "no_rows", "detail": "", "n": 0}
        return
    blank = [MISSING_CODES[reason] for reason in LEFT_BLANK]
    for variable in variables:
        asked = variable.type not in ("id", "text") and variable.name != source.exit
        if asked and rows[f"{variable.name}{MISSING_SUFFIX}"].isin(blank).all():
            yield {"source": source.name, "subject": variable.name, "finding": "nobody_answered", "detail": "", "n": 0}


def unanswered_lines(source: Source, has_answered: np.ndarray) -> Iterator[dict]:
    """Count the rows of a file of several waves that hold no answer to this one."""
    detail = "no answer in the wave's own columns" if not source.answered_if else f"by {', '.join(source.answered_if)}"
    yield from counted_line(source.name, source.wave, "wave_not_answered", int((~has_answered).sum()), detail)


def _with_personal_numbers(cells: pd.Series) -> int:
    """Count texts in which a word is a valid personal identity number."""
    return int(per_row(cells, lambda text: any(map(is_identity_number, NUMBER_LIKE.findall(text))), bool).sum())
