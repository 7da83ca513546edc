"""Weights that make two groups alike in their covariates, and the weighted difference with an error that knows they were estimated.

By the odds of being in the first group (logistic regression), or by entropy
balancing, which makes the covariates' means equal at once and which no sound
library has.
"""

# scipy is imported where it is called: at the top it would cost every command a second.

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, sqrt

import numpy as np

from pipeline.compare.numbers.glm import Tested, fit_glm, separates, tested
from pipeline.compare.numbers.regression import independent_columns

ATT, ATE, OVERLAP, ENTROPY = "att", "ate", "overlap", "entropy"
MATCHING = "matching"
LIKE_FIRST = (ATT, ENTROPY, MATCHING)
"""Kinds that leave the first group as it is and make the second like it."""
STEPS, SETTLED = 200, 1e-12
NO_ROOM = 1e-9
"""Controls of whom one must have a smaller share of the weight than this, whatever the others have, are no overlap."""


@dataclass(frozen=True)
class Weighted:
    """Weights of people of two groups.

    Attributes
    ----------
    kind : str
    group : array (n,)
        1 in the first, 0 in the second.
    weights : array (n,)
        The second group's sum to the first group's number where they make it alike.
    """

    kind: str
    group: np.ndarray
    weights: np.ndarray

    def effective(self, arm: int) -> float:
        """Give how many equally weighted people of a group (1 or 0) would be as many as these (Kish)."""
        own = self.weights[self.group == arm]
        return float(own.sum() ** 2 / (own**2).sum())

    def imbalance(self, values: np.ndarray, weighted: bool) -> float:
        """Give the difference of means of a covariate in standard deviations without weights: the first group's where it is left as it is, else the root of the average variance."""
        weights = self.weights if weighted else np.ones(len(values))
        means = [np.average(values[self.group == arm], weights=weights[self.group == arm]) for arm in (1, 0)]
        variances = [values[self.group == arm].var(ddof=1) for arm in ((1,) if self.kind in LIKE_FIRST else (1, 0))]
        spread = sqrt(np.mean(variances))
        return float((means[0] - means[1]) / spread) if spread > 0 else float("nan")

    def difference(self, outcome: np.ndarray) -> float:
        """Give the weighted mean of the first minus that of the second group."""
        first, second = (np.average(outcome[self.group == arm], weights=self.weights[self.group == arm]) for arm in (1, 0))
        return float(first - second)

    def parts(self, outcome: np.ndarray) -> np.ndarray:
        """Give each person's influence (n,) on the difference if the weights were known."""
        found = np.zeros(len(outcome))
        for arm, sign in ((1, 1.0), (0, -1.0)):
            own = self.group == arm
            share = self.weights[own] / self.weights[own].sum()
            found[own] = sign * share * (outcome[own] - share @ outcome[own])
        return found


@dataclass(frozen=True)
class Weighting(Weighted):
    """Weights with what is needed to see how they move with what they were estimated from.

    Attributes
    ----------
    design : array (n, p)
        What the weights are estimated from, in columns of its own making.
    log_odds : array (n,)
        Of being in the first group; by entropy balancing the logarithm of the weight.
    slopes : array (n,)
        Of the logarithm of each weight in the log odds.
    scores : array (n, p)
        Each person's part of the equations that the weights solve.
    information : array (p, p)
        Slope of these equations.
    """

    design: np.ndarray
    log_odds: np.ndarray
    slopes: np.ndarray
    scores: np.ndarray
    information: np.ndarray

    def influence(self, outcome: np.ndarray) -> np.ndarray:
        """Give each person's influence (n,) on the difference, that on the weights included."""
        parts = self.parts(outcome)
        moves = (parts * self.slopes) @ self.design
        return parts + self.scores @ np.linalg.solve(self.information, moves)


def weigh(kind: str, design: np.ndarray, group: np.ndarray) -> Weighting | str:
    """Estimate weights.

    Parameters
    ----------
    kind : str
        ``att``: the second group made like the first, by the odds; ``ate``: both like everybody; ``overlap``: both like
        those who could as well have been in either; ``entropy``: as ``att``, with equal means and otherwise as even as can be.
    design : array (n, p)
        Intercept and covariates.
    group : array (n,)
        1 or 0, both there.

    Returns
    -------
    Weighting or str
        ``group_separated``, ``no_overlap`` or ``not_converged``.

    References
    ----------
    Li, Morgan and Zaslavsky (2018), Journal of the American Statistical Association 113:390-400; Hainmueller (2012),
    Political Analysis 20:25-46.
    """
    basis = np.linalg.qr(design[:, independent_columns(design)])[0] * sqrt(len(design))
    return _balanced(basis, group) if kind == ENTROPY else _by_odds(kind, basis, group)


