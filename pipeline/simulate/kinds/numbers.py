"""Quantities: numbers inside the codebook's range, dates in a period, times to the first of several events; and what is recalled of answers."""

from collections.abc import Callable, Iterator
from math import inf, sqrt
from typing import Any

import numpy as np
from scipy.special import ndtr

from pipeline.errors import Problem
from pipeline.simulate.kinds.choices import is_reversed, read_choice
from pipeline.simulate.latent import latent_answer, latent_mean, latent_parts
from pipeline.simulate.marginals import above_zeros, normal_quantiles, skewed_quantiles
from pipeline.simulate.references import code_problems
from pipeline.simulate.world import MadeUpWorld, column, linked_places, moved, normal, stream
from pipeline.spec.drawn import Choices, Dates, DrawnPart, Event, Numbers, Recalled
from pipeline.spec.naming import unknown_name
from pipeline.spec.study import Study


def read_number(world: MadeUpWorld, declared: Numbers, name: str, wave: str, latent: np.ndarray) -> np.ndarray:
    """Read latent numbers as a normal or log-normal variable, with or without many zeros, rounded as declared."""
    variable = world.study.variable[name]
    least = -inf if variable.minimum is None else variable.minimum
    greatest = inf if variable.maximum is None else variable.maximum
    zero, others = above_zeros(-latent if is_reversed(world, name) else latent, declared.zeros)
    quantiles = skewed_quantiles if declared.skewed else normal_quantiles
    bounds = (max(least, 10.0**-declared.decimals) if declared.zeros else least, greatest)
    numbers = np.round(quantiles(others, declared.mean, declared.sd, bounds), declared.decimals)
    return np.where(zero, 0.0, np.clip(numbers, *bounds))


def drawn_number_problems(study: Study, where: str, part: Numbers) -> Iterator[Problem]:
    """A log-normal needs a mean above 0; an integer no decimals."""
    if part.skewed and part.mean <= 0:
        yield Problem(f"{where} mean", f"{part.mean}", "above 0 for a skewed number", "Correct the mean.")
    for name in part.names:
        if study.variable[name].type == "integer" and part.decimals:
            yield Problem(f"{where} decimals", f"'{name}' is an integer", "0", "Leave decimals out.")


def draw_date(world: MadeUpWorld, declared: Dates, name: str, wave: str) -> np.ndarray:
    """Draw dates in a period, or some days after another date; the latent number says how late."""
    unit, (least, greatest) = world.study.variable[name].unit, declared.days
    share = ndtr(latent_answer(world, declared, name, wave))
    late = np.minimum(np.floor(share * (greatest - least + 1)), greatest - least)
    days = (least + late).astype("timedelta64[D]")
    if declared.after is not None:
        return column(world, unit, declared.after, wave) + days
    return np.datetime64(declared.first[wave] if isinstance(declared.first, dict) else declared.first, "D") + days


def drawn_date_problems(study: Study, where: str, part: Dates) -> Iterator[Problem]:
    """Dates start at a day, a day per wave, or another date."""
    if (part.first is None) == (part.after is None):
        yield Problem(where, "needs first or after, one of them", remedy="Say from which day the days count.")
    if part.days[0] > part.days[1]:
        yield Problem(f"{where} days", f"{list(part.days)}", "least, then greatest", "Turn them round.")
    if part.after is not None:
        dates = [one.name for one in study.variables if one.type == "date" and one.name not in part.names]
        yield from unknown_name(f"{where} after", part.after, dates, "other date")
    if isinstance(part.first, dict):
        for name in part.names:
            for wave in (wave for wave in study.waves_of(study.variable[name]) or ("",) if wave not in part.first):
                yield Problem(f"{where} first", f"says nothing of wave '{wave}'", remedy="Give the first day of every wave.")


