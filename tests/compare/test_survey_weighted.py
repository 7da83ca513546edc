"""Differences in the population: sums written out, properties, refusals; numbers from R are in tests/reference."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from pipeline.compare.estimators.adjusted import adjusted
from pipeline.compare.estimators.survey_weighted import survey_weighted
from pipeline.compare.gather.comparison import FIRST, Comparison, complete
from pipeline.compare.gather.drawn import drawn_of
from pipeline.compare.gather.panel import CLUSTER, MARGIN, STRATUM, WEIGHT
from pipeline.compare.numbers.survey import weighted_least_squares
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
    refused(survey_weighted(replace(comparison, frame=few)), "linearised_of_few")
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


@pytest.mark.parametrize(("people", "share", "shown"), [(40, 0.08, False), (40, 0.5, True), (200, 0.01, False), (200, 0.2, True)])
def test_a_group_is_shown_by_known_weights_only_where_others_could_have_answered_so(people: int, share: float, shown: bool) -> None:
    comparison = drawn(people=2 * people, clusters=2 * people, strata=0, kind="share")
    first = comparison.frame[FIRST].to_numpy() == 1
    outcome = np.where(first, np.cumsum(first) <= share * first.sum(), np.cumsum(~first) <= share * (~first).sum()).astype(float)
    rows = survey_weighted(changed(comparison, outcome=outcome))
    assert ["estimate" in row for row in of(rows, "share_by_survey")] == [shown, shown]


def test_a_share_stays_between_0_and_1() -> None:
    comparison = drawn(kind="share")
    rare = changed(comparison, outcome=(np.random.default_rng(3).random(240) < 0.12).astype(float))
    for row in of(survey_weighted(rare), "share_by_survey"):
        assert 0 < row["conf_low"] < row["estimate"] < row["conf_high"] < 1


def met(comparison: Comparison, margins: dict[str, dict[str, int]]) -> Comparison:
    """Give people sex and trade, and the margins that their weights are to meet."""
    place = np.arange(len(comparison.frame))
    sex, trade = np.array(["woman", "man"])[place % 7 % 2], np.array(["wood", "iron", "wool"])[place % 5 % 3]
    columns = {
        f"{MARGIN}sex": sex,
        f"{MARGIN}trade": trade,
        f"{MARGIN}sex*trade": [f"{one}*{other}" for one, other in zip(sex, trade, strict=True)],
    }
    return replace(changed(comparison, **columns), margins=margins)


BOTH = {"sex": {"woman": 900, "man": 600}, "trade": {"wood": 500, "iron": 700, "wool": 300}}


def test_raked_weights_meet_every_margin_and_keep_what_margins_do_not_tell() -> None:
    comparison = met(drawn(), BOTH)
    sample, people = drawn_of(comparison, comparison.frame), comparison.frame
    for name, counts in BOTH.items():
        sums = pd.Series(sample.weights, index=people.index).groupby(people[f"{MARGIN}{name}"]).sum()
        assert sums.to_dict() == pytest.approx(counts)
    factor = pd.Series(sample.weights / sample.before, index=people.index)
    assert factor.groupby([people[f"{MARGIN}sex"], people[f"{MARGIN}trade"]]).agg(np.ptp).max() < 1e-9


def test_margins_that_the_weights_meet_already_change_no_weight_but_the_error_of_what_they_tell() -> None:
    comparison = drawn()
    people = met(comparison, BOTH).frame
    own = {name: people.groupby(f"{MARGIN}{name}")[WEIGHT].sum().to_dict() for name in BOTH}
    row, plain = survey_weighted(met(comparison, own))[0], survey_weighted(comparison)[0]
    assert row["estimate"] == pytest.approx(plain["estimate"])
    women = (people[f"{MARGIN}sex"] == "woman").to_numpy(dtype="float64")
    errors = [
        weighted_least_squares(np.ones((240, 1)), women, drawn_of(one, people)).tested(np.ones(1), 0.95).std_error
        for one in (met(comparison, own), comparison)
    ]
    assert np.nan_to_num(errors[0]) < 1e-9
    assert errors[1] > 0.01


def test_post_stratification_gives_each_cell_its_count() -> None:
    cells = {
        f"{one}*{other}": 100 + 10 * place
        for place, (one, other) in enumerate((one, other) for one in ("woman", "man") for other in ("wood", "iron", "wool"))
    }
    comparison = met(drawn(), {"sex*trade": cells})
    sample, where = drawn_of(comparison, comparison.frame), comparison.frame[f"{MARGIN}sex*trade"]
    expected = sample.before * where.map(cells) / pd.Series(sample.before).groupby(where.to_numpy()).transform("sum").to_numpy()
    assert sample.weights == pytest.approx(expected.to_numpy())


def test_margins_that_cannot_be_met_are_refused_by_name() -> None:
    comparison = drawn()
    empty = survey_weighted(met(comparison, {"sex": {"woman": 5, "man": 5, "other": 1}}))
    assert [row["note"] for row in empty] == ["margin_level_empty"] * 7
    outside = survey_weighted(met(comparison, {"sex": {"woman": 5}}))
    assert [row["note"] for row in outside] == ["margins_not_met"] * 7
    against = met(comparison, {"sex": {"woman": 990, "man": 10}, "trade": {"wood": 400, "iron": 300, "wool": 300}})
    only = changed(
        against,
        **{f"{MARGIN}trade": np.where(against.frame[f"{MARGIN}sex"] == "man", "wood", np.where(np.arange(240) % 2, "iron", "wool"))},
    )
    assert [row["note"] for row in survey_weighted(only)] == ["margins_not_met"] * 7
    assert all(has_no_numbers(row) for row in (*empty, *outside, *survey_weighted(only)))


def lost(comparison: Comparison, seed: int = 4) -> Comparison:
    """Lose the answers of some, of the older more often, and count by the chance of answering."""
    age = comparison.frame["age"]
    gone = np.random.default_rng(seed).random(len(age)) < 1 / (1 + np.exp(1 - age))
    return replace(changed(comparison, outcome=comparison.frame["outcome"].mask(gone)), response=("age",))


def test_those_who_answered_stand_for_the_like_of_them_who_did_not() -> None:
    comparison = lost(drawn())
    sample, people = drawn_of(comparison, complete(comparison)), complete(comparison)
    ratio = sample.weights / people[WEIGHT].to_numpy()
    assert ratio.min() > 1
    design = np.column_stack([np.ones(len(people)), people["age"], people[FIRST]])
    everybody = comparison.frame
    totals = np.column_stack([np.ones(240), everybody["age"], everybody[FIRST]]).sum(axis=0)
    assert ratio @ design[:, 0] == pytest.approx(totals[0], rel=0.03)
    assert np.average(people["age"], weights=ratio) == pytest.approx(everybody["age"].mean(), abs=0.08)
    assert people["age"].mean() < everybody["age"].mean() - 0.1


def test_where_everybody_answered_the_chance_of_answering_changes_nothing() -> None:
    comparison = drawn()
    assert survey_weighted(replace(comparison, response=("age",))) == survey_weighted(comparison)


def test_who_lacks_what_people_were_like_before_is_missing() -> None:
    comparison = lost(drawn())
    frame = comparison.frame.assign(before=comparison.frame["age"].mask(comparison.frame.index < 12))
    row = survey_weighted(replace(comparison, frame=frame, response=("before",)))[0]
    assert row["n"] == frame[["outcome", "before"]].notna().all(axis=1).sum()
    assert row["n"] + row["n_missing"] == 240


def test_an_answer_that_is_told_for_certain_has_no_chance() -> None:
    comparison = lost(drawn())
    certain = comparison.frame["outcome"].notna().astype(float)
    rows = survey_weighted(replace(changed(comparison, before=certain), response=("before",)))
    assert [row["note"] for row in rows] == ["response_separated"] * 7
    assert all(has_no_numbers(row) for row in rows)


@pytest.mark.slow
@DESIGNS
def test_the_null_is_kept_where_groups_are_in_every_cluster(strata: int) -> None:
    draws, found = 300, 0
    for seed in range(draws):
        found += survey_weighted(drawn_null(seed, strata))[0]["p_value"] < 0.05
    low, high = binom.interval(0.999, draws, 0.05)
    assert low <= found <= high, found / draws


def drawn_null(seed: int, strata: int) -> Comparison:
    comparison = drawn(seed, people=360, clusters=24, strata=strata)
    own = comparison.frame[FIRST]
    return changed(comparison, outcome=comparison.frame["outcome"] - 0.3 * own)
