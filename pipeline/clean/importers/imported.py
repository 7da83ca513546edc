"""What every importer gives: text cells, and how the file was read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipeline.errors import Problem


@dataclass(frozen=True)
class Imported:
    """A file as text, or the problems that kept it from being read.

    Attributes
    ----------
    headings : tuple of str
        One per column, outer blanks removed; may repeat.
    columns : tuple of Series of categories
        Cells exactly as exported, in file order; the row below the heading is
        first. The categories are the distinct texts. No cell is missing: a
        blank cell is an empty text.
    encoding, delimiter, sheet, calendar : str
        As used, empty where the format has none (``excel1904`` for a workbook
        that counts days from 1904); ``stated`` names those that the study
        states, ``said`` those that the file itself says.
    problems : tuple of Problem
        When there are any, headings and columns must not be used.
    reached : array of int, one per row, optional
        Number of columns up to the last answer of somebody who broke off, of all
        columns for the others; None where the format does not tell.
    value_labels : mapping
        Heading -> cell -> what the file itself says the cell stands for. Used in
        messages only: what counts is the study's answer list.
    declared_missing : mapping
        Heading -> cells of that column which the file itself declares missing.
    """

    headings: tuple[str, ...] = ()
    columns: tuple[pd.Series, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    stated: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    sheet: str = ""
    calendar: str = ""
    reached: np.ndarray | None = None
    value_labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    declared_missing: Mapping[str, frozenset[str]] = field(default_factory=dict)
