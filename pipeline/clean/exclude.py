"""Rows taken out before anything is counted: declared exclusions, and rows without any answer."""

import numpy as np
import pandas as pd

from pipeline.clean.cells import per_row
from pipeline.clean.files import RawSource
from pipeline.spec.folding import comparable
from pipeline.spec.sources import BLANK, Exclusion
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import CHOICE_TYPES

BLANK_ROW = "blank_row"
"""Rule under which a row whose cells are all blank leaves; spreadsheets append such rows."""

TAKEN_OUT = "taken_out"
"""Rule under which a row leaves that a correction says is nobody's."""


def excluded_by(study: Study, raw: RawSource) -> pd.Series:
    """Say under which rule each row leaves.

    Parameters
    ----------
    study : Study
        Supplies the exclusions; the first one that fits a row counts.
    raw : RawSource
        The rows as exported.

    Returns
    -------
    Series of str, one per row
        Id of the exclusion, or empty for rows that stay.
    """
    rule = pd.Series("", index=raw.cells.index, dtype="object")
    rule[_all_blank(raw.cells)] = BLANK_ROW
    rule[rule.index.isin(raw.taken_out)] = TAKEN_OUT
    for exclusion in study.declaration.exclusions:
        if raw.source.name in exclusion.sources:
            rule[(rule == "") & _fits(study, exclusion, raw.cells[exclusion.variable])] = exclusion.id
    return rule


def _all_blank(cells: pd.DataFrame) -> np.ndarray:
    """Find rows without a single character beside blanks."""
    blank = np.ones(len(cells), dtype=bool)
    for name in cells.columns:
        if blank.any():
            blank &= per_row(cells[name], lambda text: not text.strip(), bool)
    return blank


def _fits(study: Study, exclusion: Exclusion, cells: pd.Series) -> np.ndarray:
    variable = study.variable[exclusion.variable]
    if variable.type in CHOICE_TYPES:
        answers = study.answer_lists[variable.answers]
        wanted = {comparable(answer.raw) for answer in answers if answer.code in exclusion.values}
        wanted |= {BLANK} & {*exclusion.values}
    else:
        wanted = {comparable(value) for value in exclusion.values}
    return per_row(cells, lambda text: comparable(text) in wanted, bool)
