"""make doctor: what is wrong with the machine and the studies, each with what mends it."""

import errno
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline.errors import Problem
from pipeline.paths import KEYS_VARIABLE
from pipeline.render.engine import ENGINE_VARIABLE
from pipeline.stages import doctor
from pipeline.stages.doctor import examine, told_findings
from tests.clean.test_pseudonyms import units
from tests.miniature import miniature
from tests.mistakes import run


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return miniature(tmp_path).paths.root


def wrong(root: Path) -> str:
    return "\n".join(str(one) for one in examine(root) if isinstance(one, Problem))


def test_what_is_well_takes_a_line_each_and_leaves_nothing_behind(root: Path) -> None:
    before = {path for path in root.rglob("*") if path.is_file()}
    lines, is_wrong = told_findings(root)
    assert not is_wrong, lines
    assert lines[-1] == "All is well."
    assert {line.split()[1] for line in lines[:-1]} >= {"Python", "font", "disk:", "study"}
    assert {path for path in root.rglob("*") if path.is_file()} == before


def test_the_command_line_tells_and_says_by_its_status(root: Path) -> None:
    assert run(root, "doctor")[0] == 0
    (root / "data" / "raw" / "mini" / "after.csv").unlink()
    status, said = run(root, "doctor")
    assert status == 2
    assert "WRONG  data/raw/mini/: 1 raw files are not there" in said
    assert "1 of " in said


@pytest.mark.parametrize(
    ("said", "found"), [("GNU Make 3.80", "is not GNU make 3.81"), ("bmake", "is not GNU make 3.81"), (None, "is not installed")]
)
def test_an_old_make_another_or_none_is_told(root: Path, monkeypatch: pytest.MonkeyPatch, said: str | None, found: str) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: said and "/usr/bin/make")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: SimpleNamespace(stdout=said))
    assert f"make: {found}" in "\n".join(str(one) for one in doctor._make(root))


def test_packages_of_other_versions_are_named(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = doctor.version
    monkeypatch.setattr(doctor, "version", lambda name: "0.1" if name == "pandas" else installed(name))
    said = wrong(root)
    assert "packages: 1 are not as in requirements.lock" in said
    assert "pandas==" in said
    assert ": 0.1" in said
    assert ".venv/.installed" in said


def test_a_font_that_is_gone_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_: object, **__: object) -> str:
        raise ValueError("no font")

    monkeypatch.setattr("pipeline.render.figures.lettering.findfont", nothing)
    assert "font of figures: is not found" in wrong(root)


def test_an_engine_that_is_none_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENGINE_VARIABLE, "frok")
    assert "did you mean 'fork'?" in wrong(root)


def test_a_full_disk_and_one_that_cannot_be_written_are_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=7 * 2**20))
    assert "has 7 MB left" in wrong(root)

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(doctor, "write_bytes", refuse)
    assert "cannot be written (Permission denied)" in wrong(root)


def test_a_disk_on_which_locks_do_not_hold_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "try_to_lock", lambda file: True)
    assert "locks do not hold on this disk" in wrong(root)


@pytest.fixture
def held(root: Path) -> Iterator[Path]:
    import fcntl

    (root / "data" / "processed" / "mini").mkdir(parents=True)
    with (root / "data" / "processed" / "mini" / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield root


def test_a_run_that_holds_a_study_is_told(held: Path) -> None:
    assert "study mini: is being built by another run" in wrong(held)


def test_a_wrong_declaration_sends_to_check_with_the_first_problem(root: Path) -> None:
    toml = root / "studies" / "mini" / "study.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace('"welch"', '"welsh"'), encoding="utf-8")
    said = wrong(root)
    assert "study mini: has a problem" in said
    assert "did you mean 'welch'?" in said
    assert "make check STUDY=mini" in said


def test_a_lacking_key_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEYS_VARIABLE, str(tmp_path / "keys"))
    assert "make key STUDY=mini" in wrong(miniature(tmp_path / "project", units=units(pseudonym=True)).paths.root)


def test_what_a_fault_left_and_raw_files_of_nobody_are_told(root: Path) -> None:
    (root / "data" / "processed" / "mini").mkdir(parents=True)
    (root / "data" / "processed" / "mini" / "fault.txt").touch()
    (root / "data" / "raw" / "old").mkdir()
    said = wrong(root)
    assert "data/processed/mini/fault.txt: is there from a fault of the program" in said
    assert "data/raw/old/: holds raw files of no declared study" in said


def test_where_nothing_is_declared_nothing_is_wrong_and_the_way_to_begin_is_told(tmp_path: Path) -> None:
    lines, is_wrong = told_findings(tmp_path)
    assert not is_wrong
    assert "docs/tutorial.md" in "".join(lines)
