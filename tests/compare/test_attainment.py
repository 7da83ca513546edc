"""Attainment: the programme's own figures, each reading, those lost, and denominators that cannot be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.compare.estimators.attainment import attainment
from pipeline.compare.proportions import clopper_pearson_interval, wilson_interval
from pipeline.compare.targets import target_fact, target_support
from tests.compare.cohorts import cohort, reading, rows_of


def reached(count: int, total: int, lost: int = 0, **declared: object) -> dict:
    outcome = [1.0] * count + [0.0] * (total - count) + [np.nan] * lost
    return rows_of(attainment(cohort({"outcome": outcome}, "share", target=0.7, **declared)))


@pytest.mark.parametrize(
    ("count", "fact", "support"),
    [
        (42, "reached", "cannot_tell"),
        (49, "reached", "supported"),
        (48, "reached", "cannot_tell"),
        (41, "not_reached", "cannot_tell"),
        (36, "not_reached", "cannot_tell"),
        (35, "not_reached", "not_supported"),
    ],
)
def test_bergslagsresursens_target_of_seventy_per_cent_of_sixty(count: int, fact: str, support: str) -> None:
    rows = reached(count, 60)
    assert rows["attainment", "all"]["verdict"] == support
    assert rows["attainment_least", "all"]["verdict"] == fact


def test_forty_two_of_sixty_is_exactly_the_target_with_its_published_interval() -> None:
    row = reached(42, 60)["attainment", "all"]
    assert (row["estimate"], row["reference_value"], row["n"]) == (0.7, 0.7, 60)
    assert [round(100 * float(row[end]), 1) for end in ("conf_low", "conf_high")] == [57.5, 80.1]


def test_the_exact_interval_stands_beside_wilsons() -> None:
    rows = reached(42, 60)
    assert (rows["attainment", "all"]["conf_low"], rows["attainment", "all"]["conf_high"]) == wilson_interval(42, 60)
    exact = rows["attainment_exact", "all"]
    assert (exact["conf_low"], exact["conf_high"]) == clopper_pearson_interval(42, 60)


def test_those_lost_are_counted_as_not_reached_and_as_reached() -> None:
    rows = reached(42, 55, lost=5)
    assert rows["attainment", "all"]["estimate"] == 42 / 55
    assert (rows["attainment_least", "all"]["estimate"], rows["attainment_most", "all"]["estimate"]) == (42 / 60, 47 / 60)
    assert rows["attainment_least", "all"]["n_missing"] == 5
    assert reached(40, 55, lost=5)["attainment_least", "all"]["verdict"] == "depends_on_lost"
    assert reached(36, 55, lost=5)["attainment_least", "all"]["verdict"] == "not_reached"


def test_each_reading_has_its_own_denominator() -> None:
    people = {
        "outcome": [1.0] * 42 + [0.0] * 18 + [0.0] * 20 + [1.0] * 10,
        "reading:individual": [True] * 60 + [False] * 30,
        "reading:all_trained": [True] * 90,
        "reading:planned": [True] * 90,
    }
    readings = (reading("individual"), reading("all_trained"), reading("planned", planned=140))
    rows = rows_of(attainment(cohort(people, "share", target=0.7, readings=readings)))
    shares = {term: rows["attainment", term]["estimate"] for term in ("individual", "all_trained", "planned")}
    assert shares == {"individual": 42 / 60, "all_trained": 52 / 90, "planned": 52 / 140}
    assert [rows["attainment_count", term]["estimate"] for term in shares] == [42, 52, 52]
    assert rows["attainment_most", "planned"]["estimate"] == 52 / 140


def test_of_a_number_planned_no_share_is_inferred_when_nothing_is_known_of_anybody() -> None:
    people = {"outcome": [float("nan")] * 90, "reading:all": [True] * 90}
    rows = rows_of(attainment(cohort(people, "share", target=0.7, readings=(reading("all", planned=100),))))
    for estimand in ("attainment", "attainment_exact"):
        row = rows[estimand, "all"]
        assert (row["note"], "estimate" in row, "verdict" in row) == ("nobody_known", False, False)
    assert rows["attainment_least", "all"]["verdict"] == "depends_on_lost"


def test_more_reached_than_were_planned_is_said_and_has_no_interval() -> None:
    people = {"outcome": [1.0] * 65, "reading:planned": [True] * 65}
    rows = rows_of(attainment(cohort(people, "share", target=0.7, readings=(reading("planned", planned=60),))))
    row = rows["attainment", "planned"]
    assert (row["estimate"], row["note"]) == (65 / 60, "more_than_planned")
    assert "conf_low" not in row
    assert rows["attainment_least", "planned"]["verdict"] == "reached"


def test_a_denominator_of_nobody_is_a_row_with_a_note() -> None:
    people = {"outcome": [1.0, 0.0], "reading:nobody": [False, False]}
    rows = rows_of(attainment(cohort(people, "share", target=0.7, readings=(reading("nobody"),))))
    for estimand in ("attainment", "attainment_exact", "attainment_least", "attainment_most"):
        row = rows[estimand, "nobody"]
        assert row["note"] == "denominator_zero"
        assert not {"estimate", "verdict"} & row.keys()
    assert rows["attainment_count", "nobody"]["estimate"] == 0


def test_nobody_followed_up_leaves_only_what_they_could_have_done() -> None:
    rows = reached(0, 0, lost=8)
    assert rows["attainment", "all"]["note"] == "denominator_zero"
    assert (rows["attainment_least", "all"]["estimate"], rows["attainment_most", "all"]["estimate"]) == (0, 1)
    assert rows["attainment_least", "all"]["verdict"] == "depends_on_lost"


def test_women_of_both_groups_add_up_to_the_share_in_the_application() -> None:
    # 24 % of 189 not sick-listed and 53 % of 49 sick-listed are the 30 % of all 238 that the source states.
    women = {"no": round(0.24 * 189), "yes": round(0.53 * 49)}
    outcome = [1.0] * women["no"] + [0.0] * (189 - women["no"]) + [1.0] * women["yes"] + [0.0] * (49 - women["yes"])
    people = {"outcome": outcome, "sick_listed": ["no"] * 189 + ["yes"] * 49}
    rows = attainment(cohort(people, "share", target=0.3, by=("sick_listed",)))
    whole = rows_of(rows)["attainment", "all"]
    assert rows_of(rows)["attainment_count", "all"]["estimate"] == 71
    assert round(100 * float(whole["estimate"])) == 30
    parts = [rows_of(rows, f"sick_listed={code}")["attainment", "all"] for code in ("no", "yes")]
    assert [round(100 * float(part["estimate"])) for part in parts] == [24, 53]
    assert sum(float(part["estimate"]) * part["n"] for part in parts) == pytest.approx(71)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 10), st.floats(0.05, 1))
def test_a_supported_target_was_reached_and_an_unsupported_one_was_not(did: int, did_not: int, lost: int, target: float) -> None:
    if did + did_not == 0:
        return
    outcome = [1.0] * did + [0.0] * did_not + [np.nan] * lost
    rows = rows_of(attainment(cohort({"outcome": outcome}, "share", target=target)))
    least, most = (float(rows[f"attainment_{end}", "all"]["estimate"]) for end in ("least", "most"))
    assert least <= float(rows["attainment", "all"]["estimate"]) <= most
    if rows["attainment", "all"]["verdict"] == "supported":
        assert rows["attainment_least", "all"]["verdict"] != "not_reached"
    if rows["attainment", "all"]["verdict"] == "not_supported":
        assert rows["attainment_least", "all"]["verdict"] != "reached"


def test_an_interval_that_ends_at_the_target_decides_on_the_side_it_lies_on() -> None:
    assert target_support((0.7, 0.9), 0.7) == "supported"
    assert target_support((0.5, 0.7), 0.7) == "cannot_tell"
    assert target_fact(0.1 + 0.6, 1.0, 0.7) == "reached"
