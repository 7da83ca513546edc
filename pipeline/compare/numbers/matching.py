"""Pairs of people alike in their chance of being in the first group: nearest neighbour, once each, with or without a caliper."""

from dataclasses import dataclass

import numpy as np

from pipeline.compare.numbers.glm import Tested, tested
from pipeline.compare.numbers.weighting import ATT, MATCHING, Weighted, weigh

DIGITS = 12
"""Chances are compared without the noise of their last digits, so that no pair hangs on a processor."""


@dataclass(frozen=True)
class Matching(Weighted):
    """Pairs: places of who was matched of the first group, and of the second; weights are 1 of who is in a pair, else 0."""

    first: np.ndarray
    second: np.ndarray
    apart: float
    """How much likelier the first of a pair is on average, in standard deviations of the first group's chances: what no error knows of."""

    def tested(self, outcome: np.ndarray, confidence: float) -> Tested:
        """Test the difference by Student's t of the pairs' differences."""
        apart = outcome[self.first] - outcome[self.second]
        error = float(apart.std(ddof=1)) / np.sqrt(len(apart))
        return tested(float(apart.mean()), float(error), float(len(apart) - 1), confidence)


def match(design: np.ndarray, group: np.ndarray, caliper: float | None) -> Matching | str:
    """Match each of the first group, the likeliest first, with the one of the second not yet taken whose chance is nearest.

    Parameters
    ----------
    design : array (n, p)
        Intercept and covariates.
    group : array (n,)
        1 or 0, both there.
    caliper : float or None
        How far apart the chances of a pair may be, in standard deviations of everybody's.

    Returns
    -------
    Matching or str
        Of those equally near the first in order. ``group_separated``, ``not_converged``, or ``nobody_matched``.

    References
    ----------
    As R's MatchIt 4.7.1 does (method "nearest"); Rosenbaum and Rubin (1985), The American Statistician 39:33-38.
    """
    found = weigh(ATT, design, group)
    if isinstance(found, str):
        return found
    chance = np.round(1 / (1 + np.exp(-found.log_odds)), DIGITS)
    furthest = np.inf if caliper is None else caliper * float(chance.std(ddof=1))
    wanted, free = np.flatnonzero(group == 1), np.flatnonzero(group == 0)
    pairs = []
    for one in wanted[np.argsort(-chance[wanted], kind="stable")]:
        if not len(free):
            break
        apart = np.abs(chance[free] - chance[one])
        nearest = int(apart.argmin())
        if apart[nearest] <= furthest:
            pairs.append((one, free[nearest]))
            free = np.delete(free, nearest)
    if not pairs:
        return "nobody_matched"
    first, second = np.array(sorted(pairs)).T
    spread = float(chance[group == 1].std(ddof=1)) if len(wanted) > 1 else 0.0
    apart = float((chance[first] - chance[second]).mean()) / spread if spread > 0 else 0.0
    return Matching(MATCHING, group, np.isin(np.arange(len(group)), [*first, *second]).astype("float64"), first, second, apart)
