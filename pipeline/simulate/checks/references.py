"""Names that parts of ``[simulation]`` refer to: facts, codes, waves, conditions."""

from collections.abc import Iterable, Iterator, Mapping

from pipeline.errors import Problem
from pipeline.simulate.world import linked_units
from pipeline.spec.naming import split_reference, unknown_name
from pipeline.spec.simulation import Effect, Simulation
from pipeline.spec.study import Study, Variable
from pipeline.spec.vocabulary import CHOICE_TYPES

SIMULATION = "simulation"
RANGE = ".."


def facts_of(study: Study, unit: str, wave_allowed: bool = False) -> dict[str, Variable]:
    """Give what a unit's draws may depend on: its links, and fixed variables of its own and of units it links to."""
    links = {link.name: link for link in study.links_of(unit)}
    units = linked_units(study, unit)
    own = {one.name: one for one in study.variables if one.unit in units and one.type != "id" and (one.fixed or wave_allowed)}
    return {**links, **own}


def code_problems(study: Study, where: str, variable: Variable, codes: Iterable[str]) -> Iterator[Problem]:
    """Codes must be answers of a choice; ids of links are not known before the units are."""
    for code in codes if variable.type in CHOICE_TYPES else ():
        yield from unknown_name(where, code, study.codes_of(variable), f"answer of '{variable.name}'")


def wave_problems(study: Study, where: str, waves: Iterable[str]) -> Iterator[Problem]:
    """Waves must be declared."""
    for wave in waves:
        yield from unknown_name(where, wave, study.wave_names, "wave")


def effect_problems(study: Study, declared: Simulation, where: str, unit: str, effects: Iterable[Effect]) -> Iterator[Problem]:
    """An effect names a fact, and either a level of it or a number whose mean is declared."""
    facts = facts_of(study, unit)
    for effect in effects:
        place = f"{where} effects of '{effect.of}'"
        yield from unknown_name(place, effect.of, facts, "fixed variable or link of the unit")
        yield from wave_problems(study, f"{place} waves", effect.waves)
        if effect.of not in facts:
            continue
        if effect.level is not None:
            yield from code_problems(study, f"{place} level", facts[effect.of], [effect.level])
        elif not any(effect.of in numbers.names for numbers in declared.numbers):
            yield Problem(
                f"{place} level",
                "is missing",
                "an answer code or id; a number without level",
                "Name the level, or declare the number in simulation.numbers.",
            )


def condition_problems(study: Study, where: str, conditions: Mapping[str, Iterable[str]]) -> Iterator[Problem]:
    """References must resolve, with a wave exactly when the variable has waves; codes must be answers."""
    for reference, wanted in conditions.items():
        yield from reference_problems(study, where, reference)
        name, _ = split_reference(reference)
        if name in study.variable:
            yield from code_problems(study, f"{where} '{reference}'", study.variable[name], [one for one in wanted if RANGE not in one])


def reference_problems(study: Study, where: str, reference: str) -> Iterator[Problem]:
    """A reference is a variable, with its wave when it has waves."""
    name, wave = split_reference(reference)
    yield from unknown_name(where, name, study.variable, "variable")
    if name in study.variable:
        waves = study.waves_of(study.variable[name])
        if (wave or None) not in (waves or (None,)):
            allowed = ", ".join(f"{name}@{known}" for known in waves) or name
            yield Problem(where, f"'{reference}'", allowed, "Name the wave." if not wave else "Correct the wave.")
