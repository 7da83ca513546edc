"""What names a person by itself: numbers with date and check digit, addresses, names."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.spec.personal import is_identity_number, is_mail, is_name


@given(st.dates(date(1900, 1, 1), date(2029, 12, 31)), st.integers(0, 999), st.sampled_from([0, 60]))
def test_exactly_one_check_digit_fits_a_day_of_the_calendar(born: date, number: int, added: int) -> None:
    start = f"{born:%y%m}{born.day + added:02d}-{number:03d}"
    assert sum(is_identity_number(f"{start}{digit}") for digit in range(10)) == 1


@given(st.from_regex(r"[0-9]{6}-[0-9]{3}", fullmatch=True))
def test_no_check_digit_fits_a_day_that_is_in_no_year(start: str) -> None:
    days = {f"{date(2000, 1, 1) + timedelta(days=number):%m%d}" for number in range(366)}
    if start[2:4] + f"{int(start[4:6]) % 60 or 99:02d}" not in days:
        assert not any(is_identity_number(f"{start}{digit}") for digit in range(10))


@pytest.mark.parametrize(("text", "is_one"), [("20000229-0005", True), ("19000229-0005", False), ("21000101-0008", False)])
def test_the_century_decides_which_days_there_are(text: str, is_one: bool) -> None:
    assert is_identity_number(text) == is_one


@pytest.mark.parametrize("text", ["P001", "12345", "640823-3235", "641323-3234", "5560360793", ""])
def test_other_ids_are_no_personal_numbers(text: str) -> None:
    assert not is_identity_number(text)


@pytest.mark.parametrize("text", ["anna@example.se", "A.B+c@mail.example.com"])
def test_addresses_are_recognised(text: str) -> None:
    assert is_mail(text)


@pytest.mark.parametrize("text", ["Anna Åström", "Bo Ek-Lund", "Svensson, Eva", "ANNA MARIA SVENSSON", "Dr. Anna Berg", "Jean O’Neill"])
def test_names_are_recognised(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize("text", ["P001", "A B", "workplace-03", "P 001", "Kodare A", "TEST", "north-west", "", "12 14"])
def test_codes_are_no_names(text: str) -> None:
    assert not is_name(text)
