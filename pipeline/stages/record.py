"""The run record: from which inputs, by which code, each table was made.

``run.json`` is written after a stage's files; a file that is not in it, or whose
content differs from it, is never taken as finished. Nothing in it changes from
run to run on the same inputs: no times, no machine names, no absolute paths.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipeline.paths import Paths
from pipeline.spec.study import Study
from pipeline.stages.inputs import inputs_of, sha256_of, versions
from pipeline.tables.atomic import write_text


def read_record(paths: Paths) -> dict:
    """Read ``run.json``; an unreadable or absent one counts as nothing made yet."""
    try:
        record = json.loads((paths.processed / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"stages": {}}
    return record if isinstance(record.get("stages"), dict) else {"stages": {}}


def is_current(paths: Paths, record: Mapping, stage: str, key: str) -> bool:
    """Say whether a stage was finished from the same inputs and its files are still what it wrote."""
    entry = record["stages"].get(stage)
    if not entry or entry.get("key") != key:
        return False
    return all((paths.root / name).is_file() and sha256_of(paths.root / name) == sha256 for name, sha256 in entry["outputs"].items())


def note_stage(study: Study, record: dict, stage: str, key: str, outputs: Iterable[Path]) -> None:
    """Add a finished stage to ``run.json``, after its files were written."""
    paths = study.paths
    record["stages"][stage] = {"key": key, "outputs": {paths.shown(path): sha256_of(path) for path in sorted(outputs)}}
    content = {
        "study": study.id,
        "seed": study.declaration.seed,
        "inputs": inputs_of(study),
        "versions": versions(),
        "stages": record["stages"],
    }
    write_text(paths.processed / "run.json", json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
