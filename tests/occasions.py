"""A miniature survey of women and men, asked on one occasion or on two, under any design; built down to its release.

Its labels and texts hold none of the words that a report may say only where
something is declared, so that a test can search everything that is printed.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from pipeline.render.results import Results
from pipeline.render.section import Section
from pipeline.render.templates.group_comparison import GroupComparison
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import COMPARING
from tests.conftest import ROOT
from tests.miniature import source, write_study
from tests.report_pages import words_only
from tests.seminars import results_of

PEOPLE = 90
QUESTIONS = ("calm", "glad", "brisk")
ANSWERS = """\
list_name,name,raw,label::sv,label::en,missing
sex,woman,1,Kvinna,Woman,
sex,man,2,Man,Man,
town,a,1,Åre,Åre,
town,e,2,Ödeshög,Ödeshög,
five,1,1,Inte alls,Not at all,
five,2,2,Lite,A little,
five,3,3,Delvis,Partly,
five,4,4,Mycket,A lot,
five,5,5,Helt,Entirely,
five,dk,9,,,dont_know
yes_no,yes,1,Ja,Yes,
yes_no,no,2,Nej,No,
"""


def text(sv: str, en: str) -> dict[str, str]:
    """Give a text in both languages."""
    return {"sv": sv, "en": en}


APART = {"family": "none", "family_reason": text("Frågorna besvaras var för sig.", "The questions are answered one by one.")}


WAVES = {"may": text("i maj", "in May"), "june": text("i juni", "in June"), "july": text("i juli", "in July")}


def survey(
    root: Path, design: str, waves: tuple[str, ...] = (), named: bool = False, direction: str = "higher", **changes: object
) -> Study:
    """Write and load the survey.

    Parameters
    ----------
    waves : tuple of str
        None: everything was asked once; otherwise some of ``WAVES``.
    named : bool
        Whether a programme is named.
    direction : str
        Which values of the scale are better.
    """
    names = waves or ("survey",)
    declared = {**_declared(design, waves, direction), **({"programme": text("samtal", "talks")} if named else {}), **changes}
    files = {f"{name}.csv": _answers(place) for place, name in enumerate(names)}
    return write_study(root, "survey", declared, codebook=_codebook(names, bool(waves)), answers=ANSWERS, files=files)


def _codebook(names: tuple[str, ...], fixed: bool) -> str:
    """Say what is a fact; where nothing is asked twice, nothing need be called one."""
    columns = [f"raw_name::{name}" for name in names]
    lines = [",".join(["type,name,unit,fixed,answers,constraint,classes,label::sv,label::en", *columns])]
    rows = [("id", "person", "yes", "", "", "", "Nummer", "Number"), ("select_one", "sex", "yes", "sex", "", "", "Kön", "Sex")]
    rows += [
        ("select_one", "town", "yes", "town", "", "", "Ort", "Town"),
        ("integer", "age", "yes", "", "16..75", "16 40 60", "Ålder", "Age"),
    ]
    rows += [("rating", name, "", "five", "1..5", "", f"Jag är {name}", f"I am {name}") for name in QUESTIONS]
    rows += [("select_one", "leave", "", "yes_no", "", "", "Söker annat arbete", "Looking for another job")]
    for kind, name, fact, answers, constraint, classes, sv, en in rows:
        lines.append(",".join([kind, name, "person", fact if fixed else "", answers, constraint, classes, sv, en, *[name] * len(names)]))
    return "\n".join(lines) + "\n"


def _answers(place: int) -> str:
    """Draw one file; a tenth are missing on each occasion after the first, and some did not know."""
    rng = np.random.default_rng(1)
    lines = [";".join(["person", "sex", "town", "age", *QUESTIONS, "leave"])]
    for number in range(PEOPLE):
        sex, town, age, mood = rng.integers(1, 3), rng.integers(1, 3), rng.integers(20, 66), rng.normal()
        later = np.random.default_rng([number, place])
        rated = [str(int(np.clip(round(3 + mood + 0.4 * (sex == 1) + 0.2 * place + later.normal(0, 0.8)), 1, 5))) for _ in QUESTIONS]
        rated[1] = "9" if number % 30 == 7 else rated[1]
        leaves = 1 if later.random() < (0.5 if sex == 1 else 0.3) else 2
        if place == 0 or number % 10 != place:
            lines.append(";".join([f"P{number}", str(sex), str(town), str(age), *rated, str(leaves)]))
    return "\n".join(lines) + "\n"


def _declared(design: str, waves: tuple[str, ...], direction: str) -> dict:
    compares = design in COMPARING
    at = f"@{waves[-1]}" if waves else ""
    groups = {"group_label": text("Kön", "Sex"), "participant_label": text("Kvinnor", "Women"), "control_label": text("Män", "Men")}
    return {
        "title": text("Trivsel", "Well-being"),
        "question": text("Hur är trivseln?", "How is well-being?"),
        "setting": text("Alla i två orter.", "All in two towns."),
        "design": design,
        "simulated": True,
        "source_note": text("Påhittade svar.", "Made-up answers."),
        "seed": 1,
        **(groups if compares else {}),
        "units": [{"name": "person", "id": "person", "label": text("personer", "persons")}],
        "waves": [{"name": wave, "label": WAVES[wave]} for wave in waves],
        "sources": [source(wave, wave=wave, delimiter=";") for wave in waves] or [source("survey", delimiter=";")],
        "sample": {"unit": "person", **({"group": "sex", "participant": "woman", "control": "man"} if compares else {})},
        "measures": [
            {"name": "mood", "label": text("Trivsel", "Well-being"), "unit": text("medelvärde 1–5", "mean 1–5"), "rule": "mean_of_items", "items": list(QUESTIONS), "range": [1, 5], "direction": direction, "minimum_answered": 0.6, "classes": [1, 2, 3, 4]},
            {"name": "leaving", "label": text("Söker annat arbete", "Looking for another job"), "unit": text("andel", "share"), "rule": "one_of", "items": ["leave"], "counts": ["yes"]},
            {"name": "trying", "label": text("Antal försök", "Number of tries"), "unit": text("antal", "number"), "rule": "count_of", "items": ["leave"], "counts": ["yes"]},
        ],
        "balance": {"covariates": ["age", "town"]},
        "analyses": list(_comparisons(at) if compares else _of_one_group(waves, at)),
        "exhibits": [{"id": "said", "kind": "experience", "label": text("Om arbetet", "About work"), "outcomes": ["calm"]}],
        "reports": [],
    }  # fmt: skip


def analysis(name: str, estimator: str, outcome: str, role: str = "secondary", **more: object) -> dict:
    """Declare one analysis of one outcome."""
    return {
        "id": name,
        "label": text(f"Fråga {name}", f"Question {name}"),
        "estimator": estimator,
        "outcomes": [outcome],
        "role": role,
        **more,
    }


def _comparisons(at: str) -> Iterator[dict]:
    yield analysis("raw", "welch", f"mood{at}", "primary")
    yield analysis("adjusted", "adjusted", f"mood{at}", covariates=["age"])
    yield analysis("leaving", "risk_difference", f"leaving{at}")
    yield analysis("towns", "welch", f"mood{at}", "exploratory", group="town", contrast=["a", "e"])


def _of_one_group(waves: tuple[str, ...], at: str) -> Iterator[dict]:
    readings = [
        {"id": "every", "label": text("alla", "all")},
        {"id": "women", "label": text("kvinnor", "women"), "restrict": {"sex": ["woman"]}},
    ]
    yield analysis("share", "attainment", f"leaving{at}", "primary", target=0.3, readings=readings, **APART)
    yield analysis("number", "count", f"leaving{at}", target=10)
    if len(waves) > 1:
        yield analysis("change", "paired", f"mood@{waves[1]}", "primary", before=waves[0], **APART)
        yield from (analysis(f"change_{wave}", "paired", f"mood@{wave}", before=waves[0]) for wave in waves[2:])


def report_of(study: Study) -> Results:
    """Build a survey down to its release, in English."""
    return results_of(study)


@words_only()
def said(results: Results, template: str, opened: type[GroupComparison], language: str) -> list[str]:
    """Give every text that a report prints, piece by piece: between tags, and of figures the caption and the alternative text."""
    report = opened(replace(results, language=language))
    names = re.findall(r"\br\.(\w+)\(\)", (ROOT / "notebooks" / f"{template}.ipynb").read_text(encoding="utf-8"))
    sections = [part for name in names if (part := getattr(report, name)()) is not None]
    pieces: list[str] = []
    for section in sections:
        for part in section.parts if isinstance(section, Section) else (section,):
            pieces += [section.heading] if isinstance(section, Section) else []
            pieces += [getattr(part, "alt", ""), getattr(part, "caption", "")]
            bundle = part._repr_mimebundle_()
            data = bundle[0] if isinstance(bundle, tuple) else bundle
            pieces += [html.unescape(piece) for piece in re.findall(r">([^<]+)<", f">{data.get('text/html', '')}<")]
    return [piece.strip("\n") for piece in pieces if piece.strip()]
