"""Matched pairs and doubly robust differences: the sums that make them, what they hold to, and what is refused."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.compare.estimators.weighted import doubly_robust, entropy_balancing, matching
from pipeline.compare.gather.comparison import FIRST
from pipeline.compare.gather.panel import CLUSTER
from tests.compare.groups import OUTCOME, numbers_of, shuffled, two

N = 200
RNG = np.random.default_rng(12)
AGE = RNG.normal(0, 1, N)
GROUP = (RNG.random(N) < 1 / (1 + np.exp(1 - 0.8 * AGE))).astype(float)
EFFECT = 0.5
VALUE = 2 * AGE + EFFECT * GROUP + RNG.normal(0, 0.5, N)
TOLD = ("estimate", "std_error", "conf_low", "conf_high", "p_value")


def compared(value=VALUE, group=GROUP, age=AGE, **changes):
    frame = pd.DataFrame({OUTCOME: value, FIRST: group, "age": age})
    return replace(two([], []), frame=frame, covariates=("age",), **changes)


def test_pairs_are_the_nearest_once_each() -> None:
    group, age, value = [1.0, 1, 0, 0, 0], [5.0, 3, 4.9, 3.2, 0], [10.0, 20, 1, 2, 3]
    rows = matching(compared(value * 8, group * 8, [one + place / 1000 for place in range(8) for one in age]))
    assert rows[0]["estimate"] == pytest.approx(((10 - 1) + (20 - 2)) / 2)
    assert {row["term"]: row["estimate"] for row in rows if row["estimand"] == "effective_number"} == {"participant": 16, "control": 16}


def test_a_caliper_leaves_out_who_has_nobody_near_and_says_so() -> None:
    everybody, near = matching(compared())[0], matching(compared(caliper=0.05))
    [pairs] = {row["estimate"] for row in near if row["estimand"] == "effective_number"}
    assert pairs < GROUP.sum()
    assert (everybody["note"], near[0]["note"]) == ("pairs_apart", "unmatched_left_out")
    apart = {row["estimand"]: row["estimate"] for row in near if str(row["estimand"]).startswith("imbalance")}
    assert abs(apart["imbalance_after"]) < 0.1 < abs(apart["imbalance_before"])


def test_a_right_outcome_model_needs_no_balance_and_the_true_effect_is_inside() -> None:
    exact = doubly_robust(compared(2 * AGE + EFFECT * GROUP))[0]
    assert exact["estimate"] == pytest.approx(EFFECT)
    row = doubly_robust(compared())[0]
    assert row["conf_low"] < EFFECT < row["conf_high"]


def test_where_groups_are_balanced_the_outcome_model_adds_nothing() -> None:
    age = np.tile([0.0, 1, 2, 3], 50)
    group = np.repeat([1.0, 0], 100)
    plain, robust = entropy_balancing(compared(age=age, group=group))[0], doubly_robust(compared(age=age, group=group))[0]
    assert robust["estimate"] == pytest.approx(plain["estimate"])


@pytest.mark.parametrize("estimate", [matching, doubly_robust])
def test_the_order_of_rows_changes_nothing(estimate) -> None:
    given = compared(caliper=0.1)
    one, other = estimate(given)[0], estimate(shuffled(given))[0]
    assert numbers_of(other, TOLD) == pytest.approx(numbers_of(one, TOLD), rel=1e-9)


def test_clusters_are_left_out_one_at_a_time() -> None:
    clusters = pd.Series([f"c{place % 10}" for place in range(N)])
    given = compared(clustered=True)
    given = replace(given, frame=given.frame.assign(**{CLUSTER: clusters}))
    row = doubly_robust(given)[0]
    without = [
        doubly_robust(compared(VALUE[rest], GROUP[rest], AGE[rest]))[0]["estimate"]
        for rest in (clusters != name for name in sorted(set(clusters)))
    ]
    assert row["std_error"] == pytest.approx(np.sqrt(0.9 * ((np.array(without) - row["estimate"]) ** 2).sum()))
    assert row["df"] == 9


@pytest.mark.parametrize(
    ("given", "note"),
    [
        (compared(group=(AGE > 0).astype(float)), "group_separated"),
        (compared(group=np.ones(N)), "one_group_empty"),
        (compared(value=np.ones(N)), "constant_outcome"),
        (compared(VALUE[:3], np.array([1.0, 0, 0]), np.array([1.0, 2, 0])), "too_few_people"),
        (compared(caliper=1e-9), "nobody_matched"),
        (compared(group=(AGE + RNG.normal(0, 0.5, N) > 0).astype(float)), "pairs_apart"),
        (compared(VALUE[:40], np.array([1.0] * 5 + [0] * 35), np.tile(AGE[:20], 2)), "few_pairs"),
    ],
)
def test_what_cannot_be_matched_says_why(given, note) -> None:
    row = matching(given)[0]
    assert note in row["note"].split()
    assert "std_error" not in row
