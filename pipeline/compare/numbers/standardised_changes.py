"""Changes of the same people in standard deviations.

Which standard deviation stands in the denominator is the method, so each has
its own function: that of the answers (d_av, comparable with group differences),
or that of the changes (d_z, what a paired t test sees).
"""

import numpy as np

from pipeline.compare.numbers.changes import mean_change
from pipeline.compare.numbers.standardised import StandardisedDifference, noncentrality_interval, small_sample_correction


def cohens_d_av(before: np.ndarray, after: np.ndarray, confidence: float = 0.95) -> StandardisedDifference:
    """Standardise the mean change by the average of both waves' standard deviations.

    Parameters
    ----------
    before, after : arrays of float, shape (pairs,)
        The same people; at least two, none missing, changes not all equal.
    confidence : float
        Level of the interval, 0-1.

    Returns
    -------
    StandardisedDifference
        After minus before. The limits are those of the noncentrality of the
        paired t, divided as the change is; approximate, because the denominator
        is taken as known. NaN where they cannot be computed.

    References
    ----------
    Cumming (2012), Understanding the New Statistics, ch. 11; interval after
    Algina and Keselman (2003), Educational and Psychological Measurement
    63:537-553.
    """
    return _standardised(after - before, (before.std(ddof=1) + after.std(ddof=1)) / 2, confidence)


def hedges_g_av(before: np.ndarray, after: np.ndarray, confidence: float = 0.95) -> StandardisedDifference:
    """Give Cohen's d_av and its limits, each times the exact small-sample correction with pairs - 1 degrees of freedom."""
    d = cohens_d_av(before, after, confidence)
    correction = small_sample_correction(len(before) - 1)
    return StandardisedDifference(d.difference * correction, d.conf_low * correction, d.conf_high * correction)


def cohens_d_z(before: np.ndarray, after: np.ndarray, confidence: float = 0.95) -> StandardisedDifference:
    """Standardise the mean change by the standard deviation of the changes.

    Parameters
    ----------
    before, after : arrays of float, shape (pairs,)
        As ``cohens_d_av``.
    confidence : float
        Level of the interval, 0-1.

    Returns
    -------
    StandardisedDifference
        With the exact noncentral-t interval when changes are normal. Larger
        than d_av when both waves correlate above one half, so the two must
        never be compared with each other.
    """
    change = after - before
    return _standardised(change, change.std(ddof=1), confidence)


def cohens_d_rm(before: np.ndarray, after: np.ndarray) -> float:
    """Give d_z times the root of 2 (1 - r), where r is the correlation between the waves; for checking."""
    correlation = np.corrcoef(before, after)[0, 1]
    return cohens_d_z(before, after).difference * float(np.sqrt(2 * (1 - correlation)))


def _standardised(change: np.ndarray, deviation: float, confidence: float) -> StandardisedDifference:
    tested = mean_change(change, confidence)
    low, high = noncentrality_interval(tested.statistic, tested.df, confidence)
    scale = tested.std_error / float(deviation)
    return StandardisedDifference(tested.difference / float(deviation), low * scale, high * scale)
