from dataclasses import replace

import pandas as pd

from pipeline.compare.gather.comparison import complete
from pipeline.compare.gather.protocol import analysis_frame as frame_of
from pipeline.compare.gather.protocol import analysis_rows, run_estimator
from tests.compare.conftest import Made


def analysis_of(made: Made, name: str, **changes: object):
    [declared] = [one for one in made.study.declaration.analyses if one.id == name]
    return declared.model_copy(update=changes)


def test_a_comparison_has_every_unit_of_the_two_groups_in_order(made_trs: Made) -> None:
    compared = made_trs.comparison("turnover_adjusted", "turnover_intention@t2")
    assert list(compared.frame.columns) == [
        "turnover_intention@t2",
        "turnover_intention@t1",
        "age",
        "sex",
        "education",
        "cluster",
        "first",
    ]
    assert len(compared.frame) == 161 + 479
    assert compared.frame.index.is_monotonic_increasing
    assert compared.frame["first"].sum() == 161
    assert (compared.kind, compared.difference, compared.clustered) == ("number", "participant - control", True)


def test_a_category_has_the_codebooks_order(made_trs: Made) -> None:
    compared = made_trs.comparison("turnover_adjusted", "turnover_intention@t2")
    assert list(compared.frame["education"].cat.categories) == ["compulsory", "upper_secondary", "university"]


def test_facts_of_the_workplace_are_found_through_the_link(made_trs: Made) -> None:
    sector = made_trs.panel.column("sector")
    workplaces = made_trs.cleaned.units["workplace"].set_index("workplace")["sector"]
    link = made_trs.cleaned.units["person"].set_index("person")["workplace"]
    assert sector.astype("str").to_dict() == {person: workplaces[workplace] for person, workplace in link.items()}


def test_restrictions_keep_those_with_the_value(made_trs: Made) -> None:
    compared = made_trs.comparison("locked_in_at_baseline", "turnover_intention@t2")
    locked_in = made_trs.panel.column("double_lock_in@t1")
    assert set(compared.frame.index) == set(locked_in.index[locked_in == 1])


def test_restrictions_add_up(made_trs: Made) -> None:
    both = {"double_lock_in@t1": ("1",), "sex": ("woman",)}
    compared = made_trs.comparison("locked_in_at_baseline", "turnover_intention@t2", restrict=both)
    assert (made_trs.panel.column("sex").loc[compared.frame.index] == "woman").all()
    assert 0 < len(compared.frame) < 85


def test_complete_people_know_outcome_covariates_and_subgroup(made_trs: Made) -> None:
    compared = made_trs.comparison("by_sex", "moved@t2")
    assert complete(compared).notna().all(axis=None)
    assert len(complete(replace(compared, by=()))) >= len(complete(compared))


def test_an_estimator_that_ignores_clusters_says_so(made_trs: Made, made_jobs2: Made) -> None:
    notes = {row["note"] for row in run_estimator("welch", made_trs.comparison("means_raw", "career_steps@t2"))}
    assert notes == {"clusters_ignored"}
    [row] = run_estimator("welch", made_trs.comparison("means_raw", "career_steps@t2", cluster=False))
    assert "clusters_ignored" not in str(row.get("note"))
    [row] = run_estimator("welch", made_jobs2.comparison("offered_means", "depressive_symptoms@t2"))
    assert "clusters_ignored" not in str(row.get("note"))


def test_an_analysis_may_name_another_cluster_or_none(made_trs: Made) -> None:
    frames = {
        name: frame_of(made_trs.panel, analysis_of(made_trs, "turnover_adjusted", cluster=name)) for name in ("education", True, False)
    }
    people = made_trs.cleaned.units["person"].set_index("person").sort_index()
    assert frames["education"].frame["cluster"].to_dict() == people["education"].astype("str").to_dict()
    assert frames[True].frame["cluster"].to_dict() == people["workplace"].astype("str").to_dict()
    assert ("cluster" in frames[False].frame, frames[False].clustered) == (False, False)


def test_an_analysis_outside_the_locked_plan_is_exploratory(made_trs: Made) -> None:
    analysis = analysis_of(made_trs, "turnover_adjusted")
    unlocked = replace(made_trs, study=replace(made_trs.study, locked_plan=None))
    locked = replace(made_trs, study=replace(made_trs.study, locked_plan={"analyses.turnover_adjusted.estimator": "adjusted"}))
    [before] = analysis_rows(frame_of(unlocked.panel, analysis))
    [after] = analysis_rows(frame_of(locked.panel, analysis))
    assert (before["role"], after["role"]) == ("exploratory", "primary")


def test_the_smallest_difference_stands_beside_the_comparison_only(made_trs: Made) -> None:
    analysis = analysis_of(made_trs, "shares_raw", outcomes=("moved@t2",), smallest_difference={"moved@t2": 0.1})
    rows = {row["estimand"]: row["reference_value"] for row in analysis_rows(frame_of(made_trs.panel, analysis))}
    assert rows == {"risk_difference": 0.1, "risk_ratio": None, "odds_ratio": None}


def test_numbers_and_shares_arrive_as_floats(made_trs: Made) -> None:
    frame = frame_of(made_trs.panel, analysis_of(made_trs, "secondary_adjusted")).frame
    for name in ("career_steps@t2", "applied@t2", "age"):
        assert pd.api.types.is_float_dtype(frame[name])
