"""Changes by rank: against scipy, the table of all averages, and the test itself; numbers from R are in tests/reference."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import wilcoxon

from pipeline.compare.numbers.means import rounded_changes
from pipeline.compare.numbers.signed_ranks import pseudomedian, signed_rank_test

CHANGES = st.lists(st.integers(-8, 8).map(lambda quarter: quarter / 4), min_size=1, max_size=40)


def averages(change: np.ndarray) -> np.ndarray:
    """Give every average of two changes, each with itself too, in rising order."""
    moved = change[change != 0]
    return np.sort(np.add.outer(moved, moved)[np.triu_indices(len(moved))] / 2)


@given(CHANGES)
def test_v_counts_the_averages_above_zero_and_half_of_those_at_zero(values: list[float]) -> None:
    change = np.array(values)
    if not change.any():
        return
    all_averages = averages(change)
    test = signed_rank_test(change)
    assert test.statistic == (all_averages > 0).sum() + (all_averages == 0).sum() / 2
    assert -1 <= test.effect <= 1


def test_p_values_with_ties_and_zeros_are_scipys() -> None:
    change = np.random.default_rng(6).integers(-3, 5, 70).astype(float)
    test = signed_rank_test(change)
    theirs = wilcoxon(change, zero_method="wilcox", correction=True, method="asymptotic")
    assert test.p_value == pytest.approx(theirs.pvalue, rel=1e-12)
    assert not test.is_exact


@pytest.mark.parametrize("n", [3, 6, 17, 49])
def test_without_ties_few_people_get_the_exact_p_value(n: int) -> None:
    change = np.random.default_rng(n).normal(0.4, 1, n)
    test = signed_rank_test(change)
    assert test.is_exact
    assert test.p_value == pytest.approx(wilcoxon(change, method="exact").pvalue, rel=1e-12)


def test_a_tie_a_zero_or_fifty_people_end_the_exact_test() -> None:
    plain = np.random.default_rng(1).normal(0.4, 1, 49)
    assert signed_rank_test(plain).is_exact
    for change in (np.append(plain, plain[0]), np.append(plain, 0.0), np.append(plain, 0.123)):
        assert not signed_rank_test(change).is_exact


@given(CHANGES)
def test_the_pseudomedian_is_the_median_of_all_averages(values: list[float]) -> None:
    change = np.array(values)
    if not change.any():
        return
    all_averages, found = averages(change), pseudomedian(change)
    assert found.estimate == np.median(all_averages)
    if not np.isnan(found.conf_low):
        assert found.conf_low in all_averages
        assert found.conf_high in all_averages
        assert found.conf_low <= found.estimate <= found.conf_high


@pytest.mark.parametrize("n", [20, 80])
def test_the_interval_is_where_the_test_begins_to_reject(n: int) -> None:
    change = np.random.default_rng(n).normal(0.5, 1, n)
    found = pseudomedian(change)
    for end, inwards in ((found.conf_low, 1e-9), (found.conf_high, -1e-9)):
        assert signed_rank_test(change - end - inwards).p_value > 0.05
        assert signed_rank_test(change - end + inwards).p_value < 0.05


def test_the_textbook_example_is_reproduced() -> None:
    # Hollander and Wolfe (1999), table 3.1 and examples 3.1, 3.3 and 3.4: nine patients before and after a tranquilliser.
    before = np.array([1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30])
    after = np.array([0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29])
    change = rounded_changes(before, after)
    test, found = signed_rank_test(change), pseudomedian(change)
    assert (test.statistic, test.p_value) == (5, pytest.approx(2 * 10 / 2**9))
    assert (found.estimate, found.conf_low, found.conf_high) == pytest.approx((-0.46, -0.786, -0.010))


@pytest.mark.parametrize(("n", "has_interval"), [(5, False), (6, True)])
def test_five_people_are_too_few_for_an_interval(n: int, has_interval: bool) -> None:
    exact = np.arange(1.0, n + 1)
    tied = np.ceil(exact / 2)
    for change in (exact, tied):
        assert np.isfinite(pseudomedian(change).conf_low) == has_interval


def test_falling_mirrors_rising() -> None:
    change = np.random.default_rng(3).integers(-3, 6, 60) / 3
    rise, fall = pseudomedian(change), pseudomedian(-change)
    assert (rise.estimate, rise.conf_low, rise.conf_high) == pytest.approx((-fall.estimate, -fall.conf_high, -fall.conf_low))
    assert signed_rank_test(change).p_value == pytest.approx(signed_rank_test(-change).p_value)


@pytest.mark.slow
def test_hundreds_of_thousands_need_no_table_of_pairs() -> None:
    change = np.random.default_rng(1).normal(0.1, 1, 200_000)
    found = pseudomedian(change)
    assert found.conf_low < found.estimate < found.conf_high
    assert found.estimate == pytest.approx(0.1, abs=0.01)


def test_limits_of_tied_changes_are_where_the_test_turns() -> None:
    draws = np.random.default_rng(31)
    for n in draws.integers(6, 40, 300):
        change = draws.integers(-2, draws.integers(2, 6), n).astype("float64")
        moved = change[change != 0]
        found = pseudomedian(change)
        if len(np.unique(np.abs(moved))) == len(moved) or np.isnan(found.conf_low):
            continue
        for limit, outwards in ((found.conf_low, -1e-6), (found.conf_high, 1e-6)):
            inside, outside = (
                wilcoxon(moved - limit - step, correction=True, method="asymptotic").pvalue for step in (-outwards, outwards)
            )
            assert outside < 0.05 <= inside
