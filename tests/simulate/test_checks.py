"""Every mistake in [simulation] is found before anything is drawn, and named."""

from pathlib import Path

import pytest

from pipeline.simulate.checks import simulation_problems
from tests.simulate.survey import CALM, people, survey

TRAIT = {"name": "calmness", "unit": "person"}
WRONG = {
    "an unknown unit": ({"units": [{"name": "persn", "size": 3}]}, "'persn' is not a declared unit"),
    "a product of an unknown unit": ({"units": [{"name": "persn", "product": ["sex"]}]}, "'persn' is not a declared unit"),
    "ids without room": ({"units": [{"name": "person", "size": 100, "id": "P##"}]}, "'P##' has no room for 100"),
    "a product of what is no link": ({"units": [{"name": "coding", "product": ["sex"]}]}, "'sex' is not a declared link or fixed choice"),
    "sizes that do not add up": (
        {"units": people(60), "links": [{"unit": "person", "link": "workplace", "sizes": [31, 18]}]},
        "add up to 49",
    ),
    "an impossible ICC": ({"traits": [{**TRAIT, "cluster": "workplace", "icc": 0.7, "stability": 0.5}]}, "cannot hold together"),
    "an ICC without cluster": ({"traits": [{**TRAIT, "icc": 0.1}]}, "cluster: is missing"),
    "a trait that follows a later one": ({"traits": [{**TRAIT, "follows": "hope"}]}, "'hope' is not a declared earlier trait"),
    "an effect of what varies": ({"traits": [{**TRAIT, "effects": [{"of": "status", "size": 1}]}]}, "'status' is not a declared fixed"),
    "an unknown level": (
        {"traits": [{**TRAIT, "effects": [{"of": "sex", "level": "female", "size": 1}]}]},
        "'female' is not a declared answer of 'sex'",
    ),
    "an effect without level": ({"traits": [{**TRAIT, "effects": [{"of": "sex", "size": 1}]}]}, "level: is missing"),
    "an unknown variable": ({"choices": [{"names": ["calm_9"]}]}, "'calm_9' is not a declared variable"),
    "a wrong kind": ({"numbers": [{"names": ["sex"], "mean": 1, "sd": 1}]}, "'sex' is of type select_one"),
    "one variable twice": ({"choices": [{"names": ["sex"]}, {"names": ["sex"]}]}, "'sex' is drawn by several parts"),
    "an unknown code": ({"choices": [{"names": ["sex"], "shares": {"m": 1}}]}, "'m' is not a declared answer of 'sex'"),
    "shares that do not fit given": ({"choices": [{"names": ["sex"], "shares": {"man": {"man": 1}}}]}, "do not fit given"),
    "an alpha without trait": ({"choices": [{"names": CALM["names"], "alpha": 0.8}]}, "trait: is missing"),
    "an alpha of one item": ({"traits": [TRAIT], "choices": [{**CALM, "names": ["calm_1"], "alpha": 0.8}]}, "needs several items"),
    "an alpha beside a loading": ({"traits": [TRAIT], "choices": [{**CALM, "alpha": 0.8, "loading": 0.5}]}, "has alpha and loading"),
    "an alpha out of reach": ({"traits": [TRAIT], "choices": [{**CALM, "alpha": 0.99, "spread": 2.0}]}, "0.99 cannot be reached"),
    "a reason without words": ({"choices": [{"names": ["now"], "missing": {"refused": 0.1}}]}, "'refused' cannot be written for 'now'"),
    "texts by nothing": ({"texts": [{"names": ["comment"], "texts": {"man": ["Bra"]}}]}, "do not fit given"),
    "texts by an unknown code": (
        {"texts": [{"names": ["comment"], "given": ["sex"], "texts": {"m": ["Bra"]}}]},
        "'m' is not a declared answer of 'sex'",
    ),
    "no text": ({"texts": [{"names": ["comment"], "given": ["sex"], "texts": {"man": []}}]}, "are empty"),
    "decimals of an integer": ({"numbers": [{"names": ["age"], "mean": 40, "sd": 5, "decimals": 1}]}, "'age' is an integer"),
    "a date without start": ({"dates": [{"names": ["entry"]}]}, "needs first or after"),
    "a date without a wave": ({"dates": [{"names": ["day"], "first": {"t1": "2024-01-01"}}]}, "says nothing of wave 't2'"),
    "fewer right answers than guesses": (
        {"knowledge": [{"right": {"quiz_1": "a"}, "shares": {"t1": 0.2}, "guess": 0.3}]},
        "are below guess",
    ),
    "recalling what was not asked": ({"recalled": [{"names": {"then": "now"}, "wave": "t3"}]}, "'t3' is not a declared wave of 'now'"),
    "recalling on another scale": ({"recalled": [{"names": {"then": "sick_days"}, "wave": "t1"}]}, "have other answers"),
    "a move in the first wave": (
        {"moves": [{"name": "status", "start": {"out": 1}, "moves": {"t1": {"out": {"work": 1}}}}]},
        "'t1' is not a declared later wave",
    ),
    "an unknown coder": (
        {"codings": [{"name": "mentioned", "same": ["interview"], "coder": "rater", "shares": {"yes": 1}}]},
        "'rater' is not a declared link",
    ),
    "an event that is also censored": (
        {"events": [{"time": "months", "event": "ended", "hazards": {"work": 1}, "censored": "work", "horizon": 9}]},
        "name no event, or the one of the censored",
    ),
    "a wave of another unit": (
        {"taking_part": [{"wave": "t1", "unit": "coding", "share": 1}]},
        "'t1' is not a declared wave in which coding",
    ),
    "a rule on nothing": ({"rules": [{"when": {"sex": ["man"]}, "set": {"status": "work"}}]}, "'status'\n  allowed: status@t1, status@t2"),
    "test rows that would stay": ({"mess": [{"sources": ["t1"], "tests": ["P000"]}]}, "'P000' would stay"),
    "a second entry with an unknown date": (
        {"mess": [{"sources": ["t1"], "reentries": {"rows": 1, "later": ["entri"]}}]},
        "'entri' is not a declared date",
    ),
    "repeated rows that would be refused": ({"mess": [{"sources": ["register"], "same": 1}]}, "cannot be undone by duplicates = 'refuse'"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_mistake_is_named(tmp_path: Path, wrong: str) -> None:
    simulation, message = WRONG[wrong]
    found = "\n".join(map(str, simulation_problems(survey(tmp_path, **simulation))))
    assert message in found


def test_variables_that_depend_on_each_other_in_a_circle_are_named(tmp_path: Path) -> None:
    sex = {"names": ["sex"], "effects": [{"of": "group", "level": "control", "size": 1}]}
    group = {"names": ["group"], "effects": [{"of": "sex", "level": "man", "size": 1}]}
    [problem] = simulation_problems(survey(tmp_path, choices=[sex, group]))
    assert "in a circle: group, sex" in problem.found


def test_a_study_without_mistakes_has_no_problems(tmp_path: Path) -> None:
    assert simulation_problems(survey(tmp_path, traits=[TRAIT], choices=[{**CALM, "alpha": 0.8}])) == []
