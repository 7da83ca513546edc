"""Exchanging, the wild bootstrap and draws of clusters: against every arrangement, fit and draw written out; properties; refusals; size."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from pipeline.compare.estimators.adjusted import adjusted
from pipeline.compare.estimators.cluster_bootstrap import cluster_bootstrap
from pipeline.compare.estimators.permutation import permutation
from pipeline.compare.estimators.wild_bootstrap import wild_bootstrap
from pipeline.compare.gather.comparison import FIRST, Comparison
from pipeline.compare.gather.panel import CLUSTER
from pipeline.compare.numbers.exchange import exchange_test
from pipeline.compare.numbers.wild import WEBB
from pipeline.compare.numbers.wild import wild_bootstrap as draws_of
from tests.compare.groups import NUMBERS, numbers_of, swapped, two

METHODS = (permutation, wild_bootstrap, cluster_bootstrap)


def drawn(
    seed: int, clusters: int = 9, people: int = 90, exposed: int | None = None, alike: float = 0.5, effect: float = 0.0
) -> Comparison:
    """Draw people in clusters of unequal size; whole clusters exposed, or some people of each."""
    draw = np.random.default_rng(seed)
    shares = np.arange(1, clusters + 1) / np.arange(1, clusters + 1).sum()
    where = np.sort(np.concatenate([np.repeat(np.arange(clusters), 2), draw.choice(clusters, people - 2 * clusters, p=shares)]))
    own = np.isin(where, draw.permutation(clusters)[:exposed]) if exposed else np.arange(people) % 2 == 0
    age = draw.normal(size=people)
    outcome = age + alike * draw.normal(size=clusters)[where] + draw.normal(size=people) + effect * own
    frame = pd.DataFrame({"outcome": outcome, FIRST: own.astype(float), "age": age, CLUSTER: [f"w{one:02d}" for one in where]})
    return Comparison("outcome", "number", frame, ("age",), (), True, 0.95, "participant", "control", seed=seed)


def test_every_arrangement_of_two_small_groups_is_looked_at() -> None:
    first, second = [5.0, 7.0, 9.0], [1.0, 4.0, 6.0, 2.0]
    everybody, there = np.array(first + second), np.mean(first) - np.mean(second)
    apart = [everybody[list(one)].mean() - np.delete(everybody, one).mean() for one in combinations(range(7), 3)]
    [row] = permutation(two(first, second))
    assert row["note"] == "every_arrangement"
    assert row["p_value"] == np.mean(np.abs(apart) >= abs(there) - 1e-12)
    assert "seed" not in row


def test_arrangements_of_several_blocks_are_those_of_each_with_those_of_every_other() -> None:
    blocks, group, outcome = np.array([0, 0, 0, 1, 1]), np.array([1.0, 0, 0, 1, 0]), np.array([3.0, 1.0, 2.0, 5.0, 9.0])
    means = [outcome[blocks == one].mean() for one in blocks]
    shares = [group[blocks == one].mean() for one in blocks]
    sums = [
        a + b - sum((outcome - means)[blocks == one].sum() for one in (0, 1))
        for a, b in product((outcome - means)[:3], (outcome - means)[3:])
    ]
    found = exchange_test(group - shares, outcome - means, blocks, seed=1)
    assert found.p_value == np.mean(np.abs(sums) >= abs((outcome - means)[0] + (outcome - means)[3]) - 1e-12)


@pytest.mark.parametrize("exposed", [None, 4])
def test_draws_are_near_every_arrangement(exposed: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    comparison = replace(drawn(3, people=40, exposed=exposed, effect=0.6), covariates=())
    comparison = comparison if exposed else replace(comparison, frame=comparison.frame.tail(12), clustered=False)
    [exact] = permutation(comparison)
    monkeypatch.setattr("pipeline.compare.numbers.exchange.MOST_LISTED", 0)
    [near] = permutation(comparison)
    assert "every_arrangement" in exact["note"]
    assert "every_arrangement" not in near["note"]
    assert near["p_value"] == pytest.approx(exact["p_value"], abs=4 * np.sqrt(0.25 / 9_999))


def wild_fits(comparison: Comparison, weights: list[tuple[float, ...]]) -> np.ndarray:
    """Give the t statistic of each draw by fitting anew, with clustered errors without correction."""
    frame = comparison.frame
    places = pd.factorize(frame[CLUSTER])[0]
    null = np.column_stack([np.ones(len(frame)), frame["age"]])
    design = np.column_stack([null, frame[FIRST]])
    fitted = null @ np.linalg.lstsq(null, frame["outcome"].to_numpy(), rcond=None)[0]
    statistics = []
    for one in weights:
        made = fitted + np.array(one)[places] * (frame["outcome"].to_numpy() - fitted)
        coefficients = np.linalg.lstsq(design, made, rcond=None)[0]
        scores = np.array([design[places == place].T @ (made - design @ coefficients)[places == place] for place in np.unique(places)])
        bread = np.linalg.inv(design.T @ design)
        statistics.append(coefficients[-1] / np.sqrt((bread @ scores.T @ scores @ bread)[-1, -1]))
    return np.array(statistics)


def test_the_wild_bootstrap_is_a_fit_per_draw_with_webb_weights_below_twelve_clusters() -> None:
    comparison = drawn(5, clusters=4, people=40, effect=0.5)
    weights = list(product(WEBB, repeat=4))
    [there], fits = wild_fits(comparison, [(1.0,) * 4]), wild_fits(comparison, weights)
    [row] = wild_bootstrap(comparison)
    assert row["p_value"] == np.mean(np.abs(fits) >= abs(there) - 1e-9)


def test_webb_weights_have_mean_0_and_variance_1() -> None:
    assert (WEBB.mean(), (WEBB**2).mean()) == pytest.approx((0, 1))


def test_the_interval_of_the_wild_bootstrap_holds_the_differences_that_it_does_not_reject() -> None:
    comparison = drawn(2, clusters=14, people=140, effect=0.7)
    [row] = wild_bootstrap(comparison)
    for end, outside in ((row["conf_low"], -1e-6), (row["conf_high"], 1e-6)):
        moved = comparison.frame.assign(outcome=comparison.frame["outcome"] - end * comparison.frame[FIRST])
        further = moved.assign(outcome=moved["outcome"] - outside * moved[FIRST])
        [inside], [beyond] = (wild_bootstrap(replace(comparison, frame=frame)) for frame in (moved, further))
        assert beyond["p_value"] < 0.05 <= inside["p_value"] + 2 / 9_999


def test_drawing_clusters_is_computing_the_difference_of_each_draw() -> None:
    comparison = drawn(4, clusters=20, people=200)
    [row] = cluster_bootstrap(comparison)
    draw, frame = np.random.default_rng(8), comparison.frame
    parts = [part for _, part in frame.groupby(CLUSTER)]
    found = []
    for _ in range(1500):
        some = pd.concat([parts[place] for place in draw.integers(0, 20, 20)])
        design = np.column_stack([np.ones(len(some)), some["age"], some[FIRST]])
        found.append(np.linalg.lstsq(design, some["outcome"].to_numpy(), rcond=None)[0][-1])
    assert row["std_error"] == pytest.approx(np.std(found, ddof=1), rel=0.08)
    assert [row["conf_low"], row["conf_high"]] == pytest.approx(np.quantile(found, [0.025, 0.975]), abs=0.12 * row["std_error"] * 4)


@pytest.mark.parametrize("estimate", METHODS)
@pytest.mark.parametrize("exposed", [None, 4])
def test_swapping_the_groups_mirrors_all_but_the_p_value(estimate, exposed: int | None) -> None:
    comparison = drawn(6, clusters=14, people=150, exposed=exposed, effect=0.4)
    [one], [other] = estimate(comparison), estimate(swapped(comparison))
    assert other["estimate"] == pytest.approx(-one["estimate"], rel=1e-9)
    assert numbers_of(other, ["p_value"]) == pytest.approx(numbers_of(one, ["p_value"]), abs=2e-4, nan_ok=True)
    mirrored = [-end for end in numbers_of(one, ["conf_high", "conf_low"])]
    assert numbers_of(other, ["conf_low", "conf_high"]) == pytest.approx(mirrored, rel=1e-6, nan_ok=True)


@pytest.mark.parametrize("estimate", METHODS)
def test_the_unit_of_the_outcome_changes_no_p_value(estimate) -> None:
    comparison = drawn(7, effect=0.4)
    [one], [other] = (
        estimate(replace(comparison, frame=comparison.frame.assign(outcome=factor * comparison.frame["outcome"] + 3))) for factor in (1, 10)
    )
    assert numbers_of(other, ["p_value"]) == pytest.approx(numbers_of(one, ["p_value"]), nan_ok=True)
    assert numbers_of(other, ["estimate", "conf_low"]) == pytest.approx(
        [10 * one for one in numbers_of(one, ["estimate", "conf_low"])], nan_ok=True
    )


def test_the_estimate_is_that_of_the_adjusted_difference() -> None:
    comparison = drawn(9)
    [expected] = adjusted(comparison)
    for estimate in (wild_bootstrap, cluster_bootstrap):
        [row] = estimate(comparison)
        assert [row[name] for name in ("estimate", "n", "n_clusters")] == pytest.approx(
            [expected[name] for name in ("estimate", "n", "n_clusters")]
        )


def refused(estimate, comparison: Comparison, note: str) -> None:
    [row] = estimate(comparison)
    assert note in row["note"].split()
    assert np.isnan(numbers_of(row, [name for name in NUMBERS if name != "estimate"])).all()


@pytest.mark.parametrize("estimate", METHODS)
def test_what_no_model_can_be_made_of_is_refused_by_name(estimate) -> None:
    comparison = drawn(1)
    people = comparison.frame
    refused(estimate, replace(comparison, frame=people.assign(outcome=1.0)), "constant_outcome")
    refused(estimate, replace(comparison, frame=people[people[FIRST] == 1]), "one_group_empty")
    refused(estimate, replace(comparison, frame=people.assign(age=people[FIRST])), "group_collinear")
    refused(estimate, replace(comparison, frame=people.head(3)), "too_few_people")


@pytest.mark.parametrize("estimate", [wild_bootstrap, cluster_bootstrap])
def test_an_arm_in_one_cluster_has_no_test(estimate) -> None:
    refused(estimate, drawn(1, exposed=1), "arm_under_two_clusters")


@pytest.mark.parametrize(("kind", "note"), [("share", "few_events"), ("number", "arm_hardly_varies")])
@pytest.mark.parametrize("estimate", [wild_bootstrap, cluster_bootstrap])
def test_an_arm_that_hardly_varies_has_no_error(estimate, kind: str, note: str) -> None:
    comparison = drawn(1, clusters=14, people=140)
    outcome = np.where(comparison.frame[FIRST] == 1, np.arange(140) < 6, np.arange(140) % 3 == 0).astype(float)
    refused(estimate, replace(comparison, kind=kind, frame=comparison.frame.assign(outcome=outcome)), note)


def test_exchanging_says_where_no_p_value_could_have_been_small() -> None:
    [row] = permutation(drawn(1, exposed=1))
    assert {"exchanged_clusters", "few_arrangements"} <= set(row["note"].split())
    assert row["p_value"] >= 1 / 9


def test_drawing_clusters_refuses_where_a_draw_may_lack_a_group() -> None:
    refused(cluster_bootstrap, drawn(1, exposed=2), "draws_without_group")


def test_the_wild_bootstrap_has_no_interval_where_nothing_is_rejected() -> None:
    [row] = wild_bootstrap(replace(drawn(3, clusters=4, people=30, exposed=2), confidence=0.999))
    assert {"interval_not_closed", "few_clusters_in_arm"} <= set(row["note"].split())
    assert "conf_low" not in row


def test_a_model_that_leaves_nothing_has_no_error() -> None:
    comparison = drawn(1)
    refused(
        wild_bootstrap,
        replace(comparison, frame=comparison.frame.assign(outcome=comparison.frame["age"] + comparison.frame[FIRST])),
        "perfect_fit",
    )


def test_without_several_draws_the_p_value_at_the_estimate_is_1() -> None:
    comparison = drawn(2)
    frame, places = comparison.frame, pd.factorize(comparison.frame[CLUSTER])[0]
    found = draws_of(np.ones((len(frame), 1)), frame[FIRST].to_numpy(), frame["outcome"].to_numpy(), places, seed=1)
    assert found.p_at(found.estimate) == 1


SEEDS = 600
LEAST, MOST = (binom.ppf(end, SEEDS, share) / SEEDS for end, share in ((0.0005, 0.03), (0.9995, 0.07)))
"""Shares of null samples that a test at 5 % may reject: 3-7 %, with binomial 99.9 % limits for so many seeds round them."""


@pytest.mark.slow
@pytest.mark.parametrize("estimate", [permutation, wild_bootstrap])
@pytest.mark.parametrize("exposed", [None, 4, 2])
def test_few_clusters_are_rejected_as_often_as_they_say(estimate, exposed: int | None) -> None:
    """With 8 unequal clusters: people of each exposed, 4 exposed, and 2, where a test may find too little but never too much."""
    rows = [estimate(drawn(seed, clusters=8, people=100, exposed=exposed))[0] for seed in range(SEEDS)]
    assert (LEAST if exposed != 2 else 0) <= np.mean([float(row["p_value"]) < 0.05 for row in rows]) <= MOST
    assert exposed != 2 or estimate is permutation or all("few_clusters_in_arm" in row["note"] for row in rows)
