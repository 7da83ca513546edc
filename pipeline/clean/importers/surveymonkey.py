"""Read a SurveyMonkey export (CSV or workbook): two heading rows, the question above its rows or answers.

A question of one column is known by its wording, whatever SurveyMonkey writes
below it (``Response``, ``Open-Ended Response``); a column of a question of
several by both, ``question | answer``.
"""

from dataclasses import replace
from itertools import accumulate

from pipeline.clean.cells import Headings, Imported
from pipeline.clean.importers.csv_text import BETWEEN_HEADINGS, own_or_left
from pipeline.clean.importers.qualtrics import plain_wording
from pipeline.clean.importers.xlsx import import_table
from pipeline.spec.sources import Source

ROWS = 2


def import_surveymonkey(content: bytes, source: Source, where: str) -> Imported:
    """Read a SurveyMonkey export.

    Parameters
    ----------
    content : bytes
        The whole file, CSV or workbook.
    source : Source
        States ``encoding``, ``delimiter`` or ``sheet``, or leaves them to be detected.
    where : str
        File name for problems.

    Returns
    -------
    Imported
        With one heading per column.
    """
    imported = import_table(content, source.model_copy(update={"heading_rows": ROWS}), where)
    return replace(imported, headings=Headings(as_questions(*imported.above)))


def as_questions(questions: tuple[str, ...], parts: tuple[str, ...]) -> tuple[str, ...]:
    """Make one heading per column: the question, and behind it the part of one that has several columns.

    Parameters
    ----------
    questions, parts : tuple of str
        Both heading rows; a question stands above its first column.
    """
    filled = [*accumulate(questions, own_or_left)]
    alone = {
        position
        for position, own in enumerate(questions)
        if own and (position + 1 == len(questions) or questions[position + 1] or not parts[position + 1])
    }
    return tuple(
        plain_wording(question if position in alone or not part else f"{question}{BETWEEN_HEADINGS}{part}")
        for position, (question, part) in enumerate(zip(filled, parts, strict=True))
    )
