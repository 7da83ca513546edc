"""Read a LimeSurvey export (CSV): what LimeSurvey adds to cells and headings is taken off again.

A heading ``code. text`` is known by its code, as it is when the export shows
codes only, so that a question may be reworded without a change of the codebook.
Answers that somebody never came to are told from answers that were skipped.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.clean.cells import Columns, Headings, Imported, changed_texts
from pipeline.clean.importers.break_off import answered, never_reached
from pipeline.clean.importers.csv_text import import_csv
from pipeline.spec.folding import tidy
from pipeline.spec.sources import Source

CODE = r"[A-Za-z][\w-]*(?:\[[^\]]*\])*"
HEADING = re.compile(rf"({CODE})(?:\. .*|\.|\s*\._\..*)?", re.DOTALL)
"""A question code with its sub-question, ``lockin[SQ001]``, and perhaps the question's text behind a full stop or ``._.``."""
TEXT_BEHIND = re.compile(r"\s*\._\.\s*|\.\s*")
SUBMITTED = ("submitdate", "Date submitted")
FIRST_TIMING = ("interviewtime", "Total time")
"""Timings follow the questions, when they are exported at all."""
BYTE_ORDER_MARK = "\ufeff"


def import_limesurvey(content: bytes, source: Source, where: str) -> Imported:
    """Read a LimeSurvey export as CSV.

    Parameters
    ----------
    content : bytes
        The whole file.
    source : Source
        States ``encoding`` and ``delimiter``, or leaves them to be detected.
    where : str
        File name for problems.

    Returns
    -------
    Imported
        As ``import_csv`` gives it, with headings as codes where the file shows
        codes, cells as they were answered, and ``not_reached`` where the column
        ``submitdate`` was exported.
    """
    imported = import_csv(content, source, where)
    headings = Headings(as_codes(imported.headings))
    columns = Columns(len(headings), lambda position: changed_texts(imported.columns[position], without_additions))
    labels = {short: text for short, long in zip(headings, imported.headings, strict=True) if (text := wording(short, long))}
    return replace(imported, headings=headings, columns=columns, labels=labels, not_reached=_never_reached(headings, columns))


def _never_reached(headings: tuple[str, ...], columns: Sequence[pd.Series]) -> Callable[[int], np.ndarray] | None:
    submitted = next((position for position, heading in enumerate(headings) if heading in SUBMITTED), None)
    if submitted is None:
        return None
    questions = next((position for position, heading in enumerate(headings) if heading in FIRST_TIMING), len(headings))
    return never_reached(columns, range(questions), answered(columns[submitted]))


def as_codes(headings: tuple[str, ...]) -> tuple[str, ...]:
    """Shorten headings ``code. text`` to the code, unless two would then be the same.

    Nothing is shortened when any heading has another form: the file then shows
    texts without codes.
    """
    found = [HEADING.fullmatch(heading) for heading in headings if heading]
    codes = [match.group(1) for match in found if match]
    if len(codes) < len(found):
        return headings
    code_of = {heading: code for heading, code in zip(filter(None, headings), codes, strict=True) if codes.count(code) == 1}
    return tuple(code_of.get(heading, heading) for heading in headings)


def wording(code: str, heading: str) -> str:
    """Give the question's wording that stands behind its code in a heading; empty where there is none."""
    return tidy(TEXT_BEHIND.sub("", heading[len(code) :], count=1)) if code != heading else ""


def without_additions(text: str) -> str:
    """Take off what LimeSurvey adds: the apostrophe before ``=``, and byte order marks from imported label sets."""
    plain = text.replace(BYTE_ORDER_MARK, "")
    return plain[1:] if plain.startswith("'=") else plain
