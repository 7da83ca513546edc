"""Changes of two groups, and models with a level per person or cluster: mirrors, sums and refusals."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.compare.estimators.over_time import change_score, difference_in_differences, growth
from pipeline.compare.estimators.random_intercept import random_intercept
from pipeline.compare.estimators.welch import welch
from pipeline.compare.gather.comparison import EARLIER, FIRST
from pipeline.compare.gather.panel import CLUSTER
from tests.compare.groups import OUTCOME, numbers_of, shuffled, swapped, two

N = 60
RNG = np.random.default_rng(8)
LEVEL = RNG.normal(3, 1, N)
FORMER, LATER = (LEVEL + RNG.normal(0, 0.7, N) for _ in range(2))
GROUP = np.arange(N) % 2
OVER_TIME = (change_score, difference_in_differences, growth)
TOLD = ("estimate", "std_error", "conf_low", "conf_high", "p_value")


def twice(earlier=FORMER, later=LATER, group=GROUP, clusters=None, kind="number"):
    given = two([], [], kind)
    columns = {OUTCOME: later, EARLIER: earlier, FIRST: np.asarray(group, dtype=float)} | ({} if clusters is None else {CLUSTER: clusters})
    return replace(given, frame=pd.DataFrame(columns), clustered=clusters is not None)


def clustered(later=LATER, clusters=None):
    return replace(twice(later=later, clusters=[f"c{place % 8}" for place in range(N)] if clusters is None else clusters), covariates=())


def test_all_three_are_the_difference_of_mean_changes_where_everybody_is_known_twice() -> None:
    change = LATER - FORMER
    expected = change[GROUP == 1].mean() - change[GROUP == 0].mean()
    for estimate in OVER_TIME:
        [row] = estimate(twice())
        assert row["estimate"] == pytest.approx(expected)
        assert row["note"] == ""


def test_the_test_of_changes_is_nearly_welchs() -> None:
    [row], [plain] = change_score(twice()), welch(replace(twice(later=LATER - FORMER)))
    assert row["std_error"] == pytest.approx(plain["std_error"], rel=0.03)


@pytest.mark.parametrize("estimate", [*OVER_TIME, random_intercept])
def test_swapping_the_groups_mirrors_and_the_order_of_rows_changes_nothing(estimate) -> None:
    given = clustered() if estimate is random_intercept else twice()
    [row], [other], [again] = estimate(given), estimate(swapped(given)), estimate(shuffled(given))
    assert numbers_of(other, TOLD) == pytest.approx(
        [-row["estimate"], row["std_error"], -row["conf_high"], -row["conf_low"], row["p_value"]], rel=1e-6
    )
    assert numbers_of(again, TOLD) == pytest.approx(numbers_of(row, TOLD), rel=1e-9)


def test_who_is_known_once_counts_for_means_and_levels_but_not_for_changes() -> None:
    earlier = FORMER.copy()
    earlier[:5] = np.nan
    [changes], [means], [levels] = (estimate(twice(earlier)) for estimate in OVER_TIME)
    assert (changes["n"], means["n"], levels["n"]) == (N - 5, N, N)
    assert (changes["note"], means["note"], levels["note"]) == ("", "known_once_counts", "known_once_counts")
    cells = [LATER[arm == GROUP].mean() - np.nanmean(earlier[arm == GROUP]) for arm in (1, 0)]
    assert means["estimate"] == pytest.approx(cells[0] - cells[1])


@pytest.mark.parametrize(
    ("given", "notes"),
    [
        (twice(group=np.ones(N)), ("one_group_empty", "one_group_empty", "one_group_empty")),
        (twice(FORMER[:3], LATER[:3], GROUP[:3]), ("arm_hardly_varies", "too_few_people", "too_few_people")),
        (twice(np.full(N, 2.0), np.full(N, 2.0)), ("constant_outcome", "constant_outcome", "constant_outcome")),
        (twice(np.full(N, np.nan)), ("one_group_empty", "one_group_empty", "one_group_empty")),
        (
            twice(np.where(GROUP == 1, FORMER, np.nan), np.where(GROUP == 1, np.nan, LATER)),
            ("one_group_empty", "one_group_empty", "one_group_empty"),
        ),
    ],
)
def test_bad_input_is_a_row_with_its_reason(given, notes) -> None:
    for estimate, note in zip(OVER_TIME, notes, strict=True):
        [row] = estimate(given)
        assert note in row["note"].split()
        assert "std_error" not in row


@pytest.mark.parametrize(
    ("given", "note", "has_estimate"),
    [
        (clustered(clusters=["one"] * N), "arm_under_two_clusters", True),
        (clustered(clusters=[str(place) for place in range(N)]), "clusters_of_one", False),
        (clustered(later=np.where(np.arange(N) < 4, 1.0, 0.0)), "arm_hardly_varies", True),
        (clustered(later=np.full(N, 1.0)), "constant_outcome", False),
    ],
)
def test_levels_of_clusters_that_say_nothing_are_named(given, note, has_estimate) -> None:
    [row] = random_intercept(given)
    assert note in row["note"].split()
    assert ("estimate" in row) == has_estimate
    assert "std_error" not in row


def test_a_boundary_fit_is_named_and_is_the_model_of_independent_rows() -> None:
    later = LATER - np.array([LATER[np.arange(N) % 8 == place % 8].mean() for place in range(N)])
    [row] = random_intercept(clustered(later))
    assert (row["effect"], row["df"], row["note"]) == (0.0, N - 2, "no_likeness")
