"""Counts more spread than Poisson's: what was planted, what mirrors, and what is refused."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.compare.estimators.negative_binomial import negative_binomial
from pipeline.compare.estimators.poisson import poisson
from pipeline.compare.gather.comparison import FIRST
from tests.compare.groups import OUTCOME, numbers_of, shuffled, swapped, two

N, RATIO, THETA = 600, 1.5, 1.2
RNG = np.random.default_rng(41)
GROUP = np.arange(N) % 2
COUNTS = RNG.negative_binomial(THETA, THETA / (THETA + 2 * RATIO**GROUP)).astype(float)


def counted(value=COUNTS, group=GROUP):
    frame = pd.DataFrame({OUTCOME: value, FIRST: np.asarray(group, dtype=float)})
    return replace(two([], []), frame=frame)


def test_without_covariates_the_ratio_is_that_of_the_means_and_the_planted_one_is_inside() -> None:
    [row] = negative_binomial(counted())
    assert row["estimate"] == pytest.approx(COUNTS[GROUP == 1].mean() / COUNTS[GROUP == 0].mean())
    assert row["conf_low"] < RATIO < row["conf_high"]
    assert row["effect"] == pytest.approx(1 / THETA, rel=0.3)


def test_swapping_the_groups_inverts_and_the_order_of_rows_changes_nothing() -> None:
    [row], [other], [again] = negative_binomial(counted()), negative_binomial(swapped(counted())), negative_binomial(shuffled(counted()))
    assert numbers_of(other, ("estimate", "conf_low", "conf_high")) == pytest.approx(
        [1 / row["estimate"], 1 / row["conf_high"], 1 / row["conf_low"]]
    )
    assert numbers_of(again, ("estimate", "conf_low", "effect")) == pytest.approx(
        numbers_of(row, ("estimate", "conf_low", "effect")), rel=1e-9
    )


def test_counts_no_more_spread_than_poissons_are_said_to_be_so() -> None:
    even = np.repeat([1.0, 2, 2, 3], N // 4)
    [row], [_, ratio] = negative_binomial(counted(even)), poisson(counted(even))
    assert (row["note"], row["effect"]) == ("no_overdispersion", 0.0)
    assert row["estimate"] == pytest.approx(ratio["estimate"])


@pytest.mark.parametrize(
    ("given", "note", "has_estimate"),
    [
        (counted(COUNTS + 0.5), "not_counts", False),
        (counted(COUNTS - 3), "not_counts", False),
        (counted(np.where(GROUP == 1, COUNTS, 0)), "arm_all_zero", False),
        (counted(group=np.ones(N)), "one_group_empty", False),
        (counted(np.full(N, 2.0)), "constant_outcome", False),
        (counted(np.where(np.arange(N) < 6, 3.0, 1.0)), "arm_hardly_varies", True),
    ],
)
def test_what_is_no_count_or_hardly_varies_says_so(given, note, has_estimate) -> None:
    [row] = negative_binomial(given)
    assert note in row["note"].split()
    assert ("estimate" in row) == has_estimate
    assert "conf_low" not in row
