"""Tables of two groups by categories: the published study, properties, refusals; numbers from R are in tests/reference."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency

from pipeline.compare.estimators.risk_difference import risk_difference
from pipeline.compare.estimators.table import table
from pipeline.compare.gather.comparison import FIRST, Comparison
from pipeline.compare.numbers.contingency_tables import association_test
from tests.compare.groups import has_no_numbers, swapped, two

MOBILITY = ("none", "internal", "external")
WOMEN, MEN = (306, 46, 49), (179, 42, 40)
"""Liljegren and Ekberg (2008), BMC Public Health 8:164."""


def compared(first: tuple[int, ...], second: tuple[int, ...]) -> Comparison:
    places = np.concatenate([np.repeat(range(len(counts)), counts) for counts in (first, second)])
    frame = pd.DataFrame({"mobility": pd.Categorical.from_codes(places.astype(int), MOBILITY)})
    frame[FIRST] = [1.0] * sum(first) + [0.0] * sum(second)
    return Comparison("mobility", "category", frame, (), (), False, 0.95, "woman", "man")


def test_mobility_by_sex_is_as_published() -> None:
    [row] = table(compared(WOMEN, MEN))
    assert (round(row["statistic"], 4), row["df"], round(row["p_value"], 5)) == (4.9623, 2, 0.08365)
    assert (row["n"], row["n_a"], row["n_b"], row["note"]) == (662, 401, 261, "")


def test_the_test_is_scipys() -> None:
    counts = np.array([[12, 4, 9], [7, 11, 3]])
    theirs, ours = chi2_contingency(counts, correction=False), association_test(counts)
    assert (ours.statistic, ours.p_value, ours.df) == pytest.approx((theirs.statistic, theirs.pvalue, theirs.dof))
    assert ours.least_expected == theirs.expected_freq.min()


def test_two_categories_make_it_pearsons_test_of_two_shares() -> None:
    [row, *_] = risk_difference(two([1.0] * 12 + [0.0] * 8, [1.0] * 7 + [0.0] * 18, "share"))
    assert association_test(np.array([[12, 7], [8, 18]])).statistic == pytest.approx(row["statistic"])


def test_an_empty_category_changes_nothing() -> None:
    assert association_test(np.array([[12, 7], [0, 0], [8, 18]])) == association_test(np.array([[12, 7], [8, 18]]))


def test_swapping_the_groups_changes_no_number() -> None:
    [one], [other] = table(compared(WOMEN, MEN)), table(swapped(compared(WOMEN, MEN)))
    assert (one["statistic"], one["effect"]) == pytest.approx((other["statistic"], other["effect"]))


def test_groups_that_share_no_category_are_fully_associated() -> None:
    assert association_test(np.array([[5, 0], [0, 5]])).effect == pytest.approx(1)


@pytest.mark.parametrize(
    ("first", "second", "note"), [((3, 4, 0), (0, 0, 0), "one_group_empty"), ((3, 0, 0), (4, 0, 0), "constant_outcome")]
)
def test_what_cannot_be_tested_is_a_row_with_a_note(first: tuple[int, ...], second: tuple[int, ...], note: str) -> None:
    [row] = table(compared(first, second))
    assert row["note"] == note
    assert has_no_numbers(row)


def test_small_expected_counts_are_said() -> None:
    [row] = table(compared((6, 1, 2), (3, 4, 1)))
    assert row["note"] == "small_expected"
