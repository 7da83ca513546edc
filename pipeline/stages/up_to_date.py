"""What is up to date: from which inputs, by which code, each table and each report was made.

Everything is told by its content: raw files, declaration, plan, code, packages.
``run.json`` is written after a stage's files; a file that is not in it, or whose
content differs from it, is never taken as finished. Nothing in it changes from
run to run on the same inputs: no times, no machine names, no absolute paths.
"""

import hashlib
import json
import platform
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import __version__
from pipeline.paths import SIMULATED, Paths
from pipeline.render.kept import ReportKey
from pipeline.spec.content import plain
from pipeline.spec.plan import plan_hash, plan_keys
from pipeline.spec.study import Study
from pipeline.stages import STAGES
from pipeline.tables.atomic import write_text

if TYPE_CHECKING:
    from pipeline.render.rendering import Rendering

CODE_SUFFIXES = (".py", ".po", ".css", ".html", ".toml", ".csv")
TABLES, RENDER, PAGES = "tables", "render", "page"
PAGE_FILES = tuple(
    f"render/{name}"
    for name in ("page.py", "beside.py", "shell.py", "search.py", "page.html", "report.css", "tidy.py", "failed.py", "kept.py")
)
HANDED_OVER = re.compile(r"handover/|locale/\w+/(?:handover|archive)\.po$")
"""What makes hand-overs and archives, which are made anew each time."""
INDEX_FILES = ("render/index.py", "render/wording/lines.py")
SAID = ("declaration", "variables", "answer_lists", "corrections")
"""What a study declares that may move a number, or be told beside one."""
RESPONSES, SCORES, ESTIMATES, RELEASE = STAGES[:4]
DECIDED = f"{RELEASE}/decided"
"""What may leave, before it is told in the study's words."""
MADE = (RESPONSES, SCORES, ESTIMATES, DECIDED, RELEASE)
"""What makes tables, in order."""
READ = {
    RESPONSES: ("units", "waves", "sources", "sample", "exclusions"),
    SCORES: ("units", "waves", "sources", "sample", "measures", "imputation"),
    ESTIMATES: (
        *("seed", "design", "units", "waves", "sources", "sample", "exclusions", "measures"),
        *("balance", "analyses", "imputation", "exhibits", "quotations", "reports"),
    ),
}
"""What a stage reads of ``study.toml``; the others read all of it."""
READ_TO_IMPUTE = ("seed", "analyses")
"""What scores read besides where missing answers are imputed."""
WORDED = (RESPONSES, RELEASE)
"""What reads texts for readers too: those of units and answers are in files and findings."""
VERSIONS_RECORDED = (
    "numpy",
    "scipy",
    "pandas",
    "pyarrow",
    "pyreadstat",
    "python-calamine",
    "statsmodels",
    "pingouin",
    "matplotlib",
    "papermill",
    "babel",
    "pydantic",
)


def inputs_of(study: Study) -> dict[str, Any]:
    """Hash everything that can move a number of a study.

    Returns
    -------
    dict
        ``raw``: file name to sha256 of the raw files that are there (absent ones
        are reported when they are read), and of the marker of made-up answers; ``declaration`` (what it says, without
        comments), ``plan``, ``code`` and ``lock`` (the lock file of packages; empty when there is none).
    """
    paths = study.paths
    files = {*(paths.raw / source.file for source in study.declaration.sources), paths.simulated}
    return {
        "raw": {path.name: sha256_of(path) for path in sorted(files) if path.is_file()},
        "declaration": hash_of([plain(getattr(study, part)) for part in SAID]),
        "plan": plan_hash(plan_keys(study.declaration)),
        "code": code_hash(),
        "lock": lock_hash(paths),
    }


def keys_read(study: Study, stage: str) -> tuple[str, ...]:
    """Name the top-level keys of ``study.toml`` that a stage reads."""
    imputing = stage == SCORES and study.declaration.imputation is not None
    return (*READ.get(stage, type(study.declaration).model_fields), *(READ_TO_IMPUTE if imputing else ()))


def read_by(study: Study, stage: str) -> list[object]:
    """Give what a stage reads of a study's declaration."""
    parts = {name: getattr(study.declaration, name) for name in keys_read(study, stage)}
    every = [parts, study.variables, study.answer_lists, *([study.corrections] if stage in (RESPONSES, RELEASE) else [])]
    return [plain(every, texts=stage in WORDED), study.locked_plan if stage in MADE[2:] else None]


def lock_hash(paths: Paths) -> str:
    """Hash the lock file of packages; empty when there is none."""
    return sha256_of(paths.locked_packages) if paths.locked_packages.is_file() else ""


