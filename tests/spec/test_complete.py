"""A study gets from an instrument what it does not state itself, and its codebook must fit."""

from pathlib import Path

import pytest

from pipeline.errors import ResearcherError
from pipeline.spec.complete import complete_measures
from pipeline.spec.plan import deviations
from pipeline.spec.study import Study
from tests.miniature import CODEBOOK, miniature


def completed(**measure: object) -> dict:
    """Complete one measure of a study; every problem fails."""
    parsed, problems = complete_measures({"measures": [measure]}, "study.toml")
    assert problems == []
    return parsed["measures"][0]


def refused(**measure: object) -> str:
    parsed, problems = complete_measures({"measures": [measure]}, "study.toml")
    assert parsed["measures"] == []
    return "\n".join(map(str, problems))


def test_a_measure_without_an_instrument_is_left_alone() -> None:
    declared = {"measures": [{"name": "x", "rule": "as_answered"}]}
    assert complete_measures(declared, "study.toml") == (declared, [])


def test_what_the_study_does_not_state_comes_from_the_instrument() -> None:
    measure = completed(name="turnover_intention", instrument="turnover_intention")
    assert measure["items"] == ["ti_1", "ti_2", "ti_3", "ti_4"]
    assert (measure["reversed"], measure["range"], measure["minimum_answered"]) == (["ti_3"], [1.0, 5.0], 0.75)
    assert (measure["label"]["sv"], measure["direction"], measure["rule"]) == ("Vilja att sluta", "lower", "mean_of_items")
    assert measure["description"]["en"].endswith("Wordings of our own.")


def test_what_the_study_states_wins() -> None:
    stated = {
        "direction": "neither",
        "reversed": [],
        "minimum_answered": 1.0,
        "label": {"sv": "a", "en": "b"},
        "description": {"sv": "c", "en": "d"},
    }
    measure = completed(name="turnover_intention", instrument="turnover_intention", **stated)
    assert {key: measure[key] for key in stated} == stated
    assert measure["rule"] == "mean_of_items"


def test_variables_of_the_studys_own_take_the_places_of_the_items() -> None:
    in_order = completed(name="t", instrument="turnover_intention", items=["q1", "q2", "q3", "q4"])
    by_key = completed(name="t", instrument="turnover_intention", items={"ti_3": "q3", "ti_1": "q1", "ti_2": "q2", "ti_4": "q4"})
    some = completed(name="t", instrument="turnover_intention", items={"ti_3": "q3"})
    assert in_order["items"] == by_key["items"] == ["q1", "q2", "q3", "q4"]
    assert in_order["reversed"] == by_key["reversed"] == some["reversed"] == ["q3"]
    assert some["items"] == ["ti_1", "ti_2", "q3", "ti_4"]


def test_the_measure_is_found_by_of_or_by_its_own_name() -> None:
    assert completed(name="double_lock_in", instrument="lock_in")["rule"] == "double_lock_in"
    assert completed(name="stuck", instrument="lock_in", of="double_lock_in")["rule"] == "double_lock_in"
    assert "of: is missing\n  allowed: lock_in, double_lock_in" in refused(name="stuck", instrument="lock_in")
    assert "did you mean 'double_lock_in'?" in refused(name="stuck", instrument="lock_in", of="doubl_lock_in")


def test_an_unknown_instrument_is_answered_with_a_suggestion() -> None:
    assert "did you mean 'turnover_intention'?" in refused(name="t", instrument="turnover_intentions")


def test_a_cut_off_that_no_source_gives_must_be_stated_and_is_printed() -> None:
    assert "threshold: is missing" in refused(name="lock_in_employability", instrument="lock_in_employability")
    measure = completed(name="lock_in_employability", instrument="lock_in_employability", threshold=2.5)
    assert "under 2,5 på" in measure["description"]["sv"]
    assert "below 2.5 on" in measure["description"]["en"]


def test_a_wrong_number_of_variables_is_refused() -> None:
    assert "3 variables for 4 items" in refused(name="t", instrument="turnover_intention", items=["a", "b", "c"])
    assert "'ti_9' is no item" in refused(name="t", instrument="turnover_intention", items={"ti_9": "a"})


