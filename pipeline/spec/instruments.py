"""Instruments as data: questions, answers and the measures made of them, one TOML file each.

``read_instruments`` reads the files of ``pipeline/instruments/``; ``completed``
gives a measure of a study everything that the study left to its instrument.
From there on nobody needs to know that there was one. docs/instruments.md is
written from the same files.
"""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from pipeline.errors import Problem, suggestion
from pipeline.spec.declaration import PublishedFigure, Scoring
from pipeline.spec.declared import Declared, Name, Text
from pipeline.spec.vocabulary import RULE_KINDS

FOLDER = Path(__file__).resolve().parent.parent / "instruments"
SHOWN = "pipeline/instruments"
OWN_WORDING = Text(sv="Egna frågeformuleringar.", en="Wordings of our own.")
GIVEN = tuple(key for key in Scoring.model_fields if key not in ("name", "items"))
"""Keys that a study takes from an instrument as they stand there."""
RIGHT_ANSWERS = ("count_correct", "share_correct")
"""Rules that need to know which answer is right."""


class InstrumentAnswer(Declared):
    """One answer of a list."""

    code: str
    label: Text
    missing: Literal["", "refused", "dont_know", "not_applicable"] = ""


class InstrumentItem(Declared):
    """One question or statement."""

    key: Name
    type: Literal["select_one", "rating", "integer", "decimal"]
    answers: Name
    text: Text
    reversed: bool = False
    right: str = Field("", description="Code of the right answer of a knowledge question")
    constraint: str = Field("", description="Allowed values of a number, as in codebook.csv")
    classes: tuple[float, ...] = Field((), description="Classes of a number, as in codebook.csv")


class InstrumentMeasure(Scoring):
    """One measure that the items give; its unit may hold {items}, the number of items."""

    items: tuple[Name, ...] = Field((), description="Item keys; empty: all items in order")
    own_items: bool = Field(False, description="True: a study may name questions of its own, any number of them")
    direction: Literal["higher", "lower", "neither"]
    declares: tuple[str, ...] = Field((), description="Keys that each study must state itself")
    cut_off: Text | None = Field(None, description="Where a cut-off comes from, or that no source gives one")
    description: Text = Field(
        description="What the measure is, for the methods section; {threshold} and {items} stand for the study's own numbers"
    )


class Instrument(Declared):
    """The whole of one file."""

    id: Name
    own_wording: bool = Field(description="True: the wordings are ours and not a published version")
    title: Text
    purpose: Text
    origin: Text = Field(description="Publications it goes back to; never more than is known")
    licence: Text
    answers: dict[Name, tuple[InstrumentAnswer, ...]]
    items: tuple[InstrumentItem, ...]
    measures: tuple[InstrumentMeasure, ...]

    def measure(self, name: str) -> InstrumentMeasure | None:
        """Give the measure of that name, or the only one where no name is given."""
        if not name and len(self.measures) == 1:
            return self.measures[0]
        return next((measure for measure in self.measures if measure.name == name), None)

    def items_of(self, measure: InstrumentMeasure) -> tuple[InstrumentItem, ...]:
        """Give the items of a measure, in its order."""
        by_key = {item.key: item for item in self.items}
        return tuple(by_key[key] for key in measure.items) or self.items

    def codes_of(self, item: InstrumentItem) -> tuple[str, ...]:
        """Give the codes of an item's real answers, in order."""
        return tuple(answer.code for answer in self.answers[item.answers] if not answer.missing)


@dataclass(frozen=True)
class Instruments:
    """What a folder of instruments holds, and what is wrong with it."""

    by_id: dict[str, Instrument]
    problems: tuple[Problem, ...]


@cache
def read_instruments(folder: Path = FOLDER) -> Instruments:
    """Read every instrument of a folder, in name order, with all problems of all files."""
    found: dict[str, Instrument] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.toml")):
        where = f"{SHOWN}/{path.name}"
        try:
            parsed = tomllib.loads(path.read_text(encoding="utf-8"))
            instrument = Instrument.model_validate_json(json.dumps(parsed, default=str))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            problems.append(Problem(where, f"is not valid TOML: {error}", remedy="Correct the line named above."))
        except ValidationError as error:
            problems += [_validation_problem(where, item["loc"], item["type"], item["msg"]) for item in error.errors()]
        else:
            faults = instrument_faults(path.stem, instrument)
            problems += [
                Problem(where, fault, remedy="Correct the file; docs/declare.md says how an instrument is written.") for fault in faults
            ]
            found |= {} if faults else {instrument.id: instrument}
    return Instruments(found, tuple(problems))


