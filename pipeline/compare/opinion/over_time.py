"""Changes of two groups, and models with a level per person or cluster, once more by scipy's matrices."""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.linalg import cholesky, orth, pinv, solve_triangular

from pipeline.compare.gather.comparison import EARLIER, FIRST, Comparison, complete
from pipeline.compare.gather.panel import CLUSTER
from pipeline.compare.opinion.means import MOST_CELLS, Fitted, clustered_effect, cr2_error, design_of, difference_by_t, linear_effect
from pipeline.compare.opinion.view import Numbers, Row, change_of

EQUIVALENCE = ("p_equivalence",)


def compared_change(comparison: Comparison, row: Row) -> Numbers:
    """The difference of changes in a linear model, with HC3's error, or CR2's by its definition."""
    both = comparison.frame.dropna(subset=[comparison.outcome, EARLIER])
    change = pd.Series(change_of(both[EARLIER].to_numpy(), both[comparison.outcome].to_numpy()), index=both.index)
    changed = replace(comparison, frame=comparison.frame.assign(**{comparison.outcome: change}))
    if pd.isna(row["std_error"]):
        return {"estimate": linear_effect(replace(changed, clustered=True), row)["estimate"]}
    return {**linear_effect(changed, row), **clustered_effect(changed, row)}


def change_of_means(comparison: Comparison, row: Row) -> Numbers:
    """The change of one group's mean less the other's, with CR2's error by its definition."""
    rows, design, people = _long(comparison)
    outcome = rows["value"].to_numpy(dtype="float64")
    clusters = pd.factorize(rows[CLUSTER])[0] if comparison.clustered else people
    basis, direction = orth(design), pinv(design)[-1]
    means = rows.groupby([FIRST, "post"])["value"].mean()
    estimate = float((means[1, 1] - means[1, 0]) - (means[0, 1] - means[0, 0]))
    if pd.isna(row["std_error"]) or len(rows) * (clusters.max() + 1) > MOST_CELLS:
        return {"estimate": estimate}
    error, df = cr2_error(Fitted(basis, outcome - basis @ (basis.T @ outcome), direction), clusters)
    return difference_by_t(estimate, error, df, row)


def change_of_levels(comparison: Comparison, row: Row) -> Numbers:
    """The same where each person has a level of their own, as alike to themselves as was found."""
    rows, design, people = _long(comparison)
    return _whitened(design, rows["value"].to_numpy(dtype="float64"), people, row)


def beside_levels(comparison: Comparison, row: Row) -> Numbers:
    """The difference where each cluster has a level of its own, as alike within as was found."""
    people = complete(comparison)
    return _whitened(design_of(comparison, people), people[comparison.outcome].to_numpy(), pd.factorize(people[CLUSTER])[0], row)


def _long(comparison: Comparison) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    frame = comparison.frame.dropna(subset=[CLUSTER]) if comparison.clustered else comparison.frame
    rows = pd.concat(
        [frame.assign(value=frame[name], post=post, person=range(len(frame))) for name, post in ((EARLIER, 0), (comparison.outcome, 1))]
    )
    rows = rows[rows["value"].notna()]
    first, post = rows[FIRST].to_numpy(), rows["post"].to_numpy()
    return rows, np.column_stack([np.ones(len(rows)), first, post, first * post]), pd.factorize(rows["person"])[0]


def _whitened(design: np.ndarray, outcome: np.ndarray, clusters: np.ndarray, row: Row) -> Numbers:
    """Multiply each cluster's rows by the inverse root of their covariance: what is left are independent rows of one variance."""
    if pd.isna(row["effect"]) or pd.isna(row["std_error"]):
        return {}
    both = np.column_stack([design, outcome]).astype("float64")
    for one in range(int(clusters.max()) + 1):
        inside = clusters == one
        alike = np.full((inside.sum(), inside.sum()), row["effect"]) + (1 - row["effect"]) * np.eye(inside.sum())
        both[inside] = solve_triangular(cholesky(alike, lower=True), both[inside], lower=True)
    inverse = pinv(both[:, :-1])
    coefficients = inverse @ both[:, -1]
    left = both[:, -1] - both[:, :-1] @ coefficients
    error = float(np.linalg.norm(left) / np.sqrt(len(left) - design.shape[1]) * np.linalg.norm(inverse[-1]))
    found = difference_by_t(float(coefficients[-1]), error, row["df"], row)
    return {name: number for name, number in found.items() if name != "df"}
