"""Models by kind of outcome: against sums, properties, refusals; numbers from R are in tests/reference."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.compare.estimators.adjusted import adjusted
from pipeline.compare.estimators.cox import cox
from pipeline.compare.estimators.hurdle import hurdle
from pipeline.compare.estimators.logistic import logistic
from pipeline.compare.estimators.ordered import ordered
from pipeline.compare.estimators.poisson import poisson
from pipeline.compare.gather.comparison import ENDED, FIRST, Comparison
from pipeline.compare.gather.panel import CLUSTER
from pipeline.compare.numbers.glm import fit_glm
from tests.compare.groups import NUMBERS, numbers_of, shuffled, swapped, two

KINDS = {logistic: "share", poisson: "number", hurdle: "number"}
ESTIMATORS = pytest.mark.parametrize("estimate", KINDS)


def drawn(estimate, seed: int = 1, people: int = 240, clustered: bool = False) -> Comparison:
    """Draw people whose outcome goes with age and group, in twelve clusters."""
    draw = np.random.default_rng(seed)
    own, age = (np.arange(people) % 2).astype(float), draw.normal(size=people)
    mean = np.exp(0.4 * own + 0.5 * age)
    outcome = (draw.random(people) < mean / (1 + mean)).astype(float) if estimate is logistic else draw.poisson(mean).astype(float)
    frame = pd.DataFrame({"outcome": outcome, FIRST: own, "age": age, CLUSTER: [f"w{one % 12:02d}" for one in range(people)]})
    return Comparison("outcome", KINDS[estimate], frame, ("age",), (), clustered, 0.95, "participant", "control")


def changed(comparison: Comparison, **columns: object) -> Comparison:
    return replace(comparison, frame=comparison.frame.assign(**columns))


@ESTIMATORS
@pytest.mark.parametrize("clustered", [False, True])
def test_swapping_the_groups_negates_differences_and_inverts_ratios(estimate, clustered: bool) -> None:
    comparison = drawn(estimate, clustered=clustered)
    for one, other in zip(estimate(comparison), estimate(swapped(comparison)), strict=True):
        mirrored = [1 / one[name] if one["measure_unit"] == "ratio" else -one[name] for name in ("estimate", "conf_high", "conf_low")]
        assert numbers_of(other, ["estimate", "conf_low", "conf_high"]) == pytest.approx(mirrored, rel=1e-7)
        assert numbers_of(other, ["p_value"]) == pytest.approx(numbers_of(one, ["p_value"]), rel=1e-6, nan_ok=True)


@ESTIMATORS
def test_the_order_of_rows_changes_nothing(estimate) -> None:
    comparison = drawn(estimate)
    for one, other in zip(estimate(comparison), estimate(shuffled(comparison)), strict=True):
        assert numbers_of(other, NUMBERS) == pytest.approx(numbers_of(one, NUMBERS), rel=1e-9, nan_ok=True)


def test_without_covariates_standardised_shares_are_the_raw_ones() -> None:
    comparison = replace(drawn(logistic), covariates=())
    first, second = (comparison.frame.loc[comparison.frame[FIRST] == arm, "outcome"].mean() for arm in (1, 0))
    difference, ratio, odds = logistic(comparison)
    assert difference["estimate"] == pytest.approx(first - second)
    assert ratio["estimate"] == pytest.approx(first / second)
    assert odds["estimate"] == pytest.approx(first / (1 - first) / (second / (1 - second)))
    assert difference["std_error"] == pytest.approx(np.sqrt(first * (1 - first) / 120 + second * (1 - second) / 120))


def test_without_covariates_counts_are_compared_by_their_means() -> None:
    comparison = replace(drawn(poisson), covariates=())
    first, second = (comparison.frame.loc[comparison.frame[FIRST] == arm, "outcome"].mean() for arm in (1, 0))
    difference, ratio = poisson(comparison)
    assert (difference["estimate"], ratio["estimate"]) == pytest.approx((first - second, first / second))


def test_a_hurdle_is_a_share_with_any_and_a_ratio_of_geometric_means() -> None:
    comparison = replace(drawn(hurdle), covariates=())
    arms = [comparison.frame.loc[comparison.frame[FIRST] == arm, "outcome"] for arm in (1, 0)]
    share, amounts = hurdle(comparison)
    assert share["estimate"] == pytest.approx((arms[0] > 0).mean() - (arms[1] > 0).mean())
    assert share["measure_unit"] == "share"
    assert amounts["estimate"] == pytest.approx(np.exp(np.log(arms[0][arms[0] > 0]).mean() - np.log(arms[1][arms[1] > 0]).mean()))
    assert amounts["note"] == "among_those_with_any"


@ESTIMATORS
def test_alike_clusters_make_errors_larger_and_are_counted(estimate) -> None:
    comparison = drawn(estimate, people=400)
    copied = replace(comparison, frame=pd.concat([comparison.frame] * 4, ignore_index=True))
    copied = changed(copied, **{CLUSTER: [f"p{place % 400:03d}" for place in range(1600)]})
    independent, together = estimate(copied)[0], estimate(replace(copied, clustered=True))[0]
    assert together["std_error"] == pytest.approx(2 * independent["std_error"], rel=0.1)
    assert together["n_clusters"] == 400


@ESTIMATORS
def test_a_covariate_that_nobody_differs_in_changes_nothing_but_the_note(estimate) -> None:
    comparison = drawn(estimate)
    expected = estimate(comparison)
    rows = estimate(replace(changed(comparison, same=1.0), covariates=("age", "same")))
    for one, other in zip(expected, rows, strict=True):
        assert numbers_of(other, NUMBERS) == pytest.approx(numbers_of(one, NUMBERS), nan_ok=True)
        assert "covariate_constant" in other["note"]


def refused(rows: list[dict], note: str, estimated: bool = False) -> None:
    for row in rows:
        assert note in row["note"].split()
        without = [name for name in NUMBERS if not (estimated and name == "estimate")]
        assert np.isnan(np.array(numbers_of(row, without), dtype=float)).all()


@ESTIMATORS
def test_what_no_model_can_be_made_of_is_refused_by_name(estimate) -> None:
    comparison = drawn(estimate)
    refused(estimate(changed(comparison, outcome=1.0)), "constant_outcome")
    refused(estimate(replace(comparison, frame=comparison.frame[comparison.frame[FIRST] == 1])), "one_group_empty")
    refused(estimate(changed(comparison, age=comparison.frame[FIRST])), "group_collinear")
    small = [0.0, 1.0, 1.0] if estimate is logistic else [0.0, 2.0, 3.0]
    refused(estimate(changed(replace(comparison, frame=comparison.frame.head(3)), outcome=small)), "too_few_people")


@ESTIMATORS
def test_an_arm_in_one_cluster_has_an_estimate_without_error(estimate) -> None:
    comparison = drawn(estimate, clustered=True)
    rows = estimate(changed(comparison, **{CLUSTER: comparison.frame[CLUSTER].where(comparison.frame[FIRST] == 0, "one")}))
    refused(rows, "arm_under_two_clusters", estimated=True)


@pytest.mark.parametrize("how", ["complete", "partly"])
@pytest.mark.parametrize("estimate", [logistic, hurdle])
def test_covariates_that_tell_outcomes_for_certain_are_refused(estimate, how: str) -> None:
    comparison = drawn(estimate)
    has_any = comparison.frame["outcome"] > 0
    age = (
        np.where(has_any, 1.0, -1.0) * (1 + comparison.frame["age"].abs())
        if how == "complete"
        else (has_any & (comparison.frame["age"] > 0.5))
    )
    refused(estimate(changed(comparison, age=np.asarray(age, dtype=float))), "separated")


def test_a_strong_covariate_that_tells_nothing_for_certain_is_kept() -> None:
    comparison = drawn(logistic)
    size = np.linspace(0.1, 60, 240)
    age = size * np.where((comparison.frame["outcome"] == 1) ^ (size < 4), 1, -1)
    assert {row["note"] for row in logistic(changed(comparison, age=age))} == {""}


def test_few_who_did_leave_a_share_without_error() -> None:
    outcome = np.where(np.arange(240) % 2 == 0, np.arange(240) < 8, np.arange(240) < 100).astype(float)
    refused(logistic(replace(changed(drawn(logistic), outcome=outcome), covariates=())), "few_events", estimated=True)


def test_what_is_no_count_or_amount_is_refused() -> None:
    counts, amounts = drawn(poisson), drawn(hurdle)
    refused(poisson(changed(counts, outcome=counts.frame["outcome"] + 0.5)), "not_counts")
    refused(poisson(changed(counts, outcome=counts.frame["outcome"] - 1)), "not_counts")
    refused(poisson(changed(counts, outcome=counts.frame["outcome"] * counts.frame[FIRST])), "arm_all_zero")
    refused(hurdle(changed(amounts, outcome=amounts.frame["outcome"] - 1)), "below_zero")
    refused(hurdle(changed(amounts, outcome=amounts.frame["outcome"] + 1)), "nobody_has_none")


def test_a_common_share_is_much_the_same_by_either_model() -> None:
    comparison = drawn(logistic, people=2000)
    [linear], [standardised, *_] = adjusted(comparison), logistic(comparison)
    assert standardised["estimate"] == pytest.approx(linear["estimate"], abs=0.01)
    assert standardised["std_error"] == pytest.approx(linear["std_error"], rel=0.05)


def test_a_group_of_two_people_with_one_value_is_told_apart() -> None:
    rows = logistic(two([1.0, 1.0, 1.0, 1.0, 1.0, 1.0], [0.0] * 6, "share"))
    refused(rows, "separated")


def classes(seed: int = 1, people: int = 300, shift: float = 0.8) -> Comparison:
    draw = np.random.default_rng(seed)
    own, age = (np.arange(people) % 2).astype(float), draw.normal(size=people)
    codes = np.digitize(shift * own + 0.5 * age + draw.logistic(size=people), [-1, 0.5, 2])
    outcome = pd.Categorical.from_codes(codes, categories=["low", "middle", "high", "top"], ordered=True)
    frame = pd.DataFrame({"outcome": outcome, FIRST: own, "age": age})
    return Comparison("outcome", "category", frame, ("age",), (), False, 0.95, "participant", "control")


def test_two_classes_are_a_share_by_logistic_regression() -> None:
    share = drawn(logistic)
    as_classes = pd.Categorical.from_codes(share.frame["outcome"].astype(int), categories=["no", "yes"], ordered=True)
    odds, _ = ordered(replace(changed(share, outcome=as_classes), kind="category"))
    [expected] = [row for row in logistic(share) if row["estimand"].startswith("odds")]
    assert numbers_of(odds, ["estimate", "conf_low", "conf_high"]) == pytest.approx(
        numbers_of(expected, ["estimate", "conf_low", "conf_high"])
    )


def test_the_chance_of_being_above_counts_pairs_and_half_of_the_ties() -> None:
    comparison = classes()
    codes, own = comparison.frame["outcome"].cat.codes.to_numpy(), comparison.frame[FIRST] == 1
    apart = np.subtract.outer(codes[own].astype(int), codes[~own].astype(int))
    _, above = ordered(comparison)
    assert above["estimate"] == pytest.approx((apart > 0).mean() + (apart == 0).mean() / 2)
    assert above["conf_low"] > 0.5
    assert above["p_value"] < 0.05


def test_swapping_the_groups_inverts_the_odds_and_mirrors_the_chance_round_one_half() -> None:
    (odds, above), (other_odds, other_above) = ordered(classes()), ordered(swapped(classes()))
    assert other_odds["estimate"] == pytest.approx(1 / odds["estimate"])
    assert other_above["estimate"] == pytest.approx(1 - above["estimate"])
    assert (other_odds["p_value"], other_above["p_value"]) == pytest.approx((odds["p_value"], above["p_value"]))


def test_turning_the_classes_round_inverts_the_odds() -> None:
    comparison = classes()
    turned = comparison.frame["outcome"].cat.reorder_categories(["top", "high", "middle", "low"], ordered=True)
    assert ordered(changed(comparison, outcome=turned))[0]["estimate"] == pytest.approx(1 / ordered(comparison)[0]["estimate"])


def test_a_class_that_nobody_has_changes_nothing() -> None:
    comparison = classes()
    wider = comparison.frame["outcome"].cat.set_categories(["low", "nobody", "middle", "high", "top"], ordered=True)
    assert ordered(changed(comparison, outcome=wider)) == ordered(comparison)


def test_classes_that_cannot_be_compared_are_refused_by_name() -> None:
    comparison = classes()
    one = pd.Categorical(["low"] * 300, categories=["low", "top"], ordered=True)
    refused(ordered(changed(comparison, outcome=one)), "constant_outcome")
    refused(ordered(replace(comparison, frame=comparison.frame[comparison.frame[FIRST] == 1])), "one_group_empty")
    refused(ordered(replace(comparison, frame=comparison.frame.head(3))), "too_few_people")
    told = comparison.frame["outcome"].cat.codes.astype(float)
    assert ordered(changed(comparison, age=told))[0]["note"] == "separated"
    apart = pd.Categorical(np.where(comparison.frame[FIRST] == 1, "top", "low"), categories=["low", "top"], ordered=True)
    odds, above = ordered(changed(comparison, outcome=apart))
    assert (odds["note"], above["note"], above["estimate"]) == ("separated", "complete_difference", 1.0)


def times(seed: int = 1, people: int = 240, clustered: bool = False) -> Comparison:
    """Draw whole months to an event that comes earlier in the first group, cut off after a year."""
    draw = np.random.default_rng(seed)
    own, age = (np.arange(people) % 2).astype(float), draw.normal(size=people)
    months = np.ceil(draw.exponential(12 / np.exp(0.6 * own + 0.4 * age)))
    frame = pd.DataFrame({"outcome": np.minimum(months, 12), FIRST: own, "age": age, ENDED: (months <= 12).astype(float)})
    frame[CLUSTER] = [f"w{place % 15:02d}" for place in range(people)]
    return Comparison("outcome", "number", frame, ("age",), (), clustered, 0.95, "participant", "control")


@pytest.mark.parametrize("clustered", [False, True])
def test_swapping_the_groups_inverts_the_ratio_of_hazards(clustered: bool) -> None:
    [one], [other] = cox(times(clustered=clustered)), cox(swapped(times(clustered=clustered)))
    assert one["estimate"] > 1
    inverted = [1 / one[name] for name in ("estimate", "conf_high", "conf_low")]
    assert numbers_of(other, ["estimate", "conf_low", "conf_high"]) == pytest.approx(inverted)
    assert other["p_value"] == pytest.approx(one["p_value"])


def test_the_unit_of_time_and_the_order_of_rows_change_no_ratio_of_hazards() -> None:
    comparison = times()
    [expected] = cox(comparison)
    for other in (shuffled(comparison), changed(comparison, outcome=comparison.frame["outcome"] * 30)):
        [row] = cox(other)
        assert numbers_of(row, NUMBERS) == pytest.approx(numbers_of(expected, NUMBERS), nan_ok=True)


def test_a_cluster_for_each_person_has_the_robust_error_of_independent_people() -> None:
    comparison = changed(times(people=2000), **{CLUSTER: [f"p{place:04d}" for place in range(2000)]})
    [alone], [together] = cox(comparison), cox(replace(comparison, clustered=True))
    assert together["estimate"] == alone["estimate"]
    assert together["statistic"] == pytest.approx(alone["statistic"], rel=0.05)
    assert together["df"] == 1999


def test_who_is_not_known_to_have_had_the_event_is_lost() -> None:
    comparison = times()
    [row] = cox(changed(comparison, **{ENDED: comparison.frame[ENDED].where(comparison.frame.index > 9)}))
    assert (row["n"], row["n_missing"]) == (230, 10)


def test_hazards_that_cannot_be_compared_are_refused_by_name() -> None:
    comparison = times()
    ended = comparison.frame[ENDED]
    refused(cox(changed(comparison, **{ENDED: ended * comparison.frame[FIRST]})), "arm_without_events")
    few = ended.where((comparison.frame[FIRST] == 0) | (comparison.frame.index < 5), 0.0)
    refused(cox(changed(comparison, **{ENDED: few})), "few_events", estimated=True)
    refused(cox(replace(comparison, frame=comparison.frame[comparison.frame[FIRST] == 1])), "one_group_empty")
    refused(cox(changed(comparison, age=comparison.frame[FIRST])), "group_collinear")
    told = changed(comparison, age=np.where(ended == 1, -comparison.frame["outcome"], -99.0))
    refused(cox(told), "not_converged")


def test_amounts_of_few_are_not_compared() -> None:
    comparison = replace(drawn(hurdle), covariates=())
    few = comparison.frame["outcome"].where((comparison.frame[FIRST] == 1) | (comparison.frame.index < 12), 0.0)
    difference, amounts = hurdle(changed(comparison, outcome=few))
    assert difference["estimate"] > 0
    assert amounts["note"] == "few_with_any"
    assert "estimate" not in amounts


def test_few_who_have_any_leave_counts_without_error() -> None:
    comparison = replace(drawn(poisson), covariates=())
    few = comparison.frame["outcome"].where((comparison.frame[FIRST] == 0) | (comparison.frame.index < 8), 0.0)
    refused(poisson(changed(comparison, outcome=few)), "arm_hardly_varies", estimated=True)


def test_rounding_in_the_last_steps_is_not_taken_for_a_fit_that_does_not_settle() -> None:
    """Of these 60 fits two end with deviances that differ in the last digit for ever."""
    for seed in range(60):
        draw = np.random.default_rng(seed)
        age, own = draw.normal(size=400), (draw.random(400) < 0.4).astype(float)
        assert fit_glm("logistic", np.column_stack([np.ones(400), age]), own, None).converged
