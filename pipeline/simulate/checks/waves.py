"""Who answers, and rules that make answers agree."""

from collections.abc import Iterator

from pipeline.errors import Problem
from pipeline.simulate.checks.references import (
    SIMULATION,
    code_problems,
    condition_problems,
    effect_problems,
    linked_units,
    reference_problems,
)
from pipeline.simulate.complete import waves_of_unit
from pipeline.spec.naming import split_reference, toml_place, unknown_name
from pipeline.spec.simulation import Simulation, TakingPart
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import MISSING_REASONS


def taking_part_problems(study: Study, declared: Simulation) -> Iterator[Problem]:
    """Each wave of a unit is declared once, and depends on what is known."""
    for reason in declared.missing:
        yield from unknown_name(toml_place(study, "simulation.missing"), reason, MISSING_REASONS, "missing reason")
    seen = set()
    for part in declared.taking_part:
        where = toml_place(study, f"simulation.taking_part '{part.unit}' in '{part.wave}'")
        if (part.unit, part.wave) in seen:
            yield Problem(where, "is declared twice", remedy="Keep one of them.")
        seen.add((part.unit, part.wave))
        yield from unknown_name(f"{where} unit", part.unit, study.unit, "unit")
        if part.unit in study.unit:
            yield from _one_wave(study, declared, part, where)


def _one_wave(study: Study, declared: Simulation, part: TakingPart, where: str) -> Iterator[Problem]:
    waves = waves_of_unit(study, part.unit)
    yield from unknown_name(f"{where} wave", part.wave, waves, f"wave in which {part.unit} is asked")
    if part.wave in waves and part.after is not None:
        yield from unknown_name(f"{where} after", part.after, waves[: waves.index(part.wave)], "earlier wave")
    yield from effect_problems(study, declared, where, part.unit, part.effects)
    reachable = [trait.name for trait in declared.traits if trait.unit in linked_units(study, part.unit)]
    for trait in part.traits:
        yield from unknown_name(f"{where} traits", trait, reachable, "trait of this unit or of one it links to")
    yield from condition_problems(study, f"{where} only_if", part.only_if)


def rule_problems(study: Study, declared: Simulation) -> Iterator[Problem]:
    """Rules name variables of one unit and answers they can have."""
    where = toml_place(study, f"{SIMULATION}.rules")
    for rule in declared.rules:
        yield from condition_problems(study, f"{where} when", rule.when)
        for reference, answer in rule.set.items():
            yield from reference_problems(study, f"{where} set", reference)
            name, _ = split_reference(reference)
            if name in study.variable and answer not in MISSING_REASONS:
                yield from code_problems(study, f"{where} set '{reference}'", study.variable[name], [answer])
