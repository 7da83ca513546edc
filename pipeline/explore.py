"""Look at a study from a notebook: its tables with labels, small figures, and comparisons by the pipeline's own estimators.

Everything here is exploratory and not released: no threshold has been applied, no
plan is kept to, and nothing else reads what is shown. What a report is to say is
declared in study.toml.
"""

import os
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pandas as pd

from pipeline.compare.checks import estimator_problems
from pipeline.compare.databook.databook import measure_frame
from pipeline.compare.gather.panel import Panel
from pipeline.compare.gather.protocol import analysis_frame, analysis_rows
from pipeline.compare.registry import ESTIMATORS
from pipeline.errors import Problem, ResearcherError, raise_if_any, suggestion
from pipeline.exports.labelled import NUMBERS, Column, columns_of, typed
from pipeline.paths import ROOT_VARIABLE, tool_root
from pipeline.render.described import Described, Question
from pipeline.render.figures.answers import answers_figure
from pipeline.render.figures.figure import Figure
from pipeline.spec.check_analyses import analysis_problems
from pipeline.spec.load import load_study, validated
from pipeline.spec.naming import split_reference, toml_place
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import LANGUAGES
from pipeline.stages import STAGES
from pipeline.stages.build import method_problems, table_steps
from pipeline.stages.databook import book_of
from pipeline.stages.store import load
from pipeline.stages.up_to_date import is_current, read_record
from pipeline.tables.frames import table_of
from pipeline.tables.glossary import ESTIMATES
from pipeline.tables.results import Cleaned, Estimated, Scored

STATUS = "exploratory, not released"
PREFERRED = ("adjusted", "table", "paired", "transition", "attainment")
"""Estimators that ``compare`` tries in turn where none is named."""
HERE = "explored"
RESPONSES, SCORES, ESTIMATED = STAGES[:3]


def responses(study: str, unit: str = "", language: str = "") -> pd.DataFrame:
    """Give the answers of a study, one row per unit and wave.

    Parameters
    ----------
    study : str
        Folder in ``studies/``; built first if need be.
    unit : str
        Kind of unit; the sample's when empty.
    language : str
        Of labels; the study's first when empty.

    Returns
    -------
    DataFrame
        Answers by their labels, in the order of the answer list; ratings and numbers as numbers; the reason for a missing answer
        in ``<name>__missing``. ``attrs["labels"]`` has the wording of each column's question.
    """
    own = _ready(study, RESPONSES)
    return _labelled(own, [one for one in _columns(own, unit) if one.name not in own.measure], language)


def scores(study: str, unit: str = "", language: str = "") -> pd.DataFrame:
    """Give the measures of a study, one row per unit and wave; parameters as in ``responses``."""
    own = _ready(study, SCORES)
    kept = [one for one in _columns(own, unit) if one.name in own.measure or one.type == "id" or one.name == "wave"]
    return _labelled(own, kept, language)


def estimates(study: str, language: str = "") -> pd.DataFrame:
    """Give every estimate of the plan, before disclosure control, with the label of its outcome; columns that say nothing are left out."""
    own = _ready(study, ESTIMATED)
    return _estimates(own, load(own, Estimated).estimates, language)


def compare(study: str, outcome: str, estimator: str = "", language: str = "", **keys: Any) -> pd.DataFrame:
    """Estimate one outcome as an analysis of the plan would.

    Parameters
    ----------
    study : str
    outcome : str
        A measure or a variable, with its wave: ``turnover_intention@t2``.
    estimator : str
        As in ``[[analyses]]``; the first that fits when empty.
    language : str
    **keys
        Any other key of ``[[analyses]]``: ``covariates=["age"]``, ``by=["sex"]``, ``restrict={"sex": ["woman"]}``, ``before="t1"``.

    Returns
    -------
    DataFrame
        Rows of ``estimates``; p-values are not adjusted for having looked at several outcomes, and there is no verdict.

    Raises
    ------
    ResearcherError
        With every problem, as ``make check`` would tell it.
    """
    own = _ready(study, SCORES)
    tried = {name: _with_analysis(own, outcome, name, keys) for name in ([estimator] if estimator else PREFERRED)}
    fitting = next((declared for declared, problems in tried.values() if declared is not None and not problems), None)
    if fitting is None:
        raise ResearcherError(next(iter(tried.values()))[1])
    panel = Panel(fitting, load(own, Cleaned), load(own, Scored))
    rows = analysis_rows(analysis_frame(panel, fitting.declaration.analyses[0]))
    return _estimates(own, table_of(ESTIMATES, rows), language)


