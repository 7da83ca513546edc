"""The files of a report and the key beside them, which tells what they were made from.

A report without a key, or whose files are not those that its key tells of, counts
as not made: it failed, or the run was ended. Loads no package.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.tables.atomic import write_bytes, write_text

ANNEX = ".annex.html"
"""Ending of a report's second page; no name of a report holds a dot."""


@dataclass(frozen=True)
class ReportKey:
    """Two hashes: of all that decides what the code gives, and of all that decides the files."""

    run: str
    files: str


@dataclass(frozen=True)
class Rendered:
    """One report in one language; the annex is empty where it has none."""

    notebook: bytes
    html: bytes
    annex: bytes = b""


@dataclass(frozen=True)
class ReportFiles:
    """The files of one report: its notebook, its page, and the annex of those that have one."""

    notebook: Path
    page: Path

    @property
    def annex(self) -> Path:
        """Give the second page."""
        return self.page.with_name(self.page.stem + ANNEX)

    @property
    def made(self) -> dict[str, Path]:
        """Give the files that there are, by what they are."""
        every = {"ipynb": self.notebook, "html": self.page, "annex": self.annex}
        return {name: path for name, path in every.items() if path.is_file()}

    @property
    def key(self) -> Path:
        """Give the file that holds the key: hidden, beside the report."""
        return self.page.parent / f".{self.page.stem}.key"

    def is_current(self, key: ReportKey) -> bool:
        """Say whether the files were finished from exactly this."""
        stored = self._stored()
        same = all(stored.get(name) == value for name, value in asdict(key).items())
        return same and not self.outdated() and self._hashes() == stored.get("sha256")

    def holds_outputs_of(self, key: ReportKey) -> bool:
        """Say whether the notebook holds what a run from this would give, so that nothing need be run."""
        stored = self._stored()
        return stored.get("run") == key.run and self._hashes().get("ipynb") == stored.get("sha256", {}).get("ipynb")

    def finished(self) -> bool:
        """Say whether the report was finished, from whatever it was."""
        return bool(self._stored()) and self.page.is_file()

    def outdated(self) -> bool:
        """Say whether it was noted that what the report was made from is no more."""
        return bool(self._stored().get("outdated"))

    def outdate(self) -> None:
        """Note that what the report was made from is no more; one that was never finished stays so."""
        if self._stored():
            write_text(self.key, json.dumps({**self._stored(), "outdated": True}, indent=1, sort_keys=True) + "\n")

    def write(self, rendered: Rendered, key: ReportKey | None) -> None:
        """Replace the files, then write the key; without one the report counts as failed."""
        self.key.unlink(missing_ok=True)
        write_bytes(self.notebook, rendered.notebook)
        write_bytes(self.page, rendered.html)
        if rendered.annex:
            write_bytes(self.annex, rendered.annex)
        else:
            self.annex.unlink(missing_ok=True)
        if key is not None:
            write_text(self.key, json.dumps({**asdict(key), "sha256": self._hashes()}, indent=1, sort_keys=True) + "\n")

    def _hashes(self) -> dict[str, str]:
        return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in self.made.items()}

    def _stored(self) -> Mapping:
        try:
            stored = json.loads(self.key.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return stored if isinstance(stored, dict) and isinstance(stored.get("sha256"), dict) else {}


def files_of(folder: Path, language: str, slug: str) -> ReportFiles:
    """Give the files of one report of a study.

    Parameters
    ----------
    folder : Path
        The study's reports.
    language : str
    slug : str
        Name of the files without ending.
    """
    notebook, page = (folder / language / f"{slug}.{ending}" for ending in ("ipynb", "html"))
    return ReportFiles(notebook, page)
