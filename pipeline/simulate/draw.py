"""Draw a whole study as arrays: what the units are, what they would answer, who answers what."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pipeline.simulate.complete import complete
from pipeline.simulate.kinds import KINDS
from pipeline.simulate.missing import draw_missing
from pipeline.simulate.order import drawing_order
from pipeline.simulate.population import populate
from pipeline.simulate.rules import apply_rule
from pipeline.simulate.taking_part import draw_taking_part
from pipeline.simulate.traits import draw_trait
from pipeline.simulate.world import Key, World
from pipeline.spec.declared import Declared
from pipeline.spec.simulation import Simulation, Trait
from pipeline.spec.study import Study


@dataclass(frozen=True)
class Recipe:
    """A simulation made ready: complete, and in drawing order. Made once, drawn often."""

    study: Study
    simulation: Simulation
    order: tuple[Declared, ...]


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

    world: World
    answering: Mapping[Key, np.ndarray]
    missing: Mapping[Key, np.ndarray]


def recipe_of(study: Study) -> Recipe:
    """Make a study's simulation ready to be drawn; what is not declared gets a usual value."""
    simulation = complete(study)
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
    population = populate(recipe.study, recipe.simulation, seed)
    fixed: dict[Key, np.ndarray] = {(name, ""): codes for (_, name), codes in population.choices.items()}
    world = World(recipe.study, recipe.simulation, seed, population, fixed, {}, {})
    for part in recipe.order:
        world = _with_part(world, part)
    values, missing = dict(world.values), draw_missing(world)
    for rule in recipe.simulation.rules:
        apply_rule(replace(world, values=values), rule, values, missing)
    world = replace(world, values=values)
    return Drawn(world, draw_taking_part(world), missing)


def _with_part(world: World, part: Any) -> World:
    if isinstance(part, Trait):
        return replace(world, traits={**world.traits, **draw_trait(world, part)})
    values, latents = KINDS[type(part)](world, part)
    return replace(world, values={**world.values, **values}, latents={**world.latents, **latents})
