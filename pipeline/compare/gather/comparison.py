"""What an estimator sees: one outcome, two groups, arrays ready for numbers.

``protocol`` builds a ``Comparison`` from the declared analysis; an estimator
never pivots, joins or filters beyond ``complete``.
"""

from dataclasses import dataclass

import pandas as pd

FIRST = "first"
CLUSTER = "cluster"


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
        (str) when ``clustered``; one column per ``by`` variable (categorical in
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

    @property
    def difference(self) -> str:
        """Name the difference as the ``term`` column does."""
        return f"{self.first} - {self.second}"

    @property
    def ratio(self) -> str:
        """Name the ratio as the ``term`` column does."""
        return f"{self.first} / {self.second}"


def complete(comparison: Comparison) -> pd.DataFrame:
    """Give the rows whose outcome, covariates, subgroups and, where it counts, cluster are known, in the same order."""
    cluster = [CLUSTER] if comparison.clustered else []
    return comparison.frame.dropna(subset=[comparison.outcome, *comparison.covariates, *comparison.by, *cluster])
