from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import fisher_exact
from statsmodels.stats.proportion import confint_proportions_2indep

from pipeline.compare.estimators.adjusted import adjusted
from pipeline.compare.gather.comparison import Comparison
from pipeline.compare.numbers.means import pooled_difference, welch_difference
from tests.compare.conftest import Made

R_PRINTS = 1e-8
NUMBERS = ("estimate", "std_error", "conf_low", "conf_high", "statistic", "df", "p_value")


def comparison(outcome: list, first: list, clusters: list | None = None, kind: str = "number", **covariates: object) -> Comparison:
    columns = {"y@t2": outcome, "first": [float(one) for one in first], **covariates}
    if clusters is not None:
        columns["cluster"] = clusters
    frame = pd.DataFrame(columns, index=[f"P{number:02}" for number in range(len(outcome))]).astype({"y@t2": "float64"})
    return Comparison("y@t2", kind, frame, tuple(covariates), (), clusters is not None, 0.95, "participant", "control")


def levels(codes: str, names: tuple[str, ...] = ("man", "woman")) -> pd.Categorical:
    return pd.Categorical([{name[0]: name for name in names}[code] for code in codes], categories=list(names))


def by_sex(made: Comparison, codes: str) -> Comparison:
    return replace(made, frame=made.frame.assign(sex=levels(codes)), by=("sex",))


# --- numbers from R


def test_jobs2_agrees_with_r(made_jobs2: Made, r_entries: dict) -> None:
    [row] = adjusted(made_jobs2.comparison("offered_adjusted", "depressive_symptoms@t2"))
    entry = r_entries["o.jobs2.ancova"]["value"]
    assert (row["estimand"], row["n"], row["df"]) == ("adjusted_mean_difference", entry["n"], entry["df_resid"])
    assert row["estimate"] == pytest.approx(entry["coef"]["treat"], rel=R_PRINTS)
    assert row["std_error"] == pytest.approx(entry["se_HC3"]["treat"], rel=R_PRINTS)
    assert row["p_value"] == pytest.approx(entry["p_HC3_t_df_resid"]["treat"], rel=R_PRINTS)
    assert [row["conf_low"], row["conf_high"]] == pytest.approx(entry["ci95_HC3"]["treat"], rel=R_PRINTS)


def test_jobs2_with_many_categories_agrees_with_r(made_jobs2: Made, r_entries: dict) -> None:
    facts = ("sex", "age", "occupation", "marital_status", "race", "education", "income")
    covariates = ("depressive_symptoms@t1", "economic_hardship@t1", *facts)
    [row] = adjusted(made_jobs2.comparison("offered_adjusted", "depressive_symptoms@t2", covariates=covariates))
    entry = r_entries["o.jobs2.ancova_factors"]["value"]
    assert (row["n"], row["df"]) == (entry["n"], entry["df_resid"])
    assert row["estimate"] == pytest.approx(entry["coef"]["treat"], rel=R_PRINTS)
    assert row["std_error"] == pytest.approx(entry["se_HC3"]["treat"], rel=R_PRINTS)


@pytest.mark.slow
def test_trs_by_workplace_agrees_with_r(made_trs: Made, r_entries: dict) -> None:
    [row] = adjusted(made_trs.comparison("fewer_covariates", "turnover_intention@t2"))
    entry = r_entries["o.simtrs.ti.ancova_cluster"]["value"]
    assert (row["n"], row["n_clusters"]) == (entry["n"], entry["clusters"])
    assert row["estimate"] == pytest.approx(entry["coef"]["treat"], rel=R_PRINTS)
    assert row["std_error"] == pytest.approx(entry["se_CR2"]["treat"], rel=R_PRINTS)
    assert row["df"] == pytest.approx(entry["CR2_satt_df"]["treat"], rel=R_PRINTS)
    assert row["p_value"] == pytest.approx(entry["CR2_satt_p"]["treat"], rel=R_PRINTS)
    assert [row["conf_low"], row["conf_high"]] == pytest.approx(entry["CR2_satt_ci95"]["treat"], rel=R_PRINTS)


@pytest.mark.slow
def test_an_exposure_of_whole_workplaces_agrees_with_r(made_trs: Made, r_entries: dict) -> None:
    compared = made_trs.comparison(
        "fewer_covariates",
        "turnover_intention@t2",
        group="local_agreement",
        contrast=("yes", "no"),
        covariates=("turnover_intention@t1",),
    )
    [row] = adjusted(compared)
    entry = r_entries["o.simtrs.ti.cluster_level_treatment"]["value"]
    assert row["estimate"] == pytest.approx(entry["coef"]["local_agreement"], rel=R_PRINTS)
    assert row["df"] == pytest.approx(entry["CR2_satt_df"]["local_agreement"], rel=R_PRINTS)
    assert row["p_value"] == pytest.approx(entry["CR2_satt_p"]["local_agreement"], rel=R_PRINTS)


