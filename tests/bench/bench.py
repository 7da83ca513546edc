"""Measure what everything costs, beside named peers in the same run, and write docs/benchmarks.md.

Run by ``make bench`` (about ten minutes). CPU seconds are user plus system time of
the command and everything it started; the least of several runs is given, because
disturbances only add. One BLAS thread on both sides, start-up included.
"""

import os
import platform
import tempfile
from pathlib import Path

from tests.bench.imputation import imputation_rows
from tests.bench.measure import ROOT, RUNS, cpu_seconds, pipeline, project_copy
from tests.bench.reports import many_rows, plain_make_row, script_rows, twelve_rows, without_level_pages
from tests.bench.scales import scale_rows
from tests.bench.stages import small_rows, stage_rows

HEAD = "| what | CPU s | wall s | |\n|---|---|---|---|"


def measured(folder: Path) -> dict[str, list[str]]:
    """Measure; give the rows of each part."""
    whole, reports, many = (folder / name for name in ("whole", "reports", "many"))
    rows = {"All": [plain_make_row(project_copy(whole))]}
    without_level_pages(project_copy(reports))
    cpu_seconds([pipeline("build", "--until", "release")], reports)
    rows["Reports"] = [*twelve_rows(reports), *script_rows(reports), *many_rows(many, ROOT / "notebooks")]
    rows["Small things"] = small_rows(whole)
    rows["Tables"] = stage_rows(whole)
    rows["Scales"] = list(scale_rows())
    rows["Imputation"] = list(imputation_rows())
    return rows


def main() -> None:
    """Measure, print and write the page."""
    with tempfile.TemporaryDirectory() as folder:
        parts = measured(Path(folder))
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    text = "\n".join(
        [
            "# Benchmarks",
            "",
            "Written by `make bench`: CPU seconds (user + system, with everything started) and wall seconds, least of "
            f"{RUNS} runs where a run is short, one BLAS thread. {machine}. Seconds differ between machines; ratios in one run less so.",
            "",
            *(line for name, rows in parts.items() for line in (f"## {name}", "", HEAD, *rows, "")),
            "The commands are `papermill` and `jupyter nbconvert --to html --no-input`, one process each per report, on the same templates and"
            " parameters. Each stage of the tables is a process of its own here, so each row holds the start of Python, the check of the"
            " declaration and the imports; a plain `make` does everything in one process.",
            "",
        ]
    )
    (ROOT / "docs" / "benchmarks.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
