"""Checks of what is asked and shown: measures, analyses and their references, exhibits, quotations."""

from collections import Counter
from collections.abc import Iterable, Iterator

from pipeline.errors import Problem, suggestion
from pipeline.spec.declaration import Analysis, Exhibit, Measure, Quotations
from pipeline.spec.declared import Declared
from pipeline.spec.naming import split_reference, toml_place, unknown_answers, unknown_name, unknown_names, unknown_wave
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import NUMERIC_TYPES, RULE_KINDS

FIXED = "fixed variable"
LEVELS = "fixed select_one variable or link"
"""What the two kinds of variables are called in a message."""


def measure_problems(study: Study) -> Iterator[Problem]:
    """Items must exist; reversing needs the range. What a rule needs is checked where it lives (``score``)."""
    for measure in study.declaration.measures:
        where = toml_place(study, f"measures '{measure.name}'")
        yield from unknown_name(f"{where} rule", measure.rule, RULE_KINDS, "scoring rule")
        yield from _item_problems(study, measure, where)
        yield from unknown_names(f"{where} waves", measure.waves, study.wave_names, "wave")
        yield from unknown_names(f"{where} reversed", measure.reversed, measure.items, "item of this measure")
        if measure.reversed and measure.range is None:
            yield Problem(f"{where} range", "is missing", "[least, greatest]", "Reversed items need the range of one answer.")
        known = all(item in study.variable for item in measure.items)
        if known and not study.waves_of_measure(measure) and not all(study.variable[item].fixed for item in measure.items):
            yield Problem(
                where, "its items are never asked together in one wave", remedy="Correct the items or the raw_name columns of the codebook."
            )


def _item_problems(study: Study, measure: Measure, where: str) -> Iterator[Problem]:
    if not measure.items:
        yield Problem(f"{where} items", "is empty", remedy="Name at least one variable.")
    yield from unknown_names(f"{where} items", measure.items, study.variable, "variable")
    items = [study.variable[item] for item in measure.items if item in study.variable]
    units = {item.unit for item in items}
    if len(units) > 1:
        yield Problem(f"{where} items", f"belong to several units: {', '.join(sorted(units))}", remedy="A measure is scored on one unit.")
    codes = {code for item in items for code in study.codes_of(item)}
    for code in (*measure.counts, *measure.leaves_out):
        if codes and code not in codes:
            yield Problem(f"{where} counts", f"'{code}' is not an answer of its items", ", ".join(sorted(codes)), suggestion(code, codes))


def analysis_problems(study: Study) -> Iterator[Problem]:
    """References, contrasts and bounds must resolve. Estimators are checked where they live (``compare``)."""
    for analysis in study.declaration.analyses:
        where = toml_place(study, f"analyses '{analysis.id}'")
        for key in ("outcomes", "covariates", "restrict", "response"):
            for reference in getattr(analysis, key):
                yield from outcome_reference_problems(study, f"{where} {key}", reference)
        yield from _cohort_key_problems(study, analysis, where)
        for outcome in analysis.smallest_difference:
            yield from unknown_name(f"{where} smallest_difference", outcome, analysis.outcomes, "outcome of this analysis")
            if analysis.smallest_difference[outcome] <= 0:
                yield Problem(
                    f"{where} smallest_difference",
                    f"{outcome} = {analysis.smallest_difference[outcome]}",
                    "a number above 0",
                    "Give the size; the direction is the measure's.",
                )
        yield from _contrast_problems(study, analysis, where)
        by = [name for crossing in analysis.by for name in crossing.split("*")]
        yield from unknown_names(f"{where} by", by, level_names(study), LEVELS)
    auxiliary = study.declaration.imputation.auxiliary if study.declaration.imputation else ()
    for place, references in (("balance covariates", study.declaration.balance.covariates), ("imputation auxiliary", auxiliary)):
        for reference in references:
            yield from outcome_reference_problems(study, toml_place(study, place), reference)


def answered_problems(study: Study) -> Iterator[Problem]:
    """Where analyses are declared, one must be primary; before that there is nothing to ask of them."""
    if study.declaration.analyses:
        yield from primary_problems(study)


