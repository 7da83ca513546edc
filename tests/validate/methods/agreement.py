"""Agreement of few coded units."""

from collections.abc import Callable

import numpy as np

from pipeline.compare.estimators.agreement import FEW_OTHER
from pipeline.compare.numbers.agreement import (
    coder_table,
    jackknife_interval,
    kappa_of,
    kappa_weights,
    krippendorff_alpha,
    nominal_distances,
    percent_agreement,
)
from pipeline.compare.numbers.proportions import wilson_interval
from tests.validate.methods import Held

LEFT_OUT, DRAWN = "leaving out one unit, t on Fisher's z", "percentiles of drawing units anew"
RESAMPLES = 300
SIZES = {(0.3, 0.05): (12, 20, 30, 50, 100), (0.1, 0.1): (20, 50)}
"""Share of units with a theme, and of codes in error -> numbers of units."""
NO_INTERVAL = f"none given where a coder gave fewer than {FEW_OTHER} codes other than the most frequent one, or all agreed"
Statistic = Callable[[np.ndarray], np.ndarray]
Interval = tuple[float, float]


def held(draws: int, seed: int = 1) -> list[Held]:
    """Simulate two coders who see what is there with some error."""
    lines = []
    for (share, error), sizes in SIZES.items():
        for people in sizes:
            rng = np.random.default_rng([seed, people, int(100 * share)])
            codes = [_coded(rng, people, share, error) for _ in range(draws)]
            lines += _two_codes(rng, codes, share, error)
    return [*lines, *_ordered(draws, seed), *_several_items(draws, seed)]


def _coded(rng: np.random.Generator, people: int, share: float, error: float) -> np.ndarray:
    there = rng.random(people) < share
    return (there[:, None] ^ (rng.random((people, 2)) < error)).astype("float64")


def _two_codes(rng: np.random.Generator, codes: list[np.ndarray], share: float, error: float) -> list[Held]:
    alike = (1 - error) ** 2 + error**2
    found = share * (1 - error) + (1 - share) * error
    kappa = 1 - (1 - alike) / (2 * found * (1 - found))
    setting = f"{len(codes[0])} units, theme in {share:.0%}, errors {error:.0%}"
    tables = [_resampled(rng, one) for one in codes]
    lines = []
    for name, (statistic, of_tables) in INDEXES.items():
        now = [jackknife_interval(statistic, one) if _is_given(one) else (np.nan, np.nan) for one in codes]
        before = [_percentiles(of_tables(one)) for one in tables]
        lines.append(_held(name, setting, LEFT_OUT, (now, before), kappa))
    now = [wilson_interval(int((one[:, 0] == one[:, 1]).sum()), len(one)) for one in codes]
    before = [_percentiles(np.trace(one, axis1=-2, axis2=-1) / one[0].sum()) for one in tables]
    return [*lines, _held("share coded alike", setting, "Wilson", (now, before), alike)]


def _resampled(rng: np.random.Generator, codes: np.ndarray) -> np.ndarray:
    """Draw units anew as their table (resamples, 2, 2), which is all that an index sees of them."""
    table = coder_table(codes, 2)
    return rng.multinomial(len(codes), table.ravel() / len(codes), RESAMPLES).reshape(-1, 2, 2).astype("float64")


def _ordered(draws: int, seed: int) -> list[Held]:
    """Simulate four ordered codes; the truth is that of very many units."""
    lines, truth = [], float(_weighted(_graded(np.random.default_rng(seed), 1_000_000)))
    for people in (20, 50):
        rng = np.random.default_rng([seed, people, 4])
        codes = [_graded(rng, people) for _ in range(draws)]
        lines.append(_line(rng, codes, "kappa with quadratic weights", f"{people} units, four ordered codes", _weighted, truth))
    return lines


def _graded(rng: np.random.Generator, people: int) -> np.ndarray:
    seen = rng.standard_normal((people, 1)) + 0.5 * rng.standard_normal((people, 2))
    return np.searchsorted([-1.0, 0.0, 1.0], seen).astype("float64")


