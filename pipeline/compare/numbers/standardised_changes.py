"""Changes of the same people in standard deviations of the answers (d_av), comparable with group differences."""

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


def _standardised(change: np.ndarray, deviation: float, confidence: float) -> StandardisedDifference:
    tested = mean_change(change, confidence)
    low, high = noncentrality_interval(tested.statistic, tested.df, confidence)
    scale = tested.std_error / float(deviation)
    return StandardisedDifference(tested.difference / float(deviation), low * scale, high * scale)
