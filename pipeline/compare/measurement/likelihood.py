"""Normal likelihood of means and covariances that a model implies, on answers of which some may be missing.

Every pattern of answered questions has its own part of the likelihood, so that
people with some missing answers count with what they answered (full information).
Fisher scoring with closed-form derivatives; what a model is stands in ``model``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.compare.measurement.model import Implied, Model

MOST_STEPS, MOST_HALVINGS = 200, 25
CONVERGED = 1e-8
"""Largest derivative of the log-likelihood per person at a maximum."""
STEP = 1e-5
"""Relative step of the second derivatives."""


@dataclass(frozen=True, eq=False)
class Answers:
    """One group's answers by which questions were answered: r patterns of p questions, 0 where not answered.

    Attributes
    ----------
    rows : array (people, p)
        Those who answered something.
    member : array of int (people,)
        The pattern of each.
    asked : array (r, p)
        1 where answered.
    counts : array (r,)
        People of each pattern.
    means : array (r, p)
    covariances : array (r, p, p)
        Divided by people.
    """

    rows: np.ndarray
    member: np.ndarray
    asked: np.ndarray
    counts: np.ndarray
    means: np.ndarray
    covariances: np.ndarray

    @classmethod
    def of(cls, answers: np.ndarray) -> "Answers":
        """Sort people by which questions they answered; who answered nothing is left out."""
        kept = answers[~np.isnan(answers).all(axis=1)]
        asked, member = np.unique(~np.isnan(kept), axis=0, return_inverse=True)
        member, rows = member.reshape(-1), np.nan_to_num(kept)
        groups = [rows[member == place] for place in range(len(asked))]
        means = np.array([group.mean(axis=0) for group in groups])
        apart = [group - mean for group, mean in zip(groups, means, strict=True)]
        covariances = np.array([one.T @ one / len(one) for one in apart])
        return cls(rows, member, asked.astype("float64"), np.bincount(member).astype("float64"), means, covariances)

    def inverses(self, covariance: np.ndarray) -> np.ndarray:
        """Invert a covariance matrix (p, p) for each pattern (r, p, p): 0 where not answered."""
        both = self.asked[:, :, None] * self.asked[:, None, :]
        return np.linalg.inv(self._filled(covariance, both)) * both

    def log_likelihood(self, mean: np.ndarray, covariance: np.ndarray) -> float:
        """Give the log-likelihood; minus infinity where the covariance matrix is none."""
        both = self.asked[:, :, None] * self.asked[:, None, :]
        try:
            roots = np.linalg.cholesky(self._filled(covariance, both))
        except np.linalg.LinAlgError:
            return -np.inf
        size = self.asked.sum(axis=1) * np.log(2 * np.pi) + 2 * np.log(np.diagonal(roots, axis1=1, axis2=2)).sum(axis=1)
        distance = (self.inverses(covariance) * self.squares(mean)).sum(axis=(1, 2))
        return float(-0.5 * self.counts @ (size + distance))

    def squares(self, mean: np.ndarray) -> np.ndarray:
        """Give mean products of how far answers are from a mean, for each pattern (r, p, p)."""
        apart = (self.means - mean) * self.asked
        return self.covariances + apart[:, :, None] * apart[:, None, :]

    @staticmethod
    def _filled(covariance: np.ndarray, both: np.ndarray) -> np.ndarray:
        """Put 1 on the diagonal, and 0 beside it, where not answered."""
        return covariance * both + np.eye(len(covariance)) * (1 - both)


@dataclass(frozen=True, eq=False)
class Fit:
    """A model at its maximum: parameters, log-likelihood, and what errors and scaled tests are made of."""

    model: Model
    answers: tuple[Answers, ...]
    estimates: np.ndarray
    log_likelihood: float
    converged: bool

    @cached_property
    def people(self) -> int:
        """Number of people who answered something."""
        return sum(len(group.rows) for group in self.answers)

    @cached_property
    def information(self) -> np.ndarray:
        """Observed information (q, q): minus the second derivatives, from differences of the first."""
        steps = STEP * np.maximum(np.abs(self.estimates), 0.1)
        columns = [
            (slope_of(self.model, self.answers, self.estimates - one) - slope_of(self.model, self.answers, self.estimates + one))
            / (2 * size)
            for one, size in zip(np.diag(steps), steps, strict=True)
        ]
        found = np.array(columns)
        return (found + found.T) / 2

    @cached_property
    def scores(self) -> np.ndarray:
        """Each person's derivatives of the log-likelihood (people, q), group by group."""
        implied = (group.implied(self.estimates) for group in self.model.groups)
        return np.vstack([_scores(group, one) for group, one in zip(self.answers, implied, strict=True)])

    @cached_property
    def trace(self) -> float:
        """Sum over parameters of how much more they vary than normal answers would let them: q where answers are normal."""
        return float(np.trace(np.linalg.solve(self.information, self.scores.T @ self.scores)))

    @cached_property
    def robust_covariance(self) -> np.ndarray:
        """Covariance of the estimates that does not take answers as normal (q, q): the sandwich."""
        bread = np.linalg.inv(self.information)
        return bread @ (self.scores.T @ self.scores) @ bread