def test_the_difference_between_women_and_men_agrees_with_r(made_trs: Made, r_entries: dict) -> None:
    man, woman, interaction = adjusted(made_trs.comparison("by_sex", "turnover_intention@t2", cluster=False))
    entry = r_entries["o.simtrs.ti.interaction_sex"]["value"]
    assert (man["level"], woman["level"], interaction["term"]) == ("sex=man", "sex=woman", "sex=woman - sex=man")
    assert man["estimate"] == pytest.approx(entry["coef"]["treat"], rel=R_PRINTS)
    assert man["std_error"] == pytest.approx(entry["se_HC3"]["treat"], rel=R_PRINTS)
    assert woman["estimate"] == pytest.approx(entry["coef"]["treat"] + entry["coef"]["treat:female"], rel=R_PRINTS)
    assert interaction["estimate"] == pytest.approx(entry["coef"]["treat:female"], rel=R_PRINTS)
    assert interaction["std_error"] == pytest.approx(entry["se_HC3"]["treat:female"], rel=R_PRINTS)
    assert interaction["p_value"] == pytest.approx(entry["p_HC3_t_df_resid"]["treat:female"], rel=R_PRINTS)


# --- properties


def test_without_covariates_it_is_the_difference_of_means() -> None:
    [row] = adjusted(comparison([5, 7, 6, 1, 3], [1, 1, 1, 0, 0]))
    assert row["estimate"] == pytest.approx((5 + 7 + 6) / 3 - (1 + 3) / 2)
    assert (row["n"], row["n_a"], row["n_b"], row["n_missing"]) == (5, 3, 2, 0)


def test_a_constant_added_to_the_outcome_changes_no_difference(made_trs: Made) -> None:
    usual = made_trs.comparison("fewer_covariates", "turnover_intention@t2")
    raised = replace(usual, frame=usual.frame.assign(**{usual.outcome: usual.frame[usual.outcome] + 100}))
    [one], [other] = adjusted(usual), adjusted(raised)
    assert [other[name] for name in NUMBERS] == pytest.approx([one[name] for name in NUMBERS], rel=1e-9)


def test_swapping_the_groups_mirrors_the_interval(made_trs: Made) -> None:
    usual = made_trs.comparison("fewer_covariates", "turnover_intention@t2")
    swapped = replace(usual, frame=usual.frame.assign(first=1 - usual.frame["first"]), first=usual.second, second=usual.first)
    [one], [other] = adjusted(usual), adjusted(swapped)
    assert other["term"] == "control - participant"
    assert (other["conf_low"], other["conf_high"]) == pytest.approx((-one["conf_high"], -one["conf_low"]))
    assert (other["p_value"], other["df"]) == pytest.approx((one["p_value"], one["df"]))


def test_the_interaction_is_the_difference_of_the_levels(made_trs: Made) -> None:
    man, woman, interaction = adjusted(made_trs.comparison("by_sex", "moved@t2"))
    assert interaction["estimate"] == pytest.approx(woman["estimate"] - man["estimate"])
    assert "p_value" not in man | woman
    assert man["n"] + woman["n"] == interaction["n"]
    assert man["n_missing"] + woman["n_missing"] == interaction["n_missing"]


def test_the_subgroup_variable_may_also_be_a_covariate(made_trs: Made) -> None:
    twice = made_trs.comparison("by_sex", "moved@t2", covariates=("turnover_intention@t1", "sex"))
    once = made_trs.comparison("by_sex", "moved@t2")
    assert adjusted(twice) == adjusted(once)


def test_three_levels_are_each_compared_with_the_first(made_trs: Made) -> None:
    rows = adjusted(made_trs.comparison("by_sex", "moved@t2", by=("education",)))
    assert [row["term"] for row in rows if row["estimand"] == "interaction"] == [
        "education=upper_secondary - education=compulsory",
        "education=university - education=compulsory",
    ]


def test_missing_covariates_are_counted_as_missing() -> None:
    [row] = adjusted(comparison([5, 7, 6, 1, 3, 2, 9], [1, 1, 1, 0, 0, 0, 0], age=[1, 5, 2, 8, 3, 7, np.nan]))
    assert (row["n"], row["n_b"], row["n_missing"]) == (6, 3, 1)


def test_categories_are_compared_with_the_first_of_the_codebook() -> None:
    outcome, first = [5, 7, 6, 1, 3, 2, 4, 8], [1, 1, 1, 0, 0, 0, 1, 0]
    [as_category] = adjusted(comparison(outcome, first, sex=levels("mwmwwmwm")))
    [as_number] = adjusted(comparison(outcome, first, woman=[0.0, 1, 0, 1, 1, 0, 1, 0]))
    assert {name: as_category[name] for name in NUMBERS} == {name: as_number[name] for name in NUMBERS}


