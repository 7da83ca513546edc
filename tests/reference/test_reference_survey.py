"""Weighted numbers of a drawn sample against R: survey's linearisation, clubSandwich's CR2 of weighted models."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.compare.estimators.survey_weighted import survey_weighted
from pipeline.compare.gather.comparison import Comparison, complete
from pipeline.compare.gather.drawn import drawn_of
from pipeline.compare.gather.panel import STRATUM, WEIGHT
from pipeline.compare.numbers.calibration import raked
from pipeline.compare.numbers.glm import fit_glm
from pipeline.compare.numbers.results import TTest
from pipeline.compare.numbers.survey import Drawn, design_effect, share_interval, weighted_least_squares
from tests.reference.agreement import ENTRIES, compare
from tests.reference.test_reference_clusters import compared

GROUP, INTERCEPT = "treat", "(Intercept)"


def in_sample(
    people: pd.DataFrame, outcome: str, covariates: tuple[str, ...] = (), stratified: bool = True, kind: str = "number"
) -> Comparison:
    """Compare people drawn by workplace, in sectors where these count, with their design weights."""
    comparison = replace(compared(people, outcome, GROUP, covariates, "workplace"), kind=kind)
    columns = {WEIGHT: people["design_weight"]} | ({STRATUM: people["sector"].astype("str")} if stratified else {})
    return replace(comparison, frame=comparison.frame.assign(**columns))


def each(comparison: Comparison, columns: dict[str, np.ndarray]) -> dict[str, TTest]:
    """Test every coefficient of a model with an intercept, by name."""
    people = complete(comparison)
    design = np.column_stack([np.ones(len(people)), *columns.values()])
    fit = weighted_least_squares(design, people[comparison.outcome].to_numpy(), drawn_of(comparison, people))
    return {name: fit.tested(own, 0.95) for name, own in zip((INTERCEPT, *columns), np.eye(design.shape[1]), strict=True)}


def coefficients(comparison: Comparison) -> dict[str, TTest]:
    people = complete(comparison)
    return each(comparison, {GROUP: people["first"].to_numpy()} | {name: people[name].to_numpy() for name in comparison.covariates})


def test_weighted_least_squares_in_clusters_equals_r(survey: pd.DataFrame) -> None:
    comparison = in_sample(survey, "ti_t2", ("ti_t1",), stratified=False)
    row, found = survey_weighted(comparison)[0], coefficients(comparison)
    ours = {
        "n": row["n"],
        "clusters": row["n_clusters"],
        "coef": {name: one.estimate for name, one in found.items()} | {GROUP: row["estimate"]},
        "se_CR2": {name: one.std_error for name, one in found.items()} | {GROUP: row["std_error"]},
        "satt_df": {name: one.df for name, one in found.items()} | {GROUP: row["df"]},
        "satt_p": {name: one.p_value for name, one in found.items()} | {GROUP: row["p_value"]},
    }
    compare("simtrs/o.simtrs.ti.wls_cluster", ours)


def test_means_and_their_difference_in_the_population_equal_r(survey: pd.DataFrame) -> None:
    comparison = in_sample(survey, "ti_t2")
    rows, found = survey_weighted(comparison), coefficients(comparison)
    means = {row["term"]: row for row in rows if row["estimand"] == "mean_by_survey"}
    people = complete(comparison)
    drawn = drawn_of(comparison, people)
    whole, outcome = each(comparison, {})[INTERCEPT], people["ti_t2"].to_numpy()
    ours = {
        "n": rows[0]["n"],
        "means": {code: row["estimate"] for code, row in means.items()},
        "se_means": {code: row["std_error"] for code, row in means.items()},
        "coef": {INTERCEPT: found[INTERCEPT].estimate, GROUP: rows[0]["estimate"]},
        "se": {INTERCEPT: found[INTERCEPT].std_error, GROUP: rows[0]["std_error"]},
        "df_design": means["1"]["df"],
        "deff_replace": design_effect(outcome, drawn.weights, whole.std_error),
    }
    compare("simtrs/o.simtrs.ti.svy", ours)


def test_an_adjusted_difference_in_the_population_equals_r(survey: pd.DataFrame) -> None:
    comparison = in_sample(survey, "ti_t2", ("ti_t1", "age"))
    row, found = survey_weighted(comparison)[0], coefficients(comparison)
    linear = {
        "n": row["n"],
        "coef": {name: one.estimate for name, one in found.items()} | {GROUP: row["estimate"]},
        "se": {name: one.std_error for name, one in found.items()} | {GROUP: row["std_error"]},
        "t": {name: one.statistic for name, one in found.items()} | {GROUP: row["statistic"]},
        "p": {name: one.p_value for name, one in found.items()} | {GROUP: row["p_value"]},
        "df_resid": row["df"],
        "df_design": row["df"] + len(found) - 1,
    }
    compare("simtrs/o.simtrs.ti.svyglm", {"linear": linear})


def test_a_share_in_the_population_equals_r(survey: pd.DataFrame) -> None:
    found = each(in_sample(survey, "double_t1", kind="share"), {})[INTERCEPT]
    ours = {
        "logit": {"est": found.estimate, "ci95": share_interval(found, 0.95)},
        **{scale: {"est": found.estimate} for scale in ("beta", "mean")},
        "se": found.std_error,
        "df_design": found.df,
    }
    compare("simtrs/o.simtrs.double.svyprop", ours)


def raked_to(
    entry_id: str, people: pd.DataFrame, outcome: str, before: np.ndarray, columns: np.ndarray, totals: list[float]
) -> dict[str, object]:
    """Rake everybody, each drawn alone, and give what R gives of the weights and the mean."""
    weights = raked(before, columns, np.array(totals, dtype="float64"))
    assert weights is not None, entry_id
    each_alone = Drawn(weights, np.arange(len(people)), np.zeros(len(people), dtype=int), None, True)
    values, ones = people[outcome].to_numpy(), np.ones((len(people), 1))
    met = replace(each_alone, margins=columns, before=before)
    kept, plain = (weighted_least_squares(ones, values, one).tested(np.ones(1), 0.95) for one in (met, each_alone))
    effective = each_alone.effective(np.ones(len(people), dtype=bool))
    return {
        "n": len(people),
        "sum_w": weights.sum(),
        "weighted_mean": kept.estimate,
        "se": kept.std_error,
        "se_no_calibration_adjustment": plain.std_error,
        "deff_kish": len(people) / effective,
        "min_w": weights.min(),
        "max_w": weights.max(),
        "first5": list(weights[:5]),
        "weights": weights,
    }


def given(entry_id: str, found: dict[str, object], within: str = "") -> dict[str, object]:
    """Keep what the entry holds, under one of its names."""
    value = ENTRIES[entry_id]["value"]
    own = {name: number for name, number in found.items() if name in (value[within] if within else value)}
    return {within: own} if within else own


def indicators(people: pd.DataFrame, counts: dict[str, dict[object, float]]) -> tuple[np.ndarray, list[float]]:
    levels = [(name, code, count) for name, its in counts.items() for code, count in its.items()]
    return np.column_stack([(people[name] == code).to_numpy(dtype="float64") for name, code, _ in levels]), [one[2] for one in levels]


FRAME = {"sex": {"man": 976, "woman": 1194}, "age_group": {"21-39": 586, "40-54": 1020, "55-66": 564}}
AGES = 100905.0
"""What the frame of simtrs holds (simtrs/frame_margins.csv of the validation data): people by sex and age, and the sum of their ages."""


@pytest.fixture
def framed(survey: pd.DataFrame) -> pd.DataFrame:
    groups = pd.cut(survey["age"], [20, 39, 54, 66], labels=list(FRAME["age_group"])).astype("str")
    sexes = np.where(survey["female"] == 1, "woman", "man")
    return survey.assign(age_group=groups, sex=sexes).dropna(subset=["ti_t1"])


@pytest.mark.parametrize("entry_id", ["simtrs/o.simtrs.ti.rake", "simtrs/o.simtrs.ti.rake_design"])
def test_raking_to_the_frames_margins_equals_r(entry_id: str, framed: pd.DataFrame) -> None:
    before = framed["design_weight"].to_numpy() if entry_id.endswith("design") else np.ones(len(framed))
    columns, totals = indicators(framed, FRAME)
    found = raked_to(entry_id, framed, "ti_t1", before, columns, totals)
    cells = dict(zip(framed["sex"] + "|" + framed["age_group"], found["weights"], strict=True))
    compare(entry_id, given(entry_id, found | {"cell_weights": cells}))


def test_raking_to_totals_of_numbers_equals_r(framed: pd.DataFrame, jobs: pd.DataFrame) -> None:
    ones = np.ones(len(framed))
    columns = np.column_stack([ones, framed["female"], framed["age"]])
    totals = [2170.0, float(FRAME["sex"]["woman"]), AGES]
    found = raked_to("simtrs", framed, "ti_t1", framed["design_weight"].to_numpy(), columns, totals)
    compare("simtrs/o.simtrs.ti.calibrate", given("simtrs/o.simtrs.ti.calibrate", found, "raking"))
    people = np.column_stack([np.ones(len(jobs)), jobs["sex"], jobs["age"]])
    found = raked_to("jobs2", jobs, "depress2", np.ones(len(jobs)), people, [899, 449.5, 33000])
    compare("open/o.jobs2.calibrate", given("open/o.jobs2.calibrate", found, "raking"))


def test_raking_jobs_to_two_margins_equals_r(jobs: pd.DataFrame) -> None:
    columns, totals = indicators(jobs, {"sex": {0: 450, 1: 449}, "nonwhite": {"non.white1": 250, "white0": 649}})
    found = raked_to("jobs2", jobs, "depress2", np.ones(len(jobs)), columns, totals)
    cells = dict(zip(jobs["sex"].astype("int").astype("str") + "|" + jobs["nonwhite"], found["weights"], strict=True))
    compare("open/o.jobs2.rake", given("open/o.jobs2.rake", found | {"cell_weights": cells}))


def test_weights_for_those_who_did_not_answer_equal_r(survey: pd.DataFrame) -> None:
    answered = survey["answered_t2"].fillna(False).astype("float64")
    people = survey.assign(answered=answered).dropna(subset=["ti_t1"])
    design = np.column_stack([np.ones(len(people)), people[[GROUP, "ti_t1", "age", "female"]].to_numpy(dtype="float64")])
    fit = fit_glm("logistic", design, people["answered"].to_numpy(), None)
    inside = (people["answered"] == 1) & people["ti_t2"].notna()
    weights, analysed = 1 / fit.means[inside.to_numpy()], people[inside]
    alone = Drawn(weights, np.arange(len(analysed)), np.zeros(len(analysed), dtype=int), None, True)
    two = np.column_stack([np.ones(len(analysed)), analysed[GROUP]])
    found = weighted_least_squares(two, analysed["ti_t2"].to_numpy(), alone).tested(np.array([0.0, 1.0]), 0.95)
    means = analysed.groupby(GROUP)["ti_t2"].mean()
    ours = {
        "n_model": len(people),
        "n_analysed": len(analysed),
        "response_coef": dict(zip((INTERCEPT, GROUP, "ti_t1", "age", "female"), fit.coefficients, strict=True)),
        "min_p": fit.means.min(),
        "max_w": weights.max(),
        "kish_ess": alone.effective(np.ones(len(analysed), dtype=bool)),
        "effect": found.estimate,
        "svyglm_se": found.std_error,
        "unweighted": means[1] - means[0],
    }
    compare("simtrs/o.simtrs.ti.response_weights", ours)
