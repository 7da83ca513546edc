"""Signs that somebody answered without care, person by person; which of them decide is declared.

Arrays in, numbers out; one wave at a time, because people are held against each
other. What is rare among honest answers follows from the study's own questions:
people are drawn who answer as often with each answer, and whose answers go together
as much. So a sign that short scales or lopsided answers give by themselves is none.
Durations and attention questions need no such drawing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import chdtrc, ndtri

RARE = 0.04
"""Share of honest people who have a sign by chance (tests/score/test_careless.py: two signs are rarer than 5 in 100)."""
DRAWN, SEED = 2000, 20261201
PEOPLE_PER_QUESTION, FEWEST = 3, 50
"""Fewer people than the greater of these tell too little of how the questions go together."""
SCALES, PAIRS, SYNONYM = 3, 3, 0.6
"""Fewest scales with two halves, fewest pairs of questions that say the same, and the correlation that makes them such a pair
(Meade and Craig 2012)."""
FAST = 1 / 3
"""Answered in less than this share of the median time."""
NAN = float("nan")


@dataclass(frozen=True, eq=False)
class Questionnaire:
    """What the signs are reckoned with: the questions, and how people in general answer them.

    Attributes
    ----------
    answers : array (people, questions)
        As given, NaN where not answered; in the order they were asked.
    scales : array of int (questions,)
        The scale of each question.
    """

    answers: np.ndarray
    scales: np.ndarray

    @cached_property
    def ends(self) -> tuple[np.ndarray, np.ndarray]:
        """Least and greatest answer that anybody gave to a question of the same scale, (questions,) each."""
        low, high = np.nanmin(self.answers, axis=0), np.nanmax(self.answers, axis=0)
        members = [self.scales == scale for scale in self.scales]
        return np.array([low[own].min() for own in members]), np.array([high[own].max() for own in members])

    @cached_property
    def correlations(self) -> np.ndarray:
        """Correlations of all questions, each from those who answered both."""
        known = ~np.isnan(self.answers)
        apart = np.where(known, self.answers - np.nanmean(self.answers, axis=0), 0.0)
        both = apart.T @ apart
        squares = (apart**2).T @ known
        return both / np.sqrt(squares * squares.T)

    @cached_property
    def signs(self) -> np.ndarray:
        """1 or -1 per question: whether it runs with or against most of its scale."""
        found = np.ones(len(self.scales))
        for scale in np.unique(self.scales):
            own = np.flatnonzero(self.scales == scale)
            leading = np.linalg.eigh(self.correlations[np.ix_(own, own)])[1][:, -1]
            found[own] = np.sign(leading) * (1.0 if leading.sum() >= 0 else -1.0)
        return found

    def aligned(self, answers: np.ndarray) -> np.ndarray:
        """Give answers in standard deviations from the mean of each question, all running one way."""
        return (answers - np.nanmean(self.answers, axis=0)) / np.nanstd(self.answers, axis=0) * self.signs

    @cached_property
    def honest(self) -> np.ndarray:
        """Draw people who answer each question as often with each answer, and whose answers go together as much."""
        normal = np.random.default_rng(SEED).standard_normal((DRAWN, len(self.scales)))
        wanted = _whole(self.correlations)
        coarse = np.corrcoef(self._drawn(normal, wanted).T)
        with np.errstate(divide="ignore", invalid="ignore"):
            finer = np.where(np.abs(coarse) > 0.05, np.clip(wanted**2 / coarse, -0.98, 0.98), wanted)
        np.fill_diagonal(finer, 1.0)
        return self._drawn(normal, _whole(finer))

    def _drawn(self, normal: np.ndarray, correlations: np.ndarray) -> np.ndarray:
        felt = normal @ np.linalg.cholesky(correlations).T
        columns = []
        for given, own in zip(self.answers.T, felt.T, strict=True):
            values, counts = np.unique(given[~np.isnan(given)], return_counts=True)
            edges = ndtri(np.cumsum(counts)[:-1] / counts.sum())
            columns.append(values[np.searchsorted(edges, own)])
        return np.column_stack(columns)


def _whole(correlations: np.ndarray) -> np.ndarray:
    """Give the nearest correlations that people can have: no negative eigenvalues."""
    values, vectors = np.linalg.eigh(correlations)
    whole = (vectors * np.maximum(values, 1e-4)) @ vectors.T
    spread = np.sqrt(np.diag(whole))
    return whole / np.outer(spread, spread)


def long_string(asked: Questionnaire, answers: np.ndarray) -> np.ndarray:
    """Count the longest run of one answer (people,), over questions one after another that have the same answers."""
    low, high = asked.ends
    goes_on = (low[1:] == low[:-1]) & (high[1:] == high[:-1])
    run = longest = (~np.isnan(answers[:, 0])).astype("float64")
    for item in range(1, answers.shape[1]):
        same = (answers[:, item] == answers[:, item - 1]) & goes_on[item - 1]
        run = np.where(np.isnan(answers[:, item]), 0.0, np.where(same, run + 1, 1.0))
        longest = np.maximum(longest, run)
    return longest


def variability(asked: Questionnaire, answers: np.ndarray) -> np.ndarray:
    """Give how little a person's answers vary (people,): their standard deviation in shares of the scale, negative."""
    low, high = asked.ends
    shares = (answers - low) / (high - low)
    return -np.sqrt(_mean((shares - _mean(shares)[:, None]) ** 2))