def _several_items(draws: int, seed: int) -> list[Held]:
    """Simulate interviews coded for five themes, some of them harder to code than others."""
    rng = np.random.default_rng([seed, 5])
    errors = rng.beta(1, 9, (draws, 13, 1))
    alike = 1 - 2 * (0.1 - (0.1**2 + 0.1 * 0.9 / 11))  # the mean of 2 e (1 - e), e having mean 0.1 and variance 0.009 / 1.1
    there = rng.random((draws, 13, 5, 1)) < 0.4
    cubes = (there ^ (rng.random((draws, 13, 5, 2)) < errors[..., None])).astype("float64")

    def twice(repeats: np.ndarray) -> np.ndarray:
        return 2 * percent_agreement(repeats.reshape(len(repeats), -1, 2)) - 1

    now, before = [], []
    for cube in cubes:
        low, high = jackknife_interval(twice, cube)
        now.append(((1 + low) / 2, (1 + high) / 2))
        before.append(_drawn(rng, lambda repeats: percent_agreement(repeats.reshape(len(repeats), -1, 2)), cube))
    return [_held("share coded alike", "13 interviews of 5 themes, errors differ by interview", LEFT_OUT, (now, before), alike)]


def _line(rng: np.random.Generator, codes: list[np.ndarray], name: str, setting: str, statistic: Statistic, truth: float) -> Held:
    now = [jackknife_interval(statistic, one) if _is_given(one) else (np.nan, np.nan) for one in codes]
    return _held(name, setting, LEFT_OUT, (now, [_drawn(rng, statistic, one) for one in codes]), truth)


def _held(question: str, setting: str, method: str, intervals: tuple[list[Interval], list[Interval]], truth: float) -> Held:
    (now, given), (before, _) = (_coverage(np.array(one), truth) for one in intervals)
    remark = "" if given == 1 else f"given in {given:.0%} of draws: {NO_INTERVAL}"
    return Held(question, setting, "coverage", 0.95, method, now, DRAWN, before, len(intervals[0]), remark)


def _coverage(intervals: np.ndarray, truth: float) -> tuple[float, float]:
    """Give the share of intervals that hold the truth, and the share of draws that have one."""
    known = ~np.isnan(intervals[:, 0])
    inside = (intervals[known, 0] <= truth) & (truth <= intervals[known, 1])
    return float(inside.mean()), float(known.mean())


def _is_given(codes: np.ndarray) -> bool:
    others = [len(one) - np.unique(one, return_counts=True)[1].max() for one in codes.T]
    return min(others) >= FEW_OTHER and bool((codes[:, 0] != codes[:, 1]).any())


def _drawn(rng: np.random.Generator, statistic: Statistic, units: np.ndarray) -> Interval:
    return _percentiles(statistic(units[rng.integers(0, len(units), (RESAMPLES, len(units)))]))


def _percentiles(values: np.ndarray) -> Interval:
    known = values[~np.isnan(values)]
    if len(known) < 0.95 * len(values):
        return np.nan, np.nan
    low, high = np.quantile(known, [0.025, 0.975])
    return float(low), float(high)


def _kappa(codes: np.ndarray) -> np.ndarray:
    return kappa_of(coder_table(codes, 2), kappa_weights(2, "nominal"))


def _weighted(codes: np.ndarray) -> np.ndarray:
    return kappa_of(coder_table(codes, 4), kappa_weights(4, "quadratic"))


def _alpha(codes: np.ndarray) -> np.ndarray:
    return krippendorff_alpha(codes, nominal_distances)


def _alpha_of_tables(tables: np.ndarray) -> np.ndarray:
    """Give Krippendorff's alpha of two coders' tables: 1 less the disagreement seen over that of any two of all codes."""
    apart = tables[..., 0, 1] + tables[..., 1, 0]
    of_each = tables.sum(axis=-1) + tables.sum(axis=-2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(of_each.min(axis=-1) > 0, 1 - (of_each.sum(axis=-1) - 1) * apart / of_each.prod(axis=-1), np.nan)


INDEXES: dict[str, tuple[Statistic, Statistic]] = {
    "kappa": (_kappa, lambda tables: kappa_of(tables, kappa_weights(2, "nominal"))),
    "Krippendorff's alpha": (_alpha, _alpha_of_tables),
}
"""Index -> function of codes, and of tables of them."""
