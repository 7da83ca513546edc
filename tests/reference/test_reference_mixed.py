"""Models with an intercept per cluster or person, and differences in differences, against R."""

import numpy as np
import pandas as pd
import pytest

from pipeline.compare.estimators.over_time import difference_in_differences, growth
from pipeline.compare.estimators.random_intercept import random_intercept as by_cluster
from pipeline.compare.gather.comparison import EARLIER, FIRST, Comparison
from pipeline.compare.gather.panel import CLUSTER
from pipeline.compare.numbers.random_intercept import random_intercept
from pipeline.compare.numbers.student import two_sided_p
from tests.reference.agreement import ENTRIES, compare, compare_reported, ids_of

MODELS = {
    "open/o.lq2002.lmer": ("lq2002", "HOSTILE"),
    "open/o.univbct.lmer_growth": ("univbct_waves", "JSAT"),
    "simtrs/o.simtrs.ti.lmer_plain": ("simtrs", "ti_t2"),
    "simtrs/o.simtrs.ti.lmer": ("simtrs", "ti_t2"),
    "simtrs/o.simtrs.ti.lmer_null": ("simtrs", "ti_t1"),
    "simtrs/o.simtrs.ti.lmer_growth": ("person_waves", "y"),
}


@pytest.fixture(scope="session")
def univbct_waves(univbct: pd.DataFrame) -> pd.DataFrame:
    """Job satisfaction at three times in long format."""
    waves = [univbct.assign(SUBNUM=univbct["SUBNUM"], TIME=float(place), JSAT=univbct[f"JOBSAT{place + 1}"]) for place in range(3)]
    return pd.concat(waves).dropna(subset="JSAT")


def column_of(people: pd.DataFrame, name: str) -> pd.Series:
    return pd.Series(1.0, index=people.index) if name == "(Intercept)" else people[name.split(":")].prod(axis="columns", skipna=False)


@pytest.mark.parametrize("entry_id", ids_of("mixed_model"))
def test_coefficients_errors_and_variances_equal_r(entry_id: str, data_of) -> None:
    value, (dataset, outcome) = ENTRIES[entry_id]["value"], MODELS[entry_id]
    people = data_of(dataset).reset_index(names="person") if dataset in ("simtrs", "person_waves") else data_of(dataset)
    people, [(cluster, _)] = people.reset_index(drop=True), value["groups"].items()
    columns = {name: column_of(people, name) for name in value["fixed"]}
    known = pd.DataFrame(columns).assign(outcome=people[outcome], cluster=people[cluster]).dropna()
    places = pd.factorize(known["cluster"])[0]
    fit = random_intercept(known[list(columns)].to_numpy(float), known["outcome"].to_numpy(float), places)
    errors = np.sqrt(np.diag(fit.covariance))
    df = [fit.satterthwaite(contrast) for contrast in np.eye(len(columns))]
    p_values = [two_sided_p(one, freedom) for one, freedom in zip(fit.coefficients / errors, df, strict=True)]
    by_name = {"fixed": fit.coefficients, "se": errors, "satt_df": df, "satt_p": p_values}
    ours = {name: dict(zip(columns, numbers, strict=True)) for name, numbers in by_name.items()}
    variances = {cluster: fit.common, "Residual": fit.own}
    found = {"n": len(known), "groups": {cluster: places.max() + 1}, "var_components": variances, "reml_criterion": fit.criterion}
    compare(entry_id, ours | found | {"icc": fit.likeness})


def compared(people: pd.DataFrame, outcome: str, covariates: tuple[str, ...] = (), cluster: str = "", before: str = "") -> Comparison:
    columns = {outcome: people[outcome], FIRST: people["treat"]} | {name: people[name] for name in covariates}
    columns |= ({CLUSTER: people[cluster].astype(str)} if cluster else {}) | ({EARLIER: people[before]} if before else {})
    return Comparison(outcome, "number", pd.DataFrame(columns), covariates, (), bool(cluster), 0.95, "1", "0")


@pytest.mark.parametrize(("entry", "covariates"), [("lmer_plain", ("age",)), ("lmer", ("ti_t1", "local_agreement"))])
def test_the_estimator_gives_r_coefficient_of_the_group(entry: str, covariates: tuple[str, ...], survey: pd.DataFrame) -> None:
    [row] = by_cluster(compared(survey, "ti_t2", covariates, cluster="workplace"))
    numbers = {"fixed": row["estimate"], "se": row["std_error"], "satt_df": row["df"], "satt_p": row["p_value"]}
    told = {name: {"treat": number} for name, number in numbers.items()}
    compare_reported(f"simtrs/o.simtrs.ti.{entry}", told | {"n": row["n"], "icc": row["effect"]})
    assert row["note"].split().count("no_likeness") == (entry == "lmer")


def test_the_estimators_give_r_difference_of_changes(survey: pd.DataFrame) -> None:
    [row] = growth(compared(survey, "ti_t2", before="ti_t1"))
    numbers = {"fixed": row["estimate"], "se": row["std_error"], "satt_df": row["df"], "satt_p": row["p_value"]}
    compare_reported("simtrs/o.simtrs.ti.lmer_growth", {name: {"treat:post": number} for name, number in numbers.items()})
    [row] = difference_in_differences(compared(survey, "ti_t2", cluster="workplace", before="ti_t1"))
    numbers = {"coef": row["estimate"], "se_CR2": row["std_error"], "CR2_t": row["statistic"], "CR2_satt_df": row["df"]}
    numbers |= {"CR2_satt_p": row["p_value"], "CR2_satt_ci95": [row["conf_low"], row["conf_high"]]}
    compare_reported("simtrs/o.simtrs.ti.did", {name: {"treat:post": number} for name, number in numbers.items()})
