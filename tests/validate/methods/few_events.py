"""Differences of an arm with few events: how often no difference is called one.

Shares are counted exactly for every table of two arms, at the true share where the
rule does worst; with covariates and in clusters they are drawn. Numbers are noughts but for a
few: most people had no sick day.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.special import stdtr
from scipy.stats import binom, hypergeom

from pipeline.compare.estimators.adjusted import adjusted
from pipeline.compare.estimators.welch import welch
from pipeline.compare.gather.comparison import Comparison
from pipeline.compare.gather.design import PEOPLE_FOR_AN_ERROR
from pipeline.compare.numbers.means import welch_difference
from pipeline.compare.numbers.regression import cr2, hc3_covariance, least_squares
from pipeline.compare.numbers.student import two_sided_p
from tests.compare.groups import two
from tests.validate.methods import Held

ALPHA = 0.05
ARMS = ((20, 20), (20, 100), (20, 300), (50, 150), (50, 500), (100, 300), (100, 1000))
LIMITS = (1, 3, PEOPLE_FOR_AN_ERROR, 8)
SHARES = np.r_[np.arange(0.002, 0.05, 0.004), np.arange(0.05, 0.51, 0.03)]
SLOW = 4
"""One of so many draws, where each needs a model of its own."""


def held(draws: int, seed: int) -> list[Held]:
    """Give the size of the tests at 5 %."""
    draw = np.random.default_rng(seed)
    return [
        *_exact(),
        *_with_covariates(max(draws // SLOW, 1), draw),
        *_in_clusters(max(draws // SLOW, 1), draw),
        *_numbers(max(draws // SLOW, 1), draw),
    ]


def hc3_p(first: np.ndarray, second: np.ndarray, first_total: int, second_total: int) -> np.ndarray:
    """Give HC3's p-value of every pair of counts; 1 where neither arm varies."""
    shares = first[:, None] / first_total, second[None, :] / second_total
    variances = [share * (1 - share) * total / (total - 1) ** 2 for share, total in zip(shares, (first_total, second_total), strict=True)]
    variance = variances[0] + variances[1]
    known = variance > 0
    statistic = np.abs(shares[0] - shares[1]) / np.sqrt(np.where(known, variance, 1.0))
    return np.where(known, 2 * stdtr(first_total + second_total - 2, -statistic), 1.0)


def fisher_table(first_total: int, second_total: int) -> np.ndarray:
    """Give Fisher's p-value of every pair of counts."""
    p_values = np.ones((first_total + 1, second_total + 1))
    for did in range(first_total + second_total + 1):
        first = np.arange(max(0, did - second_total), min(did, first_total) + 1)
        chances = hypergeom.pmf(first, first_total + second_total, first_total, did)
        p_values[first, did - first] = [chances[chances <= one * (1 + 1e-7)].sum() for one in chances]
    return p_values


def _exact() -> Iterator[Held]:
    for arms in ARMS:
        first, second = (np.arange(total + 1) for total in arms)
        fewest = np.minimum(np.minimum(first, arms[0] - first)[:, None], np.minimum(second, arms[1] - second)[None, :])
        alone, exact = hc3_p(first, second, *arms), fisher_table(*arms)
        before, _ = _largest(alone < ALPHA, arms)
        for limit in LIMITS:
            size, share = _largest(np.where(fewest >= limit, alone, exact) < ALPHA, arms)
            yield Held(
                question="two shares, no difference",
                setting=f"arms of {arms[0]} and {arms[1]}, worst true share ({share:.2f})",
                quantity="size",
                promised=ALPHA,
                method=f"HC3 from {limit} with and without in each arm, else Fisher",
                found=size,
                before="HC3 always",
                found_before=before,
                remark="the rule in use" if limit == PEOPLE_FOR_AN_ERROR else "",
            )


def _largest(rejected: np.ndarray, arms: tuple[int, int]) -> tuple[float, float]:
    """Give the largest chance of a rejection over all true shares, and that share."""
    chances = [[binom.pmf(np.arange(total + 1), total, share) for total in arms] for share in SHARES]
    sizes = [float(first @ rejected @ second) for first, second in chances]
    return max(zip(sizes, map(float, SHARES), strict=True))


def _with_covariates(draws: int, draw: np.random.Generator) -> Iterator[Held]:
    for arms, share in (((20, 100), 0.05), ((20, 300), 0.03), ((50, 150), 0.03), ((100, 300), 0.02), ((40, 40), 0.2)):
        first = np.repeat([1.0, 0.0], arms)
        results = [_drawn(first, share, draw) for _ in range(draws)]
        yield Held(
            question="two shares alike in three covariates, no difference",
            setting=f"arms of {arms[0]} and {arms[1]}, true share {share}",
            quantity="size",
            promised=ALPHA,
            method="adjusted, or Fisher's test of the raw shares",
            found=float(np.mean([after < ALPHA for after, _ in results])),
            before="HC3 always",
            found_before=float(np.mean([before < ALPHA for _, before in results])),
            draws=draws,
        )


