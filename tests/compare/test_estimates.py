"""The whole third stage: what must hold for every table it makes."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from pipeline.compare.gather.protocol import run_estimator
from pipeline.tables.frames import csv_bytes
from pipeline.tables.results import Estimated
from tests.compare.conftest import Made

pytestmark = pytest.mark.slow

DIFFERENCES = (
    "mean_difference",
    "location_shift",
    "risk_difference",
    "adjusted_mean_difference",
    "adjusted_risk_difference",
    "interaction",
    "standardised_difference",
)
RATIOS = ("risk_ratio", "odds_ratio")
SWAPPED_VERDICTS = {"better": "worse", "worse": "better", "higher": "lower", "lower": "higher"}
ONE_SIDED = ("weighted_att", "entropy_balancing")
"""Estimators that weigh one group to be like the other: swapped, they answer another question."""


def declared(estimates: pd.DataFrame) -> pd.DataFrame:
    return estimates.loc[estimates["role"] != ""]


def shuffled(made: Made) -> Made:
    def mix(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
        return {unit: table.sample(frac=1, random_state=1) for unit, table in tables.items()}

    return made.with_tables(mix(made.cleaned.units), mix(made.cleaned.responses))


# --- properties of the whole


@pytest.mark.parametrize("study", ["trs", "jobs2"])
def test_the_order_of_rows_changes_no_digit(request: pytest.FixtureRequest, study: str) -> None:
    usual: Estimated = request.getfixturevalue(f"{study}_estimated")
    other = shuffled(request.getfixturevalue(f"made_{study}")).estimated()
    drop = usual.estimates["estimator"] != "alpha"  # reliability is made by score, which keeps the order it is given
    assert csv_bytes(other.estimates.loc[drop]) == csv_bytes(usual.estimates.loc[drop])
    assert csv_bytes(other.distributions) == csv_bytes(usual.distributions)
    assert csv_bytes(other.flow) == csv_bytes(usual.flow)


@pytest.fixture(scope="module")
def both(made_trs: Made, trs_estimated: Estimated) -> pd.DataFrame:
    """Each comparison beside the same comparison with the groups swapped."""
    sample = made_trs.study.declaration.sample
    other = sample.model_copy(update={"participant": sample.control, "control": sample.participant})
    swapped = made_trs.declared(sample=other).estimated()
    key = ["analysis", "estimator", "estimand", "outcome", "wave", "level", "term"]

    def unordered(estimand: str, term: str) -> str:
        prefix, _, groups = term.rpartition(": ")
        for sign in (" - ", " / "):
            if estimand != "interaction" and sign in groups:
                groups = sign.join(sorted(groups.split(sign)))
        return f"{prefix}: {groups}"

    usual, mirrored = (
        one.assign(term=list(map(unordered, one["estimand"], one["term"]))) for one in (trs_estimated.estimates, swapped.estimates)
    )
    return usual.merge(mirrored, on=key, suffixes=("", "_swapped"), validate="one_to_one")


def test_swapping_the_groups_negates_every_difference(trs_estimated: Estimated, both: pd.DataFrame) -> None:
    rows = both.loc[both["estimand"].isin(DIFFERENCES)]
    assert len(both) == len(trs_estimated.estimates)
    for name, mirrored in (("estimate", "estimate"), ("conf_low", "conf_high"), ("effect", "effect"), ("effect_low", "effect_high")):
        assert rows[f"{mirrored}_swapped"].to_numpy() == pytest.approx(-rows[name].to_numpy(), rel=1e-6, abs=1e-9, nan_ok=True)
    for name in ("std_error", "df", "p_value", "p_adjusted", "n", "n_missing"):
        found = rows[[f"{name}_swapped", name]].astype("float64")
        assert found.iloc[:, 0].to_numpy() == pytest.approx(found.iloc[:, 1].to_numpy(), rel=1e-6, nan_ok=True)


def test_swapping_the_groups_inverts_every_ratio(both: pd.DataFrame) -> None:
    rows = both.loc[both["estimand"].isin(RATIOS)]
    assert len(rows) > 10
    for name, mirrored in (("estimate", "estimate"), ("conf_low", "conf_high")):
        assert rows[f"{mirrored}_swapped"].to_numpy() == pytest.approx(1 / rows[name].to_numpy(), rel=1e-9)


def test_swapping_the_groups_turns_every_verdict(both: pd.DataFrame) -> None:
    rows = both[~both["estimator"].isin(ONE_SIDED)]
    assert rows["verdict_swapped"].tolist() == [SWAPPED_VERDICTS.get(word, word) for word in rows["verdict"]]


def test_what_describes_one_group_does_not_move_when_groups_are_swapped(both: pd.DataFrame) -> None:
    rows = both.loc[both["analysis"].isin(["description", "measurement"])]
    assert rows["estimate_swapped"].to_numpy() == pytest.approx(rows["estimate"].to_numpy(), rel=1e-12, nan_ok=True)


# --- what the tables hold


def test_every_declared_analysis_has_rows_for_every_outcome(trs_estimated: Estimated, made_trs: Made) -> None:
    rows = declared(trs_estimated.estimates)
    found = set(zip(rows["analysis"], rows["outcome"] + "@" + rows["wave"], strict=True))
    assert found == {(one.id, outcome) for one in made_trs.study.declaration.analyses for outcome in one.outcomes}


def test_each_comparison_for_everybody_has_a_verdict_and_nothing_else_has(trs_estimated: Estimated) -> None:
    estimates = trs_estimated.estimates
    compared = (
        estimates["role"].ne("")
        & estimates["level"].eq("all")
        & (estimates["estimand"].isin(DIFFERENCES[:5]) | estimates["estimand"].str.startswith("difference_by_"))
    )
    ignoring = estimates["note"].str.contains("clusters_ignored")
    assert estimates.loc[compared & ignoring, "estimator"].drop_duplicates().tolist() == ["welch", "rank", "risk_difference"]
    assert (estimates.loc[compared & ~ignoring, "verdict"] != "").all()
    assert (estimates.loc[~compared | ignoring, "verdict"] == "").all()


def test_a_verdict_follows_the_adjusted_decision(trs_estimated: Estimated) -> None:
    rows = declared(trs_estimated.estimates).set_index(["analysis", "outcome"])
    one = rows[rows["estimator"] == "adjusted"].loc[("turnover_adjusted", "turnover_intention")]
    assert one["p_value"] < 0.05 < one["p_adjusted"]
    assert one["verdict"] == "cannot_tell"


def test_a_family_goes_across_analyses(trs_estimated: Estimated) -> None:
    rows = trs_estimated.estimates.loc[trs_estimated.estimates["family"] == "primary"]
    assert set(rows["analysis"]) == {"turnover_adjusted", "lock_in_and_mobility_adjusted"}
    assert rows["p_adjusted"].min() == pytest.approx(3 * rows["p_value"].min())


def test_subgroup_levels_have_no_p_value(trs_estimated: Estimated) -> None:
    rows = declared(trs_estimated.estimates)
    assert rows.loc[rows["level"] != "all", "p_value"].isna().all()
    assert rows.loc[rows["estimand"] == "interaction", "p_value"].notna().all()


def test_description_covers_each_wave_group_and_subgroup(trs_estimated: Estimated) -> None:
    rows = trs_estimated.estimates.loc[lambda table: table["analysis"].eq("description") & table["outcome"].eq("turnover_intention")]
    cells = set(zip(rows["wave"], rows["level"], rows["term"], strict=True))
    levels = ("all", "sex=man", "sex=woman")
    assert cells == {(wave, level, group) for wave in ("t1", "t2") for level in levels for group in ("participant", "control")}


def test_attrition_agrees_with_r(trs_estimated: Estimated, r_entries: dict) -> None:
    rows = trs_estimated.estimates.loc[lambda table: table["analysis"].eq("attrition") & table["estimand"].eq("risk_difference")]
    entry = r_entries["o.simtrs.attrition"]["value"]
    [row] = rows.itertuples()
    assert (row.outcome, row.wave, row.n) == ("answered", "t2", 640)
    assert row.estimate == pytest.approx(entry["diff"], rel=1e-8)
    assert [row.conf_low, row.conf_high] == pytest.approx(entry["newcombe_ci95"], rel=1e-8)
    assert row.p_value == pytest.approx(entry["p_pearson"], rel=1e-8)


def test_reliability_stands_among_the_estimates(trs_estimated: Estimated, made_trs: Made) -> None:
    rows = trs_estimated.estimates.loc[trs_estimated.estimates["analysis"] == "measurement"]
    table = made_trs.scored.reliability
    whole = table[table["item"] == ""]
    assert rows.loc[rows["estimand"] == "cronbach_alpha", "estimate"].tolist() == whole["alpha"].tolist()
    items = table[table["item"] != ""].dropna(subset=["item_rest"]).set_index(["measure", "wave", "item"])
    rest = rows[rows["estimand"] == "item_rest_correlation"].set_index(["outcome", "wave", "term"])["estimate"]
    assert rest.to_dict() == items["item_rest"].to_dict()
    dropped = rows[rows["estimand"] == "alpha_if_dropped"].set_index(["outcome", "wave", "term"])["estimate"]
    assert dropped.to_dict() == items["alpha"].dropna().to_dict()


def only(made: Made, *names: str) -> pd.DataFrame:
    """Estimate these of the declared analyses."""
    analyses = tuple(one for one in made.study.declaration.analyses if one.id in names)
    return declared(made.declared(analyses=analyses).estimated().estimates)


def test_a_planted_large_effect_with_a_large_bound_is_smaller_than_matters(made_trs: Made) -> None:
    analyses = [
        one.model_copy(update={"smallest_difference": {"career_steps@t2": bound}, "id": f"steps_{name}", "outcomes": ("career_steps@t2",)})
        for one in made_trs.study.declaration.analyses
        if one.id == "secondary_adjusted"
        for name, bound in (("large", 5.0), ("small", 0.1))
    ]
    estimates = made_trs.declared(analyses=tuple(analyses)).estimated().estimates
    verdicts = declared(estimates).set_index("analysis")["verdict"].to_dict()
    assert verdicts == {"steps_large": "smaller_than_matters", "steps_small": "better"}


def test_no_difference_within_wide_bounds_is_equivalent(made_trs: Made) -> None:
    analyses = tuple(
        one.model_copy(update={"smallest_difference": {"employability@t2": 0.3}, "outcomes": ("employability@t2",)})
        for one in made_trs.study.declaration.analyses
        if one.id == "secondary_adjusted"
    )
    [verdict] = declared(made_trs.declared(analyses=analyses).estimated().estimates)["verdict"]
    assert verdict == "equivalent"


def test_equivalence_is_decided_within_the_family(made_trs: Made) -> None:
    outcomes = ("employability@t2", "turnover_intention@t2")
    [raw] = [one for one in made_trs.study.declaration.analyses if one.id == "means_raw"]

    def rows(**changes: object) -> pd.DataFrame:
        analysis = raw.model_copy(update={"outcomes": outcomes, **changes})
        return declared(made_trs.declared(analyses=(analysis,), sample=unclustered).estimated().estimates).set_index(["outcome", "wave"])

    unclustered = made_trs.study.declaration.sample.model_copy(update={"cluster": None})
    plain = rows()
    bounds = {
        f"{row.Index[0]}@t2": abs(row.estimate) + float(t.isf(p, row.df)) * row.std_error
        for row, p in zip(plain.loc[[tuple(one.split("@")) for one in outcomes]].itertuples(), (0.03, 0.04), strict=True)
    }
    alone, together = (rows(smallest_difference=bounds, family=family) for family in (None, "all"))
    for found in (alone, together):
        assert found.loc[[tuple(one.split("@")) for one in outcomes], "p_equivalence"].tolist() == pytest.approx([0.03, 0.04])
    assert together.loc[[tuple(one.split("@")) for one in outcomes], "p_equivalence_adjusted"].tolist() == pytest.approx([0.06, 0.06])
    undecided = [outcome for outcome in plain.index if alone.loc[outcome, "p_value"] >= 0.05]
    assert undecided
    for outcome in undecided:
        assert (alone.loc[outcome, "verdict"], together.loc[outcome, "verdict"]) == ("equivalent", "cannot_tell")


@pytest.mark.parametrize("outcome", ["moved@t2", "double_lock_in@t2"])
def test_equivalence_of_shares_is_decided_by_their_own_interval(made_trs: Made, outcome: str) -> None:
    [raw] = [one for one in made_trs.study.declaration.analyses if one.id == "shares_raw"]
    for alpha in (0.01, 0.05, 0.2):
        comparison = made_trs.comparison("shares_raw", outcome, confidence=1 - 2 * alpha)
        [row] = [one for one in run_estimator("risk_difference", comparison) if one["estimand"] == "risk_difference"]
        bound = max(-row["conf_low"], row["conf_high"])
        analysis = raw.model_copy(update={"outcomes": (outcome,), "smallest_difference": {outcome: bound}})
        found = made_trs.declared(analyses=(analysis,)).estimated().estimates["p_equivalence"].dropna()
        assert found.tolist() == pytest.approx([alpha], rel=1e-6)


# --- whatever the data, rows with notes and no exception


def three_people(people: pd.DataFrame) -> np.ndarray:
    return np.isin(np.arange(len(people)), [*np.flatnonzero(people["group"] == "participant")[:2], 0])


@pytest.mark.parametrize(
    "keep",
    [
        three_people,
        lambda people: people["workplace"] == people["workplace"].iloc[0],
        lambda people: people["workplace"].isin(people["workplace"].unique()[:2]),
        lambda people: people["sex"] == "woman",
        lambda people: people["group"] == "control",
        lambda people: np.arange(len(people)) < 1,
        lambda people: np.arange(len(people)) < 12,
    ],
    ids=["three_people", "one_workplace", "two_workplaces", "all_women", "no_participants", "one_person", "twelve_people"],
)
def test_small_and_lopsided_studies_give_the_same_rows(made_trs: Made, trs_estimated: Estimated, keep: Callable) -> None:
    estimates = made_trs.with_people(keep).estimated().estimates
    key = ["analysis", "estimand", "outcome", "wave", "term"]
    usual = declared(trs_estimated.estimates)[key].drop_duplicates()
    found = declared(estimates)
    assert len(usual.merge(found[key].drop_duplicates())) == len(usual)
    without = found.loc[found["estimate"].isna()]
    assert (without["note"] != "").all()
    with_error = found.loc[found["std_error"].notna()]
    assert with_error[["conf_low", "conf_high"]].notna().all(axis=None)
    assert not np.isinf(found.select_dtypes("float64").to_numpy()).any()


def answered_alike(made: Made, **answers: object) -> Made:
    responses = made.cleaned.responses["person"].copy()
    for name, answer in answers.items():
        asked = responses[name].notna()
        responses[name] = responses[name].where(~asked, answer)
    return made.with_tables({}, {"person": responses})


def test_an_outcome_that_everybody_answers_alike_has_a_note(made_trs: Made) -> None:
    alike = answered_alike(made_trs, ti_1=3.0, ti_2=3.0, ti_3=3.0, ti_4=3.0)
    adjusted = only(alike, "turnover_adjusted")
    assert adjusted["note"].tolist() == ["constant_outcome", "constant_outcome"]  # the difference, and what could have been found
    assert adjusted["verdict"].tolist() == ["", ""]


def test_perfect_separation_leaves_the_difference_and_a_note(made_trs: Made) -> None:
    responses = made_trs.cleaned.responses["person"].copy()
    group = responses["person"].map(made_trs.cleaned.units["person"].set_index("person")["group"])
    asked = responses["mobility"].notna()
    responses["mobility"] = responses["mobility"].where(~asked, group.map({"participant": "internal", "control": "none"}))
    rows = only(made_trs.with_tables({}, {"person": responses}), "lock_in_and_mobility_adjusted", "shares_raw")
    rows = rows.loc[rows["outcome"].eq("moved")]
    modelled, exact = rows.loc[rows["analysis"].eq("lock_in_and_mobility_adjusted") & rows["estimator"].ne("detectable")].itertuples()
    assert modelled.estimate == pytest.approx(1)
    assert ("few_events" in modelled.note, exact.note) == (True, "exact_raw clusters_ignored")
    assert (modelled.verdict, exact.verdict, exact.estimate) == ("", "", 1)
    assert exact.p_value < 1e-6
    raw = rows.loc[rows["analysis"].eq("shares_raw") & rows["outcome"].eq("moved")].set_index("estimand")
    assert raw.loc["risk_difference", "estimate"] == 1
    assert not np.isinf(raw["estimate"].dropna()).any()