def primary_problems(study: Study) -> Iterator[Problem]:
    """Something must answer the study's question before anything is built; a data book needs no analyses at all."""
    primary = [analysis for analysis in study.declaration.analyses if analysis.role == "primary"]
    counted = any(exhibit.kind == "coding" for exhibit in study.declaration.exhibits)
    if not primary and not (study.declaration.design == "interviews" and counted):
        yield Problem(toml_place(study, "analyses"), "none has role = 'primary'", remedy="Say which analysis answers the study's question.")


def level_names(study: Study) -> list[str]:
    """Give what can divide units into levels: fixed variables with answers, and links to other units."""
    owned = {unit.id for unit in study.declaration.units}
    return [
        variable.name
        for variable in study.variables
        if (variable.fixed and variable.type == "select_one") or (variable.type == "id" and variable.name in owned)
    ]


def fixed_names(study: Study) -> list[str]:
    """Give the variables that cannot change between waves."""
    return [variable.name for variable in study.variables if variable.fixed]


def id_key_problems(study: Study, declared: Declared, keys: Iterable[str], where: str) -> Iterator[Problem]:
    """What links to other units must be an id variable."""
    links = [variable.name for variable in study.variables if variable.type == "id"]
    for key in keys:
        if getattr(declared, key) is not None:
            yield from unknown_name(f"{where} {key}", getattr(declared, key), links, "id variable")


def _cohort_key_problems(study: Study, analysis: Analysis, where: str) -> Iterator[Problem]:
    """What questions about one group are declared with must resolve as well."""
    references = {
        f"{where} {key}": [getattr(analysis, key)] for key in ("then", "beside", "mediator") if getattr(analysis, key) is not None
    }
    references |= {f"{where} readings '{reading.id}' restrict": list(reading.restrict) for reading in analysis.readings}
    for place, named in references.items():
        for reference in named:
            yield from outcome_reference_problems(study, place, reference)
    yield from id_key_problems(study, analysis, ("rater", "subject"), where)
    yield from _event_problems(study, analysis, where)
    yield from _before_problems(study, analysis, where)


def _event_problems(study: Study, analysis: Analysis, where: str) -> Iterator[Problem]:
    if analysis.event is None:
        return
    yield from unknown_name(f"{where} event", analysis.event, fixed_names(study), FIXED)
    if analysis.event in study.variable:
        yield from unknown_answers(study, f"{where} event_codes", analysis.event, analysis.event_codes)


def _before_problems(study: Study, analysis: Analysis, where: str) -> Iterator[Problem]:
    if analysis.before is None:
        return
    yield from unknown_name(f"{where} before", analysis.before, study.wave_names, "wave")
    for outcome in analysis.outcomes if analysis.before in study.wave_names else ():
        yield from outcome_reference_problems(study, f"{where} before", f"{split_reference(outcome)[0]}@{analysis.before}")


def _contrast_problems(study: Study, analysis: Analysis, where: str) -> Iterator[Problem]:
    name = analysis.group or study.declaration.sample.group
    if not name:
        return
    yield from unknown_name(f"{where} group", name, fixed_names(study), FIXED)
    if analysis.group is not None and analysis.contrast is None:
        yield Problem(f"{where} contrast", "is missing", "[first, second]", "Another group needs its contrast.")
    if name in study.variable:
        yield from unknown_answers(study, f"{where} contrast", name, analysis.contrast or ())


def outcome_reference_problems(study: Study, where: str, reference: str) -> Iterator[Problem]:
    """A reference must be a measure or variable, with a wave exactly when it has waves."""
    name, _ = split_reference(reference)
    yield from unknown_name(where, name, [*study.measure, *study.variable], "measure or variable")
    if name not in study.measure and name not in study.variable:
        return
    if name not in study.measure and study.variable[name].type not in (*NUMERIC_TYPES, "select_one"):
        found = f"'{name}' is of type {study.variable[name].type}"
        yield Problem(where, found, "a rating, integer, decimal or select_one", "Choose another variable.")
    yield from unknown_wave(where, reference, study.waves_of_outcome(name))


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
