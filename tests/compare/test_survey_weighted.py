"""Differences in the population: sums written out, properties, refusals; numbers from R are in tests/reference."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from pipeline.compare.estimators.adjusted import adjusted
from pipeline.compare.estimators.survey_weighted import survey_weighted
from pipeline.compare.gather.comparison import FIRST, Comparison
from pipeline.compare.gather.panel import CLUSTER, STRATUM, WEIGHT
from tests.compare.groups import NUMBERS, has_no_numbers, numbers_of, shuffled, swapped

DESIGNS = pytest.mark.parametrize("strata", [0, 3])


def drawn(seed: int = 1, people: int = 240, clusters: int = 12, strata: int = 3, kind: str = "number", weighted: bool = True) -> Comparison:
    """Draw people in workplaces in sectors; who stands for many has higher answers."""
    draw = np.random.default_rng(seed)
    place = np.arange(people) % clusters
    own, age = (draw.random(people) < 0.4).astype(float), draw.normal(size=people)
    weight = np.exp(draw.normal(0, 0.5, clusters))[place] * (1 + draw.random(people)) if weighted else np.ones(people)
    outcome = 0.3 * own + age + np.log(weight) + draw.normal(0, 0.5, clusters)[place] + draw.normal(size=people)
    outcome = (outcome > 0.5).astype(float) if kind == "share" else outcome
    columns = {"outcome": outcome, FIRST: own, "age": age, CLUSTER: [f"w{one:02d}" for one in place], WEIGHT: weight}
    columns |= {STRATUM: [f"s{one % strata}" for one in place]} if strata else {}
    return Comparison("outcome", kind, pd.DataFrame(columns), ("age",), (), True, 0.95, "participant", "control")


def changed(comparison: Comparison, **columns: object) -> Comparison:
    return replace(comparison, frame=comparison.frame.assign(**columns))


def of(rows: list[dict], estimand: str) -> list[dict]:
    return [row for row in rows if row["estimand"] == estimand]


def test_with_all_weights_one_it_is_the_adjusted_difference_with_its_error() -> None:
    comparison = drawn(strata=0, weighted=False)
    row, plain = survey_weighted(comparison)[0], adjusted(comparison)[0]
    assert numbers_of(row, NUMBERS[:7]) == pytest.approx(numbers_of(plain, NUMBERS[:7]), rel=1e-9)
    assert row["note"] == "constant_weights"


@DESIGNS
def test_weights_in_another_unit_change_nothing(strata: int) -> None:
    comparison = drawn(strata=strata)
    for row, same in zip(
        survey_weighted(changed(comparison, **{WEIGHT: 7.3 * comparison.frame[WEIGHT]})), survey_weighted(comparison), strict=True
    ):
        assert numbers_of(row, NUMBERS) == pytest.approx(numbers_of(same, NUMBERS), rel=1e-9, nan_ok=True)


def test_a_whole_weight_counts_a_person_so_many_times() -> None:
    comparison = drawn(strata=0)
    times = np.arange(240) % 3 + 1
    once = changed(comparison, **{WEIGHT: times.astype(float)})
    many = replace(comparison, frame=comparison.frame.loc[np.repeat(np.arange(240), times)].assign(**{WEIGHT: 1.0}))
    assert survey_weighted(once)[0]["estimate"] == pytest.approx(adjusted(many)[0]["estimate"])


@DESIGNS
@pytest.mark.parametrize("kind", ["number", "share"])
def test_swapping_the_groups_mirrors(strata: int, kind: str) -> None:
    comparison = drawn(strata=strata, kind=kind)
    one, other = survey_weighted(comparison), survey_weighted(swapped(comparison))
    mirrored = [-one[0][name] for name in ("estimate", "conf_high", "conf_low")]
    assert numbers_of(other[0], ["estimate", "conf_low", "conf_high"]) == pytest.approx(mirrored)
    assert [row["estimate"] for row in other[1:]] == pytest.approx([row["estimate"] for row in (*one[4:], *one[1:4])])


@DESIGNS
def test_the_order_of_rows_changes_nothing(strata: int) -> None:
    comparison = drawn(strata=strata)
    for row, same in zip(survey_weighted(shuffled(comparison)), survey_weighted(comparison), strict=True):
        assert numbers_of(row, NUMBERS) == pytest.approx(numbers_of(same, NUMBERS), rel=1e-9, nan_ok=True)


def test_linearisation_is_the_spread_of_what_clusters_move_within_strata() -> None:
    comparison = drawn()
    people = comparison.frame[comparison.frame[FIRST] == 1]
    mean = np.average(people["outcome"], weights=people[WEIGHT])
    moved = (people[WEIGHT] * (people["outcome"] - mean) / people[WEIGHT].sum()).groupby([people[STRATUM], people[CLUSTER]]).sum()
    variance = sum(len(one) * one.var() for _, one in moved.groupby(level=0))
    row = of(survey_weighted(comparison), "mean_by_survey")[0]
    assert (row["estimate"], row["std_error"], row["df"]) == pytest.approx((mean, np.sqrt(variance), 12 - 3))


def test_a_population_of_those_drawn_leaves_no_error_and_a_large_one_all_of_it() -> None:
    comparison = drawn()
    whole, large = (survey_weighted(replace(comparison, population=count))[0] for count in (4, 10**9))
    assert whole["note"] == "too_few_clusters"
    assert "std_error" not in whole
    assert large["std_error"] == pytest.approx(survey_weighted(comparison)[0]["std_error"])
    half = survey_weighted(replace(comparison, population={"s0": 8, "s1": 8, "s2": 8}))[0]
    assert half["std_error"] == pytest.approx(large["std_error"] * np.sqrt(0.5))


def test_a_design_without_clusters_strata_and_weights_has_no_effect() -> None:
    comparison = replace(drawn(strata=0), clustered=False, covariates=())
    rows = survey_weighted(replace(changed(comparison, **{WEIGHT: 1.0 + 1e-9 * np.arange(240)}), population=10**9))
    own = (comparison.frame[FIRST] == 1).sum()
    expected = [240 / 239 * (own - 1) / own, 240 / 239 * (239 - own) / (240 - own)]
    assert [row["estimate"] for row in of(rows, "design_effect")] == pytest.approx(expected)
    assert [row["estimate"] for row in of(rows, "effective_number")] == pytest.approx([own, 240 - own])


def refused(rows: list[dict], note: str) -> None:
    assert note in rows[0]["note"].split()
    assert np.isnan(numbers_of(rows[0], NUMBERS[1:])).all()


def test_what_allows_no_error_is_said_by_name() -> None:
    comparison = drawn()
    places = comparison.frame[CLUSTER]
    refused(survey_weighted(changed(comparison, **{STRATUM: np.where(places == "w00", "s9", "s1")})), "stratum_of_one_cluster")
    refused(survey_weighted(replace(comparison, population=3)), "population_too_small")
    refused(
        survey_weighted(changed(comparison, **{CLUSTER: np.where(comparison.frame[FIRST] == 1, "w00", places)})), "arm_under_two_clusters"
    )
    few = comparison.frame[places.isin(["w00", "w03"])].assign(**{STRATUM: "s0"})
    refused(survey_weighted(replace(comparison, frame=few)), "too_few_clusters")
    refused(survey_weighted(changed(drawn(kind="share"), outcome=(np.arange(240) < 3).astype(float))), "few_events")
    alike = survey_weighted(changed(comparison, age=comparison.frame[FIRST]))
    assert [row["note"] for row in alike] == ["group_collinear"] * 7
    assert all(has_no_numbers(row) for row in alike)


def test_groups_are_not_shown_by_few_weights() -> None:
    rows = survey_weighted(changed(drawn(), **{WEIGHT: np.arange(240) % 3 + 1.0}))
    assert "std_error" in rows[0]
    for row in (*of(rows, "mean_by_survey"), *of(rows, "design_effect")):
        assert row["note"] == "few_weights"
        assert has_no_numbers(row)


def test_a_share_stays_between_0_and_1() -> None:
    comparison = drawn(kind="share")
    rare = changed(comparison, outcome=(np.random.default_rng(3).random(240) < 0.12).astype(float))
    for row in of(survey_weighted(rare), "share_by_survey"):
        assert 0 < row["conf_low"] < row["estimate"] < row["conf_high"] < 1


@pytest.mark.slow
@DESIGNS
def test_the_null_is_kept_where_groups_are_in_every_cluster(strata: int) -> None:
    draws, found = 2000, 0
    for seed in range(draws):
        found += survey_weighted(drawn_null(seed, strata))[0]["p_value"] < 0.05
    low, high = binom.interval(0.999, draws, 0.05)
    assert low <= found <= high, found / draws


def drawn_null(seed: int, strata: int) -> Comparison:
    comparison = drawn(seed, people=360, clusters=24, strata=strata)
    own = comparison.frame[FIRST]
    return changed(comparison, outcome=comparison.frame["outcome"] - 0.3 * own)
