"""Several groups and correlations against R, by the estimators."""

import pandas as pd
import pytest

from pipeline.compare.estimators.correlation import correlation
from pipeline.compare.estimators.several_groups import several_groups
from tests.compare.cohorts import cohort, rows_of
from tests.reference.agreement import compare, ids_of

SEVERAL = {"open/o.jobs2.kw_educ": ("jobs2", "depress2", "educ"), "simtrs/o.simtrs.ti_by_education": ("simtrs", "ti_t1", "education")}


@pytest.mark.parametrize("entry_id", ids_of("several_groups"))
def test_several_groups_equal_r(entry_id: str, data_of) -> None:
    dataset, outcome, variable = SEVERAL[entry_id]
    people = data_of(dataset)
    rows = rows_of(several_groups(cohort({"outcome": people[outcome], variable: people[variable]}, by=(variable,))))
    means, ranks = rows["equal_means", variable], rows["equal_ranks", variable]
    ours = {"kw_chi2": ranks["statistic"], "df": ranks["df"], "p": ranks["p_value"], "eta2": means["effect"]}
    compare(entry_id, ours | {"welch_F": means["statistic"], "welch_df.1": means["df"], "welch_p": means["p_value"]})


def test_correlations_equal_r(survey: pd.DataFrame) -> None:
    [entry_id] = ids_of("correlation")
    compare(entry_id, {name: correlated(survey["ti_t1"], survey[other]) for name, other in (("ti1_ti2", "ti_t2"), ("ti1_age", "age"))})


def correlated(outcome: pd.Series, other: pd.Series) -> dict[str, object]:
    line, ranks = correlation(cohort({"outcome": outcome, "beside": other}, beside="other"))
    ours = {"n": line["n"], "pearson": line["estimate"], "t": line["statistic"], "p": line["p_value"]}
    ours |= {"fisher_z_ci95": [line["conf_low"], line["conf_high"]]}
    return ours | {"spearman": ranks["estimate"], "spearman_p_t_approx": ranks["p_value"]}