# --- what cannot be computed is a row with a note


def only(compared: Comparison) -> dict:
    [row] = adjusted(compared)
    return row


@pytest.mark.parametrize(
    ("compared", "note"),
    [
        (comparison([1, 2, 3], [1, 1, 1]), "one_group_empty"),
        (comparison([], []), "one_group_empty"),
        (comparison([np.nan] * 4, [1, 1, 0, 0]), "one_group_empty"),
        (comparison([4, 4, 4, 4], [1, 1, 0, 0]), "constant_outcome"),
        (comparison([1, 2, 4], [1, 1, 0], age=[30.0, 35, 30]), "too_few_people"),
        (comparison([1, 2], [1, 0]), "too_few_people"),
        (comparison([1, 2, 3, 5, 8, 9], [1, 1, 1, 0, 0, 0], same=[7.0, 7, 7, 1, 1, 1]), "group_collinear"),
    ],
)
def test_a_difference_that_does_not_exist_is_a_row_with_its_reason(compared: Comparison, note: str) -> None:
    row = only(compared)
    assert row["note"] == note
    assert not set(NUMBERS) & set(row)


@pytest.mark.parametrize(
    ("compared", "note"),
    [
        (comparison([2, 2, 2, 0, 0, 0], [1, 1, 1, 0, 0, 0]), "perfect_fit"),
        (comparison([3, 1, 2, 4], [1, 0, 0, 0]), "too_few_people"),
        (comparison([3, 1, 2, 4, 6], [1, 1, 0, 0, 0], clusters=["a", "a", "b", "c", "b"]), "single_group_clusters arm_under_two_clusters"),
    ],
)
def test_an_error_that_does_not_exist_leaves_the_difference(compared: Comparison, note: str) -> None:
    row = only(compared)
    assert row["note"] == note
    assert set(NUMBERS) & set(row) == {"estimate"}


def arms(first: tuple[int, int], second: tuple[int, int], clusters: int = 0, **more: object) -> Comparison:
    """Give a share: how many did, of how many, in each arm; in so many clusters that hold both arms."""
    outcome = [float(place < did) for did, total in (first, second) for place in range(total)]
    of = [number for _, total in (first, second) for number in range(total)]
    own = [f"c{number % clusters}" for number in of] if clusters else None
    return comparison(outcome, [1] * first[1] + [0] * second[1], own, kind="share", **more)


@pytest.mark.parametrize(("first", "second"), [((0, 100), (12, 300)), ((12, 12), (30, 60)), ((4, 40), (9, 40)), ((20, 24), (25, 60))])
def test_an_arm_with_few_events_gives_no_error_and_the_exact_raw_comparison_leads(first: tuple, second: tuple) -> None:
    age = np.random.default_rng(4).normal(40, 9, first[1] + second[1])
    modelled, raw = adjusted(arms(first, second, age=age))
    assert (modelled["note"], set(NUMBERS) & set(modelled)) == ("few_events", {"estimate"})
    table = [[did, total - did] for did, total in (first, second)]
    assert (raw["estimand"], raw["estimator"], raw["note"]) == ("risk_difference", "risk_difference", "exact_raw")
    assert raw["estimate"] == first[0] / first[1] - second[0] / second[1]
    assert raw["p_value"] == pytest.approx(fisher_exact(table).pvalue)
    expected = confint_proportions_2indep(*first, *second, method="newcomb")
    assert (raw["conf_low"], raw["conf_high"]) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("first", "second"), [((5, 40), (9, 40)), ((35, 40), (20, 60))])
def test_five_on_each_side_of_each_arm_are_enough(first: tuple, second: tuple) -> None:
    [row] = adjusted(arms(first, second))
    assert (row["note"], np.isfinite(row["p_value"])) == ("", True)


def test_the_exact_comparison_is_of_everybody_whose_outcome_is_known() -> None:
    given = arms((0, 20), (9, 30), age=[np.nan, np.nan, *np.arange(48.0)])
    modelled, raw = adjusted(given)
    assert (modelled["n"], raw["n"], raw["n_a"], raw["n_missing"]) == (48, 50, 20, 0)


def test_a_level_where_one_arm_all_did_has_its_raw_interval_and_its_interaction_no_error() -> None:
    given = arms((10, 20), (12, 40))
    sex = ["woman" if place < 10 or 20 <= place < 40 else "man" for place in range(60)]
    made = replace(given, frame=given.frame.assign(sex=pd.Categorical(sex, ["man", "woman"])), by=("sex",))
    rows = adjusted(made)
    assert [(row["estimand"], row["level"], row["note"]) for row in rows] == [
        ("adjusted_risk_difference", "sex=man", "few_events"),
        ("risk_difference", "sex=man", "exact_raw"),
        ("adjusted_risk_difference", "sex=woman", "few_events"),
        ("risk_difference", "sex=woman", "exact_raw"),
        ("interaction", "all", "few_events"),
    ]
    woman = rows[3]
    assert (woman["estimate"], "p_value" in woman) == (10 / 10 - 12 / 20, False)
    assert woman["conf_low"] < woman["estimate"]