def _by_odds(kind: str, basis: np.ndarray, group: np.ndarray) -> Weighting | str:
    fit = fit_glm("logistic", basis, group, None)
    if separates(basis, group, fit.means):
        return "group_separated"
    if not fit.converged:
        return "not_converged"
    chance, own = fit.means, group == 1
    weights, slopes = {
        ATT: (np.where(own, 1.0, chance / (1 - chance)), np.where(own, 0.0, 1.0)),
        ATE: (1 / np.where(own, chance, 1 - chance), np.where(own, chance - 1, chance)),
        OVERLAP: (np.where(own, 1 - chance, chance), np.where(own, -chance, 1 - chance)),
    }[kind]
    scores = basis * (group - chance)[:, None]
    return Weighting(kind, group, weights, basis, basis @ fit.coefficients, slopes, scores, basis.T @ (basis * fit.weights[:, None]))


def _balanced(basis: np.ndarray, group: np.ndarray) -> Weighting | str:
    own = group == 1
    away = basis[~own, 1:] - basis[own, 1:].mean(axis=0)
    found = _most_even(away)
    if found is None:
        return "not_converged" if _has_room(away) else "no_overlap"
    weights = np.ones(len(group))
    weights[~own] = own.sum() * found
    scores = basis * np.where(own, 1.0, -weights)[:, None]
    rest = basis[~own]
    information = rest.T @ (rest * weights[~own][:, None])
    return Weighting(ENTROPY, group, weights, basis, np.log(weights), np.where(own, 0.0, 1.0), scores, information)


def _most_even(away: np.ndarray) -> np.ndarray | None:
    """Give the most even shares of the weight (n,) with which columns have mean zero, by Newton's method; None where it does not settle."""
    place = np.zeros(away.shape[1])
    total, shares = _shares(away, place)
    for _ in range(STEPS):
        mean = shares @ away
        if np.abs(mean).max(initial=0.0) < SETTLED:
            return shares
        curvature = away.T @ (away * shares[:, None]) - np.outer(mean, mean)
        try:
            step = np.linalg.solve(curvature, mean)
        except np.linalg.LinAlgError:
            return None
        length = 1.0
        while (ahead := _shares(away, place - length * step))[0] > total + SETTLED and length > SETTLED:
            length /= 2
        place, (total, shares) = place - length * step, ahead
    return None


def _shares(away: np.ndarray, place: np.ndarray) -> tuple[float, np.ndarray]:
    """Give the logarithm of the sum of the weights, which is least where the means are zero, and each one's share of it."""
    log_weights = away @ place
    if not np.isfinite(log_weights).all():
        return inf, np.zeros(len(away))
    top = log_weights.max()
    weights = np.exp(log_weights - top)
    return float(top + np.log(weights.sum())), weights / weights.sum()


def _has_room(away: np.ndarray) -> bool:
    """Say whether weights above 0 of everybody can give the columns mean zero (a linear programme)."""
    from scipy.optimize import linprog

    people, columns = away.shape
    equal = np.vstack([np.column_stack([away.T, away.sum(axis=0)]), np.append(np.ones(people), people)])
    found = linprog(np.append(np.zeros(people), -1.0), A_eq=equal, b_eq=np.append(np.zeros(columns), 1.0), bounds=(0, None))
    return bool(found.status == 0 and -found.fun > NO_ROOM / people)


def by_influence(estimate: float, influence: np.ndarray, coefficients: int, confidence: float) -> Tested:
    """Test a difference of independent people by each one's influence (n,) on it, its degrees of freedom those that all coefficients leave."""
    left = len(influence) - coefficients
    error = sqrt(len(influence) / left * (influence**2).sum()) if left > 0 else 0.0
    return tested(estimate, error, float(left), confidence)


def difference_without_each(difference_of: Callable[[np.ndarray], float], group: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """Compare anew without each cluster; NaN where these people cannot be compared.

    Parameters
    ----------
    difference_of : function
        Mask of people (n,) to their difference, weights estimated anew; NaN where there is none.
    group, clusters : array (n,)
        Clusters are whole numbers from 0.

    Returns
    -------
    array (clusters,)
    """
    kept = [clusters != one for one in range(int(clusters.max()) + 1)]
    return np.array([difference_of(rest) if len(np.unique(group[rest])) == 2 else float("nan") for rest in kept])


def clustered_difference(estimate: float, without: np.ndarray, confidence: float) -> Tested:
    """Test a weighted difference of people in clusters by the jackknife, with Student's t on clusters less one.

    Parameters
    ----------
    estimate : float
    without : array (clusters,)
        As ``difference_without_each`` gives it.
    confidence : float

    References
    ----------
    Bell and McCaffrey (2002), Survey Methodology 28:169-181.
    """
    clusters = len(without)
    error = sqrt((clusters - 1) / clusters * ((without - estimate) ** 2).sum())
    return tested(estimate, error, float(clusters - 1), confidence)
