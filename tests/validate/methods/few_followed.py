"""Few events: the log-rank test and the mean time up to a horizon."""

import numpy as np

from pipeline.compare.estimators.survival import FEW_EXPECTED
from pipeline.compare.numbers.log_rank import log_rank, permuted_log_rank
from pipeline.compare.numbers.student import normal_value
from pipeline.compare.numbers.survival import followed_to, restricted_mean
from tests.validate.methods import Held

EXCHANGES = 199
"""Fewer than in an analysis, which changes no size: a test by so many exchanges is exact too."""
ALPHA = 0.05


def held(draws: int, seed: int = 1) -> list[Held]:
    """Simulate equal levels, and the mean time of one group."""
    return [*_tests(draws, seed), *_means(draws, seed)]


def _tests(draws: int, seed: int) -> list[Held]:
    lines = []
    for sizes, censored in (((6, 6), 0.0), ((20, 4), 0.0), ((5, 5, 5), 0.0), ((15, 15), 0.8), ((40, 10), 0.6), ((30, 30), 0.0)):
        rng = np.random.default_rng([seed, *sizes])
        group = np.repeat(np.arange(len(sizes)), sizes)
        found = np.array([one for one in (_p_values(rng, group, censored) for _ in range(draws)) if one is not None])
        setting = f"levels of {', '.join(map(str, sizes))}, {censored:.0%} censored"
        used = f"exchanges below {FEW_EXPECTED} expected events"
        now, before = (found < ALPHA + 1e-9).mean(axis=0)
        lines.append(Held("log-rank test", setting, "size", ALPHA, used, float(now), "chi-square", float(before), len(found)))
    return lines


def _p_values(rng: np.random.Generator, group: np.ndarray, censored: float) -> tuple[float, float] | None:
    """Give the p-value as printed and chi-square's, of levels that have the same prospects."""
    time, event = _followed(rng, len(group), 1.0, -np.log(censored) if censored else np.inf)
    test = log_rank(time, event, group)
    if np.isnan(test.p_value):
        return None
    few = test.least_expected < FEW_EXPECTED
    return (permuted_log_rank(time, event, group, int(rng.integers(2**31)), EXCHANGES) if few else test.p_value), test.p_value


def _followed(rng: np.random.Generator, people: int, rate: float, end: float) -> tuple[np.ndarray, np.ndarray]:
    happens, lost = rng.exponential(1 / rate, people), end * rng.uniform(0.6, 1.6, people)
    return np.minimum(happens, lost), happens <= lost


def _means(draws: int, seed: int) -> list[Held]:
    lines = []
    for people, share in ((20, 0.1), (20, 0.3), (50, 0.1), (50, 0.5), (200, 0.03)):
        rng = np.random.default_rng([seed, people, int(100 * share)])
        rate = -np.log(1 - share)
        truth = (1 - np.exp(-rate)) / rate
        intervals = [one for one in (_intervals(rng, people, rate) for _ in range(draws)) if one is not None]
        now, before = (float(np.mean([low <= truth <= high for low, high in ends])) for ends in zip(*intervals, strict=True))
        remark = "" if len(intervals) == draws else f"given in {len(intervals) / draws:.0%} of draws: none without an event"
        setting = f"{people} people, {share:.0%} with the event by then"
        lines.append(Held("mean time up to a horizon", setting, "coverage", 0.95, "t on the logit", now, "normal", before, draws, remark))
    return lines


def _intervals(rng: np.random.Generator, people: int, rate: float) -> tuple[tuple[float, float], tuple[float, float]] | None:
    time, event = _followed(rng, people, rate, 1.0)
    found = restricted_mean(time, event, 1.0)
    if not (found.std_error > 0 and followed_to(time, event, 1.0)):
        return None
    half = normal_value(0.95) * found.std_error
    return (found.conf_low, found.conf_high), (max(found.estimate - half, 0.0), min(found.estimate + half, 1.0))
