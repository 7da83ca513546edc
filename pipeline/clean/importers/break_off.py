"""Where people broke off: what they never came to is told from what they skipped."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd

from pipeline.clean.cells import per_row
from pipeline.spec.folding import tidy


def never_reached(columns: Sequence[pd.Series], questions: Iterable[int], finished: np.ndarray) -> Callable[[int], np.ndarray]:
    """Say of each column who never came to it: those who broke off, and answered no question from there on.

    Parameters
    ----------
    columns : sequence of Series of categories
        Of the file, in its order.
    questions : iterable of int
        Positions of the columns that people answered themselves.
    finished : array of bool, one per row
        Who came to the end.

    Returns
    -------
    function
        Position -> array of bool, one per row.
    """
    last = np.zeros(len(finished), dtype=np.int64)
    for position in questions:
        last[answered(columns[position])] = position + 1
    reached = np.where(finished, len(columns), last)
    return lambda position: reached <= position


def answered(column: pd.Series) -> np.ndarray:
    """Say of each row whether its cell holds anything."""
    return per_row(column, lambda text: tidy(text) != "", bool)
