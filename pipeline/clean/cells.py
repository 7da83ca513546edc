"""Cells of a file as text: columns of distinct texts, how typed values become such, and how a message quotes them.

The same text whichever format a number came in, so that an answer list declared
with ``1`` fits the code 1 of every format. How texts are compared is in ``spec.folding``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import Any, overload

import numpy as np
import pandas as pd
import pyarrow
from pyarrow import compute

from pipeline.errors import EXAMPLES_SHOWN
from pipeline.spec.folding import comparable

LONGEST_SHOWN = 60
EXACT_WHOLE_NUMBERS = 2**53
"""From here on a float does not tell neighbouring whole numbers apart."""
DIGITS_SHOWN = 15


class Columns(Sequence[pd.Series]):
    """The columns of a file, each made when it is first asked for: thousands that nobody has declared cost nothing.

    Parameters
    ----------
    count : int
    make : callable
        Gives the column at a position, as ``Imported.columns`` wants them.
    """

    def __init__(self, count: int, make: Callable[[int], pd.Series]) -> None:
        self._positions = range(count)
        self._made = cache(make)

    def __len__(self) -> int:
        return len(self._positions)

    @overload
    def __getitem__(self, place: int) -> pd.Series: ...

    @overload
    def __getitem__(self, place: slice) -> list[pd.Series]: ...

    def __getitem__(self, place: int | slice) -> pd.Series | list[pd.Series]:
        positions = self._positions[place]
        return self._made(positions) if isinstance(positions, int) else [self._made(one) for one in positions]


class Headings(tuple[str, ...]):
    """The headings of a file, and where each stands."""

    @cached_property
    def places(self) -> Mapping[str, list[int]]:
        """Positions by heading."""
        return _positions_by(self, str)

    @cached_property
    def places_compared(self) -> Mapping[str, list[int]]:
        """Positions by heading as texts are compared."""
        return _positions_by(self, comparable)


def _positions_by(headings: Iterable[str], form: Callable[[str], str]) -> dict[str, list[int]]:
    positions: dict[str, list[int]] = {}
    for position, heading in enumerate(headings):
        positions.setdefault(form(heading), []).append(position)
    return positions


@dataclass(frozen=True)
class Imported:
    """A file as text; an importer raises a ``ResearcherError`` where it cannot be read.

    Attributes
    ----------
    headings : Headings
        One per column, outer blanks removed; may repeat.
    columns : sequence of Series of categories
        Cells exactly as exported, in file order; the row below the heading is
        first. The categories are the distinct texts. No cell is missing: a
        blank cell is an empty text.
    encoding, delimiter, sheet, calendar : str
        As used, empty where the format has none (``excel1904`` for a workbook
        that counts days from 1904); ``stated`` names those that the study
        states, ``said`` those that the file itself says.
    not_reached : function, optional
        Position of a column -> array of bool, one per row: whether the person
        never came to it; None where the format does not tell.
    above : tuple of tuples of str
        Cells of all rows that the heading takes, outer blanks removed.
    labels : mapping
        Heading -> the question's wording, where the file has it beside the heading.
    value_labels : mapping
        Heading -> cell -> what the file itself says the cell stands for. Used in
        messages and drafts only: what counts is the study's answer list.
    declared_missing : mapping
        Heading -> cells of that column which the file itself declares missing.
    levels : mapping
        Heading -> ``nominal``, ``ordinal`` or ``scale``, where the file says so.
    """

    headings: Headings = field(default_factory=Headings)
    columns: Sequence[pd.Series] = ()
    encoding: str = ""
    delimiter: str = ""
    stated: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    sheet: str = ""
    calendar: str = ""
    not_reached: Callable[[int], np.ndarray] | None = None
    above: tuple[tuple[str, ...], ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    value_labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    declared_missing: Mapping[str, frozenset[str]] = field(default_factory=dict)
    levels: Mapping[str, str] = field(default_factory=dict)


def distinct(cells: pd.Series) -> tuple[np.ndarray, list[str]]:
    """Split cells (a Series of categories) into positions and the distinct texts they point to.

    Each distinct text is then interpreted once, however many rows hold it. There
    may be texts that no position points to.
    """
    return cells.cat.codes.to_numpy(), cells.cat.categories.tolist()


def per_row(cells: pd.Series, of_text: Callable[[str], object], dtype: type, holding: str = "") -> np.ndarray:
    """Give every row what a function says of its text.

    Parameters
    ----------
    cells : Series of categories
    of_text : callable
    dtype : type
    holding : str
        Pattern of RE2. The function is asked of the texts that hold it only, and says nothing (0, False) of all others;
        of ids, each of which is another text, it is seldom asked then.
    """
    if not holding:
        positions, texts = distinct(cells)
        return np.array([of_text(text) for text in texts], dtype=dtype)[positions]
    said: np.ndarray = np.zeros(len(cells.cat.categories), dtype=dtype)
    places = places_of(cells.cat.categories, holding)
    said[places] = [of_text(text) for text in cells.cat.categories[places]]
    return said[cells.cat.codes.to_numpy()]


def places_of(texts: pd.Index, pattern: str) -> np.ndarray:
    """Say where texts hold a pattern of RE2."""
    return np.flatnonzero(compute.match_substring_regex(pyarrow.array(texts, pyarrow.large_string()), pattern))


def are_among(ids: pd.Series, known: pd.Series | pd.Index) -> np.ndarray:
    """Say of each id whether it is one of those known; a missing one is not."""
    here, there = (pyarrow.array(one, pyarrow.large_string()) for one in (ids, known))
    return compute.is_in(here, value_set=there, skip_nulls=True).to_numpy(zero_copy_only=False)


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


def shown(text: str) -> str:
    """Quote a cell for a message, cut when long."""
    one_line = " ".join(text.split())
    return f"'{one_line}'" if len(one_line) <= LONGEST_SHOWN else f"'{one_line[:LONGEST_SHOWN]}…'"


def first_few(values: Iterable[object], most: int = EXAMPLES_SHOWN) -> str:
    """Write the first few values in a row, and how many more there are."""
    texts = [str(value) for value in values]
    more = len(texts) - most
    return ", ".join(texts[:most]) + (f" and {more} more" if more > 0 else "")
