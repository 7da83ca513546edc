"""Rank: against the table of all pairs, properties, and refusals; numbers from R are in tests/reference."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from pipeline.compare.estimators.rank import rank
from pipeline.compare.numbers.ranks import hodges_lehmann, mann_whitney, rounded_bound
from tests.compare.groups import NUMBERS, has_no_numbers, numbers_of, shuffled, swapped, two

ANSWERS = st.lists(st.integers(1, 20).map(lambda quarter: quarter / 4), min_size=1, max_size=25)


def pairs(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Give every difference between a first and a second person, in rising order."""
    return np.sort(np.subtract.outer(first, second).ravel())


@given(ANSWERS, ANSWERS)
def test_the_shift_is_the_median_of_all_differences(first: list[float], second: list[float]) -> None:
    found = hodges_lehmann(np.array(first), np.array(second))
    differences = pairs(np.array(first), np.array(second))
    assert found.estimate == np.median(differences)
    assert found.conf_low in differences
    assert found.conf_high in differences
    assert found.conf_low <= found.estimate <= found.conf_high


@given(ANSWERS, ANSWERS)
def test_u_counts_the_pairs_won_and_half_of_the_ties(first: list[float], second: list[float]) -> None:
    differences = pairs(np.array(first), np.array(second))
    if differences[0] == differences[-1] == 0:
        return
    test = mann_whitney(np.array(first), np.array(second))
    assert test.statistic == (differences > 0).sum() + (differences == 0).sum() / 2
    assert test.effect == pytest.approx(((differences > 0).sum() - (differences < 0).sum()) / len(differences))


@pytest.mark.parametrize("seed", range(5))
def test_p_values_are_those_of_scipy(seed: int) -> None:
    draw = np.random.default_rng(seed)
    first, second = draw.integers(1, 6, 60).astype(float), draw.integers(2, 7, 45).astype(float)
    test = mann_whitney(first, second)
    theirs = mannwhitneyu(first, second, method="asymptotic")
    assert (test.statistic, test.p_value) == pytest.approx((theirs.statistic, theirs.pvalue), rel=1e-12)


def test_the_interval_is_where_the_test_begins_to_reject() -> None:
    draw = np.random.default_rng(8)
    first, second = draw.normal(0.5, 1, 40), draw.normal(0, 1, 35)
    found = hodges_lehmann(first, second)
    inside, outside = 1e-9, -1e-9
    for end, sign in ((found.conf_low, 1), (found.conf_high, -1)):
        assert mann_whitney(first - end - sign * inside, second).p_value > 0.05 - 1e-3
        assert mann_whitney(first - end - sign * outside, second).p_value < 0.05


def test_continuous_and_coarse_answers_agree_with_every_pair_looked_at() -> None:
    draw = np.random.default_rng(4)
    first, second = draw.lognormal(3, 1, 101), np.round(draw.lognormal(3, 1, 98))
    differences = pairs(first, second)
    found = hodges_lehmann(first, second)
    assert found.estimate == pytest.approx(np.median(differences), rel=1e-14)
    assert np.isin([found.conf_low, found.conf_high], differences).all()


@given(ANSWERS, ANSWERS)
def test_swapping_the_groups_mirrors_every_number(first: list[float], second: list[float]) -> None:
    comparison = two(first, second)
    [one], [other] = rank(comparison), rank(swapped(comparison))
    assert one["note"] == other["note"]
    found = numbers_of(one, ("estimate", "conf_low", "conf_high", "effect", "effect_low", "effect_high"))
    mirrored = numbers_of(other, ("estimate", "conf_high", "conf_low", "effect", "effect_high", "effect_low"))
    assert found == pytest.approx([-number for number in mirrored], rel=1e-12, abs=1e-15, nan_ok=True)
    assert one.get("p_value") == other.get("p_value")
    if "statistic" in one:
        assert one["statistic"] + other["statistic"] == len(first) * len(second)


def test_the_order_of_people_changes_no_digit() -> None:
    draw = np.random.default_rng(3)
    comparison = two(draw.normal(size=41), draw.normal(size=38))
    [one], [other] = rank(comparison), rank(shuffled(comparison))
    assert numbers_of(one, NUMBERS) == pytest.approx(numbers_of(other, NUMBERS), rel=0, abs=0, nan_ok=True)


def test_only_the_order_of_answers_matters_to_the_test() -> None:
    first, second = np.array([1.0, 2, 4, 4, 9]), np.array([2.0, 5, 3, 3])
    [plain], [changed] = rank(two(first, second)), rank(two(np.exp(first), np.exp(second)))
    assert numbers_of(plain, ("statistic", "p_value", "effect")) == numbers_of(changed, ("statistic", "p_value", "effect"))


@pytest.mark.slow
def test_groups_of_hundreds_of_thousands_need_no_table_of_pairs() -> None:
    draw = np.random.default_rng(1)
    first, second = draw.normal(0.1, 1, 200_000), draw.normal(0, 1, 200_000)
    found = hodges_lehmann(first, second)
    assert found.conf_low < found.estimate < found.conf_high
    assert found.estimate == pytest.approx(0.1, abs=4 * (found.conf_high - found.conf_low) / (2 * 1.96))


@pytest.mark.slow
@given(ANSWERS, ANSWERS)
def test_many_equal_pairs_are_noted(first: list[float], second: list[float]) -> None:
    [row] = rank(two(first, second))
    equal = (pairs(np.array(first), np.array(second)) == 0).mean()
    assert ("shift_of_ties" in str(row["note"]).split()) == (0.25 <= equal < 1)


@pytest.mark.parametrize("bound", [0.5, 0.59, 0.6, 0.79, 1.0])
def test_a_bound_between_rounded_values_is_met_half_way(bound: float) -> None:
    scale = np.arange(6) * 0.4
    found = rounded_bound(scale, scale, bound)
    reachable = [step for step in scale if step + 0.2 <= bound + 1e-12]
    assert all(step < found for step in reachable)
    assert not any(step < found for step in scale if step + 0.2 > bound + 1e-12)


@pytest.mark.parametrize(
    ("first", "second", "note"),
    [([], [1, 2], "one_group_empty"), ([np.nan], [1], "one_group_empty"), ([2, 2], [2, 2, 2], "constant_outcome")],
)
def test_what_cannot_be_compared_is_a_row_with_a_note(first: list, second: list, note: str) -> None:
    [row] = rank(two(first, second))
    assert row["note"] == note
    assert has_no_numbers(row)


def test_groups_that_do_not_overlap_have_a_shift_but_no_interval_of_the_correlation() -> None:
    [row] = rank(two([5, 5, 5], [2, 2]))
    assert row["note"] == "complete_separation"
    assert (row["estimate"], row["conf_low"], row["conf_high"], row["effect"]) == (3, 3, 3, 1)
    assert np.isnan(numbers_of(row, ("effect_low", "effect_high"))).all()
