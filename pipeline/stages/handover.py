"""Hand over a study: its reports as Word, Excel, PDF, leaflet, figures and one archive; the folder appears complete or not at all."""

import json
import shutil
from collections.abc import Iterator
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from pipeline.errors import Problem, ResearcherError, raise_if_any
from pipeline.render.results import Results
from pipeline.spec.load import load_study
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY
from pipeline.stages.finished import stale_problems
from pipeline.stages.pages import ReportPage, pages_of
from pipeline.stages.running import emphasised, only_run
from pipeline.stages.up_to_date import read_record
from pipeline.tables.atomic import write_bytes

NEEDED = {"docx": "python-docx", "typst": "typst"}
"""Module -> the package that has it."""
SUMS = "SHA256SUMS"


def make_handover(name: str, languages: tuple[str, ...], root: Path | None = None) -> Iterator[str]:
    """Write ``reports/<study>/handover/<language>/``.

    Parameters
    ----------
    name : str
        Folder in ``studies/``; its reports are made.
    languages : tuple of str
        Those that are asked for; one without reports is left out.
    root : Path, optional
        The project's root.

    Yields
    ------
    str
        What was written.

    Raises
    ------
    ResearcherError
        When packages are missing, the reports are not what the study gives now, or
        files of an earlier hand-over were changed by hand.
    """
    study = load_study(name, root)
    raise_if_any(_package_problems(name))
    from pipeline.handover.bundle import handover_files
    from pipeline.handover.reading import document_of

    with only_run(study.paths):
        raise_if_any(stale_problems(study, ()))
        reports = _pages(study, languages)
        raise_if_any(stale_problems(study, [page for pages in reports.values() for page in pages]))
        if not reports:
            asked = " or ".join(languages)
            remedy = "Declare one there (docs/declare.md), or leave the language out."
            raise ResearcherError.of(f"studies/{name}/study.toml, reports", f"there is no report in {asked} to hand over", remedy=remedy)
        raise_if_any(problem for language in languages for problem in _changed_problems(study, _folder(study, language)))
        for language, pages in reports.items():
            results = Results.load_labels(study.paths.release, language)
            notebooks = ((page.slug, page.files(study.paths.reports).notebook) for page in pages)
            documents = [document_of(json.loads(path.read_text(encoding="utf-8")), results, slug) for slug, path in notebooks]
            files = handover_files(documents, results)
            folder = _folder(study, language)
            _replace(folder, files)
            own = sum(one.own for one in documents)
            yield emphasised(f"{name}: {study.paths.shown(folder)}/") + f" {len(files)} files; all of them are in {name}-{language}.zip"
            if own:
                yield f"{name}: {own} tables or figures are a researcher's own: see that they show only what may leave."


def make_archive(name: str, root: Path | None = None) -> Iterator[str]:
    """Write ``reports/<study>/archive/``: the release and its plan, described for a data archive.

    Parameters
    ----------
    name : str
        Folder in ``studies/``; its reports are made.
    root : Path, optional
        The project's root.

    Yields
    ------
    str
        What was written, and what is missing.

    Raises
    ------
    ResearcherError
        When the release is not what the study gives now, or files of an earlier archive were changed by hand.
    """
    from pipeline.handover.archive import archive_files

    study = load_study(name, root)
    folder = study.paths.reports / "archive"
    with only_run(study.paths):
        raise_if_any(stale_problems(study, ()))
        raise_if_any(_changed_problems(study, folder))
        outputs = read_record(study.paths)["stages"]["release"]["outputs"]
        release = {Path(file).name: (study.paths.root / file).read_bytes() for file in sorted(outputs)}
        labels = {f"{language}": Results.load_labels(study.paths.release, language) for language in study.declaration.languages}
        publish = study.declaration.publish
        said = {key: (getattr(publish, key) if publish else None) or "" for key in ("licence", "contact")}
        plan = study.paths.declared / "plan.lock"
        files = archive_files(release, plan.read_bytes() if plan.is_file() else None, labels, said)
        _replace(folder, files)
    yield emphasised(f"{name}: {study.paths.shown(folder)}/") + f" {len(files)} files; all of them are in {name}-archive.zip"
    missing = [key for key in ("licence", "contact") if not said[key]] + ([] if plan.is_file() else ["plan.lock"])
    if missing or publish is None:
        yield f"{name}: an archive asks for more: {', '.join([*([] if publish else ['[publish]']), *missing])} (docs/hand_over.md)."


def _folder(study: Study, language: str) -> Path:
    return study.paths.reports / "handover" / language


def _package_problems(name: str) -> Iterator[Problem]:
    missing = [package for module, package in NEEDED.items() if find_spec(module) is None]
    if missing:
        remedy = f"Type make handover STUDY={name}, which adds them to .venv once (requirements-handover.lock)."
        yield Problem("hand-over", f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not installed", remedy=remedy)


def _pages(study: Study, languages: tuple[str, ...]) -> dict[str, list[ReportPage]]:
    """Give the whole reports by language; the page of one level goes to that level alone."""
    whole = [page for page in pages_of(study, languages) if page.level in ("", EVERYBODY)]
    return {language: mine for language in languages if (mine := [page for page in whole if page.language == language])}


def _changed_problems(study: Study, folder: Path) -> Iterator[Problem]:
    """What was changed or put there by hand would be lost."""
    sums = folder / SUMS
    lines = sums.read_text(encoding="utf-8", errors="replace").splitlines() if sums.is_file() else []
    known = {name: hashed for hashed, _, name in (line.partition("  ") for line in lines)}
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file() and path != sums}
    packed = f"{study.id}-{folder.name}.zip"
    changed = [name for name, path in there.items() if name != packed and sha256(path.read_bytes()).hexdigest() != known.get(name)]
    if changed:
        remedy = "Move what is yours to another folder, then run again: everything here is made anew."
        yield Problem(
            f"{study.paths.shown(folder)}/", f"{len(changed)} files are not as they were made", "", remedy, tuple(sorted(changed))
        )


def _replace(folder: Path, files: dict[str, bytes]) -> None:
    """Write a folder beside the one that is there, and let it take its place."""
    new, old = (folder.with_name(f".{folder.name}.{state}") for state in ("part", "old"))
    for left in (new, old):
        shutil.rmtree(left, ignore_errors=True)
    for name, content in files.items():
        write_bytes(new / name, content)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
