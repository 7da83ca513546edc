"""Power: what it must hold and simulation; numbers from R are in tests/reference."""

import math

import numpy as np
import pytest
from statsmodels.stats.power import TTestIndPower

from pipeline.compare.numbers.means import welch_difference
from pipeline.compare.numbers.power import (
    detectable_difference,
    power_of_t,
)
from pipeline.compare.numbers.student import critical_value


def test_power_is_that_of_statsmodels() -> None:
    peer = TTestIndPower().power(0.5, 40, 0.05, alternative="larger")
    assert power_of_t(0.5 * math.sqrt(20), 78, 0.10) == pytest.approx(peer, rel=1e-9)


def test_with_many_degrees_of_freedom_the_detectable_difference_is_two_point_eight_errors() -> None:
    assert detectable_difference(0.1, 1e6) == pytest.approx(0.1 * (1.959964 + 0.841621), rel=1e-5)


@pytest.mark.parametrize("df", [1.7, 4, 30])
def test_the_detectable_difference_is_found_four_times_out_of_five(df: float) -> None:
    assert power_of_t(detectable_difference(1.0, df), df) == pytest.approx(0.8)


def test_fewer_degrees_of_freedom_or_more_error_make_it_larger() -> None:
    found = [detectable_difference(1.0, df) for df in (3, 10, 100)]
    assert found == sorted(found, reverse=True)
    assert detectable_difference(2.0, 10) == pytest.approx(2 * detectable_difference(1.0, 10))


def test_no_difference_is_found_in_either_direction_half_of_alpha_of_the_time() -> None:
    assert power_of_t(0.0, 12) == pytest.approx(0.025)
    assert critical_value(0.95, 12) > 0


@pytest.mark.slow
def test_a_simulated_study_finds_its_detectable_difference_as_often_as_planned() -> None:
    draw = np.random.default_rng(6)
    true = detectable_difference(math.sqrt(2 / 30), 58)
    found = [welch_difference(draw.normal(true, 1, 30), draw.normal(0, 1, 30)).p_value < 0.05 for _ in range(2000)]
    assert np.mean(found) == pytest.approx(0.8, abs=3.3 * math.sqrt(0.8 * 0.2 / 2000))
