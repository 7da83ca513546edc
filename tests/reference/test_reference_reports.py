"""From raw file to estimates table: what the bundled studies report equals what R printed.

The other modules compare functions and estimators; here the whole chain runs,
with the declared measures, waves and analyses.
"""

import pandas as pd
import pytest

from pipeline.compare.exhibits.classes import transition_rows
from pipeline.compare.gather.panel import Panel
from pipeline.spec.declaration import Exhibit
from pipeline.spec.declared import Text
from pipeline.spec.study import Study
from tests.reference.agreement import ENTRIES, compare, compare_reported

pytestmark = pytest.mark.slow

DESCRIBED = {
    "mean": "mean",
    "sd": "standard_deviation",
    "se": "standard_error",
    "median": "median",
    "q25_type7": "lower_quartile",
    "q75_type7": "upper_quartile",
    "min": "minimum",
    "max": "maximum",
    "skew_g1": "skewness",
    "kurtosis_excess_g2": "excess_kurtosis",
}
GROUPS = {"0": "control", "1": "participant"}
NUMBERS = {
    "open/o.jobs2.depress2": ("jobs2", "depressive_symptoms"),
    "open/o.jobs2.job_seek": ("jobs2", "job_search_self_efficacy"),
    "simtrs/o.simtrs.ti_t2": ("trs", "turnover_intention"),
    "simtrs/o.simtrs.steps": ("trs", "career_steps"),
}
SHARES = {"open/o.jobs2.work1_num": ("jobs2", "reemployed"), "simtrs/o.simtrs.applied": ("trs", "applied")}


@pytest.fixture
def estimates(request: pytest.FixtureRequest):
    """Give a study's estimates of level ``all`` by what identifies them."""

    def of(study: str) -> pd.DataFrame:
        _, _, estimated = request.getfixturevalue(f"{study}_results")
        return estimated.estimates.query("level == 'all'")

    return of


def row_of(estimates: pd.DataFrame, estimator: str, estimand: str, outcome: str, wave: str = "t2", **more: str) -> pd.Series:
    """Give the one row with these keys."""
    keys = {"estimator": estimator, "estimand": estimand, "outcome": outcome, "wave": wave, **more}
    found = estimates.loc[estimates[list(keys)].eq(pd.Series(keys)).all(axis="columns")]
    assert len(found) == 1, f"{len(found)} rows fit {keys}"
    return found.iloc[0]


def interval(row: pd.Series) -> list[float]:
    return [row["conf_low"], row["conf_high"]]


@pytest.mark.parametrize("prefix", NUMBERS)
def test_described_numbers_equal_r(prefix: str, estimates) -> None:
    study, outcome = NUMBERS[prefix]
    ours = {}
    for group, code in GROUPS.items():
        rows = {name: row_of(estimates(study), "describe", estimand, outcome, term=code) for name, estimand in DESCRIBED.items()}
        counted = {"n": rows["mean"]["n"], "missing": rows["mean"]["n_missing"]}
        ours[group] = counted | {name: row["estimate"] for name, row in rows.items()}
    compare_reported(f"{prefix}.desc", ours)


@pytest.mark.parametrize("prefix", NUMBERS)
def test_raw_differences_of_means_equal_r(prefix: str, estimates) -> None:
    study, outcome = NUMBERS[prefix]
    row = row_of(estimates(study), "welch", "mean_difference", outcome)
    ours = {"diff": row["estimate"], "t": row["statistic"], "df": row["df"], "p": row["p_value"], "se": row["std_error"]}
    compare_reported(f"{prefix}.welch", ours | {"ci95": interval(row)})
    compare_reported(f"{prefix}.smd", {"hedges_g": row["effect"], "g_ci95_noncentral_effectsize": [row["effect_low"], row["effect_high"]]})


@pytest.mark.parametrize("prefix", NUMBERS)
def test_shifts_by_rank_equal_r(prefix: str, estimates) -> None:
    study, outcome = NUMBERS[prefix]
    row = row_of(estimates(study), "rank", "location_shift", outcome)
    ours = {
        "W_U_of_group1": row["statistic"],
        "p_continuity_ties": row["p_value"],
        "hodges_lehmann": row["estimate"],
        "hl_ci95": interval(row),
        "rank_biserial_cliffs_delta": row["effect"],
        "rb_ci95_effectsize": [row["effect_low"], row["effect_high"]],
    }
    compare_reported(f"{prefix}.mannwhitney", ours)


