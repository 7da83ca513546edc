"""Measures that a study takes from an instrument: what it left out is filled in, and what it asks must fit.

``complete_measures`` works on ``study.toml`` as parsed, before it is checked: what a
study states wins, what it leaves out comes from the instrument. Afterwards every
measure is complete, and plan keys are those of a measure declared in full.
``instrument_problems`` then checks that the codebook holds what the instrument asks,
because its rule scores the variables: types, answers and range must be its own. A
key that the study states itself is not compared.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat

from pipeline.errors import Problem, suggestion
from pipeline.spec.codebook import read_bounds
from pipeline.spec.declaration import Measure
from pipeline.spec.instruments import (
    GIVEN,
    OWN_WORDING,
    RIGHT_ANSWERS,
    SHOWN,
    Instrument,
    InstrumentItem,
    InstrumentMeasure,
    Instruments,
    read_instruments,
)
from pipeline.spec.study import Study, Variable
from pipeline.spec.vocabulary import LANGUAGES, MISSING_REASONS

ALL_INSTRUMENTS = "docs/instruments.md describes them."


@dataclass(frozen=True)
class Chosen:
    """The measure of an instrument that a study's measure stands for."""

    instrument: Instrument
    measure: InstrumentMeasure

    @property
    def keys(self) -> tuple[str, ...]:
        """Give the keys of the measure's items, in order."""
        return tuple(item.key for item in self.instrument.items_of(self.measure))


def complete_measures(parsed: dict, where: str, instruments: Instruments | None = None) -> tuple[dict, list[Problem]]:
    """Complete every measure that names an instrument.

    Parameters
    ----------
    parsed : dict
        ``study.toml`` as parsed; not changed.
    where : str
        Name of the file, for problems.
    instruments : Instruments, optional
        The bundled ones when absent.

    Returns
    -------
    parsed, problems
        A copy with complete measures, without those that could not be
        completed; each of these has its problem. Faults inside instrument
        files are told only to studies that use one.
    """
    declared = parsed.get("measures")
    if not isinstance(declared, list) or not any(isinstance(one, dict) and "instrument" in one for one in declared):
        return parsed, []
    known = instruments or read_instruments()
    problems = list(known.problems)
    measures = []
    for one in declared:
        if not (isinstance(one, dict) and "instrument" in one):
            measures.append(one)
            continue
        place = f"{where}, measures '{one.get('name', '')}'"
        chosen = _choose(one, known)
        faults = [_choice_problem(one, place, known)] if chosen is None else list(_statement_problems(one, place, chosen))
        problems += faults
        if chosen is not None and not faults:
            measures.append(_complete(one, chosen))
    return parsed | {"measures": measures}, problems


def _choose(declared: dict, known: Instruments) -> Chosen | None:
    instrument = known.by_id.get(str(declared["instrument"]))
    if instrument is None:
        return None
    measure = instrument.measure(str(declared.get("of", ""))) or (
        instrument.measure(str(declared.get("name"))) if "of" not in declared else None
    )
    return None if measure is None else Chosen(instrument, measure)


def _choice_problem(declared: dict, place: str, known: Instruments) -> Problem:
    name = str(declared["instrument"])
    if name not in known.by_id:
        remedy = suggestion(name, known.by_id) or ALL_INSTRUMENTS
        return Problem(f"{place} instrument", f"'{name}' is not an instrument", ", ".join(known.by_id), remedy)
    names = [measure.name for measure in known.by_id[name].measures]
    found = f"'{declared['of']}' is not a measure of '{name}'" if "of" in declared else "is missing"
    remedy = suggestion(str(declared.get("of", "")), names) or "Say which measure of the instrument is meant."
    return Problem(f"{place} of", found, ", ".join(names), remedy)


def _statement_problems(declared: dict, place: str, chosen: Chosen) -> Iterator[Problem]:
    """Check that what the study states can be put beside what the instrument gives."""
    measure = chosen.measure
    for key in measure.declares:
        if key not in declared:
            reason = measure.cut_off.en if measure.cut_off else "The instrument leaves it to the study."
            yield Problem(f"{place} {key}", "is missing", remedy=reason)
    items = declared.get("items", [])
    if not isinstance(items, list | dict) or not all(
        isinstance(name, str) for name in (items.values() if isinstance(items, dict) else items)
    ):
        yield Problem(f"{place} items", f"{items!r}", "a list of variables, or a table { item = variable }", ALL_INSTRUMENTS)
    else:
        yield from _item_problems(items, "correct" in declared, place, chosen)


def _item_problems(items: list[str] | dict[str, str], right_is_stated: bool, place: str, chosen: Chosen) -> Iterator[Problem]:
    measure = chosen.measure
    if isinstance(items, dict):
        for key in sorted(set(items) - set(chosen.keys)):
            remedy = suggestion(key, chosen.keys) or f"Give {SHOWN}/{chosen.instrument.id}.toml's key first, then your variable."
            yield Problem(f"{place} items", f"'{key}' is no item of '{measure.name}'", ", ".join(chosen.keys), remedy)
    elif items and measure.own_items and measure.rule in RIGHT_ANSWERS and not right_is_stated:
        remedy = "Questions of your own need their right answers; to rename the instrument's, give a table { key = variable }."
        yield Problem(f"{place} correct", "is missing", remedy=remedy)
    elif items and not measure.own_items and len(items) != len(chosen.keys):
        remedy = "Name one variable per item, in this order."
        yield Problem(f"{place} items", f"{len(items)} variables for {len(chosen.keys)} items", ", ".join(chosen.keys), remedy)


