"""Problems of ``[simulation]``, all found before anything is drawn."""

from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError

from pipeline.errors import Problem
from pipeline.simulate.checks.consequences import mess_problems, missing_problems, rule_problems
from pipeline.simulate.checks.kinds import part_problems
from pipeline.simulate.checks.units import link_problems, taking_part_problems, trait_problems, unit_problems
from pipeline.simulate.draw import drawing_order
from pipeline.spec.naming import toml_place
from pipeline.spec.simulation import Simulation
from pipeline.spec.study import Study


def simulation_problems(study: Study) -> list[Problem]:
    """Give every problem of a study's ``[simulation]``; none when it has no such section."""
    declared = study.declaration.simulation
    if declared is None:
        return []
    who = (unit_problems, link_problems, trait_problems)
    afterwards = (missing_problems, taking_part_problems, rule_problems, mess_problems)
    found = [problem for check in (*who, variable_problems, *afterwards) for problem in check(study, declared)]
    return found or list(_circle_problems(study, declared))


def variable_problems(study: Study, declared: Simulation) -> Iterator[Problem]:
    """Each variable is drawn by one part; every part fulfils the rules of its kind."""
    for name in sorted(name for name, times in Counter(name for part in declared.parts for name in part.drawn).items() if times > 1):
        yield Problem(toml_place(study, "simulation"), f"'{name}' is drawn by several parts", remedy="Keep it in one of them.")
    for part in declared.parts:
        yield from part_problems(study, declared, part)


def _circle_problems(study: Study, declared: Simulation) -> Iterator[Problem]:
    try:
        drawing_order(study, declared)
    except CycleError as error:
        names = sorted({name for made in error.args[1] for name in made})
        found = f"these depend on each other in a circle: {', '.join(names)}"
        yield Problem(toml_place(study, "simulation"), found, remedy="Take one of given, after, follows or effects out.")
