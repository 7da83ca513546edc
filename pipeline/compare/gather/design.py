"""From covariates to columns of numbers, and what the people left in an analysis cannot support."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.compare.gather.comparison import FIRST
from pipeline.compare.numbers.regression import independent_columns

PEOPLE_FOR_AN_ERROR = 5
"""An arm's own error is taken only if so many of its people are, and so many are not, at its commonest value.

From the exact size of HC3 for two shares at 5 % (arms of 10 to 1000, one to 33 times the other, every true share;
tests/validate/methods/few_events.py): without a limit at most 73 %; asking only that each arm varies 10 %; 3: 7 %; 5: 6 %. More
would gain tenths and leave more to Fisher's test, which decides below it. Numbers with a commonest value (Welch): 57 %, 18 %; 5: 7 %.
"""


@dataclass(frozen=True)
class Design:
    """Columns of the covariates (n, p) and codes of remarks on them."""

    matrix: np.ndarray
    notes: tuple[str, ...]


def covariate_design(people: pd.DataFrame, covariates: tuple[str, ...]) -> Design:
    """Turn covariates into columns; those that carry nothing are left out with a note.

    Parameters
    ----------
    people : DataFrame, one row per person, without missing values in the covariates
    covariates : tuple of str
        Numbers give one column; a categorical gives one indicator per category
        that somebody has, except the first of these.

    Returns
    -------
    Design
        Note ``covariate_constant`` when everybody has the same value.
    """
    columns, notes = [], []
    for name in covariates:
        made = _columns(people[name])
        if not made:
            notes.append("covariate_constant")
        columns += made
    matrix = np.column_stack(columns) if columns else np.empty((len(people), 0))
    return Design(matrix, tuple(dict.fromkeys(notes)))


def full_design(people: pd.DataFrame, base: np.ndarray, covariates: tuple[str, ...], effects: list[np.ndarray]) -> Design | str:
    """Put the columns of a model together, without those that others determine.

    Parameters
    ----------
    people : DataFrame, one row per person, without missing values in the covariates
    base : array (n, b)
        Indicators that hold the intercept.
    covariates : tuple of str
    effects : list of arrays (n,)
        What is to be estimated; the last columns of the design, in their order.

    Returns
    -------
    Design or str
        Note ``covariates_collinear`` where a covariate was left out. Instead of a design the reason why there is
        none: ``too_few_people`` where so few are determined by any columns, ``group_collinear`` where the others
        determine an effect.
    """
    made = covariate_design(people, covariates)
    design = np.column_stack([base, made.matrix, *effects])
    kept, last = independent_columns(design), design.shape[1] - len(effects)
    if len(design) <= kept.sum():
        return "too_few_people"
    if not kept[last:].all():
        return "group_collinear"
    return Design(design[:, kept], made.notes + (() if kept[base.shape[1] : last].all() else ("covariates_collinear",)))


def hardly_varies(values: np.ndarray, kind: str) -> bool:
    """Say whether so few people of one arm are away from its commonest value that no error can be taken from it.

    Parameters
    ----------
    values : array (people,)
        Outcomes of one arm, none missing.
    kind : str
        ``share``: those with and those without the outcome are counted; ``number``: only where most have one value.

    Returns
    -------
    bool
        True for nobody: an arm that is not there varies in nothing.
    """
    commonest = np.unique(values, return_counts=True)[1].max(initial=0)
    return bool(len(values) - commonest < PEOPLE_FOR_AN_ERROR and (kind == "share" or 2 * commonest > len(values)))


def _columns(values: pd.Series) -> list[np.ndarray]:
    if isinstance(values.dtype, pd.CategoricalDtype):
        present = [category for category in values.cat.categories if (values == category).any()]
        return [(values == category).to_numpy(dtype=float) for category in present[1:]]
    numbers = values.to_numpy(dtype=float)
    return [numbers] if len(numbers) and np.ptp(numbers) > 0 else []


def people_problem(people: pd.DataFrame, outcome: str) -> str:
    """Give the reason why these people cannot be compared at all; empty when they can.

    Parameters
    ----------
    people : DataFrame
        Complete rows of a comparison.
    outcome : str
        Column of the outcome.

    Returns
    -------
    str
        ``one_group_empty``, ``constant_outcome`` or an empty string.
    """
    if people[FIRST].nunique() < 2:
        return "one_group_empty"
    return "constant_outcome" if np.ptp(people[outcome].to_numpy()) == 0 else ""
