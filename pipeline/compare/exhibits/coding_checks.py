"""Whether a declared coding can be made, before there are data."""

from collections.abc import Iterator

from pipeline.compare.exhibits.coding import GIVEN
from pipeline.errors import Problem
from pipeline.spec.declaration import Exhibit
from pipeline.spec.naming import toml_place, unknown_name
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY


def coding_problems(study: Study, exhibit: Exhibit) -> Iterator[Problem]:
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
        for code in sorted({GIVEN, EVERYBODY} & set(study.codes_of(study.variable[exhibit.rows]))):
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
