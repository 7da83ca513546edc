"""A comparison as a model takes it: outcome, covariates, group and clusters as arrays, and the row that its numbers stand in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.compare.gather.cohort import FEW_DF, Row, notes_joined
from pipeline.compare.gather.comparison import FIRST, Comparison, complete, row_of, two_groups
from pipeline.compare.gather.design import full_design, hardly_varies, people_problem
from pipeline.compare.gather.panel import CLUSTER


@dataclass(frozen=True)
class Model:
    """The people of whom all is known, in the order of the frame.

    Attributes
    ----------
    outcome, group : array (n,)
        The group is 1 in the first, 0 in the second.
    covariates : array (n, p)
        Intercept and covariates, none determined by the others.
    clusters : array (n,) or None
        Whole numbers from 0; None where people count as independent.
    notes : tuple of str
        Remarks on the covariates.
    """

    outcome: np.ndarray
    group: np.ndarray
    covariates: np.ndarray
    clusters: np.ndarray | None
    notes: tuple[str, ...]

    @property
    def design(self) -> np.ndarray:
        """All columns (n, p + 1), the group last."""
        return np.column_stack([self.covariates, self.group])

    @property
    def difference(self) -> float:
        """The group's coefficient by least squares."""
        own = self.without_covariates(self.group)
        return float(own @ self.outcome / (own @ own))

    @property
    def fewest_clusters(self) -> int:
        """Clusters with somebody of the one, or of the other group, whichever are fewer; none without clusters."""
        if self.clusters is None:
            return 0
        return min(len(np.unique(self.clusters[self.group == arm])) for arm in (0, 1))

    def arm_problem(self, kind: str) -> str:
        """Give the reason why no error can be taken from one of the arms: ``few_events`` of a share, ``arm_hardly_varies`` of a number; or nothing."""
        hardly = any(hardly_varies(self.outcome[self.group == arm], kind) for arm in (1, 0))
        return ("few_events" if kind == "share" else "arm_hardly_varies") if hardly else ""

    def without_covariates(self, values: np.ndarray) -> np.ndarray:
        """Give what the covariates leave of some values (n,)."""
        basis = np.linalg.qr(self.covariates)[0]
        rest = values - basis @ (basis.T @ values)
        return rest - basis @ (basis.T @ rest)


def model_of(comparison: Comparison) -> Model | str:
    """Give a comparison as a model takes it, or the reason why these people allow none.

    Parameters
    ----------
    comparison : Comparison
        Without ``by``.

    Returns
    -------
    Model or str
        ``one_group_empty``, ``constant_outcome``, ``group_collinear`` or ``too_few_people``.
    """
    people = complete(comparison)
    problem = people_problem(people, comparison.outcome)
    if problem:
        return problem
    group = people[FIRST].to_numpy(dtype="float64")
    design = full_design(people, np.ones((len(people), 1)), comparison.covariates, [group])
    if isinstance(design, str):
        return design
    clusters = np.unique(people[CLUSTER].to_numpy(), return_inverse=True)[1] if comparison.clustered else None
    return Model(people[comparison.outcome].to_numpy(dtype="float64"), group, design.matrix[:, :-1], clusters, design.notes)


def model_row(comparison: Comparison, estimand: str, numbers: Row, notes: tuple[str, ...] = (), unit: str = "") -> Row:
    """Write a row of what a model estimates of everybody.

    Parameters
    ----------
    comparison : Comparison
    estimand : str
    numbers : mapping
        Columns of ``estimates``; ``note`` joins the remarks.
    notes : tuple of str
    unit : str
        ``ratio`` for a ratio; otherwise that of the outcome.
    """
    term = comparison.ratio if unit == "ratio" else comparison.difference
    row = row_of(comparison, two_groups(comparison), estimand, term, unit or comparison.kind)
    clusters = {"n_clusters": int(complete(comparison)[CLUSTER].nunique())} if comparison.clustered else {}
    return row | clusters | numbers | {"note": notes_joined(*notes, str(numbers.get("note", "")))}


def model_rows(
    comparison: Comparison,
    units: Mapping[str, str],
    numbers_of: Callable[[Model], Mapping[str, Row] | str],
    problem_of: Callable[[Model], str] = lambda model: "",
) -> list[Row]:
    """Give the rows of an estimator that makes several numbers of one model.

    Parameters
    ----------
    comparison : Comparison
    units : mapping
        Estimand to its unit as ``model_row`` takes it, the tested one first.
    numbers_of : function
        Model to the columns of each estimand, with a note of its own where it has one; or the reason why there are none.
    problem_of : function
        Model to the reason why its estimates have no error; empty when they have.

    Returns
    -------
    list of rows
        Also noted ``arm_under_two_clusters`` (estimates without error) and ``df_below_4``.
    """
    model = model_of(comparison)
    found = model if isinstance(model, str) else numbers_of(model)
    if isinstance(model, str) or isinstance(found, str):
        notes = () if isinstance(model, str) else model.notes
        return [model_row(comparison, estimand, {"note": found}, notes, unit) for estimand, unit in units.items()]
    problem = problem_of(model) or ("arm_under_two_clusters" if model.clusters is not None and model.fewest_clusters < 2 else "")
    rows = [{"estimate": found[name].get("estimate"), "note": problem} if problem else _remarked(found[name]) for name in units]
    few = "df_below_4" if any(float(str(row.get("df", FEW_DF))) < FEW_DF for row in rows) else ""
    return [model_row(comparison, name, row, (*model.notes, few), units[name]) for name, row in zip(units, rows, strict=True)]


def _remarked(row: Row) -> Row:
    """Say that an estimate without an error rests on too few, where nothing else says why."""
    return row if row.get("note") or "conf_low" in row else row | {"note": "too_few_people"}
