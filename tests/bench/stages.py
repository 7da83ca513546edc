"""What the stages that make tables cost, and a make with nothing to do."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.bench.measure import ROOT, least, pipeline

STAGES = ("responses", "scores", "estimates", "release")
MEASURED = ("jobs2", "trs")
ALONE = """
import sys
from pipeline.cli import main
from pipeline.compare import estimates
from pipeline.tables.frames import table_of
from pipeline.tables.glossary import SECOND_OPINION

estimates.second_opinion = lambda *_: table_of(SECOND_OPINION, [])
sys.exit(main(sys.argv[1:]))
"""
"""The command line, with nobody asked for a second opinion."""


def forget(root: Path, study: str, stage: str) -> Callable[[], None]:
    """Give a function that makes a stage count as never made."""

    def remove() -> None:
        path = root / "data" / "processed" / study / "run.json"
        if path.is_file():
            record = json.loads(path.read_text(encoding="utf-8"))
            record["stages"].pop(stage, None)
            path.write_text(json.dumps(record), encoding="utf-8")

    return remove


def stage_rows(root: Path) -> list[str]:
    """Measure each stage of two studies as a process of its own, imports and checks included."""
    rows = []
    for study in MEASURED:
        for stage in STAGES:
            cpu, wall = least([pipeline("build", study, "--until", stage)], root, forget(root, study, stage))
            rows.append(
                f"| `{stage}` of {study} | {cpu:.2f} | {wall:.2f} | {_second_opinion(root, study, cpu) if stage == 'estimates' else ''} |"
            )
    return rows


def _second_opinion(root: Path, study: str, cpu: float) -> str:
    """Say how much of the CPU seconds of estimates their second opinion takes."""
    alone, _ = least([[sys.executable, "-c", ALONE, "build", study, "--until", "estimates"]], root, forget(root, study, "estimates"))
    return f"{cpu / alone - 1:+.0%} by the second opinion"


def small_rows(root: Path) -> list[str]:
    """Measure what must be instant: help, and a make with nothing to do, which must start no Python."""
    cpu, wall = least([pipeline("--help")], root)
    subprocess.run(["make"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    planned = subprocess.run(["make", "-n"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    started = "starts Python" if "python" in planned else "starts no Python"
    make_cpu, make_wall = least([["make"]], ROOT, runs=9)
    return [
        f"| `python -m pipeline --help` | {cpu:.3f} | {wall:.3f} | |",
        f"| `make` with nothing to do | {make_cpu:.3f} | {make_wall:.3f} | {started} |",
    ]
