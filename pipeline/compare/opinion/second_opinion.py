"""The numbers of declared analyses, each beside what another package computes on the same frame: table ``second_opinion``.

A difference above the tolerance is a fault of this project, and stops the build.
"""

import math
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd

from pipeline import __version__
from pipeline.compare.gather.protocol import AnalysisFrame
from pipeline.compare.opinion.registry import BESIDE, OURS, SECOND, WITHOUT, WITHOUT_OF_ESTIMAND, Second
from pipeline.compare.opinion.view import Between, Row, View, at_level
from pipeline.errors import OurFault, examples
from pipeline.tables.frames import table_of
from pipeline.tables.glossary import ESTIMATES, SECOND_OPINION

NUMBERS = (
    *("estimate", "std_error", "conf_low", "conf_high", "statistic", "df", "p_value"),
    *("p_adjusted", "p_equivalence", "p_equivalence_adjusted", "effect", "effect_low", "effect_high"),
)
"""Columns of ``estimates`` that are computed; counts are held by the flow."""
IN_UNIT = ("estimate", "std_error", "conf_low", "conf_high")
TOLERANCE = 1e-8
"""Largest share of a number's size by which two packages may differ. Both work with 16 digits; solving equations, adding up a
tail or closing in on a limit leaves ten of them, and no report shows more than four."""
LEAST_SIZE = 1e-3
"""What has no unit is held to this size where it is nearer to zero: no p-value or effect is read more finely."""
ZERO = 1e-12
"""Added to every tolerance: a sum that should be zero is not, in its last digits."""
UNDEFINED, HELD = "undefined_by_other", "held_between"
"""Notes: the other package has no number here; the number was only held between two others."""


def second_opinion(gathered: list[AnalysisFrame], estimates: pd.DataFrame) -> pd.DataFrame:
    """Compute every number of a declared analysis once more.

    Parameters
    ----------
    gathered : list of AnalysisFrame
        Their views are those that the estimators saw.
    estimates : DataFrame
        Table ``estimates``, complete.

    Returns
    -------
    DataFrame
        Table ``second_opinion``: a row for each number that there is.

    Raises
    ------
    OurFault
        When two packages differ by more than the tolerance.
    """
    views = _Views(gathered)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # a package may warn of what this compares anyway
        rows = [told for row in estimates.loc[estimates["role"] != ""].to_dict("records") for told in _told(views, estimates, row)]
    _refuse(rows)
    return table_of(SECOND_OPINION, rows)


class _Views:
    """The units of each row, cut once per analysis, outcome and level."""

    def __init__(self, gathered: Iterable[AnalysisFrame]) -> None:
        self._gathered = {one.analysis.id: one for one in gathered}
        self._cut: dict[tuple[str, ...], View] = {}

    def of(self, row: Row) -> View:
        """Give what the estimator saw of a row's outcome, at the row's level."""
        key = tuple(row[name] for name in ("analysis", "estimator", "outcome", "wave", "level"))
        if key not in self._cut:
            gathered, reference = self._gathered[row["analysis"]], f"{row['outcome']}@{row['wave']}" if row["wave"] else row["outcome"]
            outcomes = gathered.analysis.outcomes
            seen = gathered.view(reference if reference in outcomes else outcomes[0])
            self._cut[key] = at_level(replace(seen, clustered=seen.clustered and gathered.estimator.allows_clusters), row)
        return self._cut[key]


def _told(views: _Views, estimates: pd.DataFrame, row: Row) -> Iterator[dict[str, object]]:
    """Give the rows of one row's numbers: what each is, what it is elsewhere, or why there is no other."""
    own = {name: row[name] for name in NUMBERS if pd.notna(row[name])}
    again, refused = _again(views, estimates, row) if own else ({}, False)
    size = max((abs(row[name]) for name in IN_UNIT if name in own), default=0.0)
    for name, number in own.items():
        told = {key: row[key] for key in ESTIMATES.key} | {"column": name, "number": number}
        if name not in again:
            yield told | {"note": UNDEFINED if refused else _without(row, name)}
        else:
            second, other = again[name]
            yield told | _versions(second) | _held(number, other, size if name in IN_UNIT else LEAST_SIZE)


def _again(views: _Views, estimates: pd.DataFrame, row: Row) -> tuple[dict[str, tuple[Second, float | Between]], bool]:
    """Compute a row's numbers again: column to who does it and what comes of it; and whether a package refused."""
    wanted: list[tuple[Second, Any]] = [(one, estimates) for key, one in BESIDE.items() if key == row["estimand"] or pd.notna(row.get(key))]
    wanted += [(one, views.of(row)) for one in SECOND.get((row["estimator"], row["estimand"]), ())]
    found: dict[str, tuple[Second, float | Between]] = {}
    refused = False
    for second, seen in wanted:
        try:
            found |= {name: (second, value) for name, value in second.compute(seen, row).items()}
        except (ArithmeticError, ValueError):  # numpy's LinAlgError is a ValueError
            refused = True
    return found, refused


def _without(row: Row, column: str) -> str:
    """Name the method that no other package computes; a number of which nothing is said is a fault."""
    for key, named in ((row["estimand"], WITHOUT_OF_ESTIMAND), (row["estimator"], WITHOUT)):
        if column in named.get(key, {}):
            return named[key][column]
    raise OurFault(f"{column} of {_place(row)} is neither computed a second time nor named as what no other package computes")


def _versions(second: Second) -> dict[str, object]:
    names: dict[str, object] = {"package": second.of, "other_package": second.by}
    return names | {f"{key.removesuffix('package')}version": _version(str(name)) for key, name in names.items()}


@cache
def _version(package: str) -> str:
    return __version__ if package == OURS else version(package)


def _held(number: float, other: float | Between, size: float) -> dict[str, object]:
    """Compare one number with another, or with the two that it must lie between."""
    low, high = other if isinstance(other, Between) else (other, other)
    if math.isnan(low + high):
        return {"note": UNDEFINED}
    tolerance = TOLERANCE * max(abs(number), abs(low), size) + ZERO
    difference = max(low - number, number - high, 0.0)
    told: dict[str, object] = {"other": low, "difference": difference, "tolerance": tolerance}
    return told | ({"other_most": high, "note": HELD} if isinstance(other, Between) else {})


def _refuse(rows: list[dict[str, Any]]) -> None:
    """Stop where two packages differ: the project is wrong, or one of them is."""
    wrong = [row for row in rows if row.get("difference", 0.0) > row.get("tolerance", 0.0)]
    if wrong:
        told = examples(
            f"{_place(row)}: {row['column']} is {row['number']:.12g} by {row['package']} {row['version']}, "
            f"{row['other']:.12g} by {row['other_package']} {row['other_version']}"
            for row in wrong
        )
        raise OurFault("\n  ".join((f"{len(wrong)} of {len(rows)} numbers are not the same when another package computes them:", *told)))


def _place(row: Row) -> str:
    reference = f"{row['outcome']}@{row['wave']}" if row["wave"] else row["outcome"]
    return f"{row['analysis']} {reference} {row['estimator']} {row['estimand']} ({row['level']}, {row['term']})"
