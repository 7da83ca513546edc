"""A miniature study of one group before and after, from raw files: seminars of different size, an attendance list, two questionnaires.

``seminars(tmp_path)`` writes and loads it. Forty people came to four seminars,
the last of which is too small to be shown; two more were registered and stayed
away. What people answer follows from their number, so that every expected value
can be counted.
"""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.render.results import Results
from pipeline.spec.study import Study
from tests.miniature import both, source, write_study
from tests.once import release_of

SIZES = {"S1": 16, "S2": 13, "S3": 7, "S4": 4}
QUESTIONS = ("q1", "q2", "q3")
CODEBOOK = """\
type,name,unit,fixed,answers,constraint,classes,label::sv,label::en,raw_name::list,raw_name::rooms,raw_name::before,raw_name::after
id,person,person,yes,,,,Nummer,Number,nr,,nr,nr
id,seminar,seminar,yes,,,,Seminarium,Seminar,seminarium,seminarium,,
select_one,came,person,yes,yes_no,,,Kom,Came,kom,,,
select_one,agency,person,yes,agency,,,Myndighet,Agency,myndighet,,,
select_one,room,seminar,yes,yes_no,,,Sal,Room,,sal,,
select_one,q1,person,,letters,,,Fråga 1,Question 1,,,q1,q1
select_one,q2,person,,letters,,,Fråga 2,Question 2,,,q2,q2
select_one,q3,person,,letters,,,Fråga 3,Question 3,,,q3,q3
rating,sure,person,,five,,,Hur säker?,How sure?,,,säker,säker
rating,sure_then,person,,five,,,Hur säker då?,How sure then?,,,,säker_då
select_one,use_team,person,,plans,,,Tänker ni använda Team?,Will you use Team?,,,,team
select_one,use_funds,person,,plans,,,Tänker ni använda medlen?,Will you use the funds?,,,,medel
"""
ANSWERS = """\
list_name,name,raw,label::sv,label::en,missing
yes_no,yes,Ja,Ja,Yes,
yes_no,no,Nej,Nej,No,
agency,large,Stor,Stor,Large,
agency,alone,Ensam,Ensam,Alone,
letters,a,A,A,A,
letters,b,B,B,B,
five,1,1,Inte alls,Not at all,
five,2,2,Lite,A little,
five,3,3,En del,Some,
five,4,4,Mycket,Much,
five,5,5,Helt,Wholly,
plans,no,Nej,Nej,No,
plans,yes,Ja,Ja,Yes,
plans,already,Redan,Redan,Already,
"""


@dataclass(frozen=True)
class Attendee:
    """One person: the numbers right and ratings; None for a questionnaire not answered."""

    number: str
    seminar: str
    agency: str
    before: int | None
    after: int | None
    sure: tuple[int, int, int]
    """Before, then and after."""
    plans: tuple[str, str]


def attendees() -> list[Attendee]:
    """Give forty people who came."""
    seminars = [seminar for seminar, size in SIZES.items() for _ in range(size)]
    return [_attendee(place, seminar) for place, seminar in enumerate(seminars)]


def _attendee(place: int, seminar: str) -> Attendee:
    before = place % 3
    after = max(0, before - 1) if place % 9 == 8 else min(3, before + (1 if place % 4 else 0))
    sure = 1 + place % 4
    return Attendee(
        f"P{place:02d}",
        seminar,
        "alone" if place == 21 else "large",
        None if place in (3, 17) else before,
        None if place % 5 == 0 else after,
        (sure, max(1, sure - place % 2), min(5, sure + 1)),
        ("Ja" if place % 3 else "Nej", ("Nej", "Ja", "Redan")[place % 3]),
    )


Change = Callable[[list[Attendee]], list[Attendee]]


def nobody_answered_afterwards(people: list[Attendee]) -> list[Attendee]:
    return [replace(one, after=None) for one in people]


def nobody_changed(people: list[Attendee]) -> list[Attendee]:
    return [one if None in (one.before, one.after) else replace(one, after=one.before, sure=(one.sure[0],) * 3) for one in people]


def files_of(people: Iterable[Attendee]) -> dict[str, str]:
    """Write the attendance list, the register of seminars and both questionnaires."""
    people = list(people)
    agencies = {"large": "Stor", "alone": "Ensam"}
    came = [(one.number, one.seminar, "Ja", agencies[one.agency]) for one in people]
    away = [(number, "S1", "Nej", "Stor") for number in ("P98", "P99")]
    before = [(one.number, *_letters(one.before), one.sure[0]) for one in people if one.before is not None]
    after = [(one.number, *_letters(one.after), one.sure[2], one.sure[1], *one.plans) for one in people if one.after is not None]
    return {
        "list.csv": _text(("nr", "seminarium", "kom", "myndighet"), [*came, *away]),
        "rooms.csv": _text(("seminarium", "sal"), [(seminar, "Ja") for seminar in SIZES]),
        "before.csv": _text(("nr", *QUESTIONS, "säker"), before),
        "after.csv": _text(("nr", *QUESTIONS, "säker", "säker_då", "team", "medel"), after),
    }


