"""Several groups and correlations against R, by the estimators."""

import pytest

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
