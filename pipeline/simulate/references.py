"""What parts of ``[simulation]`` refer to, each rule said once: facts, codes, waves, traits, effects, conditions."""

from collections.abc import Iterable, Iterator, Mapping

from pipeline.errors import Problem
from pipeline.simulate.world import CROSSED, RANGE
from pipeline.spec.drawn import Choices, Coding, Effect, Texts
from pipeline.spec.naming import split_reference, unknown_answers, unknown_name, unknown_names, unknown_wave
from pipeline.spec.simulation import Simulation
from pipeline.spec.study import Study, Variable
from pipeline.spec.vocabulary import CHOICE_TYPES


def known_of(study: Study, unit: str, wave_allowed: bool = False) -> dict[str, Variable]:
    """Give what a unit's draws may depend on: its links, and fixed variables of its own and of units it links to."""
    links = {link.name: link for link in study.links_of(unit)}
    units = study.reached_from(unit)
    own = {one.name: one for one in study.variables if one.unit in units and one.type != "id" and (one.fixed or wave_allowed)}
    return {**links, **own}


def code_problems(study: Study, where: str, name: str, codes: Iterable[str]) -> Iterator[Problem]:
    """Codes must be answers of a choice; ids of links are not known before the units are."""
    if study.variable[name].type in CHOICE_TYPES:
        yield from unknown_answers(study, where, name, codes)


def followed_problems(study: Study, declared: Simulation, where: str, unit: str, traits: Iterable[str]) -> Iterator[Problem]:
    """Traits that a unit follows must be its own, or those of a unit it links to."""
    reachable = [trait.name for trait in declared.traits if trait.unit in study.reached_from(unit)]
    yield from unknown_names(where, traits, reachable, "trait of this unit or of one it links to")


def effect_problems(study: Study, declared: Simulation, where: str, unit: str, effects: Iterable[Effect]) -> Iterator[Problem]:
    """An effect names a fact, and either a level of it or a number whose mean is declared."""
    facts = known_of(study, unit)
    for effect in effects:
        place = f"{where} effects of '{effect.of}'"
        yield from unknown_name(place, effect.of, facts, "fixed variable or link of the unit")
        yield from unknown_names(f"{place} waves", effect.waves, study.wave_names, "wave")
        if effect.of not in facts:
            continue
        if effect.level is not None:
            yield from code_problems(study, f"{place} level", effect.of, [effect.level])
        elif not any(effect.of in numbers.names for numbers in declared.numbers):
            remedy = "Name the level, or declare the number in simulation.numbers."
            yield Problem(f"{place} level", "is missing", "an answer code or id; a number without level", remedy)


def given_problems(study: Study, where: str, part: Choices | Coding | Texts, key: str) -> Iterator[Problem]:
    """What shares or texts are given by must be known of the unit; they stand by its crossed codes."""
    variable = study.variable[part.drawn[0]]
    facts = [name for name in known_of(study, variable.unit, wave_allowed=True) if name != variable.name]
    yield from unknown_names(f"{where} given", part.given, facts, "variable or link of the unit")
    for crossed in getattr(part, key) if part.given else ():
        for name, code in zip(part.given, crossed.split(CROSSED), strict=False):
            yield from code_problems(study, f"{where} {key}", name, [code]) if name in facts else ()


def condition_problems(study: Study, where: str, conditions: Mapping[str, Iterable[str]]) -> Iterator[Problem]:
    """References must resolve, with a wave exactly when the variable has waves; codes must be answers."""
    for reference, wanted in conditions.items():
        yield from named_answer_problems(study, where, reference, [one for one in wanted if RANGE not in one])


def named_answer_problems(study: Study, where: str, reference: str, codes: Iterable[str]) -> Iterator[Problem]:
    """A reference is a variable, with its wave when it has waves; codes must be its answers."""
    name, _ = split_reference(reference)
    yield from unknown_name(where, name, study.variable, "variable")
    if name in study.variable:
        yield from unknown_wave(where, reference, study.waves_of(study.variable[name]))
        yield from code_problems(study, f"{where} '{reference}'", name, codes)
