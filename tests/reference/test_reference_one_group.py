"""What is asked of one group, against R: estimators for what reports give, functions for the rest."""

import numpy as np
import pandas as pd
import pytest

from pipeline.compare.estimators.agreement import agreement
from pipeline.compare.estimators.bounds import bounds
from pipeline.compare.estimators.paired import paired
from pipeline.compare.estimators.survival import survival
from pipeline.compare.estimators.transition import transition
from pipeline.compare.gather.cohort import Cohort
from pipeline.compare.numbers.agreement import (
    coder_table,
    fleiss_kappa,
    kappa_of,
    kappa_weights,
    krippendorff_alpha,
    nominal_distances,
    ordinal_distances,
)
from pipeline.compare.numbers.contingency_tables import association_test, mcnemar_exact_p
from pipeline.compare.numbers.effect_sizes import small_sample_correction
from pipeline.compare.numbers.intraclass import rater_correlation
from pipeline.compare.numbers.means import rounded_changes
from pipeline.compare.numbers.power import power_of_t
from pipeline.compare.numbers.survival import cumulative_hazard, quantile_time
from tests.compare.cohorts import cohort, rows_of
from tests.conftest import REFERENCE
from tests.reference.agreement import ENTRIES, compare, flatten, ids_of, names_with
from tests.reference.conftest import third_party

PAIRS = {
    "open/o.univbct.paired_JOBSAT": ("univbct", "JOBSAT1", "JOBSAT2", "all"),
    "simtrs/o.simtrs.ti.paired": ("simtrs", "ti_t1", "ti_t2", "participants"),
    "open/o.univbct.mcnemar": ("univbct", "JOBSAT1", "JOBSAT2", "all"),
    "simtrs/o.simtrs.double.mcnemar": ("simtrs", "double_t1", "double_t2", "all"),
    "simtrs/o.simtrs.double.mcnemar_participants": ("simtrs", "double_t1", "double_t2", "participants"),
    "simtrs/o.simtrs.lock4.marginal_homogeneity": ("simtrs", "lock4_t1", "lock4_t2", "all"),
    "simtrs/o.simtrs.preferred_workplace.marginal_homogeneity": ("simtrs", "workplace_answer_t1", "workplace_answer_t2", "participants"),
}
"""Entry -> data set, columns before and after, and who."""


def pairs_of(entry_id: str, data_of) -> tuple[pd.Series, pd.Series]:
    dataset, before, after, who = PAIRS[entry_id]
    people = data_of(dataset)
    people = people[people["treat"] == 1] if who == "participants" else people
    return people[before], people[after]


@pytest.mark.parametrize("entry_id", ids_of("paired"))
def test_paired_changes_equal_r(entry_id: str, data_of) -> None:
    before, after = pairs_of(entry_id, data_of)
    rows = rows_of(paired(cohort({"outcome": after.to_numpy(), "before": before.to_numpy()}, before="t1")))
    mean, rank = rows["mean_change", "all"], rows["median_change", "all"]
    known = (before.notna() & after.notna()).to_numpy()
    first, second = (wave.to_numpy(dtype=float)[known] for wave in (before, after))
    change = rounded_changes(first, second)
    moves = np.diag([int((change < 0).sum()), int((change > 0).sum())])[::-1]
    ours = {
        "n_pairs": mean["n"],
        "mean_change": mean["estimate"],
        "t": mean["statistic"],
        "df": mean["df"],
        "p": mean["p_value"],
        "ci95": [mean["conf_low"], mean["conf_high"]],
        "signed_rank_V": rank["statistic"],
        "p_wilcoxon_continuity": rank["p_value"],
        "matched_rank_biserial": rank["effect"],
        "sd_change": change.std(ddof=1),
        "n_zero_differences": int((change == 0).sum()),
        "d_av": mean["effect"] / small_sample_correction(mean["df"]),
        "r_pre_post": np.corrcoef(first, second)[0, 1],
        "sign_test_p": mcnemar_exact_p(moves),
    }
    compare(entry_id, those_asked(entry_id, ours))


def those_asked(entry_id: str, ours: dict[str, object]) -> dict[str, object]:
    """Keep the values that an entry holds: entries of one kind do not all hold the same."""
    asked = names_with(entry_id, "result", "checked")
    return {name: value for name, value in flatten(ours).items() if name in asked}


