import numpy as np
import pytest

from pipeline.compare.exhibits.balance import balance_rows, difference_by_average_variance
from tests.compare.conftest import Made

R_PRINTS = 1e-8
FIRST, SECOND = np.array([1.0, 2, 3, 6]), np.array([0.0, 1, 1])


def test_the_denominator_is_the_average_variance() -> None:
    apart = (1 + 2 + 3 + 6) / 4 - (0 + 1 + 1) / 3
    first = ((1 - 3) ** 2 + (2 - 3) ** 2 + 0 + (6 - 3) ** 2) / 3
    second = ((0 - 2 / 3) ** 2 + 2 * (1 - 2 / 3) ** 2) / 2
    assert difference_by_average_variance(FIRST, SECOND) == pytest.approx(apart / ((first + second) / 2) ** 0.5)


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("age", "age"),
        ("turnover_intention@t1", "ti_t1"),
        ("double_lock_in@t1", "double_t1"),
        ("sex=woman", "female"),
        ("employment=permanent", "perm"),
    ],
)
def test_trs_agrees_with_r(made_trs: Made, r_entries: dict, reference: str, name: str) -> None:
    variable, _, category = reference.partition("=")
    values = made_trs.panel.column(variable).dropna()
    numbers = (values == category).astype(float) if category else values
    participant = made_trs.panel.group[values.index] == "participant"
    first, second = numbers[participant].to_numpy(), numbers[~participant].to_numpy()
    entry = r_entries["o.simtrs.balance"]["value"][name]
    assert difference_by_average_variance(first, second) == pytest.approx(entry["smd_sd_pooled_average"], rel=R_PRINTS)


def test_what_does_not_vary_has_no_standardised_difference() -> None:
    assert np.isnan(difference_by_average_variance(np.full(3, 0.1), np.full(7, 0.1)))
    assert np.isnan(difference_by_average_variance(np.ones(3), np.ones(1)))


def test_groups_with_nothing_in_common_differ_without_limit(made_trs: Made) -> None:
    assert difference_by_average_variance(np.full(3, 4.1), np.full(2, 3.0)) == np.inf
    assert difference_by_average_variance(np.zeros(3), np.ones(4)) == -np.inf
    apart = made_trs.with_people(lambda people: (people["group"] == "participant") == (people["sex"] == "woman"))
    rows = {row["term"]: row for row in balance_rows(apart.panel) if row["outcome"] == "sex"}
    for term in ("sex=man: participant - control", "sex=woman: participant - control"):
        assert (rows[term]["estimate"], rows[term]["note"]) == (None, "complete_difference")


def test_the_table_names_the_category_before_the_group(made_trs: Made) -> None:
    rows = {row["term"]: row for row in balance_rows(made_trs.panel) if row["outcome"] == "sex"}
    assert list(rows) == [
        f"sex={category}: {term}" for category in ("man", "woman") for term in ("participant", "control", "participant - control")
    ]
    assert rows["sex=man: participant"]["estimate"] + rows["sex=woman: participant"]["estimate"] == pytest.approx(1)
    assert rows["sex=woman: participant - control"]["note"] == "denominator_average_variance"


def test_numbers_are_described_by_mean_and_standard_deviation(made_trs: Made) -> None:
    rows = [row for row in balance_rows(made_trs.panel) if row["outcome"] == "age"]
    assert [(row["estimand"], row["term"]) for row in rows] == [
        ("mean", "participant"),
        ("standard_deviation", "participant"),
        ("mean", "control"),
        ("standard_deviation", "control"),
        ("standardised_difference", "participant - control"),
    ]


def test_one_group_alone_gives_rows_with_a_note(made_trs: Made) -> None:
    alone = made_trs.with_people(lambda people: people["group"] == "control")
    notes = {row["term"]: row["note"] for row in balance_rows(alone.panel) if row["estimand"] == "standardised_difference"}
    assert set(notes.values()) == {"one_group_empty"}
