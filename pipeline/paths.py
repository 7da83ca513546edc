"""Where things lie, relative to one project root.

The only module that joins paths. Study names are slugs, so that no name can
leave its folder.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ResearcherError

SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
ROOT_VARIABLE = "RORLIGHET_ROOT"
STAMP = ".stamp"
"""File in a study's processed folder: everything of it was built; below a language's name: the reports in that language."""
LOCK = "requirements.lock"
KEYS_VARIABLE = "RORLIGHET_KEYS"
EXPLORE = "explore"
"""Notebook in which one looks around; nothing is made of it."""
SIMULATED = "SIMULATED"
"""File in a raw folder that says its answers are made up."""


@dataclass(frozen=True)
class Paths:
    """The folders of one study under one root."""

    root: Path
    study: str

    @property
    def declared(self) -> Path:
        """Hold what the researcher declares."""
        return self.root / "studies" / self.study

    @property
    def raw(self) -> Path:
        """Hold exports as received; never written to."""
        return self.root / "data" / "raw" / self.study

    @property
    def simulated(self) -> Path:
        """Say, if it is there, that the raw files are made up."""
        return self.raw / SIMULATED

    @property
    def processed(self) -> Path:
        """Hold tables that can be rebuilt."""
        return self.root / "data" / "processed" / self.study

    @property
    def release(self) -> Path:
        """Hold what may leave the project."""
        return self.processed / "release"

    @property
    def decided(self) -> Path:
        """Hold what may leave, before it is told in the study's words."""
        return self.processed / "decided"

    @property
    def databook(self) -> Path:
        """Hold the data book: micro-data, for the researchers' own eyes."""
        return self.processed / "databook"

    @property
    def releases(self) -> Path:
        """Hold what was published, one folder per release; never changed."""
        return self.root / "releases" / self.study

    @property
    def key(self) -> Path:
        """Hold the key of the study's pseudonyms: in the folder that the environment names, else the user's own for settings."""
        stated = os.environ.get(KEYS_VARIABLE)
        settings = os.environ.get("XDG_CONFIG_HOME") or os.environ.get("APPDATA") or Path.home() / ".config"
        return (Path(stated).expanduser() if stated else Path(settings) / "rorlighet" / "keys") / f"{self.study}.key"

    @property
    def fingerprints(self) -> Path:
        """Hold who stood behind the numbers that were published, as keyed fingerprints; cannot be rebuilt, never leaves."""
        return self.processed / "published"

    @property
    def reports(self) -> Path:
        """Hold executed notebooks and their pages."""
        return self.root / "reports" / self.study

    def stamp(self, language: str = "") -> Path:
        """Say, if it is there, that all reports were made, or all in one language."""
        return self.processed / language / STAMP

    def unstamp(self, *languages: str) -> None:
        """Take away the stamp of everything, and those of languages."""
        for language in ("", *languages):
            self.stamp(language).unlink(missing_ok=True)

    @property
    def unfinished_raw(self) -> Path:
        """Hold made-up answers until all are written."""
        return self.raw.with_name(f".{self.study}.part")

    @property
    def fault_log(self) -> Path:
        """Hold the traceback of a fault of the program; it may quote answers."""
        return self.processed / "fault.txt"

    @property
    def templates(self) -> dict[str, Path]:
        """Give the report templates by name: the program's, and the project's own, which come first."""
        folders = (tool_root() / "notebooks", self.root / "notebooks")
        return {path.stem: path for folder in folders for path in sorted(folder.glob("*.ipynb")) if path.stem != EXPLORE}

    @property
    def locked_packages(self) -> Path:
        """State the versions of all packages: beside the studies, else beside the program."""
        own = self.root / LOCK
        return own if own.is_file() else tool_root() / LOCK

    @property
    def way_to_docs(self) -> str:
        """Lead from what is declared to the program's docs, as a link that an editor follows."""
        docs = tool_root() / "docs"
        try:
            return Path(os.path.relpath(docs, self.declared)).as_posix()
        except ValueError:  # on another disk of Windows
            return docs.as_uri()

    def shown(self, path: Path) -> str:
        """Write a path as the researcher knows it: relative to the root, or to the program."""
        known = (folder for folder in (self.root, tool_root()) if path.is_relative_to(folder))
        return next((path.relative_to(folder).as_posix() for folder in known), path.name)


def project_root() -> Path:
    """Give the folder that holds ``studies/``: the environment's, else this checkout."""
    stated = os.environ.get(ROOT_VARIABLE)
    return Path(stated).resolve() if stated else tool_root()


def tool_root() -> Path:
    """Give the folder that this program lies in."""
    return Path(__file__).resolve().parent.parent


def study_paths(study: str, root: Path | None = None) -> Paths:
    """Give the folders of a study, refusing any name that is not a slug.

    Raises
    ------
    ResearcherError
        When the name could leave the project or hide a file.
    """
    if not SLUG.fullmatch(study):
        allowed = "lower-case letters a-z, digits, '-' and '_', at most 64 characters, beginning with a letter or digit"
        raise ResearcherError.of(f"STUDY={study}", "is not a study name", allowed, "Give the name of a folder in studies/.")
    return Paths(root or project_root(), study)


def declared_studies(root: Path | None = None) -> list[str]:
    """List the studies that have a ``study.toml``, in name order."""
    folder = (root or project_root()) / "studies"
    return sorted(path.parent.name for path in folder.glob("*/study.toml"))
