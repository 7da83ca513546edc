"""Correlations of what lies behind ordered answers: normal, and cut into answers by thresholds.

Two steps (Olsson 1979): thresholds from how often each answer was given, then each
correlation by itself, at its likeliest. semopy's are wrong with current packages,
so they are written out; equal to lavaan's (tests/reference).
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from scipy.special import ndtr, ndtri

NODES, WEIGHTS = np.polynomial.legendre.leggauss(40)
FAR = 8.0
"""Stands for infinity: nobody lies beyond."""
LARGEST, CONVERGED, MOST_STEPS = 0.999, 1e-10, 100
LEAST = 1e-14


def both_below(first: np.ndarray, second: np.ndarray, correlation: np.ndarray) -> np.ndarray:
    """Give the chance that two standard normal variables both lie below limits, by integrating its derivative by the correlation.

    Parameters
    ----------
    first, second, correlation : array of float
        Of shapes that go together; correlations between -1 and 1.

    References
    ----------
    Drezner and Wesolowsky (1990), Journal of Statistical Computation and Simulation 35:101-107.
    """
    first, second, half = (np.asarray(one)[..., None] for one in (first, second, np.arcsin(correlation) / 2))
    angle = half * (NODES + 1)
    inside = np.exp(-(first**2 + second**2 - 2 * first * second * np.sin(angle)) / (2 * np.cos(angle) ** 2))
    return (ndtr(first) * ndtr(second) + (half * (inside @ WEIGHTS)[..., None]) / (2 * np.pi))[..., 0]


def density(first: np.ndarray, second: np.ndarray, correlation: np.ndarray) -> np.ndarray:
    """Give the density of two standard normal variables."""
    left = 1 - correlation**2
    return np.exp(-(first**2 + second**2 - 2 * correlation * first * second) / (2 * left)) / (2 * np.pi * np.sqrt(left))


@dataclass(frozen=True, eq=False)
class Ordered:
    """Answers to p questions as classes 0, 1, … of n people, without missing ones.

    Attributes
    ----------
    classes : array of int (n, p)
    """

    classes: np.ndarray

    @classmethod
    def of(cls, answers: np.ndarray) -> "Ordered":
        """Number the answers that somebody gave to each question; who skipped one is left out."""
        complete = answers[~np.isnan(answers).any(axis=1)]
        return cls(np.column_stack([np.unique(column, return_inverse=True)[1] for column in complete.T]))

    @cached_property
    def limits(self) -> np.ndarray:
        """Lower limit of each class of each question, and the upper one of the last (p, most classes + 1)."""
        counts = np.array([np.bincount(column, minlength=self.classes.max() + 1) for column in self.classes.T])
        shares = np.cumsum(counts, axis=1) / len(self.classes)
        with np.errstate(divide="ignore"):
            cut = np.clip(ndtri(np.where(shares > 1 - 1e-12, 1.0, shares)), -FAR, FAR)
        return np.column_stack([np.full(len(cut), -FAR), cut])

    @cached_property
    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """First and second question of each pair, in the order of the lower triangle's rows."""
        first, second = zip(*combinations(range(self.classes.shape[1]), 2), strict=True)
        return np.array(first), np.array(second)

    @cached_property
    def corners(self) -> tuple[np.ndarray, np.ndarray]:
        """Limits of the first and the second question of each pair, (pairs, classes + 1, 1) and (pairs, 1, classes + 1)."""
        first, second = self.pairs
        return self.limits[first][:, :, None], self.limits[second][:, None, :]

    def cells(self, correlations: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give the chance of each pair of answers, and its derivative by the correlation (pairs, classes, classes)."""
        wide = correlations[:, None, None]
        chances = _between(both_below(*self.corners, wide))
        return np.maximum(chances, LEAST), _between(density(*self.corners, wide))

    @cached_property
    def counts(self) -> np.ndarray:
        """How many gave each pair of answers (pairs, classes, classes)."""
        size = self.limits.shape[1] - 1
        both = self.classes[:, self.pairs[0]] * size + self.classes[:, self.pairs[1]]
        return np.array([np.bincount(column, minlength=size**2) for column in both.T]).reshape(-1, size, size)

    @cached_property
    def correlations(self) -> np.ndarray:
        """Polychoric correlation of each pair (pairs,), by Fisher scoring."""
        found = np.clip(np.corrcoef(self.classes.T)[self.pairs], -0.9, 0.9)
        for _ in range(MOST_STEPS):
            chances, slopes = self.cells(found)
            step = (self.counts * slopes / chances).sum(axis=(1, 2)) / (len(self.classes) * (slopes**2 / chances).sum(axis=(1, 2)))
            found = np.clip(found + np.clip(step, -0.3, 0.3), -LARGEST, LARGEST)
            if np.abs(step).max() < CONVERGED:
                break
        return found

    @cached_property
    def matrix(self) -> np.ndarray:
        """The correlations as a matrix (p, p)."""
        whole = np.eye(self.classes.shape[1])
        whole[self.pairs] = whole[self.pairs[::-1]] = self.correlations
        return whole

    @cached_property
    def covariance(self) -> np.ndarray:
        """Covariance of the correlations' errors, times the number of people (pairs, pairs); that thresholds are estimated too counts.

        References
        ----------
        Muthén (1984), Psychometrika 49:115-132.
        """
        chances, slopes = self.cells(self.correlations)
        table = slopes / chances
        scores = table[np.arange(len(table)), self.classes[:, self.pairs[0]], self.classes[:, self.pairs[1]]]
        by_cut = self._by_cuts(self.counts * slopes / chances**2)
        for question in range(self.classes.shape[1]):
            own, cuts = self._scores_of_cuts(question)
            mine = by_cut[question][:, cuts]
            scores = scores - own @ np.linalg.solve(own.T @ own, mine.T)
        influence = scores / (self.counts * table**2).sum(axis=(1, 2))
        return len(self.classes) * influence.T @ influence

    def _scores_of_cuts(self, question: int) -> tuple[np.ndarray, np.ndarray]:
        """Give each person's derivatives by the thresholds of a question (n, thresholds), and which thresholds these are."""
        limits, classes = self.limits[question], self.classes[:, question]
        cuts = np.flatnonzero(np.abs(limits[1:-1]) < FAR)
        chances, heights = np.diff(ndtr(limits))[classes], np.exp(-(limits[1:-1][cuts] ** 2) / 2) / np.sqrt(2 * np.pi)
        sign = (classes[:, None] == cuts).astype(float) - (classes[:, None] == cuts + 1)
        return sign * heights / chances[:, None], cuts

    def _by_cuts(self, weights: np.ndarray) -> np.ndarray:
        """Sum over people how a pair's derivative by its correlation goes with that by each threshold (questions, pairs, classes - 1)."""
        found = np.zeros((self.classes.shape[1], len(weights), self.limits.shape[1] - 2))
        spread = np.sqrt(1 - self.correlations**2)[:, None, None]
        for own, other, table in ((*self.pairs, weights), (*self.pairs[::-1], weights.transpose(0, 2, 1))):
            cut, limits = self.limits[own][:, 1:-1, None], self.limits[other][:, None, :]
            beside = np.diff(ndtr((limits - self.correlations[:, None, None] * cut) / spread), axis=2)
            slope = np.exp(-(cut**2) / 2) / np.sqrt(2 * np.pi) * beside
            found[own, np.arange(len(own))] = (slope * (table[:, :-1] - table[:, 1:])).sum(axis=2)
        return found


def _between(corners: np.ndarray) -> np.ndarray:
    """Turn what lies below corners into what lies in the cells between them."""
    return np.diff(np.diff(corners, axis=1), axis=2)
