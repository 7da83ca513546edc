"""Read counts of people back from the estimated tables: who answered what, per group.

Several tables show the same counts (answers, experience, classes of a measure,
shares in the table of balance). They are brought together here, so that one
decision holds for all of them.
"""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY

COUNTED = ("answers", "experience", "measure")
"""Exhibits whose rows are the answers or classes of one variable or measure."""


class TableKey(NamedTuple):
    """What one table of counts is about."""

    unit: str
    outcome: str
    wave: str


class ShareKey(NamedTuple):
    """What one set of two-answer counts is about."""

    outcome: str
    wave: str
    level: str


Shares = Mapping[ShareKey, Mapping[str, tuple[float, float]]]
"""Per outcome, wave and level: group -> people with the outcome, people in all."""


def answer_tables(study: Study, estimated_distributions: pd.DataFrame, estimates: pd.DataFrame) -> dict[TableKey, pd.DataFrame]:
    """Give the counts of every variable and measure that a table of answers shows.

    Parameters
    ----------
    study : Study
    estimated_distributions, estimates : DataFrame
        As estimated, nothing withheld.

    Returns
    -------
    dict
        Per unit, outcome and wave: one row per answer in declared order, one
        column per group and 'all'; float, 0 where nobody.
    """
    tables = {}
    for key, rows in _cells(estimated_distributions, estimates).groupby(["unit", "outcome", "wave"], sort=True):
        counts = rows.dropna(subset=["n"]).groupby(["row", "column"])["n"].max().astype("float64").unstack("column").fillna(0.0)
        tables[TableKey(*key)] = counts.reindex(declared_rows(study, str(key[1]), rows))
    return tables


def disagreements(estimated_distributions: pd.DataFrame, estimates: pd.DataFrame) -> frozenset[tuple[str, str]]:
    """Give analysis and outcome of exhibits that count the same people differently: a fault of ours, and a way to people."""
    cells = _cells(estimated_distributions, estimates)
    places = cells.groupby(["unit", "outcome", "wave", "row", "column"])["n"]
    unequal = cells[places.transform("min") != places.transform("max")].dropna(subset=["n"])
    return frozenset(unequal[["analysis", "outcome"]].itertuples(index=False, name=None))


def _cells(estimated_distributions: pd.DataFrame, estimates: pd.DataFrame) -> pd.DataFrame:
    """Bring together all that counts the answers of one outcome in one wave."""
    shown = estimated_distributions[estimated_distributions["exhibit"].isin(COUNTED) & (estimated_distributions["level"] == EVERYBODY)]
    cells = shown[["analysis", "unit", "outcome", "wave", "row", "column", "n", "x"]]
    return pd.concat([cells, category_shares(estimates)], ignore_index=True)


def declared_rows(study: Study, outcome: str, rows: pd.DataFrame) -> list[str]:
    """Give the answers found in a table in declared order: answer list, measure's classes, or left edges."""
    found = list(dict.fromkeys(rows["row"]))
    if outcome in study.measure and study.measure[outcome].categories:
        order = list(study.measure[outcome].categories)
    elif outcome in study.variable and study.codes_of(study.variable[outcome]):
        order = list(study.codes_of(study.variable[outcome]))
    else:
        order = list(dict.fromkeys(rows.sort_values("x", kind="stable")["row"]))
    return [code for code in order if code in found] + [code for code in found if code not in order]


def category_shares(estimates: pd.DataFrame) -> pd.DataFrame:
    """Give the counts behind shares per category, whose term is ``category=code: group``."""
    rows = estimates[(estimates["estimand"] == "share") & estimates["term"].str.contains(": ", regex=False)].dropna(
        subset=["estimate", "n"]
    )
    codes = [category_of(outcome, term) for outcome, term in zip(rows["outcome"], rows["term"], strict=True)]
    return pd.DataFrame(
        {
            "analysis": rows["analysis"],
            "unit": rows["unit"],
            "outcome": rows["outcome"],
            "wave": rows["wave"],
            "row": codes,
            "column": rows["group_a"],
            "n": people(rows),
            "x": float("nan"),
        }
    )


def category_of(outcome: str, term: str) -> str:
    """Give the category of a term such as ``sex=woman: participant``; empty when it names none."""
    head, separator, _ = term.partition(": ")
    return head.removeprefix(f"{outcome}=") if separator and head.startswith(f"{outcome}=") else ""


def share_counts(rows: pd.DataFrame) -> dict[ShareKey, dict[str, tuple[float, float]]]:
    """Give, per outcome, wave and level, each group's people with the outcome and people in all.

    Parameters
    ----------
    rows : DataFrame
        Estimates; those that are not the share of one group are passed over.
    """
    shares = rows[(rows["estimand"] == "share") & ~rows["term"].str.contains(": ", regex=False)].dropna(subset=["estimate", "n"])
    counts: dict[ShareKey, dict[str, tuple[float, float]]] = {}
    for key, group, count, total in zip(
        shares[["outcome", "wave", "level"]].itertuples(index=False), shares["group_a"], people(shares), shares["n"], strict=True
    ):
        counts.setdefault(ShareKey(*key), {})[group] = (float(count), float(total))
    return counts


def people(shares: pd.DataFrame) -> pd.Series:
    """Turn shares back into counts of people."""
    return (shares["estimate"] * shares["n"].astype("float64")).round()