def even_odd(asked: Questionnaire, answers: np.ndarray) -> np.ndarray:
    """Give how badly the two halves of scales agree within a person (people,): their correlation over scales, negative."""
    aligned = asked.aligned(answers)
    halves = []
    for scale in np.unique(asked.scales):
        own = np.flatnonzero(asked.scales == scale)
        if len(own) > 1:
            halves.append([_mean(aligned[:, own[start::2]]) for start in (0, 1)])
    if len(halves) < SCALES:
        return np.full(len(answers), NAN)
    pairs = np.array(halves)
    return -_correlated(pairs[:, 0].T, pairs[:, 1].T, SCALES)


def mahalanobis(asked: Questionnaire, answers: np.ndarray) -> np.ndarray:
    """Give how unlikely answers are together (people,): minus the logarithm of the tail of their squared distance from the mean."""
    aligned, covariance = asked.aligned(answers), _whole(asked.correlations * np.outer(asked.signs, asked.signs))
    found = np.full(len(answers), NAN)
    patterns, member = np.unique(~np.isnan(answers), axis=0, return_inverse=True)
    for place, known in enumerate(patterns):
        own = member.reshape(-1) == place
        if known.sum() > 1:
            part = aligned[own][:, known]
            distance = (part @ np.linalg.inv(covariance[np.ix_(known, known)]) * part).sum(axis=1)
            found[own] = -np.log(np.maximum(chdtrc(float(known.sum()), distance), 1e-300))
    return found


def synonyms(asked: Questionnaire, answers: np.ndarray) -> np.ndarray:
    """Give how badly questions that say the same agree within a person (people,): their correlation over pairs, negative."""
    close = np.argwhere(np.triu(asked.correlations * np.outer(asked.signs, asked.signs), 1) >= SYNONYM)
    if len(close) < PAIRS:
        return np.full(len(answers), NAN)
    aligned = asked.aligned(answers)
    return -_correlated(aligned[:, close[:, 0]], aligned[:, close[:, 1]], PAIRS)


def _mean(values: np.ndarray) -> np.ndarray:
    known = ~np.isnan(values)
    counts = known.sum(axis=1)
    return np.where(counts > 0, np.where(known, values, 0.0).sum(axis=1) / np.maximum(counts, 1), NAN)


def _correlated(one: np.ndarray, other: np.ndarray, fewest: int) -> np.ndarray:
    """Correlate within each person over columns (people, pairs), where enough are known and vary."""
    known = ~np.isnan(one) & ~np.isnan(other)
    first, second = (np.where(known, values, NAN) for values in (one, other))
    first, second = (np.where(known, values - _mean(values)[:, None], 0.0) for values in (first, second))
    spread = np.sqrt((first**2).sum(axis=1) * (second**2).sum(axis=1))
    there = (known.sum(axis=1) >= fewest) & (spread > 1e-12)
    return np.where(there, (first * second).sum(axis=1) / np.where(there, spread, 1.0), NAN)


SIGNS: dict[str, Callable[[Questionnaire, np.ndarray], np.ndarray]] = {
    "long_string": long_string,
    "variability": variability,
    "even_odd": even_odd,
    "mahalanobis": mahalanobis,
    "synonyms": synonyms,
}
"""Sign -> how much of it each person has; the greater, the more."""


def sign_of(name: str, asked: Questionnaire) -> np.ndarray:
    """Say who has a sign that at most ``RARE`` of honest people have.

    Parameters
    ----------
    name : str
        One of ``SIGNS``.
    asked : Questionnaire

    Returns
    -------
    array of float (people,)
        1 or 0; NaN where it cannot be reckoned: of a person with too few
        answers, and of all where people, scales or pairs of questions are too few.

    References
    ----------
    Curran (2016), Journal of Experimental Social Psychology 66:4-19; Meade and
    Craig (2012), Psychological Methods 17:437-455.
    """
    if not _is_enough(asked):
        return np.full(len(asked.answers), NAN)
    own, honest = SIGNS[name](asked, asked.answers), np.sort(SIGNS[name](asked, asked.honest))
    honest = honest[~np.isnan(honest)]
    if not len(honest):
        return np.full(len(own), NAN)
    tail = 1 - np.searchsorted(honest, own - 1e-9) / len(honest)
    return np.where(np.isnan(own), NAN, (tail <= RARE).astype("float64"))


def _is_enough(asked: Questionnaire) -> bool:
    known = ~np.isnan(asked.answers)
    enough = len(known) and known.sum(axis=0).min() >= max(FEWEST, PEOPLE_PER_QUESTION * len(asked.scales))
    return bool(enough and len(asked.scales) > 1 and (np.nanstd(asked.answers, axis=0) > 0).all())
