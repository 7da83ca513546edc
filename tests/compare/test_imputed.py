"""Comparisons with missing answers imputed: pooled sums written out, properties, refusals; numbers from R's mice are in tests/reference."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, t

from pipeline.compare.estimators.adjusted import adjusted
from pipeline.compare.gather.comparison import FIRST, Comparison
from pipeline.compare.gather.imputed import MISSING_INFORMATION, pooled_rows
from pipeline.compare.gather.panel import CLUSTER, WEIGHT
from pipeline.compare.numbers.pooling import pooled
from pipeline.compare.registry import ESTIMATORS, IMPUTED
from pipeline.score.chained import Plan, Variable, chained
from tests.compare.groups import NUMBERS, has_no_numbers, numbers_of, swapped

POOLED = ("estimate", "std_error", "statistic", "df", "p_value", "conf_low", "conf_high")

ABLE = [name for name, one in ESTIMATORS.items() if "imputed" in one.uses]


def drawn(seed: int = 1, kind: str = "number", people: int = 240) -> Comparison:
    """Draw two groups in workplaces of whom all is known."""
    draw = np.random.default_rng(seed)
    own, age, place = (draw.random(people) < 0.4).astype(float), draw.normal(size=people), np.arange(people) % 12
    outcome = 3 + 0.4 * own + 0.5 * age + draw.normal(0, 0.3, 12)[place] + draw.normal(size=people)
    outcome = (outcome > 3.2).astype(float) if kind == "share" else np.maximum(np.round(outcome), 0)
    frame = pd.DataFrame({"outcome": outcome, FIRST: own, "age": age, CLUSTER: [f"w{one:02d}" for one in place], WEIGHT: 1 + age**2})
    return Comparison("outcome", kind, frame, ("age",), (), True, 0.95, "participant", "control")


def with_answers(comparison: Comparison, shifts: Sequence[float]) -> Comparison:
    """Let every fourth person be imputed, each time by so much more than was known."""
    more = np.arange(len(comparison.frame)) % 4 == 0
    frames = [comparison.frame.assign(outcome=comparison.frame["outcome"] + more * shift) for shift in shifts]
    return replace(comparison, imputations=tuple(frames))


def rows_by(name: str, comparison: Comparison) -> list[dict]:
    """Pool what an estimator makes of a comparison, as it is asked."""
    estimator = ESTIMATORS[name]
    seen = replace(
        comparison, covariates=comparison.covariates if "covariates" in estimator.uses else (), clustered=estimator.allows_clusters
    )
    return pooled_rows(estimator, estimator.load(), seen)


def test_the_variance_is_within_and_between_and_what_few_imputations_leave_open() -> None:
    found = pooled(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 2.0]), 50.0, 0.95)
    within, between = (1 + 4 + 4) / 3, ((1 - 2) ** 2 + (3 - 2) ** 2) / 2
    total = within + (1 + 1 / 3) * between
    share = (1 + 1 / 3) * between / total
    old, seen = (3 - 1) / share**2, (50 + 1) / (50 + 3) * 50 * (1 - share)
    df = old * seen / (old + seen)
    assert found.test.estimate == 2
    assert found.test.std_error == pytest.approx(total**0.5)
    assert found.test.df == pytest.approx(df)
    assert found.test.p_value == pytest.approx(2 * t.sf(2 / total**0.5, df))
    assert (found.test.conf_low, found.test.conf_high) == pytest.approx(t.interval(0.95, df, 2, total**0.5))
    ratio = share / (1 - share)
    assert found.missing_information == pytest.approx((ratio + 2 / (df + 3)) / (ratio + 1))


@pytest.mark.parametrize("name", ABLE)
def test_imputing_nothing_changes_nothing(name: str) -> None:
    comparison = drawn(kind=ESTIMATORS[name].kinds[-1])
    again, lost = rows_by(name, replace(comparison, imputations=(comparison.frame,) * 3))
    seen = replace(
        comparison,
        covariates=comparison.covariates if "covariates" in ESTIMATORS[name].uses else (),
        clustered=ESTIMATORS[name].allows_clusters,
    )
    own = next(row for row in ESTIMATORS[name].load()(seen) if ESTIMATORS[name].place_of_test(row) is not None)
    same = ("estimate", "std_error") if name == "risk_difference" else ("estimate", "std_error", "p_value", "conf_low", "conf_high")
    assert numbers_of(again, same) == pytest.approx(numbers_of(own, same), rel=1e-8)
    assert (again["estimand"], again["n"], again.get("n_clusters")) == (IMPUTED, own["n"], own.get("n_clusters"))
    assert (lost["estimand"], lost["estimate"]) == (MISSING_INFORMATION, 0)


@pytest.mark.parametrize("name", ABLE)
def test_swapping_the_groups_mirrors(name: str) -> None:
    if ESTIMATORS[name].kinds[-1] == "share" or name in ("weighted_att", "entropy_balancing"):
        pytest.skip("a share has no shift; weights for the first group's people are for others when the groups change places")
    comparison = with_answers(drawn(), (0.0, 1.0, 2.0))
    turned = replace(swapped(comparison), imputations=tuple(one.assign(**{FIRST: 1 - one[FIRST]}) for one in comparison.imputations))
    one, other = rows_by(name, comparison)[0], rows_by(name, turned)[0]
    assert numbers_of(other, ("estimate", "conf_low", "conf_high")) == pytest.approx(
        [-value for value in numbers_of(one, ("estimate", "conf_high", "conf_low"))], rel=1e-7
    )
    assert other["p_value"] == pytest.approx(one["p_value"], rel=1e-6)


def test_answers_that_differ_between_imputations_widen_the_interval() -> None:
    comparison = drawn()
    sure, unsure = (rows_by("adjusted", with_answers(comparison, shifts)) for shifts in ((0.1, 0.1, 0.1), (-2.0, 0.1, 2.2)))
    assert unsure[0]["std_error"] > sure[0]["std_error"]
    assert unsure[0]["df"] < sure[0]["df"]
    assert unsure[1]["estimate"] > sure[1]["estimate"] == 0


def test_an_arm_in_one_cluster_leaves_the_pooled_estimate_without_an_error() -> None:
    comparison = drawn()
    alone = comparison.frame[comparison.frame[FIRST].eq(0) | comparison.frame[CLUSTER].eq("w01")]
    row, lost = rows_by("adjusted", replace(comparison, frame=alone, imputations=(alone, alone)))
    assert row["estimate"] == pytest.approx(adjusted(replace(comparison, frame=alone))[0]["estimate"])
    assert "arm_under_two_clusters" in row["note"]
    assert np.isnan(numbers_of(row, POOLED[1:])).all()
    assert has_no_numbers(lost)


def test_what_could_not_be_imputed_is_rows_with_the_reason() -> None:
    rows = rows_by("adjusted", replace(drawn(), imputation_problem="imputation_too_large"))
    assert [row["note"] for row in rows] == ["imputation_too_large"] * 2
    assert all(np.isnan(numbers_of(row, NUMBERS)).all() for row in rows)


def test_imputations_about_other_people_are_a_fault_of_ours() -> None:
    comparison = drawn()
    with pytest.raises(ValueError, match="not about the same people"):
        rows_by("adjusted", replace(comparison, imputations=(comparison.frame, comparison.frame.iloc[:-1])))


@pytest.mark.slow
def test_a_planted_difference_is_in_the_interval_as_often_as_it_says() -> None:
    """Of those who did not answer, more were participants and more had been high before; the mean of those who answered is wrong."""
    draws = [planted(seed) for seed in range(200)]
    low, high = binom.interval(0.999, len(draws), 0.95)
    assert low <= sum(row["conf_low"] <= EFFECT <= row["conf_high"] for row in draws) <= high
    estimates = np.array([row["estimate"] for row in draws])
    assert abs(estimates.mean() - EFFECT) < 4 * estimates.std() / len(draws) ** 0.5
    assert np.mean([row["std_error"] for row in draws]) == pytest.approx(estimates.std(), rel=0.2)


EFFECT = 0.5


def planted(seed: int, people: int = 200) -> dict:
    draw = np.random.default_rng(seed)
    own, before = (draw.random(people) < 0.4).astype(float), draw.normal(size=people)
    outcome = EFFECT * own + before + draw.normal(size=people)
    answers = draw.random(people) > 1 / (1 + np.exp(1.5 - before - own))
    variables = [Variable(np.where(answers, outcome, np.nan), answers, False), Variable(before, np.ones(people, dtype=bool), False)]
    values = chained(variables, own[:, None], None, Plan(10, 4, seed)).values[0]
    frame = pd.DataFrame({"outcome": outcome, "before": before, FIRST: own})
    frames = [frame.assign(outcome=np.where(answers, outcome, 0.0)) for _ in values]
    for one, drawn_values in zip(frames, values, strict=True):
        one.loc[~answers, "outcome"] = drawn_values
    comparison = Comparison("outcome", "number", frame, ("before",), (), False, 0.95, "participant", "control", imputations=tuple(frames))
    return pooled_rows(ESTIMATORS["adjusted"], adjusted, comparison)[0]
