import numpy as np
import pytest

from pipeline.compare.estimators.retrospective import retrospective
from tests.compare.cohorts import cohort, rows_of

BEFORE = [4.0, 3, 4, 5, 3, 4]
THEN = [2.0, 2, 3, 3, 2, 3]
NOW = [4.0, 4, 4, 5, 4, 4]


def asked(**changes: object):
    return cohort({"outcome": NOW, "before": BEFORE, "then": THEN, **changes}, before="t1", then="then@t2")


def test_the_two_changes_differ_by_the_response_shift() -> None:
    rows = rows_of(retrospective(asked()))
    found = {key: row["estimate"] for key, row in rows.items() if not key[0].startswith("mean_") or key[0] == "mean_change"}
    assert found == pytest.approx(
        {
            ("mean_change", "now - then"): (2 + 2 + 1 + 2 + 2 + 1) / 6,
            ("mean_change", "after - before"): (0 + 1 + 0 + 0 + 1 + 0) / 6,
            ("response_shift", "then - before"): -(2 + 1 + 1 + 2 + 1 + 1) / 6,
        }
    )
    assert found["mean_change", "after - before"] == pytest.approx(
        found["mean_change", "now - then"] + found["response_shift", "then - before"]
    )


def test_all_that_is_self_rated_rests_on_the_same_people() -> None:
    rows = rows_of(retrospective(asked(before=[np.nan, *BEFORE[1:]], then=[*THEN[:5], np.nan])))
    assert {row["n"] for row in rows.values()} == {4}
    assert {row["n_missing"] for row in rows.values()} == {2}


def test_what_was_tested_is_a_row_of_its_own_outcome() -> None:
    columns = {"outcome": NOW, "before": BEFORE, "then": THEN, "beside": [6.0, 7, 5, 6, 8, np.nan], "beside_before": [4.0, 6, 5, 5, 6, 3]}
    given = cohort(columns, before="t1", then="then@t2", beside="knowledge_test@t2")
    [row] = [row for row in retrospective(given) if row.get("outcome") == "knowledge_test" and row["estimand"] == "mean_change"]
    assert (row["term"], row["wave"], row["n"]) == ("after - before", "t2", 5)
    assert row["estimate"] == pytest.approx((2 + 1 + 0 + 1 + 2) / 5)


def test_nobody_who_changed_the_rating_of_then_is_a_note() -> None:
    rows = rows_of(retrospective(asked(then=BEFORE)))
    assert rows["response_shift", "then - before"]["note"] == "nobody_changed"
    assert rows["response_shift", "then - before"]["estimate"] == 0


def test_a_wave_missing_for_everyone_is_a_row_with_a_note() -> None:
    rows = rows_of(retrospective(asked(before=[np.nan] * 6)))
    assert {row["note"] for row in rows.values()} == {"too_few_people"}
    assert not any("estimate" in row for row in rows.values())
