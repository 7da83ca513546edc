"""How alike the people of one cluster are, and how far they agree: what speaks for or against a cluster's mean."""

from dataclasses import dataclass

import numpy as np

NAN = float("nan")


@dataclass(frozen=True)
class Likeness:
    """Of scores within clusters; NaN where there is nothing to compare."""

    single: float
    """ICC(1): share of the spread that lies between clusters."""
    of_means: float
    """ICC(2): how reliable the clusters' means are."""
    people: int
    clusters: int


def likeness(scores: np.ndarray, clusters: np.ndarray) -> Likeness:
    """Compare the spread between clusters with that within them.

    Parameters
    ----------
    scores : array of float (people,)
        NaN where there is none.
    clusters : array (people,)

    Returns
    -------
    Likeness
        By the mean size of clusters, as in R's multilevel.

    References
    ----------
    Bliese (2000), in Klein and Kozlowski (eds.), Multilevel Theory, 349-381.
    """
    known = ~np.isnan(scores)
    values, (names, member) = scores[known], np.unique(clusters[known], return_inverse=True)
    people, number = len(values), len(names)
    if number < 2 or people <= number or np.ptp(values) == 0:
        return Likeness(NAN, NAN, people, number)
    sizes = np.bincount(member)
    means = np.bincount(member, values) / sizes
    between = float((sizes * (means - values.mean()) ** 2).sum()) / (number - 1)
    within = float(((values - means[member]) ** 2).sum()) / (people - number)
    size = people / number
    return Likeness((between - within) / (between + (size - 1) * within), 1 - within / between, people, number)


def agreement_within(answers: np.ndarray, clusters: np.ndarray, steps: int) -> np.ndarray:
    """Give rwg(j) of each cluster: how far its people agree, against answers by chance alone.

    Parameters
    ----------
    answers : array of float, shape (people, items)
        NaN where not answered; people with every answer count.
    clusters : array (people,)
    steps : int
        How many answers a question has: by chance each is as likely.

    Returns
    -------
    array of float (clusters,)
        In the order of the clusters' names; NaN for a cluster of one.

    References
    ----------
    James, Demaree and Wolf (1984), Journal of Applied Psychology 69:85-98.
    """
    complete = ~np.isnan(answers).any(axis=1)
    names, member = np.unique(clusters[complete], return_inverse=True)
    whole = answers[complete]
    chance, items = (steps**2 - 1) / 12, answers.shape[1]
    groups = [whole[member == place] for place in range(len(names))]
    shares = [1 - min(float(one.var(axis=0, ddof=1).mean()) / chance, 1.0) if len(one) > 1 else NAN for one in groups]
    return np.array([items * share / (items * share + 1 - share) for share in shares])
