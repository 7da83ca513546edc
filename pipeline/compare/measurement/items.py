"""Whether two groups answer one question alike when they answer the others alike (differential item functioning)."""

import numpy as np
from scipy.special import ndtri

from pipeline.compare.numbers.ordered import proportional_odds
from pipeline.compare.numbers.results import Estimate


def item_odds_ratio(first: np.ndarray, second: np.ndarray, item: int, confidence: float) -> Estimate | None:
    """Compare the odds of a higher answer to one question between people of two groups with the same mean of the others.

    Parameters
    ----------
    first, second : array of float, shape (people, items)
        Reversed; people who answered every question count.
    item : int
        Place of the question.
    confidence : float

    Returns
    -------
    Estimate or None
        Odds ratio, first over second; None where the answers tell nothing of it.

    References
    ----------
    Zumbo (1999), A Handbook on the Theory and Methods of Differential Item Functioning.
    """
    groups = [answers[~np.isnan(answers).any(axis=1)] for answers in (first, second)]
    both, member = np.vstack(groups), np.repeat([1.0, 0.0], [len(groups[0]), len(groups[1])])
    both, member = both[order := np.lexsort((member, *both.T))], member[order]
    answers, classes = np.unique(both[:, item], return_inverse=True)
    rest = np.delete(both, item, axis=1).mean(axis=1)
    if len(answers) < 2 or np.ptp(rest) == 0:
        return None
    found = proportional_odds(np.column_stack([member, rest - rest.mean()]), classes)
    if found is None:
        return None
    half = float(ndtri((1 + confidence) / 2) * found.covariance[0, 0] ** 0.5)
    log = float(found.coefficients[0])
    return Estimate(float(np.exp(log)), float(np.exp(log - half)), float(np.exp(log + half)))
