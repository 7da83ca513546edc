"""Time to an event with some not yet there: Kaplan and Meier's curve, its quantiles and area.

Those censored are assumed to have had the same prospects as those still followed
at that time. At one time, events come before censorings. statsmodels gives the
curve; the rest is in no library.
"""

from dataclasses import dataclass

import numpy as np
from statsmodels.duration.survfunc import SurvfuncRight

from pipeline.compare.numbers.results import Estimate
from pipeline.compare.numbers.student import critical_value, normal_value

NAN = float("nan")
FLAT = 1e-8
"""A curve this close to a share counts as lying on it."""


@dataclass(frozen=True)
class Survival:
    """Kaplan-Meier estimates at k times, each an array (k,)."""

    at_risk: np.ndarray
    """Units with a time of at least this."""
    events: np.ndarray
    """Events up to and including this time."""
    survival: np.ndarray
    """Share without the event just after this time."""
    std_error: np.ndarray
    """Greenwood's standard error of the survival."""
    conf_low: np.ndarray
    conf_high: np.ndarray
    """Log-log interval; NaN where survival is 0 or 1."""


def kaplan_meier(time: np.ndarray, event: np.ndarray, grid: np.ndarray, confidence: float) -> Survival:
    """Estimate survival at given times.

    Parameters
    ----------
    time : array (n,)
        Time of the event, or of the last information; without missing values.
    event : array of bool (n,)
        False when censored. Events at a time come before censorings at it.
    grid : array (k,)
        Times to report, rising.
    confidence : float
        0-1.

    Returns
    -------
    Survival
    """
    curve = _curve(time, event)
    place = np.searchsorted(curve.surv_times, grid, side="right")
    height, error = np.append(1.0, curve.surv_prob)[place], np.append(0.0, curve.surv_prob_se)[place]
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = normal_value(confidence) * error / height / np.log(height)
        bounds = [height ** np.exp(sign * spread) for sign in (-1, 1)]
    low, high = (np.where((height > 0) & (height < 1), bound, NAN) for bound in bounds)
    at_risk = len(time) - np.searchsorted(np.sort(time), grid, side="left")
    return Survival(at_risk, np.append(0, np.cumsum(curve.n_events))[place], height, error, low, high)


def quantile_time(time: np.ndarray, event: np.ndarray, share: float, confidence: float = 0.95) -> Estimate:
    """Give the time by which a share has had the event, such as the median for 0.5.

    Parameters
    ----------
    time : array (n,)
        Time of the event, or of the last information; without missing values.
    event : array of bool (n,)
        False when censored.
    share : float
        0-1.
    confidence : float
        Level of the interval, 0-1.

    Returns
    -------
    Estimate
        The middle of the curve's flat stretch where it lies exactly on the
        share. The limits are read from the log-log limits of the curve; the
        upper one is often missing.

    References
    ----------
    Brookmeyer and Crowley (1982), Biometrics 38:29-41; conventions of
    ``quantile.survfit`` in R.
    """
    times = np.unique(time[event])
    curve = kaplan_meier(time, event, times, confidence)
    ends = (curve.survival, curve.conf_low, curve.conf_high)
    last = float(time.max())
    return Estimate(*(_first_time_below(times, height, 1 - share, last) for height in ends))


def restricted_mean(time: np.ndarray, event: np.ndarray, horizon: float, confidence: float = 0.95) -> Estimate:
    """Give the mean time without the event up to a horizon: the area under the curve.

    Parameters
    ----------
    time, event : arrays (n,)
        As ``quantile_time``.
    horizon : float
        Above 0. Where nobody is followed so far and the curve is not at 0, it is
        continued as it was last (``followed_to``).
    confidence : float
        Level of the interval, 0-1.

    Returns
    -------
    Estimate
        In the unit of ``time``. The standard error is Greenwood's, 0 and without
        interval when nobody had the event before the horizon, and when everybody
        had it at once. The interval is Student's on the logit of the mean's share
        of the horizon: it held the truth in 92 to 96 % of simulations with few
        events, where the normal one did in 88 to 93 % (tests/validate/methods/few_events.py).

    References
    ----------
    Royston and Parmar (2013), BMC Medical Research Methodology 13:152.
    """
    curve = _curve(time, event)
    inside = curve.surv_times <= horizon
    times, risk, deaths = curve.surv_times[inside], curve.n_risk[inside], curve.n_events[inside]
    survival = np.append(1.0, curve.surv_prob[inside])
    areas = np.diff(np.concatenate([[0.0], times, [horizon]])) * survival
    left = np.cumsum(areas[::-1])[::-1][1:]
    counted = left > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = left**2 * deaths / (risk * (risk - deaths))
    mean, std_error = float(areas.sum()), float(np.sqrt(parts[counted].sum()))
    if not std_error > 0:
        return Estimate(mean, std_error=std_error)
    share = mean / horizon
    half = critical_value(confidence, len(time) - 1) * std_error / horizon / (share * (1 - share))
    middle = np.log(share / (1 - share))
    low, high = (float(horizon / (1 + np.exp(-(middle + side * half)))) for side in (-1, 1))
    return Estimate(mean, low, high, std_error)


def followed_to(time: np.ndarray, event: np.ndarray, horizon: float) -> bool:
    """Say whether the curve is known up to the horizon: somebody is followed so far, or all had the event."""
    last = time.max()
    return bool(last >= horizon or event[time == last].all())


def all_at_once(time: np.ndarray, event: np.ndarray) -> bool:
    """Say whether everybody who was followed to the first event had it then."""
    return bool(event.any() and event[time >= time[event].min()].all() and np.ptp(time[event]) == 0)


def cumulative_hazard(time: np.ndarray, event: np.ndarray) -> np.ndarray:
    """Give the cumulative hazard by Nelson and Aalen at each unit's own time: the events expected of it.

    Parameters
    ----------
    time, event : arrays (n,)
        As ``quantile_time``.

    Returns
    -------
    array (n,)
    """
    curve = _curve(time, event)
    steps = np.append(0.0, np.cumsum(curve.n_events / curve.n_risk))
    return steps[np.searchsorted(curve.surv_times, time, side="right")]


def _curve(time: np.ndarray, event: np.ndarray) -> SurvfuncRight:
    return SurvfuncRight(time, event.astype("int64"))


def _first_time_below(times: np.ndarray, height: np.ndarray, share: float, last: float) -> float:
    """Give the first time at which a falling curve is at or below the share; the middle of a stretch that lies on it."""
    below = np.flatnonzero(height < share + FLAT)
    if not len(below):
        return NAN
    first = float(times[below[0]])
    if height[below[0]] < share - FLAT:
        return first
    under = np.flatnonzero(height < share - FLAT)
    return (first + float(times[under[0]] if len(under) else last)) / 2
