"""Log-rank test: whether groups have the same prospects of an event, by chi-square or by exchanging units."""

from dataclasses import dataclass

import numpy as np

from pipeline.compare.numbers.survival import at_risk_and_events

NAN = float("nan")
EXCHANGES = 4999
AT_ONCE = 500
"""Exchanges that are held in memory at one time."""


@dataclass(frozen=True)
class LogRank:
    """Log-rank test of k groups."""

    expected: np.ndarray
    """Events of each group if all had the same prospects (k,)."""
    statistic: float
    df: float
    p_value: float


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
    times = np.unique(time[event])
    counts = [at_risk_and_events(time[group == code], event[group == code], times) for code in range(int(group.max()) + 1)]
    risk, deaths = np.array([one for one, _ in counts], dtype="float64"), np.array([one for _, one in counts], dtype="float64")
    everybody, died = risk.sum(axis=0), deaths.sum(axis=0)
    shares = risk / everybody
    expected = (shares * died).sum(axis=1)
    weight = died * (everybody - died) / np.maximum(everybody - 1, 1)
    variance = np.diag((shares * weight).sum(axis=1)) - (shares * weight) @ shares.T
    rank = int(np.linalg.matrix_rank(variance)) if weight.any() else 0
    if rank == 0:
        return LogRank(expected, NAN, NAN, NAN)
    apart = deaths.sum(axis=1) - expected
    statistic = float(apart @ np.linalg.pinv(variance, hermitian=True) @ apart)
    return LogRank(expected, statistic, float(rank), _chi_square_p(statistic, rank))


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
    from scipy.stats import permutation_test

    times = np.unique(time[event])
    risk, deaths = at_risk_and_events(time, event, times)
    hazard = np.concatenate([[0.0], np.cumsum(deaths / risk)])
    score = event - hazard[np.searchsorted(times, time, side="right")]
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


def _chi_square_p(statistic: float, df: int) -> float:
    from scipy.special import chdtrc

    return float(chdtrc(df, statistic))
