"""make rebuilds what changed and nothing else, and starts no Python when nothing did."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
import yaml

from pipeline.spec.vocabulary import LANGUAGES
from tests.conftest import ROOT

OWN = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
"""The tests may themselves run under make, whose settings are not theirs."""

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed on this machine")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project in which everything counts as built: all files old, stamps and index new."""
    for name in ("studies", "notebooks", "data/raw"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("Makefile", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "pipeline" / "clean").mkdir(parents=True)
    (tmp_path / "pipeline" / "clean" / "responses.py").write_text("")
    for path in tmp_path.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    stamps = [f"data/processed/{path.parent.name}/.stamp" for path in sorted(tmp_path.glob("studies/*/study.toml"))]
    made = [".venv/.installed", *stamps, "reports/index.html", "reports/.stamp"]
    for place, name in enumerate(made):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("whole\n")
        os.utime(path, (1_100_000_000 + place, 1_100_000_000 + place))
    return tmp_path


def commands(project: Path, *arguments: str) -> str:
    """What make would run."""
    done = subprocess.run(["make", "-n", *arguments], cwd=project, env=OWN, capture_output=True, text=True, check=True)
    return done.stdout


def touch(path: Path) -> None:
    os.utime(path, (time.time(), time.time()))


def test_a_second_make_starts_no_python(project: Path) -> None:
    assert commands(project).splitlines() == ['echo "Reports: open reports/index.html"']


@pytest.mark.parametrize("changed", ["studies/jobs2/codebook.csv", "data/raw/jobs2/jobs.csv", "studies/jobs2/texts/sv.md"])
def test_a_change_in_one_study_rebuilds_that_study_only(project: Path, changed: str) -> None:
    touch(project / changed)
    ran = commands(project)
    assert ran.splitlines()[1].endswith("pipeline build jobs2 --index")


def test_a_release_that_was_published_or_fetched_rebuilds_its_study(project: Path) -> None:
    published = project / "releases" / "jobs2" / "1" / "publication.json"
    published.parent.mkdir(parents=True)
    published.touch()
    assert commands(project).splitlines()[1].endswith("pipeline build jobs2 --index")


@pytest.mark.parametrize("changed", ["notebooks/group_comparison.ipynb", "pipeline/clean/responses.py", "requirements.lock"])
def test_a_change_of_code_template_or_lock_rebuilds_every_study(project: Path, changed: str) -> None:
    touch(project / changed)
    studies = sorted(path.parent.name for path in project.glob("studies/*/study.toml"))
    assert f"-m pipeline build {' '.join(studies)} --index\n" in commands(project)


def test_what_one_looks_around_in_rebuilds_nothing(project: Path) -> None:
    touch(project / "notebooks" / "explore.ipynb")
    assert commands(project).splitlines() == ['echo "Reports: open reports/index.html"']


def test_all_stale_studies_are_built_in_one_run_with_so_many_reports_at_once(project: Path) -> None:
    for study in ("jobs2", "trs"):
        touch(project / "studies" / study / "study.toml")
    assert commands(project, "JOBS=3").splitlines()[2].endswith("pipeline build jobs2 trs --jobs 3 --index")


STAND_IN = """#!/bin/sh
echo "$@" >> ran.txt
case "$*" in *--language*) language="${*#*--language }"; language="${language%% *}";; *) language="";; esac
for study in "$@"; do
  if [ -d "data/processed/$study" ]; then
    for made in ${language:-sv en}; do mkdir -p "data/processed/$study/$made"; echo whole > "data/processed/$study/$made/.stamp"; done
    if [ -z "$language" ]; then echo whole > "data/processed/$study/.stamp"; fi
  fi
done
touch reports/index.html; echo whole > reports/.stamp
"""


def really_made(project: Path, *arguments: str, **environment: str) -> list[str]:
    """Run make with a stand-in for Python that only notes what it is asked for, and does what a build does to stamps."""
    python = project / ".venv" / "bin" / "python"
    python.parent.mkdir(exist_ok=True)
    python.write_text(STAND_IN)
    python.chmod(0o755)
    subprocess.run(["make", *arguments], cwd=project, env=OWN | environment, check=True, capture_output=True)
    ran = project / "ran.txt"
    asked = ran.read_text().splitlines() if ran.exists() else []
    ran.unlink(missing_ok=True)
    return asked


def test_a_change_is_really_built_once_and_then_no_more(project: Path) -> None:
    assert really_made(project) == []
    touch(project / "studies" / "jobs2" / "study.toml")
    assert really_made(project) == ["-m pipeline build jobs2 --index"]
    assert really_made(project) == []


def test_a_change_of_code_is_really_built(project: Path) -> None:
    touch(project / "pipeline" / "clean" / "responses.py")
    assert [line.split()[:4] for line in really_made(project)] == [["-m", "pipeline", "build", "bergslagsresursen"]]
    assert really_made(project) == []


def test_a_build_that_fails_is_tried_again(project: Path) -> None:
    touch(project / "studies" / "jobs2" / "study.toml")
    really_made(project)
    (project / "data" / "processed" / "jobs2" / ".stamp").unlink()
    assert really_made(project) == ["-m pipeline build jobs2 --index"]


def test_an_index_taken_away_is_written_again_and_nothing_else(project: Path) -> None:
    (project / "reports" / "index.html").unlink()
    assert commands(project).splitlines()[0].endswith("pipeline index")


def test_a_raw_file_taken_away_rebuilds_its_study(project: Path) -> None:
    (project / "data" / "raw" / "jobs2" / "jobs.csv").unlink()
    assert "pipeline build jobs2" in commands(project)


def test_a_raw_file_with_blanks_in_its_name_is_a_prerequisite_like_any_other(project: Path) -> None:
    path = project / "data" / "raw" / "jobs2" / "export från enkät 2.csv"
    path.write_text("a")
    os.utime(path, (1_000_000_000, 1_000_000_000))
    os.utime(path.parent, (1_000_000_000, 1_000_000_000))
    assert "pipeline" not in commands(project)
    touch(path)
    assert "pipeline build jobs2" in commands(project)


@pytest.mark.parametrize("target", ["test", "lint", "validate", "bench"])
def test_what_only_developers_need_is_added_on_their_first_use(project: Path, target: str) -> None:
    touch(project / "requirements.lock")
    assert "requirements-dev.lock" not in commands(project)
    added = [line for line in commands(project, target).splitlines() if "requirements-dev.lock" in line]
    assert [("--require-hashes" in line) for line in added] == [True]


def test_both_lock_files_name_the_same_versions_and_a_hash_of_each() -> None:
    researchers, developers = (locked(ROOT / name) for name in ("requirements.lock", "requirements-dev.lock"))
    assert researchers.items() <= developers.items()
    assert {"pytest", "ruff", "mypy", "playwright"} <= developers.keys() - researchers.keys()


def locked(lock: Path) -> dict[str, str]:
    """Each package's version; stops at one without a hash."""
    entries = [entry.split() for entry in re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip())]
    assert all(any(word.startswith("--hash=sha256:") for word in entry) for entry in entries)
    return dict(entry[0].split("==") for entry in entries)


