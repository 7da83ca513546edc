"""Checks that the codebook holds what an instrument asks.

A measure taken from an instrument is scored by the instrument's rule, so its
variables must have the instrument's types, answers and range. A key that the
study states itself is not compared.
"""

from collections.abc import Iterator
from itertools import repeat

from pipeline.errors import Problem, suggestion
from pipeline.spec.codebook import read_bounds
from pipeline.spec.declaration import Measure
from pipeline.spec.instruments import Instrument, InstrumentItem, InstrumentMeasure, read_instruments
from pipeline.spec.study import Study, Variable
from pipeline.spec.vocabulary import MISSING_REASONS


def instrument_problems(study: Study) -> Iterator[Problem]:
    """Give every way in which variables do not fit the instrument that scores them."""
    for measure in study.declaration.measures:
        instrument = read_instruments().by_id.get(measure.instrument or "")
        given = instrument.measure(measure.of or "") if instrument else None
        if instrument is None or given is None or measure.rule != given.rule:
            continue
        for name, item in _pairs(measure, instrument, given):
            if name in study.variable:
                yield from _item_problems(study, study.variable[name], instrument, item, stated_range=measure.range != given.range)


def _pairs(measure: Measure, instrument: Instrument, given: InstrumentMeasure) -> Iterator[tuple[str, InstrumentItem]]:
    """Pair each variable with its item; questions of the study's own have one only if all items share their answers."""
    items = instrument.items_of(given)
    if len({item.answers for item in items}) == 1:
        yield from zip(measure.items, repeat(items[0]), strict=False)
    elif measure.correct == {name: item.right for name, item in zip(measure.items, items, strict=False) if item.right}:
        yield from zip(measure.items, items, strict=False)


def _item_problems(
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
