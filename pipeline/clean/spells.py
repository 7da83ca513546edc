"""Spells of taking part: entry and exit of one unit, once or several times.

A person counts once per programme, from the first entry to the last exit, as
the European Social Fund counts participants. Nobody can leave before entering.
"""

from collections.abc import Iterator

import pandas as pd

from pipeline.errors import Problem, examples
from pipeline.spec.declaration import Source

STILL_INSIDE = pd.Timestamp.max.as_unit("s")


def last_exit(rows: pd.DataFrame, source: Source) -> pd.Series:
    """Rank the spell with the last exit highest, of equal exits the one entered last.

    Parameters
    ----------
    rows : DataFrame, one row per spell
        Interpreted; without exit the unit is still inside.
    source : Source
        Names the dates of entry and exit.

    Returns
    -------
    Series of float64, one per spell
        Missing where the entry is: nobody knows whether it was the first.
    """
    entries, exits = rows[str(source.entry)], _exits(rows, source)
    by_exit, by_entry = exits.rank(method="dense"), entries.rank(method="dense")
    return by_exit * (len(rows) + 1) + by_entry


def from_first_entry(kept: pd.DataFrame, spells: pd.DataFrame, id_name: str, source: Source) -> pd.DataFrame:
    """Let the rows that stay begin with the first entry of their unit.

    Parameters
    ----------
    kept : DataFrame, one row per unit
    spells : DataFrame, one row per spell
    id_name : str
    source : Source

    Returns
    -------
    DataFrame
        Copy of ``kept`` with the first entry among all spells of each unit.
    """
    entry = str(source.entry)
    first = spells.groupby(id_name)[entry].min().reindex(kept[id_name])
    return kept.assign(**{entry: first.array})


def spell_lines(spells: pd.DataFrame, id_name: str, source: Source) -> Iterator[dict]:
    """Count units with several spells, and those of them who entered again without having left."""
    dates = [id_name, str(source.entry), str(source.exit)]
    ordered = spells[dates].drop_duplicates().sort_values(dates, kind="stable")
    again = ordered.duplicated(id_name)
    left = ordered.groupby(id_name)[str(source.exit)].shift()
    counts = {
        "spells_joined": (ordered.loc[again, id_name].nunique(), "first entry and last exit count"),
        "entered_again_inside": (ordered.loc[again & left.isna(), id_name].nunique(), "a spell without exit is followed by another"),
    }
    for finding, (count, detail) in counts.items():
        if count:
            yield {"source": source.name, "subject": source.entry, "finding": finding, "detail": detail, "n": count}


def exit_problems(rows: pd.DataFrame, id_name: str, source: Source, where: str) -> Iterator[Problem]:
    """Report every row whose exit lies before its entry; the index of rows counts them in the file from 0."""
    if source.entry is None or source.exit is None:
        return
    wrong = rows[rows[source.exit] < rows[source.entry]]
    if len(wrong):
        lines = [
            f"data row {row + 1}: {identifier or 'no id'}, {source.entry} {entry:%Y-%m-%d}, {source.exit} {exit_:%Y-%m-%d}"
            for row, identifier, entry, exit_ in zip(
                wrong.index, wrong[id_name].fillna(""), wrong[source.entry], wrong[source.exit], strict=True
            )
        ]
        yield Problem(
            f"{where}, {source.entry} and {source.exit}",
            f"{len(wrong)} rows have an exit before the entry",
            "an exit on the day of entry or later; empty for those still inside",
            "Correct the dates at the source, or take the rows out by an exclusion on the id.",
            examples(lines),
        )


def _exits(rows: pd.DataFrame, source: Source) -> pd.Series:
    return rows[str(source.exit)].fillna(STILL_INSIDE)