def draw_event(world: MadeUpWorld, declared: Event, name: str, wave: str) -> np.ndarray:
    """Draw times with constant hazards, of which the earliest cause counts; give the time, rounded up so that none is 0, or its event."""
    times = np.array([_times(world, declared, wave, cause) for cause in declared.hazards])
    first = times.min(axis=0)
    happened = first < declared.horizon
    if name == declared.event:
        return np.where(happened, np.array(list(declared.hazards), dtype=str)[times.argmin(axis=0)], declared.censored)
    step = 10.0**declared.decimals
    time = np.where(happened, np.minimum(np.ceil(first * step) / step, declared.horizon), declared.horizon)
    return np.round(time, declared.decimals)


def _times(world: MadeUpWorld, declared: Event, wave: str, cause: str) -> np.ndarray:
    """Draw the time to one cause as if there were no other."""
    unit, main = world.study.variable[declared.time].unit, next(iter(declared.hazards))
    log_hazard = moved(world, unit, [effect for effect in declared.effects if (effect.event or main) == cause], wave)
    if declared.trait is not None and cause == main:
        trait = world.trait(declared.trait)
        log_hazard = log_hazard + declared.loading * world.traits[trait.name, wave][linked_places(world, unit, trait.unit)]
    waiting = stream(world.seed, "event", declared.time, cause).standard_exponential(world.size(unit))
    with np.errstate(divide="ignore"):
        return waiting / (declared.hazards[cause] * np.exp(log_hazard))


def drawn_event_problems(study: Study, where: str, part: Event) -> Iterator[Problem]:
    """A time is a fixed number, its event a fixed choice with the codes named."""
    event = study.variable[part.event]
    if not (study.variable[part.time].is_numeric and event.type == "select_one" and study.variable[part.time].fixed and event.fixed):
        yield Problem(where, "time and event are not a fixed number and a fixed select_one", remedy="Correct the codebook, or the names.")
        return
    yield from code_problems(study, f"{where} hazards", part.event, (*part.hazards, part.censored))
    for effect in part.effects:
        if effect.event:
            yield from unknown_name(f"{where} effects event", effect.event, part.hazards, "event with a hazard")
    if not part.hazards or part.censored in part.hazards:
        yield Problem(f"{where} hazards", "name no event, or the one of the censored", remedy="Name the events that can happen.")


READ: dict[type[DrawnPart], Callable[[MadeUpWorld, Any, str, str, np.ndarray], np.ndarray]] = {Choices: read_choice, Numbers: read_number}
"""Kind whose questions can be recalled -> how latent numbers are read as its answers."""


def draw_read(world: MadeUpWorld, declared: Choices | Numbers, name: str, wave: str) -> np.ndarray:
    """Draw the answers to one question: a code or a number."""
    return READ[type(declared)](world, declared, name, wave, latent_answer(world, declared, name, wave))


def draw_recalled(world: MadeUpWorld, declared: Recalled, name: str, wave: str) -> np.ndarray:
    """Draw what units say, later, of how things were, on the scale of the question asked at the time."""
    unit, original = world.study.variable[name].unit, declared.names[name]
    asked = world.simulation.part[original]
    mean, deviation = latent_parts(world, asked, original, declared.wave)  # type: ignore[arg-type]
    forgotten = normal(world.seed, world.size(unit), "recalled", name, wave)
    remembered = declared.accuracy * deviation + sqrt(1 - declared.accuracy**2) * forgotten
    shift = latent_mean(world, unit, declared, wave)
    return READ[type(asked)](world, asked, original, declared.wave, mean + remembered + shift)


def drawn_recalled_problems(study: Study, where: str, part: Recalled) -> Iterator[Problem]:
    """What is recalled must have been asked at the time, on the same scale."""
    declared = study.declaration.simulation
    parts = declared.part if declared else {}
    for name, original in part.names.items():
        yield from unknown_name(where, original, study.variable, "variable")
        if original in study.variable:
            yield from unknown_name(f"{where} wave", part.wave, study.waves_of(study.variable[original]), f"wave of '{original}'")
            if study.codes_of(study.variable[name]) != study.codes_of(study.variable[original]):
                yield Problem(where, f"'{name}' and '{original}' have other answers", remedy="Use the same answers.")
            if original in parts and type(parts[original]) not in READ:
                yield Problem(where, f"'{original}' is neither in choices nor in numbers", remedy="Recall another question.")
