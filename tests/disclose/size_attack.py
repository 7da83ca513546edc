"""An attacker who subtracts: the size of a level that is not shown, from the whole and the sizes of the other levels.

The attacker knows of how many people the level is unknown, which house belongs to
which sector, and that somebody is at every level that a table names.
"""

from collections.abc import Iterator

import pandas as pd

from pipeline.disclose.policy import Policy
from pipeline.disclose.populations import is_about_one_group
from pipeline.spec.naming import level_codes
from pipeline.spec.study import Study
from pipeline.tables.results import Cleaned, Released

TABLE = ["analysis", "unit", "outcome", "wave", "term", "estimand"]
OUTCOME = ["unit", "outcome", "wave"]


def sizes_worked_out(study: Study, cleaned: Cleaned, released: Released) -> list[str]:
    """Give every level whose size is not shown, and follows."""
    rows = released.estimates[is_about_one_group(study, released.estimates)]
    rows = rows.assign(by=_variable(rows), code=rows["level"].map(lambda level: level.partition("=")[2]))
    levels = rows[~rows["by"].str.contains("*", regex=False)]
    return [*_by_subtraction(study, cleaned, levels), *_beside_other_numbers(levels), *_on_curves(released.distributions)]


def _by_subtraction(study: Study, cleaned: Cleaned, levels: pd.DataFrame) -> Iterator[str]:
    policy = Policy.of(study)
    for key, table in levels.groupby(TABLE, sort=True):
        sizes = {by: part.drop_duplicates("code").set_index("code")["n"] for by, part in table.groupby("by") if by != "all"}
        for by, shown in sizes.items():
            for inside in (shown, *_inside_of(study, cleaned, sizes, by)):
                hidden = inside.index[inside.isna()]
                if _follows(policy, len(hidden), len(inside)):
                    yield f"{key}: {by}={hidden[0]}"


def _follows(policy: Policy, hidden: int, named: int) -> bool:
    """Say whether one size alone is missing among several; a level that is all there is can be told from no other."""
    return policy.base > 1 and hidden == 1 and named > 1


def _inside_of(study: Study, cleaned: Cleaned, sizes: dict[str, pd.Series], link: str) -> Iterator[pd.Series]:
    """Give the sizes of the houses of each sector whose own size is shown."""
    if study.variable[link].type != "id":
        return
    units = cleaned.units[study.unit_with_id(link)].sort_values(link)
    units = units.assign(code=level_codes(study.unit_with_id(link), len(units))).set_index("code")
    for name, shown in sizes.items():
        if name in units.columns and name != link:
            for code in shown.index[shown.notna()]:
                yield sizes[link][sizes[link].index.isin(units.index[units[name].eq(code)])]


def _beside_other_numbers(rows: pd.DataFrame) -> Iterator[str]:
    """Give levels of which one table hides the size and another shows a number of the same outcome, which may tell it."""
    for key, level in rows[rows["level"].ne("all")].groupby([*OUTCOME, "level"], sort=True):
        if level["n"].isna().any() and level.loc[level["estimand"].ne("n"), "estimate"].notna().any():
            yield f"{key}: a number beside a hidden size"


def _on_curves(cells: pd.DataFrame) -> Iterator[str]:
    curves = cells[cells["exhibit"].eq("curve") & cells["level"].ne("all")]
    for key, part in curves.assign(by=_variable(curves)).groupby(["analysis", "unit", "outcome", "by"], sort=True):
        shown = part.groupby("level")["total"].max()
        if shown.isna().sum() == 1 and len(shown) > 1:
            yield f"{key}: {shown.index[shown.isna()][0]}"


def _variable(rows: pd.DataFrame) -> pd.Series:
    return rows["level"].map(lambda level: level.partition("=")[0])