@pytest.mark.parametrize("entry_id", ids_of("mcnemar"))
def test_changes_of_a_share_equal_r(entry_id: str, data_of) -> None:
    before, after = pairs_of(entry_id, data_of)
    if before.name == "JOBSAT1":
        before, after = ((wave >= 4).astype(float).where(wave.notna()) for wave in (before, after))
    rows = rows_of(transition(cohort({"outcome": after.to_numpy(), "before": before.to_numpy()}, "share", before="t1")))
    counts = pd.crosstab(before, after).to_numpy()
    plain, change = rows["marginal_homogeneity", "mcnemar"], rows["share_change", "all"]
    ours = {
        "n": plain["n"],
        "chi2": plain["statistic"],
        "p": plain["p_value"],
        "p_exact": rows["marginal_homogeneity", "mcnemar_exact"]["p_value"],
        "change": change["estimate"],
        "change_wald_se": change["std_error"],
        "n00": counts[0, 0],
        "n01": counts[0, 1],
        "n10": counts[1, 0],
        "n11": counts[1, 1],
        "cond_or": counts[0, 1] / counts[1, 0],
    }
    assert rows["share_up", "all"]["estimate"] - rows["share_down", "all"]["estimate"] == pytest.approx(change["estimate"])
    compare(entry_id, ours)


@pytest.mark.parametrize("entry_id", ids_of("transition"))
def test_moves_between_classes_equal_r(entry_id: str, data_of) -> None:
    classes = ENTRIES[entry_id]["value"]["levels"]
    before, after = (pd.Categorical(wave, classes) for wave in pairs_of(entry_id, data_of))
    rows = rows_of(transition(cohort({"outcome": after, "before": before}, "category", before="t1")))
    counts = pd.crosstab(before, after, dropna=True).reindex(index=classes, columns=classes, fill_value=0)
    test, bhapkar = rows["marginal_homogeneity", "stuart_maxwell"], rows["marginal_homogeneity", "bhapkar"]
    ours = {
        "n": test["n"],
        "counts": counts.to_dict("index"),
        "row_pct": (100 * counts.div(counts.sum(axis="columns"), axis="index")).to_dict("index"),
        "margin_before": counts.sum(axis="columns").to_dict(),
        "margin_after": counts.sum(axis="index").to_dict(),
        "stuart_maxwell_chi2": test["statistic"],
        "stuart_maxwell_p": test["p_value"],
        "df": test["df"],
        "bhapkar_chi2": bhapkar["statistic"],
        "bhapkar_p": bhapkar["p_value"],
    }
    compare(entry_id, ours)


def test_time_to_a_job_change_equals_r(survey: pd.DataFrame) -> None:
    [entry_id] = ids_of("survival")
    columns = {
        "outcome": survey["months_to_change"],
        "event": survey["job_change"].astype(float),
        "treat": survey["treat"].astype(int).astype(str),
    }
    asked = {"event": "register_end", "event_codes": ("job_change",), "times": (6.0, 12.0, 18.0), "by": ("treat",)}
    rows = {horizon: survival(cohort(columns, horizon=horizon, **asked)) for horizon in (12.0, 18.0)}
    test = rows_of(rows[12.0])["log_rank", "treat"]
    groups = survey["treat"].to_numpy().astype(int)
    months = survey["months_to_change"].to_numpy()
    ours = {
        "groups": {group: survival_of(rows, survey[groups == int(group)], f"treat={group}") for group in ("0", "1")},
        "logrank_chi2": test["statistic"],
        "df": test["df"],
        "logrank_p": test["p_value"],
        "expected": np.bincount(groups, cumulative_hazard(months, survey["job_change"].to_numpy())).tolist(),
    }
    compare(entry_id, ours)


