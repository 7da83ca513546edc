"""What all kinds of drawn variables must fulfil, and each kind beside that."""

from collections.abc import Callable, Iterator
from typing import Any

from pipeline.errors import Problem
from pipeline.simulate.answering import sayable
from pipeline.simulate.checks.references import (
    code_problems,
    condition_problems,
    effect_problems,
    facts_of,
    followed_problems,
    given_problems,
    wave_problems,
)
from pipeline.simulate.kinds.choices import shares_by_key
from pipeline.simulate.kinds.recalled import READ
from pipeline.simulate.latent import loading_by_alpha
from pipeline.spec.naming import toml_place, unknown_name
from pipeline.spec.simulation import (
    Choices,
    Coding,
    Dates,
    DrawnPart,
    Event,
    Knowledge,
    Moves,
    Numbers,
    Recalled,
    Shares,
    SimulatedVariable,
    Simulation,
    Texts,
)
from pipeline.spec.study import Study, Variable
from pipeline.spec.vocabulary import CHOICE_TYPES, MISSING_REASONS

TOO_HIGH = "cannot be reached with these shares and this spread"


def part_problems(study: Study, declared: Simulation, part: DrawnPart) -> Iterator[Problem]:
    """What holds for all kinds, and where that does, what holds for this one."""
    where = toml_place(study, f"simulation, '{next(iter(part.drawn), '')}'")
    types, of_kind = KINDS[type(part)]
    known = list(_variable_problems(study, declared, part, where, types))
    yield from known or of_kind(study, where, part)


def _variable_problems(study: Study, declared: Simulation, part: DrawnPart, where: str, types: tuple[str, ...]) -> Iterator[Problem]:
    """Variables must exist, be of one unit and of a fitting type; what they depend on must exist."""
    variables = [study.variable[name] for name in part.drawn if name in study.variable]
    if not part.drawn:
        yield Problem(where, "names no variable", remedy="Name at least one.")
    for name in part.drawn:
        yield from unknown_name(where, name, study.variable, "variable")
    for variable in variables:
        if variable.type not in types:
            found = f"'{variable.name}' is of type {variable.type}"
            yield Problem(where, found, ", ".join(types), "Declare it as another kind.")
    units = sorted({variable.unit for variable in variables})
    if len(units) > 1:
        yield Problem(where, f"its variables belong to several units: {', '.join(units)}", remedy="Declare each unit's apart.")
    if len(units) == 1 and len(variables) == len(part.drawn):
        yield from _dependence_problems(study, declared, part, where)


def _dependence_problems(study: Study, declared: Simulation, part: Any, where: str) -> Iterator[Problem]:
    """Effects and traits must be known to the unit; reasons must be sayable."""
    unit = study.variable[part.drawn[0]].unit
    yield from effect_problems(study, declared, where, unit, part.effects)
    if part.trait is not None:
        yield from followed_problems(study, declared, f"{where} trait", unit, [part.trait])
    if isinstance(part, SimulatedVariable):
        yield from wave_problems(study, f"{where} shift", part.shift)
        yield from _strength_problems(part, where)
        yield from condition_problems(study, f"{where} only_if", part.only_if)
        yield from _reason_problems(study, part, where)


def _strength_problems(part: SimulatedVariable, where: str) -> Iterator[Problem]:
    alpha = part.alpha if isinstance(part, Choices | Knowledge) else None
    if part.trait is None and (alpha is not None or part.loading is not None):
        yield Problem(f"{where} trait", "is missing", remedy="alpha and loading say how strongly answers follow a trait.")
    if alpha is not None and part.loading is not None:
        yield Problem(where, "has alpha and loading", remedy="Keep one of them: the loading follows from alpha.")


def _reason_problems(study: Study, part: SimulatedVariable, where: str) -> Iterator[Problem]:
    for reason in part.missing or {}:
        yield from unknown_name(f"{where} missing", reason, MISSING_REASONS, "missing reason")
        for variable in (study.variable[name] for name in part.drawn if reason in MISSING_REASONS):
            answers = f"Add a row with missing = {reason} to the list '{variable.answers}' of answers.csv"
            for wave in study.waves_of(variable) or ("",):
                if not sayable(study, variable, wave, reason):
                    found = f"'{reason}' cannot be written for '{variable.name}'"
                    yield Problem(f"{where} missing", found, remedy=f"{answers}, or let blank cells mean it.")


def choice_problems(study: Study, where: str, part: Choices) -> Iterator[Problem]:
    """Check shares, and whether the alpha can be reached."""
    variables = [study.variable[name] for name in part.names]
    if len({variable.answers for variable in variables}) > 1:
        yield Problem(where, "its variables have several answer lists", remedy="Declare those of each list apart.")
        return
    yield from share_problems(study, where, part)
    if part.alpha is None:
        return
    if len(part.names) < 2 or part.given or part.exact:
        yield Problem(f"{where} alpha", "needs several items, without given and exact", remedy="State a loading instead.")
    elif loading_by_alpha(study, part) is None:
        yield Problem(f"{where} alpha", f"{part.alpha} {TOO_HIGH}", remedy="Lower alpha or spread.")


