"""What a measurement model is: which loadings, intercepts, residuals and factors are free, fixed, or the same as others.

Answers = intercepts + loadings x factors + residuals. Each question belongs to one
factor. The first factor has variance 1 and mean 0; another group's, or a later
wave's, is free as soon as loadings, and intercepts, are held equal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

LOADINGS, INTERCEPTS, RESIDUALS = "loadings", "intercepts", "residuals"
FREE, FIXED = "free", -1
Implied = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Mean (p,), covariance (p, p), and their derivatives (q, p) and (q, p, p)."""


class Matrices(NamedTuple):
    """One entry per matrix of a model: of p questions and m factors."""

    loadings: np.ndarray
    factors: np.ndarray
    residuals: np.ndarray
    intercepts: np.ndarray
    factor_means: np.ndarray


@dataclass(frozen=True, eq=False)
class GroupModel:
    """One group: where each free number stands among the parameters (``FIXED``: nowhere), and the numbers that are fixed."""

    places: Matrices
    fixed: Matrices
    size: int

    @cached_property
    def layers(self) -> Matrices:
        """Derivatives of each matrix by each parameter, (q, ...)."""
        numbers = np.arange(self.size)
        return Matrices(*((place[None] == numbers.reshape(-1, *[1] * place.ndim)).astype(float) for place in self.places))

    def filled(self, estimates: np.ndarray) -> Matrices:
        """Put parameters in their places."""
        return Matrices(*(np.where(place == FIXED, held, estimates[place]) for place, held in zip(self.places, self.fixed, strict=True)))

    def moments(self, estimates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give the mean (p,) and covariance (p, p) that parameters imply."""
        one = self.filled(estimates)
        return one.intercepts + one.loadings @ one.factor_means, one.loadings @ one.factors @ one.loadings.T + one.residuals

    def implied(self, estimates: np.ndarray) -> Implied:
        """Give mean, covariance and their derivatives."""
        one, layer = self.filled(estimates), self.layers
        half = layer.loadings @ one.factors @ one.loadings.T
        of_covariance = half + half.transpose(0, 2, 1) + one.loadings @ layer.factors @ one.loadings.T + layer.residuals
        of_mean = layer.intercepts + layer.loadings @ one.factor_means + layer.factor_means @ one.loadings.T
        return *self.moments(estimates), of_mean, of_covariance


@dataclass(frozen=True, eq=False)
class Model:
    """The groups of a model, and what each parameter is: its kind and the question or factor it is about."""

    groups: tuple[GroupModel, ...]
    kinds: tuple[tuple[str, int, int], ...]
    """Kind, group and question of each parameter."""

    def start(self, groups: Sequence[np.ndarray]) -> np.ndarray:
        """Give values to begin with, from each group's means and variances."""
        means = [np.nanmean(answers, axis=0) for answers in groups]
        variances = [np.nanvar(answers, axis=0) for answers in groups]
        loads = any(kind == LOADINGS for kind, *_ in self.kinds)
        begin = {
            LOADINGS: lambda group, item: 0.7 * variances[group][item] ** 0.5,
            INTERCEPTS: lambda group, item: means[group][item],
            RESIDUALS: lambda group, item: variances[group][item] * (0.5 if loads else 1.0),
            "factor variance": lambda *_: 1.0,
            "factor covariance": lambda *_: 0.4,
        }
        return np.array([begin.get(kind, lambda *_: 0.0)(group, item) for kind, group, item in self.kinds])


@dataclass(frozen=True)
class Scales:
    """Factors that each have questions of their own and go together.

    Attributes
    ----------
    sizes : sequence of int
        Number of questions of each factor, in the order of the columns.
    equal : sequence of str
        What groups, or waves, share: ``loadings``, ``intercepts``, ``residuals``.
    repeated : bool
        The factors are one scale in several waves: equal over waves, and what
        is left of a question goes together with what is left of it in other waves.
    free : sequence of int
        Questions of a factor whose loading and intercept are not held equal.
    """

    sizes: Sequence[int]
    equal: Sequence[str] = ()
    repeated: bool = False
    free: Sequence[int] = ()


class _Numbering:
    """Gives each free number its place; the same key, the same place."""

    def __init__(self) -> None:
        self.places: dict[tuple[object, ...], int] = {}
        self.kinds: list[tuple[str, int, int]] = []

    def place(self, kind: str, group: int, item: int, *key: object) -> int:
        whole = (kind, *key)
        if whole not in self.places:
            self.places[whole] = len(self.kinds)
            self.kinds.append((kind, group, item))
        return self.places[whole]

    def model(self, found: Sequence[Matrices]) -> Model:
        """Make a model of the places that were given."""
        return Model(tuple(GroupModel(places, _held(places), len(self.kinds)) for places in found), tuple(self.kinds))


def factor_model(scales: Scales, groups: int = 1) -> Model:
    """Declare the factors of some scales, in one or several groups of people."""
    number = _Numbering()
    return number.model([_places(number, scales, group) for group in range(groups)])


def _places(number: _Numbering, scales: Scales, group: int) -> Matrices:
    one = _nowhere(sum(scales.sizes), len(scales.sizes))
    ends = np.cumsum([0, *scales.sizes])
    for factor, size in enumerate(scales.sizes):
        for item in range(size):
            _place_item(number, scales, one, (group, factor, item))
        first = group == 0 and not (scales.repeated and factor)
        if not first and LOADINGS in scales.equal:
            one.factors[factor, factor] = number.place("factor variance", group, factor, group, factor)
        if not first and INTERCEPTS in scales.equal:
            one.factor_means[factor] = number.place("factor mean", group, factor, group, factor)
        for other in range(factor):
            together = number.place("factor covariance", group, factor, group, factor, other)
            one.factors[factor, other] = one.factors[other, factor] = together
            for item in range(size if scales.repeated else 0):
                now, before = ends[factor] + item, ends[other] + item
                left = number.place("residual covariance", group, now, group, now, before)
                one.residuals[now, before] = one.residuals[before, now] = left
    return one


def _place_item(number: _Numbering, scales: Scales, one: Matrices, where: tuple[int, int, int]) -> None:
    """Give loading, intercept and residual of one question (group, factor, item) their places."""
    group, factor, item = where
    column = sum(scales.sizes[:factor]) + item
    shared = (item, 0 if scales.repeated else factor)
    places = {
        kind: number.place(
            kind,
            group,
            column,
            *(shared if kind in scales.equal and (item not in scales.free or kind == RESIDUALS) else (group, column, "")),
        )
        for kind in (LOADINGS, INTERCEPTS, RESIDUALS)
    }
    one.loadings[column, factor], one.intercepts[column] = places[LOADINGS], places[INTERCEPTS]
    one.residuals[column, column] = places[RESIDUALS]


def _nowhere(items: int, factors: int) -> Matrices:
    shapes = ((items, factors), (factors, factors), (items, items), (items,), (factors,))
    return Matrices(*(np.full(shape, FIXED) for shape in shapes))


def _held(places: Matrices) -> Matrices:
    """Give what is fixed: factors of variance 1, all else 0."""
    zero = Matrices(*(np.zeros(place.shape) for place in places))
    return zero._replace(factors=np.eye(len(places.factors)))


def free_moments(items: int, groups: int, together: bool) -> Model:
    """Declare every mean and variance free: with every covariance (``together``, what no model restricts) or without any (the baseline of fit)."""
    number, found = _Numbering(), []
    for group in range(groups):
        one = _nowhere(items, 0)
        for column in range(items):
            one.intercepts[column] = number.place(INTERCEPTS, group, column, group, column)
            for other in range(0 if together else column, column + 1):
                kind = RESIDUALS if other == column else "residual covariance"
                one.residuals[column, other] = one.residuals[other, column] = number.place(kind, group, column, group, column, other)
        found.append(one)
    return number.model(found)
