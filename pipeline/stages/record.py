"""The run record: from which inputs, by which code, each table was made.

``run.json`` is written after a stage's files; a file that is not in it, or whose
content differs from it, is never taken as finished. Nothing in it changes from
run to run on the same inputs: no times, no machine names, no absolute paths.
"""

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pipeline import __version__
from pipeline.paths import Paths
from pipeline.spec.study import Study
from pipeline.tables.atomic import write_text

CODE_SUFFIXES = (".py", ".po", ".css", ".html", ".toml", ".csv")
VERSIONS_RECORDED = ("numpy", "scipy", "pandas", "pyarrow", "statsmodels", "pingouin", "matplotlib", "papermill", "babel", "pydantic")


def sha256_of(path: Path) -> str:
    """Hash a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_of_files(files: Iterable[Path], root: Path) -> str:
    """Hash names and contents of several files; moving the whole project changes nothing."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.relative_to(root).as_posix()}\0{sha256_of(path)}\n".encode())
    return digest.hexdigest()


def hash_of(content: object) -> str:
    """Hash plain data by its sorted JSON."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@cache
def code_hash() -> str:
    """Hash all code and data of the package."""
    package = Path(__file__).resolve().parent.parent
    files = (path for path in package.rglob("*") if path.suffix in CODE_SUFFIXES and path.is_file())
    return hash_of_files(files, package)


@cache
def versions() -> dict[str, str]:
    """Give the versions that can move a number: Python and the main packages."""
    found = {"python": platform.python_version(), "rorlighet": __version__}
    for name in VERSIONS_RECORDED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    return found


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
    content = {"study": study.id, "seed": study.declaration.seed, "versions": versions(), "stages": record["stages"]}
    write_text(paths.processed / "run.json", json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
