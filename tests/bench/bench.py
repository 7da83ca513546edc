"""Measure what everything costs, beside named peers in the same run, and write docs/benchmarks.md.

Run by ``make bench``. CPU seconds are user plus system time of the command and
everything it started; the least of several runs is given, because disturbances
only add. One BLAS thread on both sides.
"""

import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
RUNS = 3
STAGES = ("responses", "scores", "estimates", "release")
BIN = Path(sys.executable).parent
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def cpu_seconds(command: list[str], root: Path) -> tuple[float, float]:
    """Run a command in a project root; give its CPU and wall seconds."""
    environment = {**os.environ, **ONE_THREAD, "RORLIGHET_ROOT": str(root), "PYTHONPATH": str(ROOT)}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=root, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.perf_counter() - began


def least(command: list[str], root: Path, prepare: Callable[[], None] = lambda: None) -> tuple[float, float]:
    """Give the least CPU and wall seconds of several runs, each after ``prepare``."""
    runs = []
    for _ in range(RUNS):
        prepare()
        runs.append(cpu_seconds(command, root))
    return min(cpu for cpu, _ in runs), min(wall for _, wall in runs)


def pipeline(*arguments: str) -> list[str]:
    """Give the command line of the project itself."""
    return [sys.executable, "-m", "pipeline", *arguments]


def project_copy(folder: Path) -> Path:
    """Copy what a build reads into a fresh project root."""
    for name in ("studies", "notebooks", "data/raw"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "requirements.lock", folder)
    return folder


def forget(root: Path, study: str, stage: str) -> Callable[[], None]:
    """Give a function that makes a stage count as never made."""

    def remove() -> None:
        import json

        path = root / "data" / "processed" / study / "run.json"
        if path.is_file():
            record = json.loads(path.read_text(encoding="utf-8"))
            record["stages"] = {name: entry for name, entry in record["stages"].items() if not name.startswith(stage)}
            path.write_text(json.dumps(record), encoding="utf-8")

    return remove


def stage_rows(root: Path) -> list[str]:
    """Measure each stage of both studies as a process of its own, imports and checks included."""
    rows = []
    for study in ("jobs2", "trs"):
        for stage in STAGES:
            cpu, wall = least(pipeline("build", study, "--until", stage), root, forget(root, study, stage))
            rows.append(f"| `{stage}` of {study} | {cpu:.2f} | {wall:.2f} | |")
    return rows


def report_rows(root: Path) -> list[str]:
    """Measure one report, and beside it the papermill and nbconvert commands on the same template."""
    rows = []
    for study in ("jobs2", "trs"):
        ours, wall = least(pipeline("build", study, "--language", "sv"), root, forget(root, study, "reports"))
        executed = root / "peer.ipynb"
        release = f"data/processed/{study}/release"
        template = str(root / "notebooks" / "group_comparison.ipynb")
        parameters = ["-p", "study", study, "-p", "language", "sv", "-p", "release", release]
        papermill = [str(BIN / "papermill"), template, str(executed), *parameters]
        nbconvert = [str(BIN / "jupyter"), "nbconvert", "--to", "html", "--no-input", str(executed)]
        first, first_wall = least(papermill, root)
        second, second_wall = least(nbconvert, root)
        peers, peers_wall = first + second, first_wall + second_wall
        rows.append(
            f"| one report of {study} | {ours:.2f} | {wall:.2f} | {peers / ours:.1f}× less CPU than papermill + nbconvert commands |"
        )
        rows.append(f"| the same by papermill + nbconvert commands | {peers:.2f} | {peers_wall:.2f} | {first:.2f} + {second:.2f} |")
    return rows


def make_row() -> str:
    """Measure a make with nothing to do, and see that it starts no Python."""
    subprocess.run(["make"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    planned = subprocess.run(["make", "-n"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    started = "starts Python" if "python" in planned else "starts no Python"
    cpu, wall = least(["make"], ROOT)
    return f"| `make` with nothing to do | {cpu:.3f} | {wall:.3f} | {started} |"


def main() -> None:
    """Measure, print and write the page."""
    with tempfile.TemporaryDirectory() as folder:
        root = project_copy(Path(folder))
        help_cpu, help_wall = least(pipeline("--help"), root)
        rows = [f"| `python -m pipeline --help` | {help_cpu:.3f} | {help_wall:.3f} | |", make_row(), *stage_rows(root), *report_rows(root)]
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    text = "\n".join(
        [
            "# Benchmarks",
            "",
            "Written by `make bench`: CPU seconds (user + system, with everything started) and wall seconds, least of "
            f"{RUNS} runs, one BLAS thread. {machine}. Seconds differ between machines; ratios in one run less so.",
            "",
            "| what | CPU s | wall s | |",
            "|---|---|---|---|",
            *rows,
            "",
            "Each stage is a process of its own here, so each row holds the start of Python, the check of the declaration and the imports;"
            " a plain `make` does all stages of a study in one process.",
            "",
        ]
    )
    (ROOT / "docs" / "benchmarks.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
