"""Cells as columns of distinct texts, and how a message quotes them; ``spec.folding`` says how texts are compared."""

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from pipeline.errors import EXAMPLES_SHOWN

LONGEST_SHOWN = 60


def distinct(cells: pd.Series) -> tuple[np.ndarray, list[str]]:
    """Split cells (a Series of categories) into positions and the distinct texts they point to.

    Each distinct text is then interpreted once, however many rows hold it. There
    may be texts that no position points to.
    """
    return cells.cat.codes.to_numpy(), cells.cat.categories.tolist()


def per_row(cells: pd.Series, of_text: Callable[[str], object], dtype: type) -> np.ndarray:
    """Give every row what a function says of its text."""
    positions, texts = distinct(cells)
    return np.array([of_text(text) for text in texts], dtype=dtype)[positions]


def shown(text: str) -> str:
    """Quote a cell for a message, cut when long."""
    one_line = " ".join(text.split())
    return f"'{one_line}'" if len(one_line) <= LONGEST_SHOWN else f"'{one_line[:LONGEST_SHOWN]}…'"


def listed(values: Iterable[object], most: int = EXAMPLES_SHOWN) -> str:
    """Write the first few values in a row, and how many more there are."""
    texts = [str(value) for value in values]
    more = len(texts) - most
    return ", ".join(texts[:most]) + (f" and {more} more" if more > 0 else "")
