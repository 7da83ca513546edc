"""The numbers of a release that tell something about answers, and the people of the places that they stand in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from pipeline.disclose.policy import Policy
from pipeline.spec.naming import ALL_INSIDE, SAMPLE, place_name
from pipeline.spec.vocabulary import EVERYBODY
from pipeline.tables.glossary import DISTRIBUTIONS, ESTIMATES

DECLARED = ("reference_value", "confidence", "seed")
"""Numbers that were declared, not estimated."""
PRESENCE = ("n", "response_rate")
"""Estimands that tell who answered, which is no answer."""
FOR_EVERY_STUDY = ("description", "levels", "balance", "care")
"""Analyses about all whose answer is known."""
OF_ALL = ("attainment_least", "attainment_most", "bound_low", "bound_high")
"""Estimands about all inside an analysis, those lost included."""
NOT_SUMS = (
    "alpha",
    "factor",
    "invariance",
    "factors_together",
    "invariant_items",
    "clusters",
    "agreement",
    "survival",
    "imputation",
    "correlation",
    "several_groups",
)
TABLES_OF_ANSWERS = ("answers", "measure", "experience")
BEFORE = ("mean_before", "share_at_ceiling_before")
"""Estimands of the wave before, beside those of the wave that a row names."""
People = Callable[[str], pd.Series | None]


def nobody_known(place: str) -> None:
    """Give the people of a place where nobody knows who they are."""


@dataclass(frozen=True, eq=False)
class Release:
    """One release that is compared with others.

    Parameters
    ----------
    name : str
        What it is called.
    numbers : DataFrame
        As ``numbers_of`` lists them.
    policy : Policy
        Its thresholds.
    people : function
        Gives the fingerprints of what is known of those in a place, indexed by
        person; None where nobody knows who they are.
    everybody : frozenset of int, optional
        All people that it knows.
    """

    name: str
    numbers: pd.DataFrame
    policy: Policy
    people: People = nobody_known
    everybody: frozenset[int] | None = None
    _found: dict[str, pd.Series | None] = field(default_factory=dict, repr=False)

    @cached_property
    def by_place(self) -> Mapping[str, pd.DataFrame]:
        """Its numbers by the place that they stand in."""
        return dict(tuple(self.numbers.groupby("place", sort=True)))

    def people_at(self, place: str) -> pd.Series | None:
        """Give the people of a place, if they are as many as its numbers say; one fingerprint each."""
        if place not in self._found:
            self._found[place] = self._fitting(place)
        return self._found[place]

    def _fitting(self, place: str) -> pd.Series | None:
        sizes = set(self.by_place[place]["size"].dropna())
        basis, _, rest = place.partition("|")
        for named in (place, f"{basis}{ALL_INSIDE}|{rest}"):
            found = self.people(named)
            if found is not None and (not sizes or len(found) in sizes):
                return found.groupby(level=0).sum()
        return None


def numbers_of(estimates: pd.DataFrame, distributions: pd.DataFrame, facts: Mapping[str, Any]) -> pd.DataFrame:
    """List the numbers of a release that are shown and tell something about answers.

    Parameters
    ----------
    estimates, distributions : DataFrame
        As released.
    facts : mapping
        Content of release.json.

    Returns
    -------
    DataFrame
        ``place``; ``about`` (unit, outcome and wave of what is summed over its
        people; empty for what is no sum); ``key`` and ``numbers`` (what identifies
        a row, and all it says); ``size`` (people), ``count`` (of them in the cell)
        and ``block`` (exhibit and answers of the cell); ``analysis``, ``outcome``,
        ``wave``, ``level``, ``estimand``, ``estimate``.
    """
    unit = facts["sample"]["unit"]
    estimates, distributions = (table.assign(unit=table["unit"].replace(unit, SAMPLE)) for table in (estimates, distributions))
    return pd.concat([_estimates(estimates, facts), _cells(distributions)], ignore_index=True)


def _estimates(estimates: pd.DataFrame, facts: Mapping[str, Any]) -> pd.DataFrame:
    numbers = [column.name for column in ESTIMATES.columns if column.kind == "number" and column.name not in DECLARED]
    shown = estimates[numbers].notna().any(axis="columns") & ~estimates["estimand"].isin(PRESENCE) & estimates["analysis"].ne("attrition")
    rows = estimates[shown]
    analyses = {one["id"]: one for one in facts["analyses"]}
    readings = {(name, reading["id"]): reading["planned"] for name, one in analyses.items() for reading in one["readings"]}
    named = pd.Series(list(zip(rows["analysis"], rows["term"], strict=True)), index=rows.index, dtype="object")
    of_reading, planned = named.isin(list(readings)), named.isin([one for one, number in readings.items() if number])
    basis = rows["analysis"].mask(rows["analysis"].isin(FOR_EVERY_STUDY), "").where(~of_reading, rows["analysis"] + ":" + rows["term"])
    basis += np.where(rows["estimand"].isin(OF_ALL), ALL_INSIDE, "")
    group = rows["group_a"].mask(rows["group_a"].eq("") | rows["estimator"].eq("agreement"), EVERYBODY)
    group = group.where(rows["group_b"].eq(""), rows["group_a"] + "+" + rows["group_b"])
    share = rows["measure_unit"].eq("share") & rows["group_b"].eq("")
    waves = [str(analyses[one.analysis].get("before")) if one.estimand in BEFORE else one.wave for one in rows.itertuples()]
    about = rows["unit"] + "|" + rows["outcome"] + "|" + pd.Series(waves, index=rows.index, dtype="str")
    sums = rows["estimate"].notna() & rows["group_b"].eq("") & ~rows["estimator"].isin(NOT_SUMS)
    return rows[["analysis", "outcome", "wave", "level", "estimand", "estimate"]].assign(
        place=_places(rows, basis, group),
        about=about.where(sums, ""),
        key=_joined(rows, ESTIMATES.key),
        numbers=_joined(rows, [*numbers, "n", "n_a", "n_b"]),
        size=rows["n"].astype("float64").mask(planned | rows["estimator"].eq("agreement")),
        count=(rows["estimate"] * rows["n"].astype("float64")).round().where(share),
        block="",
    )


def _cells(distributions: pd.DataFrame) -> pd.DataFrame:
    rows = distributions[~distributions["withheld"] & distributions["n"].notna()]
    answers, matrix = rows["exhibit"].isin(TABLES_OF_ANSWERS), rows["exhibit"].isin(("transition", "coding"))
    basis = rows["analysis"].mask(answers, "").mask(rows["exhibit"].eq("missing"), "missing").mask(rows["exhibit"].eq("coding"), "coding")
    group = rows["column"].mask(matrix, EVERYBODY)
    return rows[["outcome", "wave", "level"]].assign(
        analysis=rows["analysis"].where(rows["analysis"].ne(""), rows["exhibit"]),
        place=_places(rows, basis, group),
        about=(rows["unit"] + "|" + rows["outcome"] + "|" + rows["wave"]).where(answers, ""),
        key=_joined(rows, DISTRIBUTIONS.key),
        numbers=_joined(rows, ["n", "total", "share", "n_at_risk"]),
        size=rows["total"].astype("float64").mask(matrix),
        count=rows["n"].astype("float64"),
        block=rows["exhibit"] + "|" + rows["row"],
        estimand="",
        estimate=np.nan,
    )


def _places(rows: pd.DataFrame, basis: pd.Series, group: pd.Series) -> list[str]:
    columns = (basis, rows["unit"], rows["outcome"], rows["wave"], rows["level"], group)
    return [place_name(*parts) for parts in zip(*columns, strict=True)]


def _joined(rows: pd.DataFrame, names: Sequence[str]) -> list[str]:
    return ["|".join(map(str, row)) for row in rows[list(names)].itertuples(index=False)]
