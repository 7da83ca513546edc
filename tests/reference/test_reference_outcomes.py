"""Models by kind of outcome against R: every coefficient by the functions, what a report gives by the estimators."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from pipeline.compare.estimators.cox import cox
from pipeline.compare.estimators.hurdle import hurdle
from pipeline.compare.estimators.logistic import logistic
from pipeline.compare.estimators.negative_binomial import negative_binomial
from pipeline.compare.estimators.ordered import ordered
from pipeline.compare.estimators.poisson import poisson
from pipeline.compare.estimators.risk_difference import risk_difference
from pipeline.compare.estimators.what_if import what_if
from pipeline.compare.gather.comparison import ENDED, FIRST, Comparison
from pipeline.compare.gather.model import Model, model_of
from pipeline.compare.numbers.glm import fit_glm
from pipeline.compare.numbers.hazards import fit_hazards
from pipeline.compare.numbers.negative_binomial import negative_binomial as fit_negative_binomial
from pipeline.compare.numbers.ordered import proportional_odds
from pipeline.compare.numbers.regression import hc3_covariance, least_squares
from pipeline.compare.numbers.what_if import e_value, e_value_of_limit, share_explained
from tests.reference.agreement import ENTRIES, compare, compare_reported, ids_of
from tests.reference.test_reference_clusters import compared

GROUP, INTERCEPT = "treat", "(Intercept)"


def covariates_of(coefficients: dict[str, float]) -> tuple[str, ...]:
    return tuple(name for name in coefficients if name not in (INTERCEPT, GROUP))


def named(coefficients: dict[str, float], values: np.ndarray) -> dict[str, float]:
    """Give values in the order of our columns, the group last, by R's names."""
    return dict(zip((INTERCEPT, *covariates_of(coefficients), GROUP), map(float, values), strict=True))


def model_in(entry_id: str, people: pd.DataFrame, outcome: str, coefficients: dict[str, float], kind: str) -> tuple[Comparison, Model]:
    comparison = compared(people, outcome, GROUP, covariates_of(coefficients))
    comparison = Comparison(outcome, kind, comparison.frame, comparison.covariates, (), False, 0.95, "1", "0")
    model = model_of(comparison)
    assert isinstance(model, Model), entry_id
    return comparison, model


@pytest.mark.parametrize("entry_id", ids_of("logistic"))
def test_logistic_regression_and_its_standardised_shares_equal_r(entry_id: str, data_of) -> None:
    coefficients, dataset = ENTRIES[entry_id]["value"]["coef"], ENTRIES[entry_id]["dataset"]
    outcome = {"jobs2": "work1_num", "simtrs": "applied"}[dataset]
    people = data_of(dataset)
    people = (
        people.assign(sex=people["sex"].eq("female").astype(float)) if people.get("sex", pd.Series(dtype=float)).dtype == object else people
    )
    comparison, model = model_in(entry_id, people, outcome, coefficients, "share")
    fit = fit_glm("logistic", model.design, model.outcome, None)
    difference, ratio, odds = logistic(comparison)
    likelihood = np.log(np.where(model.outcome == 1, fit.means, 1 - fit.means)).sum()
    ours = {
        "n": difference["n"],
        "coef": named(coefficients, fit.coefficients),
        "se": named(coefficients, np.sqrt(np.diag(fit.information_inverse))),
        "deviance": -2 * likelihood,
        "mean_p1": fit.everybody_in(1)[0],
        "mean_p0": fit.everybody_in(0)[0],
        "or_treat": odds["estimate"],
        "or_wald_ci95": [odds["conf_low"], odds["conf_high"]],
        "marginal_rd": difference["estimate"],
        "rd_se_delta_model": difference["std_error"],
        "rd_ci95_delta_model": [difference["conf_low"], difference["conf_high"]],
        "marginal_rr": ratio["estimate"],
    }
    compare(entry_id, ours)


