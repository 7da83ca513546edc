"""The size of a level that is not shown must not follow from the whole and the sizes of the other levels.

Rules (``levels``) and the programme (``solved``) take out n where a level rests on few
people or would tell a small count. Here, at last, others go with it: the next smallest
level, so that only their sum is known; what the same outcome tells of such a level
elsewhere, because a share gives back what it is a share of; crossings, and variables
whose levels are made of linked units some of which are hidden, whose sizes add up to theirs.
"""

from collections.abc import Mapping

import pandas as pd

from pipeline.disclose.partitions import SEPARATOR, hidden_sizes
from pipeline.disclose.policy import Policy
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY

PLACE = ["unit", "outcome", "wave"]
TABLE = [*PLACE, "by", "analysis", "term", "estimand"]
Hidden = Mapping[tuple[str, ...], frozenset[str]]
"""Unit, outcome, wave and variable -> codes whose size is not told in some table."""


def beside_hidden_sizes(study: Study, policy: Policy, rows: pd.DataFrame, no_size: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Mark what goes with levels whose size is not told.

    Parameters
    ----------
    study : Study
    policy : Policy
    rows : DataFrame
        Estimates about one group, nothing withheld.
    no_size : Series of bool
        Those withheld with n; same index.

    Returns
    -------
    no_size, no_number : Series of bool, same index
        What is withheld with n, more than before, and what is withheld without n.
    """
    parted = [level.partition("=") for level in rows["level"]]
    levels = rows.assign(by=[part[0] for part in parted], code=[part[2] for part in parted])[rows["level"].ne(EVERYBODY)]
    single = pd.Series([SEPARATOR not in by for by in levels["by"]], index=levels.index, dtype="bool")
    apart = {str(key): _hidden_in(policy, table, no_size) for key, table in levels[single].groupby(TABLE, sort=True)}
    tables = pd.Series([str(key) for key in levels[TABLE].itertuples(index=False, name=None)], index=levels.index)
    own = pd.Series(
        [code in apart.get(table, ()) for table, code in zip(tables, levels["code"], strict=True)], index=levels.index, dtype="bool"
    )
    hidden = {tuple(key): frozenset(part["code"]) for key, part in levels[own].groupby([*PLACE, "by"], sort=True)}
    places = list(levels[[*PLACE, "by"]].itertuples(index=False, name=None))
    whole = pd.Series([_adds_up_to_hidden(study, hidden, place) for place in places], index=levels.index, dtype="bool")
    told = pd.Series(
        [code in hidden.get(place, ()) for place, code in zip(places, levels["code"], strict=True)], index=levels.index, dtype="bool"
    )
    gone = no_size | (own | whole).reindex(rows.index, fill_value=False)
    return gone, told.reindex(rows.index, fill_value=False) & ~gone & rows["estimand"].ne("n")


def _hidden_in(policy: Policy, table: pd.DataFrame, no_size: pd.Series) -> frozenset[str]:
    """Give the codes of one table whose size is not told, with those that go with them."""
    sizes = {str(code): float(people) for code, people in table[["code", "n"]].dropna().itertuples(index=False)}
    return hidden_sizes(policy, sizes, set(table.loc[no_size[table.index], "code"]) & sizes.keys())


def _adds_up_to_hidden(study: Study, hidden: Hidden, place: tuple[str, ...]) -> bool:
    """Say whether the levels of a variable add up to levels of another whose size is not told: crossings to their lines, sectors to workplaces."""
    *key, by = place
    parts = by.split(SEPARATOR)
    owners = {study.variable[name].unit for name in parts if study.variable[name].type != "id"}
    links = [unit.id for unit in study.declaration.units if unit.name in owners]
    return any((*key, name) in hidden for name in [*links, *(parts if len(parts) > 1 else ())])
