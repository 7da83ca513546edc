"""Read a Qualtrics export (CSV or workbook): three heading rows, two in older ones, and who did not finish.

Columns are known by the first row (``Q5_1``), whatever the export shows as
answers: numbers or texts, several answers in columns of their own or in one cell.
"""

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.clean.cells import Imported, per_row
from pipeline.clean.importers.break_off import never_reached
from pipeline.clean.importers.xlsx import import_table
from pipeline.spec.folding import comparable, tidy
from pipeline.spec.sources import Source

ROWS, OLD_ROWS = 3, 2
IMPORT_ID = re.compile(r'\s*\{\s*"ImportId"\s*:\s*"(?P<id>[^"]*)"')
"""Begins every cell of the third heading row."""
QUESTION = "QID"
"""Begins the ImportId of a column that people answered themselves."""
FINISHED = "Finished"
UNFINISHED = frozenset({"0", "false", "falskt", "falsch"})
MARKUP = re.compile(r"<[^<>]+>|&nbsp;| - Selected Choice(?= - |$)")
"""Marks of a web page, and what Qualtrics adds to a question beside which answers can be typed."""


def import_qualtrics(content: bytes, source: Source, where: str) -> Imported:
    """Read a Qualtrics export.

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
        With the wording of questions from the second row as ``labels``, and
        ``not_reached`` where the column ``Finished`` was exported.
    """
    imported = import_table(content, source.model_copy(update={"heading_rows": ROWS}), where)
    if not any(map(IMPORT_ID.match, imported.above[-1])):
        imported = import_table(content, source.model_copy(update={"heading_rows": OLD_ROWS}), where)
    headings, wordings = imported.above[:2]
    names = imported.above[-1] if len(imported.above) == ROWS else ()
    labels = {heading: text for heading, cell in zip(headings, wordings, strict=True) if (text := plain_wording(cell)) and heading}
    found = [IMPORT_ID.match(name) for name in names]
    questions = [position for position, name in enumerate(found) if name and name["id"].startswith(QUESTION)]
    if FINISHED not in headings or not questions:
        return replace(imported, labels=labels)
    unfinished = _unfinished(imported.columns[headings.index(FINISHED)])
    return replace(imported, labels=labels, not_reached=never_reached(imported.columns, questions, ~unfinished))


def _unfinished(column: pd.Series) -> np.ndarray:
    return per_row(column, lambda text: comparable(text) in UNFINISHED, bool)


def plain_wording(cell: str) -> str:
    """Take what is not the question's out of its wording."""
    return tidy(" ".join(MARKUP.sub(" ", cell).split()))