def test_poisson_regression_and_its_robust_errors_equal_r(survey: pd.DataFrame) -> None:
    [entry_id] = ids_of("counts")
    coefficients = ENTRIES[entry_id]["value"]["poisson_coef"]
    comparison, model = model_in(entry_id, survey, "steps", coefficients, "number")
    fit = fit_glm("poisson", model.design, model.outcome, None)
    robust = [fit.error(one)[0] for one in np.eye(len(coefficients))]
    difference, ratio = poisson(comparison)
    ours = {
        "n": difference["n"],
        "poisson_coef": named(coefficients, fit.coefficients),
        "poisson_se": named(coefficients, np.sqrt(np.diag(fit.information_inverse))),
        "poisson_HC0_se": named(coefficients, np.array(robust)),
    }
    spread = fit_negative_binomial(model.design, model.outcome)
    errors = np.sqrt(np.diag(spread.covariance))
    ours |= {"nb_coef": named(coefficients, spread.coefficients), "nb_se_expected_info": named(coefficients, errors)}
    ours |= {"nb_theta": 1 / spread.spread, "nb_rate_ratio": named(coefficients, np.exp(spread.coefficients))}
    [row] = negative_binomial(comparison)
    compare_reported(entry_id, {"n": row["n"], "nb_rate_ratio": {GROUP: row["estimate"]}})
    compare(entry_id, ours)
    assert ratio["estimate"] == pytest.approx(np.exp(coefficients[GROUP]), rel=1e-7)
    width = np.log(ratio["conf_high"] / ratio["conf_low"]) / 2 / 1.959963984540054
    assert width == pytest.approx(ENTRIES[entry_id]["value"]["poisson_HC0_se"][GROUP], rel=1e-7)


def test_both_parts_of_the_hurdle_equal_r(survey: pd.DataFrame) -> None:
    [entry_id] = ids_of("hurdle")
    value = ENTRIES[entry_id]["value"]
    comparison, model = model_in(entry_id, survey, "steps", value["logit_any_coef"], "number")
    any_fit = fit_glm("logistic", model.design, (model.outcome > 0).astype(float), None)
    inside = model.outcome > 0
    amount_fit = least_squares(model.design[inside], np.log(model.outcome[inside]))
    _, amounts = hurdle(comparison)
    ours = {
        "n": amounts["n"],
        "share_zero": 1 - inside.mean(),
        "n_positive": int(inside.sum()),
        "logit_any_coef": named(value["logit_any_coef"], any_fit.coefficients),
        "logit_any_se": named(value["logit_any_coef"], np.sqrt(np.diag(any_fit.information_inverse))),
        "log_days_coef": named(value["log_days_coef"], amount_fit.params),
        "log_days_HC3_se": named(value["log_days_coef"], np.sqrt(np.diag(hc3_covariance(amount_fit)))),
    }
    compare(entry_id, ours)
    assert amounts["estimate"] == pytest.approx(np.exp(value["log_days_coef"][GROUP]), rel=1e-8)


CUTS = {"jobs2": ("job_disc", (1.5, 2.5, 3.5)), "simtrs": ("steps", (0.5, 2.5, 4.5))}


@pytest.mark.parametrize("entry_id", ids_of("ordinal"))
def test_proportional_odds_equal_r(entry_id: str, data_of) -> None:
    value, dataset = ENTRIES[entry_id]["value"], ENTRIES[entry_id]["dataset"]
    outcome, edges = CUTS[dataset]
    people = data_of(dataset)
    people = (
        people.assign(sex=people["sex"].eq("female").astype(float)) if "sex" in value["coef"] and people["sex"].dtype == object else people
    )
    classes = pd.cut(people[outcome], [-np.inf, *edges, np.inf], labels=["1", "2", "3", "4"])
    comparison = compared(people.assign(classes=classes), "classes", GROUP, covariates_of(value["coef"]))
    comparison = Comparison("classes", "category", comparison.frame, comparison.covariates, (), False, 0.95, "1", "0")
    known = comparison.frame.dropna()
    columns = known[[*comparison.covariates, FIRST]].to_numpy(dtype=float)
    fit = proportional_odds(columns, known["classes"].cat.codes.to_numpy().astype(int))
    names = [*comparison.covariates, GROUP]
    errors = np.sqrt(np.diag(fit.covariance))
    odds, _ = ordered(comparison)
    ours = {
        "n": odds["n"],
        "coef": dict(zip(names, fit.coefficients, strict=True)),
        "zeta": dict(zip(value["zeta"], fit.cuts, strict=True)),
        "se": dict(zip(names, errors, strict=True)),
        "odds_ratio": dict(zip(names, np.exp(fit.coefficients), strict=True)),
        "wald_p": dict(zip(names, 2 * norm.sf(np.abs(fit.coefficients / errors)), strict=True)),
    }
    compare(entry_id, ours)
    assert (odds["estimate"], odds["p_value"]) == pytest.approx((value["odds_ratio"][GROUP], value["wald_p"][GROUP]), rel=1e-4)


