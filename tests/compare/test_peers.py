"""A second opinion beside R: what the pipeline takes from one package, or computes itself, by another package where that is exact."""

import numpy as np
import pandas as pd
import pingouin
import pytest
from scipy.stats import CensoredData, binomtest, ecdf, logrank
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from pipeline.compare.numbers.effect_sizes import hedges_g, small_sample_correction
from pipeline.compare.numbers.log_rank import log_rank
from pipeline.compare.numbers.means import mean_change, pooled_difference, welch_difference
from pipeline.compare.numbers.proportions import clopper_pearson_interval, wilson_interval
from pipeline.compare.numbers.ranks import mann_whitney
from pipeline.compare.numbers.survival import kaplan_meier
from pipeline.score.reliability import cronbach_alpha

EXACT = 1e-10


@pytest.fixture
def groups() -> tuple[np.ndarray, np.ndarray]:
    """Two groups on a scale with ties."""
    draw = np.random.default_rng(4)
    return np.round(draw.normal(3.2, 0.9, 37), 1), np.round(draw.normal(2.9, 0.6, 64), 1)


@pytest.mark.parametrize(("ours", "usevar"), [(welch_difference, "unequal"), (pooled_difference, "pooled")])
def test_differences_of_means_are_those_of_statsmodels(groups: tuple[np.ndarray, np.ndarray], ours, usevar: str) -> None:
    found, peer = ours(*groups), CompareMeans(*map(DescrStatsW, groups))
    assert (found.statistic, found.p_value, found.df) == pytest.approx(peer.ttest_ind(usevar=usevar), rel=EXACT)
    assert (found.conf_low, found.conf_high) == pytest.approx(peer.tconfint_diff(usevar=usevar), rel=EXACT)
    assert found.estimate / found.std_error == pytest.approx(found.statistic, rel=EXACT)


def test_the_test_of_a_change_is_that_of_statsmodels(groups: tuple[np.ndarray, np.ndarray]) -> None:
    found, peer = mean_change(groups[0] - 3), DescrStatsW(groups[0] - 3)
    assert (found.statistic, found.p_value, found.df) == pytest.approx(peer.ttest_mean(), rel=EXACT)
    assert (found.conf_low, found.conf_high) == pytest.approx(peer.tconfint_mean(), rel=EXACT)
    assert found.std_error == pytest.approx(peer.std_mean, rel=EXACT)


def test_the_standardised_difference_is_that_of_pingouin(groups: tuple[np.ndarray, np.ndarray]) -> None:
    d = hedges_g(*groups).effect / small_sample_correction(sum(map(len, groups)) - 2)
    assert d == pytest.approx(pingouin.compute_effsize(*groups, eftype="cohen"), rel=EXACT)


@pytest.mark.parametrize(("ours", "method"), [(wilson_interval, "wilson"), (clopper_pearson_interval, "exact")])
@pytest.mark.parametrize(("count", "total"), [(3, 17), (207, 600), (41, 42)])
def test_intervals_of_a_share_are_those_of_scipy(ours, method: str, count: int, total: int) -> None:
    peer = binomtest(count, total).proportion_ci(0.9, method=method)
    assert ours(count, total, 0.9) == pytest.approx((peer.low, peer.high), rel=1e-9)


@pytest.fixture
def followed() -> tuple[np.ndarray, np.ndarray]:
    """Times of ninety people, and who had the event."""
    draw = np.random.default_rng(9)
    return np.ceil(draw.exponential(8, 90) * 2) / 2, draw.random(90) < 0.6


def test_the_curve_is_that_of_scipy(followed: tuple[np.ndarray, np.ndarray]) -> None:
    time, event = followed
    peer = ecdf(CensoredData(uncensored=time[event], right=time[~event])).sf
    ours = kaplan_meier(time, event, peer.quantiles, 0.95)
    assert ours.survival == pytest.approx(peer.probabilities, rel=EXACT)


def test_the_log_rank_test_is_that_of_scipy(followed: tuple[np.ndarray, np.ndarray]) -> None:
    time, event = followed
    group = np.random.default_rng(1).integers(0, 2, 90)
    first, second = (CensoredData(uncensored=time[event & (group == one)], right=time[~event & (group == one)]) for one in (0, 1))
    ours, peer = log_rank(time, event, group), logrank(first, second)
    assert (ours.statistic, ours.p_value) == pytest.approx((peer.statistic**2, peer.pvalue), rel=EXACT)


def test_ranks_are_those_of_pingouin(groups: tuple[np.ndarray, np.ndarray]) -> None:
    first, second = groups
    ours, peer = mann_whitney(first, second), pingouin.mwu(first, second).iloc[0]
    assert (ours.statistic, ours.p_value) == pytest.approx((peer["U_val"], peer["p_val"]), rel=EXACT)
    assert ours.effect == pytest.approx(peer["RBC"], rel=EXACT)


def test_alpha_is_that_of_pingouin() -> None:
    draw = np.random.default_rng(8)
    answers = draw.standard_normal((600, 1)) + draw.standard_normal((600, 5))
    ours = cronbach_alpha(answers)
    alpha, interval = pingouin.cronbach_alpha(pd.DataFrame(answers))
    assert ours.alpha == pytest.approx(alpha, rel=EXACT)
    assert (ours.conf_low, ours.conf_high) == pytest.approx(tuple(interval), abs=0.003)  # Feldt's, which is right for normal answers
