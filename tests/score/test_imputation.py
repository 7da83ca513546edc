"""Which answers are imputed, which are not, and what measures become of them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.score.imputation import LINKED_UNKNOWN, TOO_LARGE, answers_of, impute_answers, references_imputed
from pipeline.score.scores import score_responses
from pipeline.spec.study import Study
from pipeline.tables.results import Cleaned, Scored
from tests.once import scored_of

ID = "person"


@pytest.fixture(scope="module")
def made(trs: Study) -> tuple[Cleaned, Scored]:
    return scored_of(trs)


def imputed_of(made: tuple[Cleaned, Scored]) -> pd.DataFrame:
    return made[1].imputed["person"].set_index(["imputation", ID])


def answered(made: tuple[Cleaned, Scored], wave: str) -> pd.DataFrame:
    return made[0].responses["person"].query("wave == @wave").set_index(ID)


def known(made: tuple[Cleaned, Scored], name: str, wave: str) -> pd.Series:
    return made[1].scores["person"].query("wave == @wave").set_index(ID)[name].dropna()


def test_what_is_known_stays_and_every_imputation_holds_everybody(trs: Study, made: tuple[Cleaned, Scored]) -> None:
    frame = imputed_of(made)
    assert frame.index.get_level_values(0).unique().tolist() == list(range(1, trs.declaration.imputation.m + 1))
    assert set(frame.columns) == set(references_imputed(trs)) - {"sector"}
    for number, rows in frame.groupby("imputation"):
        full = known(made, "turnover_intention", "t2")
        whole = answered(made, "t2")[["ti_1", "ti_2", "ti_3", "ti_4"]].dropna().index
        assert rows.loc[number]["turnover_intention@t2"].reindex(whole).tolist() == full.reindex(whole).tolist()


def test_measures_of_imputed_answers_are_what_their_rules_make(made: tuple[Cleaned, Scored]) -> None:
    frame, whole = imputed_of(made), answered(made, "t2")
    lost = frame.loc[1].index.difference(whole.index)
    values = frame.loc[1].loc[lost, "turnover_intention@t2"]
    assert len(lost) > 100
    assert values.notna().all()
    assert (values * 4 == np.round(values * 4)).all()  # means of four answers from 1 to 5
    assert values.between(1, 5).all()
    assert set(frame.loc[1].loc[lost, "moved@t2"]) == {0.0, 1.0}


def test_nobody_gets_an_answer_that_is_not_theirs_or_decides_nothing(made: tuple[Cleaned, Scored]) -> None:
    frame, after = imputed_of(made), answered(made, "t2")
    retired = after.index[after["mobility"] == "retired"]
    not_asked = after.index[after["ti_1__missing"] == 1]
    unsure = after.index[(after["preferred_workplace"] == "dont_know") & (after["preferred_occupation"] != "yes")]
    assert min(map(len, (retired, not_asked, unsure))) > 0
    for rows in (frame.loc[number] for number in (1, 2, 3)):
        assert rows.loc[retired, "moved@t2"].isna().all()
        assert rows.loc[not_asked, "turnover_intention@t2"].isna().all()
        assert rows.loc[unsure, "double_lock_in@t2"].isna().all()


def test_every_imputation_leaves_the_same_people_out(made: tuple[Cleaned, Scored]) -> None:
    unknown = imputed_of(made).isna().groupby(ID).mean()
    assert set(np.unique(unknown.to_numpy())) <= {0.0, 1.0}


def test_the_table_counts_whose_value_was_imputed(made: tuple[Cleaned, Scored]) -> None:
    rows = made[1].imputation.set_index(["outcome", "wave"])
    frame, first = imputed_of(made), known(made, "turnover_intention", "t1")
    assert (
        rows.loc[("turnover_intention", "t1"), "n"]
        == (frame.loc[1]["turnover_intention@t1"].notna() & ~frame.loc[1].index.isin(first.index)).sum()
    )
    assert rows.loc[("sex", ""), "n"] == 0
    assert rows["note"].eq("").all()


def test_the_order_of_rows_changes_nothing(trs: Study, made: tuple[Cleaned, Scored]) -> None:
    cleaned = made[0]
    turned = replace(
        cleaned,
        responses={unit: rows.iloc[::-1] for unit, rows in cleaned.responses.items()},
        units={unit: rows.iloc[::-1] for unit, rows in cleaned.units.items()},
    )
    few = with_imputation(trs, m=2, rounds=2)
    one, other = (score_responses(few, each).imputed["person"] for each in (cleaned, turned))
    pd.testing.assert_frame_equal(one, other)


def with_imputation(study: Study, **changes: object) -> Study:
    how = study.declaration.imputation.model_copy(update=changes)
    return replace(study, declaration=study.declaration.model_copy(update={"imputation": how}))


def test_more_columns_than_people_is_a_row_with_a_note(trs: Study, made: tuple[Cleaned, Scored]) -> None:
    cleaned, scored = made
    few = cleaned.units["person"].iloc[:30]
    frames, rows = impute_answers(trs, replace(cleaned, units={**cleaned.units, "person": few}), scored.scores["person"])
    assert frames == {}
    assert rows["note"].eq(TOO_LARGE).all()


def test_a_linked_unit_of_which_something_is_unknown_is_a_row_with_a_note(trs: Study, made: tuple[Cleaned, Scored]) -> None:
    cleaned, scored = made
    workplaces = cleaned.units["workplace"].copy()
    workplaces.loc[0, "sector"] = np.nan
    frames, rows = impute_answers(trs, replace(cleaned, units={**cleaned.units, "workplace": workplaces}), scored.scores["person"])
    assert frames == {}
    assert rows["note"].eq(LINKED_UNKNOWN).all()


def test_a_measure_is_made_of_its_items_and_a_variable_of_itself(trs: Study) -> None:
    assert answers_of(trs, "moved@t2") == [("mobility", "t2")]
    assert answers_of(trs, "age") == [("age", "")]