def _complete(declared: dict, chosen: Chosen) -> dict:
    """Put the instrument's keys under the stated ones."""
    given = chosen.measure.model_dump(mode="json", include=set(GIVEN), exclude_defaults=True)
    stated = declared.get("items", [])
    variables = [stated.get(key, key) for key in chosen.keys] if isinstance(stated, dict) else stated or list(chosen.keys)
    complete = {"of": chosen.measure.name} | given | declared | {"items": variables}
    paired = list(zip(chosen.instrument.items_of(chosen.measure), variables, strict=False))
    turned = [variable for item, variable in paired if item.reversed]
    if turned and "reversed" not in declared:
        complete["reversed"] = turned
    if chosen.measure.counts_also and "counts_also" not in declared:
        complete["counts_also"] = {
            variable: list(codes) for item, variable in paired if (codes := chosen.measure.counts_also.get(item.key, ()))
        }
    if complete["rule"] in RIGHT_ANSWERS and "correct" not in declared:
        complete["correct"] = {variable: item.right for item, variable in paired if item.right}
    return complete | {key: text for key, text in _texts(chosen, complete).items() if key not in declared}


def _texts(chosen: Chosen, complete: dict) -> dict[str, dict[str, str]]:
    """Fill the study's own cut-off and number of items into the texts, and say whose wordings they are."""
    threshold = complete.get("threshold")
    number = f"{threshold:g}" if isinstance(threshold, int | float) else ""
    numbers = {"sv": number.replace(".", ","), "en": number}
    items, wording = str(len(complete["items"])), OWN_WORDING if chosen.instrument.own_wording else None
    texts = {}
    for key in ("unit", "description"):
        text = getattr(chosen.measure, key)
        texts[key] = {one: text.in_language(one).replace("{threshold}", numbers[one]).replace("{items}", items) for one in LANGUAGES}
    if wording:
        texts["description"] = {one: f"{said} {wording.in_language(one)}" for one, said in texts["description"].items()}
    return texts


def instrument_problems(study: Study) -> Iterator[Problem]:
    """Give every way in which variables do not fit the instrument that scores them."""
    for measure in study.declaration.measures:
        instrument = read_instruments().by_id.get(measure.instrument or "")
        given = instrument.measure(measure.of or "") if instrument else None
        if instrument is None or given is None or measure.rule != given.rule:
            continue
        for name, item in _pairs(measure, instrument, given):
            if name in study.variable:
                yield from _question_problems(study, study.variable[name], instrument, item, stated_range=measure.range != given.range)


def _pairs(measure: Measure, instrument: Instrument, given: InstrumentMeasure) -> Iterator[tuple[str, InstrumentItem]]:
    """Pair each variable with its item; questions of the study's own have one only if all items share their answers."""
    items = instrument.items_of(given)
    if len({item.answers for item in items}) == 1:
        yield from zip(measure.items, repeat(items[0]), strict=False)
    elif measure.correct == {name: item.right for name, item in zip(measure.items, items, strict=False) if item.right}:
        yield from zip(measure.items, items, strict=False)


def _question_problems(
    study: Study, variable: Variable, instrument: Instrument, item: InstrumentItem, *, stated_range: bool
) -> Iterator[Problem]:
    where = f"studies/{study.id}/codebook.csv, '{variable.name}'"
    asked = f"instrument '{instrument.id}' asks '{item.key}'"
    if variable.type != item.type:
        remedy = f"Correct the type: {asked} so. Or declare the measure without the instrument."
        yield Problem(f"{where}, column type", variable.type, item.type, remedy)
        return
    if variable.is_numeric and not study.codes_of(variable):
        if not stated_range:
            yield from _bound_problems(variable, instrument, item, where)
    elif not (variable.is_numeric and stated_range):
        yield from _code_problems(study, variable, instrument, item)


def _code_problems(study: Study, variable: Variable, instrument: Instrument, item: InstrumentItem) -> Iterator[Problem]:
    """The real answers must be the instrument's; a missing reason may be an answer in one of the two only."""
    where = f"studies/{study.id}/answers.csv, list {variable.answers}"
    asked, found = instrument.codes_of(item), study.codes_of(variable)
    for code in found:
        if code not in (*asked, *MISSING_REASONS):
            remedy = suggestion(code, asked) or f"Correct the code of '{variable.name}', or declare the measure without the instrument."
            yield Problem(where, f"'{code}' is not an answer of instrument '{instrument.id}'", ", ".join(asked), remedy)
    missing = [code for code in asked if code not in (*found, *MISSING_REASONS)]
    if missing:
        remedy = f"Instrument '{instrument.id}' needs every answer to '{variable.name}', also those nobody gave."
        yield Problem(where, f"has no answer {', '.join(missing)}", ", ".join(asked), remedy)


def _bound_problems(variable: Variable, instrument: Instrument, item: InstrumentItem, where: str) -> Iterator[Problem]:
    """A number's allowed values must lie inside the instrument's."""
    codes = [float(code) for code in instrument.codes_of(item)]
    least, greatest = (min(codes), max(codes)) if codes else read_bounds(item.constraint) or (None, None)
    below = least is not None and (variable.minimum is None or variable.minimum < least)
    beyond = greatest is not None and (variable.maximum is None or variable.maximum > greatest)
    if below or beyond:
        allowed = f"{'' if least is None else f'{least:g}'}..{'' if greatest is None else f'{greatest:g}'}"
        remedy = f"Instrument '{instrument.id}' asks '{item.key}' in that range."
        yield Problem(f"{where}, column constraint", "allows other values than the instrument", allowed, remedy)