@pytest.mark.parametrize("prefix", SHARES)
def test_raw_differences_of_shares_equal_r(prefix: str, estimates) -> None:
    study, outcome = SHARES[prefix]
    table = estimates(study)
    rows = {name: row_of(table, "risk_difference", name, outcome) for name in ("risk_difference", "risk_ratio", "odds_ratio")}
    shares = {group: row_of(table, "describe", "share", outcome, term=code) for group, code in GROUPS.items()}
    difference = rows["risk_difference"]
    ours = {
        "rd": difference["estimate"],
        "rd_wald_se": difference["std_error"],
        "rd_newcombe_wilson_ci95": interval(difference),
        "chi2_pearson": difference["statistic"],
        "p_pearson": difference["p_value"],
        "rr": rows["risk_ratio"]["estimate"],
        "rr_katz_ci95": interval(rows["risk_ratio"]),
        "or": rows["odds_ratio"]["estimate"],
        "or_woolf_ci95": interval(rows["odds_ratio"]),
        **{f"p{group}": row["estimate"] for group, row in shares.items()},
        **{f"n{group}": row["n"] for group, row in shares.items()},
    }
    compare_reported(f"{prefix}.binary", ours)


def test_the_share_of_participants_who_applied_has_r_wilson_interval(estimates) -> None:
    row = row_of(estimates("trs"), "describe", "share", "applied", term="participant")
    compare_reported("simtrs/o.simtrs.applied.prop", {"n": row["n"], "p": row["estimate"], "wilson_ci95": interval(row)})


def test_attrition_equals_r(trs_results, estimates) -> None:
    _, _, estimated = trs_results
    flow = estimated.flow.query("chain == 'wave:t2'").set_index(["node", "group"])["n"]
    rates = {group: flow["answered", code] / flow["in_sample", code] for group, code in GROUPS.items()}
    row = row_of(estimates("trs"), "risk_difference", "risk_difference", "answered")
    ours = {"diff": row["estimate"], "newcombe_ci95": interval(row), "p_pearson": row["p_value"]}
    compare("simtrs/o.simtrs.attrition", ours | {"rate1": rates["1"], "rate0": rates["0"]})


def test_reliability_equals_r(trs_results) -> None:
    _, scored, _ = trs_results
    rows = scored.reliability.query("measure == 'turnover_intention' and wave == 't1'")
    [row] = rows[rows["item"] == ""].to_dict("records")
    ours = {"items": row["items"], "n_rows": row["n"] + row["n_missing"], "n_complete": row["n"], "raw_alpha_complete": row["alpha"]}
    compare_reported("simtrs/o.simtrs.ti.alpha", ours)


BALANCED = {
    "age": ("age", "", ""),
    "female": ("sex", "", "sex=woman: "),
    "univ": ("education", "", "education=university: "),
    "perm": ("employment", "", "employment=permanent: "),
    "ti_t1": ("turnover_intention", "t1", ""),
    "double_t1": ("double_lock_in", "t1", ""),
}


@pytest.mark.parametrize("covariate", BALANCED)
def test_the_balance_table_equals_r(covariate: str, estimates) -> None:
    outcome, wave, prefix = BALANCED[covariate]
    keys = {"analysis": "balance", "outcome": outcome, "wave": wave}
    centre = "mean" if covariate in ("age", "ti_t1") else "share"
    means = {f"mean{group}": row_of_balance(estimates, centre, f"{prefix}{code}", keys) for group, code in GROUPS.items()}
    difference = row_of_balance(estimates, "standardised_difference", f"{prefix}participant - control", keys)
    compare_reported("simtrs/o.simtrs.balance", {covariate: means | {"smd_sd_pooled_average": difference}})


def row_of_balance(estimates, estimand: str, term: str, keys: dict[str, str]) -> float:
    return row_of(estimates("trs"), "standardised_difference", estimand, term=term, **keys)["estimate"]


