"""Regressions, curves and transitions against R: every coefficient by the functions, the group's by the estimator."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.linear_model import RegressionResults

from pipeline.compare.estimators.adjusted import adjusted
from pipeline.compare.estimators.interacted import interacted
from pipeline.compare.estimators.mediation import mediation
from pipeline.compare.estimators.trimming_bounds import trimming_bounds
from pipeline.compare.gather.comparison import FIRST, Comparison
from pipeline.compare.gather.panel import CLUSTER
from pipeline.compare.numbers.regression import cr2, hc2_covariance, hc3_covariance, least_squares
from pipeline.compare.numbers.student import critical_value, two_sided_p
from pipeline.compare.numbers.trimming import trimming_bounds as bounds_by_trimming
from pipeline.compare.registry import MEDIATOR
from tests.reference.agreement import ENTRIES, compare, compare_reported, flatten, ids_of, names_with

INTERCEPT = "(Intercept)"
CLUSTERED = {
    "open/o.univbct.ancova_cluster": ("univbct", "JOBSAT2", "unit"),
    "open/o.lq2002.cluster_level_treatment": ("lq2002", "HOSTILE", "COMPID"),
    "open/o.jtrain.did": ("jtrain", "hrsemp", "fcode"),
    "simtrs/o.simtrs.ti.ancova_cluster": ("simtrs", "ti_t2", "workplace"),
    "simtrs/o.simtrs.ti.cluster_level_treatment": ("simtrs", "ti_t2", "workplace"),
    "simtrs/o.simtrs.ti.did": ("person_waves", "y", "workplace"),
}


def outcome_of(entry_id: str, part: str = "") -> str:
    """Read the outcome from the formula of an entry's R call."""
    call = ENTRIES[entry_id]["r_call"]
    inside = call.partition(f"{part} = f_lm(")[2] if part else call
    return re.search(r"(\w+)\s*~", inside)[1]


def fitted(people: pd.DataFrame, outcome: str, coefficients: dict[str, float]) -> tuple[RegressionResults, pd.Index]:
    """Fit by the names that R gives its coefficients: columns, products ``a:b``, categories ``columncategory``."""
    columns = {name: column_of(people, name) for name in coefficients}
    design = pd.DataFrame(columns, index=people.index).assign(outcome=people[outcome]).dropna()
    fit = least_squares(design[list(columns)].to_numpy(dtype=float), design["outcome"].to_numpy(dtype=float))
    return fit, design.index


def column_of(people: pd.DataFrame, name: str) -> pd.Series:
    if name == INTERCEPT:
        return pd.Series(1.0, index=people.index)
    if ":" in name:
        return people[name.split(":")].prod(axis="columns", skipna=False)
    if name in people:
        return people[name]
    [factor] = [column for column in people if name.startswith(column) and people[column].eq(name.removeprefix(column)).any()]
    return people[factor].eq(name.removeprefix(factor)).astype(float).where(people[factor].notna())


def named(names: list[str], values: np.ndarray) -> dict[str, object]:
    return {name: value.tolist() for name, value in zip(names, values, strict=True)}


def errors(covariance: np.ndarray) -> np.ndarray:
    return np.sqrt(np.diag(covariance))


def p_values(statistics: np.ndarray, df: np.ndarray) -> np.ndarray:
    return np.array([two_sided_p(statistic, one_df) for statistic, one_df in zip(statistics, df, strict=True)])


def intervals(estimates: np.ndarray, std_errors: np.ndarray, df: np.ndarray) -> np.ndarray:
    reach = np.array([critical_value(0.95, one_df) for one_df in df]) * std_errors
    return np.column_stack([estimates - reach, estimates + reach])


def regression_values(people: pd.DataFrame, outcome: str, value: dict) -> dict[str, object]:
    names = list(value["coef"])
    fit, rows = fitted(people, outcome, value["coef"])
    df = np.full(len(names), fit.df_resid)
    total = people.loc[rows, outcome].var() * (len(rows) - 1)
    r2 = 1 - fit.ssr / total
    classical, robust = errors(fit.cov_params()), errors(hc3_covariance(fit))
    return {
        "n": len(rows),
        "df_resid": fit.df_resid,
        "r2": r2,
        "adj_r2": 1 - (1 - r2) * (len(rows) - 1) / fit.df_resid,
        "sigma": np.sqrt(fit.ssr / fit.df_resid),
        "coef": named(names, fit.params),
        "se_classical": named(names, classical),
        "p_classical": named(names, p_values(fit.params / classical, df)),
        "se_HC3": named(names, robust),
        "p_HC3_t_df_resid": named(names, p_values(fit.params / robust, df)),
        "ci95_HC3": named(names, intervals(fit.params, robust, df)),
    }


