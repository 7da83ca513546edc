"""Checks of how the sample was drawn: weight, strata and the population it was drawn from."""

from collections.abc import Iterator

from pipeline.errors import Problem
from pipeline.spec.naming import toml_place, unknown_answers, unknown_name
from pipeline.spec.study import Study


def drawing_problems(study: Study) -> Iterator[Problem]:
    """The weight must be a fixed number of those studied, the strata a fixed choice that they have or are linked to, the population above nothing."""
    sample = study.declaration.sample
    where = toml_place(study, "sample")
    if sample.unit not in study.unit:
        return
    fixed = [variable for variable in study.variables if variable.fixed]
    if sample.weight is not None:
        able = [variable.name for variable in fixed if variable.unit == sample.unit and variable.is_numeric]
        yield from unknown_name(f"{where} weight", sample.weight, able, f"fixed number of {sample.unit}")
    if sample.strata is not None:
        reached = study.reached_from(sample.unit)
        able = [variable.name for variable in fixed if variable.unit in reached and variable.type == "select_one"]
        yield from unknown_name(f"{where} strata", sample.strata, able, f"fixed select_one of {' or '.join(reached)}")
    yield from _population_problems(study, f"{where} population")


def _population_problems(study: Study, where: str) -> Iterator[Problem]:
    sample = study.declaration.sample
    if sample.population is None:
        return
    counts = sample.population if isinstance(sample.population, dict) else {"all": sample.population}
    for name, count in counts.items():
        if count < 1:
            yield Problem(where, f"{name} = {count}", "a whole number above 0", "Say how many there were to draw from.")
    per_stratum = isinstance(sample.population, dict)
    if per_stratum != (sample.strata is not None):
        found = "is one number, and the sample was drawn within strata" if sample.strata else "is per stratum, and no strata are declared"
        yield Problem(where, found, "a number per answer of the strata" if sample.strata else "one number", "Correct it, or the strata.")
    elif sample.strata in study.variable:
        yield from unknown_answers(study, where, str(sample.strata), counts)
        missing = [code for code in study.codes_of(study.variable[str(sample.strata)]) if code not in counts]
        if missing:
            yield Problem(where, f"leaves out {', '.join(missing)}", remedy="Give every stratum its number.")
