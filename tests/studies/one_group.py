"""A small study of one group with a question for every estimator of one group; its answers can be replaced.

Answers are given as one line per person: number, agency, confidence before,
afterwards of then, after; knowledge before and after; status before and after;
months to the end and how it ended. ``-`` is a blank.
"""

from collections.abc import Sequence
from pathlib import Path

from pipeline.spec.study import Study
from tests.miniature import both, write_study

USUAL = [
    f"{place} {'ABC'[place % 3]} {1 + place % 4} {1 + place % 3} {1 + place * place % 5} {place % 5} {1 + place % 6}" for place in range(30)
]
STATUS = ("utan", "praktik", "arbete")
USUAL = [
    f"{line} {STATUS[place % 2]} {STATUS[place % 3]} {1 + place % 9} {'jobb' if place % 2 else 'slut'}" for place, line in enumerate(USUAL)
]
FIELDS = ("nr", "agency", "before", "then", "after", "knew", "knows", "status", "later", "months", "end")
CODEBOOK = """\
type,name,unit,fixed,answers,constraint,classes,label::sv,label::en,raw_name::before,raw_name::after,raw_name::register
id,person,person,yes,,,,Nummer,Number,nr,nr,nr
select_one,agency,person,yes,agency,,,Myndighet,Agency,myndighet,,
rating,sure,person,,scale,,,Säker,Sure,säker,säker,
rating,sure_then,person,,scale,,,Säker då,Sure then,,säker_då,
integer,right,person,,,0..10,,Rätta svar,Right answers,rätt,rätt,
select_one,status,person,,status,,,Status,Status,status,status,
integer,months,person,yes,,0..60,,Månader,Months,,,månader
select_one,ended,person,yes,ended,,,Slut,End,,,slut
"""
ANSWERS = """\
list_name,name,raw,label::sv,label::en,missing
agency,a,A,A,A,
agency,b,B,B,B,
agency,c,C,C,C,
scale,1,1,1,1,
scale,2,2,2,2,
scale,3,3,3,3,
scale,4,4,4,4,
scale,5,5,5,5,
status,out,utan,Utan,Out of work,
status,practice,praktik,Praktik,Practice,
status,work,arbete,Arbete,Work,
ended,work,jobb,Arbete,Work,
ended,over,slut,Slut,Over,
"""


def files_of(lines: Sequence[str], follow_up: bool = True) -> dict[str, str]:
    people = [dict(zip(FIELDS, line.split(), strict=True)) for line in lines]
    tables = {
        "before.csv": ("nr;myndighet;säker;rätt;status", ("nr", "agency", "before", "knew", "status"), people),
        "after.csv": ("nr;säker;säker_då;rätt;status", ("nr", "after", "then", "knows", "later"), people if follow_up else []),
        "register.csv": ("nr;månader;slut", ("nr", "months", "end"), people),
    }
    written = {
        file: [heading, *(";".join(one[name].replace("-", "") for name in fields) for one in rows)]
        for file, (heading, fields, rows) in tables.items()
    }
    return {file: "\n".join([*rows, ""]) for file, rows in written.items()}


ALONE = {"family": "none", "family_reason": both("Each analysis is looked at by itself.")}


def analysis(name: str, estimator: str, outcome: str, **more: object) -> dict:
    return {"id": name, "role": "primary", **ALONE, "estimator": estimator, "outcomes": [outcome], "label": both(name), **more}


def declared() -> dict:
    readings = [{"id": "everybody", "label": both("all")}, {"id": "nobody", "label": both("none"), "restrict": {"months": ["60"]}}]
    by = {"by": ["agency"]}
    return {
        "title": both("One group"),
        "programme": both("seminars"),
        "question": both("What changed?"),
        "setting": both("Thirty people."),
        "design": "single_group",
        "simulated": True,
        "source_note": both("Made up."),
        "seed": 1,
        "units": [{"name": "person", "id": "person", "label": both("persons")}],
        "waves": [{"name": "t1", "label": both("before")}, {"name": "t2", "label": both("after")}],
        "sources": [
            {"name": name, "file": f"{name}.csv", "unit": "person", "encoding": "utf-8", "delimiter": ";", **wave}
            for name, wave in (("before", {"wave": "t1"}), ("after", {"wave": "t2", "least_matched": 0}), ("register", {}))
        ],
        "sample": {"unit": "person", "cluster": "agency"},
        "measures": [
            {
                "name": "confidence",
                "label": both("Confidence"),
                "unit": both("1-5"),
                "rule": "as_answered",
                "items": ["sure"],
                "direction": "higher",
            },
            {"name": "in_work", "label": both("In work"), "unit": both("share"), "rule": "one_of", "items": ["status"], "counts": ["work"]},
        ],
        "analyses": [
            analysis("target", "attainment", "in_work@t2", target=0.3, readings=readings, **by),
            analysis("number", "count", "in_work@t2", target=10, **by),
            analysis("change", "paired", "confidence@t2", before="t1", **by),
            analysis("shift", "retrospective", "sure@t2", before="t1", then="sure_then@t2", beside="right@t2"),
            analysis("ladder", "transition", "status@t2", role="secondary", before="t1"),
            analysis("employed", "transition", "in_work@t2", before="t1"),
            analysis(
                "time", "survival", "months", role="secondary", event="ended", event_codes=["work"], times=[3, 6, 12], horizon=8.0, **by
            ),
            analysis("lost", "bounds", "confidence@t2", before="t1"),
            analysis("answered", "response", "confidence@t2", readings=readings),
        ],
        "reports": [],
    }


def one_group(root: Path, lines: Sequence[str] = USUAL, follow_up: bool = True) -> Study:
    """Write the study below ``root`` and load it."""
    return write_study(root, "one_group", declared(), codebook=CODEBOOK, answers=ANSWERS, files=files_of(lines, follow_up))
