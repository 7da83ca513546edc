"""Read a REDCap export of raw values (CSV): forms that nobody opened are told from questions that were skipped.

The columns of a form end with ``<form>_complete``. In a form that was never
opened REDCap leaves cells blank, or writes 0 into every checkbox.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.clean.cells import Imported, per_row
from pipeline.clean.importers.break_off import answered
from pipeline.clean.importers.csv_text import import_csv
from pipeline.spec.folding import comparable
from pipeline.spec.sources import Source

COMPLETE = "_complete"
CHECKBOX = "___"
"""Stands between a question and the code of its answer in the heading of a box."""
UNOPENED = frozenset({"", "0", "incomplete"})
"""Status of a form that may never have been opened."""
UNTICKED = frozenset({"", "0", "unchecked"})


def import_redcap(content: bytes, source: Source, where: str) -> Imported:
    """Read a REDCap export.

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
        As ``import_csv`` gives it, with blank boxes and ``not_reached`` in forms
        that were never opened.
    """
    imported = import_csv(content, source, where)
    form_of, unopened = forms(imported.headings, imported.columns)
    columns = tuple(
        _blank(column, unopened[form_of[place]]) if place in form_of and CHECKBOX in heading else column
        for place, (heading, column) in enumerate(zip(imported.headings, imported.columns, strict=True))
    )
    return replace(imported, columns=columns, not_reached=_in_forms(form_of, unopened, len(columns[0])) if unopened else None)


def forms(headings: Sequence[str], columns: Sequence[pd.Series]) -> tuple[dict[int, str], dict[str, np.ndarray]]:
    """Say which form each column belongs to, and of each form who never opened it.

    Returns
    -------
    form_of, unopened
        Position of a column -> heading of its form's status, the first column
        of all left out, since it names the person; that heading -> array of
        bool, one per row.
    """
    form_of: dict[int, str] = {}
    unopened: dict[str, np.ndarray] = {}
    waiting: list[int] = []
    for place, heading in enumerate(headings):
        if not heading.endswith(COMPLETE):
            waiting += [place] if place and not heading.startswith("redcap_") else []
            continue
        closed = per_row(columns[place], lambda text: comparable(text) in UNOPENED, bool)
        filled = [_filled(headings[one], columns[one]) for one in waiting]
        unopened[heading] = closed & ~np.logical_or.reduce([np.zeros(len(closed), dtype=bool), *filled])
        form_of |= dict.fromkeys(waiting, heading)
        waiting = []
    return form_of, unopened


def _filled(heading: str, column: pd.Series) -> np.ndarray:
    if CHECKBOX not in heading:
        return answered(column)
    return per_row(column, lambda text: comparable(text) not in UNTICKED, bool)


def _blank(column: pd.Series, rows: np.ndarray) -> pd.Series:
    """Take the zeros out of a box where its form was never opened."""
    return column.astype("str").mask(rows, "").astype("category") if rows.any() else column


def _in_forms(form_of: dict[int, str], unopened: dict[str, np.ndarray], rows: int) -> Callable[[int], np.ndarray]:
    nobody = np.zeros(rows, dtype=bool)
    return lambda place: unopened[form_of[place]] if place in form_of else nobody
