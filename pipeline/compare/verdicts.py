"""Verdicts: the closed sets of words that a comparison, and a target, may end in.

A verdict follows from the test that was made, and its direction from what that
test is about. Difference and equivalence are two questions with a p-value each.
So are whether a target was reached in this group, and whether it holds for similar ones.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy.special import stdtr

WORDS = {"higher": ("better", "worse"), "lower": ("worse", "better"), "neither": ("higher", "lower")}
"""Direction of the measure -> word for a positive and for a negative difference."""

Interval = tuple[float, float]
UNKNOWN: Interval = (math.nan, math.nan)
PRECISION = 1e-12
SHARE_ROUNDING = 1e-9
"""Shares this close are equal: 42 of 60 is 70 per cent, whatever the last binary digit says."""


@dataclass(frozen=True)
class Finding:
    """What one comparison found, and by what it is judged.

    Parameters
    ----------
    effect : float
        What the test is about: first minus second, or for a test by rank the
        rank-biserial correlation; NaN when there is none.
    p_value : float
        Adjusted within the family where there is one; NaN when not defined.
    alpha : float
        1 minus the confidence of the analysis.
    direction : str
        Which values are better: ``higher``, ``lower`` or ``neither``.
    bound : float
        Smallest difference that matters, above 0; NaN when none is declared.
    interval : (low, high)
        At confidence 1 - alpha; NaN where it is not defined or has no width.
    p_equivalence : float
        Of the two one-sided tests against the bound, adjusted as ``p_value``
        is; NaN when they were not made.
    """

    effect: float
    p_value: float
    alpha: float
    direction: str
    bound: float = math.nan
    interval: Interval = UNKNOWN
    p_equivalence: float = math.nan


def verdict_of(finding: Finding) -> str:
    """Decide what one comparison shows.

    Parameters
    ----------
    finding : Finding

    Returns
    -------
    str
        Empty without an effect; else, in this order of precedence:
        ``smaller_than_matters`` (the difference and that it lies inside the
        bounds are both established, and the interval shows as much),
        ``better``/``worse`` or ``higher``/``lower`` (the difference is
        established), ``equivalent`` (it is not, and that it lies inside the
        bounds is), ``cannot_tell``.
    """
    if math.isnan(finding.effect):
        return ""
    similar = finding.p_equivalence < finding.alpha
    if finding.p_value < finding.alpha:
        small = similar and excludes_zero(finding.interval) and _inside(finding.interval, finding.bound)
        positive, negative = WORDS[finding.direction]
        word = positive if finding.effect > 0 else negative
        return "smaller_than_matters" if small else word
    return "equivalent" if similar and not math.isnan(finding.p_value) else "cannot_tell"


def two_one_sided_p(estimate: float, std_error: float, df: float, bound: float) -> float:
    """Give the greater p-value of the two one-sided t tests that a difference lies inside plus and minus a bound.

    Parameters
    ----------
    estimate, std_error, df : float
        Of the difference; the error above 0.
    bound : float
        Above 0.

    Returns
    -------
    float
        Below alpha exactly when the interval at confidence 1 - 2 alpha lies
        inside the bounds.

    References
    ----------
    Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15:657-680.
    """
    return float(stdtr(df, (abs(estimate) - bound) / std_error))


def p_inside(interval_at: Callable[[float], Interval], bound: float) -> float:
    """Give the same for any method: the least alpha whose interval at confidence 1 - 2 alpha lies inside the bounds.

    Parameters
    ----------
    interval_at : function
        Confidence -> interval; wider for a higher confidence.
    bound : float
        Above 0.

    Returns
    -------
    float
        To within 1e-12; 1 when the estimate itself lies outside.
    """
    out, within = 0.0, 0.5
    if not _inside(interval_at(0.0), bound):
        return 1.0
    while within - out > PRECISION:
        middle = (out + within) / 2
        out, within = (out, middle) if _inside(interval_at(1 - 2 * middle), bound) else (middle, within)
    return within


def _inside(interval: Interval, bound: float) -> bool:
    """Say whether an interval lies strictly within plus and minus the bound; NaN never does."""
    return -bound < interval[0] and interval[1] < bound


def excludes_zero(interval: Interval) -> bool:
    """Say whether an interval leaves out 0; NaN never does."""
    return interval[0] > 0 or interval[1] < 0


def target_fact(least: float, most: float, target: float) -> str:
    """Say whether a target was reached in this group, which needs no inference.

    Parameters
    ----------
    least, most : float
        Share or number reached if none, and if all, of those lost reached it.
    target : float

    Returns
    -------
    str
        ``reached``, ``not_reached``, or ``depends_on_lost``.
    """
    if least >= target - SHARE_ROUNDING:
        return "reached"
    return "depends_on_lost" if most >= target - SHARE_ROUNDING else "not_reached"


def target_support(interval: tuple[float, float], target: float) -> str:
    """Say whether the data support that similar groups reach a target.

    Parameters
    ----------
    interval : (low, high)
        Of the share reached, 0-1.
    target : float
        0-1.

    Returns
    -------
    str
        ``supported`` when the whole interval is at or above the target,
        ``not_supported`` when all of it is below, else ``cannot_tell``.
    """
    low, high = interval
    if low >= target - SHARE_ROUNDING:
        return "supported"
    return "not_supported" if high < target - SHARE_ROUNDING else "cannot_tell"
