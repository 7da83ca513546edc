"""Write a study's made-up answers into a raw folder that does not exist yet, and state their sha256."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from pipeline.errors import Problem, ResearcherError, raise_if_any
from pipeline.paths import SIMULATED, Paths
from pipeline.stages.build import check_study
from pipeline.tables.atomic import write_bytes, write_text

SOURCES = "[[sources]]"
HEADER = re.compile(r"\s*\[")
FILE = re.compile(r"""\s*file\s*=\s*["'](?P<file>[^"']*)["']""")
SHA256 = re.compile(r"""(?P<before>\s*sha256\s*=\s*)["'][0-9a-f]*["']""")


def fill_study(name: str, write_hashes: bool, root: Path | None = None) -> list[str]:
    """Fill a study with made-up answers.

    Parameters
    ----------
    name : str
        Folder in ``studies/``.
    write_hashes : bool
        Also write the sha256 lines of ``study.toml``.
    root : Path, optional
        Project root; this checkout when absent.

    Returns
    -------
    list of str
        What was done, and the sha256 lines, one per file.

    Raises
    ------
    ResearcherError
        When there is a raw folder already: raw data are never written over.
    """
    from pipeline.simulate.marker import hashes
    from pipeline.simulate.study import simulate_study

    study = check_study(name, root)
    paths = study.paths
    raise_if_any(folder_problems(paths))
    contents = simulate_study(study)
    write_folder(paths, contents)
    stated = hashes(contents)
    lines = [f"{paths.shown(paths.raw)}/ filled with made-up answers: {len(contents)} files and {SIMULATED}"]
    if write_hashes:
        toml = paths.declared / "study.toml"
        write_text(toml, with_hashes(toml.read_text(encoding="utf-8"), stated, paths.shown(toml)))
        return [*lines, f"{paths.shown(toml)}: sha256 lines written"]
    return [*lines, *(f'file = "{file}"\nsha256 = "{sha256}"' for file, sha256 in stated.items())]


def folder_problems(paths: Paths) -> list[Problem]:
    """Refuse a raw folder that exists."""
    if not paths.raw.exists():
        return []
    made_up = paths.simulated.is_file()
    remedy = "Its files are made up: remove the folder to make them again." if made_up else "Move the folder away first if that is meant."
    return [Problem(f"{paths.shown(paths.raw)}/", "exists already, and raw data are never written over", remedy=remedy)]


def write_folder(paths: Paths, contents: Mapping[str, bytes]) -> None:
    """Write all files and the marker; the folder appears under its name complete or not at all."""
    from pipeline.simulate.marker import marker

    unfinished = paths.raw.with_name(f".{paths.study}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    for file, content in {**contents, SIMULATED: marker(contents)}.items():
        write_bytes(unfinished / file, content)
    unfinished.rename(paths.raw)


def with_hashes(toml: str, stated: Mapping[str, str], where: str) -> str:
    """Put the sha256 of every file into the text of ``study.toml``, and change nothing else.

    Raises
    ------
    ResearcherError
        When a file has no ``sha256 = "…"`` line of its own under ``[[sources]]``.
    """
    lines = toml.split("\n")
    starts = [number for number, line in enumerate(lines) if HEADER.match(line)]
    written = set()
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        if lines[start].split("#")[0].strip() != SOURCES:
            continue
        file = next((found["file"] for line in lines[start:end] if (found := FILE.match(line))), "")
        for number in range(start, end):
            if file in stated and SHA256.match(lines[number]):
                lines[number] = SHA256.sub(rf'\g<before>"{stated[file]}"', lines[number], count=1)
                written.add(file)
    if missed := sorted(stated.keys() - written):
        raise ResearcherError([Problem(f"{where}, sources", f"no sha256 line was found for {', '.join(missed)}", remedy=_by_hand(stated))])
    return "\n".join(lines)


def _by_hand(stated: Mapping[str, str]) -> str:
    return "Write them by hand:\n" + "\n".join(f'  {file}: sha256 = "{sha256}"' for file, sha256 in stated.items())
