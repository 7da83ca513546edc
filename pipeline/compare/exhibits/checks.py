"""Whether each declared exhibit can be made as declared, before there are data."""

from collections.abc import Iterator

from pipeline.compare.exhibits.classes import codes_shown, edges_shown
from pipeline.errors import Problem
from pipeline.spec.declaration import Exhibit
from pipeline.spec.naming import toml_place, unknown_name
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import ANSWERED, EVERYBODY


def exhibit_problems(study: Study) -> list[Problem]:
    """Give every way in which a declared exhibit cannot be made.

    Parameters
    ----------
    study : Study
        Passed the checks of ``spec``, so outcomes, times and waves exist.

    Returns
    -------
    list of Problem
    """
    checks = {
        "transition": (_class_problems, _wave_problems),
        "experience": (_class_problems, _wave_problems),
        "curve": (_curve_problems,),
        "coding": (_coding_problems, _wave_problems),
    }
    return [problem for exhibit in study.declaration.exhibits for check in checks[exhibit.kind] for problem in check(study, exhibit)]


def _place(study: Study, exhibit: Exhibit, key: str) -> str:
    return toml_place(study, f"exhibits '{exhibit.id}' {key}")


def _class_problems(study: Study, exhibit: Exhibit) -> Iterator[Problem]:
    for name in exhibit.outcomes:
        if not codes_shown(study, name) and not edges_shown(study, name):
            yield Problem(
                _place(study, exhibit, "outcomes"),
                f"'{name}' has neither answers nor classes to be counted in",
                remedy="Declare its classes, or choose another outcome.",
            )


def _wave_problems(study: Study, exhibit: Exhibit) -> Iterator[Problem]:
    if exhibit.kind == "transition" and len(exhibit.waves) != 2:
        yield Problem(_place(study, exhibit, "waves"), f"names {len(exhibit.waves)} waves", "two: before and after", "Name both.")
    for name in exhibit.outcomes:
        known = study.waves_of_outcome(name)
        for wave in exhibit.waves:
            if wave not in known:
                yield Problem(
                    _place(study, exhibit, "waves"), f"'{name}' does not exist in wave '{wave}'", ", ".join(known), "Correct the wave."
                )


def _curve_problems(study: Study, exhibit: Exhibit) -> Iterator[Problem]:
    assert exhibit.time is not None and exhibit.event is not None
    sample = study.declaration.sample.unit
    for key, name in (("time", exhibit.time), ("event", exhibit.event)):
        if study.unit_of(name) != sample:
            yield Problem(
                _place(study, exhibit, key),
                f"'{name}' is observed on {study.unit_of(name)}",
                f"a fixed variable of {sample}",
                "Choose another variable.",
            )
    if study.kind_of(exhibit.time) != "number":
        yield Problem(_place(study, exhibit, "time"), f"'{exhibit.time}' is not a number", remedy="Choose an integer or decimal.")
    if study.kind_of(exhibit.event) != "category":
        yield Problem(_place(study, exhibit, "event"), f"'{exhibit.event}' is not a select_one", remedy="Choose a variable with answers.")
        return
    codes = study.codes_of(study.variable[exhibit.event])
    for code in exhibit.event_codes:
        if code not in codes:
            yield Problem(_place(study, exhibit, "event_codes"), f"'{code}' is not an answer of it", ", ".join(codes), "Correct the code.")
    if list(exhibit.grid) != sorted(set(exhibit.grid)):
        yield Problem(_place(study, exhibit, "grid"), "the times do not rise", remedy="Write each time once, in rising order.")


def _coding_problems(study: Study, exhibit: Exhibit) -> Iterator[Problem]:
    """One question answered by codes, about rows of the same unit, linked to what was coded and to who coded it."""
    where = toml_place(study, f"exhibits '{exhibit.id}'")
    if len(exhibit.outcomes) != 1:
        yield Problem(f"{where} outcomes", f"names {len(exhibit.outcomes)} variables", "one", "Declare one coding per variable.")
        return
    [name] = exhibit.outcomes
    if name in study.measure or study.variable[name].type != "select_one":
        yield Problem(f"{where} outcomes", f"'{name}' is not a select_one", remedy="Name the variable that holds the codes.")
        return
    for code in exhibit.present:
        yield from unknown_name(f"{where} present", code, study.codes_of(study.variable[name]), f"answer of '{name}'")
    unit = study.variable[name].unit
    yield from _row_problems(study, exhibit, where, unit)
    yield from _link_problems(study, exhibit, where, unit)


def _row_problems(study: Study, exhibit: Exhibit, where: str, unit: str) -> Iterator[Problem]:
    able = [variable.name for variable in study.variables_of(unit) if variable.fixed and variable.type == "select_one"]
    yield from unknown_name(f"{where} rows", str(exhibit.rows), able, f"fixed select_one of {unit}")
    if exhibit.rows in able:
        for code in sorted({ANSWERED, EVERYBODY} & set(study.codes_of(study.variable[exhibit.rows]))):
            yield Problem(
                f"{where} rows", f"'{code}' is an answer of '{exhibit.rows}'", remedy="Choose another code; this one means the sum."
            )


def _link_problems(study: Study, exhibit: Exhibit, where: str, unit: str) -> Iterator[Problem]:
    owned = {one.id for one in study.declaration.units}
    links = [link.name for link in study.links_of(unit) if link.name in owned]
    for key in ("columns", "rater"):
        yield from unknown_name(f"{where} {key}", str(getattr(exhibit, key)), links, f"link of {unit} to a unit")
    if exhibit.columns == exhibit.rater:
        yield Problem(f"{where} rater", f"'{exhibit.rater}' is also what was coded", remedy="Name the link that says who coded.")
