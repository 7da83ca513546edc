"""Draw a whole study as arrays: what the units are, what they would answer, who answers what."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter
from itertools import product

import numpy as np

from pipeline.simulate.answering import draw_missing, draw_taking_part
from pipeline.simulate.complete import completed
from pipeline.simulate.kinds import KINDS
from pipeline.simulate.latent import draw_trait
from pipeline.simulate.marginals import apportioned
from pipeline.simulate.world import Key, MadeUpWorld, all_hold, owner_of, stream
from pipeline.spec.drawn import DrawnPart, Recalled
from pipeline.spec.naming import split_reference
from pipeline.spec.simulation import Rule, SimulatedLink, SimulatedUnit, Simulation, Trait
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import MISSING_CODES


@dataclass(frozen=True)
class Recipe:
    """A simulation made ready: complete, and in drawing order. Made once, drawn often."""

    study: Study
    simulation: Simulation
    order: tuple[DrawnPart, ...]


@dataclass(frozen=True)
class Drawn:
    """One simulated study as arrays.

    Attributes
    ----------
    world : World
        Every answer that every unit would give in every wave.
    answering : mapping
        (unit, wave) -> array of bool: who answers.
    missing : mapping
        (variable, wave) -> int8 array of missing codes, 0 where answered.
    """

    world: MadeUpWorld
    answering: Mapping[Key, np.ndarray]
    missing: Mapping[Key, np.ndarray]


def recipe_of(study: Study) -> Recipe:
    """Make a study's simulation ready to be drawn; what is not declared gets a usual value."""
    simulation = completed(study)
    return Recipe(study, simulation, tuple(drawing_order(study, simulation)))


def seed_of(study: Study) -> int:
    """Give the seed of the simulated files: the simulation's, else the study's."""
    declared = study.declaration.simulation
    return study.declaration.seed if declared is None or declared.seed is None else declared.seed


def draw(recipe: Recipe, seed: int) -> Drawn:
    """Draw a study once.

    Parameters
    ----------
    recipe : Recipe
    seed : int
        Another seed gives another draw of the same population.

    Returns
    -------
    Drawn
        The same for the same recipe and seed, in any process.
    """
    world = populate(recipe.study, recipe.simulation, seed)
    for part in recipe.order:
        if isinstance(part, Trait):
            world = replace(world, traits={**world.traits, **draw_trait(world, part)})
            continue
        for name in part.drawn:
            for wave in world.waves_of(name):
                world = replace(world, values={**world.values, (name, wave): KINDS[type(part)].draw(world, part, name, wave)})
    values, missing = dict(world.values), draw_missing(world)
    for rule in recipe.simulation.rules:
        apply_rule(replace(world, values=values), rule, values, missing)
    world = replace(world, values=values)
    return Drawn(world, draw_taking_part(world), missing)


def populate(study: Study, simulation: Simulation, seed: int) -> MadeUpWorld:
    """Make the units and spread them over the units they link to.

    Parameters
    ----------
    study : Study
    simulation : Simulation
        Completed: every unit has a size or a product, every link its spread.
    seed : int

    Returns
    -------
    World
        Of its values only the fixed choices that a product runs through.
    """
    ids = {unit.name: numbered(unit.id, unit.size) for unit in simulation.units if unit.size is not None}
    links: dict[tuple[str, str], np.ndarray] = {}
    choices: dict[Key, np.ndarray] = {}
    for unit in simulation.units:
        if unit.product:
            ids[unit.name] = _multiply(study, unit, ids, links, choices)
    for link in simulation.links:
        if link.through is None and (link.unit, link.link) not in links:
            counts = members(link, len(ids[link.unit]), len(ids[owner_of(study, link.link)]), seed)
            places = np.repeat(np.arange(len(counts)), counts)
            links[link.unit, link.link] = stream(seed, "link", link.unit, link.link).permutation(places)
    for link in simulation.links:
        if link.through is not None:
            links[link.unit, link.link] = links[owner_of(study, link.through), link.link][links[link.unit, link.through]]
    return MadeUpWorld(study, simulation, seed, ids, links, values=choices, traits={})


