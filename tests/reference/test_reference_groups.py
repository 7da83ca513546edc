"""Two groups compared, and single shares, against R: estimators for what reports give, functions for the rest."""

import numpy as np
import pandas as pd
import pytest

from pipeline.compare.estimators.describe import describe
from pipeline.compare.estimators.rank import rank
from pipeline.compare.estimators.risk_difference import risk_difference
from pipeline.compare.estimators.welch import welch
from pipeline.compare.exhibits.balance import difference_by_average_variance
from pipeline.compare.families import holm
from pipeline.compare.gather.comparison import FIRST, Comparison
from pipeline.compare.numbers.contingency_tables import fisher_p
from pipeline.compare.numbers.effect_sizes import hedges_g, small_sample_correction
from pipeline.compare.numbers.means import pooled_difference, welch_difference
from pipeline.compare.numbers.proportions import clopper_pearson_interval
from pipeline.compare.numbers.student import two_sided_p
from tests.compare.groups import cells
from tests.reference.agreement import ENTRIES, compare, ids_of

GROUPS = {"jobs2": "treat", "univbct": "female", "lq2002": "odd", "simtrs": "treat"}
OTHER_COLUMNS = {"plan_by_local_agreement": ("plan", "local_agreement")}


def columns_of(entry_id: str) -> tuple[str, str]:
    """Give the outcome and group columns of ``o.<dataset>.<outcome>.<kind>``."""
    _, dataset, outcome, _ = ENTRIES[entry_id]["id"].split(".")
    return OTHER_COLUMNS.get(outcome, (outcome, GROUPS[dataset]))


def comparison_of(entry_id: str, data_of, kind: str) -> Comparison:
    outcome, group = columns_of(entry_id)
    people = data_of(ENTRIES[entry_id]["dataset"])[[outcome, group]].dropna(subset=[group])
    frame = people.rename(columns={group: FIRST}).astype(float)
    return Comparison(outcome, kind, frame, (), (), False, 0.95, "1", "0")


def arms_of(comparison: Comparison) -> tuple[np.ndarray, np.ndarray]:
    known = comparison.frame.dropna()
    first = known[FIRST] == 1
    return known.loc[first, comparison.outcome].to_numpy(), known.loc[~first, comparison.outcome].to_numpy()


def described(comparison: Comparison) -> dict[str, dict[str, dict]]:
    """Give the rows of ``describe``: group -> estimand -> row."""
    groups: dict[str, dict[str, dict]] = {}
    for row in describe(comparison):
        groups.setdefault(row["term"], {})[row["estimand"]] = row
    return groups


