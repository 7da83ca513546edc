"""Small made-up surveys in memory, run through scoring and comparison: what disclosure control has to protect."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.compare.estimates import estimate_effects
from pipeline.paths import Paths
from pipeline.score.scores import score_responses
from pipeline.spec.declaration import Declaration
from pipeline.spec.declared import Text
from pipeline.spec.study import Answer, Study, Variable
from pipeline.tables.frames import table_of
from pipeline.tables.glossary import CLEANING_LOG, EXCLUSIONS, FLOW
from pipeline.tables.results import Cleaned, Estimated, Scored
from tests.miniature import both, declaration

GROUPS = ("participant", "control")
LISTS = {
    "group": GROUPS,
    "sex": ("man", "woman"),
    "colour": ("red", "blue", "green", "black"),
    "agree": ("1", "2", "3", "4", "5"),
    "preferred": ("yes", "no", "dont_know"),
    "yes_no": ("yes", "no"),
}
FIXED = ("group", "sex")
ASKED = {"colour": "colour", "calm": "agree", "glad": "agree", "tired": "agree", "place": "preferred", "trade": "preferred"}
STEPS = ("plan", "search", "apply")
DAYS = (0.0, 1.0, 8.0, 30.0)
WAVES = ("t1", "t2")


@dataclass(frozen=True)
class Survey:
    """A study, what people answered, and what was estimated from it."""

    study: Study
    cleaned: Cleaned
    scored: Scored
    estimated: Estimated


def answer(code: str) -> Answer:
    return Answer(code, code, Text(sv=code, en=code))


def variable(
    name: str, kind: str, answers: str = "", *, fixed: bool = False, classes: tuple[float, ...] = (), waves: tuple[str, ...] = WAVES
) -> Variable:
    return Variable(
        name=name,
        type=kind,
        unit="person",
        fixed=fixed,
        label=Text(sv=name, en=name),
        answers=answers,
        minimum=0 if classes else None,
        maximum=365 if classes else None,
        classes=classes,
        raw_names=dict.fromkeys(waves, name),
    )


def study_of(variables: list[Variable], **changes: object) -> Study:
    """Give a study that was never on disk."""
    usual = declaration(
        sources=[{"name": wave, "file": f"{wave}.csv", "unit": "person", "wave": wave, "sha256": "0" * 64} for wave in WAVES], **changes
    )
    return Study(
        id="mini",
        paths=Paths(Path("nowhere"), "mini"),
        declaration=Declaration.model_validate_json(json.dumps(usual)),
        variables=(variable("person", "id", fixed=True), *variables),
        answer_lists={name: tuple(answer(code) for code in codes) for name, codes in LISTS.items()},
        texts={},
        locked_plan=None,
    )


def measure(name: str, rule: str, items: tuple[str, ...], **more: object) -> dict:
    return {"name": name, "label": both(name), "unit": both("unit"), "rule": rule, "items": list(items), **more}


ALONE = {"family": "none", "family_reason": both("Each analysis is looked at by itself.")}


def analysis(name: str, estimator: str, outcomes: list[str], **more: object) -> dict:
    return {"id": name, "role": "primary", **ALONE, "estimator": estimator, "outcomes": outcomes, "label": both(name), **more}


def random_study(rng: np.random.Generator) -> Study:
    """Declare a study with every scoring rule; which answers count, who is left out and where a threshold lies is drawn."""
    colours = list(rng.permutation(LISTS["colour"]))
    measures = [
        measure("warm", "one_of", ("colour",), counts=colours[: rng.integers(1, 3)], leaves_out=colours[3:] if rng.random() < 0.4 else []),
        measure("dark", "one_of", ("colour",), counts=[colours[0]]),
        measure("calmer", "one_of", ("calm",), counts=["4", "5"]),
        measure("any_days", "above", ("days",), threshold=float(rng.choice([0, 3, 7]))),
        measure(
            "lock_in",
            "lock_in",
            ("place", "trade"),
            categories={name: both(name) for name in ("none", "workplace", "occupation", "double")},
        ),
        measure("double", "double_lock_in", ("place", "trade")),
        measure("steps", "count_of", STEPS, counts=["yes"], classes=[0, 1, 2, 3]),
        measure("any_step", "any_of", STEPS[:2], counts=["yes"]),
        measure("mood", "mean_of_items", ("calm", "glad"), range=[1, 5], classes=[1, 2, 3, 4]),
        measure("tiredness", "as_answered", ("tired",), range=[1, 5]),
        measure("right", "count_correct", STEPS, correct=dict.fromkeys(STEPS, "no")),
    ]
    measures += class_measures(rng)
    shares = ["warm@t2", "dark@t2", "calmer@t2", "any_days@t2", "double@t2", "any_step@t2"]
    analyses = [
        analysis("shares", "risk_difference", shares),
        analysis("means", "welch", ["steps@t2", "mood@t2", "tiredness@t2"]),
        analysis("by_sex", "adjusted", ["calmer@t2", "mood@t2"], covariates=["mood@t1"], by=["sex"]),
        analysis("locked", "risk_difference", ["calmer@t2", "double@t2"], restrict={"double@t1": ["1"]}),
    ]
    exhibits = [
        {"id": "change", "kind": "transition", "label": both("change"), "outcomes": ["lock_in"], "waves": list(WAVES)},
        {"id": "colours", "kind": "transition", "label": both("colours"), "outcomes": ["colour"], "waves": list(WAVES)},
        {"id": "said", "kind": "experience", "label": both("said"), "outcomes": ["calm"]},
    ]
    variables = [
        *(variable(name, "select_one", name, fixed=True) for name in FIXED),
        *(variable(name, "rating" if codes == "agree" else "select_one", codes) for name, codes in ASKED.items()),
        variable("days", "integer", classes=DAYS),
        *(variable(name, "select_one", "yes_no", waves=("t2",)) for name in STEPS),
    ]
    balance = {"covariates": ["sex", "colour@t1", "mood@t1", "calmer@t1"]}
    return study_of(variables, measures=measures, analyses=analyses, exhibits=exhibits, balance=balance)


def class_measures(rng: np.random.Generator) -> list[dict]:
    """Draw measures that show answers in classes of their own, beside the questions' tables and each other's."""
    colours = [str(one) for one in rng.permutation(LISTS["colour"])]
    left = colours[3:] if rng.random() < 0.4 else []
    kept, pairs = colours[: 4 - len(left)], {"one": colours[:2], "two": colours[2:]}
    edges = [0.0, *sorted(rng.choice([1.0, 4.0, 8.0, 30.0], 2, replace=False))]
    drawn = [
        measure("shade", "as_category", ("colour",), categories={code: both(code) for code in kept}, leaves_out=left),
        measure("tone", "collapsed", ("colour",), categories={name: both(name) for name in pairs}, collapse=pairs),
        measure("absence", "classes_of", ("days",), categories={name: both(name) for name in ("least", "some", "most")}, classes=edges),
        measure("at_place", "as_category", ("place",), categories={code: both(code) for code in LISTS["preferred"]}),
    ]
    return [one for one in drawn if rng.random() < 0.4]


def random_survey(seed: int) -> Survey:
    """Draw a small survey: uneven answers, some people lost after the first wave, in half of them nothing left blank."""
    rng = np.random.default_rng(seed)
    study = random_study(rng)
    people = int(rng.integers(16, 140))
    blank = 0.0 if rng.random() < 0.5 else 0.06
    ids = [f"p{number:03d}" for number in range(people)]
    share = rng.uniform(0.2, 0.6)
    units = pd.DataFrame({"person": ids})
    units["group"] = np.where(rng.random(people) < share, *GROUPS)
    units["sex"] = pd.Series(_drawn(rng, LISTS["sex"], people, blank / 2), dtype="str")
    for name in FIXED:
        units[f"{name}__missing"] = np.where(units[name].isna(), 3, 0).astype("int8")
    waves = [_wave(rng, study, ids, blank), _wave(rng, study, [one for one in ids if rng.random() > 0.15], blank)]
    responses = pd.concat([frame.assign(wave=wave) for frame, wave in zip(waves, WAVES, strict=True)], ignore_index=True)
    responses.loc[responses["wave"] == "t1", list(STEPS)] = np.nan
    responses = responses.sort_values(["person", "wave"], ignore_index=True)
    for name in (*ASKED, "days", *STEPS):
        reason = rng.choice([3, 4, 5], len(responses))
        responses[f"{name}__missing"] = np.where(responses[name].isna(), reason, 0).astype("int8")
    return survey_of(study, units, responses)


def survey_of(study: Study, units: pd.DataFrame, responses: pd.DataFrame, linked: dict[str, pd.DataFrame] | None = None) -> Survey:
    """Score and compare a survey of persons, who may belong to linked units."""
    empty = {table.name: table_of(table, []) for table in (EXCLUSIONS, CLEANING_LOG, FLOW)}
    answerless = {unit: pd.DataFrame({study.unit[unit].id: [], "wave": []}, dtype="str") for unit in linked or {}}
    cleaned = Cleaned(
        {"person": responses, **answerless}, {"person": units, **(linked or {})}, empty["exclusions"], empty["cleaning_log"], empty["flow"]
    )
    scored = score_responses(study, cleaned)
    return Survey(study, cleaned, scored, estimate_effects(study, cleaned, scored))


def _wave(rng: np.random.Generator, study: Study, ids: list[str], blank: float) -> pd.DataFrame:
    frame = pd.DataFrame({"person": ids})
    for name, answers in (*ASKED.items(), *((step, "yes_no") for step in STEPS)):
        values = _drawn(rng, LISTS[answers], len(ids), blank)
        numeric = study.variable[name].type == "rating"
        frame[name] = pd.Series(values, dtype="float64" if numeric else "str")
    days = np.where(rng.random(len(ids)) < 0.5, 0, rng.geometric(0.1, len(ids))).astype("float64")
    frame["days"] = np.where(rng.random(len(ids)) < blank, np.nan, days)
    return frame


def _drawn(rng: np.random.Generator, codes: tuple[str, ...], size: int, blank: float) -> list:
    weights = rng.dirichlet(np.full(len(codes), 0.8))
    chosen = rng.choice(codes, size, p=weights)
    return [np.nan if rng.random() < blank else str(one) for one in chosen]
