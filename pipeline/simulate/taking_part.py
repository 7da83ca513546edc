"""Who answers a wave, and who stops before its end."""

import numpy as np
from scipy.special import expit, logit

from pipeline.simulate.chance import stream
from pipeline.simulate.complete import waves_of_unit
from pipeline.simulate.conditions import all_hold, holds
from pipeline.simulate.world import Key, World, column, first_trait, moved, places_of
from pipeline.spec.simulation import TakingPart


def draw_taking_part(world: World) -> dict[Key, np.ndarray]:
    """Draw who answers.

    Returns
    -------
    dict
        (unit, wave) -> array of bool, one per unit.
    """
    answering: dict[Key, np.ndarray] = {}
    declared = {(part.unit, part.wave): part for part in world.simulation.taking_part}
    for unit in world.study.unit:
        for wave in waves_of_unit(world.study, unit):
            asked = _meant(world, unit, wave)
            part = declared.get((unit, wave))
            answering[unit, wave] = asked if part is None else _answering(world, part, asked, answering)
    return answering


def _meant(world: World, unit: str, wave: str) -> np.ndarray:
    """Say whom the study means to ask in a wave, by group."""
    sample = world.study.declaration.sample
    groups = next(one.asked_of for one in world.study.declaration.waves if one.name == wave)
    if not groups or unit != sample.unit or sample.group is None:
        return np.ones(world.size(unit), dtype=bool)
    return holds(column(world, unit, sample.group), groups)


def _answering(world: World, part: TakingPart, asked: np.ndarray, earlier: dict[Key, np.ndarray]) -> np.ndarray:
    asked = asked & all_hold(world, part.unit, part.only_if)
    if part.after is not None:
        asked = asked & earlier[part.unit, part.after]
    log_odds = logit(part.share) + moved(world, part.unit, part.effects, part.wave)
    for trait, size in part.traits.items():
        log_odds = log_odds + size * first_trait(world, trait)[places_of(world, part.unit, world.trait(trait).unit)]
    chance = stream(world.seed, "taking part", part.unit, part.wave).random(world.size(part.unit))
    if not part.exact:
        return asked & (chance < expit(log_odds))
    willing = np.where(asked, np.nan_to_num(log_odds) - logit(chance), -np.inf)
    answering = np.zeros(len(asked), dtype=bool)
    answering[np.argsort(-willing, kind="stable")[: round(part.share * int(asked.sum()))]] = True
    return answering


def broken_off(world: World, unit: str, wave: str, variables: int) -> np.ndarray:
    """Give for every unit the number of variables of the wave that it reached; all for most."""
    share = next((part.break_off for part in world.simulation.taking_part if (part.unit, part.wave) == (unit, wave)), 0.0)
    rng = stream(world.seed, "break off", unit, wave)
    stops = rng.random(world.size(unit)) < share
    reached = rng.integers(1, max(2, variables), world.size(unit))
    return np.where(stops, reached, variables)
