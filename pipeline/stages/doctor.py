"""Look at the machine and at all studies: what is wrong, and how to mend it. To add a check: write its function, add it to ``CHECKS``."""

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement

from pipeline.clean.pseudonyms import read_key
from pipeline.errors import Problem, ResearcherError, examples
from pipeline.locks import try_to_lock
from pipeline.paths import LOCK, Paths, declared_studies, tool_root
from pipeline.stages.build import check_study
from pipeline.tables.atomic import write_bytes

Finding = str | Problem
"""What is well, in a line, or what is not."""

OLDEST_MAKE = (3, 81)
LEAST_FREE = 500 * 2**20
"""Bytes that the tables and reports of a study or two may take."""
PINNED = re.compile(r"^([\w.-]+==[^\s;\\]+(?: ;[^\\\n]*)?)", re.MULTILINE)
TRIED = ".doctor"


def examine(root: Path) -> Iterator[Finding]:
    """Look at everything; what one check finds keeps none of the others from looking.

    Parameters
    ----------
    root : Path
        Where studies, raw data and reports lie.

    Yields
    ------
    str or Problem
    """
    for check in CHECKS:
        yield from check(root)
    for study in declared_studies(root):
        yield from _study(Paths(root, study))


def _python(root: Path) -> Iterator[Finding]:
    yield f"Python {platform.python_version()} ({sys.executable})"


def _make(root: Path) -> Iterator[Finding]:
    place = shutil.which("make") or shutil.which("gmake")
    said = subprocess.run([place, "--version"], capture_output=True, text=True, check=False).stdout if place else ""  # noqa: S603 - asked for its version only
    number = re.search(r"GNU Make (\d+)\.(\d+)", said)
    if number and (int(number[1]), int(number[2])) >= OLDEST_MAKE:
        yield f"{number[0]} ({place})"
        return
    found = "is not GNU make 3.81 or newer" if place else "is not installed"
    yield Problem(
        "make", found, remedy="Install GNU make (Linux, WSL: make; macOS: xcode-select --install), or type python -m pipeline instead."
    )


def _packages(root: Path) -> Iterator[Finding]:
    """Hold what is installed against the lock file, as far as its lines are for this machine."""
    pinned = [Requirement(line) for line in PINNED.findall((tool_root() / LOCK).read_text(encoding="utf-8"))]
    meant = [one for one in pinned if one.marker is None or one.marker.evaluate()]
    other = [
        f"{one}: {_installed(one.name) or 'not installed'}"
        for one in meant
        if not one.specifier.contains(_installed(one.name) or "0", True)
    ]
    if other:
        remedy = f"In {tool_root()}: take away .venv/.installed and type make, which installs them anew."
        yield Problem("packages", f"{len(other)} are not as in {LOCK}", remedy=remedy, details=examples(other))
    else:
        yield f"{len(meant)} packages as in {LOCK}"


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _font(root: Path) -> Iterator[Finding]:
    from pipeline.render.figures.lettering import font_file

    try:
        yield f"font of figures: {Path(font_file()).name}"
    except ValueError:
        remedy = "It comes with matplotlib: take away .venv/.installed and type make, which installs it anew."
        yield Problem("font of figures", "is not found", remedy=remedy)


def _engine(root: Path) -> Iterator[Finding]:
    from pipeline.render.engine import make_engine

    try:
        with make_engine(1) as engine:
            yield f"reports are made by {type(engine).__name__}"
    except ResearcherError as error:
        yield from error.problems


def _disk(root: Path) -> Iterator[Finding]:
    """Room on the disk, and whether files can be written, locked and moved there."""
    folder = root / "data" / "processed"
    try:
        write_bytes(folder / TRIED, b"tried")
        free = shutil.disk_usage(folder).free
        with (folder / TRIED).open("ab") as one, (folder / TRIED).open("ab") as other:
            holds = try_to_lock(one) and not try_to_lock(other)
        (folder / TRIED).unlink()
    except OSError as error:
        yield Problem(
            f"{folder}", f"cannot be written ({error.strerror})", remedy="Give yourself the right to write there, or choose another folder."
        )
        return
    if free < LEAST_FREE:
        yield Problem(
            f"{folder}", f"has {free // 2**20} MB left", f"{LEAST_FREE // 2**20} MB", "Make room, or move the project to another disk."
        )
    else:
        yield f"disk: {free // 2**30} GB free at {folder}"
    if not holds:
        remedy = "Keep the project on a disk of this machine; on this one two runs at a time could write one study."
        yield Problem(f"{folder}", "locks do not hold on this disk", remedy=remedy)


def _raw_folders(root: Path) -> Iterator[Finding]:
    declared = declared_studies(root)
    there = sorted(path.name for path in (root / "data" / "raw").glob("*") if path.is_dir() and not path.name.startswith("."))
    for name in (name for name in there if name not in declared):
        yield Problem(
            f"data/raw/{name}/", "holds raw files of no declared study", remedy=f"Declare studies/{name}/, or move the folder away."
        )
    if not declared:
        yield 'no study is declared yet: make new STUDY=x FROM="before.csv" drafts one (docs/tutorial.md)'


def _study(paths: Paths) -> Iterator[Finding]:
    """Its declaration, key and files; a run that holds it; what a fault has left."""
    wrong: list[Problem] = []
    try:
        study = check_study(paths.study, paths.root)
        absent = [source.file for source in study.declaration.sources if not (paths.raw / source.file).is_file()]
        if absent:
            remedy = f"Put the files there, or fill the study with made-up answers: make simulate STUDY={paths.study}."
            wrong.append(
                Problem(f"{paths.shown(paths.raw)}/", f"{len(absent)} raw files are not there", "", remedy, examples(dict.fromkeys(absent)))
            )
        if any(unit.pseudonym for unit in study.declaration.units):
            read_key(paths)
    except ResearcherError as error:
        many = f"{len(error.problems)} problems" if len(error.problems) > 1 else "a problem"
        wrong.append(
            Problem(
                f"study {paths.study}",
                f"has {many}",
                remedy=f"make check STUDY={paths.study} tells them all.",
                details=(str(error.problems[0]),),
            )
        )
    if _is_held(paths.processed / ".lock"):
        wrong.append(Problem(f"study {paths.study}", "is being built by another run", remedy="Wait for it, or end it."))
    if paths.fault_log.is_file():
        remedy = "Report it; it may quote answers, so read it before you send it. The next run that goes well takes it away."
        wrong.append(Problem(paths.shown(paths.fault_log), "is there from a fault of the program", remedy=remedy))
    yield from wrong or (f"study {paths.study}",)


def _is_held(lock: Path) -> bool:
    if not lock.is_file():
        return False
    with lock.open("ab") as file:
        return not try_to_lock(file)


CHECKS: tuple[Callable[[Path], Iterator[Finding]], ...] = (_python, _make, _packages, _font, _engine, _disk, _raw_folders)
"""What is looked at once, in the order in which it is told."""


def told_findings(root: Path) -> tuple[list[str], bool]:
    """Write what was found, a line for what is well and all of what is not, and say whether something is wrong."""
    found = list(examine(root))
    lines = [f"ok     {one}" if isinstance(one, str) else "WRONG  " + str(one).replace("\n", f"{os.linesep}       ") for one in found]
    wrong = sum(isinstance(one, Problem) for one in found)
    return [*lines, f"{wrong} of {len(found)} to be mended" if wrong else "All is well."], bool(wrong)
