"""Who answers a wave, who stops before its end, and why an answer is missing: not meant for the unit, not reached, or by chance."""

from collections.abc import Mapping

import numpy as np
from scipy.special import expit, logit

from pipeline.simulate.complete import waves_of_unit
from pipeline.simulate.latent import first_trait
from pipeline.simulate.world import Key, MadeUpWorld, all_hold, column, holds, moved, stream
from pipeline.spec.drawn import DrawnPart, SimulatedVariable
from pipeline.spec.simulation import TakingPart
from pipeline.spec.sources import Source
from pipeline.spec.study import Study, Variable
from pipeline.spec.vocabulary import MISSING_CODES

SUBMISSION = "submitdate"
"""Heading of the day of submitting in LimeSurvey's exports."""


def draw_taking_part(world: MadeUpWorld) -> dict[Key, np.ndarray]:
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


def _meant(world: MadeUpWorld, unit: str, wave: str) -> np.ndarray:
    """Say whom the study means to ask in a wave, by group."""
    sample = world.study.declaration.sample
    groups = next(one.asked_of for one in world.study.declaration.waves if one.name == wave)
    if not groups or unit != sample.unit or sample.group is None:
        return np.ones(world.size(unit), dtype=bool)
    return holds(column(world, unit, sample.group), groups)


def _answering(world: MadeUpWorld, part: TakingPart, asked: np.ndarray, earlier: dict[Key, np.ndarray]) -> np.ndarray:
    asked = asked & all_hold(world, part.unit, part.only_if)
    if part.after is not None:
        asked = asked & earlier[part.unit, part.after]
    log_odds = logit(part.share) + moved(world, part.unit, part.effects, part.wave)
    for trait, size in part.traits.items():
        log_odds = log_odds + size * first_trait(world, part.unit, trait)
    chance = stream(world.seed, "taking part", part.unit, part.wave).random(world.size(part.unit))
    if not part.exact:
        return asked & (chance < expit(log_odds))
    willing = np.where(asked, np.nan_to_num(log_odds) - logit(chance), -np.inf)
    answering = np.zeros(len(asked), dtype=bool)
    answering[np.argsort(-willing, kind="stable")[: round(part.share * int(asked.sum()))]] = True
    return answering


def draw_missing(world: MadeUpWorld) -> dict[Key, np.ndarray]:
    """Draw which answers are missing, and why.

    Returns
    -------
    dict
        (variable, wave) -> int8 array of missing codes, 0 where answered.
    """
    parts = world.simulation.part.items()
    missing = {(name, wave): _reasons(world, part, name, wave) for name, part in parts for wave in world.waves_of(name)}
    for source in world.study.declaration.sources:
        if source.wave is not None:
            _break_off(world, source, missing)
    return missing


def source_of(study: Study, variable: Variable, wave: str) -> Source:
    """Give the first source that asks a variable in a wave; for a fixed one, the first of all."""
    return next(study.source[name] for name in variable.raw_names if not wave or study.source[name].wave == wave)


def sayable(study: Study, variable: Variable, wave: str, reason: str) -> bool:
    """Say whether a reason can stand in the file: as a blank, or as a row of the answer list."""
    listed = {answer.missing for answer in study.answer_lists.get(variable.answers, ())}
    return reason == source_of(study, variable, wave).blank or reason in listed


def _reasons(world: MadeUpWorld, part: DrawnPart, name: str, wave: str) -> np.ndarray:
    """Draw why answers to one question are missing; a text that nobody wrote is a blank cell."""
    study, variable = world.study, world.study.variable[name]
    blank, missing = source_of(study, variable, wave).blank, np.zeros(world.size(variable.unit), dtype=np.int8)
    if not isinstance(part, SimulatedVariable):
        return missing
    usual: Mapping[str, float] = world.simulation.missing if wave and variable.type not in ("text", "date") else {}
    chance = stream(world.seed, "missing", name, wave).random(len(missing))
    reached = 0.0
    for reason, share in (usual if part.missing is None else part.missing).items():
        if sayable(study, variable, wave, reason):
            missing[(reached <= chance) & (chance < reached + share)] = MISSING_CODES[reason]
            reached += share
    if part.only_if:
        reason = part.otherwise if sayable(study, variable, wave, part.otherwise) else blank
        missing[~all_hold(world, variable.unit, part.only_if)] = MISSING_CODES[reason]
    if variable.type == "text":
        missing[(world.values[name, wave] == "") & (missing == 0)] = MISSING_CODES[blank]
    return missing


def _break_off(world: MadeUpWorld, source: Source, missing: dict[Key, np.ndarray]) -> None:
    """Blank what comes after the point where a unit stopped, in the order of the codebook; days stay, but for that of submitting.

    Where that day shows who stopped, blank cells behind their last answer are called not reached.
    """
    wave, blank = str(source.wave), MISSING_CODES[source.blank]
    held = [one for one in world.study.variables if source.name in one.raw_names]
    asked = [one for one in held if (one.name, wave) in missing]
    stops, reached = _broken_off(world, source.unit, wave, len(asked))
    for number, variable in enumerate(asked):
        if variable.type != "date" or is_submission(source, variable):
            missing[variable.name, wave][stops & (number >= reached)] = blank
    if any(is_submission(source, variable) for variable in asked):
        for variable in reversed(held):
            codes = missing.get((variable.name, wave), np.zeros(len(stops), dtype=np.int8))
            stops = stops & (codes == blank)
            codes[stops] = MISSING_CODES["not_reached"]


def _broken_off(world: MadeUpWorld, unit: str, wave: str, variables: int) -> tuple[np.ndarray, np.ndarray]:
    """Say of every unit whether it stops before the end of a wave, and after how many variables it would."""
    share = next((part.break_off for part in world.simulation.taking_part if (part.unit, part.wave) == (unit, wave)), 0.0)
    rng = stream(world.seed, "break off", unit, wave)
    stops, reached = rng.random(world.size(unit)) < share, rng.integers(1, max(2, variables), world.size(unit))
    return stops & (reached < variables), reached


def is_submission(source: Source, variable: Variable) -> bool:
    """Say whether a variable is the day of submitting, which survey tools leave blank for those who broke off."""
    return source.format == "limesurvey" and variable.raw_names.get(source.name, "").startswith(SUBMISSION)
