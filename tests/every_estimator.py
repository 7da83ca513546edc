"""A miniature study with a declared primary analysis by every estimator, in two groups or in one, from raw files.

``every_estimator(root, groups=True)`` writes and loads it. What people answer is
drawn, so that no two numbers need be the same; ``ANALYSES`` names an analysis per
estimator, and a test holds it to the registry, so that a new estimator must come here.
"""

import csv
import io
from pathlib import Path

import numpy as np

from pipeline.compare.registry import ESTIMATORS
from pipeline.spec.study import Study
from tests.miniature import both, source, write_study
from tests.seminars import analysis

PEOPLE = 160
RUNGS = ("out", "seeking", "trial", "work")
CODEBOOK = """\
type,name,unit,fixed,answers,constraint,classes,label::sv,label::en,raw_name::list,raw_name::first,raw_name::second,raw_name::codes
id,person,person,yes,,,,Nummer,Number,nr,nr,nr,
id,coding,coding,yes,,,,Kodning,Coding,,,,id
id,coder,coder,yes,,,,Kodare,Coder,,,,coder
id,interview,interview,yes,,,,Intervju,Interview,,,,interview
integer,room,person,yes,,,,Rum,Room,room,,,
select_one,arm,person,yes,arm,,,Grupp,Arm,arm,,,
select_one,sex,person,yes,sex,,,Kön,Sex,sex,,,
decimal,stands_for,person,yes,,,,Räknas som,Stands for,stands_for,,,
decimal,months,person,yes,,0..12,,Månader till arbete,Months to work,months,,,
select_one,ended,person,yes,ended,,,Varför tiden slutade,Why the time ended,ended,,,
select_one,status,person,,status,,,Sysselsättning,Status,,status,status,
rating,trust,person,,five,,,Tillit,Trust,,trust,trust,
integer,days,person,,,0..30,,Dagar,Days,,,days,
rating,trust_then,person,,five,,,Tillit då,Trust then,,,then,
select_one,said,coding,yes,yes_no,,,Nämns,Mentioned,,,,said
"""
ANSWERS = """\
list_name,name,raw,label::sv,label::en,missing
arm,offered,offered,Deltagare,Participants,
arm,others,others,Övriga,Others,
sex,woman,woman,Kvinna,Woman,
sex,man,man,Man,Man,
ended,work,work,Arbete,Work,
ended,not_yet,not_yet,Följd till slutet,Followed to the end,
status,out,out,Utanför,Outside,
status,seeking,seeking,Söker,Seeking,
status,trial,trial,Prövar,On trial,
status,work,work,Arbetar,Working,
yes_no,yes,yes,Ja,Yes,
yes_no,no,no,Nej,No,
five,1,1,Inte alls,Not at all,
five,2,2,Lite,A little,
five,3,3,En del,Some,
five,4,4,Mycket,Much,
five,5,5,Helt,Wholly,
"""
MEASURES = [
    {"name": "sure", "label": both("Trust"), "unit": both("1-5"), "rule": "as_answered", "items": ["trust"], "direction": "higher", "range": [1, 5]},
    {"name": "sure_then", "label": both("Trust then"), "unit": both("1-5"), "rule": "as_answered", "items": ["trust_then"], "direction": "higher"},
    {"name": "spells", "label": both("Spells"), "unit": both("days"), "rule": "as_answered", "items": ["days"], "direction": "lower"},
    {"name": "rung", "label": both("Rung"), "unit": both("class"), "rule": "as_category", "items": ["status"], "direction": "higher",
     "categories": {code: both(code.title()) for code in RUNGS}},
    {"name": "in_work", "label": both("In work"), "unit": both("share"), "rule": "one_of", "items": ["status"], "counts": ["work"], "direction": "higher"},
    {"name": "time_to_work", "label": both("Time to work"), "unit": both("months"), "rule": "as_answered", "items": ["months"], "direction": "lower"},
]  # fmt: skip
CONTRAST = {"group": "sex", "contrast": ["woman", "man"]}
TESTED = {"family": "main"}
ANALYSES = {
    "welch": {"outcomes": ["sure@t2"], **TESTED},
    "rank": {"outcomes": ["sure@t2"], **TESTED},
    "risk_difference": {"outcomes": ["in_work@t2"], **TESTED},
    "adjusted": {"outcomes": ["in_work@t2"], "covariates": ["sure@t1"], **TESTED},
    "permutation": {"outcomes": ["in_work@t2"], "covariates": ["sure@t1"], **TESTED},
    "wild_bootstrap": {"outcomes": ["sure@t2"], "covariates": ["sure@t1"], "cluster": "room", **TESTED},
    "cluster_bootstrap": {"outcomes": ["sure@t2"], "cluster": "room", "family": "none", "family_reason": both("It makes no test.")},
    "logistic": {"outcomes": ["in_work@t2"], "covariates": ["sure@t1"], **TESTED},
    "poisson": {"outcomes": ["sure@t2"], "covariates": ["sure@t1"], "cluster": "room", **TESTED},
    "hurdle": {"outcomes": ["spells@t2"], "covariates": ["sure@t1"], **TESTED},
    "ordered": {"outcomes": ["rung@t2"], "covariates": ["sure@t1"], **TESTED},
    "cox": {"outcomes": ["time_to_work"], "covariates": ["sure@t1"], "event": "ended", "event_codes": ["work"], **TESTED},
    "weighted_att": {"outcomes": ["in_work@t2"], "covariates": ["sure@t1"], **TESTED},
    "weighted_ate": {"outcomes": ["sure@t2"], "covariates": ["sure@t1", "months"], **TESTED},
    "weighted_overlap": {"outcomes": ["sure@t2"], "covariates": ["sure@t1"], "cluster": "room", **TESTED},
    "entropy_balancing": {"outcomes": ["sure@t2"], "covariates": ["sure@t1"], **TESTED},
    "doubly_robust": {"outcomes": ["sure@t2"], "covariates": ["sure@t1"], "cluster": "room", **TESTED},
    "matching": {"outcomes": ["in_work@t2"], "covariates": ["sure@t1", "months"], "caliper": 0.5, **TESTED},
    "survey_weighted": {"outcomes": ["in_work@t2"], "covariates": ["sure@t1"], **TESTED},
    "change_score": {"outcomes": ["sure@t2"], "before": "t1", "covariates": ["months"], **TESTED},
    "difference_in_differences": {"outcomes": ["in_work@t2"], "before": "t1", "cluster": "room", **TESTED},
    "growth": {"outcomes": ["sure@t2"], "before": "t1", **TESTED},
    "random_intercept": {"outcomes": ["sure@t2"], "covariates": ["sure@t1"], "cluster": "room", **TESTED},
    "interacted": {"outcomes": ["in_work@t2"], "covariates": ["sure@t1", "months"], "cluster": "room", **TESTED},
    "mediation": {"outcomes": ["sure@t2"], "covariates": ["sure@t1"], "mediator": "spells@t2"},
    "negative_binomial": {"outcomes": ["spells@t2"], "covariates": ["sure@t1"], **TESTED},
    "trimming_bounds": {"outcomes": ["sure@t2"]},
    "what_if": {"outcomes": ["in_work@t2"], "covariates": ["sure@t1", "months"]},
    "table": {"outcomes": ["rung@t2"], **TESTED},
    "several_groups": {"outcomes": ["sure@t2"], "by": ["sex"], **TESTED},
    "correlation": {"outcomes": ["sure@t2"], "beside": "spells@t2"},
    "response": {"outcomes": ["sure@t2"]},
    "attainment": {"outcomes": ["in_work@t2"], "target": 0.3, "family": "none", "family_reason": both("A target has no p-value.")},
    "count": {"outcomes": ["in_work@t2"], "target": 10},
    "paired": {"outcomes": ["sure@t2"], "before": "t1", "by": ["sex"], **TESTED},
    "retrospective": {"outcomes": ["sure@t2"], "before": "t1", "then": "sure_then@t2", **TESTED},
    "transition": {"outcomes": ["rung@t2"], "before": "t1", **TESTED},
    "survival": {"outcomes": ["time_to_work"], "event": "ended", "event_codes": ["work"], "times": [6, 12], "horizon": 12, "by": ["sex"]},
    "agreement": {"outcomes": ["said"], "rater": "coder", "subject": "interview"},
    "bounds": {"outcomes": ["sure@t2"], "before": "t1"},
}  # fmt: skip
"""Estimator -> what its analysis declares beside id, role and label."""
COMPARING = tuple(name for name in ANALYSES if not ESTIMATORS[name].takes_cohort)
TEMPLATES = ("group_comparison", "before_after", "progress", "targets")


