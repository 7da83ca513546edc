"""The key of a study's pseudonyms: drawn once, outside the project; changed when it may be known; asked for the pseudonym of an id."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from pipeline.clean.files import read_sources
from pipeline.clean.headings import variables_in
from pipeline.clean.pseudonyms import KEY_BYTES, pseudonym_of, read_key
from pipeline.errors import ResearcherError, raise_if_any
from pipeline.paths import Paths, study_paths
from pipeline.spec.corrections import CORRECTIONS
from pipeline.spec.load import load_study
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import LANGUAGES
from pipeline.tables.atomic import write_text

NAMING_IDS = ("study.toml", CORRECTIONS)
"""Declared files that may name people by their pseudonyms."""


def draw_key(name: str, root: Path | None = None) -> list[str]:
    """Draw the key of a study's pseudonyms, which only its owner can open.

    Raises
    ------
    ResearcherError
        When there is one, or its place is in the project.
    """
    paths = study_paths(name, root)
    if paths.key.is_file():
        read_key(paths)
        return [f"{paths.key} is there already"]
    _write(paths.key)
    try:
        read_key(paths)
    except ResearcherError:
        paths.key.unlink()
        raise
    return [
        f"{paths.key} drawn: only you can open it.",
        "  Keep a copy where your organisation keeps code keys, and never beside the data. Without it the ids cannot be read the same way again.",
        "  When the study is to be anonymous, delete it, its copies, and the raw files.",
    ]


def _write(key: Path) -> None:
    key.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())


def change_key(name: str, root: Path | None = None) -> list[str]:
    """Draw another key in place of one that may be known, and keep the old one beside it until it is deleted by hand.

    Returns
    -------
    list of str
        What was done. Pseudonyms that declared files name are replaced by the new ones.
    """
    study = load_study(name, root)
    old = read_key(study.paths)
    changed = study.paths.key.with_name(f"{study.paths.key.name}.old")
    if changed.exists():
        raise ResearcherError.of(str(changed), "is there from an earlier change", remedy="Delete it, if nothing is made with it any more.")
    texts = _ids_of_people(study)
    study.paths.key.rename(changed)
    _write(study.paths.key)
    new = read_key(study.paths)
    replaced = {pseudonym_of(text, old, form): pseudonym_of(text, new, form) for text, form in texts}
    files = [file for file in NAMING_IDS if _rewritten(study.paths, file, replaced)]
    study.paths.unstamp(*LANGUAGES)
    return [
        f"{study.paths.key}: another key; the old one is {changed.name}, to be deleted when nothing is made with it any more.",
        f"  pseudonyms replaced in {', '.join(files) or 'no declared file'}; all tables and reports are made again by the next make.",
        "  Releases that are published are compared by numbers of people from now on, because their people have other pseudonyms.",
    ]


def _ids_of_people(study: Study) -> set[tuple[str, str | None]]:
    """Give every id in the raw files that becomes a pseudonym, as it is written there, with its declared form."""
    raws, problems = read_sources(study)
    raise_if_any(problems)
    forms = {unit.id: unit.id_form for unit in study.declaration.units if unit.pseudonym}
    held = [(raw, variable.name) for raw in raws.values() for variable in variables_in(study, raw.source) if variable.name in forms]
    return {(str(text), forms[name]) for raw, name in held for text in raw.cells[name].cat.categories}


def _rewritten(paths: Paths, file: str, replaced: dict[str, str]) -> bool:
    path = paths.declared / file
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    after = before
    for old, new in replaced.items():
        after = after.replace(old, new) if old else after
    if after != before:
        write_text(path, after)
    return after != before


def find_pseudonym(name: str, ask: Callable[[str], str], root: Path | None = None) -> list[str]:
    """Give the pseudonym of an id that is typed without being shown: of somebody who asks what is kept, or is to be corrected.

    Parameters
    ----------
    name : str
    ask : callable
        Shows a question and gives what is typed.
    root : Path, optional
    """
    study = load_study(name, root)
    forms = [unit.id_form for unit in study.declaration.units if unit.pseudonym]
    if not forms:
        raise ResearcherError.of(
            f"studies/{name}/study.toml, units", "none keeps pseudonyms", "pseudonym = true", "Ids are as in the files."
        )
    key = read_key(study.paths)
    typed = ask("Id, as in the raw file (it is not shown): ")
    return list(dict.fromkeys(pseudonym_of(typed, key, form) for form in forms)) if typed.strip() else []
