"""Attainment: the programme's own figures, each reading, those lost, and denominators that cannot be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.compare.estimators.attainment import attainment
from pipeline.compare.numbers.proportions import clopper_pearson_interval, wilson_interval
from pipeline.compare.verdicts import target_fact, target_support
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


# --- clusters


def in_clusters(sizes: dict[str, tuple[int, int]], **declared: object) -> dict:
    """Give the rows of clusters in which so many, of so many, reached it."""
    outcome = [float(place < did) for did, total in sizes.values() for place in range(total)]
    cluster = [name for name, (_, total) in sizes.items() for _ in range(total)]
    return rows_of(attainment(cohort({"outcome": outcome, "cluster": cluster}, "share", target=0.7, **declared)))


ALIKE = {"a": (14, 16), "b": (15, 15), "c": (13, 14), "d": (4, 15)}


def test_a_target_supported_as_if_people_were_independent_is_not_where_one_employer_differs() -> None:
    did, total = (sum(one[place] for one in ALIKE.values()) for place in (0, 1))
    row = in_clusters(ALIKE)["attainment", "all"]
    low, high = wilson_interval(did, total)
    assert (row["estimate"], row["n_clusters"]) == (did / total, 4)
    assert row["conf_low"] < low < high < row["conf_high"]
    assert (target_support((low, high), 0.64), target_support((row["conf_low"], row["conf_high"]), 0.64)) == ("supported", "cannot_tell")


def test_everybody_a_cluster_of_one_keeps_wilsons_interval_but_for_students_t() -> None:
    alone = {f"p{place}": (int(place < 42), 1) for place in range(60)}
    row, exact = (in_clusters(alone)[estimand, "all"] for estimand in ("attainment", "attainment_exact"))
    assert (row["conf_low"], row["conf_high"]) == pytest.approx(wilson_interval(42, 60), abs=0.01)
    assert (exact["conf_low"], exact["conf_high"]) == pytest.approx(clopper_pearson_interval(42, 60), abs=0.01)


def test_all_of_one_cluster_have_a_share_and_a_fact_but_no_inference() -> None:
    rows = in_clusters({"a": (18, 20)})
    for estimand in ("attainment", "attainment_exact"):
        row = rows[estimand, "all"]
        assert (row["estimate"], row["n_clusters"], row["note"]) == (18 / 20, 1, "under_two_clusters")
        assert not {"conf_low", "verdict"} & row.keys()
    assert rows["attainment_least", "all"]["verdict"] == "reached"


def test_a_unit_of_an_unknown_cluster_stays_in_the_share() -> None:
    people = {"outcome": [1.0] * 15 + [0.0] * 5, "cluster": [*"aaaaabbbbbcccccdddd", None]}
    row = rows_of(attainment(cohort(people, "share", target=0.7)))["attainment", "all"]
    assert (row["estimate"], row["n"], row["n_clusters"]) == (15 / 20, 20, 5)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=6))
def test_clusters_never_narrow_an_interval(counts: list[tuple[int, int]]) -> None:
    sizes = {f"c{place}": (did, did + did_not) for place, (did, did_not) in enumerate(counts) if did + did_not}
    if len(sizes) < 2:
        return
    rows = in_clusters(sizes)
    did, total = (sum(one[place] for one in sizes.values()) for place in (0, 1))
    for estimand, interval in (("attainment", wilson_interval), ("attainment_exact", clopper_pearson_interval)):
        low, high = interval(did, total)
        row = rows[estimand, "all"]
        assert 0 <= row["conf_low"] <= low + 1e-12
        assert high - 1e-12 <= row["conf_high"] <= 1


# --- those lost


@pytest.mark.parametrize(
    ("did", "did_not", "lost", "support", "note"),
    [
        (110, 20, 0, "supported", ""),
        (110, 20, 30, "cannot_tell", "support_depends_on_lost"),  # 110 of 160 would not be
        (60, 80, 0, "not_supported", ""),
        (60, 80, 100, "cannot_tell", "support_depends_on_lost"),  # 160 of 240 need not be below
        (110, 20, 4, "supported", ""),
        (42, 18, 10, "cannot_tell", ""),
    ],
)
def test_an_inference_is_no_surer_than_the_fact_beside_it(did: int, did_not: int, lost: int, support: str, note: str) -> None:
    row = reached(did, did + did_not, lost)["attainment", "all"]
    assert (row["verdict"], row["note"]) == (support, note)


def test_of_a_number_planned_those_lost_are_unknown_not_failures() -> None:
    people = {"outcome": [1.0] * 45 + [0.0] * 25 + [np.nan] * 30, "reading:planned": [True] * 100}
    rows = rows_of(attainment(cohort(people, "share", target=0.7, readings=(reading("planned", planned=110),))))
    assert wilson_interval(45, 110)[1] < 0.7 < 75 / 110 + 0.1
    assert (rows["attainment", "planned"]["verdict"], rows["attainment", "planned"]["note"]) == ("cannot_tell", "support_depends_on_lost")
    people["outcome"] = [1.0] * 20 + [0.0] * 70 + [np.nan] * 10
    rows = rows_of(attainment(cohort(people, "share", target=0.7, readings=(reading("planned", planned=110),))))
    assert rows["attainment", "planned"]["verdict"] == "not_supported"


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 20), st.integers(1, 140), st.floats(0.05, 0.95))
def test_no_inference_where_the_fact_depends_on_those_lost(did: int, did_not: int, lost: int, planned: int, target: float) -> None:
    outcome = [1.0] * did + [0.0] * did_not + [np.nan] * lost
    if not outcome:
        return
    people = {"outcome": outcome, "reading:here": [True] * len(outcome), "reading:planned": [True] * len(outcome)}
    readings = (reading("here"), reading("planned", planned=planned))
    rows = rows_of(attainment(cohort(people, "share", target=target, readings=readings)))
    for name in ("here", "planned"):
        if rows["attainment_least", name]["verdict"] == "depends_on_lost":
            assert rows["attainment", name].get("verdict", "") in ("", "cannot_tell")
