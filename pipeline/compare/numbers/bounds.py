"""What those lost could change at most: worst-case bounds that assume nothing about them.

The bounds say between which ends the figure for everybody must lie if those
lost could have had any value of the scale. They hold no uncertainty of
sampling, and need no randomised design.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Bounds:
    """Ends between which the mean of everybody lies, and what it rests on."""

    low: float
    high: float
    n: int
    """Everybody, lost or not."""
    n_known: int


def mean_bounds(outcome: np.ndarray, least: float, greatest: float) -> Bounds:
    """Bound the mean of everybody when some are lost.

    Parameters
    ----------
    outcome : array of float (people,)
        NaN for those lost; at least one person. A share is given as 0 and 1.
    least, greatest : float
        Ends of the scale that those lost could have.

    Returns
    -------
    Bounds
        As wide as the share lost times the width of the scale, however many
        people there are.

    References
    ----------
    Manski (1990), American Economic Review 80(2):319-323.
    """
    known = ~np.isnan(outcome)
    low, high = (float(np.where(known, outcome, end).mean()) for end in (least, greatest))
    return Bounds(low, high, len(outcome), int(known.sum()))


def change_bounds(before: np.ndarray, after: np.ndarray, least: float, greatest: float) -> Bounds:
    """Bound the mean change of everybody, using the value before of those lost after.

    Parameters
    ----------
    before, after : arrays of float (people,)
        The same people; NaN where lost.
    least, greatest : float
        Ends of the scale.

    Returns
    -------
    Bounds
        After minus before; ``n_known`` counts those known in both waves.
    """
    ends = [(np.where(np.isnan(wave), least, wave), np.where(np.isnan(wave), greatest, wave)) for wave in (before, after)]
    (before_low, before_high), (after_low, after_high) = ends
    known = ~np.isnan(after - before)
    return Bounds(float((after_low - before_high).mean()), float((after_high - before_low).mean()), len(known), int(known.sum()))
