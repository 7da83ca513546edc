"""One estimate of several, each of the same people with missing answers imputed anew (Rubin 1987).

Degrees of freedom by Barnard and Rubin (1999), Biometrika 86:948-955, so that they never are more than with
all answers known. The same numbers as R's mice.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.compare.numbers.results import TTest
from pipeline.compare.numbers.student import critical_value, two_sided_p

LEAST_SHARE = 1e-4
"""The share of the variance that is due to missing answers is taken to be no less in degrees of freedom, as mice does."""


@dataclass(frozen=True)
class Pooled:
    """A pooled estimate, and what it lost with the missing answers.

    Attributes
    ----------
    test : TTest
    missing_information : float
        Share of the information on the estimate that is missing, by Rubin; 0 where all imputations tell the same.
    """

    test: TTest
    missing_information: float


def pooled(estimates: np.ndarray, errors: np.ndarray, df: float, confidence: float) -> Pooled:
    """Pool by Rubin's rules.

    Parameters
    ----------
    estimates, errors : array (m,)
        With their standard errors, above 0; m is at least 2.
    df : float
        Degrees of freedom had all been known.
    confidence : float

    Returns
    -------
    Pooled
        As of one imputation where all tell the same.
    """
    m, estimate = len(estimates), float(estimates.mean())
    within, between = float((errors**2).mean()), (1 + 1 / m) * float(estimates.var(ddof=1))
    total = within + between
    if between > 0:
        share = max(between / total, LEAST_SHARE)
        old = (m - 1) / share**2
        observed = df * (1 - share) * (df + 1) / (df + 3)
        freedom = old * observed / (old + observed)
        ratio = between / within
        lost = (ratio + 2 / (freedom + 3)) / (ratio + 1)
    else:
        freedom, lost = df, 0.0
    error = float(np.sqrt(total))
    half = critical_value(confidence, freedom) * error
    test = TTest(estimate, error, estimate / error, freedom, two_sided_p(estimate / error, freedom), estimate - half, estimate + half)
    return Pooled(test, float(lost))
