"""Every rule that spans several parts of a declaration, gathered in one list.

Each check looks at one part and gives its problems; none raises. To add one:
write it beside its like and add its name to ``study_problems``.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

from pipeline.errors import Problem, gathered, suggestion
from pipeline.spec.check_analyses import (
    LEVELS,
    analysis_problems,
    answered_problems,
    exhibit_key_problems,
    level_names,
    measure_problems,
    part_problems,
    quotation_problems,
)
from pipeline.spec.check_drawing import drawing_problems
from pipeline.spec.check_publication import publication_problems
from pipeline.spec.check_sources import codebook_row_problems, source_problems, unit_id_problems
from pipeline.spec.complete import instrument_problems
from pipeline.spec.corrections import correction_problems
from pipeline.spec.declaration import Analysis, Declaration, Exhibit, Report
from pipeline.spec.declared import Declared, Text
from pipeline.spec.naming import toml_place, unknown_answers, unknown_cluster, unknown_name, unknown_names
from pipeline.spec.sources import BLANK, Exclusion
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import CHOICE_TYPES, COMPARING, EVALUATING

DEFAULT_BASE, DEFAULT_CELL = 6, 3


def study_problems(study: Study) -> list[Problem]:
    """Give every problem of a declaration whose parts could be read."""
    checks = (
        name_problems,
        blank_text_problems,
        unit_id_problems,
        source_problems,
        codebook_row_problems,
        sample_problems,
        drawing_problems,
        wave_problems,
        exclusion_problems,
        correction_problems,
        measure_problems,
        instrument_problems,
        analysis_problems,
        answered_problems,
        exhibit_key_problems,
        part_problems,
        quotation_problems,
        report_problems,
        disclosure_problems,
        publication_problems,
    )
    return gathered((partial(check, study) for check in checks), f"studies/{study.id}/")


def name_problems(study: Study) -> Iterator[Problem]:
    """Names must be unique inside their kind; variables and measures share one space."""
    declared = study.declaration
    listed = {key: parts for key, parts in declared if isinstance(parts, tuple) and key != "languages"}
    kinds = {key: [getattr(one, "name", "") or one.id for one in parts] for key, parts in listed.items()}
    kinds["variables and measures"] = [*(variable.name for variable in study.variables), *kinds.pop("measures")]
    for kind, names in kinds.items():
        for name, times in Counter(names).items():
            if times > 1:
                yield Problem(f"studies/{study.id}, {kind}", f"'{name}' is declared {times} times", remedy="Give each its own name.")


def blank_text_problems(study: Study) -> Iterator[Problem]:
    """Every text must say something in both languages, or a report has holes."""
    for place, text in _texts(study.declaration, ""):
        if not (text.sv.strip() and text.en.strip()):
            yield Problem(toml_place(study, place), "a text is empty", remedy="Write it in both languages.")


def _texts(part: object, place: str) -> Iterator[tuple[str, Text]]:
    """Give every text of a declared part with its place, such as ``analyses 'main' label``."""
    if isinstance(part, Text):
        yield place, part
    elif isinstance(part, Declared):
        for key in type(part).model_fields:
            yield from _texts(getattr(part, key), f"{place} {key}".strip())
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from _texts(value, f"{place} '{key}'")
    elif isinstance(part, tuple):
        for number, one in enumerate(part, start=1):
            name = getattr(one, "id", None) if isinstance(one, Analysis | Exhibit | Exclusion | Report) else getattr(one, "name", None)
            yield from _texts(one, f"{place} '{name or number}'")


def sample_problems(study: Study) -> Iterator[Problem]:
    """The sample's unit must exist; where the design compares groups, so must the group with both its codes."""
    sample = study.declaration.sample
    where = toml_place(study, "sample")
    yield from unknown_name(f"{where} unit", sample.unit, study.unit, "unit")
    yield from _group_key_problems(study, where)
    if sample.unit not in study.unit:
        return
    clusters = {unit.name: unit.cluster for unit in study.declaration.units} | {sample.unit: sample.cluster}
    for unit, cluster in clusters.items():
        if cluster is not None:
            place = f"{where} cluster" if unit == sample.unit else toml_place(study, f"units '{unit}' cluster")
            yield from unknown_cluster(study, place, unit, cluster)
    if sample.compares:
        yield from _group_problems(study, where)


def _group_key_problems(study: Study, where: str) -> Iterator[Problem]:
    """Groups are declared in full where the design compares, and not at all where it does not."""
    declared = study.declaration
    given = {
        "sample group": declared.sample.group,
        "sample participant": declared.sample.participant,
        "sample control": declared.sample.control,
        "group_label": declared.group_label,
        "participant_label": declared.participant_label,
        "control_label": declared.control_label,
    }
    if declared.design in EVALUATING and declared.programme is None:
        remedy = "Say what was offered, as a noun phrase; where nothing was, the design is observational."
        yield Problem(toml_place(study, "programme"), "is missing", f"a text in a design of kind '{declared.design}'", remedy)
    compares = declared.design in COMPARING
    for key, value in given.items():
        place = toml_place(study, key)
        if compares and not value:
            yield Problem(place, "is missing", remedy=f"A {declared.design} design compares two groups; name them.")
        if value and not compares:
            yield Problem(place, f"has no meaning in a design of kind '{declared.design}'", remedy="Remove it: one group is not compared.")


