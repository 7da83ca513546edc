"""Log-rank test: whether groups have the same prospects of an event, by chi-square (statsmodels) or by exchanging units (scipy)."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2, permutation_test
from statsmodels.duration.survfunc import survdiff

from pipeline.compare.numbers.results import ChiSquare
from pipeline.compare.numbers.survival import cumulative_hazard

NAN = float("nan")
EXCHANGES = 4999
AT_ONCE = 500
"""Exchanges that are held in memory at one time."""


@dataclass(frozen=True)
class LogRank(ChiSquare):
    """Log-rank test of groups."""

    least_expected: float = NAN
    """Fewest events of a group if all had the same prospects."""


def log_rank(time: np.ndarray, event: np.ndarray, group: np.ndarray) -> LogRank:
    """Test whether groups have the same prospects at all times.

    Parameters
    ----------
    time, event : arrays (n,)
        As ``quantile_time``.
    group : array of int (n,)
        Place of each unit's group, 0 to k - 1; each has at least one unit.

    Returns
    -------
    LogRank
        ``df`` is k - 1, less the groups that were never at risk at an event.
        NaN without any event, with one group only, when everybody has the event
        at once, and when no two groups are at risk at one event. Its p-value is
        too small with few expected events in a group (``permuted_log_rank``);
        weak when curves cross.

    References
    ----------
    Mantel (1966), Cancer Chemotherapy Reports 50:163-170; conventions of
    ``survdiff`` in R.
    """
    first = time[event].min(initial=np.inf)
    followed = time >= first
    groups = np.unique(group[followed])
    if len(groups) < 2 or (event & (time == first))[followed].all():
        return LogRank()
    statistic, _ = survdiff(time[followed], event[followed].astype("int64"), group[followed])  # its p-value, 1 - cdf, loses small ones
    df = len(groups) - 1
    expected = np.bincount(group, cumulative_hazard(time, event))
    return LogRank(float(statistic), float(df), float(chi2.sf(statistic, df)), float(expected.min()))


def permuted_log_rank(time: np.ndarray, event: np.ndarray, group: np.ndarray, seed: int, exchanges: int = EXCHANGES) -> float:
    """Give the p-value of the log-rank test by exchanging units between groups.

    Parameters
    ----------
    time, event, group : arrays (n,)
        As ``log_rank``.
    seed : int
        Of the exchanges, where not all can be made.
    exchanges : int
        Most that are made.

    Returns
    -------
    float
        Exact with up to seven units. Groups are taken to be
        censored alike; where they are not it is too large rather than too small.

    References
    ----------
    Heinze, Gnant and Schemper (2003), Biometrics 59:1151-1157. What is summed in
    a group is the log-rank score: event less cumulative hazard (Nelson, Aalen).
    """
    score = event - cumulative_hazard(time, event)
    members = (group[:, None] == np.arange(int(group.max()) + 1)).astype("float64")
    found = permutation_test(
        (score,),
        lambda exchanged, axis: ((exchanged @ members) ** 2 / members.sum(axis=0)).sum(axis=-1),
        permutation_type="pairings",
        vectorized=True,
        n_resamples=exchanges,
        batch=AT_ONCE,
        alternative="greater",
        random_state=np.random.default_rng(seed),
    )
    return float(found.pvalue)
