"""Several rows of one unit in one source: which of them stays.

A rule ranks the rows of a unit; the highest alone at the top stays. It looks at
what the rows say, never at where they stand, so the order of a file cannot
change a result. Where a unit has entered and left several times, its rows are
spells of taking part: a person counts once per programme, from the first entry to
the last exit, as the European Social Fund counts participants. To add a rule: write its function, add its line to
``DUPLICATE_RULES`` and its name to ``Source.duplicates``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from pipeline.clean.cells import first_few
from pipeline.clean.log import counted_line
from pipeline.errors import Problem, examples
from pipeline.spec.sources import Source
from pipeline.spec.vocabulary import MISSING_SUFFIX

EXACT = "duplicate_exact"
STILL_INSIDE = pd.Timestamp.max.as_unit("s")


@dataclass(frozen=True)
class Duplicates:
    """Rows that leave as duplicates.

    Attributes
    ----------
    dropped : DataFrame
        Index: index of the row that leaves; columns ``rule`` and ``kept`` (index
        of the row that stays instead).
    undecided : list of str
        Ids of units whose rows the rule cannot decide between.
    """

    dropped: pd.DataFrame
    undecided: list[str]


def most_answered(rows: pd.DataFrame, source: Source) -> pd.Series:
    """Rank by the number of answered questions."""
    return rows.filter(like=MISSING_SUFFIX).eq(0).sum(axis="columns").astype("float64")


def first(rows: pd.DataFrame, source: Source) -> pd.Series:
    """Rank the earliest highest; a row without date has no rank."""
    return -latest(rows, source)


def latest(rows: pd.DataFrame, source: Source) -> pd.Series:
    """Rank the latest highest; a row without date has no rank."""
    dates = rows[str(source.order)]
    return dates.astype("int64").astype("float64").where(dates.notna())


def undecidable(rows: pd.DataFrame, source: Source) -> pd.Series:
    """Give no row a rank: rows that differ are a question to the researcher."""
    return pd.Series(float("nan"), index=rows.index)


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
    entries, exits = rows[str(source.entry)], rows[str(source.exit)].fillna(STILL_INSIDE)
    by_exit, by_entry = exits.rank(method="dense"), entries.rank(method="dense")
    return by_exit * (len(rows) + 1) + by_entry


DUPLICATE_RULES: dict[str, Callable[[pd.DataFrame, Source], pd.Series]] = {
    "refuse": undecidable,
    "exact": undecidable,
    "most_answered": most_answered,
    "first": first,
    "latest": latest,
    "spells": last_exit,
}


def find_duplicates(rows: pd.DataFrame, id_name: str, source: Source) -> Duplicates:
    """Decide which rows of one source leave as duplicates.

    Parameters
    ----------
    rows : DataFrame
        Interpreted rows in file order, any unique index; equal rows mean the same.
    id_name : str
        Column of the unit's id.
    source : Source
        Supplies the rule and the date to go by.

    Returns
    -------
    Duplicates
        Of rows that mean the same the later ones leave (rule
        ``duplicate_exact``), of different rows all but the highest ranked
        (rule ``duplicate_<name>``). Under 'refuse' every repeated id is undecided.
    """
    repeated = rows[rows.duplicated(id_name, keep=False)]
    if source.duplicates == "refuse":
        return Duplicates(_dropped([]), sorted(repeated[id_name].unique()))
    same = repeated.duplicated(keep="first")
    different = repeated[~same]
    rank = DUPLICATE_RULES[source.duplicates](different, source)
    several = different.groupby(id_name)[id_name].transform("size") > 1
    best = rank.groupby(different[id_name]).transform("max")
    at_top = (rank == best) | ~several
    alone = at_top.groupby(different[id_name]).transform("sum") == 1
    ranked = rank.notna().groupby(different[id_name]).transform("all") | ~several
    decided = alone & ranked
    undecided = sorted(different.loc[~decided, id_name].unique())
    kept = different[at_top & decided]
    keeper = pd.Series(kept.index, index=kept[id_name])
    gone = repeated.drop(index=kept.index)
    gone = gone[~gone[id_name].isin(undecided)]
    rules = [EXACT if same[row] else f"duplicate_{source.duplicates}" for row in gone.index]
    return Duplicates(_dropped(list(zip(gone.index, rules, keeper.loc[gone[id_name]], strict=True))), undecided)


def duplicate_problem(duplicates: Duplicates, source: Source, where: str) -> list[Problem]:
    """Report units that have several rows which the declared rule cannot decide between."""
    if not duplicates.undecided:
        return []
    found = f"{len(duplicates.undecided)} units have several rows that duplicates = '{source.duplicates}' cannot decide between"
    allowed = f"{', '.join(DUPLICATE_RULES)} (the last three go by dates)"
    remedy = f"State another rule for source '{source.name}' in study.toml, or put single rows right in corrections.csv."
    return [Problem(where, found, allowed, remedy, (f"ids: {first_few(duplicates.undecided)}",))]


def _dropped(rows: list[tuple]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["index", "rule", "kept"]).set_index("index")


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
    joined, inside = ordered.loc[again, id_name].nunique(), ordered.loc[again & left.isna(), id_name].nunique()
    yield from counted_line(source.name, source.entry, "spells_joined", joined, "first entry and last exit count")
    yield from counted_line(source.name, source.entry, "entered_again_inside", inside, "a spell without exit is followed by another")


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
            "Correct the dates at the source or in corrections.csv, or take the rows out by an exclusion on the id.",
            examples(lines),
        )