@pytest.mark.parametrize("entry_id", ids_of("description"))
def test_descriptions_equal_r(entry_id: str, data_of) -> None:
    names = {
        "n": "n",
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
    rows = described(comparison_of(entry_id, data_of, "number"))
    ours = {
        group: {theirs: own[estimand]["estimate"] for theirs, estimand in names.items()} | {"missing": own["mean"]["n_missing"]}
        for group, own in rows.items()
    }
    compare(entry_id, ours)


@pytest.mark.parametrize("entry_id", ids_of("welch"))
def test_welch_equals_r(entry_id: str, data_of) -> None:
    [row] = welch(comparison_of(entry_id, data_of, "number"))
    ours = {"diff": row["estimate"], "t": row["statistic"], "df": row["df"], "p": row["p_value"], "se": row["std_error"]}
    compare(entry_id, ours | {"ci95": [row["conf_low"], row["conf_high"]]})


@pytest.mark.parametrize("entry_id", ids_of("student"))
def test_the_pooled_t_test_equals_r(entry_id: str, data_of) -> None:
    found = pooled_difference(*arms_of(comparison_of(entry_id, data_of, "number")))
    ours = {"diff": found.estimate, "t": found.statistic, "df": found.df, "p": found.p_value, "se": found.std_error}
    compare(entry_id, ours | {"ci95": [found.conf_low, found.conf_high]})


@pytest.mark.parametrize("entry_id", ids_of("standardised"))
def test_standardised_differences_equal_r(entry_id: str, data_of) -> None:
    comparison = comparison_of(entry_id, data_of, "number")
    [row] = welch(comparison)
    first, second = arms_of(comparison)
    df = len(first) + len(second) - 2
    uncorrected = hedges_g(first, second).times(1 / small_sample_correction(df))
    ours = {
        "cohens_d": uncorrected.effect,
        "d_ci95_noncentral": [uncorrected.effect_low, uncorrected.effect_high],
        "hedges_g": row["effect"],
        "g_ci95_noncentral_effectsize": [row["effect_low"], row["effect_high"]],
        "J_exact_gamma": small_sample_correction(df),
        "g_exactJ": row["effect"],
        "metafor_SMD_LS_yi": row["effect"],
    }
    if "d_ci95_noncentral_tight" in ENTRIES[entry_id]["value"]:
        ours["d_ci95_noncentral_tight"] = ours["d_ci95_noncentral"]
    compare(entry_id, ours)


@pytest.mark.parametrize("entry_id", ids_of("ranks"))
def test_ranks_equal_r(entry_id: str, data_of) -> None:
    comparison = comparison_of(entry_id, data_of, "number")
    [row] = rank(comparison)
    ours = {
        "W_U_of_group1": row["statistic"],
        "p_continuity_ties": row["p_value"],
        "hodges_lehmann": row["estimate"],
        "hl_ci95": [row["conf_low"], row["conf_high"]],
        "rank_biserial_cliffs_delta": row["effect"],
        "rb_ci95_effectsize": [row["effect_low"], row["effect_high"]],
        "prob_superiority": row["statistic"] / (row["n_a"] * row["n_b"]),
    }
    compare(entry_id, ours)


@pytest.mark.parametrize("entry_id", ids_of("equivalence"))
def test_two_one_sided_tests_equal_r(entry_id: str, data_of) -> None:
    """Welch's test against both bounds, and its 90 % interval, which decides the verdict."""
    first, second = arms_of(comparison_of(entry_id, data_of, "number"))
    bounds = ENTRIES[entry_id]["value"]["bounds"]
    lower, upper = (welch_difference(first - bound, second).statistic for bound in bounds)
    narrow = welch_difference(first, second, confidence=0.90)
    p_lower, p_upper = one_sided_p(lower, narrow.df), one_sided_p(-upper, narrow.df)
    ours = {"bounds": bounds, "t_lower": lower, "p_lower": p_lower, "t_upper": upper, "p_upper": p_upper}
    compare(entry_id, ours | {"p_tost": max(p_lower, p_upper), "df": narrow.df, "ci90": [narrow.conf_low, narrow.conf_high]})


def one_sided_p(statistic: float, df: float) -> float:
    half = two_sided_p(statistic, df) / 2
    return half if statistic > 0 else 1 - half


@pytest.mark.parametrize("entry_id", ids_of("two_shares"))
def test_two_shares_equal_r(entry_id: str, data_of) -> None:
    comparison = comparison_of(entry_id, data_of, "share")
    rows = {row["estimand"]: row for row in risk_difference(comparison)}
    groups = described(comparison)
    first, second = arms_of(comparison)
    table = cells(int(first.sum()), len(first), int(second.sum()), len(second))
    difference = rows["risk_difference"]
    ours = {
        "x1": groups["1"]["share"]["estimate"] * groups["1"]["n"]["estimate"],
        "n1": groups["1"]["n"]["estimate"],
        "x0": groups["0"]["share"]["estimate"] * groups["0"]["n"]["estimate"],
        "n0": groups["0"]["n"]["estimate"],
        "p1": groups["1"]["share"]["estimate"],
        "p0": groups["0"]["share"]["estimate"],
        "chi2_pearson": difference["statistic"],
        "p_pearson": difference["p_value"],
        "fisher_p": fisher_p(table),
        "rd": difference["estimate"],
        "rd_wald_se": difference["std_error"],
        "rd_newcombe_wilson_ci95": [difference["conf_low"], difference["conf_high"]],
        "rr": rows["risk_ratio"]["estimate"],
        "rr_katz_ci95": [rows["risk_ratio"]["conf_low"], rows["risk_ratio"]["conf_high"]],
        "or": rows["odds_ratio"]["estimate"],
        "or_woolf_ci95": [rows["odds_ratio"]["conf_low"], rows["odds_ratio"]["conf_high"]],
    }
    compare(entry_id, ours)


@pytest.mark.parametrize("entry_id", ids_of("share"))
def test_intervals_of_a_share_equal_r(entry_id: str, data_of) -> None:
    value = ENTRIES[entry_id]["value"]
    compare(entry_id, one_share(value) if "x" in value else {name: one_share(share) for name, share in value.items()})


def one_share(value: dict) -> dict[str, object]:
    """Describe a group of so many people of whom so many did, and compute the exact interval."""
    count, total = int(value["x"]), int(value["n"])
    frame = pd.DataFrame({"did": [1.0] * count + [0.0] * (total - count), FIRST: 1.0})
    share = described(Comparison("did", "share", frame, (), (), False, 0.95, "1", "0"))["1"]["share"]
    intervals = {
        "wilson_ci95": [share["conf_low"], share["conf_high"]],
        "clopper_pearson_ci95": list(clopper_pearson_interval(count, total)),
    }
    return intervals | {"x": count, "n": share["n"], "p": share["estimate"]}


def test_balance_equals_r(survey: pd.DataFrame) -> None:
    ours = {}
    for covariate in ENTRIES["simtrs/o.simtrs.balance"]["value"]:
        known = survey[[covariate, "treat"]].dropna()
        first, second = (known.loc[known["treat"] == arm, covariate].to_numpy(dtype=float) for arm in (1, 0))
        ours[covariate] = {
            "mean1": first.mean(),
            "mean0": second.mean(),
            "smd_sd_pooled_average": difference_by_average_variance(first, second),
        }
    compare("simtrs/o.simtrs.balance", ours)


@pytest.mark.parametrize("entry_id", ids_of("families"))
def test_adjusted_p_values_equal_r(entry_id: str, data_of) -> None:
    people = data_of(ENTRIES[entry_id]["dataset"])
    outcomes = list(ENTRIES[entry_id]["value"]["p"])
    p_values = []
    for outcome in outcomes:
        frame = people[[outcome, "treat"]].rename(columns={"treat": FIRST}).astype(float)
        [row] = welch(Comparison(outcome, "number", frame, (), (), False, 0.95, "1", "0"))
        p_values.append(row["p_value"])
    methods = {"p": lambda p: p, "holm": holm}
    ours = {name: dict(zip(outcomes, method(np.array(p_values)), strict=True)) for name, method in methods.items()}
    compare(entry_id, ours)