def pair(ratio: float, low: float, high: float) -> dict[str, float]:
    return {"e_point": e_value(ratio), "e_ci": e_value_of_limit(ratio, low, high)}


def test_e_values_of_given_ratios_equal_r() -> None:
    entry_id = "open/o.none.evalue"
    compare(entry_id, {name: pair(one["rr"], one["lo"], one["hi"]) for name, one in ENTRIES[entry_id]["value"].items()})


def test_the_e_value_of_a_raw_ratio_of_shares_equals_r(survey: pd.DataFrame) -> None:
    entry_id = "simtrs/o.simtrs.applied.evalue"
    comparison = compared(survey, "applied", GROUP)
    comparison = Comparison("applied", "share", comparison.frame, (), (), False, 0.95, "1", "0")
    rows = {row["estimand"]: row["estimate"] for row in what_if(comparison)}
    raw = next(row for row in risk_difference(comparison) if row["estimand"] == "risk_ratio")
    given = {"rr": raw["estimate"], "lo": raw["conf_low"], "hi": raw["conf_high"]}
    smd = ENTRIES[entry_id]["value"]["smd"]
    compare(
        entry_id, {"rr": given | {"e_point": rows["e_value"], "e_ci": rows["e_value_limit"]}, "smd": pair(smd["rr"], smd["lo"], smd["hi"])}
    )


def test_the_robustness_value_equals_r(survey: pd.DataFrame) -> None:
    [entry_id] = ids_of("robustness_value")
    comparison, model = model_in(entry_id, survey, "ti_t2", {INTERCEPT: 0, GROUP: 0, "ti_t1": 0, "age": 0, "female": 0}, "number")
    fit = least_squares(model.design, model.outcome)
    rows = {row["estimand"]: row["estimate"] for row in what_if(comparison) if row["estimand"] != "remaining_difference"}
    basis = np.linalg.qr(model.covariates)[0]
    ours = {
        "estimate": float(fit.params[-1]),
        "se": float(fit.bse[-1]),
        "t": float(fit.tvalues[-1]),
        "df": fit.df_resid,
        "partial_r2": share_explained(basis, model.group[:, None], model.outcome),
        "rv_q1": rows["robustness_value"],
        "rv_q1_alpha05": rows["robustness_value_limit"],
    }
    compare(entry_id, ours)


def test_hazard_ratios_and_their_errors_in_clusters_equal_r(survey: pd.DataFrame) -> None:
    [entry_id] = ids_of("cox")
    value = ENTRIES[entry_id]["value"]
    comparison = compared(survey, "months_to_change", GROUP, ("ti_t1", "age"), "workplace")
    frame = comparison.frame.assign(**{ENDED: survey["job_change"].astype(float)})
    comparison = Comparison(**{**vars(comparison), "frame": frame})
    model = model_of(comparison)
    assert isinstance(model, Model)
    ended = frame.dropna()[ENDED].to_numpy()
    fit = fit_hazards(model.design[:, 1:], model.outcome, ended)
    names = ["ti_t1", "age", GROUP]
    [alone], [together] = cox(Comparison(**{**vars(comparison), "clustered": False})), cox(comparison)
    ours = {
        "n": alone["n"],
        "events": ended.sum(),
        "clusters": together["n_clusters"],
        "efron": {
            "coef": dict(zip(names, fit.coefficients, strict=True)),
            "se": dict(zip(names, np.sqrt(np.diag(fit.covariance)), strict=True)),
            "hr": {GROUP: alone["estimate"]},
            "p": {GROUP: alone["p_value"]},
            "hr_ci95": {GROUP: [alone["conf_low"], alone["conf_high"]]},
        },
        "cluster_robust_se_efron": dict(zip(names, np.sqrt(np.diag(fit.clustered(model.clusters))), strict=True)),
    }
    compare(entry_id, ours)
    assert together["statistic"] == pytest.approx(value["efron"]["coef"][GROUP] / value["cluster_robust_se_efron"][GROUP], rel=1e-7)
