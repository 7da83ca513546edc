"""Make a study's data book: notebook and page beside its tables, in each of its languages, for the researchers' own eyes.

Needs the codebook and the raw files only. Nothing else reads what is written here:
no stage, no release, no index.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from pipeline.clean.durations import durations_of
from pipeline.compare.databook.databook import describe_answers
from pipeline.disclose.data_notes import TOLD
from pipeline.disclose.facts import facts_of
from pipeline.disclose.labels import labels_of
from pipeline.errors import OurFault
from pipeline.render.engine import Engine
from pipeline.render.engine.jobs import Limits
from pipeline.render.failed import failure_words
from pipeline.render.kept import ReportFiles, files_of
from pipeline.render.rendering import Rendering
from pipeline.score.scores import score_responses
from pipeline.spec.boxes import SELECT_MULTIPLE, questions_of
from pipeline.spec.load import load_study
from pipeline.spec.study import Study, Variable
from pipeline.spec.vocabulary import CARELESS, LANGUAGES, MISSING_REASONS
from pipeline.stages.build import build_stage, table_steps
from pipeline.stages.running import only_run
from pipeline.stages.store import load, save
from pipeline.stages.up_to_date import hash_of, key_of, lock_hash, provenance_of, read_record, sha256_of
from pipeline.tables.atomic import write_text
from pipeline.tables.results import Cleaned, Described

TOLD_HERE = (*TOLD, "personal_number", "doubtful_link")
"""Findings of cleaning that the book tells with their exact numbers."""


def make_databook(name: str, engine: Engine, root: Path | None = None) -> Iterator[str]:
    """Clean a study's raw files if need be, and make its data book.

    Parameters
    ----------
    name : str
        Folder in ``studies/``; may declare neither measures nor analyses.
    engine : Engine
        Runs the notebook.
    root : Path, optional
        The project's root.

    Yields
    ------
    str
        Where each page lies.

    Raises
    ------
    ResearcherError
        For what the researcher can put right.
    OurFault
        When the notebook does not run to its end.
    """
    study = load_study(name, root)
    engine.warm_up()
    with ExitStack() as stack:
        stack.enter_context(only_run(study.paths))
        record = read_record(study.paths)
        build_stage(study, record, next(table_steps(study, record)))
        described = _written(study)
        pages = {language: files_of(study.paths.databook, language, "databook") for language in study.declaration.languages}
        _render({files: Rendering.of_databook(study.paths, language, described) for language, files in pages.items()}, engine)
        yield from (f"{name}: {study.paths.shown(files.page)}" for files in pages.values())
    yield "It shows single people's answers: keep it where it is, and open it from there."


def book_of(study: Study) -> tuple[Described, dict[str, Any]]:
    """Give the tables and the facts of the book, from responses that are made."""
    cleaned = load(study, Cleaned)
    scored = score_responses(study, cleaned) if CARELESS in study.measure else None
    rows = describe_answers(study, cleaned, durations_of(study), scored)
    notes = cleaned.cleaning_log[cleaned.cleaning_log["finding"].isin(TOLD_HERE)]
    kept = ("source", "subject", "finding")
    facts: dict[str, Any] = facts_of(study, {}, {}, provenance_of(study)) | {
        "private": True,
        "data_notes": [{name: getattr(row, name) for name in kept} | {"n": int(row.n)} for row in notes.itertuples()],
        "questions": list(_questions(study)),
    }
    return Described(rows, cleaned.flow, labels_of(study)), facts


def _written(study: Study) -> str:
    """Write the tables and the facts of the book; give the hash of their content."""
    described, facts = book_of(study)
    files = save(study.paths.databook, described)
    files.append(study.paths.databook / "databook.json")
    write_text(files[-1], json.dumps(facts, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    return hash_of([sha256_of(file) for file in files])


def _questions(study: Study) -> Iterator[dict[str, Any]]:
    """Give the questions of the codebook in its order, with their answers in words."""
    for name, variables in questions_of(one for one in study.variables if one.type != "id").items():
        first = variables[0]
        label = {language: _label(first, language) for language in LANGUAGES}
        answers: dict[str, dict[str, str]] = {}
        for one in [one.box.answer for one in variables if one.box] or study.answer_lists.get(first.answers, ()):
            if one.missing not in MISSING_REASONS:
                answers.setdefault(one.code, one.label.model_dump())
        headings = {" ".join(raw.split()) for raw in first.raw_names.values()} if first.box is None else set()
        yield {
            "name": name,
            "label": label,
            "type": first.type if first.box is None else SELECT_MULTIPLE,
            "unit": first.unit,
            "waves": list(study.waves_of(first)),
            "answers": list(answers.items()),
            "sources": list(first.raw_names),
            "headings": sorted(headings - set(label.values())),
        }


def _label(variable: Variable, language: str) -> str:
    """Give a question's wording; a box carries its answer behind it."""
    label = variable.label.in_language(language)
    return label if variable.box is None else label.removesuffix(variable.box.answer.label.in_language(language)).rstrip()


def _render(pages: Mapping[ReportFiles, Rendering], engine: Engine) -> None:
    """Write notebooks and pages, but for those that were made from the same; all at the same time."""
    asked = {}
    for files, rendering in pages.items():
        key = key_of(rendering, lock_hash(rendering.paths))
        if not files.is_current(key):
            name = f"{rendering.paths.study}: data book ({rendering.language})"
            asked[name] = (files, rendering, key)
            engine.submit(rendering.job(name, Limits.stated()))
    for ran in engine.ended(wait=True):
        files, rendering, key = asked[ran.name]
        rendered = rendering.rendered(ran)
        files.write(rendered, None if ran.failure else key)
        if ran.failure is not None:
            raise OurFault(f"{rendering.paths.shown(files.page)}: {failure_words(ran.failure, rendering.template.shown, 'en')}")
