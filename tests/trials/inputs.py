"""Mutated inputs: whatever a file holds, the answer is a result or a message; never a traceback, never a silent fault."""

import contextlib
import hashlib
import io
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pandas as pd

from pipeline import cli
from pipeline.exports import EXPORTS
from pipeline.exports.export import Export
from pipeline.spec.load import load_study
from pipeline.spec.study import Study
from pipeline.stages import told
from pipeline.stages.build import lock_plan
from tests.any_study import any_study
from tests.conftest import ROOT
from tests.miniature import AFTER, both, miniature, source
from tests.trials.mutations import mutated

TEXTS = {"sv": "# Programmet\nSamtal.\n", "en": "# The programme\nTalks.\n"}
DRAWN = tuple(range(8))
"""Seeds of studies drawn at random, with files of CSV."""
FORMATS = ("xlsx", "sav", "dta")
"""The miniature stands for the other formats."""
DECLARED = tuple(sorted(path.parent.name for path in ROOT.glob("studies/*/study.toml")))
"""Bundled studies, without their raw files: what is declared there is the richest."""
BASES: tuple[int | str, ...] = (*DRAWN, *FORMATS, *DECLARED)


@dataclass(frozen=True)
class Tried:
    """What was done to which file, and how the command line answered."""

    file: str
    status: int
    said: str

    @property
    def failed(self) -> bool:
        """Say whether the program took the blame, or showed a traceback."""
        return self.status not in (told.OK, told.THEIR_FAULT) or "Traceback" in self.said


def write_base(root: Path, which: int | str) -> Study:
    """Write one of the studies that are mutated, with texts and a locked plan."""
    if which in DECLARED:
        for name in (f"studies/{which}", "notebooks"):
            shutil.copytree(ROOT / name, root / name)
        return load_study(str(which), root)
    study = any_study(root, which) if isinstance(which, int) else in_format(root, which)
    (study.paths.declared / "texts").mkdir()
    for language, text in TEXTS.items():
        (study.paths.declared / "texts" / f"{language}.md").write_text(text, encoding="utf-8")
    lock_plan(study.id, root)
    return study


def in_format(root: Path, kind: str) -> Study:
    """Write the miniature with its answers after the programme in a file of another format."""
    heading, *rows = [line.split(";") for line in AFTER.strip().split("\n")]
    content = EXPORTS[kind](Export(pd.DataFrame(rows, columns=heading)))
    sources = [source("before", wave="t1"), {**source("after", wave="t2"), "file": f"after.{kind}", "format": kind}]
    return miniature(root, {f"after.{kind}": content}, sources=sources, setting=both("People in a file of another kind."))


def mutable_files(study: Study) -> list[Path]:
    """Give the files that a researcher, a mail program or a disk may have changed."""
    declared = [path for path in sorted(study.paths.declared.rglob("*")) if path.is_file()]
    raw = [path for one in study.declaration.sources if (path := study.paths.raw / one.file).is_file()]
    made = [
        path for path in sorted(study.paths.processed.rglob("*")) if path.is_file() and path.suffix in (".json", ".csv", ".parquet", ".md")
    ]
    return [*declared * 2, *raw, *made]


def try_mutation(study: Study, draw: Random, *arguments: str) -> Tried:
    """Mutate one file in a copy of the study, and run the command line on it."""
    root = study.paths.root
    path = draw.choice(mutable_files(study))
    changed = mutated(draw, path.name, path.read_bytes())
    with copied(root) as copy:
        place = copy / path.relative_to(root)
        if place.parent == copy / study.paths.raw.relative_to(root):
            restate(copy / "studies" / study.id / "study.toml", place.read_bytes(), changed)
        place.write_bytes(changed)
        status, said = commanded(copy, *arguments, study.id)
    return Tried(path.relative_to(root).as_posix(), status, said)


@contextlib.contextmanager
def copied(root: Path) -> Iterator[Path]:
    """Give a copy that may be damaged."""
    copy = root.with_name(f"{root.name}-damaged")
    shutil.copytree(root, copy)
    try:
        yield copy
    finally:
        shutil.rmtree(copy)


def restate(toml: Path, before: bytes, after: bytes) -> None:
    """State the checksum of a raw file anew, as if it had been received so."""
    old, new = (hashlib.sha256(content).hexdigest() for content in (before, after))
    toml.write_text(toml.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def commanded(root: Path, *arguments: str) -> tuple[int, str]:
    """Run the command line in this process; give its status and all that it said."""
    said, before = io.StringIO(), os.environ.get("RORLIGHET_ROOT")
    os.environ["RORLIGHET_ROOT"] = str(root)
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            status = cli.main(arguments)
    finally:
        os.environ.pop("RORLIGHET_ROOT") if before is None else os.environ.update(RORLIGHET_ROOT=before)
    return status, said.getvalue()
