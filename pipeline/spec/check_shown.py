"""Checks of what is shown beside estimates: exhibits, the parts of a coding, and quotations."""

from collections import Counter
from collections.abc import Iterator

from pipeline.errors import Problem
from pipeline.spec.check_analyses import FIXED, LEVELS, fixed_names, id_key_problems, level_names
from pipeline.spec.declaration import Exhibit, Quotations
from pipeline.spec.naming import split_reference, toml_place, unknown_answers, unknown_name, unknown_names, unknown_wave
from pipeline.spec.study import Study


def exhibit_key_problems(study: Study) -> Iterator[Problem]:
    """Each kind of exhibit needs its own keys."""
    needed = {
        "transition": ("outcomes", "waves"),
        "experience": ("outcomes",),
        "curve": ("time", "event", "event_codes", "grid"),
        "coding": ("outcomes", "rows", "columns", "rater", "present"),
    }
    for exhibit in study.declaration.exhibits:
        where = toml_place(study, f"exhibits '{exhibit.id}'")
        for key in needed[exhibit.kind]:
            if not getattr(exhibit, key):
                yield Problem(f"{where} {key}", "is missing", remedy=f"A {exhibit.kind} needs it.")
        yield from unknown_names(f"{where} outcomes", exhibit.outcomes, [*study.measure, *study.variable], "measure or variable")
        yield from unknown_names(where, filter(None, (exhibit.time, exhibit.event)), fixed_names(study), FIXED)
        yield from unknown_names(f"{where} waves", exhibit.waves, study.wave_names, "wave")
        yield from unknown_names(f"{where} by", exhibit.by, level_names(study), LEVELS)
        yield from id_key_problems(study, exhibit, ("columns", "rater"), where)


def part_problems(study: Study) -> Iterator[Problem]:
    """Where the rows of a coding stand in parts, each row stands in exactly one of them."""
    for exhibit in study.declaration.exhibits:
        where = toml_place(study, f"exhibits '{exhibit.id}' parts")
        if exhibit.parts and exhibit.kind != "coding":
            yield Problem(where, f"has no meaning in an exhibit of kind {exhibit.kind}", "exhibits of kind coding", "Remove it.")
        elif exhibit.parts and exhibit.rows in study.variable:
            yield from _row_problems(study, exhibit, where)


def _row_problems(study: Study, exhibit: Exhibit, where: str) -> Iterator[Problem]:
    codes = study.codes_of(study.variable[str(exhibit.rows)])
    named = Counter(code for part in exhibit.parts for code in part.rows)
    yield from unknown_answers(study, where, str(exhibit.rows), named)
    for code, times in named.items():
        if times > 1:
            yield Problem(where, f"'{code}' stands in {times} parts", remedy="Let each row stand in one part.")
    for part, times in Counter(part.id for part in exhibit.parts).items():
        if times > 1:
            yield Problem(where, f"'{part}' is declared {times} times", remedy="Give each part its own id.")
    left = [code for code in codes if code not in named]
    if left:
        yield Problem(where, f"leave out {', '.join(left)}", remedy=f"Let every answer of '{exhibit.rows}' stand in a part.")


def quotation_problems(study: Study) -> Iterator[Problem]:
    """Quotations need a text, a consent of whoever said it, and at most a theme to stand under."""
    for quotations in study.declaration.quotations:
        where = toml_place(study, f"quotations '{quotations.id}'")
        yield from _text_problems(study, quotations, where)
        yield from _consent_problems(study, quotations, where)
        themes = [exhibit.rows for exhibit in study.declaration.exhibits if exhibit.kind == "coding" and exhibit.rows]
        if quotations.theme is not None and quotations.theme not in themes:
            yield Problem(
                f"{where} theme",
                f"'{quotations.theme}' is not the rows of a coding",
                ", ".join(themes) or "none declared",
                "Quotations are never shown by what tells who said them, such as group, sex or workplace.",
            )


def _text_problems(study: Study, quotations: Quotations, where: str) -> Iterator[Problem]:
    name, _ = split_reference(quotations.text)
    texts = [variable.name for variable in study.variables if variable.type == "text"]
    yield from unknown_name(f"{where} text", name, texts, "variable of type text")
    if name in texts:
        yield from unknown_wave(f"{where} text", quotations.text, study.waves_of(study.variable[name]))
        themed = study.variable.get(quotations.theme or "")
        if themed is not None and themed.unit != study.variable[name].unit:
            yield Problem(
                f"{where} theme",
                f"is observed on {themed.unit}, the text on {study.variable[name].unit}",
                remedy="Take both from one unit.",
            )


def _consent_problems(study: Study, quotations: Quotations, where: str) -> Iterator[Problem]:
    name, _ = split_reference(quotations.consent)
    text = study.variable.get(split_reference(quotations.text)[0])
    units = list(study.reached_from(text.unit)) if text is not None and text.unit in study.unit else list(study.unit)
    able = [variable.name for variable in study.variables if variable.type == "select_one" and variable.unit in units]
    yield from unknown_name(f"{where} consent", name, able, f"select_one of {' or '.join(units)}")
    if name in able:
        yield from unknown_wave(f"{where} consent", quotations.consent, study.waves_of(study.variable[name]))
        yield from unknown_answers(study, f"{where} given", name, quotations.given)
    if not quotations.given:
        yield Problem(f"{where} given", "is empty", remedy=f"Name the answers of '{name}' that are a consent.")
