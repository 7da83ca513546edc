"""Chained equations: every unknown value is drawn from a model of it on all others, m times, round after round.

One model for all kinds: a linear model of the value (of each category but the first, of those that
somebody has), its coefficients drawn from their posterior, people of one cluster sharing an intercept that is
drawn from a normal distribution; then the value of one of the five people who are nearest in what the model
expects of them. So only answers that somebody gave are given to others. All m chains advance as one array. Methods: van Buuren
(2018), Flexible Imputation of Missing Data, 2nd ed., 3.4 and 4.5; Little (1988), Journal of Business and
Economic Statistics 6:287-296; convergence by Gelman and Rubin (1992).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
from scipy.spatial import cKDTree

_tree = partial(cKDTree, balanced_tree=False, compact_nodes=False)
DONORS = 5
"""One of so many nearest people gives the value."""
RIDGE = 1e-5
"""Added to each column's sum of squares, as a share of it, so that columns that others determine do no harm."""
PRIOR_PEOPLE, PRIOR_SHARE = 1.0, 0.02
"""Clusters' variance is drawn as if one more cluster had been seen, with this share of the whole variance."""


@dataclass(frozen=True)
class Variable:
    """One variable of the chain.

    Attributes
    ----------
    values : array (n,)
        Numbers, or places of categories from 0; NaN where not known.
    donors : array (n,) of bool
        Whose value may be given to others; all of them are known.
    categories : bool
        Whether values are places of categories that have no order.
    """

    values: np.ndarray
    donors: np.ndarray
    categories: bool

    @property
    def unknown(self) -> np.ndarray:
        """Whose value is drawn."""
        return np.isnan(self.values)

    def columns(self, values: np.ndarray) -> np.ndarray:
        """Give (..., n, k) columns of values: standardised by those known, or an indicator for each category but the first that somebody has."""
        known = self.values[~self.unknown]
        made = [values == level for level in np.unique(known)[1:]] if self.categories else [values]
        means = [(known == level).mean() for level in np.unique(known)[1:]] if self.categories else [known.mean()]
        spreads = [np.sqrt(mean * (1 - mean)) for mean in means] if self.categories else [known.std()]
        scaled = [(one - mean) / (spread or 1.0) for one, mean, spread in zip(made, means, spreads, strict=True)]
        return np.stack(scaled, axis=-1) if scaled else np.empty((*values.shape, 0))


@dataclass(frozen=True)
class Chained:
    """What the chains drew.

    Attributes
    ----------
    values : list of arrays (m, unknown)
        Of each variable, for those unknown in their order.
    apart : array (variables,)
        How many times as wide all chains together are as each by itself (potential scale reduction of the mean and
        the standard deviation of the drawn values, the larger); NaN where nothing was drawn. 1 where they tell the same.
    """

    values: list[np.ndarray]
    apart: np.ndarray


def too_large(variables: list[Variable], fixed: np.ndarray) -> list[int]:
    """Name the variables with unknown values whose model has at least as many columns as people to estimate it from."""
    widths = [one.columns(one.values).shape[1] for one in variables]
    columns = 1 + fixed.shape[1] + sum(widths)
    return [
        place for place, one in enumerate(variables) if one.unknown.any() and (~one.unknown).sum() <= max(columns - widths[place], DONORS)
    ]


@dataclass(frozen=True)
class Plan:
    """How many chains, how many rounds each, and what chance begins with."""

    m: int
    rounds: int
    seed: int


