"""Checks of how the sample was drawn: weight, strata and the population it was drawn from."""

from collections.abc import Iterator
from itertools import product

from pipeline.errors import Problem
from pipeline.spec.margins import MARGINS
from pipeline.spec.naming import toml_place, unknown_answers, unknown_name, unknown_names
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
    yield from _margin_problems(study)
    for analysis in study.declaration.analyses:
        yield from unknown_names(
            toml_place(study, f"analyses '{analysis.id}' margins"), analysis.margins, sample.margins, f"margin of {MARGINS}"
        )


def _margin_problems(study: Study) -> Iterator[Problem]:
    """A margin is of a fixed choice of those studied, or of two crossed, in all its levels; all margins are of the same population."""
    sample, reached = study.declaration.sample, study.reached_from(study.declaration.sample.unit)
    able = [variable.name for variable in study.variables if variable.fixed and variable.unit in reached and variable.type == "select_one"]
    for name, counts in sample.margins.items():
        where = f"studies/{study.id}/{MARGINS}, {name}"
        parts = name.split("*")
        yield from unknown_names(where, parts, able, f"fixed select_one of {' or '.join(reached)}")
        if set(parts) <= set(able):
            levels = ["*".join(codes) for codes in product(*(study.codes_of(study.variable[part]) for part in parts))]
            yield from unknown_names(where, counts, levels, f"level of {name}")
        for code, count in counts.items():
            if count < 1:
                yield Problem(where, f"{code} = {count}", "a whole number above 0", "Leave out what nobody is.")
    totals = {name: sum(counts.values()) for name, counts in sample.margins.items()}
    if len(set(totals.values())) > 1:
        found = f"add up to different populations: {', '.join(f'{name} {total}' for name, total in totals.items())}"
        yield Problem(
            f"studies/{study.id}/{MARGINS}", found, "the same total in every margin", "Correct the counts, or leave a margin out."
        )


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