def provenance_of(study: Study) -> dict[str, Any]:
    """Say from what a release was made, for the report's last page; files by the sources they are, since their names may tell of people."""
    inputs = inputs_of(study)
    hashes = {f"{name}_sha256": value for name, value in inputs.items() if name != "raw"}
    named = [*((one.name, one.file) for one in study.declaration.sources), (SIMULATED, SIMULATED)]
    raw = [{"source": name, "sha256": inputs["raw"][file]} for name, file in named if file in inputs["raw"]]
    return {"raw": raw, **hashes, "versions": versions()}


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
def code_hash(part: str = TABLES, language: str = "") -> str:
    """Hash the code that one part of the work is done by.

    Parameters
    ----------
    part : str
        ``tables``: all that can move a number, from raw files to release.
        ``render``: all that decides what the cells of a report give.
        ``page``: all that decides what is made of that.
    language : str
        Of the texts that ``render`` draws on; the other languages' do not count.
    """
    package = Path(__file__).resolve().parent.parent
    files = {path: path.relative_to(package).as_posix() for path in package.rglob("*") if path.suffix in CODE_SUFFIXES and path.is_file()}
    return hash_of_files((path for path, name in files.items() if belongs(name, part, language)), package)


def belongs(name: str, part: str, language: str) -> bool:
    """Say whether a file of the package decides a part of the work; what is not known to decide nothing counts."""
    if HANDED_OVER.match(name):
        return False
    if name in PAGE_FILES:
        return part == PAGES
    if name.startswith(("render/", "locale/")):
        return part == RENDER and name not in INDEX_FILES and name.startswith(("render/", f"locale/{language}/"))
    if part == RENDER:
        return name.startswith(("tables/", "spec/")) or name in ("errors.py", "paths.py", "digits.py")
    return part == TABLES


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
    """Read ``run.json``; what cannot be read, or has another shape, counts as nothing made yet."""
    try:
        record = json.loads((paths.processed / "run.json").read_text(encoding="utf-8"))
        finished = {
            stage: entry for stage, entry in record["stages"].items() if stage in MADE and _texts({"key": entry["key"], **entry["outputs"]})
        }
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {"stages": {}}
    return {"stages": finished}


def _texts(entries: Mapping[str, object]) -> bool:
    return all(isinstance(value, str) and "\0" not in name for name, value in entries.items())


def is_current(paths: Paths, record: Mapping, stage: str, key: str) -> bool:
    """Say whether a stage was finished from the same inputs and its files are still what it wrote."""
    return record["stages"].get(stage, {}).get("key") == key and is_whole(paths, record, stage)


def is_whole(paths: Paths, record: Mapping, stage: str) -> bool:
    """Say whether a stage was finished, from whatever, and its files are still what it wrote."""
    return stage in record["stages"] and all(
        (paths.root / name).is_file() and sha256_of(paths.root / name) == sha256
        for name, sha256 in record["stages"][stage]["outputs"].items()
    )


def made_files(paths: Paths) -> list[Path]:
    """Give ``run.json`` and every table that it names."""
    entries = read_record(paths)["stages"].values()
    return [paths.processed / "run.json", *(paths.root / name for entry in entries for name in entry["outputs"])]


def note_stage(study: Study, record: dict, stage: str, key: str, outputs: Iterable[Path]) -> None:
    """Add a finished stage to ``run.json``, after its files were written."""
    paths = study.paths
    record["stages"][stage] = {"key": key, "outputs": {paths.shown(path): sha256_of(path) for path in sorted(outputs)}}
    keep_record(study, record)


def keep_record(study: Study, record: Mapping) -> None:
    """Write ``run.json``, unless it is there as it should be: what of it no stage goes by may be damaged too."""
    path = study.paths.processed / "run.json"
    content = {
        "study": study.id,
        "seed": study.declaration.seed,
        "inputs": inputs_of(study),
        "versions": versions(),
        "stages": record["stages"],
    }
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    if not path.is_file() or path.read_bytes() != text.encode():
        write_text(path, text)


def key_of(rendering: "Rendering", lock: str) -> ReportKey:
    """Give the key of a report.

    Parameters
    ----------
    rendering : Rendering
        Holds template, parameters and the release's hash.
    lock : str
        Hash of the lock file of packages.

    Returns
    -------
    ReportKey
        ``run``: code cells, parameters, release, rendering code, language
        catalogue, lock file. ``files``: that, the template's prose, the code
        and style of pages.
    """
    run = hash_of([rendering.template.code, rendering.parameters, rendering.released, code_hash(RENDER, rendering.language), lock])
    return ReportKey(run, hash_of([run, rendering.template.everything, code_hash(PAGES)]))
