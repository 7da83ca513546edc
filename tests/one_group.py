"""A miniature study of one group, from raw files: people on a ladder of statuses, in houses, asked three times.

``one_group(tmp_path, people)`` writes and loads it; a person is a ``Person``, so
that a test says of whom it is by changing single facts. The register holds one
row per spell, the questionnaires one row per person who answered.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from pipeline.spec.study import Study
from tests.miniature import both, source, write_study

WAVES = ("start", "exit", "later")
STATUSES = ("inactive", "unemployed", "practice", "work")
DAYS = {"start": "2024-01-15", "exit": "2024-09-15", "later": "2025-03-15"}
CODEBOOK = """\
type,name,unit,fixed,answers,constraint,classes,label::sv,label::en,raw_name::register,raw_name::start,raw_name::exit,raw_name::later
id,person,person,yes,,,,Nummer,Number,nr,nr,nr,nr
id,house,house,yes,,,,Hus,House,hus,,,
select_one,sex,person,yes,sex,,,Kön,Sex,kön,,,
select_one,town,person,yes,town,,,Ort,Town,ort,,,
date,entry,person,yes,,,,In,Entry,in,,,
date,exit_day,person,yes,,,,Ut,Exit,ut,,,
decimal,months,person,yes,,0..,,Månader,Months,månader,,,
select_one,ended,person,yes,ended,,,Slut,Ended,slut,,,
date,day,person,,,,,Dag,Day,,dag,dag,dag
select_one,status,person,,status,,,Läge,Status,,läge,läge,läge
rating,calm,person,,often,,,Lugn,Calm,,lugn,lugn,lugn
"""
ANSWERS = """\
list_name,name,raw,label::sv,label::en,missing
sex,woman,woman,Kvinna,Woman,
sex,man,man,Man,Man,
town,north,north,Norr,North,
town,south,south,Söder,South,
status,inactive,inactive,Utanför,Outside,
status,unemployed,unemployed,Arbetslös,Unemployed,
status,practice,practice,Praktik,Practice,
status,work,work,Arbete,Work,
often,1,1,Aldrig,Never,
often,2,2,Sällan,Seldom,
often,3,3,Ibland,Sometimes,
often,4,4,Ofta,Often,
often,5,5,Alltid,Always,
ended,work,work,Arbete,Work,
ended,not_yet,not_yet,Ännu inte,Not yet,
"""
REGISTER = {"duplicates": "spells", "entry": "entry", "exit": "exit_day", "lists_everybody": True, "delimiter": ";"}


@dataclass(frozen=True)
class Person:
    """One person's facts and answers; a wave that is not there was not answered."""

    number: str
    sex: str = "woman"
    town: str = "north"
    house: str = "H1"
    months: str = "4"
    ended: str = "work"
    spells: tuple[tuple[str, str], ...] = (("2024-01-10", "2024-09-10"),)
    status: dict[str, str] = field(default_factory=lambda: dict(zip(WAVES, ("unemployed", "work", "work"), strict=True)))
    calm: dict[str, str] = field(default_factory=lambda: dict(zip(WAVES, "234", strict=True)))
    days: dict[str, str] = field(default_factory=lambda: dict(DAYS))


def people(number: int, seed: int = 1) -> list[Person]:
    """Draw people who differ in everything; some are lost after the first wave."""
    rng = np.random.default_rng(seed)
    return [_drawn(rng, f"P{one:03d}") for one in range(number)]


def _drawn(rng: np.random.Generator, number: str) -> Person:
    answered = [wave for wave in WAVES if wave == "start" or rng.random() < 0.85]
    return Person(
        number,
        sex=str(rng.choice(["woman", "man"])),
        town=str(rng.choice(["north", "south"])),
        house=f"H{rng.integers(1, 5)}",
        months=f"{rng.integers(1, 19)}",
        ended=str(rng.choice(["work", "not_yet"])),
        status={wave: str(rng.choice(STATUSES)) for wave in answered},
        calm={wave: str(rng.integers(1, 6)) for wave in answered},
    )


def everybody(group: Iterable[Person], **changes: object) -> list[Person]:
    """Give the same people with some facts changed for all of them."""
    return [replace(person, **changes) for person in group]


