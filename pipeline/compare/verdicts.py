"""Verdicts: the closed set of words that a comparison may end in, as one truth table."""

import math
from dataclasses import dataclass

COMPARED_ESTIMANDS = (
    *("mean_difference", "location_shift", "risk_difference", "adjusted_mean_difference", "adjusted_risk_difference"),
    "mean_change",
)
"""Estimands that get a verdict, on rows for everybody; ratios and the median of a change repeat one, levels describe."""

WORDS = {"higher": ("better", "worse"), "lower": ("worse", "better"), "neither": ("higher", "lower")}
"""Direction of the measure -> word for a positive and for a negative difference."""

Interval = tuple[float, float]
UNKNOWN: Interval = (math.nan, math.nan)


@dataclass(frozen=True)
class Finding:
    """What one comparison found, and by what it is judged.

    Parameters
    ----------
    estimate : float
        First minus second; NaN when there is none.
    p_value : float
        Adjusted within the family where there is one; NaN when not defined.
    alpha : float
        1 minus the confidence of the analysis.
    direction : str
        Which values are better: ``higher``, ``lower`` or ``neither``.
    bound : float
        Smallest difference that matters, above 0; NaN when none is declared.
    interval, narrow : (low, high)
        At confidence 1 - alpha and 1 - 2 alpha; NaN where not defined.
    """

    estimate: float
    p_value: float
    alpha: float
    direction: str
    bound: float = math.nan
    interval: Interval = UNKNOWN
    narrow: Interval = UNKNOWN


def verdict_of(finding: Finding) -> str:
    """Decide what one comparison shows.

    Parameters
    ----------
    finding : Finding

    Returns
    -------
    str
        Empty without an estimate; else, in this order of precedence:
        ``smaller_than_matters`` (decided, and the interval excludes 0 and lies
        inside the bounds), ``better``/``worse`` or ``higher``/``lower``
        (decided), ``equivalent`` (not decided, and the narrow interval lies
        inside the bounds), ``cannot_tell``.
    """
    if math.isnan(finding.estimate):
        return ""
    if finding.p_value < finding.alpha and finding.estimate != 0:
        small = _excludes_zero(finding.interval) and _inside(finding.interval, finding.bound)
        positive, negative = WORDS[finding.direction]
        word = positive if finding.estimate > 0 else negative
        return "smaller_than_matters" if small else word
    similar = not math.isnan(finding.p_value) and _inside(finding.narrow, finding.bound)
    return "equivalent" if similar else "cannot_tell"


def _inside(interval: Interval, bound: float) -> bool:
    """Say whether an interval lies strictly within plus and minus the bound; NaN never does."""
    return -bound < interval[0] and interval[1] < bound


def _excludes_zero(interval: Interval) -> bool:
    return interval[0] > 0 or interval[1] < 0
