"""The locked plan: every key that can move a number, and nothing else."""

import shutil
from pathlib import Path

import pytest

from pipeline.errors import ResearcherError
from pipeline.spec.care import written_out
from pipeline.spec.load import load_study
from pipeline.spec.plan import deviations, is_planned, lock_text, plan_hash, plan_keys
from pipeline.spec.study import Study
from tests.conftest import ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("studies/jobs2", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name)
    folder = tmp_path / "studies" / "jobs2"
    (folder / "plan.lock").write_text(lock_text(load_study("jobs2", tmp_path).declaration), encoding="utf-8")
    return folder


def change(folder: Path, old: str, new: str) -> None:
    text = (folder / "study.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / "study.toml").write_text(text.replace(old, new, 1), encoding="utf-8")


def load(folder: Path):
    return load_study("jobs2", folder.parent.parent)


def test_an_unchanged_plan_has_no_deviations(folder: Path) -> None:
    assert deviations(load(folder)) == []


def test_a_changed_key_is_one_row_with_before_and_after(folder: Path) -> None:
    change(folder, 'outcomes = ["reemployed@t2"]', 'outcomes = ["depressive_symptoms@t2"]')
    [row] = deviations(load(folder))
    assert (row.key, row.before, row.after) == ("analyses.offered_shares.outcomes", '["reemployed@t2"]', '["depressive_symptoms@t2"]')


def test_a_changed_label_is_no_deviation(folder: Path) -> None:
    change(folder, 'label = { sv = "I arbete", en = "Re-employed" }', 'label = { sv = "Har arbete", en = "In work" }')
    assert deviations(load(folder)) == []


def test_how_a_group_is_said_is_no_part_of_the_plan(folder: Path) -> None:
    change(folder, 'participant = { sv = "de som erbjöds kurs"', 'participant = { sv = "kursdeltagarna"')
    study = load(folder)
    assert study.declaration.sample.said["participant"].sv == "kursdeltagarna"
    assert deviations(study) == []


def test_an_analysis_added_after_the_lock_is_not_planned(folder: Path) -> None:
    change(folder, 'id = "offered_ranks"', 'id = "ranks_thought_of_later"')
    study = load(folder)
    assert is_planned(study, "offered_means")
    assert not is_planned(study, "ranks_thought_of_later")
    keys = {row.key for row in deviations(study)}
    assert {"analyses.offered_ranks.estimator", "analyses.ranks_thought_of_later.estimator"} <= keys


def test_without_a_lock_nothing_is_planned(folder: Path) -> None:
    (folder / "plan.lock").unlink()
    study = load(folder)
    assert not is_planned(study, "offered_means")
    assert deviations(study) == []


def test_a_lock_edited_by_hand_is_refused(folder: Path) -> None:
    path = folder / "plan.lock"
    path.write_text(path.read_text(encoding="utf-8").replace("reemployed", "reemployd"), encoding="utf-8")
    with pytest.raises(ResearcherError, match="was changed after it was locked"):
        load(folder)


def test_any_changed_key_changes_the_hash(folder: Path) -> None:
    keys = plan_keys(load(folder).declaration)
    for key in keys:
        assert plan_hash({**keys, key: "something else"}) != plan_hash(keys)


@pytest.mark.parametrize(
    ("study", "added"),
    [
        ("jobs2", set()),
        ("trs", {"adjusted", "permutation", "wild_bootstrap", "what_if", "weighted_overlap", "entropy_balancing", "survey_weighted"}),
    ],
)
def test_the_bundled_studies_keep_to_their_locked_plan_but_for_exploratory_analyses(study: str, added: set[str]) -> None:
    loaded = load_study(study, ROOT)
    assert loaded.locked_plan is not None
    found = {one.key: one for one in deviations(loaded)}
    later = {one.id: one for one in loaded.declaration.analyses if not is_planned(loaded, one.id)}
    assert {one.estimator for one in later.values()} == added
    assert {one.role for one in later.values()} <= {"exploratory"}
    drawn = {key for key in found if key.startswith("sample.")}
    assert drawn == (
        {"sample.weight", "sample.strata", *(f"sample.margins.{name}" for name in ("sex", "education", "sector"))}
        if "survey_weighted" in added
        else set()
    )
    cared = {key for key in found if key.startswith("care.")}
    assert cared == ({"care.scales", "care.least_flags", "care.analyses"} if loaded.declaration.care else set())
    assert {key.split(".")[1] for key in found.keys() - drawn - cared} == set(later) - written_out(loaded.declaration)
    assert {one.before for one in found.values()} <= {""}


def test_a_key_that_says_nothing_is_no_deviation_of_its_own(trs: Study) -> None:
    listed = {one.key.rpartition(".")[2] for one in deviations(trs)}
    assert "estimator" in listed
    assert not listed & {"by", "restrict", "contrast", "family"}