def files_of(group: Iterable[Person]) -> dict[str, str]:
    """Write the raw files: a register, and one questionnaire per wave."""
    group = list(group)
    rows = [(one.number, one.house, one.sex, one.town, entry, left, one.months, one.ended) for one in group for entry, left in one.spells]
    files = {"register.csv": _text(("nr", "hus", "kön", "ort", "in", "ut", "månader", "slut"), rows)}
    for wave in WAVES:
        answers = [(one.number, one.days[wave], one.status[wave], one.calm[wave]) for one in group if wave in one.status]
        files[f"{wave}.csv"] = _text(("nr", "dag", "läge", "lugn"), answers)
    return files


def _text(heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n").writerows([heading, *rows])
    return text.getvalue()


def analysis(name: str, estimator: str, outcome: str, role: str = "secondary", **more: object) -> dict:
    return {"id": name, "label": both(name), "role": role, "estimator": estimator, "outcomes": [outcome], **more}


def measure(name: str, rule: str, item: str, **more: object) -> dict:
    return {"name": name, "label": both(name), "unit": both("unit"), "rule": rule, "items": [item], "direction": "higher", **more}


READINGS = [
    {"id": "all_known", "label": both("everybody")},
    {"id": "in_north", "label": both("those in the north"), "restrict": {"town": ["north"]}},
    {"id": "planned", "label": both("the number planned"), "planned": 50},
]
ANALYSES = [
    analysis(
        "target", "attainment", "in_work@exit", "primary", target=0.7, readings=READINGS, family="none", family_reason=both("A target.")
    ),
    analysis("target_by", "attainment", "in_work@later", target=0.7, by=["sex", "town", "sex*town", "house"]),
    analysis("number", "count", "in_work@exit", target=10),
    analysis("ladder", "transition", "rung@exit", "primary", before="start", by=["sex"], family="primary"),
    analysis("work_moves", "transition", "in_work@exit", before="start"),
    analysis("calmer", "paired", "calmness@exit", "primary", before="start", by=["sex", "house"], family="primary"),
    analysis("calm_bounds", "bounds", "calmness@exit", before="start"),
    analysis("time", "survival", "months", "primary", event="ended", event_codes=["work"], times=[6, 12], horizon=12, by=["sex"]),
]
EXHIBITS = [
    {"id": "moves", "kind": "transition", "label": both("Moves"), "outcomes": ["rung"], "waves": ["start", "exit"]},
    {
        "id": "to_work",
        "kind": "curve",
        "label": both("Time to work"),
        "time": "months",
        "event": "ended",
        "event_codes": ["work"],
        "grid": [0, 3, 6, 9, 12],
        "by": ["sex"],
    },
]


def declared(**changes: object) -> dict:
    """Give the declaration, with top-level keys replaced by ``changes``."""
    waves = [source(wave, wave=wave, order="day", delimiter=";", least_matched=0) for wave in WAVES]
    usual: dict[str, object] = {
        "title": both("One group"),
        "programme": both("support"),
        "question": both("Do people come to work?"),
        "setting": both("One group."),
        "design": "single_group",
        "simulated": True,
        "source_note": both("Made up."),
        "seed": 1,
        "units": [
            {"name": "person", "id": "person", "label": both("participants")},
            {"name": "house", "id": "house", "label": both("houses")},
        ],
        "waves": [{"name": wave, "label": both(wave)} for wave in WAVES],
        "sources": [source("register", **REGISTER), *waves],
        "sample": {"unit": "person"},
        "measures": [
            measure("in_work", "one_of", "status", counts=["work"]),
            measure("rung", "as_category", "status", categories={one: both(one) for one in STATUSES}),
            measure("calmness", "as_answered", "calm", range=[1, 5]),
        ],
        "analyses": ANALYSES,
        "exhibits": EXHIBITS,
        "reports": [],
    }
    return {**usual, **changes}


def one_group(root: Path, group: Iterable[Person], files: dict[str, str] | None = None, **changes: object) -> Study:
    """Write the little study of one group below ``root``, with some files or keys replaced, and load it."""
    return write_study(
        root, "one_group", declared(**changes), codebook=CODEBOOK, answers=ANSWERS, files={**files_of(group), **(files or {})}
    )
