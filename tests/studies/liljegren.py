"""Liljegren and Ekberg (2008), BMC Public Health 8:164, as a declared study: Swedish civil servants, two waves, two years.

The rows are rebuilt from the published table of mobility by sex, the register of
those approached from the published counts; nothing else is known of anybody.
"""

from pathlib import Path

from pipeline.spec.study import Study
from tests.miniature import both, write_study

APPROACHED, FIRST_WAVE, RETIRED = 1010, 792, 15
MOBILITY = {("Kvinna", "Ingen"): 306, ("Kvinna", "Intern"): 46, ("Kvinna", "Extern"): 49}
MOBILITY |= {("Man", "Ingen"): 179, ("Man", "Intern"): 42, ("Man", "Extern"): 40}
CODEBOOK = """\
type,name,unit,fixed,answers,constraint,classes,label::sv,label::en,raw_name::approached,raw_name::first,raw_name::second
id,person,person,yes,,,,Nummer,Number,nr,nr,nr
select_one,retired,person,yes,yes_no,,,Gått i pension,Retired,pension,,
select_one,took_part,person,,yes_no,,,Svarade på enkäten,Answered the questionnaire,,svar,
select_one,sex,person,yes,sex,,,Kön,Sex,,,kön
select_one,mobility,person,,mobility,,,Rörlighet,Mobility,,,rörlighet
"""
ANSWERS = """\
list_name,name,raw,label::sv,label::en,missing
yes_no,yes,Ja,Ja,Yes,
yes_no,no,Nej,Nej,No,
sex,woman,Kvinna,Kvinnor,Women,
sex,man,Man,Män,Men,
mobility,none,Ingen,Ingen,None,
mobility,internal,Intern,Intern,Internal,
mobility,external,Extern,Extern,External,
"""


def raw_files() -> dict[str, str]:
    """Give the register of those approached and the answers of both waves as they would arrive."""
    moves = [pair for pair, count in MOBILITY.items() for _ in range(count)]
    ids = [f"P{place:04d}" for place in range(1, APPROACHED + 1)]
    retired = set(ids[-RETIRED:])
    return {
        "approached.csv": "nr;pension\n" + "".join(f"{one};{'Ja' if one in retired else 'Nej'}\n" for one in ids),
        "first.csv": "nr;svar\n" + "".join(f"{one};Ja\n" for one in ids[:FIRST_WAVE]),
        "second.csv": "nr;kön;rörlighet\n" + "".join(f"{one};{sex};{move}\n" for one, (sex, move) in zip(ids, moves, strict=False)),
    }


def declared() -> dict:
    readings = [
        {"id": "approached", "label": both("all approached")},
        {"id": "without_retired", "label": both("approached and not retired"), "restrict": {"retired": ["no"]}},
    ]
    by_sex = {"group": "sex", "contrast": ["woman", "man"]}
    return {
        "title": both("Job mobility"),
        "programme": both("no programme"),
        "question": both("Do women and men change jobs alike?"),
        "setting": both("Civil servants, two years."),
        "design": "single_group",
        "simulated": False,
        "source_note": both("Liljegren and Ekberg (2008)."),
        "seed": 1,
        "units": [{"name": "person", "id": "person", "label": both("persons")}],
        "waves": [{"name": "t1", "label": both("first wave")}, {"name": "t2", "label": both("second wave")}],
        "sources": [
            {"name": "approached", "file": "approached.csv", "unit": "person", "lists_everybody": True},
            {"name": "first", "file": "first.csv", "unit": "person", "wave": "t1"},
            {"name": "second", "file": "second.csv", "unit": "person", "wave": "t2"},
        ],
        "sample": {"unit": "person"},
        "measures": [
            {
                "name": "any_mobility",
                "label": both("Any mobility"),
                "unit": both("share"),
                "rule": "one_of",
                "items": ["mobility"],
                "counts": ["internal", "external"],
            }
        ],
        "balance": {"covariates": []},
        "analyses": [
            {
                "id": "kinds",
                "role": "primary",
                "family": "mobility",
                "estimator": "table",
                "outcomes": ["mobility@t2"],
                "label": both("Kinds of mobility"),
                **by_sex,
            },
            {
                "id": "any",
                "role": "primary",
                "family": "mobility",
                "estimator": "risk_difference",
                "outcomes": ["any_mobility@t2"],
                "label": both("Any mobility"),
                **by_sex,
            },
            *(
                {
                    "id": f"response_{wave}",
                    "role": "secondary",
                    "estimator": "response",
                    "outcomes": [outcome],
                    "label": both("Response"),
                    "readings": readings,
                }
                for wave, outcome in (("t1", "took_part@t1"), ("t2", "mobility@t2"))
            ),
        ],
        "reports": [],
    }


def liljegren(root: Path) -> Study:
    """Write the study below ``root`` and load it."""
    return write_study(root, "liljegren", declared(), codebook=CODEBOOK, answers=ANSWERS, files=raw_files())
