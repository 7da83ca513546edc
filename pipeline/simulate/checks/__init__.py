"""Problems of ``[simulation]``, all found before anything is drawn."""

from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError
from typing import Any

from pipeline.errors import Problem
from pipeline.simulate.answering import sayable
from pipeline.simulate.checks.consequences import consequence_problems, mess_problems, missing_problems
from pipeline.simulate.checks.units import simulated_link_problems, simulated_unit_problems, taking_part_problems, trait_problems
from pipeline.simulate.draw import drawing_order
from pipeline.simulate.kinds import KINDS
from pipeline.simulate.references import condition_problems, effect_problems, followed_problems
from pipeline.spec.drawn import Choices, DrawnPart, Knowledge, SimulatedVariable
from pipeline.spec.naming import toml_place, unknown_name, unknown_names
from pipeline.spec.simulation import Simulation
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import MISSING_REASONS


def simulation_problems(study: Study) -> list[Problem]:
    """Give every problem of a study's ``[simulation]``; none when it has no such section."""
    declared = study.declaration.simulation
    if declared is None:
        return []
    who = (simulated_unit_problems, simulated_link_problems, trait_problems)
    afterwards = (missing_problems, taking_part_problems, consequence_problems, mess_problems)
    found = [problem for check in (*who, drawn_variable_problems, *afterwards) for problem in check(study, declared)]
    return found or list(_circle_problems(study, declared))


def drawn_variable_problems(study: Study, declared: Simulation) -> Iterator[Problem]:
    """Each variable is drawn by one part; every part fulfils the rules of its kind."""
    for name in sorted(name for name, times in Counter(name for part in declared.parts for name in part.drawn).items() if times > 1):
        yield Problem(toml_place(study, "simulation"), f"'{name}' is drawn by several parts", remedy="Keep it in one of them.")
    for part in declared.parts:
        yield from _part_problems(study, declared, part)


def _part_problems(study: Study, declared: Simulation, part: DrawnPart) -> Iterator[Problem]:
    """What holds for all kinds, and where that does, what holds for this one."""
    where = toml_place(study, f"simulation, '{next(iter(part.drawn), '')}'")
    known = list(_shared_problems(study, declared, part, where))
    yield from known or KINDS[type(part)].problems(study, where, part)


def _shared_problems(study: Study, declared: Simulation, part: DrawnPart, where: str) -> Iterator[Problem]:
    """Variables must exist, be of one unit and of a fitting type; what they depend on must exist."""
    types = KINDS[type(part)].types
    variables = [study.variable[name] for name in part.drawn if name in study.variable]
    if not part.drawn:
        yield Problem(where, "names no variable", remedy="Name at least one.")
    yield from unknown_names(where, part.drawn, study.variable, "variable")
    for variable in variables:
        if variable.type not in types:
            found = f"'{variable.name}' is of type {variable.type}"
            yield Problem(where, found, ", ".join(types), "Declare it as another kind.")
    units = sorted({variable.unit for variable in variables})
    if len(units) > 1:
        yield Problem(where, f"its variables belong to several units: {', '.join(units)}", remedy="Declare each unit's apart.")
    if len(units) == 1 and len(variables) == len(part.drawn):
        yield from _dependence_problems(study, declared, part, where)


def _dependence_problems(study: Study, declared: Simulation, part: Any, where: str) -> Iterator[Problem]:
    """Effects and traits must be known to the unit; reasons must be sayable."""
    unit = study.variable[part.drawn[0]].unit
    yield from effect_problems(study, declared, where, unit, part.effects)
    if part.trait is not None:
        yield from followed_problems(study, declared, f"{where} trait", unit, [part.trait])
    if isinstance(part, SimulatedVariable):
        yield from unknown_names(f"{where} shift", part.shift, study.wave_names, "wave")
        yield from _strength_problems(part, where)
        yield from condition_problems(study, f"{where} only_if", part.only_if)
        yield from _reason_problems(study, part, where)


def _strength_problems(part: SimulatedVariable, where: str) -> Iterator[Problem]:
    alpha = part.alpha if isinstance(part, Choices | Knowledge) else None
    if part.trait is None and (alpha is not None or part.loading is not None):
        yield Problem(f"{where} trait", "is missing", remedy="alpha and loading say how strongly answers follow a trait.")
    if alpha is not None and part.loading is not None:
        yield Problem(where, "has alpha and loading", remedy="Keep one of them: the loading follows from alpha.")


def _reason_problems(study: Study, part: SimulatedVariable, where: str) -> Iterator[Problem]:
    for reason in part.missing or {}:
        yield from unknown_name(f"{where} missing", reason, MISSING_REASONS, "missing reason")
        for variable in (study.variable[name] for name in part.drawn if reason in MISSING_REASONS):
            answers = f"Add a row with missing = {reason} to the list '{variable.answers}' of answers.csv"
            for wave in study.waves_of(variable) or ("",):
                if not sayable(study, variable, wave, reason):
                    found = f"'{reason}' cannot be written for '{variable.name}'"
                    yield Problem(f"{where} missing", found, remedy=f"{answers}, or let blank cells mean it.")


def _circle_problems(study: Study, declared: Simulation) -> Iterator[Problem]:
    try:
        drawing_order(study, declared)
    except CycleError as error:
        names = sorted({name for made in error.args[1] for name in made})
        found = f"these depend on each other in a circle: {', '.join(names)}"
        yield Problem(toml_place(study, "simulation"), found, remedy="Take one of given, after, follows or effects out.")
