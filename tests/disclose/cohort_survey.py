"""Small made-up surveys of one group in memory: what disclosure control has to protect where nobody is compared."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.paths import Paths
from pipeline.spec.declaration import Declaration
from pipeline.spec.declared import Text
from pipeline.spec.study import Answer, Study, Variable
from pipeline.tables.results import Released
from tests.disclose.survey import Survey, survey_of
from tests.miniature import both
from tests.once import once
from tests.one_group import STATUSES, analysis, declared, measure
from tests.released import release_results

WAVES = ("start", "exit")
LISTS = {
    "sex": ("woman", "man"),
    "town": ("north", "south"),
    "status": STATUSES,
    "often": ("1", "2", "3", "4", "5"),
    "ended": ("work", "studies", "left", "not_yet"),
}
FIXED = ("sex", "town", "ended")
BY = ("sex", "town", "sex*town", "house")
TIMES, GRID = (6.0, 12.0), (0.0, 3.0, 6.0, 9.0, 12.0)


def variable(name: str, kind: str, answers: str = "", unit: str = "person", *, fixed: bool = True) -> Variable:
    raw = dict.fromkeys(("register",) if fixed else WAVES, name)
    label = Text(sv=name, en=name)
    return Variable(
        name=name, type=kind, unit=unit, fixed=fixed, label=label, answers=answers, minimum=None, maximum=None, classes=(), raw_names=raw
    )


VARIABLES = (
    variable("person", "id"),
    variable("house", "id", unit="house"),
    *(variable(name, "select_one", name) for name in FIXED),
    variable("months", "decimal"),
    variable("status", "select_one", "status", fixed=False),
    variable("calm", "rating", "often", fixed=False),
)


def analyses(rng: np.random.Generator) -> list[dict]:
    """Declare every question about one group; some of them only in some surveys."""
    readings = [
        {"id": "everybody", "label": both("everybody")},
        {"id": "in_north", "label": both("in the north"), "restrict": {"town": ["north"]}},
        {"id": "planned", "label": both("planned"), "planned": 100},
    ]
    timed = {"event": "ended", "times": list(TIMES), "horizon": 12}
    always = [
        analysis("target", "attainment", "in_work@exit", "primary", target=0.7, readings=readings),
        analysis("target_by", "attainment", "in_work@exit", target=0.7, by=list(BY)),
        analysis("ladder", "transition", "rung@exit", before="start", by=["sex"]),
        analysis("work_moves", "transition", "in_work@exit", before="start", by=["sex", "house"]),
        analysis("calmer", "paired", "calmness@exit", before="start", by=["sex", "house"]),
        analysis("time", "survival", "months", event_codes=["work"], by=["sex"], **timed),
    ]
    sometimes = [
        analysis("active_by", "attainment", "active@exit", target=0.5, by=["sex", "house"]),
        analysis("number", "count", "active@exit", target=10),
        analysis("answering", "response", "in_work@exit", by=["sex", "house"]),
        analysis("work_bounds", "bounds", "in_work@exit", by=["house"]),
        analysis("calm_bounds", "bounds", "calmness@exit", before="start", by=["sex"]),
        analysis("time_to_either", "survival", "months", event_codes=["work", "studies"], **timed),
        analysis("of_unemployed", "attainment", "in_work@exit", target=0.3, restrict={"status@start": ["unemployed"]}),
        analysis("of_women", "attainment", "in_work@exit", target=0.3, restrict={"sex": ["woman"]}, by=["town"]),
    ]
    return always + [one for one in sometimes if rng.random() < 0.5]


def exhibits(rng: np.random.Generator) -> list[dict]:
    curve = {"kind": "curve", "label": both("curve"), "time": "months", "event": "ended", "grid": list(GRID)}
    drawn = [
        {"id": "moves", "kind": "transition", "label": both("moves"), "outcomes": ["rung"], "waves": list(WAVES)},
        {**curve, "id": "to_work", "event_codes": ["work"], "by": ["sex"]},
        {**curve, "id": "to_either", "event_codes": ["work", "studies"], "by": ["house"]},
    ]
    return [one for one in drawn if rng.random() < 0.7]


def study_of(rng: np.random.Generator) -> Study:
    """Declare a study of one group that was never on disk."""
    files = [("register", None), *((wave, wave) for wave in WAVES)]
    sources = [
        {"name": name, "file": f"{name}.csv", "unit": "person", "sha256": "0" * 64} | ({"wave": wave} if wave else {})
        for name, wave in files
    ]
    measures = [
        measure("in_work", "one_of", "status", counts=["work"]),
        measure("active", "one_of", "status", counts=["practice", "work"]),
        measure("rung", "as_category", "status", categories={one: both(one) for one in STATUSES}),
        measure("calmness", "as_answered", "calm", range=[1, 5]),
    ]
    waves = [{"name": wave, "label": both(wave)} for wave in WAVES]
    usual = declared(sources=sources, waves=waves, measures=measures, analyses=analyses(rng), exhibits=exhibits(rng))
    return Study(
        id="one_group",
        paths=Paths(Path("nowhere"), "one_group"),
        declaration=Declaration.model_validate_json(json.dumps(usual)),
        variables=VARIABLES,
        answer_lists={name: tuple(Answer(code, code, Text(sv=code, en=code)) for code in codes) for name, codes in LISTS.items()},
        texts={},
        locked_plan=None,
    )


def random_survey(seed: int) -> Survey:
    """Draw a small survey of one group: uneven answers, few or many lost, in some of them newcomers and blanks."""
    return once(f"cohort-survey-{seed}", lambda: _survey(seed))


def random_release(seed: int) -> tuple[Survey, Released]:
    """Draw such a survey, and release it."""
    survey = random_survey(seed)
    return survey, once(f"cohort-release-{seed}", lambda: release_results(survey.study, survey.estimated, {}))


def _survey(seed: int) -> Survey:
    rng = np.random.default_rng(seed)
    study, people = study_of(rng), int(rng.integers(16, 140))
    blank = float(rng.choice([0.0, 0.0, 0.04]))
    ids = [f"p{number:03d}" for number in range(people)]
    units = pd.DataFrame({"person": ids, "house": _drawn(rng, [f"h{one}" for one in range(rng.integers(2, 7))], people, 0.0)})
    for name in FIXED:
        units[name] = pd.Series(_drawn(rng, LISTS[name], people, blank), dtype="str")
        units[f"{name}__missing"] = np.where(units[name].isna(), 3, 0).astype("int8")
    units["months"] = rng.integers(1, 15, people) + rng.choice([0.0, 0.5]) * rng.integers(0, 2, people)
    units["months__missing"] = np.int8(0)
    lost, new = rng.choice([0.0, 0.03, 0.2]), rng.choice([0.0, 0.03])
    before = _answers(rng, [one for one in ids if rng.random() >= new], blank)
    after = _moved(rng, before, [one for one in ids if rng.random() >= lost], blank)
    responses = pd.concat([before.assign(wave="start"), after.assign(wave="exit")]).sort_values(
        ["person", "wave"], ascending=[True, False], ignore_index=True
    )
    for name in ("status", "calm"):
        responses[f"{name}__missing"] = np.where(responses[name].isna(), rng.choice([3, 4, 5], len(responses)), 0).astype("int8")
    return survey_of(study, units, responses, {"house": pd.DataFrame({"house": sorted(set(units["house"]))})})


def _answers(rng: np.random.Generator, ids: list[str], blank: float) -> pd.DataFrame:
    status = pd.Series(_drawn(rng, STATUSES, len(ids), blank), dtype="str")
    return pd.DataFrame({"person": ids, "status": status, "calm": pd.Series(_drawn(rng, LISTS["often"], len(ids), blank), dtype="float64")})


def _moved(rng: np.random.Generator, before: pd.DataFrame, ids: list[str], blank: float) -> pd.DataFrame:
    """Let part of the people answer as they did before."""
    earlier = before.set_index("person").reindex(ids)
    frame, stays = _answers(rng, ids, blank), rng.random()
    for name in ("status", "calm"):
        same = (rng.random(len(ids)) < stays) & earlier[name].notna().to_numpy()
        frame[name] = frame[name].where(~same, earlier[name].reset_index(drop=True))
    return frame


def _drawn(rng: np.random.Generator, codes: list[str] | tuple[str, ...], size: int, blank: float) -> list:
    chosen = rng.choice(codes, size, p=rng.dirichlet(np.full(len(codes), 0.8)))
    return [np.nan if rng.random() < blank else str(one) for one in chosen]
