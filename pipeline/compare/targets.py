"""Targets: whether one was reached in this group, and whether it holds for similar groups."""

ROUNDING = 1e-9
"""Shares this close are equal: 42 of 60 is 70 per cent, whatever the last binary digit says."""


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
    if least >= target - ROUNDING:
        return "reached"
    return "depends_on_lost" if most >= target - ROUNDING else "not_reached"


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
    if low >= target - ROUNDING:
        return "supported"
    return "not_supported" if high < target - ROUNDING else "cannot_tell"
