"""A small made-up release of a programme with targets: readings, a rule, subgroups, numbers, withheld and missing ones."""

from typing import Any

from pipeline.compare.estimators.attainment import INTERVALS
from pipeline.compare.verdicts import target_fact, target_support
from pipeline.render.results import Results
from pipeline.tables.frames import table_of
from pipeline.tables.glossary import DEVIATIONS, DISTRIBUTIONS, ESTIMATES, FLOW, LABELS
from tests.render.synthetic import FACTS

STUDY = "made_up"
READINGS = [{"id": "supported", "restrict": {}, "planned": None}, {"id": "planned", "restrict": {}, "planned": 100}]
TEXTS = [
    ("study", "", "title", "Påhittad studie", "Made-up study"),
    ("study", "", "programme", "stöd", "support"),
    ("study", "", "question", "Nåddes målen?", "Were the targets reached?"),
    ("study", "", "setting", "En påhittad plats.", "A made-up place."),
    ("study", "", "source_note", "Påhittade svar.", "Made-up answers."),
    ("unit", "", "person", "deltagare", "participants"),
    ("unit", "", "employer", "arbetsgivare", "employers"),
    ("wave", "", "exit", "avslut", "exit"),
    ("wave", "", "later", "ett år efter", "a year later"),
    ("measure", "", "working", "I arbete", "In work"),
    ("measure", "", "kept", "Praktik i högst tre månader", "Practice of at most three months"),
    ("measure", "", "joined", "Nya i ringen", "New in the ring"),
    ("variable", "", "sex", "Kön", "Sex"),
    ("answer", "sex", "woman", "Kvinna", "Woman"),
    ("answer", "sex", "man", "Man", "Man"),
    ("analysis", "", "work", "70 procent i arbete", "70 per cent in work"),
    ("analysis", "", "work_later", "70 procent senare", "70 per cent later"),
    ("analysis", "", "work_by_sex", "70 procent efter kön", "70 per cent by sex"),
    ("analysis", "", "practice", "Praktiken", "The practice"),
    ("analysis", "", "ring", "10 nya i ringen", "10 new in the ring"),
    ("analysis", "", "ring_half", "Ringen växer", "The ring grows"),
    *[
        ("reading", analysis, name, sv, en)
        for analysis in ("work", "work_later", "work_by_sex")
        for name, sv, en in (("supported", "De 60 med stöd", "The 60 with support"), ("planned", "100 planerade", "100 planned"))
    ],
]


def analysis(name: str, estimator: str, outcome: str, role: str = "primary", **declared: Any) -> dict[str, Any]:
    """Declare an analysis as release.json tells it."""
    usual = {"by": [], "restrict": {}, "readings": [], "target": 0.7, "confidence": 0.95, "covariates": [], "group": None, "contrast": None}
    return {"id": name, "estimator": estimator, "outcomes": [outcome], "role": role, "planned": True, "unit": "person", **usual, **declared}


ANALYSES = [
    analysis("work", "attainment", "working@exit", readings=READINGS),
    analysis("work_later", "attainment", "working@later", "secondary", readings=READINGS),
    analysis("work_by_sex", "attainment", "working@exit", "exploratory", readings=READINGS[:1], by=["sex"]),
    analysis("practice", "attainment", "kept@exit", "secondary", target=1.0),
    analysis("ring", "count", "joined", target=10),
    analysis("ring_half", "count", "joined", "secondary", target=30),
]


