"""Build studies: run the stages whose inputs changed, skip the others.

``python -m pipeline build`` and every make target come here. Imports of a stage
happen when the stage runs, so that nothing pays for what it does not use.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline.errors import Problem, at_work_on, gathered, raise_if_any, suggestion
from pipeline.paths import study_paths
from pipeline.spec.check_analyses import primary_problems
from pipeline.spec.load import load_study
from pipeline.spec.plan import lock_text
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import LANGUAGES
from pipeline.stages import STAGES
from pipeline.stages.pages import all_pages, pages_of
from pipeline.stages.releases import earlier_releases
from pipeline.stages.running import alarming, bar, emphasised, forget_problems, tell
from pipeline.stages.seal import sealed_inputs
from pipeline.stages.up_to_date import (
    DECIDED,
    MADE,
    RELEASE,
    RESPONSES,
    hash_of,
    inputs_of,
    is_current,
    keep_record,
    note_stage,
    provenance_of,
    read_by,
    read_record,
    versions,
)
from pipeline.tables.atomic import write_text

Made = TypeVar("Made")
BEFORE_ANALYSES = STAGES[:2]
"""Stages that are made before anything answers the study's question."""
WARNINGS = {
    "few_matched": "source '{source}': only {detail}; is it this study's file, and do its ids have the same form?",
    "doubtful_link": "source '{source}': {n} people may be linked wrongly ({detail}, beside the tables); corrections.csv puts right what is.",
    "unlike_others": "source '{source}': {n} ids are {detail}, though most are; are they other people?",
}
"""Finding of the cleaning log -> how it is told on the screen."""

if TYPE_CHECKING:
    from pipeline.stages.reports import Reports


@dataclass(frozen=True)
class Wanted:
    """What of a study is to be built.

    Parameters
    ----------
    until : str
        Last stage, one of ``STAGES``.
    languages : tuple of str
        Languages of the reports.
    levels : str
        Only the reports per level of this variable, also those made on request.
    told : bool
        Whether it has been told already what was made, so that of what is up to date nothing need be said.
    """

    until: str = STAGES[-1]
    languages: tuple[str, ...] = LANGUAGES
    levels: str = ""
    told: bool = False


@dataclass(frozen=True)
class Stage:
    """One stage of one study: the key of its inputs, and how to make its files."""

    stage: str
    key: str
    make: Callable[[], list[Path]]


def check_study(name: str, root: Path | None = None) -> Study:
    """Load a study and check all that it declares; needs no data.

    Raises
    ------
    ResearcherError
        With every problem of the declaration.
    """
    from pipeline.simulate.checks import simulation_problems

    study = load_study(name, root)
    raise_if_any(gathered((partial(method_problems, study), partial(simulation_problems, study)), f"studies/{study.id}/"))
    return study


def check_files(study: Study) -> str:
    """Read the raw files that are there as a build would, and write nothing but a list of problems.

    Returns
    -------
    str
        Which files were read.

    Raises
    ------
    ResearcherError
        With every problem of all files.
    """
    from pipeline.clean.responses import clean_responses, clean_sources

    declared = study.declaration.sources
    there = tuple(source for source in declared if (study.paths.raw / source.file).is_file())
    if there == declared:
        clean_responses(study)
    elif there:
        part = study.declaration.model_copy(update={"sources": there})
        clean_sources(replace(study, declaration=part))
    forget_problems(study.paths)
    return f"files of {len(there)} of {len(declared)} sources read" if there else "no raw files yet"


def method_problems(study: Study, until: str = STAGES[-1]) -> list[Problem]:
    """Check that the question is answered, and what rules and estimators need; how answers would be made up is no matter for a build."""
    from pipeline.compare.checks import estimator_problems
    from pipeline.compare.drawing import unused_weight_problems
    from pipeline.compare.imputing import unused_imputation_problems
    from pipeline.score.checks import rule_problems

    checks = (
        *(() if until in BEFORE_ANALYSES else (primary_problems, unused_weight_problems, unused_imputation_problems)),
        rule_problems,
        estimator_problems,
    )
    return gathered((partial(check, study) for check in checks), f"studies/{study.id}/")


def build_study(name: str, wanted: Wanted, reports: "Reports", root: Path | None = None) -> None:
    """Build one study up to a stage; its reports are handed on, to be made together with those of other studies.

    Parameters
    ----------
    name : str
        Folder in ``studies/``.
    wanted : Wanted
    reports : Reports
        Of this run; tells at its end how many failed.
    root : Path, optional
        The project's root.

    Raises
    ------
    ResearcherError
        For what the researcher can put right; earlier results are untouched.
    """
    inputs = sealed_inputs(study_paths(name, root))
    study = load_study(name, root)
    raise_if_any(method_problems(study, wanted.until))
    reports.hold(study)
    record = read_record(study.paths)
    for step in table_steps(study, record):
        if not is_current(study.paths, record, step.stage, step.key):
            if wanted.until == STAGES[-1] and study.declaration.reports:
                reports.warm_up()
            reports.settle(wait=False)
        build_stage(study, record, step, told=wanted.told)
        bar.step()
        if step.stage == wanted.until:
            return
    keep_record(study, record)
    raise_if_any(level_problems(study, wanted.levels))
    pages, every = list(pages_of(study, wanted.languages, wanted.levels)), list(all_pages(study))
    reports.add(study, pages, None if wanted.levels else inputs)
    reports.note_older(study, (page for page in every if page not in pages))
    reports.remove_others(study, every)