HC3_ANALYSES = {
    "open/o.jobs2.ancova": ("jobs2", "offered_adjusted", "depressive_symptoms"),
    "open/o.jobs2.job_seek.ancova": ("jobs2", "offered_adjusted", "job_search_self_efficacy"),
}


@pytest.mark.parametrize("entry_id", HC3_ANALYSES)
def test_declared_adjustments_equal_r(entry_id: str, estimates) -> None:
    study, analysis, outcome = HC3_ANALYSES[entry_id]
    row = row_of(estimates(study), "adjusted", "adjusted_mean_difference", outcome, analysis=analysis)
    group = {"coef": row["estimate"], "se_HC3": row["std_error"], "p_HC3_t_df_resid": row["p_value"], "ci95_HC3": interval(row)}
    ours = {name: {"treat": value} for name, value in group.items()}
    compare_reported(entry_id, ours | {"n": row["n"], "df_resid": row["df"]})


def test_the_declared_clustered_adjustment_equals_r(estimates) -> None:
    row = row_of(estimates("trs"), "adjusted", "adjusted_mean_difference", "turnover_intention", analysis="fewer_covariates")
    group = {
        "coef": row["estimate"],
        "se_CR2": row["std_error"],
        "CR2_t": row["statistic"],
        "CR2_satt_df": row["df"],
        "CR2_satt_p": row["p_value"],
        "CR2_satt_ci95": interval(row),
    }
    ours = {name: {"treat": value} for name, value in group.items()}
    compare_reported("simtrs/o.simtrs.ti.ancova_cluster", ours | {"n": row["n"], "clusters": row["n_clusters"]})


def test_the_curve_of_job_changes_equals_r(trs_results) -> None:
    _, _, estimated = trs_results
    curve = estimated.distributions.query("exhibit == 'curve'").set_index(["column", "x"])
    ours = {}
    for group, code in GROUPS.items():
        at = {f"t{time}": curve_point(curve.loc[(code, float(time))]) for time in (6, 12, 18)}
        ours[group] = {"at": at, "n": curve.loc[(code, 0.0), "total"], "events": curve.loc[(code, 18.0), "n"]}
    compare_reported("simtrs/o.simtrs.change.km", {"groups": ours})


def curve_point(point: pd.Series) -> dict[str, object]:
    """Turn the share with the event into R's share without it."""
    return {"n_risk": point["n_at_risk"], "survival": 1 - point["share"], "ci95_loglog": [1 - point["conf_high"], 1 - point["conf_low"]]}


def test_the_transition_matrix_of_lock_in_equals_r(trs_results) -> None:
    _, _, estimated = trs_results
    cells = estimated.distributions.query("exhibit == 'transition' and level == 'all'")
    compare_transition("simtrs/o.simtrs.lock4.marginal_homogeneity", cells)


def test_a_transition_between_answers_equals_r(trs: Study, trs_results) -> None:
    cleaned, scored, _ = trs_results
    label = Text(sv="Önskad arbetsplats", en="Preferred workplace")
    exhibit = Exhibit(id="preferred", kind="transition", label=label, outcomes=("preferred_workplace",), waves=("t1", "t2"))
    cells = pd.DataFrame(transition_rows(Panel(trs, cleaned, scored), exhibit)).query("level == 'group=participant'")
    compare_transition("simtrs/o.simtrs.preferred_workplace.marginal_homogeneity", cells)


def compare_transition(entry_id: str, cells: pd.DataFrame) -> None:
    cell = cells.set_index(["row", "column"])
    classes = ENTRIES[entry_id]["value"]["levels"]
    counts = {before: {after: cell.loc[(before, after), "n"] for after in classes} for before in classes}
    ours = {
        "n": sum(sum(row.values()) for row in counts.values()),
        "counts": counts,
        "row_pct": {before: {after: 100 * cell.loc[(before, after), "share"] for after in classes} for before in classes},
        "margin_before": {before: cell.loc[(before, before), "total"] for before in classes},
        "margin_after": {after: sum(row[after] for row in counts.values()) for after in classes},
    }
    compare_reported(entry_id, ours)
