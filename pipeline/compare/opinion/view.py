"""What a second opinion sees of a row: the units that it is about, cut from the frame that the estimator saw.

Nothing here, or in the methods beside it, knows ``numbers`` or ``estimators``:
what they compute is computed again by other means.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from pipeline.compare.gather.cohort import BEFORE, BESIDE, BESIDE_BEFORE, EVENT, LEVEL, OUTCOME, THEN, Cohort
from pipeline.compare.gather.comparison import FIRST, Comparison, complete
from pipeline.compare.gather.panel import CLUSTER
from pipeline.spec.scales import CHANGE_DIGITS, without_noise
from pipeline.spec.vocabulary import EVERYBODY

View = Comparison | Cohort
Row = Mapping[str, Any]
"""A row of ``estimates``."""


class Between(NamedTuple):
    """Ends between which a number must lie, where no package computes it."""

    low: float
    high: float


Numbers = Mapping[str, float | Between]
"""Column of ``estimates`` to what another package computes; NaN where it has no number."""
Recompute = Callable[[Any, Row], Numbers]
"""Takes the view of a row's level and the row."""
NEEDED = {
    "paired": (OUTCOME, BEFORE),
    "transition": (OUTCOME, BEFORE),
    "retrospective": (OUTCOME, THEN, BEFORE),
    "survival": (OUTCOME, EVENT),
    "several_groups": (OUTCOME,),
    "correlation": (OUTCOME, BESIDE),
}
"""Estimator of one group -> columns that must be known of a unit; the others tell lost units from known ones by themselves."""
RAW = "risk_difference"
"""Compares everybody whose outcome is known, also beside an adjusted difference."""


def at_level(view: View, row: Row) -> View:
    """Cut the units that a row rests on: those of its level and, of one group, those of whom all it compares is known."""
    variable, _, code = str(row["level"]).partition("=")
    if isinstance(view, Comparison):
        if row["estimator"] != RAW:
            return view
        inside = view.frame if row["level"] == EVERYBODY else view.frame.loc[view.frame[variable] == code]
        return replace(view, frame=inside, covariates=(), by=(), clustered=False)
    if row["level"] != EVERYBODY:
        view = replace(view, frame=view.frame.loc[view.frame[f"{LEVEL}{variable}"] == code])
    view = replace(view, clustered=view.clustered and "within_one_cluster" not in str(row["note"]))
    needed = (BESIDE, BESIDE_BEFORE) if is_beside(view, row) else NEEDED.get(str(row["estimator"]))
    if needed is None:
        return view
    unknown = [view.frame[name].isna().to_numpy() for name in (*needed, *([CLUSTER] if view.clustered else []))]
    return replace(view, frame=view.frame.loc[~np.logical_or.reduce(unknown)])


def arms(comparison: Comparison) -> tuple[np.ndarray, np.ndarray]:
    """Give the known outcomes of the first and second group, each in rising order."""
    known = complete(comparison)
    outcome, first = known[comparison.outcome].to_numpy(dtype="float64"), known[FIRST].to_numpy() == 1
    return np.sort(outcome[first]), np.sort(outcome[~first])


def is_beside(cohort: Cohort, row: Row) -> bool:
    """Say whether a row is about the outcome that stands beside a self-rated one."""
    reference = f"{row['outcome']}@{row['wave']}" if row["wave"] else row["outcome"]
    return bool(reference != cohort.outcome)


def places_of(cohort: Cohort) -> tuple[np.ndarray, np.ndarray]:
    """Give the values before and after; of classes their places in the declared order."""
    waves = (cohort.frame[BEFORE], cohort.frame[OUTCOME])
    before, after = ((one.cat.codes if cohort.categories else one).to_numpy(dtype="float64") for one in waves)
    return before, after


def change_of(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Give after minus before without the noise of binary fractions, as measures are kept."""
    return without_noise(after - before, float(np.abs([before, after]).max(initial=0)), CHANGE_DIGITS)


def ends(interval: tuple[float, float]) -> Numbers:
    """Name the ends of an interval."""
    return {"conf_low": float(interval[0]), "conf_high": float(interval[1])}
