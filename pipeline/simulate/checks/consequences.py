"""What happens to answers once they are drawn: reasons why they are missing, rules, and mess that cleaning must be able to undo."""

from collections.abc import Iterator

from pipeline.errors import Problem
from pipeline.simulate.mess import concerns
from pipeline.simulate.references import condition_problems, named_answer_problems
from pipeline.spec.naming import toml_place, unknown_names
from pipeline.spec.simulation import Mess, Simulation
from pipeline.spec.sources import Source
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import MISSING_REASONS


def missing_problems(study: Study, declared: Simulation) -> Iterator[Problem]:
    """Reasons must be known."""
    yield from unknown_names(toml_place(study, "simulation.missing"), declared.missing, MISSING_REASONS, "missing reason")


def consequence_problems(study: Study, declared: Simulation) -> Iterator[Problem]:
    """Rules name variables of one unit and answers they can have."""
    where = toml_place(study, "simulation.rules")
    for rule in declared.rules:
        yield from condition_problems(study, f"{where} when", rule.when)
        for reference, answer in rule.set.items():
            yield from named_answer_problems(study, f"{where} set", reference, [answer] if answer not in MISSING_REASONS else [])


def mess_problems(study: Study, declared: Simulation) -> Iterator[Problem]:
    """Sources and variables must exist, and their rules must cope with the mess."""
    for mess in declared.mess:
        where = toml_place(study, "simulation.mess")
        yield from unknown_names(f"{where} sources", mess.sources, study.source, "source")
        yield from unknown_names(f"{where} untidy", mess.untidy, study.variable, "variable")
        dates = [one.name for one in study.variables if one.type == "date"]
        yield from unknown_names(f"{where} reentries later", mess.reentries.later if mess.reentries else (), dates, "date")
        for source in study.declaration.sources:
            if concerns(mess, source):
                yield from _repeated_problems(study, mess, source)
                yield from _test_problems(study, mess, source)


def _repeated_problems(study: Study, mess: Mess, source: Source) -> Iterator[Problem]:
    where = toml_place(study, f"simulation.mess, source '{source.name}'")
    needed = {
        "same rows": (mess.same + mess.retyped, ("exact", "most_answered", "first", "latest", "spells")),
        "partial rows": (mess.partial, ("most_answered", "latest")),
        "reentries": (mess.reentries is not None, ("spells", "first", "latest")),
    }
    for what, (declared, rules) in needed.items():
        if declared and source.duplicates not in rules:
            found = f"{what} cannot be undone by duplicates = '{source.duplicates}'"
            yield Problem(where, found, ", ".join(rules), "Declare another rule for the source, or leave them out.")


def _test_problems(study: Study, mess: Mess, source: Source) -> Iterator[Problem]:
    where = toml_place(study, f"simulation.mess, source '{source.name}' tests")
    identifier = study.unit[source.unit].id
    exclusions = [one for one in study.declaration.exclusions if source.name in one.sources and one.variable == identifier]
    excluded = {value.casefold() for one in exclusions for value in one.values}
    for test in mess.tests:
        if test.casefold() not in excluded:
            yield Problem(where, f"'{test}' would stay", remedy=f"Declare an exclusion of '{identifier}' with this value.")
