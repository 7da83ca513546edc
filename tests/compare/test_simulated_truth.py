"""Intervals cover a planted truth as often as they say, within the binomial limits of the simulation."""

import numpy as np
import pytest

from pipeline.compare.numbers.means import welch_difference
from pipeline.compare.numbers.regression import cr2, hc3_covariance, least_squares
from pipeline.compare.numbers.student import critical_value

pytestmark = pytest.mark.slow

SEEDS = 2000
LIMIT = 3.29 * np.sqrt(0.95 * 0.05 / SEEDS)
"""Half width of the binomial 99.9 % limits round a true coverage of 95 %."""


def test_welch_covers_a_planted_difference_with_unequal_spread() -> None:
    covered = 0
    for seed in range(SEEDS):
        draw = np.random.default_rng(seed)
        result = welch_difference(0.4 + 3 * draw.standard_normal(18), draw.standard_normal(45), 0.95)
        covered += result.conf_low <= 0.4 <= result.conf_high
    assert covered / SEEDS == pytest.approx(0.95, abs=LIMIT)


def test_hc3_covers_a_planted_difference_with_unequal_spread() -> None:
    """HC3 errs on the safe side in small groups: at least 95 %, less the limit."""
    covered = 0
    for seed in range(SEEDS):
        draw = np.random.default_rng(seed)
        first = np.repeat([1.0, 0.0], [20, 40])
        baseline = draw.standard_normal(60) + 0.5 * first
        outcome = 0.3 * first + 0.6 * baseline + draw.standard_normal(60) * (1 + first)
        fit = least_squares(np.column_stack([np.ones(60), first, baseline]), outcome)
        error = np.sqrt(hc3_covariance(fit)[1, 1])
        covered += abs(fit.params[1] - 0.3) <= critical_value(0.95, fit.df_resid) * error
    assert 0.95 - LIMIT <= covered / SEEDS <= 0.98


@pytest.mark.parametrize(("clusters", "exposed"), [(8, 4), (20, 6)])
def test_cr2_with_satterthwaite_covers_the_truth_with_few_workplaces(clusters: int, exposed: int) -> None:
    """Whole workplaces exposed, ICC 0.2; errors that ignore workplaces cover far too seldom."""
    covered = ignoring = 0
    people = 12
    workplace = np.repeat(np.arange(clusters), people)
    first = (workplace < exposed).astype(float)
    design = np.column_stack([np.ones(clusters * people), first])
    for seed in range(SEEDS):
        draw = np.random.default_rng(seed)
        outcome = 0.5 * draw.standard_normal(clusters)[workplace] + draw.standard_normal(clusters * people)
        fit = least_squares(design, outcome)
        robust = cr2(design, fit.resid, workplace)
        error, df = np.sqrt(robust.covariance[1, 1]), robust.satterthwaite(np.array([0.0, 1.0]))
        covered += abs(fit.params[1]) <= critical_value(0.95, df) * error
        plain = np.sqrt(hc3_covariance(fit)[1, 1])
        ignoring += abs(fit.params[1]) <= critical_value(0.95, fit.df_resid) * plain
    assert covered / SEEDS == pytest.approx(0.95, abs=LIMIT)
    assert ignoring / SEEDS < 0.85