def plot(study: str, name: str, language: str = "") -> Figure:
    """Draw a question or a measure by wave and group.

    Raises
    ------
    ResearcherError
        When there is no such question or measure, or nobody answered.
    """
    own = _ready(study, SCORES if name in load_study(study).measure else RESPONSES)
    chosen = language or own.declaration.languages[0]
    book, facts = book_of(own)
    described = Described.of(facts, chosen, book.flow, book.labels, book.databook)
    question = described.question_of.get(name)
    if name in own.measure:
        described, question = _with_measure(own, described, name, chosen)
    known = [*described.question_of, *own.measure]
    if question is None:
        raise ResearcherError.of(f"plot of {name}", "is no question or measure", ", ".join(known), suggestion(name, known))
    figure = answers_figure(described, question)
    if figure is None:
        raise ResearcherError.of(f"plot of {name}", "holds free text, or nobody answered")
    return replace(figure, caption=f"{question.label}. {figure.caption} {described.results.say('explore.status')}")


def _ready(name: str, until: str) -> Study:
    """Build a study up to a stage where it is not up to date: apart, as make would, so that the tables are the same to the last digit."""
    study = load_study(name)
    raise_if_any(method_problems(study, until))
    record = read_record(study.paths)
    needed = table_steps(study)[: STAGES.index(until) + 1]
    if not all(is_current(study.paths, record, one.stage, one.key) for one in needed):
        command = [sys.executable, "-m", "pipeline", "build", name, "--until", until]
        surroundings = {**os.environ, ROOT_VARIABLE: str(study.paths.root)}
        built = subprocess.run(command, cwd=tool_root(), env=surroundings, capture_output=True, text=True, check=False)  # noqa: S603 - our own command; the name is of a study that was loaded
        if built.returncode:
            raise ResearcherError.of(f"make {until} STUDY={name}", "did not succeed", details=tuple(built.stderr.splitlines()))
    return study


def _columns(study: Study, unit: str) -> list[Column]:
    chosen = unit or study.declaration.sample.unit
    if chosen not in study.unit:
        raise ResearcherError.of(f"unit={unit}", "is not a unit of the study", ", ".join(study.unit), suggestion(unit, study.unit))
    scored = load(study, Scored) if read_record(study.paths)["stages"].get("scores") else Scored({}, pd.DataFrame())
    return columns_of(study, chosen, load(study, Cleaned), scored)


def _labelled(study: Study, columns: list[Column], language: str) -> pd.DataFrame:
    chosen = language or study.declaration.languages[0]
    frame = typed(columns)
    for one in (one for one in columns if one.answers and one.type not in NUMBERS):
        labels = {code: text.in_language(chosen) for code, text in one.answers}
        frame[one.name] = pd.Categorical(frame[one.name].map(labels), list(dict.fromkeys(labels.values())), ordered=True)
    return _marked(frame, {one.name: one.label.in_language(chosen) for one in columns})


def _estimates(study: Study, rows: pd.DataFrame, language: str) -> pd.DataFrame:
    """Put the label of the outcome before the numbers, and leave out what is empty everywhere."""
    chosen = language or study.declaration.languages[0]
    labels = {name: one.label.in_language(chosen) for parts in (study.variable, study.measure) for name, one in parts.items()}
    said = rows.loc[:, [name for name in rows if name != "study" and (rows[name].notna() & (rows[name] != "")).any()]]
    said.insert(0, "label", said["outcome"].map(labels).fillna(said["outcome"]))
    return _marked(said.assign(status=STATUS), {})


def _marked(frame: pd.DataFrame, labels: dict[str, str]) -> pd.DataFrame:
    frame.attrs |= {"status": STATUS, "labels": labels}
    return frame


def _with_analysis(study: Study, outcome: str, estimator: str, keys: dict[str, Any]) -> tuple[Study | None, list[Problem]]:
    """Declare one analysis in the place of those of the plan; give the study, or what speaks against it."""
    label, where = dict.fromkeys(LANGUAGES, outcome), f"compare('{study.id}', '{outcome}')"
    analysis = {"id": HERE, "role": "exploratory", "outcomes": [outcome], "label": label, "estimator": estimator, **keys}
    parsed = study.declaration.model_dump(mode="json") | {"analyses": [analysis], "exhibits": []}
    declaration, problems = validated(parsed, where)
    if declaration is None:
        return None, problems
    own = replace(study, declaration=declaration)
    problems, allowed = list(analysis_problems(own)), ""
    if not problems:
        kind = study.kind_of(split_reference(outcome)[0])
        fits = [name for name, one in ESTIMATORS.items() if kind in one.kinds]
        problems, allowed = estimator_problems(own), f"estimators of a {kind}: {', '.join(fits)}"
    place = toml_place(own, f"analyses '{HERE}'")
    return own, [replace(one, where=one.where.replace(place, where), allowed=one.allowed or allowed) for one in problems]


def _with_measure(study: Study, described: Described, name: str, language: str) -> tuple[Described, Question]:
    """Add what is counted of a measure, as if it were a question."""
    measure = study.measure[name]
    rows = measure_frame(study, load(study, Cleaned), load(study, Scored), measure)
    kind = "select_one" if study.kind_of(name) == "category" else "decimal"
    answers = {code: text.in_language(language) for code, text in measure.categories.items()}
    waves = study.waves_of_measure(measure) or ("",)
    question = Question(0, name, measure.label.in_language(language), kind, study.unit_of(name), waves, answers)
    return Described(described.results, rows), question
