"""Made-up files: what was drawn is what cleaning reads, and the same bytes always."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from pipeline.clean.responses import clean_responses
from pipeline.errors import ResearcherError
from pipeline.paths import SIMULATED
from pipeline.simulate.draw import draw, recipe_of, seed_of
from pipeline.simulate.files import simulate_study
from pipeline.spec.load import load_study
from pipeline.spec.study import Study
from pipeline.stages.simulation import fill_study, folder_problems, hashes, with_hashes, write_folder
from tests.conftest import ROOT
from tests.miniature import miniature, twins
from tests.simulate.cleaned import cleaned_from
from tests.simulate.survey import CALM, people, survey
from tests.stages.project import build_tables

pytestmark = pytest.mark.slow

MESS = {"same": 3, "retyped": 2, "partial": 3, "tests": ["TEST", "asdf"], "other_dates": 0.3, "untidy": ["calm_1", "status", "group"]}
EVERYTHING = {
    "units": people(120),
    "missing": {"dont_know": 0.05, "refused": 0.05, "skipped": 0.05},
    "traits": [{"name": "calmness", "unit": "person", "cluster": "workplace", "icc": 0.1}],
    "choices": [{**CALM, "alpha": 0.8}],
    "dates": [{"names": ["entry"], "first": "2009-06-22"}, {"names": ["exit"], "after": "entry", "days": [60, 90]}],
    "knowledge": [{"right": {"quiz_1": "b", "quiz_2": "a"}, "shares": {"t1": 0.5}}],
    "recalled": [{"names": {"then": "now"}, "wave": "t1"}],
    "events": [{"time": "months", "event": "ended", "hazards": {"work": 0.05}, "censored": "not_yet", "horizon": 18}],
    "taking_part": [{"wave": "t2", "unit": "person", "share": 0.7, "break_off": 0.1}],
    "rules": [{"when": {"ended": ["work"]}, "set": {"status@t2": "work"}}],
    "mess": [MESS],
}


def filled(study: Study) -> Study:
    """Fill a study's raw folder, state the hashes, and load it again."""
    contents = simulate_study(study)
    write_folder(study.paths, contents)
    toml = study.paths.declared / "study.toml"
    text = toml.read_text(encoding="utf-8")
    for source in study.declaration.sources:
        text = text.replace(f'"file" = "{source.file}"', f'"file" = "{source.file}", "sha256" = "{hashes(contents)[source.file]}"')
        text = text.replace(f'"sha256" = "{source.sha256}", ', "")
    toml.write_text(text, encoding="utf-8")
    return load_study(study.id, study.paths.root)


def emptied(study: Study) -> Study:
    """Take a study's raw files away."""
    shutil.rmtree(study.paths.raw)
    return study


def test_cleaning_the_files_gives_back_what_was_drawn(tmp_path: Path) -> None:
    study = filled(survey(tmp_path, **EVERYTHING))
    cleaned, one = clean_responses(study), cleaned_from(draw(recipe_of(study), seed_of(study)))
    for unit in study.unit:
        pd.testing.assert_frame_equal(cleaned.responses[unit], one.responses[unit])
        pd.testing.assert_frame_equal(cleaned.units[unit], one.units[unit])
    assert cleaned.exclusions["rule"].value_counts().to_dict() == {
        "duplicate_exact": 2 * 5,
        "duplicate_most_answered": 2 * 3,
        "tests": 2 * 2,
    }


@pytest.mark.parametrize("bundled", ["trs", "jobs2"])
def test_a_bundled_study_without_simulation_is_filled_by_what_it_declares(tmp_path: Path, bundled: str) -> None:
    for folder in (f"studies/{bundled}", "notebooks"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "data" / "raw").mkdir(parents=True)
    write_folder(load_study(bundled, tmp_path).paths, simulate_study(load_study(bundled, tmp_path)))
    toml = tmp_path / "studies" / bundled / "study.toml"
    contents = simulate_study(load_study(bundled, tmp_path))
    toml.write_text(with_hashes(toml.read_text(encoding="utf-8"), hashes(contents), bundled), encoding="utf-8")
    study = load_study(bundled, tmp_path)
    one = cleaned_from(draw(recipe_of(study), seed_of(study)))
    pd.testing.assert_frame_equal(clean_responses(study).responses["person"], one.responses["person"])


