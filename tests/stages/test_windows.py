"""What Windows lacks is not needed: a study is built without fork, fcntl and resource, with the fallback engine, and line ends do not matter."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import locks
from pipeline.clean.responses import clean_responses
from pipeline.spec.load import load_study
from pipeline.tables import atomic
from tests.conftest import ROOT
from tests.miniature import miniature
from tests.stages.project import copy_project

LACKING = ("fcntl", "resource", "pwd", "grp", "termios")
FORKING = {"client.py", "server.py", "child.py", "capture.py", "preload.py", "cells.py", "papermill_engine.py"}
"""Modules of the engine that forks; the fallback imports none of them."""

HIDING = """
import builtins, os, signal, sys

imported = builtins.__import__
def without(name, globals=None, *others, **named):
    if name in {lacking!r} and globals and str(globals.get("__name__")).startswith("pipeline"):
        raise ImportError(name)
    return imported(name, globals, *others, **named)
builtins.__import__ = without
for lacking in ("fork", "statvfs", "sched_getaffinity", "setsid", "killpg"):
    delattr(os, lacking)
del signal.SIGHUP

from pipeline.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.slow
def test_no_module_but_those_that_fork_imports_unguarded_what_windows_lacks() -> None:
    found = []
    for path in sorted((ROOT / "pipeline").rglob("*.py")):
        top = [node for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.Import | ast.ImportFrom)]
        names = {alias.name for node in top for alias in node.names} | {node.module for node in top if isinstance(node, ast.ImportFrom)}
        if names & set(LACKING) and path.name not in FORKING:
            found.append(path.name)
    assert found == []


@pytest.mark.slow
def test_the_fallback_engine_imports_nothing_that_forks() -> None:
    code = "import sys, pipeline.cli, pipeline.stages.build, pipeline.render.engine.plain; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert [name for name in FORKING if f"pipeline.render.engine.{name.removesuffix('.py')}" in loaded] == []


@pytest.mark.slow
def test_a_study_is_built_without_what_windows_lacks_and_gives_the_same_report(tmp_path: Path, built: Path) -> None:
    root = copy_project(tmp_path / "utan fork å")
    script = tmp_path / "hiding.py"
    script.write_text(HIDING.format(lacking=LACKING), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), "--project", str(root), "build", "jobs2", "--language", "sv", "--index"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made = sorted((root / "reports" / "jobs2" / "sv").glob("*.html"))
    assert made
    for page in made:
        assert page.read_bytes() == (built / "reports" / "jobs2" / "sv" / page.name).read_bytes()


def test_line_ends_of_windows_change_nothing_that_is_declared(tmp_path: Path) -> None:
    corrections = "file,id,variable,was,becomes,who,why,date\nbefore.csv,A2,calm,Aldrig,Ofta,Eva,rang,2024-03-01\n"
    plain, windows = miniature(tmp_path / "1"), miniature(tmp_path / "2")
    for study in (plain, windows):
        (study.paths.declared / "corrections.csv").write_text(corrections, encoding="utf-8")
    for path in windows.paths.declared.iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    one, other = (load_study("mini", study.paths.root) for study in (plain, windows))
    assert (one.declaration, one.variables, one.answer_lists, one.corrections) == (
        other.declaration,
        other.variables,
        other.answer_lists,
        other.corrections,
    )
    assert clean_responses(one).responses["person"].equals(clean_responses(other).responses["person"])


def test_files_of_the_program_keep_their_line_ends_on_every_system() -> None:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a clone")
    names = ("data/raw/trs/baslinje.csv", "requirements.lock", "tests/reference/simtrs/reference.json", "studies/trs/plan.lock")
    for name in names:
        said = subprocess.run(["git", "-C", str(ROOT), "check-attr", "text", name], capture_output=True, text=True, check=True).stdout
        assert said.strip().endswith(": unset"), said


class Windows:
    """msvcrt as far as it is used: locks one byte of a file, and says so when another holds it."""

    LK_NBLCK = 2

    def __init__(self) -> None:
        self.held: dict[tuple[int, int], int] = {}

    def locking(self, descriptor: int, mode: int, count: int) -> None:
        assert (mode, count) == (self.LK_NBLCK, 1)
        file = os.fstat(descriptor)
        if self.held.setdefault((file.st_dev, file.st_ino), descriptor) != descriptor:
            raise PermissionError("held")


def test_locks_of_windows_are_used_where_there_are_no_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "fcntl", None)
    monkeypatch.setattr(locks, "msvcrt", Windows())
    with (tmp_path / "lock").open("ab") as one, (tmp_path / "lock").open("ab") as other:
        locks.lock(one)
        assert not locks.try_to_lock(other)


def test_where_open_files_cannot_be_moved_they_are_closed_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atomic, "OPEN_FILES_MOVE", False)
    opened = []
    of_file = atomic._opened
    monkeypatch.setattr(atomic, "_opened", lambda path: opened.append(of_file(path)) or opened[-1])
    replace = Path.replace
    monkeypatch.setattr(Path, "replace", lambda self, target: replace(self, target) if opened[-1].closed else pytest.fail("is open"))
    atomic.write_text(tmp_path / "å.txt", "text\n")
    assert (tmp_path / "å.txt").read_bytes() == b"text\n"
    (tmp_path / ".å.txt.0123456789ab.part").touch()
    atomic.remove_unfinished(tmp_path.iterdir())
    assert [path.name for path in tmp_path.iterdir()] == ["å.txt"]
