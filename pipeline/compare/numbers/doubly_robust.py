"""The first group beside what its outcomes would be without the programme, predicted from a weighted second group.

Right if the chances of being in the first group, or the outcome's model, are right;
not both need be.
"""

import numpy as np

from pipeline.compare.numbers.weighting import Weighting


def doubly_robust_att(found: Weighting, covariates: np.ndarray, outcome: np.ndarray) -> tuple[float, np.ndarray]:
    """Compare the first group's mean with the one predicted for it.

    Parameters
    ----------
    found : Weighting
        By the odds of being in the first group.
    covariates : array (n, p)
        Intercept and covariates, full rank also in the second group for its coefficients to be their own.
    outcome : array (n,)

    Returns
    -------
    (float, array (n,))
        The difference, and each person's influence on it, that on odds and coefficients included. With an intercept what the
        weighted regression leaves sums to zero, so that it is the augmented inverse probability weighted estimate too.

    References
    ----------
    Robins, Rotnitzky and Zhao (1994), Journal of the American Statistical Association 89:846-866; Wooldridge (2007),
    Journal of Econometrics 141:1281-1301.
    """
    design, own = found.design, found.group == 1
    weights = np.where(own, 0.0, found.weights)
    curvature = np.linalg.pinv(design.T @ (design * weights[:, None]))
    left = outcome - design @ (curvature @ (design.T @ (weights * outcome)))
    estimate = float(left[own].mean())
    scores = design * (weights * left)[:, None]
    moves = scores + found.scores @ np.linalg.solve(found.information, found.design.T @ scores)
    influence = np.where(own, left - estimate, 0.0) / own.sum() - moves @ (curvature @ design[own].mean(axis=0))
    return estimate, influence
