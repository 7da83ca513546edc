"""What all kinds of drawn variables must fulfil."""

from collections.abc import Iterator

from pipeline.errors import Problem
from pipeline.simulate.answering import sayable
from pipeline.simulate.checks.references import condition_problems, effect_problems, linked_units, wave_problems
from pipeline.spec.naming import toml_place, unknown_name
from pipeline.spec.simulation import (
    Choices,
    Coding,
    Dates,
    DrawnPart,
    Event,
    Knowledge,
    Moves,
    Numbers,
    Recalled,
    SimulatedVariable,
    Simulation,
    Texts,
)
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import CHOICE_TYPES, MISSING_REASONS

TYPES: dict[type[DrawnPart], tuple[str, ...]] = {
    Choices: CHOICE_TYPES,
    Numbers: ("integer", "decimal"),
    Dates: ("date",),
    Texts: ("text",),
    Knowledge: CHOICE_TYPES,
    Recalled: (*CHOICE_TYPES, "integer", "decimal"),
    Moves: CHOICE_TYPES,
    Coding: CHOICE_TYPES,
    Event: ("integer", "decimal", "select_one"),
}
"""Kind -> types of variables that it can draw."""


def place_of(study: Study, part: DrawnPart) -> str:
    """Name a part by its first variable."""
    return toml_place(study, f"simulation, '{next(iter(part.drawn), '')}'")


def variable_problems(study: Study, declared: Simulation, part: DrawnPart) -> Iterator[Problem]:
    """Variables must exist, be of one unit and of a fitting type; what they depend on must exist."""
    where = place_of(study, part)
    names = list(part.drawn)
    if not names:
        yield Problem(where, "names no variable", remedy="Name at least one.")
    for name in names:
        yield from unknown_name(where, name, study.variable, "variable")
        if name in study.variable and study.variable[name].type not in TYPES[type(part)]:
            yield Problem(
                where, f"'{name}' is of type {study.variable[name].type}", ", ".join(TYPES[type(part)]), "Declare it as another kind."
            )
    units = {study.variable[name].unit for name in names if name in study.variable}
    if len(units) > 1:
        yield Problem(where, f"its variables belong to several units: {', '.join(sorted(units))}", remedy="Declare each unit's apart.")
    if len(units) == 1 and all(name in study.variable for name in names):
        yield from _dependence_problems(study, declared, part, units.pop(), where)


def _dependence_problems(study: Study, declared: Simulation, part: DrawnPart, unit: str, where: str) -> Iterator[Problem]:
    """Effects and traits must be known to the unit; reasons must be sayable."""
    yield from effect_problems(study, declared, where, unit, getattr(part, "effects", ()))
    yield from wave_problems(study, f"{where} shift", getattr(part, "shift", ()))
    trait = getattr(part, "trait", None)
    if trait is not None:
        reachable = [one.name for one in declared.traits if one.unit in linked_units(study, unit)]
        yield from unknown_name(f"{where} trait", trait, reachable, "trait of this unit or of one it links to")
    if isinstance(part, SimulatedVariable):
        yield from _strength_problems(part, where)
        yield from condition_problems(study, f"{where} only_if", part.only_if)
        yield from _reason_problems(study, part, where)


def _strength_problems(part: SimulatedVariable, where: str) -> Iterator[Problem]:
    alpha = getattr(part, "alpha", None)
    if part.trait is None and (alpha is not None or part.loading is not None):
        yield Problem(f"{where} trait", "is missing", remedy="alpha and loading say how strongly answers follow a trait.")
    if alpha is not None and part.loading is not None:
        yield Problem(where, "has alpha and loading", remedy="Keep one of them: the loading follows from alpha.")


def _reason_problems(study: Study, part: SimulatedVariable, where: str) -> Iterator[Problem]:
    for reason in part.missing or {}:
        yield from unknown_name(f"{where} missing", reason, MISSING_REASONS, "missing reason")
        for name in part.drawn:
            variable = study.variable[name]
            for wave in study.waves_of(variable) or ("",):
                if reason in MISSING_REASONS and not sayable(study, variable, wave, reason):
                    remedy = (
                        f"Add a row with missing = {reason} to the list '{variable.answers}' of answers.csv, or let blank cells mean it."
                    )
                    yield Problem(f"{where} missing", f"'{reason}' cannot be written for '{name}'", remedy=remedy)
