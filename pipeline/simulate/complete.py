"""A simulation with nothing left open: what a study does not declare gets a usual value.

Sizes, links, one trait per measure, equal shares, the middle of each range.
"""

import datetime
from collections.abc import Iterator
from math import ceil, log10

from pipeline.simulate.world import owner_of
from pipeline.spec.declaration import Measure
from pipeline.spec.declared import Declared
from pipeline.spec.naming import split_reference
from pipeline.spec.simulation import (
    Choices,
    Dates,
    Event,
    Numbers,
    SimulatedLink,
    SimulatedUnit,
    Simulation,
    TakingPart,
    Texts,
    Trait,
    part_of,
)
from pipeline.spec.study import Study, Variable
from pipeline.spec.vocabulary import CHOICE_TYPES

SAMPLE_SIZE, LINKED_SIZE, OTHER_SIZE = 200, 12, 20
UNEVEN, ICC, ALPHA, LATER_SHARE = 0.4, 0.05, 0.8, 0.8
FIRST_DAY, DAYS_BETWEEN_WAVES, DAYS_OPEN = datetime.date(2024, 1, 8), 182, (0, 20)


def complete(study: Study) -> Simulation:
    """Give the study's simulation with a declared part for every unit, link, variable and wave."""
    declared = study.declaration.simulation or part_of(Simulation)
    traits, followed = _traits(study, declared)
    return declared.model_copy(
        update={
            "units": tuple(with_size_and_id(study, declared, unit) for unit in (*declared.units, *_other_units(study, declared))),
            "links": (*declared.links, *_links(study, declared)),
            "traits": (*declared.traits, *traits),
            **_variables(study, declared, followed),
            "taking_part": (*declared.taking_part, *_taking_part(study, declared)),
        }
    )


def _other_units(study: Study, declared: Simulation) -> list[SimulatedUnit]:
    """Give the units that are not declared, also those that are only linked to."""
    names = dict.fromkeys((*study.unit, *(owner_of(study, link) for _, link in _all_links(study))))
    return [part_of(SimulatedUnit, name=name) for name in names if name not in {unit.name for unit in declared.units}]


def with_size_and_id(study: Study, declared: Simulation, unit: SimulatedUnit) -> SimulatedUnit:
    """Give a unit the size and the id pattern that it does not state."""
    if unit.product:
        return unit
    size = unit.size or _usual_size(study, declared, unit.name)
    return unit.model_copy(update={"size": size, "id": unit.id or f"{unit.name[0].upper()}{'#' * max(2, ceil(log10(size + 1)))}"})


def _usual_size(study: Study, declared: Simulation, unit: str) -> int:
    listed = [len(link.sizes) for link in declared.links if link.sizes and owner_of(study, link.link) == unit]
    if listed:
        return listed[0]
    if unit == study.declaration.sample.unit:
        return SAMPLE_SIZE
    return LINKED_SIZE if any(owner_of(study, link) == unit for _, link in _all_links(study)) else OTHER_SIZE


def _all_links(study: Study) -> list[tuple[str, str]]:
    return [(unit, link.name) for unit in study.unit for link in study.links_of(unit)]


def _links(study: Study, declared: Simulation) -> Iterator[SimulatedLink]:
    known = {(link.unit, link.link) for link in declared.links}
    products = {(unit.name, part) for unit in declared.units for part in unit.product}
    for unit, link in _all_links(study):
        if (unit, link) not in known | products:
            yield part_of(SimulatedLink, unit=unit, link=link, uneven=UNEVEN)


def _traits(study: Study, declared: Simulation) -> tuple[list[Trait], dict[str, tuple[Trait, Measure]]]:
    """Give one trait per measure that has items nobody declared, and which item follows which trait."""
    known = set(declared.part)
    traits: list[Trait] = []
    followed: dict[str, tuple[Trait, Measure]] = {}
    for measure in study.declaration.measures:
        items = [name for name in measure.items if name not in known and study.variable[name].type in (*CHOICE_TYPES, "integer", "decimal")]
        if not items:
            continue
        known.update(items)
        unit = study.variable[items[0]].unit
        cluster = study.declaration.sample.cluster if unit == study.declaration.sample.unit else None
        traits.append(part_of(Trait, name=f"trait_of_{measure.name}", unit=unit, cluster=cluster, icc=ICC if cluster else 0.0))
        followed |= dict.fromkeys(items, (traits[-1], measure))
    return traits, followed