def test_few_events_in_clusters_leave_the_exact_comparison_without_a_verdict() -> None:
    modelled, raw = adjusted(arms((0, 48), (14, 48), clusters=8))
    assert (modelled["note"], "conf_low" in modelled) == ("few_events", False)
    assert raw["note"] == "exact_raw clusters_ignored"


def test_a_number_that_hardly_varies_in_one_arm_has_the_larger_of_two_errors() -> None:
    outcome = [0.0] * 20 + [0.0] * 280 + [float(one) for one in range(1, 21)]
    given = comparison(outcome, [1] * 20 + [0] * 300)
    [row] = adjusted(given)
    [student] = [pooled_difference(np.zeros(20), np.array(outcome[20:]))]
    assert (row["note"], row["std_error"]) == ("arm_hardly_varies", pytest.approx(student.std_error))
    assert row["conf_low"] < 0 < row["conf_high"]
    assert welch_difference(np.zeros(20), np.array(outcome[20:])).p_value < 0.01
    mirrored = only(comparison([0.0] * 40 + outcome[300:], [1] * 40 + [0] * 20))
    own = fitted_hc3(np.r_[np.zeros(40), outcome[300:]], np.r_[np.ones(40), np.zeros(20)])
    assert mirrored["std_error"] == pytest.approx(max(own, pooled_difference(np.zeros(40), np.arange(1.0, 21)).std_error))


def fitted_hc3(outcome: np.ndarray, first: np.ndarray) -> float:
    return float(sm.OLS(outcome, sm.add_constant(first)).fit(cov_type="HC3").bse[1])


def test_a_number_that_hardly_varies_in_one_arm_has_no_error_in_clusters() -> None:
    outcome = [0.0] * 24 + [float(place % 7) for place in range(24)]
    row = only(comparison(outcome, [1] * 24 + [0] * 24, clusters=list("abcdefgh") * 6))
    assert (row["note"], set(NUMBERS) & set(row)) == ("arm_hardly_varies", {"estimate"})


def test_covariates_that_carry_nothing_are_left_out_with_a_note() -> None:
    outcome, first, age = [1, 2, 4, 3, 5, 9], [1, 1, 0, 0, 1, 0], [30.0, 35, 31, 44, 52, 40]
    constant = only(comparison(outcome, first, age=age, sex=levels("wwwwww")))
    double = only(comparison(outcome, first, age=age, months=[12 * one for one in age]))
    usual = only(comparison(outcome, first, age=age))
    assert constant["note"] == "covariate_constant"
    assert double["note"] == "covariates_collinear"
    for name in NUMBERS:
        assert constant[name] == double[name] == usual[name]


def test_few_degrees_of_freedom_are_said() -> None:
    row = only(comparison([1, 2, 5, 3, 6, 9, 2, 4], [1, 0, 1, 0, 1, 0, 1, 0], clusters=list("aabbccdd")))
    assert row["note"] == "df_below_4"
    assert row["df"] < 4 < row["n"]
    assert row["conf_low"] < row["estimate"] < row["conf_high"]


def test_a_level_with_one_group_only_does_not_spoil_the_others() -> None:
    outcome, first = [1, 2, 5, 3, 6, 9, 2, 4], [1, 0, 1, 0, 1, 1, 1, 1]
    man, woman, interaction = adjusted(by_sex(comparison(outcome, first), "mmmmmwww"))
    assert (woman["note"], interaction["note"]) == ("one_group_empty", "one_group_empty")
    assert man["estimate"] == pytest.approx((1 + 5 + 6) / 3 - (2 + 3) / 2)


def test_a_subgroup_variable_with_one_level_gives_that_level_only_a_number() -> None:
    man, woman, interaction = adjusted(by_sex(comparison([1, 2, 5, 3], [1, 0, 1, 0]), "wwww"))
    assert woman["estimate"] == pytest.approx((1 + 5) / 2 - (2 + 3) / 2)
    assert (man["n"], man["note"], interaction["note"]) == (0, "one_group_empty", "one_group_empty")


def test_subgroups_of_nobody_are_rows_with_the_reason() -> None:
    nobody = by_sex(comparison([np.nan] * 4, [1, 1, 0, 0]), "mwmw")
    rows = adjusted(nobody)
    assert [row["level"] for row in rows] == ["sex=man", "sex=woman", "all"]
    assert {row["note"] for row in rows} == {"one_group_empty"}
