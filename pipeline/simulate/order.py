"""In which order traits and variables are drawn: each after what it depends on."""

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from pipeline.simulate.complete import all_parts, drawn_names
from pipeline.simulate.kinds import NAMES
from pipeline.spec.declared import Declared
from pipeline.spec.simulation import Effect, Recalled, Simulation, Trait
from pipeline.spec.study import Study


def drawing_order(study: Study, simulation: Simulation) -> list[Declared]:
    """Sort the parts of a simulation so that each follows those it depends on.

    Raises
    ------
    CycleError
        When parts depend on each other in a circle; its second argument holds
        the parts.
    """
    parts = [*simulation.traits, *all_parts(simulation)]
    makers = {name: number for number, part in enumerate(parts) for name in _made_by(part)}
    graph = {
        number: {makers[name] for name in _needs(study, simulation, part) if name in makers} - {number} for number, part in enumerate(parts)
    }
    return [parts[number] for number in TopologicalSorter(graph).static_order()]


def circle_of(study: Study, simulation: Simulation) -> list[str]:
    """Give the variables and traits that depend on each other in a circle; none is usual."""
    try:
        drawing_order(study, simulation)
    except CycleError as error:
        parts = [*simulation.traits, *all_parts(simulation)]
        return sorted({name for number in error.args[1] for name in _made_by(parts[number])})
    return []


def _made_by(part: Declared) -> tuple[str, ...]:
    """Give the names a part stands for; traits have a space of their own."""
    return (f"trait {part.name}",) if isinstance(part, Trait) else tuple(NAMES[type(part)](part))


def _needs(study: Study, simulation: Simulation, part: Declared) -> Iterator[str]:
    if isinstance(part, Trait):
        yield from (f"trait {part.follows}", str(part.cluster))
        return
    yield from _of(getattr(part, "effects", ()))
    yield from (*getattr(part, "given", ()), *getattr(part, "same", ()), str(getattr(part, "coder", "")), str(getattr(part, "after", "")))
    if isinstance(part, Recalled):
        yield from part.names.values()
    trait = getattr(part, "trait", None)
    if trait is not None:
        yield f"trait {trait}"
        followed = next(one for one in simulation.traits if one.name == trait)
        in_waves = any(not study.variable[name].fixed for name in NAMES[type(part)](part))
        yield from _of(followed.effects) if in_waves else ()


def _of(effects: Iterable[Effect]) -> Iterator[str]:
    yield from (effect.of for effect in effects)


def declared_twice(simulation: Simulation) -> list[str]:
    """Give the variables that several parts would draw."""
    names = [name for part in all_parts(simulation) for name in NAMES[type(part)](part)]
    return sorted({name for name in drawn_names(simulation) if names.count(name) > 1})
