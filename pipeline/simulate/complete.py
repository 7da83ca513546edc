"""A simulation with nothing left open: what a study does not declare gets a usual value.

Sizes, links, one trait per measure, equal shares, the middle of each range.
"""

import datetime
from collections.abc import Iterator
from math import ceil, log10

from pipeline.simulate.world import owner_of
from pipeline.spec.drawn import Choices, Dates, DrawnPart, Event, Numbers, Texts
from pipeline.spec.naming import split_reference
from pipeline.spec.simulation import SimulatedLink, SimulatedUnit, Simulation, TakingPart, Trait, part_of
from pipeline.spec.study import Study, Variable
from pipeline.spec.vocabulary import CHOICE_TYPES

SAMPLE_SIZE, LINKED_SIZE, OTHER_SIZE = 200, 12, 20
UNEVEN, ICC, ALPHA, LATER_SHARE = 0.4, 0.05, 0.8, 0.8
FIRST_DAY, DAYS_BETWEEN_WAVES, DAYS_OPEN = datetime.date(2024, 1, 8), datetime.timedelta(182), (0, 20)


ADDED: dict[str, type[DrawnPart]] = {"choices": Choices, "numbers": Numbers, "dates": Dates, "texts": Texts, "events": Event}
"""Key of ``[simulation]`` -> kind of part that is added there."""


def completed(study: Study) -> Simulation:
    """Give the study's simulation with a declared part for every unit, link, variable and wave."""
    declared = study.declaration.simulation or part_of(Simulation)
    parts = tuple(_parts(study, declared))
    return declared.model_copy(
        update={
            "units": tuple(with_size_and_id(study, declared, unit) for unit in (*declared.units, *_other_units(study, declared))),
            "links": (*declared.links, *_links(study, declared)),
            "traits": (*declared.traits, *(part for part in parts if isinstance(part, Trait))),
            **{key: (*getattr(declared, key), *(part for part in parts if isinstance(part, kind))) for key, kind in ADDED.items()},
            "taking_part": declared.taking_part if study.declaration.simulation else tuple(_lost_later(study)),
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
    known = {(link.unit, link.link) for link in declared.links} | {(unit.name, part) for unit in declared.units for part in unit.product}
    for unit, link in _all_links(study):
        if (unit, link) not in known:
            yield part_of(SimulatedLink, unit=unit, link=link, uneven=UNEVEN)


def _parts(study: Study, declared: Simulation) -> Iterator[DrawnPart]:
    """Give what draws all that is not declared: events with their times, items with the trait of their measure, and single variables."""
    known = {*declared.part, *(name for unit in declared.units for name in unit.product)}
    for event in _events(study, known):
        known.update(event.drawn)
        yield event
    for measure in study.declaration.measures:
        items = [study.variable[name] for name in measure.items if name not in known]
        items = [item for item in items if item.type in (*CHOICE_TYPES, "integer", "decimal")]
        known.update(item.name for item in items)
        if items:
            trait = _trait(study, measure.name, items[0].unit)
            yield from (trait, *_items(items, trait.name))
    for variable in study.variables:
        if variable.type != "id" and variable.name not in known:
            yield _variable(study, variable)


def _trait(study: Study, measure: str, unit: str) -> Trait:
    cluster = study.declaration.sample.cluster if unit == study.declaration.sample.unit else None
    return part_of(Trait, name=f"trait_of_{measure}", unit=unit, cluster=cluster, icc=ICC if cluster else 0.0)


def _items(items: list[Variable], trait: str) -> Iterator[DrawnPart]:
    """Let items follow a trait: those that share an answer list together, numbers one by one."""
    lists: dict[str, list[str]] = {}
    for item in items:
        if item.type in CHOICE_TYPES:
            lists.setdefault(item.answers, []).append(item.name)
        else:
            yield _numbers(item, trait)
    for names in lists.values():
        yield part_of(Choices, names=tuple(names), trait=trait, alpha=ALPHA if len(names) > 1 else None)


def _variable(study: Study, variable: Variable) -> DrawnPart:
    """Draw a single variable, without a trait."""
    names = (variable.name,)
    if variable.type in CHOICE_TYPES:
        return part_of(Choices, names=names)
    if variable.type == "text":
        return part_of(Texts, names=names)
    if variable.type == "date":
        days = {wave: FIRST_DAY + DAYS_BETWEEN_WAVES * study.wave_names.index(wave) for wave in study.waves_of(variable)}
        return part_of(Dates, names=names, first=days or FIRST_DAY, days=DAYS_OPEN)
    return _numbers(variable)


def _numbers(variable: Variable, trait: str | None = None) -> Numbers:
    """Draw a number from the middle of its range: the codebook's bounds and classes, else a hundred."""
    edges = [bound for bound in (*variable.classes, variable.minimum, variable.maximum) if bound is not None]
    least = min(edges, default=0.0)
    greatest = max(edges, default=least)
    width = (greatest - least) or 100.0
    decimals = 2 if variable.type == "decimal" else 0
    return part_of(Numbers, names=(variable.name,), mean=least + width / 2, sd=width / 5, decimals=decimals, trait=trait)


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
        censored = (others or happened)[0]
        yield part_of(Event, time=time, event=event, hazards=hazards, censored=censored, horizon=horizon, decimals=decimals)


def _lost_later(study: Study) -> Iterator[TakingPart]:
    """Let some be lost in each wave after a unit's first, unless it lies in one file with another: whoever has a row there answered both."""
    for unit in study.unit:
        held = [(source.file, source.wave) for source in study.declaration.sources if source.unit == unit]
        for wave in waves_of_unit(study, unit)[1:]:
            files = {file for file, at in held if at == wave}
            if not any(file in files for file, at in held if at != wave):
                yield part_of(TakingPart, wave=wave, unit=unit, share=LATER_SHARE)


def waves_of_unit(study: Study, unit: str) -> tuple[str, ...]:
    """Give the waves that a unit's sources hold, in order of time."""
    held = {source.wave for source in study.declaration.sources if source.unit == unit}
    return tuple(wave for wave in study.wave_names if wave in held)