def declared_analyses(groups: bool, role: str = "primary") -> list[dict]:
    """Declare an analysis by every estimator; without groups of the study's own, women are compared with men."""
    own = {name: {} if groups or name not in COMPARING else CONTRAST for name in ANALYSES}
    declared = [
        {**analysis(f"by_{name}", name, [], role), "label": both(f"By {name.replace('_', ' ')}"), **more, **own[name]}
        for name, more in ANALYSES.items()
        if groups or not ESTIMATORS[name].randomised
    ]
    imputed = [
        {**one, "id": f"{one['id']}_imputed", "label": both(f"{one['label']['en']} imputed"), "imputed": True}
        for one in declared
        if groups and "imputed" in ESTIMATORS[one["estimator"]].uses
    ]
    return [*declared, *imputed]


def every_estimator(root: Path, groups: bool = True, **changes: object) -> Study:
    """Write the study below ``root``, with other keys, and load it."""
    compared = {"group": "arm", "participant": "offered", "control": "others"} if groups else {}
    analyses = changes.get("analyses", declared_analyses(groups))
    drawn = {"weight": "stands_for"} if any(one["estimator"] == "survey_weighted" for one in analyses) else {}
    chance = any(ESTIMATORS[one["estimator"]].randomised for one in analyses)
    sample = {"unit": "person", **drawn, **compared}
    labels = {"group_label": both("Arm"), "participant_label": both("Participants"), "control_label": both("Others")} if groups else {}
    usual: dict[str, object] = {
        "title": both("Every estimator"),
        "programme": both("the meetings"),
        "question": both("What came of it?"),
        "setting": both("A town."),
        "design": "single_group" if not groups else "randomised" if chance else "self_selected",
        "simulated": True,
        "source_note": both("Made up."),
        "seed": 1,
        **labels,
        "units": [{"name": name, "id": name, "label": both(f"{name}s")} for name in ("person", "coding", "coder", "interview")],
        "waves": [{"name": "t1", "label": both("at first")}, {"name": "t2", "label": both("later")}],
        "sources": [
            source("list", lists_everybody=True),
            source("first", wave="t1"),
            source("second", wave="t2"),
            source("codes", unit="coding"),
        ],
        "sample": sample,
        "measures": MEASURES,
        "balance": {"covariates": ["sex"]},
        "analyses": analyses,
        **({"imputation": {"m": 2, "rounds": 2}} if any("imputed" in one for one in analyses) else {}),
        "reports": [{"id": name, "template": name} for name in TEMPLATES if groups or name != "group_comparison"],
    }
    return write_study(root, "every", {**usual, **changes}, codebook=CODEBOOK, answers=ANSWERS, files=files())


