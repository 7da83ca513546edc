"""Cluster bootstrap of the adjusted difference: what other clusters, drawn from these, would have shown.

Whole clusters are drawn with replacement, as many as there are, and the difference
is computed in each draw. Assumes that clusters are independent of each other and
many enough to stand for those they come from; with few it is too narrow, and CR2 is
to be preferred. Method: Efron and Tibshirani (1993), chapter 13; percentile interval.
"""

import numpy as np

from pipeline.compare.gather.cohort import Row
from pipeline.compare.gather.comparison import Comparison
from pipeline.compare.gather.model import Model, model_of, model_row
from pipeline.compare.numbers.exchange import CELLS, DRAWS

ESTIMAND = "difference_by_cluster_bootstrap"
SINGULAR = 1e-9
"""A draw whose group has less than this left beside the covariates, as a share of what there is, has no difference."""


def cluster_bootstrap(comparison: Comparison) -> list[Row]:
    """Give the difference between the groups, adjusted for the covariates, with error and interval from draws of clusters.

    Parameters
    ----------
    comparison : Comparison
        With clusters.

    Returns
    -------
    list of one row
        ``difference_by_cluster_bootstrap``; without error and interval, noted ``arm_under_two_clusters``, ``few_events``, ``arm_hardly_varies``, or
        ``draws_without_group`` where a draw has no difference because all of it, or of a category, is of one group.
    """
    model = model_of(comparison)
    if isinstance(model, str):
        return [model_row(comparison, ESTIMAND, {"note": model})]
    return [model_row(comparison, ESTIMAND, _numbers(comparison, model), model.notes)]


def _numbers(comparison: Comparison, model: Model) -> Row:
    if model.clusters is None or model.fewest_clusters < 2:
        return {"estimate": model.difference, "note": "arm_under_two_clusters"}
    problem = model.arm_problem(comparison.kind)
    if problem:
        return {"estimate": model.difference, "note": problem}
    drawn = _drawn_differences(model, model.clusters, comparison.seed)
    if np.isnan(drawn).any():
        return {"estimate": model.difference, "note": "draws_without_group"}
    low, high = np.quantile(drawn, [(1 - comparison.confidence) / 2, (1 + comparison.confidence) / 2])
    return {
        "estimate": model.difference,
        "std_error": float(drawn.std(ddof=1)),
        "conf_low": float(low),
        "conf_high": float(high),
        "seed": comparison.seed,
    }


def _drawn_differences(model: Model, clusters: np.ndarray, seed: int) -> np.ndarray:
    """Give the difference (DRAWS,) of each draw; NaN where it has none.

    A draw's cross products are those of its clusters added up.
    """
    count = int(clusters.max()) + 1
    basis = np.linalg.qr(model.covariates)[0]
    own = model.without_covariates(model.group)
    columns = np.column_stack([basis, own / np.linalg.norm(own), model.outcome])
    products = np.array([[np.bincount(clusters, one * other, count) for other in columns.T] for one in columns.T])
    draw, differences, width = np.random.default_rng(seed), np.empty(DRAWS), len(products)
    portion = max(1, CELLS // max(count, width**2))
    for start in range(0, DRAWS, portion):
        size = min(portion, DRAWS - start)
        times = draw.multinomial(count, np.full(count, 1 / count), size)
        drawn = (times @ products.reshape(width**2, count).T).reshape(size, width, width)
        differences[start : start + size] = _last_coefficients(drawn) / np.linalg.norm(own)
    return differences


def _last_coefficients(products: np.ndarray) -> np.ndarray:
    """Give the last coefficient of each model (r,) from its cross products (r, p + 1, p + 1), the outcome last; NaN where it is not determined."""
    inside, outcome = products[:, :-1, :-1], products[:, :-1, -1]
    determined = np.linalg.eigvalsh(inside)[:, 0] > SINGULAR
    solved = np.linalg.solve(np.where(determined[:, None, None], inside, np.eye(inside.shape[1])), outcome[..., None])[:, -1, 0]
    return np.where(determined, solved, np.nan)
