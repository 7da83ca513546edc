"""Slopes of each group's own, and bounds by trimming: sums, mirrors and refusals."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.compare.checks import estimator_problems
from pipeline.compare.estimators.interacted import interacted
from pipeline.compare.estimators.trimming_bounds import trimming_bounds
from pipeline.compare.gather.comparison import FIRST
from pipeline.compare.gather.panel import CLUSTER
from tests.compare.groups import OUTCOME, numbers_of, swapped, two
from tests.every_estimator import declared_analyses, every_estimator

N = 80
RNG = np.random.default_rng(21)
AGE = RNG.normal(0, 1, N)
GROUP = np.arange(N) % 2
VALUE = AGE * (1 + GROUP) + RNG.normal(0, 1, N)


def compared(value=VALUE, group=GROUP, age=AGE, clusters=None):
    columns = {OUTCOME: value, FIRST: np.asarray(group, dtype=float), "age": age} | ({} if clusters is None else {CLUSTER: clusters})
    return replace(two([], []), frame=pd.DataFrame(columns), covariates=("age",), clustered=clusters is not None)


def test_the_difference_is_that_of_two_regressions_at_everybodys_mean() -> None:
    lines = [np.polyfit(AGE[arm == GROUP], VALUE[arm == GROUP], 1) for arm in (1, 0)]
    [row] = interacted(compared())
    assert row["estimate"] == pytest.approx(np.polyval(lines[0], AGE.mean()) - np.polyval(lines[1], AGE.mean()))


def test_each_person_a_cluster_gives_the_error_of_independent_people() -> None:
    [alone], [clustered] = interacted(compared()), interacted(compared(clusters=[str(place) for place in range(N)]))
    assert clustered["std_error"] == pytest.approx(alone["std_error"])


def test_swapping_the_groups_mirrors_both() -> None:
    [row], [other] = interacted(compared()), interacted(swapped(compared()))
    assert numbers_of(other, ("estimate", "conf_low", "p_value")) == pytest.approx([-row["estimate"], -row["conf_high"], row["p_value"]])
    lost = two([1, 2, 3, 4, np.nan], [1, 2, 3, np.nan, np.nan])
    (low, high), (other_low, other_high) = trimming_bounds(lost), trimming_bounds(swapped(lost))
    assert (other_low["estimate"], other_high["estimate"]) == pytest.approx((-high["estimate"], -low["estimate"]))


def test_the_better_known_group_is_cut_to_the_others_share() -> None:
    low, high = trimming_bounds(two([1, 2, 3, 4], [1, 2, 3, np.nan]))
    assert (low["estimate"], high["estimate"]) == (pytest.approx((1 + 2 + 3) / 3 - 2), pytest.approx((2 + 3 + 4) / 3 - 2))
    assert low["effect"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("given", "note"),
    [
        (compared(group=np.ones(N)), "one_group_empty"),
        (compared(value=np.zeros(N)), "constant_outcome"),
        (compared(VALUE[:4], GROUP[:4], AGE[:4]), "arm_too_small"),
        (compared(age=np.where(GROUP == 1, AGE, 0.0)), "arm_too_small"),
        (compared(clusters=["one"] * N), "arm_under_two_clusters"),
        (compared(value=AGE * (1 + GROUP)), "perfect_fit"),
    ],
)
def test_slopes_that_cannot_be_told_say_why(given, note) -> None:
    [row] = interacted(given)
    assert note in row["note"].split()
    assert "std_error" not in row


@pytest.mark.parametrize(
    ("first", "second", "note"),
    [([1, 2], [np.nan] * 3, "one_group_empty"), ([1.0], [1, 2], "too_few_people"), ([1, 2], [3, 4], "nobody_trimmed")],
)
def test_bounds_without_loss_or_people_say_so(first, second, note) -> None:
    assert {row["note"] for row in trimming_bounds(two(first, second))} == {note}


def test_trimming_is_refused_where_people_chose_their_group(tmp_path) -> None:
    analyses = [one for one in declared_analyses(groups=True) if one["estimator"] in ("welch", "trimming_bounds")]
    study = every_estimator(tmp_path, analyses=analyses, design="self_selected", reports=[{"id": "one", "template": "group_comparison"}])
    [problem] = estimator_problems(study)
    assert "holds only where chance made the groups" in str(problem)
