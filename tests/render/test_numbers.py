"""How numbers are written in Swedish and English."""

import math

import pytest

from pipeline.render.numbers import MINUS, NBSP, interval, number, p_number, p_value, percent


@pytest.mark.parametrize(
    ("value", "digits", "swedish", "english"),
    [
        (1234.5, 1, f"1{NBSP}234,5", "1,234.5"),
        (-0.33, 2, f"{MINUS}0,33", f"{MINUS}0.33"),
        (0.5, 0, "0", "0"),
        (1.5, 0, "2", "2"),
        (2.675, 2, "2,68", "2.68"),
        (1_000_000, 0, f"1{NBSP}000{NBSP}000", "1,000,000"),
    ],
)
def test_a_number_is_written_as_the_language_writes_it(value: float, digits: int, swedish: str, english: str) -> None:
    assert (number(value, digits, "sv"), number(value, digits, "en")) == (swedish, english)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_what_rounds_to_zero_has_no_minus(language: str) -> None:
    assert number(-0.0004, 2, language) == number(0.0, 3, language)
    assert number(-0.04, 1, language) == number(0.0, 1, language)


def test_two_decimals_never_hide_a_small_number() -> None:
    assert (number(-0.0046, 2, "sv"), number(0.0, 2, "sv"), number(0.0051, 2, "sv")) == ("−0,005", "0,00", "0,01")


@pytest.mark.parametrize("missing", [math.nan, math.inf, None])
def test_a_missing_number_is_an_en_dash_without_a_unit(missing: float) -> None:
    assert (number(missing, 2, "sv"), percent(missing, 0, "sv"), p_number(missing, "en")) == ("–", "–", "–")


def test_per_cent_has_a_space_in_swedish_only() -> None:
    assert (percent(0.123, 1, "sv"), percent(0.123, 1, "en")) == (f"12,3{NBSP}%", "12.3%")


@pytest.mark.parametrize(
    ("p", "written"), [(0.0004, f"p{NBSP}<{NBSP}0,001"), (0.001, f"p{NBSP}={NBSP}0,001"), (0.0431, f"p{NBSP}={NBSP}0,043")]
)
def test_a_small_p_value_is_below_one_in_a_thousand_and_never_zero(p: float, written: str) -> None:
    assert p_value(p, "sv") == written


def test_an_interval_names_its_level_and_joins_its_ends_in_words() -> None:
    assert interval(-0.33, -0.02, 2, 0.95, "sv").replace(NBSP, " ") == f"95 % KI {MINUS}0,33 till {MINUS}0,02"
    assert interval(-0.33, -0.02, 2, 0.95, "en").replace(NBSP, " ") == f"95% CI {MINUS}0.33 to {MINUS}0.02"


def test_no_hyphen_stands_for_minus() -> None:
    assert "-" not in number(-5, 0, "en") + number(-5, 0, "sv")
