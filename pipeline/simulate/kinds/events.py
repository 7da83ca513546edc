"""Time to the first of several events, censored at a horizon."""

import numpy as np

from pipeline.simulate.chance import stream
from pipeline.simulate.world import Key, Latent, World, moved, places_of
from pipeline.spec.simulation import Event


def draw_event(world: World, declared: Event) -> tuple[dict[Key, np.ndarray], dict[Key, Latent]]:
    """Draw times with constant hazards; the earliest cause counts.

    Parameters
    ----------
    world : World
    declared : Event

    Returns
    -------
    values : dict
        The time, rounded up so that none is 0, and the code of what ended it.
    latents : dict
        Empty: times are not recalled.
    """
    unit = world.study.variable[declared.time].unit
    causes = list(declared.hazards)
    times = np.array([_times(world, declared, unit, cause) for cause in causes])
    first = times.min(axis=0)
    happened = first < declared.horizon
    step = 10.0**declared.decimals
    time = np.where(happened, np.minimum(np.ceil(first * step) / step, declared.horizon), declared.horizon)
    code = np.where(happened, np.array(causes, dtype=str)[times.argmin(axis=0)], declared.censored)
    return {(declared.time, ""): np.round(time, declared.decimals), (declared.event, ""): code}, {}


def _times(world: World, declared: Event, unit: str, cause: str) -> np.ndarray:
    """Draw the time to one cause as if there were no other."""
    main = next(iter(declared.hazards))
    effects = [effect for effect in declared.effects if (effect.event or main) == cause]
    log_hazard = moved(world, unit, effects, "")
    if declared.trait is not None and cause == main:
        trait = world.trait(declared.trait)
        log_hazard = log_hazard + declared.loading * world.traits[trait.name, ""][places_of(world, unit, trait.unit)]
    waiting = stream(world.seed, "event", declared.time, cause).standard_exponential(world.size(unit))
    with np.errstate(divide="ignore"):
        return waiting / (declared.hazards[cause] * np.exp(log_hazard))
