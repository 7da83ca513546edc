"""Cox regression by statsmodels, and its errors where people are in clusters.

statsmodels' own errors for groups take tied events as Breslow does even when the
fit takes them as Efron does; here both do, as in R's survival.
"""

# statsmodels is imported where it is called: at the top it would cost every command half a second.

from dataclasses import dataclass

import numpy as np

SETTLED = 1e-4
"""A further step of Newton's, in errors, beyond which the fit has not settled."""


@dataclass(frozen=True)
class Hazards:
    """Logarithms of hazard ratios (p,) with their covariance (p, p) if the model holds, and each person's part of the score (n, p)."""

    coefficients: np.ndarray
    covariance: np.ndarray
    scores: np.ndarray

    def clustered(self, clusters: np.ndarray) -> np.ndarray:
        """Give the covariance (p, p) when people of one cluster may resemble each other (Lin and Wei 1989)."""
        sums = np.column_stack([np.bincount(clusters, column) for column in self.scores.T])
        half = sums @ self.covariance
        return half.T @ half


def fit_hazards(design: np.ndarray, times: np.ndarray, ended: np.ndarray) -> Hazards | None:
    """Fit hazards that columns multiply, tied events by Efron's method.

    Parameters
    ----------
    design : array (n, p)
        Without intercept.
    times, ended : array (n,)
        Time, and 1 where it ended with the event.

    Returns
    -------
    Hazards or None
        None where it does not settle.

    References
    ----------
    Cox (1972), Journal of the Royal Statistical Society B 34:187-220; Efron (1977), Journal of the American Statistical
    Association 72:557-565.
    """
    import warnings

    from statsmodels.duration.hazard_regression import PHReg

    centred = design - design.mean(axis=0)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # whether it settled is looked at below
        try:
            fit = PHReg(times, centred, status=ended, ties="efron").fit(maxiter=100, disp=0)
            coefficients, covariance = np.asarray(fit.params), np.asarray(fit.cov_params())
        except np.linalg.LinAlgError:
            return None
        scores = _scores(centred, times, ended, coefficients)
        step = covariance @ scores.sum(axis=0) / np.sqrt(np.diag(covariance))
    settled = np.isfinite(step).all() and np.abs(step).max() < SETTLED
    return Hazards(coefficients, covariance, scores) if settled else None


def _scores(design: np.ndarray, times: np.ndarray, ended: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """Give each person's part of the score: own event against those at risk, less what was expected of the person until then."""
    hazard, scores = np.exp(design @ coefficients), np.zeros(design.shape)
    for time in np.unique(times[ended == 1]):
        at_risk, now = np.flatnonzero(times >= time), np.flatnonzero((times == time) & (ended == 1))
        for place in range(len(now)):
            weights = hazard.copy()
            weights[now] *= 1 - place / len(now)
            weights = weights[at_risk]
            mean = weights @ design[at_risk] / weights.sum()
            scores[at_risk] -= (weights / weights.sum())[:, None] * (design[at_risk] - mean)
            scores[now] += (design[now] - mean) / len(now)
    return scores