@pytest.mark.parametrize("entry_id", ids_of("regression"))
def test_least_squares_and_its_robust_errors_equal_r(entry_id: str, data_of) -> None:
    value, people = ENTRIES[entry_id]["value"], data_of(ENTRIES[entry_id]["dataset"])
    if "coef" in value:
        compare(entry_id, regression_values(people, outcome_of(entry_id), value))
    else:
        compare(entry_id, {part: regression_values(people, outcome_of(entry_id, part), value[part]) for part in value})


def test_the_interacted_regression_equals_r(survey: pd.DataFrame) -> None:
    [entry_id] = ids_of("interacted_regression")
    people = survey.dropna(subset=["ti_t2", "ti_t1"])
    people = people.assign(**{".xc": people["ti_t1"] - people["ti_t1"].mean()})
    names = list(ENTRIES[entry_id]["value"]["coef"])
    fit, rows = fitted(people, "ti_t2", ENTRIES[entry_id]["value"]["coef"])
    ours = {"coef": named(names, fit.params), "se_HC3": named(names, errors(hc3_covariance(fit)))}
    compare(entry_id, {"n": len(rows), "se_HC2": named(names, errors(hc2_covariance(fit)))} | ours)
    [row] = interacted(adjusted_comparison(survey, "ti_t2", ["ti_t1"]))
    compare_reported(entry_id, {"coef": {"treat": row["estimate"]}, "se_HC2": {"treat": row["std_error"]}})


def test_trimming_bounds_equal_r(survey: pd.DataFrame) -> None:
    [entry_id] = ids_of("trimming_bounds")
    low, high = trimming_bounds(adjusted_comparison(survey, "ti_t2", []))
    arms = [survey.loc[survey["treat"] == arm, "ti_t2"] for arm in (1, 0)]
    found = bounds_by_trimming(*(arm.dropna().to_numpy() for arm in arms), *map(len, arms))
    ours = {"mass_trimmed": low["effect"], "bounds_fractional": [low["estimate"], high["estimate"]], "trim_share": found.share}
    compare(entry_id, ours | {"trimmed_group": float(found.is_first)})


@pytest.mark.parametrize("entry_id", ids_of("clustered_regression") + ids_of("difference_in_differences"))
def test_cluster_robust_errors_and_their_df_equal_r(entry_id: str, data_of) -> None:
    dataset, outcome, cluster = CLUSTERED[entry_id]
    people = data_of(dataset).dropna(subset=[cluster]).reset_index()
    names = list(ENTRIES[entry_id]["value"]["coef"])
    fit, rows = fitted(people, outcome, ENTRIES[entry_id]["value"]["coef"])
    clusters = people.loc[rows, cluster].to_numpy()
    robust = cr2(fit.model.exog, fit.resid, clusters)
    std_errors = errors(robust.covariance)
    df = np.array([robust.satterthwaite(contrast) for contrast in np.eye(len(names))])
    statistics = fit.params / std_errors
    ours = {
        "n": len(rows),
        "clusters": len(np.unique(clusters)),
        "coef": named(names, fit.params),
        "se_CR2": named(names, std_errors),
        "CR2_t": named(names, statistics),
        "CR2_satt_df": named(names, df),
        "CR2_satt_p": named(names, p_values(statistics, df)),
        "CR2_satt_ci95": named(names, intervals(fit.params, std_errors, df)),
    }
    compare(entry_id, ours)


def adjusted_comparison(
    people: pd.DataFrame, outcome: str, covariates: list[str], cluster: str = "", by: tuple[str, ...] = ()
) -> Comparison:
    columns = {outcome: people[outcome], FIRST: people["treat"].astype(float)} | {name: people[name] for name in (*covariates, *by)}
    if cluster:
        columns[CLUSTER] = people[cluster].astype(str)
    return Comparison(outcome, "number", pd.DataFrame(columns), tuple(covariates), by, bool(cluster), 0.95, "1", "0")


JOBS_COVARIATES = ["depress1", "econ_hard", "sex", "age"]
JOBS_FACTORS = ["occp", "marital", "nonwhite", "educ", "income"]
ADJUSTED = {
    "open/o.jobs2.ancova": ("jobs2", "depress2", JOBS_COVARIATES),
    "open/o.jobs2.job_seek.ancova": ("jobs2", "job_seek", JOBS_COVARIATES),
    "open/o.jobs2.ancova_factors": ("jobs2", "depress2", JOBS_COVARIATES + JOBS_FACTORS),
    "simtrs/o.simtrs.ti.ancova": ("simtrs", "ti_t2", ["ti_t1", "age", "female", "education"]),
}


