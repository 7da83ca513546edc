"""State the sha256 of raw files as they were received: lines of ``study.toml``, and nothing else of it."""

import re
import tomllib
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

from pipeline.errors import ResearcherError, raise_if_any
from pipeline.paths import study_paths
from pipeline.spec.load import read_declaration
from pipeline.spec.sources import Source
from pipeline.stages.up_to_date import sha256_of
from pipeline.tables.atomic import write_text

SOURCES = "[[sources]]"
HEADER = re.compile(r"\s*\[")
FILE = re.compile(r"""(?:(?P<line>^)(?P<indent>[ \t]*)|[{,]\s*)"?file"?\s*=\s*["'](?P<name>[^"']*)["']""", re.MULTILINE)
SHA256 = re.compile(r"""(?P<before>(?:^[ \t]*|[{,]\s*)"?sha256"?\s*=\s*)["'][0-9a-f]*["']""", re.MULTILINE)
INLINE = re.compile(r"\{(?:[^{}\n]|\{(?:[^{}\n]|\{[^{}\n]*\})*\})*\}")
"""A table on one line, with tables in it."""


def receive_files(name: str, root: Path | None = None) -> list[str]:
    """Write the sha256 of every raw file, as it is, into ``study.toml``.

    Parameters
    ----------
    name : str
        Folder in ``studies/``.
    root : Path, optional
        Project root; this checkout when absent.

    Returns
    -------
    list of str
        One line per file: recorded, as recorded before, replaced, or not there.

    Raises
    ------
    ResearcherError
        When ``study.toml`` cannot be read, or has no place for the lines.
    """
    paths = study_paths(name, root)
    path = paths.declared / "study.toml"
    where = paths.shown(path)
    if not path.is_file():
        raise ResearcherError.of(where, "there is no such file", remedy="Declare the study there; docs/declare.md shows how.")
    declaration, problems = read_declaration(paths)
    raise_if_any(problems)
    assert declaration is not None
    before = {source.file: source for source in declaration.sources}
    found = {file: sha256_of(paths.raw / file) for file in before if (paths.raw / file).is_file()}
    changed = {file: sha256 for file, sha256 in found.items() if before[file].sha256 != sha256}
    if changed:
        write_text(path, with_hashes(path.read_text(encoding="utf-8"), changed, where))
    return [f"{paths.shown(paths.raw / file)}: {_told(source, found.get(file))}" for file, source in before.items()]


def _told(before: Source, found: str | None) -> str:
    if found is None:
        return "is not there; nothing recorded"
    if before.sha256 == found:
        return "as recorded before"
    return f"recorded in place of {before.sha256}, which the file had before" if before.is_recorded else "recorded"


def with_hashes(toml: str, stated: Mapping[str, str], where: str) -> str:
    """Put the sha256 of every file into the text of ``study.toml``, and change nothing else.

    Raises
    ------
    ResearcherError
        When a file has no ``file = "…"`` of its own in the sources.
    """
    lines = toml.split("\n")
    starts = [number for number, line in enumerate(lines) if HEADER.match(line)]
    for start, end in reversed([*pairwise([*starts, len(lines)])]):
        if lines[start].split("#")[0].strip() == SOURCES:
            lines[start:end] = [_with_hash("\n".join(lines[start:end]), stated)]
    text = INLINE.sub(lambda table: _with_hash(table[0], stated), "\n".join(lines))
    if _without_hashes(text) != _without_hashes(toml) or not _are_stated(text, stated):
        raise ResearcherError.of(f"{where}, sources", f"no place was found for the sha256 of {', '.join(stated)}", remedy=_by_hand(stated))
    return text


def _with_hash(source: str, stated: Mapping[str, str]) -> str:
    """Put the sha256 into the text of one source: where it stands, or behind the file."""
    file = FILE.search(source)
    if file is None or file["name"] not in stated:
        return source
    new = f'"{stated[file["name"]]}"'
    if SHA256.search(source):
        return SHA256.sub(rf"\g<before>{new}", source, count=1)
    between = f"\n{file['indent']}" if file["line"] is not None else ", "
    return f"{source[: file.end()]}{between}sha256 = {new}{source[file.end() :]}"


def _without_hashes(toml: str) -> dict:
    """Read a declaration without the sha256 of its sources."""
    parsed = tomllib.loads(toml)
    return {**parsed, "sources": [{**source, "sha256": ""} for source in parsed["sources"]]}


def _are_stated(toml: str, stated: Mapping[str, str]) -> bool:
    found = {(source["file"], source.get("sha256")) for source in tomllib.loads(toml)["sources"] if source["file"] in stated}
    return found == set(stated.items())


def _by_hand(stated: Mapping[str, str]) -> str:
    return "Write them by hand:\n" + "\n".join(f'  {file}: sha256 = "{sha256}"' for file, sha256 in stated.items())