def survival_of(rows: dict[float, list[dict]], people: pd.DataFrame, level: str) -> dict[str, object]:
    """Give one group's values; numbers at risk are the curve's, which the report of the bundled study gives."""
    time, event = people["months_to_change"].to_numpy(), people["job_change"].to_numpy()
    own = rows_of(rows[12.0], level)
    at = {}
    for moment in (6, 12, 18):
        row = own["survival_at", str(moment)]
        interval = [row["conf_low"], row["conf_high"]]
        at[f"t{moment}"] = {
            "n_risk": (time >= moment).sum(),
            "survival": row["estimate"],
            "greenwood_se": row["std_error"],
            "ci95_loglog": interval,
        }
    means = {horizon: rows_of(rows[horizon], level)["restricted_mean", "all"] for horizon in rows}
    return {
        "n": own["survival_at", "6"]["n"],
        "events": event.sum(),
        "at": at,
        "quantile10": quantile_time(time, event, 0.1).estimate,
        **{f"rmst{horizon:g}": row["estimate"] for horizon, row in means.items()},
        **{f"rmst{horizon:g}_se": row["std_error"] for horizon, row in means.items()},
    }


@pytest.mark.parametrize("entry_id", ids_of("bounds"))
def test_worst_case_bounds_equal_r(entry_id: str, survey: pd.DataFrame) -> None:
    outcome = ENTRIES[entry_id]["id"].split(".")[2].replace("ti", "ti_t2")
    least, greatest = (float(end) for end in ENTRIES[entry_id]["value"]["range"])
    columns = {"outcome": survey[outcome].to_numpy(dtype=float), "treat": survey["treat"].astype(int).astype(str)}
    rows = bounds(cohort(columns, by=("treat",), least=least, greatest=greatest))
    ours = {f"group{arm}": bounds_of(rows_of(rows, f"treat={arm}")) for arm in (1, 0)}
    compare(entry_id, ours | {"range": [least, greatest]})


def bounds_of(rows: dict[tuple[str, str], dict]) -> dict[str, object]:
    low, high = rows["bound_low", "after"], rows["bound_high", "after"]
    observed = low["n"] - low["n_missing"]
    return {"n": low["n"], "lower": low["estimate"], "upper": high["estimate"], "observed": observed, "p_observed": observed / low["n"]}


@pytest.fixture(scope="session")
def interviews() -> pd.DataFrame:
    """Sixty interviews of simtrs, coded by two coders."""
    return pd.read_csv(REFERENCE / "simtrs" / "interviews.csv").set_index("interview")


def coded_by(table: pd.DataFrame, kind: str) -> Cohort:
    """Give one row per interview and coder of a table with a column per coder."""
    long = table.rename_axis("subject").reset_index().melt("subject", var_name="rater", value_name="outcome")
    if kind == "category":
        long["outcome"] = pd.Categorical(long["outcome"])
    return cohort(long, kind, "neither", rater="coder", subject="interview")


def placed(table: pd.DataFrame) -> tuple[np.ndarray, int]:
    """Give codes by their place among the sorted codes of all coders, and how many codes there are."""
    names = np.unique(table.stack().dropna())
    return table.apply(lambda coder: coder.map({name: float(place) for place, name in enumerate(names)})).to_numpy(), len(names)


def two_coders(table: pd.DataFrame, row: dict[str, object], agreed: dict[str, object]) -> dict[str, object]:
    """Give what R's kappa2 gives of two coders; the plain kappa and the share agreed are the estimator's."""
    codes, size = placed(table)
    counts = coder_table(codes, size)
    return {
        "n": row["n"],
        "kappa": row["estimate"],
        "agree_pct": 100 * float(agreed["estimate"]),
        "kappa_linear": float(kappa_of(counts, kappa_weights(size, "linear"))),
        "kappa_quadratic": float(kappa_of(counts, kappa_weights(size, "quadratic"))),
    }


def light_kappa(codes: np.ndarray, size: int) -> float:
    """Average Cohen's kappa over the pairs of coders."""
    coders = range(codes.shape[1])
    pairs = [codes[:, [one, other]] for one in coders for other in coders if one < other]
    return float(np.mean([kappa_of(coder_table(pair, size), kappa_weights(size, "nominal")) for pair in pairs]))


def several_coders(table: pd.DataFrame) -> dict[str, object]:
    codes, size = placed(table)
    return {"fleiss_kappa": float(fleiss_kappa(codes, size)), "light_kappa": light_kappa(codes, size)}


def correlation(ratings: np.ndarray) -> dict[str, object]:
    found = rater_correlation(ratings)
    return {"ICC2": {"icc": found.estimate, "lo95": found.conf_low, "hi95": found.conf_high}}


