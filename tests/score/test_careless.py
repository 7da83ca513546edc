"""Who answered without care: hand-worked signs, honest people left alone, and what [care] adds to a declaration."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.score.careless import SIGNS, Questionnaire, even_odd, long_string, sign_of, variability
from pipeline.score.flagged import careless
from pipeline.spec.care import complete_care
from pipeline.spec.declaration import Measure
from pipeline.spec.declared import Text
from pipeline.spec.plan import deviations, is_planned, plan_keys
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import CARELESS

NO = np.nan
LABEL = Text(sv="x", en="x")
LOADINGS = np.array([0.55, 0.6, 0.7, 0.75, 0.8, 0.85])
STEPS = {"even": (-1.5, -0.5, 0.5, 1.5), "skewed": (-0.2, 0.5, 1.1, 1.7)}
SCALES = np.repeat(np.arange(4), len(LOADINGS))


def honest(rng: np.random.Generator, people: int, steps: str = "even") -> np.ndarray:
    """Answers 1-5 to four scales of six questions that go together; the last of each is worded the other way."""
    common = rng.standard_normal((people, 1))
    felt = []
    for _ in range(4):
        trait = 0.5 * common + np.sqrt(0.75) * rng.standard_normal((people, 1))
        own = trait * LOADINGS + rng.standard_normal((people, len(LOADINGS))) * np.sqrt(1 - LOADINGS**2)
        own[:, -1] *= -1
        felt.append(own)
    return 1.0 + np.searchsorted(STEPS[steps], np.hstack(felt))


def flagged(answers: np.ndarray, least: int = 2) -> np.ndarray:
    names = [f"q{place}" for place in range(answers.shape[1])]
    scales = {f"s{scale}": tuple(np.array(names)[scale == SCALES]) for scale in range(4)}
    keys = {"scales": scales, "flags": tuple(SIGNS), "least_flags": least, "minimum_answered": 0.5}
    measure = Measure(name="m", label=LABEL, unit=LABEL, rule="careless", items=tuple(names), **keys)
    return careless(pd.DataFrame(answers, columns=names), measure).to_numpy()


def test_the_longest_run_ends_where_an_answer_is_missing_or_the_answers_are_others() -> None:
    answers = np.array([[1, 1, 1, 2, 2], [3, 3, NO, 3, 3], [1, 2, 3, 5, 5], [1, 5, 1, 1, 1]], dtype=float)
    asked = Questionnaire(answers, np.array([0, 0, 0, 0, 0]))
    assert long_string(asked, answers).tolist() == [3, 2, 2, 3]
    two_lists = np.array([[3, 3, 3, 3], [1, 4, 0, 9]], dtype=float)
    assert long_string(Questionnaire(two_lists, np.array([0, 0, 1, 1])), two_lists).tolist() == [2, 1]


def test_answers_vary_in_shares_of_their_scale() -> None:
    answers = np.array([[1, 5, 0], [3, 3, 5], [5, 1, 10]], dtype=float)
    asked = Questionnaire(answers, np.array([0, 0, 1]))
    assert variability(asked, answers).tolist() == pytest.approx([-np.std([0, 1, 0]), 0, -np.std([1, 0, 1])])


def test_halves_of_scales_that_agree_in_one_person_and_not_in_another() -> None:
    rng = np.random.default_rng(2)
    answers = honest(rng, 200)
    asked = Questionnaire(answers, SCALES)
    level = np.array([1, 3, 2, 5])[SCALES].astype(float)
    turned = np.where(np.arange(24) % 6 == 5, 6 - level, level)
    apart = np.where(np.arange(24) % 2 == 0, turned, 6 - turned)
    agree, disagree = even_odd(asked, np.array([turned, apart]))
    assert agree < -0.9
    assert disagree > 0.9


@pytest.mark.parametrize("steps", STEPS)
@pytest.mark.parametrize("missing", [0.0, 0.05])
def test_at_most_five_in_a_hundred_honest_people_are_flagged(steps: str, missing: float) -> None:
    rng = np.random.default_rng(11)
    shares = []
    for _ in range(6):
        answers = honest(rng, 300, steps)
        answers[rng.random(answers.shape) < missing] = NO
        shares.append(np.nanmean(flagged(answers)))
    assert np.mean(shares) <= 0.05


def test_those_who_answer_everything_alike_are_found_and_many_who_answer_at_random() -> None:
    rng = np.random.default_rng(3)
    answers = honest(rng, 300)
    answers[:15] = 4.0
    answers[15:45] = rng.integers(1, 6, (30, 24))
    found = flagged(answers)
    assert found[:15].mean() == 1
    assert found[15:45].mean() > 5 * found[45:].mean()
    assert found[45:].mean() <= 0.05


def test_one_answer_to_a_short_lopsided_scale_is_no_sign() -> None:
    rng = np.random.default_rng(4)
    answers = honest(rng, 400, "skewed")[:, :5]
    same = (answers == 1).all(axis=1)
    assert same.mean() > 0.04
    assert sign_of("long_string", Questionnaire(answers, np.zeros(5, dtype=int)))[same].sum() == 0


def test_neither_the_order_of_people_nor_who_else_is_empty_changes_who_is_flagged() -> None:
    rng = np.random.default_rng(5)
    answers = honest(rng, 150)
    order = rng.permutation(150)
    assert flagged(answers)[order].tolist() == flagged(answers[order]).tolist()
    more = flagged(np.vstack([answers, np.full((3, 24), NO)]))
    assert more[:150].tolist() == flagged(answers).tolist()
    assert np.isnan(more[150:]).all()


def test_few_people_tell_nothing_of_what_is_rare() -> None:
    answers = honest(np.random.default_rng(6), 40)
    assert np.isnan(flagged(answers)).all()


def test_fast_answers_and_failed_attention_count_without_other_people() -> None:
    items = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0], "b": [2.0, 2.0, 3.0, 4.0], "time": [600, 90, 700, NO], "check": ["2", "2", "1", "1"]})
    keys = {"scales": {"s": ("a", "b")}, "flags": ("duration", "attention"), "duration": "time", "correct": {"check": "2"}}
    measure = Measure(name="m", label=LABEL, unit=LABEL, rule="careless", items=tuple(items), least_flags=1, **keys)
    assert 90 < 600 / 3 < 600
    assert careless(items, measure).tolist() == [0, 1, 1, 1]
    assert careless(items, measure.model_copy(update={"least_flags": 2})).tolist() == [0, 0, 0, 0]


def declared(**care: object) -> dict:
    measures = [{"name": name, "items": [f"{name}_1", f"{name}_2"]} for name in ("one", "two")]
    analysis = {"id": "main", "outcomes": ["one@t2"], "covariates": ["one@t1", "age"], "family": "f", "label": {"sv": "Allt", "en": "All"}}
    return {"measures": measures, "analyses": [analysis], "care": care}


def test_care_adds_its_measures_and_an_analysis_without_the_flagged_in_every_wave_used() -> None:
    found, problems = complete_care(declared(scales=["one", "two"], analyses=["main"]), "study.toml")
    assert problems == []
    names = [one["name"] for one in found["measures"]]
    assert names == ["one", "two", "careless", *(f"careless_{sign}" for sign in ("long_string", "variability", "mahalanobis", "synonyms"))]
    again = found["analyses"][-1]
    assert again["restrict"] == {"careless@t1": ["0"], "careless@t2": ["0"]}
    assert "family" not in again
    assert again["role"] == "exploratory"


def test_what_care_writes_out_is_planned_as_care_and_nothing_else(trs: Study) -> None:
    keys = plan_keys(trs.declaration)
    assert keys["care.scales"] == ["turnover_intention", "employability"]
    assert [key for key in keys if CARELESS in key or "_careful" in key] == []
    locked = replace(trs, locked_plan=keys)
    assert deviations(locked) == []
    assert is_planned(locked, "turnover_adjusted_careful")
    assert not is_planned(replace(trs, locked_plan={**keys, "care.analyses": []}), "turnover_adjusted_careful")


def test_care_that_names_what_is_not_there_is_told() -> None:
    _, problems = complete_care(declared(scales=["one", "tvo"], analyses=["mian"]), "study.toml")
    assert [problem.found for problem in problems] == ["'tvo' is no measure", "'mian' is no analysis"]
