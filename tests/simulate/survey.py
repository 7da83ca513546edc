"""A little study of people at workplaces and of coded interviews, to be filled with made-up answers."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from pipeline.simulate.draw import Drawn, draw, recipe_of
from pipeline.spec.study import Study
from tests.miniature import both, declaration, source, write_study

CODEBOOK = """\
type,name,unit,fixed,answers,constraint,classes,label::sv,label::en,raw_name::t1,raw_name::t2,raw_name::register,raw_name::codings
id,person,person,yes,,,,Nummer,Number,nr,nr,nr,
id,workplace,workplace,yes,,,,Arbetsplats,Workplace,plats,,plats,
select_one,group,person,yes,group,,,Grupp,Group,grupp,grupp,grupp,
select_one,sex,person,yes,sex,,,Kön,Sex,,,kön,
integer,age,person,yes,,16..75,16 40 60,Ålder,Age,,,ålder,
decimal,months,person,yes,,0..,,Månader,Months,,,månader,
select_one,ended,person,yes,ended,,,Slut,End,,,slut,
date,entry,person,yes,,,,Start,Entry,,,start,
date,exit,person,yes,,,,Avslut,Exit,,,avslut,
rating,calm_1,person,,often,,,Lugn,Calm,lugn1,lugn1,,
rating,calm_2,person,,often,,,Orolig,Uneasy,lugn2,lugn2,,
rating,calm_3,person,,often,,,Trygg,Safe,lugn3,lugn3,,
rating,now,person,,often,,,Kan nu,Knows now,nu,nu,,
rating,then,person,,often,,,Kunde då,Knew then,,då,,
select_one,quiz_1,person,,quiz,,,Fråga 1,Question 1,f1,f1,,
select_one,quiz_2,person,,quiz,,,Fråga 2,Question 2,f2,f2,,
select_one,status,person,,status,,,Läge,Status,läge,läge,,
integer,sick_days,person,,tail,0..365,0 1 8,Sjukdagar,Sick days,sjuk,sjuk,,
date,day,person,,,,,Dag,Day,dag,dag,,
text,comment,person,,,,,Kommentar,Comment,kommentar,kommentar,,
id,coding,coding,yes,,,,Kodning,Coding,,,,kodning
id,interview,interview,yes,,,,Intervju,Interview,,,,intervju
select_one,coder,coding,yes,coder,,,Kodare,Coder,,,,kodare
select_one,theme,coding,yes,theme,,,Tema,Theme,,,,tema
select_one,mentioned,coding,yes,yes_no,,,Nämnt,Mentioned,,,,nämnt
"""
ANSWERS = """\
list_name,name,raw,label::sv,label::en,missing
group,participant,Ja,Deltagare,Participants,
group,control,Nej,Kontroll,Control,
sex,woman,Kvinna,Kvinna,Woman,
sex,man,Man,Man,Man,
ended,work,Arbete,Arbete,Work,
ended,left,Avbrott,Avbrott,Left,
ended,not_yet,Ännu inte,Ännu inte,Not yet,
often,1,Aldrig,Aldrig,Never,
often,2,Ibland,Ibland,Sometimes,
often,3,Ofta,Ofta,Often,
often,4,Alltid,Alltid,Always,
often,dont_know,Vet ej,,,dont_know
quiz,a,A,A,A,
quiz,b,B,B,B,
quiz,c,C,C,C,
status,out,Utanför,Utanför,Out,
status,practice,Praktik,Praktik,Practice,
status,work,Arbete,Arbete,Work,
tail,refused,Vill ej svara,,,refused
coder,a,A,A,A,
coder,b,B,B,B,
theme,tools,Verktyg,Verktyg,Tools,
theme,secrecy,Sekretess,Sekretess,Secrecy,
yes_no,no,Nej,Nej,No,
yes_no,yes,Ja,Ja,Yes,
"""
UNITS = [{"name": name, "id": name, "label": both(name)} for name in ("person", "workplace", "interview", "coding")]
CODINGS = {"name": "codings", "file": "codings.csv", "unit": "coding"}
CALM = {"names": ["calm_1", "calm_2", "calm_3"], "shares": {"1": 20, "2": 40, "3": 30, "4": 10}, "trait": "calmness"}
CODED = {"name": "coding", "product": ["interview", "coder", "theme"]}
SCALE = {"label": both("Calmness"), "unit": both("1-4"), "rule": "mean_of_items", "range": [1, 4], "direction": "higher"}


def survey(root: Path, files: Mapping[str, str] | None = None, **simulation: object) -> Study:
    """Declare the study with a ``[simulation]``; there are no raw files."""
    known = {"units": [CODED], **simulation}
    if not any(unit["name"] == "coding" for unit in known["units"]):
        known["units"] = [*known["units"], CODED]
    declared = declaration(
        units=UNITS,
        sources=[
            source("t1", wave="t1", duplicates="most_answered", dates=["%Y-%m-%d", "%d.%m.%Y"]),
            source("t2", wave="t2", duplicates="most_answered", dates=["%Y-%m-%d", "%d.%m.%Y"]),
            source("register"),
            CODINGS,
        ],
        exclusions=[{"id": "tests", "sources": ["t1", "t2"], "variable": "person", "values": ["TEST", "ASDF"], "label": both("tests")}],
        measures=[{"name": "calmness", "items": ["calm_1", "calm_2", "calm_3"], "reversed": ["calm_2"], **SCALE}],
        simulation=known,
    )
    study = write_study(root, "survey", declared, codebook=CODEBOOK, answers=ANSWERS, files=files or {})
    shutil.rmtree(study.paths.raw)
    return study


def drawn(root: Path, seed: int = 1, **simulation: object) -> Drawn:
    """Draw the study once."""
    return draw(recipe_of(survey(root, **simulation)), seed)


def people(size: int) -> list[dict]:
    """Give the size of the sample."""
    return [{"name": "person", "size": size, "id": "P" + "#" * len(str(size))}]
