"""Workers of a scheduler give the bytes that one process gives; one that is killed loses nothing, and a scheduler that goes is told."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from pipeline.errors import ResearcherError
from pipeline.stages.cluster import connected
from tests.conftest import ROOT
from tests.stages.project import contents, copy_project, run

pytestmark = pytest.mark.slow

STUDIES = ("jobs2", "sok")
MANY_SECONDS = 120


@contextmanager
def helping(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a scheduler or workers, and end whatever they have started."""
    process = subprocess.Popen([sys.executable, "-m", "pipeline", *arguments], cwd=ROOT, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def scheduler() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with helping("scheduler", "--port", str(port)) as process:
        yield f"tcp://127.0.0.1:{port}", process


@contextmanager
def building(root: Path, address: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "pipeline", "build", *STUDIES, "--scheduler", address]
    environment = {**os.environ, "RORLIGHET_ROOT": str(root)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def until(process: subprocess.Popen[str], words: str) -> str:
    """Read what a build tells up to a line with these words."""
    assert process.stderr is not None
    told = []
    for line in process.stderr:
        told.append(line)
        if words in line:
            return "".join(told)
    raise AssertionError("".join(told))


def assert_as_built(built: Path, root: Path) -> None:
    for study in STUDIES:
        for folder in (f"data/processed/{study}", f"reports/{study}"):
            here, there = contents(root / folder), contents(built / folder)
            assert here.keys() == there.keys() and [name for name in here if here[name] != there[name]] == []


def working(workers: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Give the processes that do the work: what the worker's command has started, and not what these have."""
    return [one for one in psutil.Process(workers.pid).children(recursive=True) if "spawn_main" in " ".join(one.cmdline())]


def test_workers_on_this_machine_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    root = copy_project(tmp_path)
    done = run(root, "build", *STUDIES, "--scheduler", "local:2")
    assert done.returncode == 0, done.stderr
    assert "jobs2: estimates (3 of 5) made in" in done.stderr and "up to date" not in done.stderr
    assert_as_built(built, root)


def test_a_worker_that_is_killed_loses_nothing(built: Path, tmp_path: Path, scheduler: tuple[str, subprocess.Popen[bytes]]) -> None:
    root = copy_project(tmp_path)
    address, _ = scheduler
    with helping("worker", address, "--jobs", "2") as workers, building(root, address) as build:
        deadline = time.monotonic() + MANY_SECONDS
        while not list(root.glob("data/processed/*/responses/*")) and time.monotonic() < deadline:
            time.sleep(0.05)
        killed = working(workers)
        assert killed
        killed[0].kill()
        assert build.stderr is not None
        told = build.stderr.read()
        assert build.wait() == 0, told
    assert_as_built(built, root)


def test_a_scheduler_that_goes_away_is_told_and_the_same_command_goes_on(
    built: Path, tmp_path: Path, scheduler: tuple[str, subprocess.Popen[bytes]]
) -> None:
    root = copy_project(tmp_path)
    address, process = scheduler
    with helping("worker", address, "--jobs", "1"), building(root, address) as build:
        until(build, "jobs2: release (4 of 5) made")
        os.killpg(process.pid, signal.SIGKILL)
        assert build.stderr is not None
        told = build.stderr.read()
        assert build.wait() == 130
    assert f"SCHEDULER {address} does not answer any more" in told and "run again to go on" in told and "Traceback" not in told
    done = run(root, "build", *STUDIES)
    assert done.returncode == 0 and "jobs2: estimates (3 of 5) up to date" in done.stderr
    assert_as_built(built, root)


@pytest.mark.parametrize(
    ("address", "found"),
    [("local:0", "is 'local:0'"), ("here", "is 'here'"), ("tcp://127.0.0.1:1", "does not answer")],
)
def test_an_address_where_nobody_is_is_refused(address: str, found: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.stages.cluster.PATIENCE", 1)
    with pytest.raises(ResearcherError, match="SCHEDULER") as refused:
        connected(address)
    assert found in str(refused.value)