def _group_problems(study: Study, where: str) -> Iterator[Problem]:
    sample = study.declaration.sample
    fixed = {variable.name: variable for variable in study.variables if variable.fixed and variable.unit == sample.unit}
    yield from unknown_name(f"{where} group", sample.group, fixed, "fixed variable of the sample's unit")
    if sample.group in fixed:
        for role in ("participant", "control"):
            yield from unknown_answers(study, f"{where} {role}", sample.group, [getattr(sample, role)])
        if sample.participant == sample.control:
            yield Problem(where, "participant and control are the same group", remedy="Name two different answers.")


def wave_problems(study: Study) -> Iterator[Problem]:
    """Groups asked in a wave must be groups of the sample."""
    sample = study.declaration.sample
    groups = (sample.participant, sample.control)
    for wave in study.declaration.waves:
        yield from unknown_names(toml_place(study, f"waves '{wave.name}' asked_of"), wave.asked_of, groups, "group of the sample")


def exclusion_problems(study: Study) -> Iterator[Problem]:
    """Exclusions must name variables that their sources hold."""
    for exclusion in study.declaration.exclusions:
        where = toml_place(study, f"exclusions '{exclusion.id}'")
        yield from unknown_name(f"{where} variable", exclusion.variable, study.variable, "variable")
        for name in exclusion.sources:
            yield from unknown_name(f"{where} sources", name, study.source, "source")
            if exclusion.variable in study.variable and name in study.source and name not in study.variable[exclusion.variable].raw_names:
                yield Problem(
                    f"{where} sources",
                    f"'{name}' does not hold '{exclusion.variable}'",
                    remedy="Remove the source or correct the variable.",
                )
        yield from _excluded_code_problems(study, exclusion, where)


def _excluded_code_problems(study: Study, exclusion: Exclusion, where: str) -> Iterator[Problem]:
    """Values of an exclusion on a choice must be codes of its answer list, or a blank."""
    variable = study.variable.get(exclusion.variable)
    if variable is None or variable.type not in CHOICE_TYPES:
        return
    codes = [answer.code for answer in study.answer_lists.get(variable.answers, ())]
    for value in exclusion.values:
        if value not in (*codes, BLANK):
            remedy = suggestion(value, codes) or "Correct the code."
            yield Problem(f"{where} values", f"'{value}' is not an answer of '{variable.name}'", ", ".join(codes), remedy)


TEMPLATE_NEEDS: dict[str, tuple[str, Callable[[Declaration], bool]]] = {
    "group_comparison": (f"a design with two groups: {', '.join(COMPARING)}", lambda declared: declared.design in COMPARING),
    "before_after": (
        "an analysis by paired or retrospective, which need a wave before and one after",
        lambda declared: _any_by(declared, "paired", "retrospective"),
    ),
    "progress": (
        "an analysis by transition, paired or survival; only the last does without waves",
        lambda declared: _any_by(declared, "transition", "paired", "survival"),
    ),
    "targets": ("an analysis by attainment or count", lambda declared: _any_by(declared, "attainment", "count")),
    "needs": ("an exhibit of kind coding", lambda declared: any(exhibit.kind == "coding" for exhibit in declared.exhibits)),
}
"""Template -> what it shows, and whether a study has that."""


def _any_by(declared: Declaration, *estimators: str) -> bool:
    return any(analysis.estimator in estimators for analysis in declared.analyses)


def report_problems(study: Study) -> Iterator[Problem]:
    """Report templates must exist, and have something to show of the study."""
    templates = sorted(study.paths.templates)
    for report in study.declaration.reports:
        where = toml_place(study, f"reports '{report.id}'")
        yield from unknown_name(f"{where} template", report.template, templates, "template in notebooks/")
        yield from unknown_names(f"{where} languages", report.languages, study.declaration.languages, "language of the study")
        needed, holds = TEMPLATE_NEEDS.get(report.template, ("", lambda declared: True))
        if not holds(study.declaration):
            remedy = "Choose the template that fits the question, or declare what this one shows."
            yield Problem(f"{where} template", f"'{report.template}' has nothing to show of this study", needed, remedy)
        if report.per is not None:
            yield from unknown_name(f"{where} per", report.per, level_names(study), LEVELS)
        if report.on_request and report.per is None:
            yield Problem(f"{where} per", "is missing", "a variable with levels", "Only reports per level are built on request.")


def disclosure_problems(study: Study) -> Iterator[Problem]:
    """A weaker policy than the default needs a printed reason."""
    policy = study.declaration.disclosure
    weaker = policy.minimum_base < DEFAULT_BASE or policy.minimum_cell < DEFAULT_CELL
    if weaker and policy.reason is None:
        yield Problem(
            toml_place(study, "disclosure reason"),
            "is missing",
            remedy=f"A policy below base {DEFAULT_BASE} and cell {DEFAULT_CELL} needs a reason that the report prints.",
        )
