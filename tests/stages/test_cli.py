"""The command line itself: instant help, full disks, interruption, one run at a time."""

import errno
import fcntl
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import cli
from pipeline.stages import told
from tests.conftest import ROOT
from tests.miniature import miniature
from tests.stages.project import copy_project, run

pytestmark = pytest.mark.slow


def test_help_loads_no_heavy_package() -> None:
    script = "import sys; from pipeline.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\nprint(sorted(m for m in sys.modules if '.' not in m), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    for heavy in ("pandas", "numpy", "scipy", "pydantic", "matplotlib", "papermill", "babel"):
        assert f"'{heavy}'" not in done.stderr


def test_a_full_disk_is_told_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = copy_project(tmp_path)
    monkeypatch.setenv("RORLIGHET_ROOT", str(root))
    assert cli.main(["build", "jobs2", "--until", "responses"]) == told.OK
    old = (root / "data" / "processed" / "jobs2" / "exclusions.csv").read_bytes()
    (root / "data" / "processed" / "jobs2" / "run.json").unlink()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "exclusions.csv")

    monkeypatch.setattr(os, "fsync", full)
    assert cli.main(["build", "jobs2", "--until", "responses"]) == told.THEIR_FAULT
    assert "the disk is full" in capsys.readouterr().err
    assert (root / "data" / "processed" / "jobs2" / "exclusions.csv").read_bytes() == old
    assert not list((root / "data").rglob("*.part"))


def test_an_interrupted_run_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.paths.declared_studies", interrupt)
    assert cli.main(["check"]) == told.INTERRUPTED
    assert "Finished tables and reports are kept" in capsys.readouterr().err


def test_a_second_run_of_a_study_waits_and_says_so(tmp_path: Path) -> None:
    root = copy_project(tmp_path)
    folder = root / "data" / "processed" / "jobs2"
    folder.mkdir(parents=True)
    with (folder / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        command = [sys.executable, "-m", "pipeline", "build", "jobs2", "--until", "responses"]
        environment = {**os.environ, "RORLIGHET_ROOT": str(root)}
        with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as second:
            assert second.stderr is not None
            assert "another run is building this study" in second.stderr.readline()
            fcntl.flock(held, fcntl.LOCK_UN)
            assert "responses (1 of 5) made" in second.stderr.read()
    assert second.returncode == 0


def test_results_are_for_the_researcher_only(tmp_path: Path) -> None:
    root = copy_project(tmp_path)
    assert run(root, "build", "jobs2", "--until", "responses").returncode == 0
    for path in (root / "data" / "processed" / "jobs2").rglob("*"):
        assert not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO), path


def test_messages_carry_no_colours_outside_a_terminal(tmp_path: Path) -> None:
    assert "\033" not in run(tmp_path, "build", "../x").stderr


def test_check_needs_no_data(tmp_path: Path) -> None:
    root = copy_project(tmp_path)
    (root / "data" / "raw" / "jobs2" / "jobs.csv").unlink()
    done = run(root, "check", "jobs2")
    assert done.returncode == 0, done.stderr
    assert "no problems" in done.stdout


def test_a_project_without_studies_is_told_what_to_do(tmp_path: Path) -> None:
    done = run(tmp_path, "build")
    assert done.returncode == 2
    assert "no study is declared" in done.stderr


def test_a_fault_that_a_check_of_ours_found_is_told_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With no tolerance at all, the last digits of two packages are a difference; the tables before stay."""
    root = copy_project(tmp_path)
    monkeypatch.setenv("RORLIGHET_ROOT", str(root))
    monkeypatch.setattr("pipeline.compare.opinion.second_opinion.TOLERANCE", 0.0)
    monkeypatch.setattr("pipeline.compare.opinion.second_opinion.ZERO", 0.0)
    assert cli.main(["build", "jobs2", "--until", "estimates"]) == told.OUR_FAULT
    said = capsys.readouterr().err
    assert "A fault of the program, not of your data" in said
    assert "Please report it" in said
    assert "are not the same when another package computes them" in said
    assert "Traceback" not in said
    assert not (root / "data" / "processed" / "jobs2" / "estimates.csv").exists()


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["check"], ["instruments"], ["doctor"], ["simulate", "mini"], ["build", "mini", "--until", "scores"]],
    ids=" ".join,
)
@pytest.mark.parametrize("buffered", ["", "1"])
def test_who_stops_reading_stops_no_work_and_sees_no_traceback(tmp_path: Path, arguments: list[str], buffered: str) -> None:
    """As ``| head`` and ``2>&1 | head`` do, before or behind a full buffer."""
    miniature(tmp_path)
    if "simulate" in arguments:
        shutil.rmtree(tmp_path / "data")
    environment = {**os.environ, "RORLIGHET_ROOT": str(tmp_path), "PYTHONUNBUFFERED": buffered}
    reading, writing = os.pipe()
    os.close(reading)
    for streams in ({"stdout": writing, "stderr": subprocess.PIPE}, {"stdout": writing, "stderr": writing}):
        command = [sys.executable, "-m", "pipeline", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False, **streams)
        assert (done.returncode, b"BrokenPipe" in (done.stderr or b"")) == (told.OK, False)
        if "simulate" in arguments:
            assert (tmp_path / "data/raw/mini/SIMULATED").is_file()
            shutil.rmtree(tmp_path / "data")
    os.close(writing)
    assert "build" not in arguments or (tmp_path / "data/processed/mini/scores/person.parquet").is_file()
