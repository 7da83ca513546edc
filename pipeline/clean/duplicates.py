"""Several rows of one unit in one source: which of them stays.

A rule ranks the rows of a unit; the highest alone at the top stays. It looks at
what the rows say, never at where they stand, so the order of a file cannot
change a result. To add a rule: write its function, add its line to
``DUPLICATE_RULES`` and its name to ``Source.duplicates``.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from pipeline.clean.spells import last_exit
from pipeline.clean.text import listed
from pipeline.errors import Problem
from pipeline.spec.declaration import Source
from pipeline.spec.vocabulary import MISSING_SUFFIX

EXACT = "duplicate_exact"


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
    remedy = f"State another rule for source '{source.name}' in study.toml, or an exclusion for the rows that are wrong."
    return [Problem(where, found, allowed, remedy, (f"ids: {listed(duplicates.undecided)}",))]


def _dropped(rows: list[tuple]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["index", "rule", "kept"]).set_index("index")
