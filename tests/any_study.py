"""Miniature studies drawn at random, from raw files: any question, scale, scoring rule, direction, wave and estimator.

``any_study(root, seed)`` writes and loads one; every drawn declaration passes
``make check``. Answers are drawn too, from few people to many, some of them all
alike or all lost, so that a stage that takes anything for granted is found out.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.spec.study import Study
from tests.miniature import both, source, write_study
from tests.one_group import analysis, measure

FACTS = {"sex": ("woman", "man"), "town": ("north", "south", "west"), "arm": ("talks", "none"), "ended": ("work", "studies", "not_yet")}
SCALES = (
    tuple("1234"),
    tuple("12345"),
    tuple(str(code) for code in range(11)),
    ("-2", "-1", "0", "1", "2"),
    ("1", "2", "4", "8"),
)
CODES = ("none", "some", "most", "all")
MOST_ANALYSES = 6
DIRECTIONS = ("higher", "lower", "lower", "neither")
SECTORS = ("care", "school")
BY = ("sex", "town", "house", "sector", "sex*town")
OF_NUMBER, OF_SHARE, OF_CLASS = (
    ("paired", "retrospective", "bounds", "response"),
    ("transition", "attainment", "count", "bounds", "response"),
    ("transition", "response"),
)
BETWEEN = {"number": ("welch", "rank", "adjusted"), "share": ("risk_difference", "adjusted"), "category": ("table",)}


@dataclass(frozen=True)
class Question:
    """One variable that is asked in every wave."""

    name: str
    type: str
    codes: tuple[str, ...] = ()
    constraint: str = ""
    classes: str = ""
    answers: str = ""


@dataclass
class Draft:
    """A study while it is drawn."""

    rng: np.random.Generator
    waves: tuple[str, ...]
    compares: bool
    questions: list[Question] = field(default_factory=list)
    measures: list[tuple[dict, str]] = field(default_factory=list)
    """With the kind of value."""

    def one_of(self, choices: Sequence[Any]) -> Any:
        return choices[int(self.rng.integers(len(choices)))]

    def maybe(self, chance: float = 0.5) -> bool:
        return bool(self.rng.random() < chance)

    def some(self, choices: Sequence[Any], chance: float = 0.4) -> list[Any]:
        return [one for one in choices if self.maybe(chance)]

    def add(self, rule: str, items: Iterable[str], kind: str, **more: object) -> None:
        name = f"m{len(self.measures)}_{rule}"
        drawn = measure(name, rule, "", items=list(items), direction=self.one_of(DIRECTIONS), **more)
        self.measures.append((drawn, kind))


def any_study(root: Path, seed: int) -> Study:
    """Draw a study and its raw files, write both below ``root``, and load it."""
    rng = np.random.default_rng(seed)
    draft = Draft(rng, ("first", "second", "third")[: int(rng.integers(2, 4))], bool(rng.random() < 0.3))
    for ask in rng.permutation([ask_rating, ask_items, ask_number, ask_class])[: int(rng.integers(1, 3))]:
        ask(draft)
    return write_study(root, "any", declared(draft), codebook=codebook(draft), answers=answers(draft), files=files(draft))


def ask_rating(draft: Draft) -> None:
    """One rating, as answered or turned, above a threshold, or counted as a share."""
    codes = draft.one_of(SCALES)
    draft.questions.append(Question("rated", "rating", codes, answers="rated"))
    ends = [float(codes[0]), float(codes[-1])]
    for turned in draft.some((True, False), 0.7) or [True]:
        wide = draft.maybe(0.2) and not turned
        given = {"range": [ends[0] - 1, ends[1] + 1] if wide else ends} if turned or draft.maybe() else {}
        draft.add("as_answered", ["rated"], "number", **given, reversed=["rated"] if turned else [])
    if draft.maybe():
        draft.add(
            "one_of", ["rated"], "share", counts=list(codes[:2]), leaves_out=[codes[-1]] if draft.maybe(0.3) and len(codes) > 4 else []
        )
    if draft.maybe():
        draft.add("above", ["rated"], "share", threshold=float(codes[1]))


def ask_items(draft: Draft) -> None:
    """Three ratings that one measure or more are made of."""
    codes = draft.one_of(SCALES)
    items = ["item1", "item2", "item3"]
    draft.questions += [Question(name, "rating", codes, answers="items") for name in items]
    ends = [float(codes[0]), float(codes[-1])]
    for rule in draft.some(("mean_of_items", "sum_of_items"), 0.6) or ["sum_of_items"]:
        turned = draft.some(items, 0.3)
        given = {"range": ends} if turned or draft.maybe() else {}
        draft.add(rule, items, "number", **given, reversed=turned, minimum_answered=draft.one_of([1.0, 0.6]))
    if draft.maybe(0.4):
        draft.add("count_of", items, "number", counts=list(codes[2:]))
    if draft.maybe(0.3):
        draft.add("any_of", items, "share", counts=list(codes[-1:]))


def ask_number(draft: Draft) -> None:
    """Days or hours, with or without ends and classes."""
    kind = draft.one_of(("integer", "decimal"))
    ends = draft.one_of(("0..", "0..400"))
    classes = draft.one_of(("", "0 1 8 90"))
    draft.questions.append(Question("amount", kind, constraint=ends, classes=classes))
    draft.add("as_answered", ["amount"], "number")
    if draft.maybe():
        draft.add("above", ["amount"], "share", threshold=draft.one_of([0.0, 7.0]))
    if draft.maybe():
        named = {name: both(name) for name in ("least", "more", "most")}
        draft.add("classes_of", ["amount"], "category", categories=named, classes=[0, 2, 30])


def ask_class(draft: Draft) -> None:
    """One answer out of some, in an order."""
    draft.questions.append(Question("place", "select_one", CODES, answers="place"))
    draft.add("one_of", ["place"], "share", counts=["most", "all"], leaves_out=["none"] if draft.maybe(0.3) else [])
    if draft.maybe(0.7):
        draft.add("as_category", ["place"], "category", categories={code: both(code) for code in CODES})
    if draft.maybe(0.3):
        pairs = {"few": ["none", "some"], "many": ["most", "all"]}
        draft.add("collapsed", ["place"], "category", categories={name: both(name) for name in pairs}, collapse=pairs)


def declared(draft: Draft) -> dict:
    """Give the declaration of what was drawn."""
    grouped = {"group": "arm", "participant": "talks", "control": "none"} if draft.compares else {}
    labels = {f"{name}_label": both(name) for name in ("group", "participant", "control")} if draft.compares else {}
    per = [{"id": "by_town", "template": "one_level", "per": "town"}] if draft.maybe(0.3) else []
    return {
        **{name: both(name) for name in ("title", "programme", "question", "setting", "source_note")},
        **labels,
        "design": "self_selected" if draft.compares else "single_group",
        "simulated": True,
        "seed": 1,
        "units": [
            {"name": "person", "id": "person", "label": both("people")} | ({"cluster": "house"} if draft.maybe(0.3) else {}),
            {"name": "house", "id": "house", "label": both("houses")},
        ],
        "waves": [{"name": wave, "label": both(wave)} for wave in draft.waves],
        "sources": [
            source("register", delimiter=";", lists_everybody=True),
            {**source("houses", delimiter=";"), "unit": "house"},
            *(source(wave, delimiter=";", wave=wave, least_matched=0) for wave in draft.waves),
        ],
        "sample": {"unit": "person"} | grouped,
        "measures": [one for one, _ in draft.measures],
        "analyses": analyses(draft),
        "exhibits": exhibits(draft),
        "disclosure": draft.one_of([{}, {}, {"minimum_base": 10, "minimum_cell": 5}, {"minimum_base": 1, "minimum_cell": 2, "reason": both("r")}]),
        "reports": per,
    }  # fmt: skip


def analyses(draft: Draft) -> list[dict]:
    """Ask something of every measure, at some levels, inside some restrictions."""
    estimators = {"number": OF_NUMBER, "share": OF_SHARE, "category": OF_CLASS}
    drawn = []
    for one, kind in draft.measures:
        chosen = draft.some(estimators[kind], 0.5) or [estimators[kind][0]]
        drawn += [about_one_group(draft, f"{one['name']}_{estimator}", estimator, one["name"]) for estimator in chosen]
        if draft.compares:
            between = draft.one_of(BETWEEN[kind])
            drawn.append(analysis(f"{one['name']}_{between}", between, f"{one['name']}@{draft.waves[-1]}"))
    if draft.maybe(0.4):
        timed = {"event": "ended", "event_codes": draft.one_of([["work"], ["work", "studies"]]), "times": [6, 12], "horizon": 12}
        drawn.append(analysis("time", "survival", "months", by=draft.some(BY[:4]), **timed))
    few = [drawn[place] for place in sorted(draft.rng.permutation(len(drawn))[:MOST_ANALYSES])]
    return [{**one, "role": one["role"] if place else "primary"} for place, one in enumerate(few)]


def about_one_group(draft: Draft, name: str, estimator: str, outcome: str) -> dict:
    """Draw the keys that an estimator about one group takes."""
    before, after = draft.waves[0], draft.waves[-1]
    keys: dict[str, object] = {"by": draft.some(BY, 0.3)}
    if estimator in ("paired", "retrospective", "transition") or (estimator == "bounds" and draft.maybe()):
        keys["before"] = before
    if estimator == "retrospective":
        keys["then"] = f"{outcome}@{draft.waves[1]}" if len(draft.waves) > 2 else f"{outcome}@{before}"
        beside = [one["name"] for one, kind in draft.measures if kind == "number" and one["name"] != outcome]
        keys |= {"beside": f"{draft.one_of(beside)}@{after}"} if beside and draft.maybe() else {}
    if estimator in ("attainment", "count"):
        keys["target"] = 0.5 if estimator == "attainment" else 10
    if estimator in ("attainment", "response") and draft.maybe():
        north = {"id": "in_north", "label": both("north"), "restrict": {"town": ["north"]}}
        keys["readings"] = [{"id": "everybody", "label": both("all")}, north, {"id": "plan", "label": both("plan"), "planned": 30}]
    if estimator != "response" and draft.maybe(0.3):
        shares = [one["name"] for one, kind in draft.measures if kind == "share"]
        keys["restrict"] = {f"{draft.one_of(shares)}@{before}": ["1"]} if shares and draft.maybe() else {"sex": ["woman"]}
    return analysis(name, estimator, f"{outcome}@{after}", draft.one_of(("secondary", "exploratory")), **keys)


def exhibits(draft: Draft) -> list[dict]:
    """Show moves between classes."""
    classes = [one["name"] for one, kind in draft.measures if kind == "category"]
    ends = [draft.waves[0], draft.waves[-1]]
    return [
        {"id": f"moves_{name}", "kind": "transition", "label": both("m"), "outcomes": [name], "waves": ends} for name in draft.some(classes)
    ]


def codebook(draft: Draft) -> str:
    """Write the codebook."""
    head = ["type", "name", "unit", "fixed", "answers", "constraint", "classes", "label::sv", "label::en"]
    raw, asked = [f"raw_name::{name}" for name in ("register", "houses", *draft.waves)], len(draft.waves)
    rows = [["id", "person", "person", "yes", "", "", "", "Nr", "No", "nr", "", *["nr"] * asked]]
    rows.append(["id", "house", "house", "yes", "", "", "", "Hus", "House", "house", "house", *[""] * asked])
    rows.append(["select_one", "sector", "house", "yes", "sector", "", "", "Sektor", "Sector", "", "sector", *[""] * asked])
    fixed = [*(["select_one", name, name] for name in FACTS), ["decimal", "months", ""]]
    rows += [[kind, name, "person", "yes", codes, "", "", name, name, name, "", *[""] * asked] for kind, name, codes in fixed]
    rows += [
        [one.type, one.name, "person", "", one.answers, one.constraint, one.classes, one.name, one.name, "", "", *[one.name] * asked]
        for one in draft.questions
    ]
    return _text([head + raw, *rows], ",")


def answers(draft: Draft) -> str:
    """Write the answer lists; every question also takes "do not know" as no answer."""
    lists = FACTS | {"sector": SECTORS} | {one.answers: one.codes for one in draft.questions if one.answers}
    rows = [[name, code, code, f"{name} {code}", f"{name} {code}", ""] for name, codes in lists.items() for code in codes]
    rows += [[one, "dont_know", "vet ej", "", "", "dont_know"] for one in lists if one not in (*FACTS, "sector")]
    return _text([["list_name", "name", "raw", "label::sv", "label::en", "missing"], *rows], ",")


def files(draft: Draft) -> dict[str, str]:
    """Draw people: in all and in each wave from nobody to everybody, answers from all alike to spread."""
    rng = draft.rng
    people = [f"P{one:03d}" for one in range(draft.one_of([2, 7, 13, 30, 60, 90]))]
    houses = [f"H{one}" for one in range(draft.one_of([1, 2, 6]))]
    facts = {name: _drawn(rng, codes, len(people)) for name, codes in (("house", houses), *FACTS.items())}
    facts = {name: given if name == "arm" else _with_blanks(rng, given) for name, given in facts.items()}
    months = [f"{one}" for one in rng.integers(1, 19, len(people))]
    register = [["nr", *facts, "months"], *(list(row) for row in zip(people, *facts.values(), months, strict=True))]
    listed = [["house", "sector"], *([house, draft.one_of(SECTORS)] for house in houses)]
    written = {"register.csv": _text(register, ";"), "houses.csv": _text(listed, ";")}
    earlier: dict[str, list[str]] = {}
    for place, wave in enumerate(draft.waves):
        stays = draft.one_of([0.0, 0.6, 0.95, 1.0])
        for question in draft.questions:
            fresh = _answers(rng, question, len(people))
            same = rng.random(len(people)) < stays
            old = earlier.get(question.name, fresh)
            earlier[question.name] = [before if keep else now for before, now, keep in zip(old, fresh, same, strict=True)]
        present = rng.random(len(people)) < (1.0 if not place and draft.maybe() else draft.one_of([0.0, 0.1, 0.9, 0.9, 0.97, 1.0, 1.0]))
        rows = [list(row) for row, here in zip(zip(people, *earlier.values(), strict=True), present, strict=True) if here]
        written[f"{wave}.csv"] = _text([["nr", *earlier], *rows], ";")
    return written


def _answers(rng: np.random.Generator, question: Question, people: int) -> list[str]:
    blank = rng.choice([0.0, 0.0, 0.04, 0.2])
    if question.codes:
        given = _drawn(rng, question.codes, people)
    else:
        days = np.where(rng.random(people) < 0.4, 0, rng.geometric(rng.choice([0.5, 0.05]), people))
        given = [f"{one}" if question.type == "integer" else f"{one / 7:.2f}" for one in np.minimum(days, 400)]
    unknown = ["vet ej", ""] if question.codes else [""]
    return [str(rng.choice(unknown)) if rng.random() < blank else one for one in given]


def _with_blanks(rng: np.random.Generator, given: list[str]) -> list[str]:
    blank = rng.choice([0.0, 0.0, 0.0, 0.06])
    return ["" if rng.random() < blank else one for one in given]


def _drawn(rng: np.random.Generator, codes: Sequence[str], size: int) -> list[str]:
    weights = rng.dirichlet(np.full(len(codes), rng.choice([0.05, 0.8, 5.0])))
    return [str(one) for one in rng.choice(list(codes), size, p=weights)]


def _text(rows: Iterable[Sequence[str]], delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue()