def read(name: str, counts: tuple[int, int, int], term: str = "all", **more: Any) -> list[dict[str, Any]]:
    """Give the rows of one reading: (reached, known or planned, lost)."""
    reached, total, lost = counts
    declared = next(one for one in ANALYSES if one["id"] == name)
    outcome, _, wave = declared["outcomes"][0].partition("@")
    planned = next((one["planned"] for one in declared["readings"] if one["id"] == term), None)
    target, everybody = declared["target"], planned or total + lost
    shared = {"study": STUDY, "analysis": name, "role": declared["role"], "estimator": "attainment", "outcome": outcome, "unit": "person"}
    shared |= {"wave": wave, "level": "all", "term": term, "group_a": "all", "n": total, "n_a": total, "n_missing": lost, **more}
    rows = []
    for estimand, interval in INTERVALS.items():
        ends = interval(reached, total, 0.95, None)
        numbers = {"estimate": reached / total, "conf_low": ends[0], "conf_high": ends[1], "confidence": 0.95, "measure_unit": "share"}
        rows.append({**shared, "estimand": estimand, **numbers, "reference_value": target, "verdict": target_support(ends, target)})
    ends = reached / everybody, (reached + lost) / everybody
    least = {"estimate": ends[0], "verdict": target_fact(*ends, target)}
    rows.append({**shared, "estimand": "attainment_least", "measure_unit": "share", **least})
    rows.append({**shared, "estimand": "attainment_most", "measure_unit": "share", "estimate": ends[1]})
    return [*rows, {**shared, "estimand": "attainment_count", "measure_unit": "index", "estimate": reached}]


def withheld(rows: list[dict[str, Any]], note: str = "withheld_small_cell") -> list[dict[str, Any]]:
    """Empty rows as disclosure control, or an estimator without a number, does."""
    return [{**row, "estimate": None, "conf_low": None, "conf_high": None, "verdict": "", "note": note} for row in rows]


def counted(name: str, number: int) -> dict[str, Any]:
    """Give the row of a number and its target."""
    declared = next(one for one in ANALYSES if one["id"] == name)
    keys = {"study": STUDY, "analysis": name, "role": declared["role"], "estimator": "count", "estimand": "count", "outcome": "joined"}
    place = {"unit": "employer", "wave": "", "level": "all", "term": "all", "group_a": "all", "measure_unit": "index"}
    verdict = target_fact(number, number, declared["target"])
    return {**keys, **place, "estimate": number, "reference_value": declared["target"], "verdict": verdict, "n": 36, "n_a": 36}


ROWS = [
    *read("work", (42, 60, 0), "supported", note="clusters_ignored"),
    *read("work", (55, 100, 2), "planned"),
    *read("work_later", (30, 46, 14), "supported"),
    *withheld(read("work_later", (30, 100, 30), "planned")),
    *read("work_by_sex", (42, 60, 0), "supported"),
    *withheld(read("work_by_sex", (20, 30, 0), "supported", level="sex=woman")),
    *withheld(read("work_by_sex", (22, 30, 0), "supported", level="sex=man")),
    *read("practice", (47, 50, 0)),
    counted("ring", 12),
    counted("ring_half", 29),
]


def target_results(language: str = "en", rows: list[dict[str, Any]] | None = None) -> Results:
    """Give the release as ``Results.load`` would, with these rows of estimates."""
    labels = [
        {"study": STUDY, "language": spoken, "kind": kind, "parent": parent, "name": name, "text": text}
        for kind, parent, name, sv, en in TEXTS
        for spoken, text in (("sv", sv), ("en", en))
    ]
    facts = {
        **FACTS,
        "design": "single_group",
        "sample": {"unit": "person", "group": "", "participant": "", "control": "", "cluster": None},
        "waves": [{"name": "exit", "asked_of": []}, {"name": "later", "asked_of": []}],
        "primary_outcomes": [{"outcome": "working", "wave": "exit"}],
        "analyses": ANALYSES,
        "balance": [],
        "exhibits": [],
        "variables": [{"name": "sex", "type": "select_one", "unit": "person", "fixed": True, "waves": [], "answers": ["woman", "man"]}],
        "measures": [],
    }
    none = {table.name: table_of(table, []) for table in (DISTRIBUTIONS, FLOW, DEVIATIONS)}
    estimates = table_of(ESTIMATES, ROWS if rows is None else rows)
    return Results(STUDY, language, facts, estimates, none["distributions"], none["flow"], table_of(LABELS, labels), none["deviations"], "")