def share_problems(study: Study, where: str, part: Choices | Coding) -> Iterator[Problem]:
    """Shares are weights of known codes, by crossed codes of what they are given; not all 0."""
    nested = any(isinstance(share, dict) for share in part.shares.values())
    if nested != bool(part.given and part.shares):
        yield Problem(f"{where} shares", "do not fit given", remedy="Shares stand by the other's code if there is a given, else by code.")
        return
    yield from given_problems(study, where, part, "shares")
    for key, shares in shares_by_key(part).items():
        yield from weight_problems(study, f"{where} shares {key}".rstrip(), study.variable[part.drawn[0]], shares)


def weight_problems(study: Study, where: str, variable: Variable, shares: Shares) -> Iterator[Problem]:
    """Codes must be answers, and one at least must have a weight."""
    yield from code_problems(study, where, variable.name, shares)
    if shares and sum(shares.values()) == 0:
        yield Problem(where, "are all 0", remedy="Give one answer a weight.")


def number_problems(study: Study, where: str, part: Numbers) -> Iterator[Problem]:
    """A log-normal needs a mean above 0; an integer no decimals."""
    if part.skewed and part.mean <= 0:
        yield Problem(f"{where} mean", f"{part.mean}", "above 0 for a skewed number", "Correct the mean.")
    for name in part.names:
        if study.variable[name].type == "integer" and part.decimals:
            yield Problem(f"{where} decimals", f"'{name}' is an integer", "0", "Leave decimals out.")


def date_problems(study: Study, where: str, part: Dates) -> Iterator[Problem]:
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


def knowledge_problems(study: Study, where: str, part: Knowledge) -> Iterator[Problem]:
    """Right answers must be answers, and shares not below what guessing gives."""
    for name, code in part.right.items():
        yield from code_problems(study, f"{where} right", name, [code])
    yield from wave_problems(study, f"{where} shares", part.shares)
    if not part.shares or min(part.shares.values()) < part.guess or part.guess >= 1:
        yield Problem(f"{where} shares", "are below guess, or there are none", remedy="Guessing alone gives as many right answers.")
        return
    if part.alpha is not None and (len(part.right) < 2 or loading_by_alpha(study, part) is None):
        yield Problem(f"{where} alpha", f"{part.alpha} {TOO_HIGH}, with guessing", remedy="Lower alpha, guess or spread.")


def recalled_problems(study: Study, where: str, part: Recalled) -> Iterator[Problem]:
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


def move_problems(study: Study, where: str, part: Moves) -> Iterator[Problem]:
    """Statuses must be answers, waves those of the variable."""
    variable = study.variable[part.name]
    yield from weight_problems(study, f"{where} start", variable, part.start)
    for wave, moves in part.moves.items():
        yield from unknown_name(f"{where} moves", wave, study.waves_of(variable)[1:], f"later wave of '{part.name}'")
        yield from code_problems(study, f"{where} moves", part.name, moves)
        for status, shares in moves.items():
            yield from weight_problems(study, f"{where} moves from '{status}'", variable, shares)


def coding_problems(study: Study, where: str, part: Coding) -> Iterator[Problem]:
    """What is coded, and by whom, must be known of each row."""
    facts = facts_of(study, study.variable[part.name].unit)
    for name in (*part.same, part.coder):
        yield from unknown_name(f"{where} same, coder", name, facts, "link or fixed variable of the unit")
    yield from share_problems(study, where, part)
    for errors in part.errors.values():
        yield from code_problems(study, f"{where} errors", part.name, errors)


def event_problems(study: Study, where: str, part: Event) -> Iterator[Problem]:
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


def text_problems(study: Study, where: str, part: Texts) -> Iterator[Problem]:
    """Texts stand by the codes of what they are given, or by themselves."""
    if isinstance(part.texts, dict) != bool(part.given):
        yield Problem(f"{where} texts", "do not fit given", remedy="Texts stand by the other's code if there is a given, else as a list.")
    elif isinstance(part.texts, dict):
        yield from given_problems(study, where, part, "texts")
        for key in (key for key, texts in part.texts.items() if not texts):
            yield Problem(f"{where} texts {key}", "are empty", remedy="Write one, or leave the code out.")


KINDS: dict[type[DrawnPart], tuple[tuple[str, ...], Callable[[Study, str, Any], Iterator[Problem]]]] = {
    Choices: (CHOICE_TYPES, choice_problems),
    Numbers: (("integer", "decimal"), number_problems),
    Dates: (("date",), date_problems),
    Texts: (("text",), text_problems),
    Knowledge: (CHOICE_TYPES, knowledge_problems),
    Recalled: ((*CHOICE_TYPES, "integer", "decimal"), recalled_problems),
    Moves: (CHOICE_TYPES, move_problems),
    Coding: (CHOICE_TYPES, coding_problems),
    Event: (("integer", "decimal", "select_one"), event_problems),
}
"""Kind -> types of variables that it can draw, and what else it must fulfil."""
