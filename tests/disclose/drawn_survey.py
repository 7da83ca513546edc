"""Small surveys drawn at random, one or two groups: every scoring rule, estimator and exhibit, but few of them at a time, so that hundreds can be attacked."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.paths import Paths
from pipeline.spec.declaration import Declaration
from pipeline.spec.declared import Text
from pipeline.spec.study import Answer, Study, Variable
from tests.disclose.survey import GROUPS, WAVES, Survey, measure, survey_of
from tests.miniature import both, declaration

LISTS = {
    "group": GROUPS,
    "sex": ("man", "woman"),
    "town": ("north", "south", "west"),
    "rung": ("out", "seeking", "trial", "work"),
    "agree": ("1", "2", "3", "4", "5"),
    "often": ("1", "2", "3", "4"),
    "preferred": ("yes", "no", "dont_know"),
    "yes_no": ("yes", "no"),
    "ended": ("work", "studies", "not_yet"),
}
FACTS = ("sex", "town")
TWO_GROUPS = {
    "number": ("welch", "rank", "adjusted", "adjusted"),
    "share": ("risk_difference", "risk_difference", "adjusted"),
    "category": ("table",),
}
ONE_GROUP = {
    "number": ("paired", "bounds"),
    "share": ("attainment", "count", "transition", "bounds"),
    "category": ("transition", "response"),
}


@dataclass
class Draft:
    """A survey while it is drawn."""

    rng: np.random.Generator
    compares: bool
    questions: dict[str, str] = field(default_factory=dict)
    """Question -> its answers; empty for a number of days."""
    measures: list[tuple[dict, str]] = field(default_factory=list)
    """With the kind of value."""

    def one_of(self, choices: Sequence[Any]) -> Any:
        return choices[int(self.rng.integers(len(choices)))]

    def maybe(self, chance: float = 0.5) -> bool:
        return bool(self.rng.random() < chance)

    def add(self, chance: float, name: str, rule: str, items: Sequence[str], kind: str, **more: object) -> None:
        """Declare a measure, by chance."""
        if self.maybe(chance):
            self.measures.append((measure(name, rule, tuple(items), direction=self.one_of(("higher", "lower", "neither")), **more), kind))


def ask_rating(draft: Draft) -> None:
    codes = LISTS[answers := draft.one_of(("agree", "often"))]
    draft.questions |= {"tired": answers}
    ends = [float(codes[0]), float(codes[-1])]
    draft.add(0.9, "tiredness", "as_answered", ["tired"], "number", range=ends, reversed=["tired"] if draft.maybe(0.3) else [])
    draft.add(0.4, "often_tired", "one_of", ["tired"], "share", counts=list(codes[-2:]), leaves_out=[codes[0]] if draft.maybe(0.2) else [])
    draft.add(0.2, "rather_tired", "above", ["tired"], "share", threshold=2.0)


def ask_scale(draft: Draft) -> None:
    items = ["calm", "glad", "brave"][: draft.one_of((2, 2, 3))]
    draft.questions |= dict.fromkeys(items, "often" if len(items) > 2 else "agree")
    rule = draft.one_of(("mean_of_items", "sum_of_items"))
    draft.add(0.9, "mood", rule, items, "number", minimum_answered=draft.one_of((1.0, 0.6)), classes=[1, 3] if draft.maybe() else [])
    draft.add(0.4, "calmness", "one_of", ["calm"], "share", counts=["3", "4"])
    draft.add(0.2, "any_good", "any_of", items, "share", counts=["4"])


def ask_rung(draft: Draft) -> None:
    draft.questions |= {"rung": "rung"}
    codes = LISTS["rung"]
    draft.add(0.7, "in_work", "one_of", ["rung"], "share", counts=["work"], leaves_out=["out"] if draft.maybe(0.3) else [])
    draft.add(0.3, "active", "one_of", ["rung"], "share", counts=["trial", "work"])
    draft.add(0.6, "ladder", "as_category", ["rung"], "category", categories={code: both(code) for code in codes})
    pairs = {"without": list(codes[:2]), "with": list(codes[2:])}
    draft.add(0.2, "halves", "collapsed", ["rung"], "category", categories={code: both(code) for code in pairs}, collapse=pairs)


def ask_lock_in(draft: Draft) -> None:
    draft.questions |= dict.fromkeys(("place", "trade"), "preferred") | {"tired": "often"}
    classes = {name: both(name) for name in ("none", "workplace", "occupation", "double")}
    draft.add(0.7, "lock_in", "lock_in", ["place", "trade"], "category", categories=classes)
    draft.add(0.7, "double", "double_lock_in", ["place", "trade"], "share")
    employable = {name: both(name) for name in ("non", "at_risk", "locked_in")}
    draft.add(0.3, "stuck", "lock_in_employability", ["place", "trade", "tired"], "category", threshold=3.0, categories=employable)


def ask_days(draft: Draft) -> None:
    draft.questions |= {"days": "", "reason": "yes_no"}
    draft.add(0.7, "any_days", "above", ["days"], "share", threshold=draft.one_of((0.0, 3.0, 7.0)))
    named = {name: both(name) for name in ("least", "some", "most")}
    draft.add(0.4, "absence", "classes_of", ["days"], "category", categories=named, classes=[0.0, 2.0, 30.0])
    draft.add(0.4, "kept", "within_or_excused", ["days", "reason"], "share", threshold=7.0, counts=["yes"])


def ask_steps(draft: Draft) -> None:
    steps = ["plan", "search", "apply"]
    draft.questions |= dict.fromkeys(steps, "yes_no")
    draft.add(0.6, "steps", "count_of", steps, "number", counts=["yes"], classes=[0, 1, 2] if draft.maybe() else [])
    draft.add(0.4, "any_step", "any_of", steps, "share", counts=["yes"])
    rule = draft.one_of(("count_correct", "share_correct"))
    draft.add(0.4, "right", rule, steps, "number", correct=dict.fromkeys(steps, "no"))


ASK = (ask_rating, ask_rating, ask_scale, ask_rung, ask_rung, ask_lock_in, ask_days, ask_steps)


def drawn_study(rng: np.random.Generator) -> Study:
    """Declare a study of one question or scale, some measures of it, and some analyses of these."""
    draft = Draft(rng, bool(rng.random() < 0.65))
    while not draft.measures:
        draft.questions.clear()
        draft.one_of(ASK)(draft)
    asked = analyses(draft)
    timed = any(one["estimator"] == "survival" for one in asked)
    variables = [
        _variable("person", "id", fixed=True),
        *([_variable("group", "select_one", "group", fixed=True)] if draft.compares else []),
        *(_variable(name, "select_one", name, fixed=True) for name in (*FACTS, *(["ended"] if timed else []))),
        *([_variable("months", "decimal", fixed=True)] if timed else []),
        *(_variable(name, _type_of(answers), answers) for name, answers in draft.questions.items()),
    ]
    alone = dict.fromkeys(("group_label", "participant_label", "control_label"))
    one = {} if draft.compares else {"design": "single_group", "sample": {"unit": "person"}, **alone}
    per = [{"id": "by_town", "template": "one_level", "per": "town"}] if draft.maybe(0.2) else []
    few = draft.one_of(({}, {}, {}, {"minimum_base": 10, "minimum_cell": 5}))
    usual = declaration(
        sources=[{"name": wave, "file": f"{wave}.csv", "unit": "person", "wave": wave, "sha256": "0" * 64} for wave in WAVES],
        measures=[one for one, _ in draft.measures],
        analyses=asked,
        exhibits=exhibits(draft),
        balance={
            "covariates": [*(["sex"] if draft.maybe() else []), *(f"{one['name']}@t1" for one, _ in draft.measures[:1] if draft.maybe())]
        },
        disclosure=few,
        reports=per,
        **one,
    )
    return Study(
        id="drawn",
        paths=Paths(Path("nowhere"), "drawn"),
        declaration=Declaration.model_validate_json(json.dumps(usual)),
        variables=tuple(variables),
        answer_lists={name: tuple(Answer(code, code, Text(sv=code, en=code)) for code in codes) for name, codes in LISTS.items()},
        texts={},
        locked_plan=None,
    )


def _type_of(answers: str) -> str:
    return {"": "integer", "agree": "rating", "often": "rating"}.get(answers, "select_one")


def _variable(name: str, kind: str, answers: str = "", *, fixed: bool = False) -> Variable:
    days = kind == "integer"
    return Variable(
        name=name,
        type=kind,
        unit="person",
        fixed=fixed,
        label=Text(sv=name, en=name),
        answers=answers,
        minimum=0 if days else None,
        maximum=365 if days else None,
        classes=(0.0, 1.0, 8.0, 30.0) if days else (),
        raw_names=dict.fromkeys(WAVES, name),
    )


def analyses(draft: Draft) -> list[dict]:
    """Ask something of every measure: between groups, of one group, at levels, inside a restriction."""
    made = []
    for one, kind in draft.measures:
        name = one["name"]
        if draft.compares:
            made.append(_between(draft, draft.one_of(TWO_GROUPS[kind]), name))
        if not draft.compares or draft.maybe(0.3):
            made.append(_of_one(draft, draft.one_of(ONE_GROUP[kind]), name))
    if draft.maybe(0.2):
        timed = {"event": "ended", "event_codes": ["work"], "times": [6, 12], "horizon": 12}
        made.append({"id": "time", "label": both("time"), "role": "secondary", "estimator": "survival", "outcomes": ["months"], **timed})
    return made


def _between(draft: Draft, estimator: str, name: str) -> dict:
    keys: dict[str, object] = {}
    if estimator == "adjusted":
        keys["covariates"] = draft.one_of((["sex"], ["sex", "town"], ["sex"], []))
        keys |= {"by": ["town"]} if draft.maybe(0.3) and "town" not in keys["covariates"] else {}
    restrict = {"restrict": {"sex": ["woman"]}} if draft.maybe(0.15) and estimator != "adjusted" else {}
    family = {} if "by" in keys else {"family": "main"} if draft.maybe(0.7) else {"family": "none", "family_reason": both("Alone.")}
    return {
        "id": f"{name}_{estimator}",
        "label": both(name),
        "role": "secondary" if "by" in keys else "primary",
        "estimator": estimator,
        "outcomes": [f"{name}@t2"],
        **family,
        **keys,
        **restrict,
    }


def _of_one(draft: Draft, estimator: str, name: str) -> dict:
    keys: dict[str, object] = {"by": [one for one in ("sex", "town", "sex*town") if draft.maybe(0.3)]}
    if estimator in ("paired", "transition") or (estimator == "bounds" and draft.maybe()):
        keys["before"] = "t1"
    if estimator in ("attainment", "count"):
        keys["target"] = 0.5 if estimator == "attainment" else 10
    if estimator == "attainment" and draft.maybe():
        north = {"id": "in_north", "label": both("north"), "restrict": {"town": ["north"]}}
        keys["readings"] = [{"id": "everybody", "label": both("all")}, north, {"id": "plan", "label": both("plan"), "planned": 60}]
    if estimator != "response" and draft.maybe(0.2):
        keys["restrict"] = {"sex": ["woman"]}
    return {
        "id": f"{name}_one_{estimator}",
        "label": both(name),
        "role": "secondary",
        "estimator": estimator,
        "outcomes": [f"{name}@t2"],
        **keys,
    }


def exhibits(draft: Draft) -> list[dict]:
    moves = [one["name"] for one, kind in draft.measures if kind == "category" and draft.maybe()]
    shown = [{"id": f"moves_{name}", "kind": "transition", "label": both("m"), "outcomes": [name], "waves": list(WAVES)} for name in moves]
    rated = [name for name, answers in draft.questions.items() if answers in ("agree", "often") and draft.maybe(0.2)]
    return [*shown, *({"id": f"said_{name}", "kind": "experience", "label": both("s"), "outcomes": [name]} for name in rated)]


def drawn_survey(seed: int) -> Survey:
    """Draw a survey: few or many people, uneven answers, some lost, some blanks."""
    rng = np.random.default_rng(seed)
    study = drawn_study(rng)
    people = int(rng.choice([14, 25, 40, 70, 120, 240]) * rng.uniform(0.8, 1.2))
    ids = [f"p{number:03d}" for number in range(people)]
    units = pd.DataFrame({"person": ids})
    if study.declaration.sample.group:
        units["group"], units["group__missing"] = np.where(rng.random(people) < rng.uniform(0.25, 0.6), *GROUPS), np.int8(0)
    blank = float(rng.choice([0.0, 0.0, 0.04]))
    for name in [one.name for one in study.variables if one.name in (*FACTS, "ended")]:
        units[name] = pd.Series(_drawn(rng, LISTS[name], people, blank), dtype="str")
        units[f"{name}__missing"] = np.where(units[name].isna(), 3, 0).astype("int8")
    if "months" in study.variable:
        units["months"], units["months__missing"] = rng.integers(1, 19, people).astype(float), np.int8(0)
    lost = float(rng.choice([0.0, 0.03, 0.15]))
    before = _wave(rng, study, ids)
    after = _kept(rng, _wave(rng, study, ids), before)
    after = after[rng.random(people) >= lost]
    responses = pd.concat([before.assign(wave="t1"), after.assign(wave="t2")], ignore_index=True)
    responses = responses.sort_values(["person", "wave"], ignore_index=True)
    for name in [variable.name for variable in study.variables if not variable.fixed]:
        responses[f"{name}__missing"] = np.where(responses[name].isna(), 3, 0).astype("int8")
    return survey_of(study, units, responses)


def _wave(rng: np.random.Generator, study: Study, ids: list[str]) -> pd.DataFrame:
    frame, blank = pd.DataFrame({"person": ids}), float(rng.choice([0.0, 0.0, 0.05]))
    for variable in [one for one in study.variables if not one.fixed]:
        if variable.answers:
            given = _drawn(rng, LISTS[variable.answers], len(ids), blank)
            frame[variable.name] = pd.Series(given, dtype="float64" if variable.is_numeric else "str")
        else:
            days = np.where(rng.random(len(ids)) < 0.5, 0, np.minimum(rng.geometric(0.1, len(ids)), 365)).astype("float64")
            frame[variable.name] = np.where(rng.random(len(ids)) < blank, np.nan, days)
    return frame


def _kept(rng: np.random.Generator, after: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Let part of the people answer as they did before."""
    same = rng.random(len(after)) < rng.random()
    return after.where(~same[:, None] | before.isna(), before)


def _drawn(rng: np.random.Generator, codes: Sequence[str], size: int, blank: float) -> list:
    chosen = rng.choice(list(codes), size, p=rng.dirichlet(np.full(len(codes), rng.choice([0.3, 0.8, 3.0]))))
    return [np.nan if rng.random() < blank else str(one) for one in chosen]