def _letters(right: int) -> list[str]:
    return ["A" if place < right else "B" for place in range(len(QUESTIONS))]


def _text(heading: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n").writerows([heading, *rows])
    return text.getvalue()


def analysis(name: str, estimator: str, outcomes: list[str], role: str = "secondary", **more: object) -> dict:
    return {"id": name, "label": both(f"the {name}"), "role": role, "estimator": estimator, "outcomes": outcomes, **more}


RIGHT = {"rule": "count_correct", "items": list(QUESTIONS), "correct": dict.fromkeys(QUESTIONS, "a"), "classes": [0, 1, 2, 3]}
MEASURES = [
    {"name": "right", "label": both("Right answers"), "unit": both("of 3"), "direction": "higher", **RIGHT},
    {"name": "rated", "label": both("Sureness"), "unit": both("1-5"), "rule": "as_answered", "items": ["sure"], "direction": "higher", "range": [1, 5]},
    {"name": "rated_then", "label": both("Sureness then"), "unit": both("1-5"), "rule": "as_answered", "items": ["sure_then"], "direction": "higher"},
    {"name": "any_use", "label": both("Plans to use any"), "unit": both("share"), "rule": "any_of", "items": ["use_team", "use_funds"], "counts": ["yes"]},
]  # fmt: skip
ANALYSES = [
    analysis("change", "paired", ["right@t2"], "primary", before="t1", by=["seminar"], smallest_difference={"right@t2": 0.2}),
    analysis("agencies", "paired", ["right@t2"], before="t1", cluster="agency"),
    analysis("ratings", "retrospective", ["rated@t2"], before="t1", then="rated_then@t2", beside="right@t2"),
    analysis("lost", "bounds", ["right@t2"], before="t1"),
    analysis("plans", "bounds", ["any_use@t2"]),
    analysis("response", "response", ["right@t1", "right@t2"], readings=[{"id": "came", "label": both("all who came")}]),
]
EXHIBITS = [{"id": "use", "kind": "experience", "label": both("Planned use"), "outcomes": ["use_team", "use_funds"], "waves": ["t2"]}]


def declared(**changes: object) -> dict:
    """Give the declaration, with top-level keys replaced by ``changes``."""
    usual: dict[str, object] = {
        "title": both("Seminars"),
        "programme": both("seminars"),
        "question": both("Did people know more?"),
        "setting": both("Four seminars."),
        "design": "single_group",
        "simulated": True,
        "source_note": both("Made up."),
        "seed": 1,
        "units": [
            {"name": "person", "id": "person", "label": both("participants")},
            {"name": "seminar", "id": "seminar", "label": both("seminars")},
        ],
        "waves": [{"name": "t1", "label": both("before")}, {"name": "t2", "label": both("after")}],
        "sources": [
            source("list", lists_everybody=True, delimiter=";"),
            {**source("rooms", delimiter=";"), "unit": "seminar"},
            source("before", wave="t1", delimiter=";"),
            source("after", wave="t2", delimiter=";", least_matched=0),
        ],
        "sample": {"unit": "person", "cluster": "seminar"},
        "exclusions": [{"id": "away", "sources": ["list"], "variable": "came", "values": ["no"], "label": both("registered but away")}],
        "measures": MEASURES,
        "analyses": ANALYSES,
        "exhibits": EXHIBITS,
        "reports": [{"id": "before_after", "template": "before_after"}],
    }
    return {**usual, **changes}


def seminars(root: Path, change: Change = lambda people: people, **changes: object) -> Study:
    """Write the study below ``root``, with other answers or keys, and load it."""
    files = files_of(change(attendees()))
    return write_study(root, "seminars", declared(**changes), codebook=CODEBOOK, answers=ANSWERS, files=files)


def results_of(study: Study, language: str = "en") -> Results:
    """Clean, score, estimate and release a study, and give the release as a report sees it."""
    released = release_of(study)
    return Results(
        study=study.id,
        language=language,
        facts=dict(released.facts),
        estimates=released.estimates.astype(dict.fromkeys(released.estimates.select_dtypes("str").columns, "object")),
        distributions=released.distributions,
        flow=released.flow,
        labels=released.labels,
        deviations=released.deviations,
        researcher_text="",
    )