@pytest.mark.slow
@pytest.mark.parametrize("make", [miniature, twins])
def test_a_miniature_is_filled_and_built_to_its_release(tmp_path: Path, make: object) -> None:
    study = filled(emptied(make(tmp_path)))
    build_tables(study.id, tmp_path)
    assert (study.paths.release / "estimates.csv").is_file()


@pytest.mark.slow
def test_the_same_bytes_in_another_process_with_another_hash_seed(tmp_path: Path) -> None:
    study = survey(tmp_path, **EVERYTHING)
    program = (
        "import sys; from pipeline.stages.simulation import marker; from pipeline.simulate.files import simulate_study; "
        "from pipeline.spec.load import load_study; from pathlib import Path; "
        f"sys.stdout.buffer.write(marker(simulate_study(load_study('survey', Path({str(tmp_path)!r})))))"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed}, cwd=ROOT, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    listed = "\n".join(f"{sha256}  {file}" for file, sha256 in hashes(simulate_study(study)).items())
    assert outputs[0] == outputs[1]
    assert listed in outputs[0].decode()


def test_a_folder_that_exists_is_never_written_to(tmp_path: Path) -> None:
    study = survey(tmp_path)
    study.paths.raw.mkdir(parents=True)
    [problem] = folder_problems(study)
    assert "raw data are never written over" in problem.found
    with pytest.raises(ResearcherError, match="exists already"):
        fill_study("survey", write_hashes=True, root=tmp_path)
    assert list(study.paths.raw.iterdir()) == []


@pytest.mark.parametrize(("bundled", "said"), [("trs", "trs declares no [simulation]"), ("sok", "remove the folder to make them again")])
def test_what_simulate_can_do_for_a_bundled_study_whose_files_are_there_is_said(bundled: str, said: str) -> None:
    with pytest.raises(ResearcherError, match="exists already") as refused:
        fill_study(bundled, write_hashes=False, root=ROOT)
    assert said in str(refused.value)


def test_filling_leaves_files_and_a_marker_and_nothing_else(tmp_path: Path) -> None:
    study = survey(tmp_path)
    fill_study("survey", write_hashes=False, root=tmp_path)
    files = {source.file for source in study.declaration.sources}
    assert {path.name for path in study.paths.raw.iterdir()} == files | {SIMULATED}
    assert [path.name for path in study.paths.raw.parent.iterdir()] == ["survey"]


def test_only_the_sha256_lines_are_written(tmp_path: Path) -> None:
    toml = '# notes\n[[sources]]\nfile = "a.csv" # first\nsha256 = "00"\n\n[[sources]]\nsha256 = "11" # old\nfile = \'b.csv\'\n[sample]\nsha256 = "22"\n'
    written = with_hashes(toml, {"a.csv": "aa", "b.csv": "bb"}, "study.toml")
    assert written == toml.replace('"00"', '"aa"').replace('"11"', '"bb"')
    with pytest.raises(ResearcherError, match=r"no place was found for the sha256 of c\.csv"):
        with_hashes(toml, {"c.csv": "cc"}, "study.toml")


def test_a_dress_rehearsal_is_marked_simulated_whatever_is_declared(tmp_path: Path) -> None:
    import json

    study = filled(emptied(miniature(tmp_path, simulated=False)))
    build_tables(study.id, tmp_path)
    assert json.loads((study.paths.release / "release.json").read_text())["simulated"] is True
    study.paths.simulated.unlink()
    build_tables(study.id, tmp_path)
    assert json.loads((study.paths.release / "release.json").read_text())["simulated"] is False
