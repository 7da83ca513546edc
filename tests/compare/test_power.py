"""Power: the programmes' own sizes, what it must hold, and simulation; numbers from R are in tests/reference."""

import math

import numpy as np
import pytest
from statsmodels.stats.power import TTestIndPower

from pipeline.compare.numbers.means import welch_difference
from pipeline.compare.numbers.power import (
    detectable_difference,
    people_for_two_means,
    people_for_two_shares,
    power_of_t,
    power_of_two_means,
    power_of_two_shares,
)
from pipeline.compare.numbers.student import critical_value


@pytest.mark.parametrize(("first", "second", "people"), [(0.30, 0.15, 121), (0.50, 0.30, 93), (0.40, 0.20, 82)])
def test_the_programmes_sizes_are_those_published(first: float, second: float, people: int) -> None:
    assert math.ceil(people_for_two_shares(first, second)) == people
    assert math.ceil(people_for_two_shares(second, first)) == people


def test_people_and_power_are_two_sides_of_one_formula() -> None:
    assert power_of_two_shares(0.3, 0.15, people_for_two_shares(0.3, 0.15, 0.9)) == pytest.approx(0.9)
    assert power_of_two_means(0.4, people_for_two_means(0.4, 0.9)) == pytest.approx(0.9)


def test_power_of_two_means_is_that_of_statsmodels() -> None:
    peer = TTestIndPower().power(0.5, 40, 0.05, alternative="larger")
    assert power_of_t(0.5 * math.sqrt(20), 78, 0.10) == pytest.approx(peer, rel=1e-9)
    assert people_for_two_means(3.0) == pytest.approx(TTestIndPower().solve_power(3.0, power=0.8, alpha=0.05), rel=1e-4)


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


def test_a_simulated_study_finds_its_detectable_difference_as_often_as_planned() -> None:
    draw = np.random.default_rng(6)
    true = detectable_difference(math.sqrt(2 / 30), 58)
    found = [welch_difference(draw.normal(true, 1, 30), draw.normal(0, 1, 30)).p_value < 0.05 for _ in range(2000)]
    assert np.mean(found) == pytest.approx(0.8, abs=3.3 * math.sqrt(0.8 * 0.2 / 2000))
