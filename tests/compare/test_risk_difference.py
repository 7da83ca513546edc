"""Risk difference: sums, properties and refusals; numbers from R are in tests/reference."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.compare.estimators.risk_difference import risk_difference
from pipeline.compare.numbers.contingency_tables import fisher_p
from pipeline.compare.numbers.risks import newcombe_difference, odds_ratio, risk_ratio
from tests.compare.groups import NUMBERS, cells, has_no_numbers, numbers_of, shuffled, swapped, two


def shares(first_count: int, first_total: int, second_count: int, second_total: int):
    """Compare a group of whom so many did with another."""
    first = [1.0] * first_count + [0.0] * (first_total - first_count)
    return two(first, [1.0] * second_count + [0.0] * (second_total - second_count), kind="share")


def rows_of(comparison) -> dict[str, dict[str, object]]:
    return {row["estimand"]: row for row in risk_difference(comparison)}


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, int, int, int]:
    first_total, second_total = draw(st.integers(1, 60)), draw(st.integers(1, 60))
    return draw(st.integers(0, first_total)), first_total, draw(st.integers(0, second_total)), second_total


def test_the_three_rows_say_what_they_compare() -> None:
    rows = rows_of(shares(30, 100, 20, 100))
    assert {name: (row["term"], row["measure_unit"]) for name, row in rows.items()} == {
        "risk_difference": ("participant - control", "share"),
        "risk_ratio": ("participant / control", "ratio"),
        "odds_ratio": ("participant / control", "ratio"),
    }
    assert rows["risk_difference"]["estimate"] == pytest.approx(30 / 100 - 20 / 100)
    assert rows["risk_ratio"]["estimate"] == pytest.approx((30 / 100) / (20 / 100))
    assert rows["odds_ratio"]["estimate"] == pytest.approx((30 / 70) / (20 / 80))


def test_the_comparison_has_one_p_value() -> None:
    rows = rows_of(shares(30, 100, 20, 100))
    # n (ad - bc)^2 over the product of the margins
    assert rows["risk_difference"]["statistic"] == pytest.approx(200 * (30 * 80 - 70 * 20) ** 2 / (50 * 150 * 100 * 100))
    assert "p_value" not in rows["risk_ratio"]
    assert "p_value" not in rows["odds_ratio"]


def test_mobility_of_women_and_men_as_published() -> None:
    # Liljegren and Ekberg (2008): 95 of 401 women and 82 of 261 men had moved.
    rows = rows_of(shares(46 + 49, 401, 42 + 40, 261))
    difference, ratio = rows["risk_difference"], rows["odds_ratio"]
    assert [round(100 * difference[name], 2) for name in ("estimate", "conf_low", "conf_high")] == [-7.73, -14.77, -0.82]
    assert [round(ratio[name], 4) for name in ("estimate", "conf_low", "conf_high")] == [0.6777, 0.4784, 0.9601]
    assert round(fisher_p(cells(95, 401, 82, 261)), 5) == 0.03113


@given(tables())
def test_swapping_the_groups_negates_the_difference_and_inverts_the_ratios(table: tuple[int, int, int, int]) -> None:
    one, other = rows_of(shares(*table)), rows_of(swapped(shares(*table)))
    ends = ("estimate", "conf_low", "conf_high")
    mirrored = ("estimate", "conf_high", "conf_low")
    negated = [-number for number in numbers_of(other["risk_difference"], mirrored)]
    assert numbers_of(one["risk_difference"], ends) == pytest.approx(negated, rel=1e-12, abs=1e-15)
    assert one["risk_difference"]["p_value"] == pytest.approx(other["risk_difference"]["p_value"], rel=1e-9)
    for ratio in ("risk_ratio", "odds_ratio"):
        inverted = [1 / number for number in numbers_of(other[ratio], mirrored)]
        assert numbers_of(one[ratio], ends) == pytest.approx(inverted, rel=1e-12, nan_ok=True)
        assert one[ratio]["note"] == other[ratio]["note"]


@given(tables())
def test_the_interval_holds_the_difference_and_stays_possible(table: tuple[int, int, int, int]) -> None:
    found = newcombe_difference(cells(*table))
    assert -1 <= found.conf_low <= found.estimate <= found.conf_high <= 1


def test_the_order_of_people_changes_no_digit() -> None:
    comparison = shares(7, 23, 11, 19)
    for one, other in zip(risk_difference(comparison), risk_difference(shuffled(comparison)), strict=True):
        assert numbers_of(one, NUMBERS) == pytest.approx(numbers_of(other, NUMBERS), rel=0, abs=0, nan_ok=True)


def test_small_expected_counts_bring_fishers_test() -> None:
    difference = rows_of(shares(3, 9, 1, 12))["risk_difference"]
    assert difference["note"] == "fisher_used"
    assert difference["p_value"] == pytest.approx((1008 + 495 + 126) / 5985)
    assert "statistic" not in difference


ZERO_CELLS = {
    # table: which ratio is undefined
    (0, 10, 4, 10): ("risk_ratio", "odds_ratio"),
    (4, 10, 0, 10): ("risk_ratio", "odds_ratio"),
    (0, 10, 0, 10): ("risk_ratio", "odds_ratio"),
    (10, 10, 10, 10): ("risk_ratio", "odds_ratio"),
    (10, 10, 4, 10): ("odds_ratio",),
    (4, 10, 10, 10): ("odds_ratio",),
}


@pytest.mark.parametrize("table", ZERO_CELLS)
def test_an_empty_cell_empties_the_ratios_that_it_leaves_undefined(table: tuple[int, int, int, int]) -> None:
    rows = rows_of(shares(*table))
    empty = tuple(name for name in ("risk_ratio", "odds_ratio") if has_no_numbers(rows[name]))
    assert empty == ZERO_CELLS[table]
    assert all(rows[name]["note"] == "zero_cell" for name in empty)
    assert np.isfinite(numbers_of(rows["risk_difference"], ("estimate", "conf_low", "conf_high", "p_value"))).all()


def test_two_groups_in_which_nobody_did_still_differ_by_an_unknown_little() -> None:
    difference = rows_of(shares(0, 20, 0, 30))["risk_difference"]
    assert difference["estimate"] == 0
    assert difference["conf_low"] < 0 < difference["conf_high"]
    assert difference["p_value"] == pytest.approx(1)


@pytest.mark.parametrize(("first", "second"), [([], [1, 0]), ([np.nan], [1, 0]), ([], [])])
def test_an_empty_group_is_three_rows_with_a_note(first: list, second: list) -> None:
    rows = risk_difference(two(first, second, kind="share"))
    assert [row["note"] for row in rows] == ["one_group_empty"] * 3
    assert all(has_no_numbers(row) for row in rows)


def test_ratios_are_wider_on_fewer_people() -> None:
    few, many = (odds_ratio(cells(3 * k, 10 * k, 2 * k, 10 * k)) for k in (2, 50))
    assert few.estimate == pytest.approx(many.estimate)
    assert few.conf_low < many.conf_low < many.estimate < many.conf_high < few.conf_high
    assert risk_ratio(cells(30, 100, 20, 100)).estimate < many.estimate