def _variables(study: Study, declared: Simulation, followed: dict[str, tuple[Trait, Measure]]) -> dict[str, tuple[Declared, ...]]:
    """Give the parts of every kind, declared ones first."""
    known = set(declared.part)
    events = tuple(_events(study, known))
    known |= {name for event in events for name in (event.time, event.event)}
    parts: dict[str, list[Declared]] = {"choices": [], "numbers": [], "dates": [], "texts": [], "events": [*events]}
    fixed_by_product = {part for unit in declared.units for part in unit.product}
    for measure in study.declaration.measures:
        for names in _alike(study, [name for name in measure.items if name in followed and followed[name][1] is measure]):
            parts["choices"].append(_scale(names, followed[names[0]][0]))
            known.update(names)
    for variable in study.variables:
        if variable.type != "id" and variable.name not in known | fixed_by_product:
            group, part = _variable(study, variable, followed.get(variable.name))
            parts[group].append(part)
    return {group: (*getattr(declared, group), *added) for group, added in parts.items()}


def _alike(study: Study, names: list[str]) -> Iterator[tuple[str, ...]]:
    """Give the items of a measure that share an answer list, list by list."""
    lists = dict.fromkeys(study.variable[name].answers for name in names if study.variable[name].type in CHOICE_TYPES)
    for answers in lists:
        yield tuple(name for name in names if study.variable[name].answers == answers and study.variable[name].type in CHOICE_TYPES)


def _scale(names: tuple[str, ...], trait: Trait) -> Choices:
    return part_of(Choices, names=names, trait=trait.name, alpha=ALPHA if len(names) > 1 else None)


def _variable(study: Study, variable: Variable, followed: tuple[Trait, Measure] | None) -> tuple[str, Declared]:
    names, trait = (variable.name,), followed[0].name if followed else None
    if variable.type in CHOICE_TYPES:
        return "choices", part_of(Choices, names=names)
    if variable.type == "date":
        waves = study.waves_of(variable)
        days = {wave: FIRST_DAY + datetime.timedelta(DAYS_BETWEEN_WAVES * study.wave_names.index(wave)) for wave in waves}
        return "dates", part_of(Dates, names=names, first=days or FIRST_DAY, days=DAYS_OPEN)
    if variable.type == "text":
        return "texts", part_of(Texts, names=names)
    least, greatest = _usual_range(variable)
    decimals = 2 if variable.type == "decimal" else 0
    return "numbers", part_of(Numbers, names=names, mean=(least + greatest) / 2, sd=(greatest - least) / 5, decimals=decimals, trait=trait)


def _usual_range(variable: Variable) -> tuple[float, float]:
    edges = (*variable.classes, *(bound for bound in (variable.minimum, variable.maximum) if bound is not None))
    least = min(edges, default=0.0)
    greatest = max(edges, default=least)
    return (least, greatest) if greatest > least else (least, least + 100.0)


def _events(study: Study, known: set[str]) -> Iterator[Event]:
    """Give a time and its event where the study shows or analyses them."""
    shown = [(one.time, one.event, one.event_codes, one.grid) for one in study.declaration.exhibits]
    analysed = [(split_reference(one.outcomes[0])[0], one.event, one.event_codes, one.times) for one in study.declaration.analyses]
    for time, event, happened, grid in (*shown, *analysed):
        if time is None or event is None or {time, event} & known:
            continue
        others = [code for code in study.codes_of(study.variable[event]) if code not in happened]
        horizon = study.variable[time].maximum or max(grid, default=12.0)
        hazards = dict.fromkeys(happened, 0.7 / horizon) | dict.fromkeys(others[1:], 0.1 / horizon)
        decimals = 0 if study.variable[time].type == "integer" else 1
        known |= {time, event}
        censored = (others or happened)[0]
        yield part_of(Event, time=time, event=event, hazards=hazards, censored=censored, horizon=horizon, decimals=decimals)


def _taking_part(study: Study, declared: Simulation) -> Iterator[TakingPart]:
    """Let some be lost in each wave after a unit's first."""
    known = {(part.unit, part.wave) for part in declared.taking_part}
    for unit in study.unit if study.declaration.simulation is None else ():
        for wave in waves_of_unit(study, unit)[1:]:
            if (unit, wave) not in known and not _shares_a_file(study, unit, wave):
                yield part_of(TakingPart, wave=wave, unit=unit, share=LATER_SHARE)


def _shares_a_file(study: Study, unit: str, wave: str) -> bool:
    """Say whether a wave lies in one file with another: whoever has a row there has answered both."""
    held = [source for source in study.declaration.sources if source.unit == unit]
    files = {source.file for source in held if source.wave == wave}
    return any(source.file in files for source in held if source.wave != wave)


def waves_of_unit(study: Study, unit: str) -> tuple[str, ...]:
    """Give the waves that a unit's sources hold, in order of time."""
    held = {source.wave for source in study.declaration.sources if source.unit == unit}
    return tuple(wave for wave in study.wave_names if wave in held)