def _in_clusters(draws: int, draw: np.random.Generator) -> Iterator[Held]:
    for clusters, size, share, correlation in ((12, 20, 0.05, 0.0), (12, 20, 0.1, 0.05), (30, 10, 0.05, 0.05), (8, 40, 0.1, 0.05)):
        places = np.repeat(np.arange(clusters), size)
        first = (places < clusters // 2).astype(float)
        results = [_drawn_in_clusters(first, places, share, correlation, draw) for _ in range(draws)]
        yield Held(
            question="two shares of whole clusters, no difference",
            setting=f"{clusters} clusters of {size}, true share {share}, ICC {correlation:g}",
            quantity="size",
            promised=ALPHA,
            method=f"CR2 from {PEOPLE_FOR_AN_ERROR} with and without in each arm, else no verdict",
            found=float(np.mean([now < ALPHA for now, _ in results])),
            before="CR2 always",
            found_before=float(np.mean([before < ALPHA for _, before in results])),
            draws=draws,
        )


def _drawn_in_clusters(
    first: np.ndarray, places: np.ndarray, share: float, correlation: float, draw: np.random.Generator
) -> tuple[float, float]:
    """Give the p-value that decides now, 1 where none does, and CR2's."""
    precision, clusters = (1 - correlation) / correlation if correlation else np.inf, places.max() + 1
    chances = draw.beta(share * precision, (1 - share) * precision, clusters) if correlation else np.full(clusters, share)
    outcome = (draw.random(len(places)) < chances[places]).astype(float)
    if np.ptp(outcome) == 0:
        return 1.0, 1.0
    frame = pd.DataFrame({"y@t2": outcome, "first": first, "cluster": places.astype(str)})
    row = adjusted(Comparison("y@t2", "share", frame, (), (), True, 0.95, "participant", "control"))[0]
    fit = least_squares(np.column_stack([np.ones(len(first)), first]), outcome)
    robust = cr2(fit.model.exog, fit.resid, places)
    before = two_sided_p(float(fit.params[1] / np.sqrt(robust.covariance[1, 1])), robust.satterthwaite(np.array([0.0, 1.0])))
    return float(str(row.get("p_value", 1.0))), before


def _drawn(first: np.ndarray, share: float, draw: np.random.Generator) -> tuple[float, float]:
    """Give the p-value that decides now, and HC3's, of one draw."""
    covariates = draw.normal(size=(len(first), 3))
    chance = 1 / (1 + np.exp(-(np.log(share / (1 - share)) + 0.7 * covariates[:, 0])))
    outcome = (draw.random(len(first)) < chance).astype(float)
    if np.ptp(outcome) == 0:
        return 1.0, 1.0
    frame = pd.DataFrame({"y@t2": outcome, "first": first, "a": covariates[:, 0], "b": covariates[:, 1], "c": covariates[:, 2]})
    rows = adjusted(Comparison("y@t2", "share", frame, ("a", "b", "c"), (), False, 0.95, "participant", "control"))
    fit = least_squares(np.column_stack([np.ones(len(first)), first, covariates]), outcome)
    error = np.sqrt(hc3_covariance(fit)[1, 1])
    return float(str(rows[-1]["p_value"])), two_sided_p(float(fit.params[1] / error), fit.df_resid)


def _numbers(draws: int, draw: np.random.Generator) -> Iterator[Held]:
    for arms in ((20, 100), (20, 300), (100, 300), (300, 20)):
        for share in (0.02, 0.05, 0.1):
            values = (draw.random((draws, sum(arms))) < share) * draw.exponential(10, (draws, sum(arms)))
            pairs = [(one[: arms[0]], one[arms[0] :]) for one in values if np.ptp(one[: arms[0]]) + np.ptp(one[arms[0] :]) > 0]
            now = [float(str(welch(two(list(first), list(second)))[0]["p_value"])) for first, second in pairs]
            before = [welch_difference(first, second).p_value for first, second in pairs]
            yield Held(
                question="two means of noughts but for a few, no difference",
                setting=f"arms of {arms[0]} and {arms[1]}, {share:.0%} above 0",
                quantity="size",
                promised=ALPHA,
                method="the wider of Welch's and Student's where an arm hardly varies",
                found=sum(p < ALPHA for p in now) / draws,
                before="Welch",
                found_before=sum(p < ALPHA for p in before) / draws,
                draws=draws,
            )