def test_knowledge_questions_of_the_studys_own_need_their_right_answers() -> None:
    assert "correct: is missing" in refused(name="right_answers", instrument="knowledge_test", items=["a", "b"])
    own = completed(name="right_answers", instrument="knowledge_test", items=["a", "b"], correct={"a": "x", "b": "y"})
    assert (own["items"], own["correct"]) == (["a", "b"], {"a": "x", "b": "y"})
    bundled = completed(name="right_answers", instrument="knowledge_test", items={"test_who_sets_aside": "q2"})
    assert bundled["correct"]["q2"] == "agencies"
    assert list(bundled["correct"]) == bundled["items"]


def test_texts_count_the_questions_that_the_study_asks() -> None:
    own = completed(name="right_answers", instrument="knowledge_test", items=["a", "b"], correct={"a": "x", "b": "y"})
    assert own["unit"]["sv"] == "antal rätt av 2"
    assert own["description"]["en"].startswith("Number of right answers to 2 questions.")
    assert completed(name="services_planned", instrument="planned_use")["unit"]["en"] == "number of 4"


@pytest.mark.parametrize("items", ["ti_1", 4, [1, 2, 3, 4]])
def test_items_of_another_kind_are_refused_and_not_taken_apart(items: object, tmp_path: Path) -> None:
    with pytest.raises(ResearcherError, match="measures 'm' items"):
        with_instrument(tmp_path, instrument="turnover_intention", items=items)


def test_all_problems_of_all_measures_come_at_once() -> None:
    measures = [{"name": "a", "instrument": "lock_inn"}, {"name": "b", "instrument": "lock_in", "of": "x"}]
    assert len(complete_measures({"measures": measures}, "study.toml")[1]) == 2


def with_instrument(tmp_path: Path, **keys: object) -> Study:
    measures = [
        {"name": "calmness", "label": {"sv": "a", "en": "a"}, "unit": {"sv": "a", "en": "a"}, "rule": "as_answered", "items": ["calm"]},
        {"name": "m", **keys},
    ]
    return miniature(tmp_path, measures=measures)


def test_answers_that_the_instrument_does_not_know_are_told(tmp_path: Path) -> None:
    with pytest.raises(ResearcherError) as caught:
        with_instrument(tmp_path, instrument="self_rated_health", of="good_health", items=["calm"])
    assert "studies/mini/answers.csv, list often: has no answer 4, 5" in str(caught.value)
    with pytest.raises(ResearcherError) as caught:
        with_instrument(tmp_path, instrument="status_ladder", of="status", items=["work"])
    assert "'yes' is not an answer of instrument 'status_ladder'" in str(caught.value)


def test_a_variable_of_another_type_is_told(tmp_path: Path) -> None:
    with pytest.raises(ResearcherError, match="instrument 'sick_days' asks 'sick_days' so"):
        with_instrument(tmp_path, instrument="sick_days", of="any_sick_days", items=["work"])


def test_a_number_that_may_lie_outside_the_instrument_is_told(tmp_path: Path) -> None:
    with pytest.raises(ResearcherError, match=r"allows other values than the instrument\n  allowed: 0\.\.365"):
        miniature(
            tmp_path,
            codebook=CODEBOOK.replace("rating,calm,person,,often,", "integer,calm,person,,,0..999"),
            measures=[{"name": "any_sick_days", "instrument": "sick_days", "items": ["calm"]}],
            analyses=[],
        )


def test_do_not_know_may_be_an_answer_or_a_missing_reason(tmp_path: Path) -> None:
    study = with_instrument(tmp_path, instrument="career_steps", of="applied", items=["work", "work", "work"])
    assert study.measure["m"].counts == ("yes",)


def test_a_plan_that_was_locked_when_all_was_stated_holds_with_instruments(trs: Study) -> None:
    assert len([measure for measure in trs.declaration.measures if measure.instrument]) == 10
    assert {one.key.partition(".")[0] for one in deviations(trs)} == {"analyses", "care", "sample"}