def chained(variables: list[Variable], fixed: np.ndarray, clusters: np.ndarray | None, plan: Plan) -> Chained:
    """Draw all unknown values m times.

    Parameters
    ----------
    variables : list of Variable
        Those with the fewest unknown values are drawn first.
    fixed : array (n, f)
        What is known of everybody and never drawn.
    clusters : array (n,) of whole numbers from 0, or None
    plan : Plan

    Returns
    -------
    Chained
    """
    chains = _Chains(variables, fixed, clusters, plan)
    traces = np.full((plan.rounds, len(variables), 2, plan.m), np.nan)
    order = np.argsort([one.unknown.sum() for one in variables], kind="stable")
    for turn in range(plan.rounds):
        for place in order:
            if variables[place].unknown.any():
                drawn = chains.draw(int(place))
                traces[turn, place] = drawn.mean(axis=1), drawn.std(axis=1)
    return Chained(chains.drawn, np.array([_apart(traces[plan.rounds // 2 :, place]) for place in range(len(variables))]))


class _Chains:
    """The state of m chains: one matrix of all columns, and its cross products."""

    def __init__(self, variables: list[Variable], fixed: np.ndarray, clusters: np.ndarray | None, plan: Plan) -> None:
        self.variables, self.m, self.random = variables, plan.m, np.random.default_rng(plan.seed)
        n = len(fixed)
        indicators = np.empty((n, 0)) if clusters is None else (clusters[:, None] == np.arange(clusters.max() + 1)).astype("float64")
        self.n_clusters = indicators.shape[1]
        self.drawn = [self.random.choice(one.values[one.donors], (plan.m, int(one.unknown.sum()))) for one in variables]
        parts = [one.columns(self._filled(place)) for place, one in enumerate(variables)]
        ends = np.cumsum([self.n_clusters + 1 + fixed.shape[1], *(part.shape[2] for part in parts)])
        self.places = [np.arange(low, high) for low, high in pairwise(ends)]
        base = np.column_stack([indicators, np.ones(n), fixed])
        self.matrix = np.concatenate([np.broadcast_to(base, (plan.m, *base.shape)), *parts], axis=2)
        self.products = self.matrix.transpose(0, 2, 1) @ self.matrix
        self.unlike = [np.ones((plan.m, len(own))) for own in self.places]
        self.between = [np.full((plan.m, len(own)), PRIOR_SHARE) for own in self.places]

    def _filled(self, place: int) -> np.ndarray:
        """Give (m, n) all values of a variable."""
        one = self.variables[place]
        filled = np.repeat(one.values[None], self.m, axis=0)
        filled[:, one.unknown] = self.drawn[place]
        return filled

    def draw(self, place: int) -> np.ndarray:
        """Draw the unknown values of a variable anew; (m, unknown)."""
        one, own = self.variables[place], self.places[place]
        others = np.setdiff1d(np.arange(self.matrix.shape[2]), own)
        unknown = self.matrix[:, one.unknown]
        known_products = self.products - unknown.transpose(0, 2, 1) @ unknown
        expected, drawn = self._coefficients(place, known_products, others, int((~one.unknown).sum()))
        wide = np.zeros((2, self.m, self.matrix.shape[2], len(own)))
        wide[:, :, others] = expected, drawn
        taken = _nearest((self.matrix @ wide[0])[:, one.donors], unknown @ wide[1], self.random)
        self.drawn[place] = one.values[one.donors][taken]
        self._put(place, unknown)
        return self.drawn[place]

    def _put(self, place: int, before: np.ndarray) -> None:
        """Bring columns and cross products up to what was drawn."""
        one, own = self.variables[place], self.places[place]
        after = before.copy()
        after[:, :, own] = one.columns(self.drawn[place])
        self.matrix[:, one.unknown] = after
        change = after.transpose(0, 2, 1) @ after[:, :, own] - before.transpose(0, 2, 1) @ before[:, :, own]
        self.products[:, :, own] += change
        self.products[:, own] = self.products[:, :, own].transpose(0, 2, 1)

    def _coefficients(self, place: int, products: np.ndarray, others: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
        """Give coefficients (m, p, k) as estimated, and as drawn from their posterior; draw the variances too."""
        own = self.places[place]
        gram, cross = products[:, others[:, None], others], products[:, others[:, None], own]
        total = np.diagonal(products, axis1=1, axis2=2)[:, own]
        expected, drawn = np.empty_like(cross), np.empty_like(cross)
        size = np.diagonal(gram, axis1=1, axis2=2)
        for column in range(len(own)):
            weight = RIDGE * size + 1e-10
            if self.n_clusters:
                weight[:, : self.n_clusters] += (self.unlike[place][:, column] / self.between[place][:, column])[:, None]
            root = np.linalg.cholesky(gram + weight[:, :, None] * np.eye(len(others)))
            inverse = np.linalg.inv(root)
            expected[:, :, column] = _times(inverse.transpose(0, 2, 1), _times(inverse, cross[:, :, column]))
            if not self.n_clusters:
                rest = self._rest(gram, cross[:, :, column], total[:, column], expected[:, :, column])
                self.unlike[place][:, column] = rest / self.random.chisquare(n - len(others), self.m)
            noise = _times(inverse.transpose(0, 2, 1), self.random.standard_normal((self.m, len(others))))
            drawn[:, :, column] = expected[:, :, column] + np.sqrt(self.unlike[place][:, column])[:, None] * noise
            if self.n_clusters:
                rest = self._rest(gram, cross[:, :, column], total[:, column], drawn[:, :, column])
                self.unlike[place][:, column] = rest / self.random.chisquare(n, self.m)
                apart = PRIOR_PEOPLE * PRIOR_SHARE + (drawn[:, : self.n_clusters, column] ** 2).sum(axis=1)
                self.between[place][:, column] = apart / self.random.chisquare(PRIOR_PEOPLE + self.n_clusters, self.m)
        return expected, drawn

    @staticmethod
    def _rest(gram: np.ndarray, cross: np.ndarray, total: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
        """Give the sum of squares (m,) that coefficients (m, p) leave; a perfect fit leaves next to nothing."""
        explained = (coefficients * (2 * cross - _times(gram, coefficients))).sum(axis=1)
        return np.maximum(total - explained, 1e-12 * total + 1e-300)


def _times(matrices: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Multiply (m, a, b) by (m, b)."""
    return (matrices @ vectors[:, :, None])[:, :, 0]


def _nearest(of_donors: np.ndarray, wanted: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Give (m, w) places of donors, each one of the ``DONORS`` nearest in what is expected (m, d, k) and (m, w, k); ties by chance."""
    m, donors, width = of_donors.shape
    most = min(DONORS, donors)
    if width == 1:
        return _nearest_on_line(of_donors[:, :, 0], wanted[:, :, 0], most, random)
    taken = np.empty(wanted.shape[:2], dtype="int64")
    for chain in range(m):
        shuffled = random.permutation(donors)
        near = _tree(of_donors[chain, shuffled] + 1e-9 * random.standard_normal((donors, width))).query(wanted[chain], most)[1]
        chosen = near.reshape(len(wanted[chain]), most)[np.arange(wanted.shape[1]), random.integers(most, size=wanted.shape[1])]
        taken[chain] = shuffled[chosen]
    return taken


def _nearest_on_line(of_donors: np.ndarray, wanted: np.ndarray, most: int, random: np.random.Generator) -> np.ndarray:
    """Do the same where one number is expected: those nearest lie side by side among the sorted."""
    m, donors = of_donors.shape
    shuffled = random.permutation(donors)
    mixed = of_donors[:, shuffled]
    order = np.argsort(mixed, axis=1, kind="stable")
    ranked = np.pad(np.take_along_axis(mixed, order, axis=1), ((0, 0), (most, most)), constant_values=np.inf)
    ranked[:, :most] = -np.inf
    places = np.stack([np.searchsorted(line[most:-most], ask) for line, ask in zip(ranked, wanted, strict=True)])
    around = ranked.take(places[:, :, None] + np.arange(2 * most) + ranked.shape[1] * np.arange(m)[:, None, None])
    worst = np.maximum(wanted[:, :, None] - around[:, :, : most + 1], around[:, :, most - 1 :] - wanted[:, :, None])
    near = places - most + worst.argmin(axis=2) + random.integers(most, size=places.shape)
    return shuffled[np.take_along_axis(order, near, axis=1)]


def _apart(traces: np.ndarray) -> float:
    """Give the larger potential scale reduction of traces (rounds, statistics, m); NaN where nothing moved or fewer than two rounds are left."""
    return max(_reductions(traces), default=float("nan"))


def _reductions(traces: np.ndarray) -> Iterator[float]:
    rounds = len(traces)
    for one in np.moveaxis(traces, 1, 0):
        within = one.var(axis=0, ddof=1).mean() if rounds > 1 else 0.0
        if within > 0 and one.shape[1] > 1:
            between = one.mean(axis=0).var(ddof=1)
            yield float(np.sqrt((rounds - 1) / rounds + between / within))
