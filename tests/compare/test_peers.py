"""A second opinion beside R: the same numbers by statsmodels and pingouin, where these are exact.

The pipeline itself computes on arrays, because statsmodels has no CR2 and
pingouin rounds its intervals; here they say whether the arrays are right.
"""

import numpy as np
import pandas as pd
import pingouin
import pytest
import statsmodels.api as sm
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from pipeline.compare.families import holm
from pipeline.compare.numbers.cluster_robust import cr2_covariance
from pipeline.compare.numbers.linear import classical_covariance, hc3_covariance, least_squares
from pipeline.compare.numbers.means import welch_difference
from pipeline.compare.numbers.proportions import clopper_pearson_interval, wilson_interval
from pipeline.compare.numbers.ranks import mann_whitney, rank_biserial
from pipeline.compare.numbers.risks import FourCells, newcombe_difference
from pipeline.compare.numbers.standardised import cohens_d
from pipeline.compare.numbers.survival import kaplan_meier
from pipeline.score.reliability import cronbach_alpha

EXACT = 1e-10


@pytest.fixture
def model() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Design, outcome and workplace of 120 people with unequal spread."""
    draw = np.random.default_rng(5)
    workplace = draw.integers(0, 14, 120)
    first = draw.integers(0, 2, 120).astype(float)
    baseline = draw.standard_normal(120)
    outcome = 0.3 * first + 0.5 * baseline + draw.standard_normal(14)[workplace] + draw.standard_normal(120) * (1 + first)
    return np.column_stack([np.ones(120), first, baseline]), outcome, workplace


def test_newcombes_interval_is_that_of_statsmodels() -> None:
    result = newcombe_difference(FourCells(207, 600, 86, 299))
    expected = confint_proportions_2indep(207, 600, 86, 299, method="newcomb", compare="diff")
    assert (result.conf_low, result.conf_high) == pytest.approx(expected, rel=1e-9)


def test_the_curve_is_that_of_statsmodels() -> None:
    draw = np.random.default_rng(9)
    time, event = np.ceil(draw.exponential(8, 90) * 2) / 2, draw.random(90) < 0.6
    peer = sm.SurvfuncRight(time, event.astype(int))
    ours = kaplan_meier(time, event, peer.surv_times, 0.95)
    assert ours.survival == pytest.approx(peer.surv_prob, rel=EXACT)


def test_hc3_is_that_of_statsmodels(model: tuple[np.ndarray, ...]) -> None:
    design, outcome, _ = model
    fit, peer = least_squares(design, outcome), sm.OLS(outcome, design).fit(cov_type="HC3")
    assert fit.coefficients == pytest.approx(peer.params, rel=EXACT)
    assert hc3_covariance(fit) == pytest.approx(peer.cov_params(), rel=1e-9)


def test_classical_errors_and_those_of_single_people_are_those_of_statsmodels(model: tuple[np.ndarray, ...]) -> None:
    design, outcome, _ = model
    fit, peer = least_squares(design, outcome), sm.OLS(outcome, design).fit()
    assert classical_covariance(fit) == pytest.approx(peer.cov_params(), rel=1e-9)
    assert cr2_covariance(fit, np.arange(len(outcome))) == pytest.approx(peer.cov_HC2, rel=1e-9)


@pytest.mark.parametrize(("ours", "method"), [(wilson_interval, "wilson"), (clopper_pearson_interval, "beta")])
@pytest.mark.parametrize(("count", "total"), [(3, 17), (207, 600), (41, 42)])
def test_intervals_of_a_share_are_those_of_statsmodels(ours, method: str, count: int, total: int) -> None:
    assert ours(count, total) == pytest.approx(proportion_confint(count, total, method=method), rel=1e-9)


def test_adjusted_p_values_are_those_of_statsmodels() -> None:
    p_values = np.random.default_rng(3).random(12) ** 3
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1], rel=EXACT)


@pytest.fixture
def groups() -> tuple[np.ndarray, np.ndarray]:
    """Two groups on a scale with ties."""
    draw = np.random.default_rng(4)
    return np.round(draw.normal(3.2, 0.9, 37), 1), np.round(draw.normal(2.9, 0.6, 64), 1)


def test_welch_and_the_standardised_difference_are_those_of_pingouin(groups: tuple[np.ndarray, np.ndarray]) -> None:
    first, second = groups
    ours, peer = welch_difference(first, second), pingouin.ttest(first, second, correction=True).iloc[0]
    assert (ours.statistic, ours.df, ours.p_value) == pytest.approx((peer["T"], peer["dof"], peer["p_val"]), rel=EXACT)
    d = cohens_d(first, second).difference
    assert d == pytest.approx(pingouin.compute_effsize(first, second, eftype="cohen"), rel=EXACT)


def test_ranks_are_those_of_pingouin(groups: tuple[np.ndarray, np.ndarray]) -> None:
    first, second = groups
    ours, peer = mann_whitney(first, second), pingouin.mwu(first, second).iloc[0]
    assert (ours.u, ours.p_value) == pytest.approx((peer["U_val"], peer["p_val"]), rel=EXACT)
    assert rank_biserial(first, second).correlation == pytest.approx(peer["RBC"], rel=EXACT)


def test_alpha_is_that_of_pingouin() -> None:
    draw = np.random.default_rng(8)
    answers = draw.standard_normal((600, 1)) + draw.standard_normal((600, 5))
    ours = cronbach_alpha(answers)
    alpha, interval = pingouin.cronbach_alpha(pd.DataFrame(answers))
    assert ours.alpha == pytest.approx(alpha, rel=EXACT)
    assert (ours.conf_low, ours.conf_high) == pytest.approx(tuple(interval), abs=0.003)  # Feldt's, which is right for normal answers
