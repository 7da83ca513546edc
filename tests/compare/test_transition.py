"""Transition: moves by hand, tests against the functions, and groups in which nobody moved."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.compare.estimators.transition import transition
from pipeline.compare.gather.protocol import run_estimator
from pipeline.compare.numbers.contingency_tables import bhapkar_test, change_in_share, mcnemar_exact_p, mcnemar_test, stuart_maxwell_test
from pipeline.compare.numbers.means import clustered_mean_change
from pipeline.compare.numbers.proportions import clustering_of, share_interval
from tests.compare.cohorts import cohort, rows_of
from tests.compare.groups import has_no_numbers

LADDER = ("inactive", "unemployed", "practice", "work")
COUNTS = np.array([[3, 6, 2, 1], [1, 5, 7, 4], [0, 2, 3, 5], [0, 1, 0, 2]])


def moves(counts: np.ndarray, **more: object):
    before, after = (np.repeat(places.ravel(), counts.ravel()) for places in np.indices(counts.shape))
    columns = {name: pd.Categorical.from_codes(places, LADDER) for name, places in (("before", before), ("outcome", after))}
    return cohort({**columns, **more}, "category", before="start")


def two_states(counts: np.ndarray):
    before, after = (np.repeat(places.ravel(), counts.ravel()).astype(float) for places in np.indices(counts.shape))
    return cohort({"outcome": after, "before": before}, "share", before="start")


def test_moves_follow_the_declared_order_of_the_classes() -> None:
    rows = rows_of(transition(moves(COUNTS)))
    assert rows["share_up", "all"]["estimate"] == (6 + 2 + 1 + 7 + 4 + 5) / 42
    assert rows["share_same", "all"]["estimate"] == (3 + 5 + 3 + 2) / 42
    assert rows["share_down", "all"]["estimate"] == (1 + 0 + 2 + 0 + 1 + 0) / 42


def test_more_classes_are_tested_by_stuart_and_maxwell_and_by_bhapkar() -> None:
    rows = rows_of(transition(moves(COUNTS)))
    for term, test in (("stuart_maxwell", stuart_maxwell_test), ("bhapkar", bhapkar_test)):
        row, expected = rows["marginal_homogeneity", term], test(COUNTS)
        assert (row["statistic"], row["df"], row["p_value"], row["note"]) == (expected.statistic, 3, expected.p_value, "")


def test_two_states_are_tested_by_mcnemar_with_the_change_beside() -> None:
    counts = np.array([[20, 15], [4, 11]])
    rows = rows_of(transition(two_states(counts)))
    assert rows["marginal_homogeneity", "mcnemar"]["p_value"] == mcnemar_test(counts).p_value
    assert rows["marginal_homogeneity", "mcnemar_exact"]["p_value"] == mcnemar_exact_p(counts)
    change, expected = rows["share_change", "all"], change_in_share(counts)
    assert (change["estimate"], change["conf_low"]) == (pytest.approx((15 - 4) / 50), expected.conf_low)


def test_a_class_that_nobody_entered_or_left_is_named_as_left_out() -> None:
    counts = COUNTS.copy()
    counts[0, :] = counts[:, 0] = 0
    row = rows_of(transition(moves(counts)))["marginal_homogeneity", "stuart_maxwell"]
    assert row["df"] == 2
    assert "classes_left_out" in row["note"]


def test_few_movers_and_moves_in_one_direction_only_are_said() -> None:
    counts = np.zeros((4, 4), dtype=int)
    counts[1, 3], counts[0, 3] = 4, 2
    rows = rows_of(transition(moves(counts)))
    assert rows["marginal_homogeneity", "stuart_maxwell"]["note"] == "few_moved classes_left_out"
    assert rows["marginal_homogeneity", "bhapkar"]["note"] == "few_moved classes_left_out one_way_only"


@pytest.mark.parametrize(("counts", "note"), [(np.diag([4, 3, 0, 1]), "nobody_changed"), (np.zeros((4, 4), dtype=int), "too_few_people")])
def test_nobody_moving_is_a_row_with_a_note(counts: np.ndarray, note: str) -> None:
    rows = rows_of(transition(moves(counts)))
    for term in ("stuart_maxwell", "bhapkar"):
        assert rows["marginal_homogeneity", term]["note"] == note
        assert has_no_numbers(rows["marginal_homogeneity", term])


@pytest.mark.parametrize(("counts", "moved"), [([[30, 12], [0, 0]], 12 / 42), ([[0, 0], [6, 30]], -6 / 36)])
def test_a_change_from_one_state_is_an_interval_and_no_test(counts: list[list[int]], moved: float) -> None:
    rows = rows_of(transition(two_states(np.array(counts))))
    for term in ("mcnemar", "mcnemar_exact"):
        row = rows["marginal_homogeneity", term]
        assert (row["note"], "p_value" in row) == ("constant_before", False)
    change, up, down = (rows[name, "all"] for name in ("share_change", "share_up", "share_down"))
    assert change["estimate"] == pytest.approx(moved)
    expected = (up["conf_low"], up["conf_high"]) if moved > 0 else (-down["conf_high"], -down["conf_low"])
    assert (change["conf_low"], change["conf_high"]) == expected


def test_classes_that_all_begin_on_one_rung_are_not_tested_and_those_of_a_level_only_are() -> None:
    counts = np.zeros((4, 4), dtype=int)
    counts[1] = [3, 9, 6, 4]
    rows = rows_of(transition(moves(counts)))
    assert {rows["marginal_homogeneity", term]["note"] for term in ("stuart_maxwell", "bhapkar")} == {"constant_before"}
    counts[2, 3] = 2
    levels = transition(cohort(moves(counts, sex=["woman"] * 22 + ["man"] * 2).frame, "category", before="start", by=("sex",)))
    assert "constant_before" not in str(rows_of(levels, "sex=woman")["marginal_homogeneity", "bhapkar"]["note"])


def test_two_states_without_anybody_is_a_row_with_a_note() -> None:
    rows = rows_of(transition(two_states(np.zeros((2, 2), dtype=int))))
    assert {row["note"] for row in rows.values()} == {"too_few_people"}


def test_an_unknown_state_is_not_a_move() -> None:
    given = moves(COUNTS)
    frame = given.frame.copy()
    frame.loc[0, "outcome"] = np.nan
    rows = rows_of(transition(cohort(frame, "category", before="start")))
    assert (rows["share_up", "all"]["n"], rows["share_up", "all"]["n_missing"]) == (41, 1)


def test_each_level_is_counted_by_itself() -> None:
    sex = ["woman"] * 20 + ["man"] * 22
    given = moves(COUNTS, sex=sex)
    rows = transition(cohort(given.frame, "category", before="start", by=("sex",)))
    whole, woman, man = (rows_of(rows, level)["share_up", "all"] for level in ("all", "sex=woman", "sex=man"))
    assert woman["n"] + man["n"] == whole["n"]
    assert float(woman["estimate"]) * 20 + float(man["estimate"]) * 22 == pytest.approx(float(whole["estimate"]) * 42)


# --- clusters


SEMINARS = [f"s{place % 5}" for place in range(50)]


def test_in_clusters_the_shares_and_the_change_of_a_share_allow_for_them_and_the_tests_say_that_they_do_not() -> None:
    counts = np.array([[20, 15], [4, 11]])
    given = replace(two_states(counts), clustered=True)
    given = replace(given, frame=given.frame.assign(cluster=sorted(SEMINARS)))
    rows = rows_of(run_estimator("transition", given))
    moved = given.frame["outcome"].to_numpy() - given.frame["before"].to_numpy()
    change, tested = rows["share_change", "all"], clustered_mean_change(moved, np.array(sorted(SEMINARS)))
    assert (change["conf_low"], change["p_value"], change["n_clusters"]) == (
        pytest.approx(tested.conf_low),
        pytest.approx(tested.p_value),
        5,
    )
    expected = share_interval(15, 50, 0.95, clustering_of(moved > 0, np.array(sorted(SEMINARS))))
    assert (rows["share_up", "all"]["conf_low"], rows["share_up", "all"]["conf_high"]) == pytest.approx(expected)
    noted = {key for key, row in rows.items() if "clusters_ignored" in str(row["note"])}
    assert noted == {("marginal_homogeneity", "mcnemar"), ("marginal_homogeneity", "mcnemar_exact")}


def test_a_unit_of_an_unknown_cluster_is_no_part_of_a_change_in_clusters() -> None:
    rows = rows_of(transition(replace(moves(COUNTS, cluster=[None, *(f"s{place % 5}" for place in range(41))]), clustered=True)))
    assert (rows["share_up", "all"]["n"], rows["share_up", "all"]["n_missing"], rows["share_up", "all"]["n_clusters"]) == (41, 1, 5)