def _validation_problem(where: str, location: tuple, kind: str, message: str) -> Problem:
    place = " ".join(f"no. {step + 1}" if isinstance(step, int) else str(step) for step in location)
    known = [name for model in (Instrument, InstrumentItem, InstrumentMeasure, InstrumentAnswer) for name in model.model_fields]
    if kind == "extra_forbidden":
        return Problem(f"{where}, {place}", "is not a known key", remedy=suggestion(str(location[-1]), known) or "Remove it.")
    return Problem(f"{where}, {place}", f"{message[0].lower()}{message[1:]}", remedy="Correct the value.")


def instrument_faults(stem: str, instrument: Instrument) -> list[str]:
    """Say what does not fit together inside one instrument; empty when all is well."""
    keys = [item.key for item in instrument.items]
    names = [measure.name for measure in instrument.measures]
    faults = [f"'{name}' is used more than once" for name in sorted({name for name in keys + names if (keys + names).count(name) > 1})]
    if instrument.id != stem:
        faults.append(f"id '{instrument.id}' is not the file's name")
    for item in instrument.items:
        faults += _item_faults(instrument, item)
    for measure in instrument.measures:
        faults += _measure_faults(instrument, measure, keys)
    return faults


def _item_faults(instrument: Instrument, item: InstrumentItem) -> list[str]:
    if item.answers not in instrument.answers:
        return [f"item '{item.key}': '{item.answers}' is no list of answers"]
    codes = instrument.codes_of(item)
    faults = []
    if item.type == "rating" and not all(code.removeprefix("-").isdigit() for code in codes):
        faults.append(f"item '{item.key}': a rating needs numbers as codes")
    if item.right and item.right not in codes:
        faults.append(f"item '{item.key}': its right answer '{item.right}' is none of its answers")
    return faults


def _measure_faults(instrument: Instrument, measure: InstrumentMeasure, keys: list[str]) -> list[str]:
    where = f"measure '{measure.name}'"
    unknown = [key for key in measure.items if key not in keys]
    if unknown:
        return [f"{where}: '{key}' is no item" for key in unknown]
    faults = [f"{where}: '{measure.rule}' is no scoring rule"] if measure.rule not in RULE_KINDS else []
    items = instrument.items_of(measure)
    if any(item.reversed for item in items) and measure.range is None:
        faults.append(f"{where}: reversed items need the range of one answer")
    if measure.rule in RIGHT_ANSWERS and not all(item.right for item in items):
        faults.append(f"{where}: every question needs its right answer")
    codes = {code for item in items if item.answers in instrument.answers for code in instrument.codes_of(item)}
    faults += [
        f"{where}: '{one.category}' is none of its classes" for one in measure.published if one.category not in ("", *measure.categories)
    ]
    faults += [f"{where}: '{key}' of counts_also is no item" for key in measure.counts_also if key not in keys]
    used = {
        *measure.counts,
        *measure.leaves_out,
        *(code for also in measure.counts_also.values() for code in also),
        *(code for group in measure.collapse.values() for code in group),
    }
    faults += [f"{where}: '{code}' is none of its items' answers" for code in sorted(used - codes)]
    return faults


def listed_instruments(instruments: Instruments) -> Iterator[str]:
    """List every instrument with its measures, and what was published of them."""
    for one in instruments.by_id.values():
        yield f"{one.id}: {one.title.en} ({one.title.sv}), {len(one.items)} questions{', wordings of our own' if one.own_wording else ''}"
        for measure in one.measures:
            yield f"    {measure.name}: {measure.label.en}, {measure.unit.en}, {measure.rule}"
            yield from (f"        {published_text(figure)}" for figure in measure.published)


def published_text(figure: PublishedFigure) -> str:
    """Write a published figure with whom it is about and its source."""
    value = f"{figure.value:.1%}" if figure.figure == "share" else f"{figure.value:g}"
    return f"published {figure.figure}{f' of {figure.category}' if figure.category else ''} {value}: {figure.of.en} ({figure.source})"
