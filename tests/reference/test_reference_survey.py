"""Weighted numbers of a drawn sample against R: survey's linearisation, clubSandwich's CR2 of weighted models."""

from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.compare.estimators.survey_weighted import survey_weighted
from pipeline.compare.gather.comparison import Comparison, complete
from pipeline.compare.gather.drawn import drawn_of
from pipeline.compare.gather.panel import STRATUM, WEIGHT
from pipeline.compare.numbers.results import TTest
from pipeline.compare.numbers.survey import design_effect, share_interval, weighted_least_squares
from tests.reference.agreement import compare
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
