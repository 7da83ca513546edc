"""A miniature interview study: four interviews, two coders, three themes, quotations.

Codes are given as a table per coder, one line per theme, one sign per interview:
``x`` found, ``.`` not found, a blank not coded.
"""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from pipeline.spec.study import Study
from tests.miniature import both, write_study

THEMES = ("tools", "secrecy", "foreign")
FOUND = {
    "A": {"tools": "xx.x", "secrecy": "x...", "foreign": "xxxx"},
    "B": {"tools": "x..x", "secrecy": ".x. ", "foreign": "xxxx"},
}
SIGNS = {"x": "Ja", ".": "Nej", " ": ""}
CODEBOOK = """\
type,name,unit,fixed,answers,constraint,classes,label::sv,label::en,raw_name::interviews,raw_name::codes
id,interview,interview,yes,,,,Intervju,Interview,nr,intervju
id,coder,coder,yes,,,,Kodare,Coder,,kodare
id,coding,coding,yes,,,,Kodning,Coding,,id
select_one,consent,interview,yes,yes_no,,,Får citeras,May be quoted,citat,
select_one,theme,coding,yes,theme,,,Tema,Theme,,tema
select_one,mentioned,coding,yes,yes_no,,,Nämns,Mentioned,,nämns
text,quote,coding,yes,,,,Citat,Quotation,,citat
"""
ANSWERS = """\
list_name,name,raw,label::sv,label::en,missing
yes_no,yes,Ja,Ja,Yes,
yes_no,no,Nej,Nej,No,
theme,tools,Verktyg,Verktyg för samtal,Tools for talks,
theme,secrecy,Sekretess,Sekretess,Secrecy,
theme,foreign,Främmande,Frågan känns främmande,The question feels foreign,
"""
EXHIBIT = {
    "id": "themes",
    "kind": "coding",
    "label": both("Themes"),
    "outcomes": ["mentioned"],
    "rows": "theme",
    "columns": "interview",
    "rater": "coder",
    "present": ["yes"],
    "parts": [
        {"id": "needs", "label": both("Needs"), "rows": {"tools": both("Tools are asked for."), "secrecy": both("Secrecy is asked for.")}},
        {"id": "also", "label": both("Also said"), "explanation": both("Not a need."), "rows": {"foreign": both("Nobody wants to leave.")}},
    ],
}
QUOTATIONS = {
    "id": "said",
    "label": both("Quotations"),
    "text": "quote",
    "consent": "consent",
    "given": ["yes"],
    "theme": "theme",
    "read": 2,
}
CONSENT = {"I1": "Ja", "I2": "Nej", "I3": "", "I4": "Ja"}
QUOTES = {"I1-A-tools": "Ge oss en mall.", "I2-A-tools": "Inget för mig.", "I4-B-foreign": "Alla här\n lever sin  dröm."}


def interview_study(
    root: Path,
    found: Mapping[str, Mapping[str, str]] = FOUND,
    consent: Mapping[str, str] = CONSENT,
    quotes: Mapping[str, str] = QUOTES,
    **changes: object,
) -> Study:
    """Write the little interview study below ``root``, with some parts replaced, or left out where None, and load it."""
    files = {"interviews.csv": _text(["nr", "citat"], consent.items()), "codes.csv": codes_text(found, list(consent), quotes)}
    return write_study(
        root,
        "interviews",
        {key: value for key, value in {**declared(), **changes}.items() if value is not None},
        codebook=CODEBOOK,
        answers=ANSWERS,
        files=files,
    )


def declared() -> dict:
    """Give the declaration of the little interview study."""
    return {
        "title": both("Interviews"),
        "programme": both("support"),
        "question": both("What is needed?"),
        "setting": both("Four managers."),
        "design": "interviews",
        "simulated": True,
        "source_note": both("Made up."),
        "seed": 1,
        "units": [{"name": name, "id": name, "label": both(f"{name}s")} for name in ("interview", "coder", "coding")],
        "sources": [
            {"name": "interviews", "file": "interviews.csv", "unit": "interview", "encoding": "utf-8", "delimiter": ";"},
            {"name": "codes", "file": "codes.csv", "unit": "coding", "encoding": "utf-8", "delimiter": ";", "blank": "not_reached"},
        ],
        "sample": {"unit": "interview"},
        "analyses": [
            {
                "id": "agreement",
                "label": both("Agreement"),
                "role": "secondary",
                "estimator": "agreement",
                "outcomes": ["mentioned"],
                "rater": "coder",
                "subject": "interview",
                "by": ["theme"],
            }
        ],
        "exhibits": [EXHIBIT],
        "quotations": [QUOTATIONS],
        "disclosure": {"minimum_base": 1, "minimum_cell": 1, "reason": both("They speak for their role.")},
        "reports": [],
    }


def codes_text(found: Mapping[str, Mapping[str, str]], interviews: list[str], quotes: Mapping[str, str]) -> str:
    """Write the coders' file: one row per interview, coder and theme."""
    names = {"tools": "Verktyg", "secrecy": "Sekretess", "foreign": "Främmande"}
    rows = [
        (key := f"{interview}-{coder}-{theme}", interview, coder, names[theme], SIGNS[sign], quotes.get(key, ""))
        for coder, themes in found.items()
        for theme, signs in themes.items()
        for interview, sign in zip(interviews, signs, strict=True)
    ]
    return _text(["id", "intervju", "kodare", "tema", "nämns", "citat"], rows)


def _text(heading: list[str], rows: object) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n").writerows([heading, *rows])  # type: ignore[misc]
    return text.getvalue()
