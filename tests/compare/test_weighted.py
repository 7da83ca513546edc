"""Weighted differences: against sums and fits written out, properties, refusals, size; numbers from R are in tests/reference."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from pipeline.compare.estimators.weighted import entropy_balancing, weighted_ate, weighted_att, weighted_overlap
from pipeline.compare.gather.comparison import FIRST, Comparison
from pipeline.compare.gather.panel import CLUSTER
from pipeline.compare.numbers.weighting import difference_without_each, weigh
from tests.compare.groups import NUMBERS, has_no_numbers, numbers_of, shuffled, swapped

ESTIMATORS = (weighted_att, weighted_ate, weighted_overlap, entropy_balancing)
EACH = pytest.mark.parametrize("estimate", ESTIMATORS)
KINDS = ("att", "ate", "overlap", "entropy")


def drawn(
    seed: int = 1, people: int = 240, clusters: int = 12, clustered: bool = False, kind: str = "number", effect: float = 0.5
) -> Comparison:
    """Draw people who chose by age and trade, which also move the outcome."""
    draw = np.random.default_rng(seed)
    age, trade = draw.normal(size=people), draw.integers(3, size=people)
    own = (draw.random(people) < 1 / (1 + np.exp(-0.7 * age - 0.4 * (trade == 2)))).astype(float)
    outcome = effect * own + age + (trade == 2) + draw.normal(size=people)
    outcome = (outcome > 0.5).astype(float) if kind == "share" else outcome
    frame = pd.DataFrame({"outcome": outcome, FIRST: own, "age": age, "trade": pd.Categorical.from_codes(trade, ["wood", "iron", "wool"])})
    frame[CLUSTER] = [f"w{one % clusters:02d}" for one in range(people)]
    return Comparison("outcome", kind, frame, ("age", "trade"), (), clustered, 0.95, "participant", "control")


def changed(comparison: Comparison, **columns: object) -> Comparison:
    return replace(comparison, frame=comparison.frame.assign(**columns))


def refused(rows: list[dict], note: str, estimated: bool = False) -> None:
    """Hold the tested row, or all of them where nothing can be weighed, to a reason."""
    assert note in rows[0]["note"].split()
    if estimated:
        assert "estimate" in rows[0]
        assert np.isnan(numbers_of(rows[0], NUMBERS[1:])).all()
    else:
        assert all(has_no_numbers(row) for row in rows)


@EACH
@pytest.mark.parametrize("kind", ["number", "share"])
def test_without_anything_to_weigh_by_it_is_the_raw_difference(estimate, kind: str) -> None:
    comparison = replace(drawn(kind=kind), covariates=())
    first, second = (comparison.frame.loc[comparison.frame[FIRST] == arm, "outcome"] for arm in (1, 0))
    row, *counts = estimate(comparison)
    assert row["estimate"] == pytest.approx(first.mean() - second.mean(), rel=1e-9)
    variance = sum(((arm - arm.mean()) ** 2).sum() / len(arm) ** 2 for arm in (first, second))
    assert row["std_error"] == pytest.approx(np.sqrt(variance * 240 / 238), rel=1e-9)
    assert row["df"] == 238
    assert [one["estimate"] for one in counts] == pytest.approx([len(first), len(second)])


@pytest.mark.parametrize("estimate", [weighted_ate, weighted_overlap])
@pytest.mark.parametrize("clustered", [False, True])
def test_swapping_the_groups_mirrors_what_is_about_both(estimate, clustered: bool) -> None:
    comparison = drawn(clustered=clustered)
    one, other = estimate(comparison), estimate(swapped(comparison))
    mirrored = [-one[0][name] for name in ("estimate", "conf_high", "conf_low")]
    assert numbers_of(other[0], ["estimate", "conf_low", "conf_high"]) == pytest.approx(mirrored, rel=1e-6)
    assert other[0]["p_value"] == pytest.approx(one[0]["p_value"], rel=1e-6)
    assert [row["estimate"] for row in other[1:3]] == pytest.approx([row["estimate"] for row in one[2:0:-1]])
    turned = [row["estimate"] * (1 if row["term"] == "trade" else -1) for row in one[3:]]
    assert [row["estimate"] for row in other[3:]] == pytest.approx(turned, rel=1e-6, abs=1e-9)


def test_the_groups_swapped_the_odds_make_the_first_like_the_second() -> None:
    comparison = drawn()
    people = comparison.frame
    design = np.column_stack([np.ones(240), people["age"], pd.get_dummies(people["trade"], dtype=float).iloc[:, 1:]])
    chance = 1 / (1 + np.exp(-weigh("ate", design, people[FIRST].to_numpy()).log_odds))
    weights = np.where(people[FIRST] == 1, (1 - chance) / chance, 1.0)
    first, second = (np.average(people["outcome"], weights=weights * (people[FIRST] == arm)) for arm in (1, 0))
    assert weighted_att(swapped(comparison))[0]["estimate"] == pytest.approx(second - first)


@EACH
@pytest.mark.parametrize("clustered", [False, True])
def test_the_order_of_rows_and_the_unit_of_a_covariate_change_nothing(estimate, clustered: bool) -> None:
    comparison = drawn(clustered=clustered)
    expected = estimate(comparison)
    for other in (shuffled(comparison), changed(comparison, age=40 + 1000 * comparison.frame["age"])):
        for row, same in zip(estimate(other), expected, strict=True):
            assert numbers_of(row, NUMBERS) == pytest.approx(numbers_of(same, NUMBERS), rel=1e-7, abs=1e-9, nan_ok=True)


@EACH
def test_the_outcomes_unit_goes_through(estimate) -> None:
    comparison = drawn()
    one, other = estimate(comparison)[0], estimate(changed(comparison, outcome=7 - 10 * comparison.frame["outcome"]))[0]
    assert (other["estimate"], other["std_error"]) == pytest.approx((-10 * one["estimate"], 10 * one["std_error"]))


@EACH
def test_of_two_categories_the_size_of_what_parts_them_is_told_whichever_comes_first(estimate) -> None:
    comparison = drawn()
    older = np.where(comparison.frame["age"] > 0, "older", "younger")
    told = []
    for order in (["older", "younger"], ["younger", "older"]):
        rows = estimate(changed(comparison, trade=pd.Categorical(older, categories=order)))
        told.append([row["estimate"] for row in rows if row["term"] == "trade"])
    assert told[0] == pytest.approx(told[1], abs=1e-9)
    assert told[0][0] > 0.2
    assert min(told[0]) >= 0


@EACH
def test_weights_bring_the_groups_together(estimate) -> None:
    rows = {(row["estimand"], row["term"]): row["estimate"] for row in estimate(drawn(people=2000))}
    for name in ("age", "trade"):
        assert abs(rows["imbalance_after", name]) < abs(rows["imbalance_before", name]) / 4
    assert rows["effective_number", "control"] < 2000


@pytest.mark.parametrize("estimate", [entropy_balancing, weighted_overlap])
def test_entropy_balancing_and_overlap_weights_balance_means_exactly(estimate) -> None:
    after = [row["estimate"] for row in estimate(drawn()) if row["estimand"] == "imbalance_after"]
    assert after == pytest.approx([0, 0], abs=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_the_influence_is_what_a_little_more_weight_on_a_person_changes(kind: str) -> None:
    comparison = drawn(people=60)
    people = comparison.frame
    design, group, outcome = np.column_stack([np.ones(60), people["age"]]), people[FIRST].to_numpy(), people["outcome"].to_numpy()
    found = weigh(kind, design, group)
    for person in (0, 17):
        many = np.concatenate([np.tile(np.arange(60), 400), [person]])
        moved = weigh(kind, design[many], group[many]).difference(outcome[many])
        assert (moved - found.difference(outcome)) * 400 == pytest.approx(found.influence(outcome)[person], rel=0.02, abs=1e-4)


def test_a_jackknife_leaves_out_whole_clusters() -> None:
    comparison = drawn(clustered=True)
    row = entropy_balancing(comparison)[0]
    without = [
        entropy_balancing(replace(comparison, frame=comparison.frame[comparison.frame[CLUSTER] != one]))[0]["estimate"]
        for one in comparison.frame[CLUSTER].unique()
    ]
    assert row["std_error"] == pytest.approx(np.sqrt(11 / 12 * ((np.array(without) - row["estimate"]) ** 2).sum()))
    assert (row["df"], row["n_clusters"]) == (11, 12)


def test_groups_without_overlap_are_refused_by_name() -> None:
    comparison = drawn()
    own = comparison.frame[FIRST]
    apart = changed(comparison, age=comparison.frame["age"].abs() + 5 * own)
    for estimate in ESTIMATORS[:3]:
        refused(estimate(apart), "group_separated")
    refused(entropy_balancing(apart), "no_overlap")
    only = changed(comparison, trade=comparison.frame["trade"].where(own == 1, "wood"))
    refused(entropy_balancing(only), "no_overlap")
    refused(weighted_ate(only), "group_separated")


@EACH
def test_what_cannot_be_weighed_is_refused_by_name(estimate) -> None:
    comparison = drawn()
    refused(estimate(changed(comparison, age=comparison.frame[FIRST])), "group_collinear")
    for people in (1, 2):
        refused(estimate(replace(comparison, frame=comparison.frame.groupby(FIRST).head(people))), "too_few_people")
    refused(estimate(replace(comparison, frame=comparison.frame[comparison.frame[FIRST] == 1])), "one_group_empty")
    small = comparison.frame.groupby(FIRST).head(9)
    refused(estimate(replace(comparison, covariates=(), frame=small)), "weights_rest_on_few", estimated=True)
    same = estimate(changed(comparison, age=3.0))
    assert [row["note"] for row in same if row["term"] == "age"] == ["covariate_constant", "covariate_constant"]
    assert "std_error" in same[0]


@EACH
def test_a_cluster_that_holds_one_group_together_leaves_no_error(estimate) -> None:
    comparison = drawn(clustered=True)
    alone = comparison.frame[CLUSTER].where(comparison.frame[FIRST] == 0, "w00")
    refused(estimate(changed(comparison, **{CLUSTER: alone})), "arm_under_two_clusters", estimated=True)
    inside = comparison.frame["trade"].eq("wool") & (comparison.frame[FIRST] == 1)
    some = changed(comparison, **{CLUSTER: comparison.frame[CLUSTER].where(~inside, "w99")})
    if estimate is not entropy_balancing:
        refused(estimate(some), "cluster_decides", estimated=True)


def test_few_clusters_of_a_group_are_said() -> None:
    comparison = drawn(clustered=True)
    for few, said in ((3, "jackknife_of_few"), (4, "")):
        own = comparison.frame[FIRST] == 1
        places = [f"w{one % few:02d}" if first else f"v{one % 9:02d}" for one, first in enumerate(own)]
        row = entropy_balancing(changed(comparison, **{CLUSTER: places}))[0]
        assert row.get("note", "") == said
        assert ("std_error" in row and np.isfinite(row["std_error"])) == (not said)


def test_people_without_a_covariate_are_missing() -> None:
    comparison = drawn()
    row = weighted_att(changed(comparison, age=comparison.frame["age"].where(comparison.frame.index > 9)))[0]
    assert (row["n"], row["n_missing"]) == (230, 10)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_intervals_of_independent_people_hold_the_truth(kind: str) -> None:
    """The effect is the same for everybody, so that all weights seek it."""
    estimate, tries = dict(zip(KINDS, ESTIMATORS, strict=True))[kind], 600
    missed = 0
    for seed in range(tries):
        row = estimate(drawn(seed, people=200))[0]
        missed += not row["conf_low"] <= 0.5 <= row["conf_high"]
    assert binom.ppf(0.0005, tries, 0.03) <= missed <= binom.ppf(0.9995, tries, 0.07)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["att", "entropy"])
def test_the_jackknife_keeps_its_size_in_ten_unequal_clusters_with_both_groups(kind: str) -> None:
    tries, rejected = 400, 0
    sizes = np.array([6, 8, 10, 12, 14, 18, 22, 26, 30, 34])
    clusters = np.repeat(np.arange(10), sizes)
    for seed in range(tries):
        rejected += p_of_null(seed, kind, clusters, (np.random.default_rng(seed + 10**6).random(len(clusters)) < 0.5).astype(float)) < 0.05
    assert rejected <= binom.ppf(0.9995, tries, 0.07)


def p_of_null(seed: int, kind: str, clusters: np.ndarray, group: np.ndarray) -> float:
    """Give the p-value of no effect where people of one cluster resemble each other."""
    draw = np.random.default_rng(seed)
    age = draw.normal(size=len(clusters)) + 0.5 * group
    outcome = age + draw.normal(0, 0.5, clusters.max() + 1)[clusters] + draw.normal(size=len(clusters))
    frame = pd.DataFrame({"outcome": outcome, FIRST: group, "age": age, CLUSTER: [f"w{one:02d}" for one in clusters]})
    comparison = Comparison("outcome", "number", frame, ("age",), (), True, 0.95, "1", "0")
    return float(dict(zip(KINDS, ESTIMATORS, strict=True))[kind](comparison)[0].get("p_value", 1.0))


def test_a_cluster_without_which_one_group_is_gone_gives_no_number() -> None:
    group, clusters = np.array([1.0, 1, 0, 0, 0]), np.array([0, 0, 1, 1, 2])
    without = difference_without_each(lambda rest: float(np.arange(5.0)[rest].mean()), group, clusters)
    assert np.isnan(without).tolist() == [True, False, False]
