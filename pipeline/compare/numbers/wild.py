"""The wild cluster bootstrap under the null hypothesis, for the group's coefficient in a linear model.

Each draw multiplies all that the model without the group leaves in a cluster by
one random number. A draw's t statistic needs sums of one number, or one row of p,
per cluster, so that all draws are one matrix product; both its parts are linear in
the value that is tested, so that the interval is found without drawing anew. In no
library here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from math import inf

import numpy as np

from pipeline.compare.numbers.exchange import CELLS, CLOSE, DRAWS

FEW_CLUSTERS = 12
"""Below this, two-point weights give too few different draws, and Webb's six are taken."""
RADEMACHER = np.array([-1.0, 1.0])
WEBB = np.sqrt([1.5, 1.0, 0.5, 0.5, 1.0, 1.5]) * [-1, -1, -1, 1, 1, 1]
DOUBLINGS, HALVINGS = 30, 60
"""How far from the estimate an end of the interval is sought, and how closely."""


@dataclass(frozen=True)
class WildBootstrap:
    """All draws for one coefficient.

    Attributes
    ----------
    estimate, std_error : float
        The coefficient, and the error (of clusters, without a correction) that its t statistic and those of the draws have below them.
    tops : array (draws, 2)
        A draw's coefficient minus the value tested is the first minus that value times the second.
    squares : array (draws, 3)
        Its squared error is the first minus twice the value times the second, plus the value squared times the third.
    listed : bool
        Whether these are all draws there can be.
    """

    estimate: float
    std_error: float
    tops: np.ndarray
    squares: np.ndarray
    listed: bool

    def p_at(self, value: float) -> float:
        """Give the two-sided p-value of the hypothesis that the coefficient is ``value``."""
        tops = (self.tops @ [1.0, -value]) ** 2
        squares = self.squares @ [1.0, -2 * value, value**2]
        there = ((self.estimate - value) / self.std_error) ** 2
        beyond = int((tops >= there * squares * (1 - CLOSE)).sum())
        return beyond / len(tops) if self.listed else (1 + beyond) / (1 + len(tops))

    def interval(self, confidence: float) -> tuple[float, float]:
        """Give the ends of the values that are not rejected; infinite where none is found."""
        low, high = (_end(self.p_at, self.estimate, side * self.std_error, 1 - confidence) for side in (-1, 1))
        return low, high


def wild_bootstrap(covariates: np.ndarray, group: np.ndarray, outcome: np.ndarray, clusters: np.ndarray, seed: int) -> WildBootstrap:
    """Draw for the coefficient of the group.

    Parameters
    ----------
    covariates : array (n, p)
        Intercept and covariates, full rank with the group.
    group, outcome : array (n,)
    clusters : array (n,)
        Whole numbers from 0.
    seed : int
        For the weights, where they are too many to take all.

    Returns
    -------
    WildBootstrap

    References
    ----------
    Cameron, Gelbach and Miller (2008), Review of Economics and Statistics 90:414-427; Webb (2023), Canadian Journal of
    Economics 56:839-858; MacKinnon and Webb (2018), Econometrics Journal 21:114-135.
    """
    basis, count = np.linalg.qr(covariates)[0], int(clusters.max()) + 1
    own, left = (values - basis @ (basis.T @ values) for values in (group, outcome))
    total = float(own @ own)
    shared, squared = _sums(clusters, count, basis, own), np.bincount(clusters, own**2, count)
    moments = [(np.bincount(clusters, own * values, count), _sums(clusters, count, basis, values)) for values in (left, own)]

    def scores(weights: np.ndarray) -> list[np.ndarray]:
        """Give per draw and cluster what the outcome, and the group, add to the squared error."""
        tops = [weights @ products / total for products, _ in moments]
        return [
            (weights * products - (weights @ sums) @ shared.T - np.outer(top, squared)) / total
            for top, (products, sums) in zip(tops, moments, strict=True)
        ]

    points = WEBB if count < FEW_CLUSTERS else RADEMACHER
    listed = len(points) ** count <= DRAWS
    tops, squares = [], []
    for weights in _listed(points, count) if listed else _drawn(points, count, seed):
        of_outcome, of_group = scores(weights)
        tops.append(np.column_stack([weights @ products / total for products, _ in moments]))
        squares.append(
            np.column_stack([(one * other).sum(axis=1) for one, other in ((of_outcome,) * 2, (of_outcome, of_group), (of_group,) * 2)])
        )
    there = np.linalg.norm(scores(np.ones((1, count)))[0])
    return WildBootstrap(float(own @ left / total), float(there), np.concatenate(tops), np.concatenate(squares), listed)


def _sums(clusters: np.ndarray, count: int, columns: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """Sum each column (n, p) times a factor (n,) over each cluster: (clusters, p)."""
    return np.column_stack([np.bincount(clusters, column * factor, count) for column in columns.T])


def _listed(points: np.ndarray, count: int) -> Iterator[np.ndarray]:
    yield np.array(list(product(points, repeat=count)))


def _drawn(points: np.ndarray, count: int, seed: int) -> Iterator[np.ndarray]:
    draw, portion = np.random.default_rng(seed), max(1, CELLS // count)
    for start in range(0, DRAWS, portion):
        yield draw.choice(points, (min(portion, DRAWS - start), count))


def _end(p_at: Callable[[float], float], estimate: float, step: float, alpha: float) -> float:
    """Find how far from the estimate in one direction values are not rejected; infinite where that has no end."""
    inside, outside = 0.0, step
    for _ in range(DOUBLINGS):
        if p_at(estimate + outside) < alpha:
            break
        inside, outside = outside, 2 * outside
    else:
        return inf * step
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (inside, middle) if p_at(estimate + middle) < alpha else (middle, outside)
    return estimate + inside
