"""Correlations: the sum that makes them, what mirrors, and what is refused."""

import numpy as np
import pytest

from pipeline.compare.estimators.correlation import correlation
from tests.compare.cohorts import cohort, shuffled

RNG = np.random.default_rng(4)
FIRST = RNG.integers(1, 6, 40).astype(float)
SECOND = FIRST + RNG.normal(0, 2, 40).round(1)


def both(first, second):
    return cohort({"outcome": first, "beside": second}, beside="other@t2")


def test_the_correlation_is_the_mean_product_of_standard_scores() -> None:
    row, _ = correlation(both(FIRST, SECOND))
    products = (FIRST - FIRST.mean()) * (SECOND - SECOND.mean())
    assert row["estimate"] == pytest.approx(products.mean() / (FIRST.std() * SECOND.std()))
    assert row["conf_low"] < row["estimate"] < row["conf_high"]


def test_turning_one_number_turns_the_correlation_and_the_order_of_rows_changes_no_digit() -> None:
    rows, turned = correlation(both(FIRST, SECOND)), correlation(both(FIRST, -SECOND))
    for row, other in zip(rows, turned, strict=True):
        assert (other["estimate"], other["conf_low"], other["p_value"]) == pytest.approx(
            (-row["estimate"], -row["conf_high"], row["p_value"])
        )
    assert correlation(shuffled(both(FIRST, SECOND))) == rows


def test_ranks_do_not_mind_how_far_the_furthest_is() -> None:
    far = SECOND.copy()
    far[far.argmax()] = 1e6
    assert correlation(both(FIRST, far))[1] == correlation(both(FIRST, SECOND))[1]


@pytest.mark.parametrize(
    ("first", "second", "note"),
    [
        ([1.0, 2, 3], [1.0, 3, 2], "too_few_people"),
        ([1.0] * 9, np.arange(9.0), "constant_outcome"),
        (np.arange(9.0), [1.0] * 9, "constant_beside"),
        (np.arange(9.0), 2 * np.arange(9.0), "on_one_line"),
        ([np.nan] * 9, np.arange(9.0), "too_few_people"),
    ],
)
def test_what_has_no_correlation_or_interval_says_why(first, second, note) -> None:
    for row in correlation(both(first, second)):
        assert row["note"] == note
        assert "conf_low" not in row
        assert ("estimate" in row) == (note == "on_one_line")
