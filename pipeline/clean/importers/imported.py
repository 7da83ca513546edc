"""What every importer gives: text cells, and how the file was read."""

from dataclasses import dataclass

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
    encoding, delimiter : str
        As used; ``stated`` names those of the two that the study states.
    problems : tuple of Problem
        When there are any, headings and columns must not be used.
    """

    headings: tuple[str, ...] = ()
    columns: tuple[pd.Series, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    stated: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