@pytest.mark.parametrize("entry_id", ADJUSTED)
def test_the_adjusted_estimator_gives_r_coefficient_of_the_group(entry_id: str, data_of) -> None:
    dataset, outcome, covariates = ADJUSTED[entry_id]
    people = data_of(dataset)
    people = people.astype({name: "category" for name in covariates if not pd.api.types.is_numeric_dtype(people[name])})
    [row] = adjusted(adjusted_comparison(people, outcome, covariates))
    compare_reported(entry_id, {"n": row["n"], "df_resid": row["df"], **hc3_of(row, "treat")})


def hc3_of(row: dict, coefficient: str) -> dict[str, object]:
    numbers = {"coef": row["estimate"], "se_HC3": row["std_error"], "ci95_HC3": [row["conf_low"], row["conf_high"]]}
    if "p_value" in row:
        numbers["p_HC3_t_df_resid"] = row["p_value"]
    return {name: {coefficient: value} for name, value in numbers.items()}


def test_the_adjusted_estimator_gives_r_interaction_with_sex(survey: pd.DataFrame) -> None:
    people = survey.assign(sex=pd.Categorical(np.where(survey["female"] == 1, "woman", "man"), ["man", "woman"]))
    rows = adjusted(adjusted_comparison(people, "ti_t2", ["ti_t1"], by=("sex",)))
    [men] = [row for row in rows if row["level"] == "sex=man"]
    [interaction] = [row for row in rows if row["estimand"] == "interaction"]
    compare_reported("simtrs/o.simtrs.ti.interaction_sex", hc3_of(men, "treat") | {"n": interaction["n"], "df_resid": interaction["df"]})
    compare_reported("simtrs/o.simtrs.ti.interaction_sex", hc3_of(interaction, "treat:female"))


def test_the_adjusted_estimator_gives_r_cluster_robust_effect(survey: pd.DataFrame) -> None:
    [row] = adjusted(adjusted_comparison(survey, "ti_t2", ["ti_t1", "age", "female"], cluster="workplace"))
    ours = {
        "coef": row["estimate"],
        "se_CR2": row["std_error"],
        "CR2_t": row["statistic"],
        "CR2_satt_df": row["df"],
        "CR2_satt_p": row["p_value"],
        "CR2_satt_ci95": [row["conf_low"], row["conf_high"]],
    }
    counted = {"n": row["n"], "clusters": row["n_clusters"]}
    compare_reported("simtrs/o.simtrs.ti.ancova_cluster", counted | {name: {"treat": value} for name, value in ours.items()})


@pytest.mark.parametrize("entry_id", ids_of("regression") + ids_of("clustered_regression"))
def test_every_result_of_a_regression_is_the_groups(entry_id: str) -> None:
    """What counts as reported is compared by the functions above; a slip in coverage.toml would show here."""
    results = names_with(entry_id, "result") - {"n", "clusters", "df_resid"}
    assert all(name.partition(".")[2].startswith("treat") for name in results)
    assert results <= set(flatten(ENTRIES[entry_id]["value"]))


MEDIATED = {
    "open/o.jobs2.mediation": ("jobs2", "depress2", "job_seek", ["econ_hard", "sex", "age"]),
    "simtrs/o.simtrs.ti.mediation": ("simtrs", "ti_t2", "steps", ["ti_t1", "age"]),
}


@pytest.mark.parametrize("entry_id", ids_of("mediation"))
def test_mediation_equals_r(entry_id: str, data_of) -> None:
    dataset, outcome, mediator, covariates = MEDIATED[entry_id]
    people = data_of(dataset)
    people = people.astype({name: "category" for name in covariates if not pd.api.types.is_numeric_dtype(people[name])})
    comparison = adjusted_comparison(people, outcome, covariates)
    comparison = replace(comparison, frame=comparison.frame.assign(**{MEDIATOR: people[mediator].astype("float64")}))
    rows = dict(zip(("acme", "ade", "total"), mediation(comparison), strict=True))
    exact = {name: row["estimate"] for name, row in rows.items()}
    drawn = {f"{name}_ci95": [row["conf_low"], row["conf_high"]] for name, row in rows.items()}
    compare(entry_id, {"n": rows["acme"]["n"], **exact, "mediate_boot": {**exact, **drawn}})