def fit_model(model: Model, groups: Sequence[np.ndarray]) -> Fit:
    """Find the parameters under which the answers are likeliest.

    Parameters
    ----------
    model : Model
    groups : sequence of array of float, shape (people, items)
        One per group of the model; NaN where not answered.

    Returns
    -------
    Fit
        ``converged`` is False where no maximum was found; its numbers are then
        where the search ended.
    """
    groups = [group[np.lexsort(np.nan_to_num(group, nan=np.inf).T)] for group in groups]  # so that no digit depends on the order of people
    answers = tuple(Answers.of(group) for group in groups)
    people = sum(len(group.rows) for group in answers)
    estimates = model.start(groups)
    now = _log_likelihood(model, answers, estimates)
    for _ in range(MOST_STEPS):
        slope, information = slope_of(model, answers, estimates), _expected_information(model, answers, estimates)
        if np.abs(slope).max() < CONVERGED * people:
            return Fit(model, answers, estimates, now, True)
        step = np.linalg.lstsq(information, slope, rcond=None)[0]
        for _ in range(MOST_HALVINGS):
            reached = _log_likelihood(model, answers, estimates + step)
            if reached >= now - 1e-9 * abs(now):
                break
            step = step / 2
        else:
            break
        estimates, now = estimates + step, reached
    return Fit(model, answers, estimates, now, False)


def slope_of(model: Model, answers: Sequence[Answers], estimates: np.ndarray) -> np.ndarray:
    """Give the derivatives of the log-likelihood (q,)."""
    total = np.zeros(len(estimates))
    for group, own in zip(model.groups, answers, strict=True):
        mean, covariance, of_mean, of_covariance = group.implied(estimates)
        inverses = own.inverses(covariance)
        apart = (own.means - mean) * own.asked
        by_mean = own.counts @ np.matmul(inverses, apart[:, :, None])[:, :, 0]
        residuals = np.matmul(np.matmul(inverses, own.squares(mean)), inverses) - inverses
        by_covariance = np.tensordot(own.counts, residuals, 1)
        total += of_mean @ by_mean + 0.5 * of_covariance.reshape(len(total), -1) @ by_covariance.ravel()
    return total


def _expected_information(model: Model, answers: Sequence[Answers], estimates: np.ndarray) -> np.ndarray:
    """Give the information that answers would have on average (q, q)."""
    total = np.zeros((len(estimates), len(estimates)))
    for group, own in zip(model.groups, answers, strict=True):
        _, covariance, of_mean, of_covariance = group.implied(estimates)
        inverses, size = own.inverses(covariance), len(covariance)
        flat = inverses.reshape(len(inverses), -1)
        products = (flat.T * own.counts @ flat).reshape(size, size, size, size).transpose(0, 2, 1, 3).reshape(size**2, size**2)
        slopes = of_covariance.reshape(len(total), -1)
        total += of_mean @ np.tensordot(own.counts, inverses, 1) @ of_mean.T + 0.5 * slopes @ products @ slopes.T
    return total


def _log_likelihood(model: Model, answers: Sequence[Answers], estimates: np.ndarray) -> float:
    return sum(own.log_likelihood(*group.moments(estimates)) for group, own in zip(model.groups, answers, strict=True))


def _scores(own: Answers, implied: Implied) -> np.ndarray:
    mean, covariance, of_mean, of_covariance = implied
    inverses = own.inverses(covariance)
    apart = (own.rows - mean) * own.asked[own.member]
    weighed = np.matmul(inverses[own.member], apart[:, :, None])[:, :, 0]
    slopes = of_covariance.reshape(len(of_mean), -1)
    products = (weighed[:, :, None] * weighed[:, None, :]).reshape(len(weighed), -1)
    expected = inverses.reshape(len(inverses), -1) @ slopes.T
    return weighed @ of_mean.T + 0.5 * (products @ slopes.T - expected[own.member])
