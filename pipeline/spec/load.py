"""Read a declared study from its folder, collecting every problem before raising.

``load_study`` is the only way in: what it returns has passed all checks that
need no data.
"""

import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pipeline.errors import Problem, ResearcherError, raise_if_any, suggestion
from pipeline.paths import Paths, declared_studies, study_paths
from pipeline.spec.boxes import box_problems, boxes_of, with_boxes
from pipeline.spec.care import complete_care
from pipeline.spec.check import study_problems
from pipeline.spec.codebook import read_answer_lists, read_variables
from pipeline.spec.complete import complete_measures
from pipeline.spec.corrections import read_corrections
from pipeline.spec.declaration import Declaration
from pipeline.spec.declared import Declared, declared_in
from pipeline.spec.margins import with_margins
from pipeline.spec.plan import read_lock
from pipeline.spec.study import Study, Variable
from pipeline.spec.vocabulary import LANGUAGES


def load_study(study: str, root: Path | None = None) -> Study:
    """Read and check ``studies/<study>/``.

    Parameters
    ----------
    study : str
        Name of the folder in ``studies/``.
    root : Path, optional
        Project root; the current checkout when absent.

    Returns
    -------
    Study
        Frozen; every reference in it resolves.

    Raises
    ------
    ResearcherError
        With all problems of the declaration at once.
    """
    paths = study_paths(study, root)
    if not (paths.declared / "study.toml").is_file():
        known = declared_studies(paths.root)
        allowed = f"STUDY= one of: {', '.join(known) or 'none declared yet'}"
        remedy = suggestion(study, known) or "Declare the study there; docs/declare.md shows how."
        raise ResearcherError.of(f"studies/{study}/study.toml", "there is no such file", allowed, remedy)
    declaration, problems = read_declaration(paths)
    source_names = tuple(source.name for source in declaration.sources) if declaration else ()
    languages = declaration.languages if declaration else LANGUAGES
    variables, codebook_problems = read_variables(paths, source_names if declaration else None, languages)
    answer_lists, answer_problems = read_answer_lists(paths, languages)
    corrections, correction_problems = read_corrections(paths)
    problems += codebook_problems + answer_problems + correction_problems
    texts, unreadable = _read_texts(paths)
    problems += unreadable
    problems += box_problems(variables, answer_lists, paths.shown(paths.declared / "codebook.csv"))
    raise_if_any(problems)
    variables, answer_lists = boxes_of(variables, answer_lists)
    assert declaration is not None
    study_read = Study(
        id=study,
        paths=paths,
        declaration=with_boxes(declaration, variables),
        variables=variables if declaration.waves else _never_asked_again(variables),
        answer_lists=answer_lists,
        texts=texts,
        locked_plan=read_lock(paths),
        corrections=corrections,
    )
    raise_if_any(study_problems(study_read))
    return study_read


def _never_asked_again(variables: tuple[Variable, ...]) -> tuple[Variable, ...]:
    """Without waves nothing is asked twice, so nothing can change between them: the codebook need not say so of each question."""
    return tuple(replace(variable, fixed=True) for variable in variables)


def read_declaration(paths: Paths) -> tuple[Declaration | None, list[Problem]]:
    """Parse ``study.toml``; give the declaration or the problems that prevent it."""
    path = paths.declared / "study.toml"
    where = paths.shown(path)
    try:
        parsed = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return None, [
            Problem(
                where,
                f"is not valid TOML: {error}",
                remedy="Correct the line named above; text needs quotes, so do names with å, ä, ö or blanks before =, and lists need brackets.",
            )
        ]
    complete, problems = complete_measures(_in_both_languages(parsed), where)
    complete, of_care = complete_care(complete, where)
    complete, of_margins = with_margins(complete, paths, where)
    declaration, wrong = validated(complete, where)
    return declaration, [*problems, *of_care, *of_margins, *wrong]


def validated(parsed: dict[str, Any], where: str) -> tuple[Declaration | None, list[Problem]]:
    """Hold a declaration to its types; give it, or every problem with the place of each key."""
    try:
        return Declaration.model_validate_json(json.dumps(parsed, default=str)), []
    except ValidationError as error:
        return None, [_declaration_problem(where, item, parsed) for item in error.errors()]


def _in_both_languages(parsed: dict) -> dict:
    """Let the texts of a study in one language stand in the place of both, and its reports be in that language only."""
    languages = parsed.get("languages")
    if not isinstance(languages, list) or len(languages) != 1 or languages[0] not in LANGUAGES:
        return parsed
    [own] = languages
    reports = parsed.get("reports", [])
    limited = (
        [{"languages": languages, **one} if isinstance(one, dict) else one for one in reports] if isinstance(reports, list) else reports
    )
    return {**_filled(parsed, own), "reports": limited}


def _filled(part: Any, own: str) -> Any:
    if isinstance(part, list):
        return [_filled(one, own) for one in part]
    if not isinstance(part, dict):
        return part
    if part.keys() == {own} and isinstance(part[own], str):
        return dict.fromkeys(LANGUAGES, part[own])
    return {key: _filled(one, own) for key, one in part.items()}


def _declaration_problem(where: str, item: ErrorDetails, parsed: dict) -> Problem:
    """Turn one pydantic error into a problem that names the key and a remedy."""
    place = _place(item["loc"], parsed)
    if item["type"] == "extra_forbidden":
        known = _known_keys(item["loc"][:-1])
        return Problem(
            where=f"{where}, {place}",
            found="is not a known key",
            allowed=", ".join(sorted(known)),
            remedy=suggestion(str(item["loc"][-1]), known) or "Remove it, or see docs/declare.md for what can be declared.",
        )
    if item["type"] == "missing":
        return Problem(f"{where}, {place}", "is missing", remedy="Add it; docs/declare.md says what it means.")
    found = "" if isinstance(item["input"], dict | list) else f": found {item['input']!r}"
    return Problem(f"{where}, {place}", f"{item['msg'][0].lower()}{item['msg'][1:]}{found}", remedy="Correct the value.")


def _place(location: tuple, parsed: object) -> str:
    """Write a location as a researcher reads it: ``analyses 'adjusted' covariates``."""
    words, current = [], parsed
    for step in location:
        if isinstance(step, int) and isinstance(current, list) and step < len(current):
            current = current[step]
            name = current.get("id", current.get("name", "")) if isinstance(current, dict) else ""
            words.append(f"'{name}'" if name else f"no. {step + 1}")
        else:
            words.append(str(step))
            current = current.get(step) if isinstance(current, dict) else None
    return " ".join(words)


def _known_keys(location: tuple) -> list[str]:
    """Give the keys allowed at a location, by walking the declared types."""
    model: type[Declared] | None = Declaration
    for step in location:
        if isinstance(step, str) and model is not None and step in model.model_fields:
            model = declared_in(model.model_fields[step].annotation)
    return list(model.model_fields) if model else []


def _read_texts(paths: Paths) -> tuple[dict[str, str], list[Problem]]:
    """Read the researcher's own words, one Markdown file per language; none is fine."""
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for language in LANGUAGES:
        path = paths.declared / "texts" / f"{language}.md"
        try:
            texts |= {language: path.read_text(encoding="utf-8")} if path.is_file() else {}
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            problems.append(Problem(f"{paths.shown(path)}, line {line}", "is not UTF-8", remedy="Save the file as UTF-8."))
    return texts, problems
