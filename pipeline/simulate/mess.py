"""What happens to answers on their way to an evaluator: blanks, cases, repeated and test rows.

Every function takes a table of text cells and a random generator, and returns a
new table; none of them changes what a careful reader would read.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

NO_BREAK_SPACE = "\u00a0"
COMMENTS = (
    "Bra frågor; men för många",
    "Vill gå ned i tid.\nFår inte.",
    "=SUMMA(A1)",
    'Chefen sa "vi får se" och sedan hände inget',
    "Inget att tillägga",
    "Tack för möjligheten att svara!",
    "Svårt att svara på frågan om yrke, jag har två.",
    "Hann inte tänka färdigt; återkommer gärna",
    "Åker långt till arbetet, det är det som stör.\r\nAnnars bra.",
)


def some(rng: np.random.Generator, rows: int, share: float) -> np.ndarray:
    """Choose a share of the row positions, at least one, without repetition."""
    return rng.choice(rows, size=max(1, round(rows * share)), replace=False)


def with_untidy_cells(table: pd.DataFrame, columns: Sequence[str], rng: np.random.Generator) -> pd.DataFrame:
    """Add trailing blanks (5 %), leading no-break spaces (3 %) and upper case (2 %) in some columns."""
    untidy = table.copy()
    for name in columns:
        cells = untidy[name].to_numpy(dtype=object, copy=True)
        for position in some(rng, len(cells), 0.05):
            cells[position] = f"{cells[position]} "
        for position in some(rng, len(cells), 0.03):
            cells[position] = f"{NO_BREAK_SPACE}{cells[position]}"
        for position in some(rng, len(cells), 0.02):
            cells[position] = cells[position].upper()
        untidy[name] = cells
    return untidy


def with_repeated_rows(
    table: pd.DataFrame,
    id_column: str,
    first_part: Callable[[pd.DataFrame], pd.DataFrame],
    counts: tuple[int, int, int],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Repeat some rows.

    Parameters
    ----------
    table : DataFrame of str
        One row per person.
    id_column : str
        Heading of the person's number.
    first_part : callable
        Gives the partial first submission of a row (a table of one row).
    counts : (int, int, int)
        Number of exact repetitions, of repetitions with another case and a
        blank in the number, and of partial first submissions.
    rng : Generator
        Source of chance.

    Returns
    -------
    DataFrame of str
        Exact repetitions after the row, the others somewhere later; partial
        submissions right before the complete one.
    """
    exact, retyped, partial = counts
    chosen = rng.choice(len(table), size=sum(counts), replace=False)
    pieces = []
    tail = []
    for position in range(len(table)):
        row = table.iloc[[position]]
        kind = list(chosen).index(position) if position in chosen else -1
        if kind >= exact + retyped:
            pieces.append(first_part(row))
        pieces.append(row)
        if 0 <= kind < exact:
            pieces.append(row)
        elif exact <= kind < exact + retyped:
            tail.append(row.assign(**{id_column: f" {row[id_column].iloc[0].lower()}"}))
    assert partial == len(pieces) + len(tail) - len(table) - exact - retyped
    return pd.concat([*pieces, *tail], ignore_index=True)


def blanked(row: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Give a row without the answers in some columns."""
    return row.assign(**dict.fromkeys(names, ""))


def with_test_rows(table: pd.DataFrame, id_column: str, ids: Sequence[str]) -> pd.DataFrame:
    """Put test rows in, copies of the first answers with other ``ids``: two on top, one in the middle, the others at the end."""
    tests = table.iloc[np.arange(len(ids)) % len(table)].assign(**{id_column: list(ids)})
    middle = len(table) // 2
    return pd.concat([tests.iloc[:2], table.iloc[:middle], tests.iloc[2:3], table.iloc[middle:], tests.iloc[3:]], ignore_index=True)