def test_a_commit_is_held_to_what_make_lint_runs(project: Path) -> None:
    [repository] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert " && ".join(hook["entry"] for hook in repository["hooks"]) == commands(project, "lint").splitlines()[-1]


def test_study_limits_what_is_built(project: Path) -> None:
    touch(project / "requirements.lock")
    ran = commands(project, "STUDY=trs")
    assert "pipeline build trs" in ran
    assert "pipeline build jobs2" not in ran


@pytest.mark.parametrize("target", [[], ["reports"], ["reports/index.html"]], ids=["make", "reports", "index"])
def test_one_language_is_obeyed_by_every_target_that_makes_reports(project: Path, target: list[str]) -> None:
    touch(project / "requirements.lock")
    [build] = [line for line in commands(project, *target, "LANGUAGE=sv", "STUDY=trs", "JOBS=2").splitlines() if "pipeline" in line]
    assert build.endswith("-m pipeline build trs --language sv --jobs 2 --index")


def test_what_was_made_in_one_language_is_not_taken_for_all(project: Path) -> None:
    touch(project / "studies" / "jobs2" / "study.toml")
    assert really_made(project, "LANGUAGE=sv", "STUDY=jobs2") == ["-m pipeline build jobs2 --language sv --index"]
    assert really_made(project, "LANGUAGE=sv", "STUDY=jobs2") == []
    assert really_made(project, "LANGUAGE=en", "STUDY=jobs2") == ["-m pipeline build jobs2 --language en --index"]
    assert really_made(project) == ["-m pipeline build jobs2 --index"]
    for arguments in ([], ["LANGUAGE=sv", "STUDY=jobs2"], ["LANGUAGE=en", "STUDY=jobs2"]):
        assert really_made(project, *arguments) == []


