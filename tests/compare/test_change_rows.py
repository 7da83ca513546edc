"""What estimators of change share: the means that a change lies between, and what cannot be estimated."""

import numpy as np
import pandas as pd
import pytest

from pipeline.compare.estimators.paired import paired
from pipeline.compare.estimators.retrospective import retrospective
from pipeline.compare.gather.cohort import Cohort
from pipeline.spec.declaration import Analysis

NAN = float("nan")
CHANGE, BEFORE, AFTER = "mean_change", "mean_before", "mean_after"


def cohort(frame: dict[str, list], by: tuple[str, ...] = (), **declared: object) -> Cohort:
    """Number questions right of four, of units in ``frame``; clustered when it has a cluster."""
    analysis = Analysis.model_validate(
        {"id": "a", "role": "primary", "estimator": "paired", "outcomes": ("right@after",), "before": "before"}
        | {"label": {"sv": "a", "en": "a"}}
        | declared
    )
    made = pd.DataFrame(frame).astype({f"level:{name}": "category" for name in by})
    return Cohort("right@after", "number", made, by, "cluster" in frame, analysis, "higher", 0.0, 4.0, 1)


def by_key(rows: list[dict[str, object]]) -> dict[tuple[object, ...], dict[str, object]]:
    return {(row["level"], row["estimand"], row.get("outcome", ""), row.get("term", "")): row for row in rows}


def test_the_change_lies_between_the_means_of_the_same_people() -> None:
    rows = by_key(paired(cohort({"before": [1.0, 2, 3, 4], "outcome": [2.0, 4, NAN, 3]})))
    before, after, change = (rows["all", estimand, "", ""] for estimand in (BEFORE, AFTER, CHANGE))
    assert before["estimate"] == (1 + 2 + 4) / 3
    assert after["estimate"] == (2 + 4 + 3) / 3
    assert change["estimate"] == pytest.approx((1 + 2 - 1) / 3)
    assert [row["n"] for row in (before, after, change)] == [3, 3, 3]
    assert [row["n_missing"] for row in (before, after, change)] == [1, 1, 1]


def test_the_interval_of_a_mean_is_students() -> None:
    row = by_key(paired(cohort({"before": [1.0, 2, 3], "outcome": [2.0, 4, 3]})))["all", BEFORE, "", ""]
    half = 4.302652729749464 * 1 / np.sqrt(3)  # t of 2 degrees of freedom, standard deviation 1
    assert (row["conf_low"], row["conf_high"]) == pytest.approx((2 - half, 2 + half))
    assert "p_value" not in row


def test_people_of_one_seminar_may_resemble_each_other() -> None:
    frame = {"before": [1.0, 1, 3, 3], "outcome": [2.0, 2, 3, 4]}
    alone = by_key(paired(cohort(frame)))["all", BEFORE, "", ""]
    clustered = by_key(paired(cohort(frame | {"cluster": ["a", "a", "b", "b"]})))["all", BEFORE, "", ""]
    assert clustered["n_clusters"] == 2
    assert clustered["conf_high"] - clustered["conf_low"] > alone["conf_high"] - alone["conf_low"]  # type: ignore[operator]


def test_all_tied_pairs_are_a_change_of_zero_without_a_test() -> None:
    rows = by_key(paired(cohort({"before": [2.0, 3, 2], "outcome": [2.0, 3, 2], "cluster": ["a", "a", "b"]})))
    change, median = rows["all", CHANGE, "", ""], rows["all", "median_change", "", ""]
    assert (change["estimate"], change["note"], "p_value" in change) == (0.0, "nobody_changed", False)
    assert "nobody_changed" in str(median["note"]).split()
    assert rows["all", "share_unchanged", "", ""]["estimate"] == 3 / 3


def test_a_wave_that_nobody_answered_leaves_rows_with_a_note() -> None:
    rows = paired(cohort({"before": [2.0, 3, 2], "outcome": [NAN, NAN, NAN], "cluster": ["a", "a", "b"]}))
    assert {"too_few_people"} <= set(str(rows[0]["note"]).split())
    assert all("estimate" not in row and "too_few_people" in str(row["note"]).split() for row in rows)
    assert {row["n"] for row in rows} == {0}


def test_an_agency_with_one_attendee_has_a_change_without_interval() -> None:
    agency = ["a", "a", "a", "b"]
    frame = {"before": [1.0, 2, 3, 2], "outcome": [2.0, 4, 3, 3], "level:agency": agency, "cluster": agency}
    rows = by_key(paired(cohort(frame, by=("agency",))))
    alone = rows["agency=b", CHANGE, "", ""]
    assert (alone["n"], alone["estimate"], "conf_low" in alone) == (1, 1.0, False)
    assert "too_few_people" in str(alone["note"]).split()
    assert (rows["agency=b", BEFORE, "", ""]["estimate"], rows["agency=b", BEFORE, "", ""]["note"]) == (
        2.0,
        "too_few_people within_one_cluster",
    )


def test_clusters_with_the_same_mean_give_no_error_of_zero() -> None:
    row = by_key(paired(cohort({"before": [1.0, 2, 3, 2], "outcome": [2.0, 4, 3, 3], "cluster": ["a", "a", "a", "b"]})))[
        "all", CHANGE, "", ""
    ]
    assert (row["estimate"], row["note"], "p_value" in row) == ((1 + 2 + 0 + 1) / 4, "same_mean_in_clusters", False)


def test_equal_answers_have_a_mean_without_interval() -> None:
    row = by_key(paired(cohort({"before": [2.0, 2, 2], "outcome": [3.0, 4, 4]})))["all", BEFORE, "", ""]
    assert (row["estimate"], row["note"], "conf_low" in row) == (2.0, "constant_outcome", False)


def test_self_rated_means_rest_on_the_same_people_and_tested_ones_on_their_own() -> None:
    frame = {"outcome": [4.0, 3, NAN], "then": [1.0, 2, 1], "before": [2.0, 3, 3]}
    beside = {"beside": [3.0, 4, 2], "beside_before": [1.0, 2, 2]}
    rows = by_key(retrospective(cohort(frame | beside, estimator="retrospective", then="now@after", beside="right@after")))
    means = {key[1]: row for key, row in rows.items() if str(key[1]).startswith("mean_") and key[2] == "" and key[3] == ""}
    assert {name: row["estimate"] for name, row in means.items()} == {
        "mean_then": (1 + 2) / 2,
        "mean_before": (2 + 3) / 2,
        "mean_after": (4 + 3) / 2,
    }
    assert rows["all", "response_shift", "", "then - before"]["estimate"] == (1 - 2 + 2 - 3) / 2
    assert rows["all", BEFORE, "right", ""]["estimate"] == pytest.approx((1 + 2 + 2) / 3)
    assert rows["all", AFTER, "right", ""]["n"] == 3
