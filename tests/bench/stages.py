"""What the stages that make tables cost, and a make with nothing to do."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.bench.measure import ROOT, least, pipeline

STAGES = ("responses", "scores", "estimates", "release")
MEASURED = ("jobs2", "trs")


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
            rows.append(f"| `{stage}` of {study} | {cpu:.2f} | {wall:.2f} | |")
    return rows


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
