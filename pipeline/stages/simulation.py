"""Write a study's made-up answers into a raw folder that does not exist yet, and state their sha256."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from pipeline.errors import Problem, raise_if_any
from pipeline.paths import SIMULATED, Paths
from pipeline.simulate.files import simulate_study
from pipeline.spec.study import Study
from pipeline.stages.build import check_study
from pipeline.stages.receive import with_hashes
from pipeline.stages.running import only_run
from pipeline.tables.atomic import write_bytes, write_text


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
    study = check_study(name, root)
    paths = study.paths
    raise_if_any(folder_problems(study))
    contents = simulate_study(study)
    stated = hashes(contents)
    lines = [f"{paths.shown(paths.raw)}/ filled with made-up answers: {len(contents)} files and {SIMULATED}"]
    with only_run(paths):
        raise_if_any(folder_problems(study))
        write_folder(paths, contents)
    if write_hashes:
        toml = paths.declared / "study.toml"
        write_text(toml, with_hashes(toml.read_text(encoding="utf-8"), stated, paths.shown(toml)))
        return [*lines, f"{paths.shown(toml)}: sha256 lines written"]
    return [*lines, *(f'file = "{file}"\nsha256 = "{sha256}"' for file, sha256 in stated.items())]


def folder_problems(study: Study) -> list[Problem]:
    """Refuse a raw folder that exists."""
    paths = study.paths
    if not paths.raw.exists():
        return []
    remedy = "Move the folder away first if that is meant."
    if paths.simulated.is_file():
        remedy = "Its files are made up: remove the folder to make them again."
        if study.declaration.simulation is None:
            remedy = f"Its files are made up, but {study.id} declares no [simulation]: made again, they would hold usual answers instead."
    return [Problem(f"{paths.shown(paths.raw)}/", "exists already, and raw data are never written over", remedy=remedy)]


def write_folder(paths: Paths, contents: Mapping[str, bytes]) -> None:
    """Write all files and the marker; the folder appears under its name complete or not at all."""
    unfinished = paths.unfinished_raw
    for file, content in {**contents, SIMULATED: marker(contents)}.items():
        write_bytes(unfinished / file, content)
    unfinished.rename(paths.raw)


def marker(contents: Mapping[str, bytes]) -> bytes:
    """Say, in the file beside the others, that they are made up, with their hashes in the manner of ``sha256sum``."""
    lines = [f"{sha256}  {file}" for file, sha256 in hashes(contents).items()]
    return "\n".join(["# Simulated: no person, workplace or figure in these files is real.", *lines, ""]).encode()


def hashes(contents: Mapping[str, bytes]) -> dict[str, str]:
    """Give the sha256 of every file, in name order."""
    return {file: hashlib.sha256(content).hexdigest() for file, content in sorted(contents.items())}
