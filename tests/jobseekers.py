"""A miniature study of one group's progress, from raw files: a register that lists everybody, and three questionnaires.

``jobseekers(tmp_path)`` writes and loads it. What people answer follows from
their number, so that every expected value can be counted. One of three towns is
too small to be shown.
"""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.spec.study import Study
from tests.miniature import both, source, write_study
from tests.seminars import analysis

HORIZON = 12
RUNGS = ("out", "seeking", "trial", "work")
CODEBOOK = """\
type,name,unit,fixed,answers,constraint,classes,label::sv,label::en,raw_name::list,raw_name::first,raw_name::second,raw_name::third
id,person,person,yes,,,,Nummer,Number,nr,nr,nr,nr
select_one,town,person,yes,town,,,Ort,Town,ort,,,
select_one,sex,person,yes,sex,,,Kön,Sex,kön,,,
decimal,months,person,yes,,0..12,,Månader till arbete,Months to work,månader,,,
select_one,ended,person,yes,ended,,,Varför tiden slutade,Why the time ended,slut,,,
select_one,status,person,,status,,,Sysselsättning,Status,,läge,läge,läge
rating,trust,person,,five,,,Tillit,Trust,,tillit,tillit,tillit
"""
ANSWERS = """\
list_name,name,raw,label::sv,label::en,missing
town,north,Nord,Nord,North,
town,south,Syd,Syd,South,
town,tiny,Liten,Liten,Tiny,
sex,woman,Kvinna,Kvinna,Woman,
sex,man,Man,Man,Man,
ended,work,Arbete,Arbete,Work,
ended,not_yet,Följd,Följd till slutet,Followed to the end,
status,out,Utanför,Utanför,Outside,
status,seeking,Söker,Söker,Seeking,
status,trial,Prövar,Prövar,On trial,
status,work,Arbetar,Arbetar,Working,
five,1,1,Inte alls,Not at all,
five,2,2,Lite,A little,
five,3,3,En del,Some,
five,4,4,Mycket,Much,
five,5,5,Helt,Wholly,
"""


@dataclass(frozen=True)
class Seeker:
    """One person: status and trust at three times, None where not answered; months, and whether they ended in work."""

    number: str
    town: str
    sex: str
    status: tuple[str, str | None, str | None]
    trust: tuple[int, int | None, int | None]
    months: int
    works: bool

    def moved(self, wave: int) -> int | None:
        """Give 1 for a higher rung than at first, -1 for a lower one, 0 for the same."""
        later = self.status[wave]
        if later is None:
            return None
        change = RUNGS.index(later) - RUNGS.index(self.status[0])
        return (change > 0) - (change < 0)


def seekers() -> list[Seeker]:
    """Give sixty people."""
    return [_seeker(place) for place in range(60)]


def _seeker(place: int) -> Seeker:
    first = "out" if place % 3 == 0 else "seeking"
    second = (first, "trial", "work", "work", "out")[place % 5]
    third = "work" if second in ("trial", "work") else second
    trust = 1 + place % 4
    return Seeker(
        f"P{place:02d}",
        "north" if place < 36 else "south" if place < 56 else "tiny",
        "woman" if place % 2 else "man",
        (first, None if place % 6 == 5 else second, None if place % 4 == 3 else third),
        (trust, None if place % 6 == 5 else min(5, trust + place % 3), None if place % 4 == 3 else trust),
        3 + place % 9 if second == "work" else HORIZON,
        second == "work",
    )


Change = Callable[[list[Seeker]], list[Seeker]]


def nobody_moved(people: list[Seeker]) -> list[Seeker]:
    """Leave everybody where they were, without work."""
    return [replace(one, status=(one.status[0],) * 3, trust=(one.trust[0],) * 3, months=HORIZON, works=False) for one in people]


def nobody_answered_again(people: list[Seeker]) -> list[Seeker]:
    """Lose everybody after the first time."""
    return [replace(one, status=(one.status[0], None, None), trust=(one.trust[0], None, None)) for one in people]


TOWNS = {"north": "Nord", "south": "Syd", "tiny": "Liten"}
STATUSES = {"out": "Utanför", "seeking": "Söker", "trial": "Prövar", "work": "Arbetar"}


