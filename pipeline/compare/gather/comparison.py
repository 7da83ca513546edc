"""What an estimator sees: one outcome, two groups, arrays ready for numbers.

``protocol`` builds a ``Comparison`` from the declared analysis; an estimator
never pivots, joins or filters beyond ``complete``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipeline.compare.gather.panel import CLUSTER, MARGIN
from pipeline.compare.registry import MEDIATOR
from pipeline.spec.vocabulary import EVERYBODY

FIRST = "first"
ENDED = "event:ended"
"""Column that says whether a time ended with the event; a reference has no colon."""
EARLIER = "wave:before"
"""Column of the outcome in the wave before."""
COMPLETE = "complete_difference"
"""Note where each group has one value only, and not the same one: no overlap, and no error to test by."""


@dataclass(frozen=True)
class Comparison:
    """One analysis and one outcome.

    Parameters
    ----------
    outcome : str
        Reference of the outcome, such as ``turnover_intention@t2``; also its column.
    kind : str
        ``number`` or ``share`` (0 or 1).
    frame : DataFrame, one row per unit of the two groups, sorted by id
        The outcome (float, NaN where missing); ``first`` (1.0 in the first
        group, 0.0 in the second); one column per covariate (float, or a
        categorical whose first category is the reference level); ``cluster``
        (str) when ``clustered``; ``drawn:weight`` and ``drawn:stratum`` (str) where the estimator uses them; ``event:ended`` (1.0 or 0.0) where the outcome is a time; ``wave:before`` (float) where a wave before is named; ``through:mediator`` (float) where a mediator is; one column per ``by`` variable (categorical in
        the codebook's order).
    covariates : tuple of str
        Column names of the covariates.
    by : tuple of str
        Column names of the subgroup variables.
    clustered : bool
        Whether people of one cluster may resemble each other.
    confidence : float
        Level of the intervals, 0-1.
    first, second : str
        Codes of the groups; differences are first minus second.
    seed : int
        The study's seed, where chance is used.
    population : int, mapping of stratum to int, or None
        How many there were to draw, where it is declared; only for estimators that use weights.
    response : tuple of str
        Of these, columns of what those asked are like before, from which the chance of answering is estimated.
    margins : mapping
        Of these, margin to level to people of the population that weights are made to meet; the frame has a column ``margin:<name>`` of each.
    caliper : float or None
        How far apart two who are matched may be, in standard deviations of the chance of being in the first group.
    imputations : tuple of DataFrame
        The frame with missing answers imputed, once for each time; only for an analysis that asks for it.
    imputation_problem : str
        Why there are none although it does.
    """

    outcome: str
    kind: str
    frame: pd.DataFrame
    covariates: tuple[str, ...]
    by: tuple[str, ...]
    clustered: bool
    confidence: float
    first: str
    second: str
    seed: int = 0
    population: int | Mapping[str, int] | None = None
    response: tuple[str, ...] = ()
    margins: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    caliper: float | None = None
    imputations: tuple[pd.DataFrame, ...] = ()
    imputation_problem: str = ""

    @property
    def is_imputed(self) -> bool:
        """Say whether missing answers are to be imputed."""
        return bool(self.imputations or self.imputation_problem)

    @property
    def difference(self) -> str:
        """Name the difference as the ``term`` column does."""
        return f"{self.first} - {self.second}"

    @property
    def ratio(self) -> str:
        """Name the ratio as the ``term`` column does."""
        return f"{self.first} / {self.second}"


def complete(comparison: Comparison) -> pd.DataFrame:
    """Give the rows whose outcome, covariates, subgroups and, where they count, cluster and event are known, in the same order."""
    more = [
        *(f"{MARGIN}{name}" for name in comparison.margins),
        *([CLUSTER] if comparison.clustered else []),
        *(name for name in (ENDED, MEDIATOR) if name in comparison.frame),
    ]
    return comparison.frame.dropna(subset=[comparison.outcome, *comparison.covariates, *comparison.response, *comparison.by, *more])


@dataclass(frozen=True)
class TwoGroups:
    """Known outcomes of the first and second group, each in rising order, and how many lack one.

    Sorted, so that the order of rows changes no digit of a sum.
    """

    first: np.ndarray
    second: np.ndarray
    n_missing: int

    @property
    def is_constant(self) -> bool:
        """Say whether neither group varies, so that there is nothing to test."""
        return np.ptp(self.first) == 0 and np.ptp(self.second) == 0

    @property
    def is_one_value(self) -> bool:
        """Say whether everybody has the same value."""
        return self.is_constant and self.first[0] == self.second[0]


def two_groups(comparison: Comparison) -> TwoGroups:
    """Take the known outcomes of each group.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    TwoGroups
        Either array may be empty.
    """
    known = complete(comparison)
    outcome = known[comparison.outcome].to_numpy(dtype="float64")
    is_first = known[FIRST].to_numpy() == 1
    return TwoGroups(np.sort(outcome[is_first]), np.sort(outcome[~is_first]), len(comparison.frame) - len(known))


def four_cells(groups: TwoGroups) -> np.ndarray:
    """Count (2, 2) those who did and who did not, in columns, of the first and the second group, in rows."""
    return np.array([[int(arm.sum()), int((1 - arm).sum())] for arm in (groups.first, groups.second)])


def too_few(groups: TwoGroups, least: int) -> str:
    """Say why a comparison that needs so many people in each group cannot be made.

    Parameters
    ----------
    groups : TwoGroups
    least : int
        People needed in each group.

    Returns
    -------
    str
        ``one_group_empty``, ``too_few_people``, or empty when there are enough.
    """
    fewest = min(len(groups.first), len(groups.second))
    if fewest == 0:
        return "one_group_empty"
    return "too_few_people" if fewest < least else ""


def row_of(comparison: Comparison, groups: TwoGroups, estimand: str, term: str, measure_unit: str) -> dict[str, object]:
    """Begin a row: what is compared, and on how many people.

    Parameters
    ----------
    comparison : Comparison
    groups : TwoGroups
        Its known outcomes.
    estimand, term, measure_unit : str
        As in the glossary of ``estimates``.

    Returns
    -------
    dict
        Column to value; the estimator adds the numbers.
    """
    return {
        "estimand": estimand,
        "term": term,
        "level": EVERYBODY,
        "group_a": comparison.first,
        "group_b": comparison.second,
        "measure_unit": measure_unit,
        "n": len(groups.first) + len(groups.second),
        "n_a": len(groups.first),
        "n_b": len(groups.second),
        "n_missing": groups.n_missing,
        "note": "",
    }
