"""The stage: every measure in its place, and what it hands on."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

from pipeline.score.scored import reversed_items
from pipeline.score.scores import score_responses, score_unit
from pipeline.spec.study import Study
from pipeline.tables.frames import check_table
from pipeline.tables.glossary import RELIABILITY
from pipeline.tables.results import Cleaned

NO = np.nan


@pytest.fixture
def trs(trs: Study) -> Study:
    """The study without anybody in it whose answers could be imputed."""
    return replace(trs, declaration=trs.declaration.model_copy(update={"imputation": None}))


def responses_of(study: Study, rows: list[dict]) -> pd.DataFrame:
    """Build responses of persons: everything not named is unanswered."""
    columns = {}
    for variable in study.variables_of("person"):
        if not variable.fixed:
            values = [row.get(variable.name, NO) for row in rows]
            columns[variable.name] = pd.Series(values, dtype="float64" if variable.is_numeric else "str")
    keys = {key: [row[key] for row in rows] for key in ("person", "wave")}
    return pd.DataFrame(keys | columns)


@pytest.fixture
def responses(trs: Study) -> pd.DataFrame:
    turnover = {"ti_1": 1, "ti_2": 2, "ti_3": 5, "ti_4": 2}
    steps = {f"step_{name}": "no" for name in ("private_plan", "work_plan", "plan_in_talk", "manager_talk", "sought_information")}
    steps |= {f"step_{name}": "yes" for name in ("updated_cv", "applied_internal", "applied_external", "interview", "training")}
    return responses_of(
        trs,
        [
            {"person": "P1", "wave": "t1", **turnover, "preferred_workplace": "no", "preferred_occupation": "no"},
            {"person": "P1", "wave": "t2", **turnover, "ti_3": 1, **steps, "mobility": "retired", "sick_days": 3, "self_rated_health": 4},
            {"person": "P2", "wave": "t1", "ti_1": 5, "ti_3": 1, "ti_4": 5, "preferred_workplace": "yes"},
            {"person": "P2", "wave": "talks", "talk_experience": 4},
        ],
    )


def cleaned_of(responses: pd.DataFrame) -> Cleaned:
    nothing = pd.DataFrame()
    return Cleaned(MappingProxyType({"person": responses}), {}, nothing, nothing, nothing)


def test_scores_have_the_rows_of_the_responses_and_a_column_per_measure(trs: Study, responses: pd.DataFrame) -> None:
    scores = score_responses(trs, cleaned_of(responses)).scores["person"]
    assert scores[["person", "wave"]].equals(responses[["person", "wave"]])
    assert list(scores.columns[2:]) == [measure.name for measure in trs.declaration.measures]


def test_the_reversed_item_counts_from_the_other_end(trs: Study, responses: pd.DataFrame) -> None:
    found = score_unit(trs, "person", responses)["turnover_intention"]
    assert found.tolist() == pytest.approx([(1 + 2 + (6 - 5) + 2) / 4, (1 + 2 + (6 - 1) + 2) / 4, (5 + (6 - 1) + 5) / 3, NO], nan_ok=True)


def test_measures_are_empty_in_waves_in_which_they_do_not_exist(trs: Study, responses: pd.DataFrame) -> None:
    scores = score_unit(trs, "person", responses).set_index(["person", "wave"])
    assert scores.loc[("P1", "t2"), ["career_steps", "applied", "plan_made", "any_sick_days", "good_health"]].tolist() == [5, 1, 0, 1, 1]
    assert np.isnan(scores.loc[("P1", "t2"), "moved"])
    assert scores.loc[("P1", "t1"), ["career_steps", "applied"]].isna().all()
    assert scores.loc[("P2", "talks")].isna().all()


def test_a_measure_declared_for_one_wave_is_empty_in_the_others(trs: Study, responses: pd.DataFrame) -> None:
    later = trs.measure["turnover_intention"].model_copy(update={"waves": ("t2",)})
    narrowed = replace(trs, declaration=trs.declaration.model_copy(update={"measures": (later,)}))
    assert score_unit(narrowed, "person", responses)["turnover_intention"].notna().tolist() == [False, True, False, False]


def test_classes_are_text_and_numbers_are_numbers(trs: Study, responses: pd.DataFrame) -> None:
    scores = score_unit(trs, "person", responses)
    assert scores["lock_in"].fillna("").tolist() == ["double", "", "", ""]
    kinds = {name: scores[name].dtype.kind for name in scores.columns[2:] if name != "lock_in"}
    assert set(kinds.values()) == {"f"}


def test_scoring_changes_nothing_that_it_was_given(trs: Study, responses: pd.DataFrame) -> None:
    before = responses.copy()
    score_responses(trs, cleaned_of(responses))
    pd.testing.assert_frame_equal(responses, before)


def test_a_block_of_rows_scores_as_all_rows_do(trs: Study, responses: pd.DataFrame) -> None:
    blocks = [score_unit(trs, "person", responses.iloc[:1]), score_unit(trs, "person", responses.iloc[1:])]
    pd.testing.assert_frame_equal(pd.concat(blocks), score_unit(trs, "person", responses))


def test_reversing_twice_gives_the_answers_back(trs: Study, responses: pd.DataFrame) -> None:
    measure = trs.measure["turnover_intention"]
    again = reversed_items(measure, reversed_items(measure, responses))
    pd.testing.assert_frame_equal(again, responses[list(measure.items)])


def test_reliability_has_a_row_per_scale_and_wave_and_a_note_where_there_is_no_alpha(trs: Study, responses: pd.DataFrame) -> None:
    reliability = score_responses(trs, cleaned_of(responses)).reliability
    check_table(RELIABILITY, reliability)
    whole = reliability[reliability["item"] == ""]
    assert whole[["measure", "wave"]].to_numpy().tolist() == [
        ["employability", "t1"],
        ["employability", "t2"],
        ["turnover_intention", "t1"],
        ["turnover_intention", "t2"],
    ]
    items = reliability[reliability["item"] != ""]
    assert items.groupby(["measure", "wave"])["item"].apply(list).to_dict() == {
        (name, wave): sorted(trs.measure[name].items) for name in ("employability", "turnover_intention") for wave in ("t1", "t2")
    }
    turnover = whole.set_index(["measure", "wave"]).loc[("turnover_intention", "t1")]
    assert (turnover["n"], turnover["n_missing"], turnover["note"]) == (1, 1, "too_few_people")
    assert reliability[["alpha", "item_rest"]].isna().all(axis=None)


def test_a_study_without_scales_has_an_empty_reliability_table(jobs2: Study) -> None:
    responses = responses_of(jobs2, [{"person": "1", "wave": "t2", "job_seek": 4.5}])
    scored = score_responses(jobs2, cleaned_of(responses))
    check_table(RELIABILITY, scored.reliability)
    assert scored.reliability.empty
    assert scored.scores["person"]["job_search_self_efficacy"].tolist() == [4.5]