def test_agreement_on_themes_equals_r(interviews: pd.DataFrame) -> None:
    themes = interviews[["theme_coder_a", "theme_coder_b"]]
    rows = rows_of(agreement(coded_by(themes, "category")))
    kappa = two_coders(themes, rows["cohens_kappa", "all"], rows["percent_agreement", "all"])
    alpha = {"kripp_alpha_nominal": rows["krippendorff_alpha", "nominal"]["estimate"]}
    compare("simtrs/o.simtrs.interviews.theme", {"kappa": kappa, "multi": several_coders(themes) | alpha})


def test_the_correlation_of_two_coders_equals_r(interviews: pd.DataFrame) -> None:
    wishes = interviews[["wants_change_coder_a", "wants_change_coder_b"]]
    row = rows_of(agreement(coded_by(wishes, "number")))["intraclass_correlation", "all"]
    compare("simtrs/o.simtrs.interviews.icc", {"ICC2": {"icc": row["estimate"], "lo95": row["conf_low"], "hi95": row["conf_high"]}})


def test_agreement_of_six_raters_on_diagnoses_equals_r() -> None:
    diagnoses = third_party("irr_raters/diagnoses.csv")
    first = rows_of(agreement(coded_by(diagnoses.iloc[:, :2], "category")))
    everybody = rows_of(agreement(coded_by(diagnoses, "category")))
    k12 = two_coders(diagnoses.iloc[:, :2], first["cohens_kappa", "all"], first["percent_agreement", "all"])
    alpha = {"kripp_alpha_nominal": everybody["krippendorff_alpha", "nominal"]["estimate"]}
    assert everybody["fleiss_kappa", "all"]["estimate"] == pytest.approx(several_coders(diagnoses)["fleiss_kappa"])
    compare("open/o.irr.diagnoses_kappa", {"k12": k12, "all": several_coders(diagnoses) | alpha})


def test_agreement_of_three_raters_on_anxiety_equals_r() -> None:
    anxiety = third_party("irr_raters/anxiety.csv")
    first, everybody = (rows_of(agreement(coded_by(part, "number"))) for part in (anxiety.iloc[:, :2], anxiety))
    k12 = two_coders(anxiety.iloc[:, :2], first["cohens_kappa", "all"], first["percent_agreement", "all"])
    for term in ("linear", "quadratic"):
        assert first["weighted_kappa", term]["estimate"] == pytest.approx(k12[f"kappa_{term}"])
    ratings = anxiety.to_numpy(dtype=float)
    metrics = {"nominal": nominal_distances, "ordinal": ordinal_distances}
    alpha = {f"kripp_alpha_{name}": float(krippendorff_alpha(ratings, metric)) for name, metric in metrics.items()}
    alpha["kripp_alpha_interval"] = everybody["krippendorff_alpha", "interval"]["estimate"]
    compare("open/o.irr.anxiety_kappa", {"k12": k12, "alpha": several_coders(anxiety) | alpha, "icc": correlation(ratings)})


@pytest.mark.parametrize(("entry_id", "difference", "people"), [("open/o.none.power", 0.3, 100), ("simtrs/o.none.power", 0.25, 120)])
def test_power_equals_r(entry_id: str, difference: float, people: int) -> None:
    compare(entry_id, {"power_two_sample_t": power_of_t(difference * (people / 2) ** 0.5, 2 * (people - 1))})


TABLES = {
    "open/o.jobs2.educ_x_treat": ("jobs2", "educ", "treat"),
    "simtrs/o.simtrs.lock4_by_education": ("simtrs", "lock4_t1", "education"),
}


@pytest.mark.parametrize("entry_id", ids_of("larger_table"))
def test_tables_of_categories_equal_r(entry_id: str, data_of) -> None:
    dataset, row, column = TABLES[entry_id]
    people = data_of(dataset)
    counts = pd.crosstab(people[row], people[column].astype(str) if column == "education" else people[column].astype(int).astype(str))
    found = association_test(counts.to_numpy())
    ours = {"chi2": found.statistic, "df": found.df, "p": found.p_value, "cramers_v": found.effect, "min_expected": found.least_expected}
    compare(entry_id, ours | {"table": counts.to_dict("index")})