def test_the_levels_of_a_study_are_made_by_plain_make_too(project: Path) -> None:
    ran = commands(project, "LEVELS=workplace", "STUDY=trs", "LANGUAGE=en")
    assert ran.splitlines()[0].endswith("-m pipeline build trs --language en --levels workplace  --index")


@pytest.mark.parametrize("language", ["fi", "sv en", "svenska"])
def test_an_unknown_language_is_refused_whatever_is_asked_for(project: Path, language: str) -> None:
    done = subprocess.run(["make", "check", f"LANGUAGE={language}"], cwd=project, env=OWN, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"LANGUAGE={language} is not one language of reports; allowed: {' or '.join(LANGUAGES)}" in done.stderr


def test_the_languages_of_the_systems_own_messages_are_not_taken_for_those_of_reports(project: Path) -> None:
    touch(project / "studies" / "jobs2" / "study.toml")
    assert really_made(project, LANGUAGE="en_US:en") == ["-m pipeline build jobs2 --index"]


def test_distclean_never_touches_raw_data(project: Path) -> None:
    raw = {path: path.read_bytes() for path in (project / "data" / "raw").rglob("*") if path.is_file()}
    for folder in ("data/processed", "reports"):
        (project / folder / "README.md").write_text("kept")
    (project / "tests").mkdir()
    subprocess.run(["make", "distclean"], cwd=project, env=OWN, check=True, capture_output=True)
    assert {path: path.read_bytes() for path in (project / "data" / "raw").rglob("*") if path.is_file()} == raw
    assert [path.name for path in (project / "data" / "processed").iterdir()] == ["README.md"]
    assert [path.name for path in (project / "reports").iterdir()] == ["README.md"]
    assert not (project / ".venv").exists()


def test_every_target_says_what_it_makes() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, env=OWN, capture_output=True, text=True, check=True)
    for target in ("check", "responses", "scores", "estimates", "release", "reports", "lint", "distclean", "lab", "test", "lock", "bench"):
        assert f"make {target} " in done.stdout


def test_distclean_leaves_what_cannot_be_made_again(project: Path) -> None:
    kept = ["data/processed/README.md", "data/processed/jobs2/published/key", "data/processed/jobs2/published/1/0.parquet"]
    kept += ["releases/jobs2/1/publication.json", "data/raw/jobs2/jobs.csv"]
    made = ["data/processed/jobs2/release/estimates.csv", "data/processed/trs/run.json", "reports/jobs2/sv/report.html"]
    for name in (*kept, *made):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).touch()
    (project / "tests").mkdir()
    subprocess.run(["make", "distclean"], cwd=project, env=OWN, capture_output=True, check=True)
    assert all((project / name).is_file() for name in kept)
    assert not any((project / name).exists() for name in (*made, "data/processed/trs", "reports/jobs2", ".venv"))