def files() -> dict[str, str]:
    """Draw a register, two questionnaires that some did not answer, and codings by two coders."""
    rng = np.random.default_rng(7)
    listed, first, second = [], [], []
    for place in range(PEOPLE):
        number, arm, sex = f"P{place:03d}", ("offered", "others")[place % 2], ("woman", "man")[place % 3 % 2]
        works = rng.random() < (0.45 if arm == "offered" else 0.3)
        listed.append(
            (number, arm, sex, int(rng.integers(1, 12)) if works else 12, "work" if works else "not_yet", place // 2 % 9, 1 + place % 3)
        )
        trust = int(rng.integers(1, 5))
        first.append((number, RUNGS[rng.integers(0, 3)], trust))
        if rng.random() < 0.85:
            status = "work" if works else RUNGS[rng.integers(0, 3)]
            second.append(
                (number, status, min(5, trust + int(rng.integers(0, 3))), max(1, trust - int(rng.integers(0, 2))), place * trust % 4)
            )
    codes = [(f"C{coder}{talk}", coder, f"I{talk:02d}", "yes" if rng.random() < 0.3 + 0.5 * (talk % 2) else "no") for talk in range(30) for coder in "AB"]  # fmt: skip
    return {
        "list.csv": _text(("nr", "arm", "sex", "months", "ended", "room", "stands_for"), listed),
        "first.csv": _text(("nr", "status", "trust"), first),
        "second.csv": _text(("nr", "status", "trust", "then", "days"), second),
        "codes.csv": _text(("id", "coder", "interview", "said"), codes),
    }


def _text(heading: tuple[str, ...], rows: list[tuple]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([heading, *rows])
    return text.getvalue()
