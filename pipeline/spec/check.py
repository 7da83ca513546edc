"""Rules that span several parts of a declaration: does every name resolve?

Each function looks at one part and gives its problems; none raises.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from pipeline.errors import Problem, suggestion
from pipeline.spec.study import Analysis, Measure, Study, split_reference
from pipeline.spec.vocabulary import NUMERIC_TYPES, RULE_KINDS

DEFAULT_BASE, DEFAULT_CELL = 6, 3


def study_problems(study: Study) -> list[Problem]:
    """Give every problem of a declaration whose parts could be read."""
    checks = (
        name_problems,
        source_problems,
        variable_problems,
        sample_problems,
        wave_problems,
        exclusion_problems,
        measure_problems,
        analysis_problems,
        exhibit_problems,
        report_problems,
        disclosure_problems,
    )
    return [problem for check in checks for problem in check(study)]


def _toml(study: Study, place: str) -> str:
    return f"studies/{study.id}/study.toml, {place}"


def _unknown(where: str, name: str, known: Iterable[str], kind: str) -> Iterator[Problem]:
    """Give a problem when a name is not among the known ones."""
    names = list(known)
    if name not in names:
        yield Problem(
            where,
            f"'{name}' is not a declared {kind}",
            ", ".join(names) or "none declared",
            suggestion(name, names) or f"Declare the {kind}, or correct the name.",
        )


def name_problems(study: Study) -> Iterator[Problem]:
    """Names must be unique inside their kind; variables and measures share one space."""
    declared = study.declaration
    kinds = {
        "units": [unit.name for unit in declared.units],
        "waves": [wave.name for wave in declared.waves],
        "sources": [source.name for source in declared.sources],
        "analyses": [analysis.id for analysis in declared.analyses],
        "exhibits": [exhibit.id for exhibit in declared.exhibits],
        "exclusions": [exclusion.id for exclusion in declared.exclusions],
        "variables and measures": [*(variable.name for variable in study.variables), *(measure.name for measure in declared.measures)],
    }
    for kind, names in kinds.items():
        for name, times in Counter(names).items():
            if times > 1:
                yield Problem(f"studies/{study.id}, {kind}", f"'{name}' is declared {times} times", remedy="Give each its own name.")


def source_problems(study: Study) -> Iterator[Problem]:
    """Units, waves and order variables of sources must exist; files stay in the raw folder."""
    for source in study.declaration.sources:
        where = _toml(study, f"sources '{source.name}'")
        yield from _unknown(f"{where} unit", source.unit, study.unit, "unit")
        if source.wave is not None:
            yield from _unknown(f"{where} wave", source.wave, study.wave_names, "wave")
        if "/" in source.file or "\\" in source.file or source.file.startswith("."):
            yield Problem(
                f"{where} file", f"'{source.file}'", "a file name without folders", f"Put the file directly into data/raw/{study.id}/."
            )
        if source.duplicates in ("first", "latest") and source.order is None:
            yield Problem(f"{where} order", "is missing", "the name of a date variable", f"duplicates = '{source.duplicates}' needs it.")
        if source.order is not None:
            dates = [variable.name for variable in study.variables if variable.type == "date" and source.name in variable.raw_names]
            yield from _unknown(f"{where} order", source.order, dates, "date variable of this source")


def variable_problems(study: Study) -> Iterator[Problem]:
    """Units, answer lists and numeric codes of variables must fit together."""
    for variable in study.variables:
        where = f"studies/{study.id}/codebook.csv, '{variable.name}'"
        yield from _unknown(f"{where}, column unit", variable.unit, study.unit, "unit")
        if variable.answers:
            yield from _unknown(f"{where}, column answers", variable.answers, study.answer_lists, "answer list")
        if not variable.raw_names:
            yield Problem(where, "has no raw_name for any source", remedy="Name its column in at least one source, or remove the row.")
        if variable.type == "rating":
            for code in study.codes_of(variable):
                if not code.lstrip("-").isdigit():
                    yield Problem(
                        f"studies/{study.id}/answers.csv, list {variable.answers}",
                        f"code '{code}' is not a whole number",
                        remedy="A rating needs numbers as codes; use select_one otherwise.",
                    )
        for name in variable.raw_names:
            source = study.source[name]
            if source.unit != variable.unit and variable.type != "id":
                yield Problem(
                    where,
                    f"belongs to unit {variable.unit}, but source '{name}' holds {source.unit}",
                    remedy="Correct the unit or the raw_name column.",
                )
            if source.wave is None and not variable.fixed and variable.type != "id":
                yield Problem(
                    f"{where}, column fixed", f"is empty, but source '{name}' has no wave", remedy="Say yes, or give the source a wave."
                )
    for unit in study.declaration.units:
        identifiers = [variable.name for variable in study.variables if variable.type == "id"]
        yield from _unknown(_toml(study, f"units '{unit.name}' id"), unit.id, identifiers, "id variable")
        if unit.id not in identifiers:
            continue
        for source in study.declaration.sources:
            if source.unit == unit.name and source.name not in study.variable[unit.id].raw_names:
                yield Problem(
                    f"studies/{study.id}/codebook.csv, '{unit.id}'",
                    f"has no raw_name::{source.name}",
                    remedy="Every source needs the id of its unit.",
                )


def sample_problems(study: Study) -> Iterator[Problem]:
    """The group variable must exist, be fixed and hold both codes."""
    sample = study.declaration.sample
    where = _toml(study, "sample")
    yield from _unknown(f"{where} unit", sample.unit, study.unit, "unit")
    if sample.unit not in study.unit:
        return
    fixed = {variable.name: variable for variable in study.variables if variable.fixed and variable.unit == sample.unit}
    yield from _unknown(f"{where} group", sample.group, fixed, "fixed variable of the sample's unit")
    if sample.cluster is not None:
        links = [variable.name for variable in study.links_of(sample.unit)]
        yield from _unknown(f"{where} cluster", sample.cluster, [*fixed, *links], "fixed variable or link of the sample's unit")
    if sample.group in fixed:
        codes = study.codes_of(fixed[sample.group])
        for role in ("participant", "control"):
            yield from _unknown(f"{where} {role}", getattr(sample, role), codes, f"answer of '{sample.group}'")
        if sample.participant == sample.control:
            yield Problem(where, "participant and control are the same group", remedy="Name two different answers.")


def wave_problems(study: Study) -> Iterator[Problem]:
    """Groups asked in a wave must be groups of the sample."""
    sample = study.declaration.sample
    for wave in study.declaration.waves:
        for code in wave.asked_of:
            yield from _unknown(
                _toml(study, f"waves '{wave.name}' asked_of"), code, (sample.participant, sample.control), "group of the sample"
            )


def exclusion_problems(study: Study) -> Iterator[Problem]:
    """Exclusions must name variables that their sources hold."""
    for exclusion in study.declaration.exclusions:
        where = _toml(study, f"exclusions '{exclusion.id}'")
        yield from _unknown(f"{where} variable", exclusion.variable, study.variable, "variable")
        for name in exclusion.sources:
            yield from _unknown(f"{where} sources", name, study.source, "source")
            if exclusion.variable in study.variable and name in study.source and name not in study.variable[exclusion.variable].raw_names:
                yield Problem(
                    f"{where} sources",
                    f"'{name}' does not hold '{exclusion.variable}'",
                    remedy="Remove the source or correct the variable.",
                )


def measure_problems(study: Study) -> Iterator[Problem]:
    """Items must exist; reversing needs the range. What a rule needs is checked where it lives (``score``)."""
    for measure in study.declaration.measures:
        where = _toml(study, f"measures '{measure.name}'")
        yield from _unknown(f"{where} rule", measure.rule, RULE_KINDS, "scoring rule")
        yield from _item_problems(study, measure, where)
        for wave in measure.waves:
            yield from _unknown(f"{where} waves", wave, study.wave_names, "wave")
        for item in measure.reversed:
            yield from _unknown(f"{where} reversed", item, measure.items, "item of this measure")
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
    for item in measure.items:
        yield from _unknown(f"{where} items", item, study.variable, "variable")
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
        where = _toml(study, f"analyses '{analysis.id}'")
        for key in ("outcomes", "covariates", "restrict"):
            for reference in getattr(analysis, key):
                yield from reference_problems(study, f"{where} {key}", reference)
        for outcome in analysis.smallest_difference:
            yield from _unknown(f"{where} smallest_difference", outcome, analysis.outcomes, "outcome of this analysis")
            if analysis.smallest_difference[outcome] <= 0:
                yield Problem(
                    f"{where} smallest_difference",
                    f"{outcome} = {analysis.smallest_difference[outcome]}",
                    "a number above 0",
                    "Give the size; the direction is the measure's.",
                )
        yield from _contrast_problems(study, analysis, where)
        for name in analysis.by:
            yield from _unknown(
                f"{where} by",
                name,
                [variable.name for variable in study.variables if variable.fixed and variable.type == "select_one"],
                "fixed select_one variable",
            )
    primary = [analysis for analysis in study.declaration.analyses if analysis.role == "primary"]
    if not primary:
        yield Problem(_toml(study, "analyses"), "none has role = 'primary'", remedy="Say which analysis answers the study's question.")


def _contrast_problems(study: Study, analysis: Analysis, where: str) -> Iterator[Problem]:
    name = analysis.group or study.declaration.sample.group
    yield from _unknown(f"{where} group", name, [variable.name for variable in study.variables if variable.fixed], "fixed variable")
    if analysis.group is not None and analysis.contrast is None:
        yield Problem(f"{where} contrast", "is missing", "[first, second]", "Another group needs its contrast.")
    if analysis.contrast is not None and name in study.variable:
        for code in analysis.contrast:
            yield from _unknown(f"{where} contrast", code, study.codes_of(study.variable[name]), f"answer of '{name}'")


def reference_problems(study: Study, where: str, reference: str) -> Iterator[Problem]:
    """A reference must be a measure or variable, with a wave exactly when it has waves."""
    name, wave = split_reference(reference)
    yield from _unknown(where, name, [*study.measure, *study.variable], "measure or variable")
    if name in study.measure:
        waves = study.waves_of_measure(study.measure[name])
    elif name in study.variable:
        waves = study.waves_of(study.variable[name])
        if study.variable[name].type not in (*NUMERIC_TYPES, "select_one"):
            yield Problem(
                where,
                f"'{name}' is of type {study.variable[name].type}",
                "a rating, integer, decimal or select_one",
                "Choose another variable.",
            )
    else:
        return
    if (wave or None) not in (waves or (None,)):
        allowed = ", ".join(f"{name}@{known}" for known in waves) or name
        yield Problem(where, f"'{reference}'", allowed, "Name the wave." if not wave else "Correct the wave.")


def exhibit_problems(study: Study) -> Iterator[Problem]:
    """Each kind of exhibit needs its own keys."""
    needed = {"transition": ("outcomes", "waves"), "experience": ("outcomes",), "curve": ("time", "event", "event_codes", "grid")}
    for exhibit in study.declaration.exhibits:
        where = _toml(study, f"exhibits '{exhibit.id}'")
        for key in needed[exhibit.kind]:
            if not getattr(exhibit, key):
                yield Problem(f"{where} {key}", "is missing", remedy=f"A {exhibit.kind} needs it.")
        for name in exhibit.outcomes:
            yield from _unknown(f"{where} outcomes", name, [*study.measure, *study.variable], "measure or variable")
        for name in (exhibit.time, exhibit.event):
            if name is not None:
                yield from _unknown(where, name, [variable.name for variable in study.variables if variable.fixed], "fixed variable")
        for wave in exhibit.waves:
            yield from _unknown(f"{where} waves", wave, study.wave_names, "wave")


def report_problems(study: Study) -> Iterator[Problem]:
    """Report templates must exist."""
    templates = sorted(path.stem for path in study.paths.templates.glob("*.ipynb"))
    for report in study.declaration.reports:
        yield from _unknown(_toml(study, f"reports '{report.id}' template"), report.template, templates, "template in notebooks/")
    for reference in study.declaration.balance.covariates:
        yield from reference_problems(study, _toml(study, "balance covariates"), reference)


def disclosure_problems(study: Study) -> Iterator[Problem]:
    """A weaker policy than the default needs a printed reason."""
    policy = study.declaration.disclosure
    weaker = policy.minimum_base < DEFAULT_BASE or policy.minimum_cell < DEFAULT_CELL
    if weaker and policy.reason is None:
        yield Problem(
            _toml(study, "disclosure reason"),
            "is missing",
            remedy=f"A policy below base {DEFAULT_BASE} and cell {DEFAULT_CELL} needs a reason that the report prints.",
        )
