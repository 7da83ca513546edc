"""Intervals of one share: their equations, their edges, their order; numbers from R are in tests/reference."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from pipeline.compare.proportions import (
    agresti_coull_interval,
    clopper_pearson_interval,
    jeffreys_interval,
    wald_interval,
    wilson_continuity_interval,
    wilson_interval,
)
from pipeline.compare.student import normal_value

INSIDE = (wilson_interval, wilson_continuity_interval, clopper_pearson_interval, jeffreys_interval)
ALL = (*INSIDE, wald_interval, agresti_coull_interval)


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int]:
    total = draw(st.integers(1, 500))
    return draw(st.integers(0, total)), total


@given(counts())
def test_those_who_did_and_those_who_did_not_mirror_each_other(count: tuple[int, int]) -> None:
    did, total = count
    for interval in ALL:
        low, high = interval(did, total)
        assert (1 - high, 1 - low) == pytest.approx(interval(total - did, total), abs=1e-10)


@given(counts())
def test_intervals_stay_between_nobody_and_everybody(count: tuple[int, int]) -> None:
    for interval in INSIDE:
        low, high = interval(*count)
        assert 0 <= low < high <= 1


@given(counts())
def test_wilsons_ends_lie_just_as_far_away_as_allowed(count: tuple[int, int]) -> None:
    did, total = count
    for end in wilson_interval(did, total):
        if 0 < end < 1:
            assert abs(did / total - end) == pytest.approx(normal_value(0.95) * np.sqrt(end * (1 - end) / total), rel=1e-6)


def test_the_exact_interval_leaves_half_of_alpha_in_each_tail() -> None:
    low, high = clopper_pearson_interval(7, 30)
    assert binom.sf(6, 30, low) == pytest.approx(0.025)
    assert binom.cdf(7, 30, high) == pytest.approx(0.025)


@pytest.mark.parametrize("total", [1, 6, 1000])
def test_edges_are_exactly_none_and_all(total: int) -> None:
    for interval in (wilson_interval, wilson_continuity_interval, clopper_pearson_interval):
        assert interval(0, total)[0] == 0
        assert interval(total, total)[1] == 1


def test_the_programmes_own_target_cannot_be_told_from_forty_two_of_sixty() -> None:
    # 42 of 60 is exactly 70 %; published with Wilson's 57.5-80.1 %.
    assert [round(100 * end, 1) for end in wilson_interval(42, 60)] == [57.5, 80.1]


def test_a_higher_confidence_widens_every_interval() -> None:
    for interval in ALL:
        (low, high), (lower, higher) = interval(9, 40, 0.90), interval(9, 40, 0.99)
        assert lower < low < high < higher
