"""A copy of the project's declarations and data in a fresh root, and a way to run the command line in it."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from pipeline.render.engine import make_engine
from pipeline.spec.load import load_study
from pipeline.spec.vocabulary import LANGUAGES
from pipeline.stages.build import Wanted, build_study
from pipeline.stages.pages import ReportPage, pages_of
from pipeline.stages.reports import Reports
from tests.conftest import ROOT

COPIED = ("studies", "notebooks", "data/raw")
TEMPLATES = sorted({path.stem for path in (ROOT / "notebooks").glob("*.ipynb")} - {"databook", "explore"})
"""What reports are made from; a data book is none, nor is what one looks around in."""


def copy_project(folder: Path) -> Path:
    """Copy what a build reads; code stays where it is."""
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "requirements.lock", folder)
    return folder


def run(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``python -m pipeline`` on a root, as a researcher would."""
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *arguments],
        cwd=ROOT,
        env={**os.environ, "RORLIGHET_ROOT": str(root), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def build_tables(study: str, root: Path, until: str = "release") -> None:
    """Build a study down to its release, or a stage before, in this process."""
    with Reports(make_engine(1)) as reports:
        build_study(study, Wanted(until), reports, root)
        assert reports.finish() == 0


def all_pages(root: Path) -> list[tuple[str, ReportPage]]:
    """Give every report of a plain build, with its study, in the order in which it makes them."""
    studies = [load_study(path.parent.name, root) for path in sorted(root.glob("studies/*/study.toml"))]
    return [(study.id, page) for study in studies for page in pages_of(study, LANGUAGES)]


def render_pages(root: Path, pages: list[tuple[str, ReportPage]]) -> None:
    """Render pages one after the other in the order given, in this process."""
    with Reports(make_engine(1)) as reports:
        for name, page in pages:
            reports.add(load_study(name, root), [page], None)
        assert reports.finish() == 0


def change(path: Path, old: str, new: str, encoding: str = "utf-8") -> None:
    """Replace one text in a file, which must hold it."""
    text = path.read_bytes().decode(encoding)
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode(encoding))


def change_raw(root: Path, study: str, file: str, edit: Callable[[bytes], bytes]) -> None:
    """Change a raw file and its sha256 in the declaration."""
    path = root / "data" / "raw" / study / file
    before = path.read_bytes()
    after = edit(before)
    path.chmod(0o644)
    path.write_bytes(after)
    toml = root / "studies" / study / "study.toml"
    old, new = (hashlib.sha256(content).hexdigest() for content in (before, after))
    text = toml.read_text(encoding="utf-8")
    assert old in text
    toml.write_text(text.replace(old, new), encoding="utf-8")


def contents(folder: Path, *patterns: str) -> dict[str, bytes]:
    """Give every file below a folder, by name relative to it."""
    files = [path for pattern in patterns or ("*",) for path in folder.rglob(pattern) if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
