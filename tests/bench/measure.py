"""Measuring a command as a whole: CPU seconds of it and of everything it started, wall seconds, memory of its processes."""

import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent
RUNS = 3
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
PAUSE = 0.05


def environment(root: Path) -> dict[str, str]:
    """Give the environment of a measured command: one BLAS thread, a project root."""
    return {**os.environ, **ONE_THREAD, "RORLIGHET_ROOT": str(root), "PYTHONPATH": str(ROOT)}


def cpu_seconds(commands: list[list[str]], root: Path) -> tuple[float, float]:
    """Run commands one after another in a project root; give their CPU and wall seconds."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    for command in commands:
        subprocess.run(command, cwd=root, env=environment(root), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.perf_counter() - began


def least(commands: list[list[str]], root: Path, prepare: Callable[[], None] = lambda: None, runs: int = RUNS) -> tuple[float, float]:
    """Give the least CPU and wall seconds of several runs, each after ``prepare``."""
    measured = []
    for _ in range(runs):
        prepare()
        measured.append(cpu_seconds(commands, root))
    return min(cpu for cpu, _ in measured), min(wall for _, wall in measured)


def pipeline(*arguments: str) -> list[str]:
    """Give the command line of the project itself."""
    return [sys.executable, "-m", "pipeline", *arguments]


def project_copy(folder: Path) -> Path:
    """Copy what a build reads into a fresh project root."""
    for name in ("studies", "notebooks", "data/raw"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "requirements.lock", folder)
    return folder


def megabytes_over_time(command: list[str], root: Path) -> Iterator[float]:
    """Run a command and give, again and again, the memory that it and its processes have for themselves."""
    with subprocess.Popen(command, cwd=root, env=environment(root), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        whole = psutil.Process(process.pid)
        while process.poll() is None:
            yield sum(own_megabytes(one) for one in [whole, *whole.children(recursive=True)])
            time.sleep(PAUSE)


def own_megabytes(process: psutil.Process) -> float:
    """Give the memory that would be free if the process ended; 0 when it has ended."""
    try:
        return process.memory_full_info().uss / 2**20
    except psutil.Error:
        return 0.0