def build_stage(study: Study, record: dict, step: Stage, *, told: bool = False) -> None:
    """Run a stage unless it is up to date, which is told unless it has been, and note that it is finished."""
    place = f"{study.id}: {step.stage} ({STAGES.index(step.stage.split('/')[0]) + 1} of {len(STAGES)})"
    if is_current(study.paths, record, step.stage, step.key):
        if not told:
            tell(f"{place} up to date")
        return
    study.paths.unstamp(*LANGUAGES)
    began = time.perf_counter()
    with at_work_on(place):
        files = step.make()
    note_stage(study, record, step.stage, step.key, files)
    tell(f"{place} made in {time.perf_counter() - began:.1f} s")


def table_steps(study: Study, record: Mapping) -> Iterator[Stage]:
    """Give what makes tables, step by step, each once the one before is made.

    A key holds the code, what the step reads of the declaration, and the tables made before it: where these come out
    as they were, nothing that follows is made again.
    """
    inputs = inputs_of(study)
    makers = (_make_responses, _make_scores, _make_estimates, _decide, _make_release)
    beside: dict[str, Callable[[], object]] = {
        RESPONSES: lambda: [inputs["raw"], *_marks(study)],
        DECIDED: lambda: earlier_releases(study),
        RELEASE: lambda: [inputs["raw"], study.texts, versions(), earlier_releases(study)],
    }
    for number, (step, maker) in enumerate(zip(MADE, makers, strict=True)):
        before = [record["stages"].get(one, {}).get("outputs") for one in MADE[:number]]
        more = beside[step]() if step in beside else None
        yield Stage(step, hash_of([inputs["code"], inputs["lock"], read_by(study, step), before, more]), partial(maker, study))


def _marks(study: Study) -> list[str]:
    """Give what tells the key of pseudonyms from another one, where the study keeps any."""
    if not any(unit.pseudonym for unit in study.declaration.units):
        return []
    from pipeline.clean.pseudonyms import key_mark

    return [key_mark(study.paths)]


def _make_responses(study: Study) -> list[Path]:
    from pipeline.clean.responses import clean_responses
    from pipeline.stages.store import save

    cleaned = clean_responses(study)
    forget_problems(study.paths)
    for line in cleaned.cleaning_log.itertuples():
        if line.finding in WARNINGS:
            tell(alarming(f"{study.id}: WARNING: {WARNINGS[line.finding].format(source=line.source, detail=line.detail, n=line.n)}"))
    return save(study.paths.processed, cleaned)


def _make_scores(study: Study) -> list[Path]:
    from pipeline.score.scores import score_responses
    from pipeline.stages.store import load, save
    from pipeline.tables.results import Cleaned

    return save(study.paths.processed, score_responses(study, load(study, Cleaned)))


def _make_estimates(study: Study) -> list[Path]:
    from pipeline.compare.estimates import estimate_effects
    from pipeline.stages.store import load, save
    from pipeline.tables.results import Cleaned, Scored

    return save(study.paths.processed, estimate_effects(study, load(study, Cleaned), load(study, Scored)))


def _decide(study: Study) -> list[Path]:
    from pipeline.disclose.release import decided_results
    from pipeline.stages.store import load_estimated, save_decided

    decided = decided_results(study, load_estimated(study))
    contradicted: Any = decided.facts["contradicted"]
    for one in contradicted:
        tell(
            alarming(
                f"{study.id}: released numbers about {one['outcome']} contradict each other ({', '.join(one['analyses']) or 'tables'})"
            )
        )
        tell("  This is a fault of the program, not of your data: nothing about it is shown, all else is. Please report it.")
    return save_decided(study.paths, decided)


def _make_release(study: Study) -> list[Path]:
    from pipeline.disclose.release import told_results
    from pipeline.stages.store import load_decided, save_released

    provenance = provenance_of(study) | {"follows": earlier_releases(study)}
    return save_released(study.paths, told_results(study, load_decided(study.paths), provenance))


def level_problems(study: Study, levels: str) -> Iterator[Problem]:
    """Reports can be asked for by level only where the study declares them."""
    declared = [report.per for report in study.declaration.reports if report.per is not None]
    if levels and levels not in declared:
        yield Problem(
            f"studies/{study.id}/study.toml, reports",
            f"none is per '{levels}'",
            ", ".join(declared) or "none is declared per level",
            suggestion(levels, declared) or f'Declare a report with per = "{levels}".',
        )


def lock_plan(name: str, root: Path | None = None) -> str:
    """Write ``plan.lock`` from the declaration as it stands; say what was done."""
    study = check_study(name, root)
    path = study.paths.declared / "plan.lock"
    text = lock_text(study.declaration)
    if path.is_file() and path.read_bytes() == text.encode("utf-8"):
        return f"{study.paths.shown(path)} holds this plan already"
    write_text(path, text)
    return emphasised(f"{study.paths.shown(path)} written") + ": later changes of the plan are printed as deviations"
