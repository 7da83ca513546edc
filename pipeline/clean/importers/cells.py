"""Typed values of a file as text cells: a number without needless decimals, a date as ISO.

The same text whichever format a number came in, so that an answer list declared
with ``1`` fits the code 1 of every format.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from pipeline.clean.text import distinct

EXACT_WHOLE_NUMBERS = 2**53
"""From here on a float does not tell neighbouring whole numbers apart."""
DIGITS_SHOWN = 15


def text_cells(values: Iterable[Any], text_of: Callable[[Any], str]) -> pd.Series:
    """Write values as text, each distinct value once.

    Parameters
    ----------
    values : iterable
        Hashable values, one per row; equal values of different types (1 and
        True) are kept apart.
    text_of : callable
        Gives the text of one value.

    Returns
    -------
    Series of categories
        One per row, as ``Imported.columns`` wants them.
    """
    written = list(map(lru_cache(maxsize=None, typed=True)(text_of), values))
    return _categories(np.array(written, dtype=object))


def changed_texts(cells: pd.Series, change: Callable[[str], str]) -> pd.Series:
    """Change the text of every cell, each distinct text once; the columns as given when nothing changes."""
    positions, texts = distinct(cells)
    changed = [change(text) for text in texts]
    return cells if changed == texts else _categories(np.array(changed, dtype=object)[positions])


def _categories(texts: np.ndarray) -> pd.Series:
    positions, found = pd.factorize(texts)
    return pd.Series(pd.Categorical.from_codes(positions, pd.Index(found, dtype="str")))


def settled(number: float) -> float:
    """Give a number as spreadsheets and SPSS show it, with 15 digits: 0.1 + 0.2 is 0.3, whatever the machine made of it."""
    return number if number.is_integer() else float(f"{number:.{DIGITS_SHOWN}g}")


def number_text(number: float, decimal: str) -> str:
    """Write a number as digits: ``1`` for 1.0, ``0.1`` for 0.1, with the decimal sign of the source."""
    shown = settled(float(number))
    if abs(shown) < EXACT_WHOLE_NUMBERS and shown.is_integer():
        return str(int(shown))
    return repr(shown).replace(".", decimal)


def clock_text(seconds: float) -> str:
    """Write a time of day, or a duration, as ``HH:MM:SS``."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{second:02}"