def files_of(people: Iterable[Seeker]) -> dict[str, str]:
    """Write the register and the questionnaires."""
    people = list(people)
    listed = [
        (p.number, TOWNS[p.town], "Kvinna" if p.sex == "woman" else "Man", p.months, "Arbete" if p.works else "Följd") for p in people
    ]
    answered = [
        [(p.number, STATUSES[status], p.trust[wave]) for p in people if (status := p.status[wave]) is not None] for wave in range(3)
    ]
    questionnaires = {
        f"{name}.csv": _text(("nr", "läge", "tillit"), rows) for name, rows in zip(("first", "second", "third"), answered, strict=True)
    }
    return {"list.csv": _text(("nr", "ort", "kön", "månader", "slut"), listed), **questionnaires}


def _text(heading: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n").writerows([heading, *rows])
    return text.getvalue()


MEASURES = [
    {"name": "rung", "label": both("Rung"), "unit": both("class"), "rule": "as_category", "items": ["status"], "direction": "higher",
     "categories": {code: both(code.title()) for code in RUNGS}},
    {"name": "in_work", "label": both("In work"), "unit": both("share"), "rule": "one_of", "items": ["status"], "counts": ["work"], "direction": "higher"},
    {"name": "sure", "label": both("Trust"), "unit": both("1-5"), "rule": "as_answered", "items": ["trust"], "direction": "higher", "range": [1, 5]},
    {"name": "time_to_work", "label": both("Time to work"), "unit": both("months"), "rule": "as_answered", "items": ["months"], "direction": "lower"},
]  # fmt: skip
SURVIVAL = {"event": "ended", "event_codes": ["work"], "times": [6, 12], "horizon": HORIZON}
ANALYSES = [
    analysis("ladder", "transition", ["rung@t2"], "primary", before="t1", by=["sex", "town", "sex*town"], family="primary"),
    analysis("time", "survival", ["time_to_work"], "primary", by=["sex"], **SURVIVAL),
    analysis("trust", "paired", ["sure@t2"], "primary", before="t1", by=["sex", "town"], family="primary"),
    analysis("trust_later", "paired", ["sure@t3"], before="t1"),
    analysis("work_later", "transition", ["in_work@t3"], before="t2"),
    analysis("lost", "bounds", ["sure@t2", "sure@t3"], before="t1"),
]
EXHIBITS = [
    {"id": "moves", "kind": "transition", "label": both("Moves"), "outcomes": ["rung"], "waves": ["t1", "t2"]},
    {"id": "curve", "kind": "curve", "label": both("Time to work"), "time": "months", "event": "ended", "event_codes": ["work"], "grid": [0, 6, 12], "by": ["sex"]},
]  # fmt: skip


def declared(**changes: object) -> dict:
    """Give the declaration, with top-level keys replaced by ``changes``."""
    usual: dict[str, object] = {
        "title": both("Job seekers"),
        "programme": both("the meetings"),
        "question": both("Did people come to work?"),
        "setting": both("Three towns."),
        "design": "single_group",
        "simulated": True,
        "source_note": both("Made up."),
        "seed": 1,
        "units": [{"name": "person", "id": "person", "label": both("participants")}],
        "waves": [{"name": "t1", "label": both("at first")}, {"name": "t2", "label": both("later")}, {"name": "t3", "label": both("last")}],
        "sources": [
            source("list", lists_everybody=True, delimiter=";"),
            *(
                source(name, wave=wave, delimiter=";", least_matched=0)
                for name, wave in (("first", "t1"), ("second", "t2"), ("third", "t3"))
            ),
        ],
        "sample": {"unit": "person"},
        "measures": MEASURES,
        "balance": {"covariates": ["sex", "town"]},
        "analyses": ANALYSES,
        "exhibits": EXHIBITS,
        "reports": [{"id": "progress", "template": "progress"}],
    }
    return {**usual, **changes}


def jobseekers(root: Path, change: Change = lambda people: people, **changes: object) -> Study:
    """Write the study below ``root``, with other answers or keys, and load it."""
    return write_study(root, "jobseekers", declared(**changes), codebook=CODEBOOK, answers=ANSWERS, files=files_of(change(seekers())))