def numbered(pattern: str, size: int) -> np.ndarray:
    """Give ``size`` ids by a pattern such as ``P###``, counted from 1."""
    places = re.sub("#+", lambda digits: f"{{0:0{len(digits[0])}d}}", pattern.replace("{", "{{").replace("}", "}}"))
    return np.array([places.format(number) for number in range(1, size + 1)], dtype=str)


def members(link: SimulatedLink, units: int, clusters: int, seed: int) -> np.ndarray:
    """Give the number of members of each cluster: as declared, else each one at least and the rest by uneven weights."""
    if link.sizes:
        return np.array(link.sizes)
    weights = np.exp(link.uneven * stream(seed, "sizes", link.unit, link.link).standard_normal(clusters))
    first = np.minimum(1, np.maximum(0, units - np.arange(clusters)))
    return first + apportioned(weights, units - int(first.sum()))


def _multiply(study: Study, unit: SimulatedUnit, ids: dict, links: dict, choices: dict) -> np.ndarray:
    """Give the ids of a product unit, and note the link or choice that each part is."""
    variables = [study.variable[name] for name in unit.product]
    parts = [ids[owner_of(study, one.name)] if one.type == "id" else np.array(study.codes_of(one), dtype=str) for one in variables]
    places = np.indices([len(values) for values in parts]).reshape(len(parts), -1)
    for variable, values, place in zip(variables, parts, places, strict=True):
        if variable.type == "id":
            links[unit.name, variable.name] = place
        else:
            choices[variable.name, ""] = values[place]
    return np.array(["-".join(row).upper() for row in product(*parts)], dtype=str)


def apply_rule(world: MadeUpWorld, rule: Rule, values: dict[Key, np.ndarray], missing: dict[Key, np.ndarray]) -> None:
    """Set what a rule says, in ``values`` or ``missing``, where all its conditions hold."""
    for reference, answer in rule.set.items():
        key = split_reference(reference)
        rows = all_hold(world, world.study.variable[key[0]].unit, rule.when)
        if answer in MISSING_CODES:
            missing[key] = np.where(rows, np.int8(MISSING_CODES[answer]), missing[key])
            continue
        wanted = float(answer) if values[key].dtype.kind == "f" else answer
        values[key] = np.where(rows, wanted, values[key])
        missing[key] = np.where(rows, np.int8(0), missing[key])


def drawing_order(study: Study, simulation: Simulation) -> list[DrawnPart]:
    """Sort the parts of a simulation so that each follows those it depends on.

    Raises
    ------
    CycleError
        When parts depend on each other in a circle; its second argument holds
        what they draw.
    """
    parts: tuple[DrawnPart, ...] = (*simulation.traits, *simulation.parts)
    makers = {name: part.drawn for part in parts for name in part.drawn}
    needed = {part.drawn: {makers[name] for name in _needs(study, simulation, part) if name in makers} for part in parts}
    order = TopologicalSorter({drawn: makers - {drawn} for drawn, makers in needed.items()}).static_order()
    by_names = {part.drawn: part for part in parts}
    return [by_names[drawn] for drawn in order]


def _needs(study: Study, simulation: Simulation, part: DrawnPart) -> Iterator[str]:
    """Name the traits and variables that must be drawn before a part."""
    if isinstance(part, Trait):
        yield from (f"trait {part.follows}", str(part.cluster))
        return
    yield from (effect.of for effect in getattr(part, "effects", ()))
    yield from (*getattr(part, "given", ()), *getattr(part, "same", ()), str(getattr(part, "coder", "")), str(getattr(part, "after", "")))
    if isinstance(part, Recalled):
        yield from part.names.values()
    trait = getattr(part, "trait", None)
    if trait is not None:
        yield f"trait {trait}"
        if any(not study.variable[name].fixed for name in part.drawn):
            yield from (effect.of for one in simulation.traits if one.name == trait for effect in one.effects)
