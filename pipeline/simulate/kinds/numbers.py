"""Quantities: numbers inside the codebook's range, dates in a period, and times to the first of several events."""

from math import inf

import numpy as np
from scipy.special import ndtr

from pipeline.simulate.kinds.choices import is_reversed
from pipeline.simulate.latent import latent_answer
from pipeline.simulate.marginals import above_zeros, normal_quantiles, skewed_quantiles
from pipeline.simulate.world import World, column, moved, places_of, stream
from pipeline.spec.simulation import Dates, Event, Numbers


def draw_number(world: World, declared: Numbers, name: str, wave: str) -> np.ndarray:
    """Draw the numbers of one question."""
    return read_number(world, declared, name, wave, latent_answer(world, declared, name, wave))


def read_number(world: World, declared: Numbers, name: str, wave: str, latent: np.ndarray) -> np.ndarray:
    """Read latent numbers as a normal or log-normal variable, with or without many zeros, rounded as declared."""
    variable = world.study.variable[name]
    least = -inf if variable.minimum is None else variable.minimum
    greatest = inf if variable.maximum is None else variable.maximum
    zero, others = above_zeros(-latent if is_reversed(world, name) else latent, declared.zeros)
    quantiles = skewed_quantiles if declared.skewed else normal_quantiles
    bounds = (max(least, 10.0**-declared.decimals) if declared.zeros else least, greatest)
    numbers = np.round(quantiles(others, declared.mean, declared.sd, bounds), declared.decimals)
    return np.where(zero, 0.0, np.clip(numbers, *bounds))


def draw_date(world: World, declared: Dates, name: str, wave: str) -> np.ndarray:
    """Draw dates in a period, or some days after another date; the latent number says how late."""
    unit, (least, greatest) = world.study.variable[name].unit, declared.days
    share = ndtr(latent_answer(world, declared, name, wave))
    late = np.minimum(np.floor(share * (greatest - least + 1)), greatest - least)
    days = (least + late).astype("timedelta64[D]")
    if declared.after is not None:
        return column(world, unit, declared.after, wave) + days
    return np.datetime64(declared.first[wave] if isinstance(declared.first, dict) else declared.first, "D") + days


def draw_event(world: World, declared: Event, name: str, wave: str) -> np.ndarray:
    """Draw times with constant hazards, of which the earliest cause counts; give the time, rounded up so that none is 0, or its event."""
    times = np.array([_times(world, declared, wave, cause) for cause in declared.hazards])
    first = times.min(axis=0)
    happened = first < declared.horizon
    if name == declared.event:
        return np.where(happened, np.array(list(declared.hazards), dtype=str)[times.argmin(axis=0)], declared.censored)
    step = 10.0**declared.decimals
    time = np.where(happened, np.minimum(np.ceil(first * step) / step, declared.horizon), declared.horizon)
    return np.round(time, declared.decimals)


def _times(world: World, declared: Event, wave: str, cause: str) -> np.ndarray:
    """Draw the time to one cause as if there were no other."""
    unit, main = world.study.variable[declared.time].unit, next(iter(declared.hazards))
    log_hazard = moved(world, unit, [effect for effect in declared.effects if (effect.event or main) == cause], wave)
    if declared.trait is not None and cause == main:
        trait = world.trait(declared.trait)
        log_hazard = log_hazard + declared.loading * world.traits[trait.name, wave][places_of(world, unit, trait.unit)]
    waiting = stream(world.seed, "event", declared.time, cause).standard_exponential(world.size(unit))
    with np.errstate(divide="ignore"):
        return waiting / (declared.hazards[cause] * np.exp(log_hazard))
