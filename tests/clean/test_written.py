"""How numbers and dates are written: what could be read in two ways is refused until it is declared."""

import datetime
import io
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clean.cells import number_text
from pipeline.clean.responses import clean_responses
from pipeline.clean.written import date_in, may_be_grouped, number_in
from pipeline.errors import ResearcherError
from tests.clean.files import read, workbook
from tests.miniature import AFTER, ANSWERS, BEFORE, CODEBOOK, miniature, source

INCOMES = ("25.000", "310.000", "7", "26.500", "1.000", "999")
OPEN = CODEBOOK.replace("16..75,16 40 60", ",")
DECIMAL = OPEN.replace("integer,age", "decimal,age")


def ages(cells: tuple[str, ...], delimiter: str = ";") -> dict[str, str]:
    """Give the first file with these cells in the column of ages, blank where there are none."""
    rows = [line.split(";") for line in BEFORE.splitlines()]
    for row, cell in zip(rows[1:], cells, strict=True):
        row[2] = f'"{cell}"' if delimiter in cell else cell
    return {"before.csv": "".join(delimiter.join(row) + "\n" for row in rows)}


def before(**stated: object) -> list[dict]:
    return [source("before", wave="t1", **stated), source("after", wave="t2")]


def after(**stated: object) -> list[dict]:
    return [source("before", wave="t1"), source("after", wave="t2", **stated)]


def read_ages(root: Path, cells: tuple[str, ...], codebook: str = OPEN, **stated: object) -> list[float]:
    parts = {"files": ages(cells), "codebook": codebook, "sources": before(**stated)}
    return clean_responses(miniature(root, **parts)).units["person"]["age"].tolist()


def refusal(root: Path, **parts: object) -> str:
    with pytest.raises(ResearcherError) as caught:
        clean_responses(miniature(root, **parts))
    return str(caught.value)


def days(*cells: str) -> dict[str, str]:
    """Give the second file with these cells in the column of days."""
    rows = [line.rpartition(";")[0] for line in AFTER.splitlines()]
    return {"after.csv": "".join(f"{row};{cell}\n" for row, cell in zip(rows, ("dag", *cells), strict=True))}


# --- thousands


@pytest.mark.parametrize("sign", [".", ","])
def test_whole_numbers_with_three_digits_behind_every_sign_are_refused_until_the_sign_is_declared(tmp_path: Path, sign: str) -> None:
    cells = tuple(cell.replace(".", sign) for cell in INCOMES)
    said = refusal(tmp_path, files=ages(cells), codebook=OPEN, sources=before())
    assert "3 cells may be thousands or decimals" in said
    assert "1 cells are not whole numbers" in said
    assert f'State thousands = "{sign}" of the source' in said
    whole = [25000, 310000, 7, 26500, 1000, 999]
    assert read_ages(tmp_path / "whole", cells, thousands=sign) == whole
    noughts = tuple(cell.replace("500", "000") for cell in cells)
    assert read_ages(tmp_path / "decimals", noughts, thousands="none") == [25, 310, 7, 26, 1, 999]


@pytest.mark.parametrize(
    ("cells", "stated", "numbers"),
    [
        (("1.234.567", "2", "3", "4", "5", "6"), {"thousands": "."}, [1234567, 2, 3, 4, 5, 6]),
        (("1'234", "2’000", "3", "4", "5", "6"), {"thousands": "'"}, [1234, 2000, 3, 4, 5, 6]),
        (("1 234", "2\u00a0000", "3", "4", "5", "6"), {"thousands": " ", "decimal": "."}, [1234, 2000, 3, 4, 5, 6]),
        (("1 234", "2\u202f000", "3", "4", "5", "6"), {"decimal": ","}, [1234, 2000, 3, 4, 5, 6]),
    ],
)
def test_every_declared_sign_between_thousands_is_read(tmp_path: Path, cells: tuple, stated: dict, numbers: list[float]) -> None:
    assert read_ages(tmp_path, cells, **stated) == numbers


def test_thousands_beside_decimals_are_refused_with_the_sign_to_declare(tmp_path: Path) -> None:
    cells = ("1,234.50", "2,000.25", "3.5", "4", "5", "6")
    said = refusal(tmp_path, files=ages(cells), codebook=DECIMAL, sources=before())
    assert 'State thousands = "," of the source' in said
    assert read_ages(tmp_path / "declared", cells, DECIMAL, thousands=",") == [1234.5, 2000.25, 3.5, 4, 5, 6]


@pytest.mark.parametrize(
    ("cells", "grouped"),
    [
        (("70.125", "68.500", "71.250"), False),  # a fixed number of decimals
        (("70.125", "68.5", "71"), False),  # noughts dropped
        (("0.125", "1.250", "3"), False),  # nobody writes 0.125 for 125
        (("25.000", "7"), True),
        (("310.000", "25.000"), True),
        (("1.250", "980", "2.400"), True),
    ],
)
def test_decimals_are_told_from_thousands_by_how_noughts_are_written(cells: tuple[str, ...], grouped: bool) -> None:
    assert may_be_grouped(False, ".", list(cells)) is grouped


def test_the_sign_between_thousands_may_not_be_the_decimal_sign(tmp_path: Path) -> None:
    assert "sources 'before' thousands: is the decimal sign, ','" in refusal(tmp_path, sources=before(decimal=",", thousands=","))


def test_numbers_of_a_workbook_are_not_read_as_thousands_when_its_texts_are(tmp_path: Path) -> None:
    cells = {"A1": "nr", "B1": "grupp", "C1": "ålder", "D1": "lugn", "E1": "kommentar", "A2": "A1", "B2": "Ja", "C2": 1.125, "D2": "Ofta"}
    cells |= {"A3": "B1", "B3": "Nej", "C3": "1.125", "D3": "Ofta"}
    sources = before(file="before.xlsx", format="xlsx", thousands=".")
    parts = {"files": {"before.xlsx": workbook(cells)}, "codebook": DECIMAL, "sources": sources}
    assert clean_responses(miniature(tmp_path, **parts)).units["person"].set_index("person").loc[["A1", "B1"], "age"].tolist() == [
        1.125,
        1125,
    ]


# --- decimal signs of single columns


def test_comma_and_point_in_one_file_are_declared_by_column(tmp_path: Path) -> None:
    codebook = DECIMAL + "decimal,weight,person,,,,,Vikt,Weight,vikt,\n"
    lines = BEFORE.splitlines()
    text = "\n".join([f"{lines[0]};vikt", *(f"{line.replace(';3', ';3,')};{60 + row}.5" for row, line in enumerate(lines[1:]))])
    text = text.replace("3,0;", "3,5;").replace("3,5;Ibland", "35;Ibland")
    said = refusal(tmp_path, files={"before.csv": text}, codebook=codebook)
    assert 'if other columns have the other sign, state columns = { age = { decimal = "," } }' in said
    sources = before(columns={"age": {"decimal": ","}})
    result = clean_responses(miniature(tmp_path / "declared", files={"before.csv": text}, codebook=codebook, sources=sources))
    assert result.units["person"]["age"].tolist()[0] == 3.5
    assert result.responses["person"].query("wave == 't1'")["weight"].tolist() == [60.5, 61.5, 62.5, 63.5, 64.5, 65.5]


@pytest.mark.parametrize(("format_", "file"), [("xlsx", "before.xlsx"), ("sav", "before.sav")])
def test_a_sign_of_a_column_is_refused_where_numbers_have_none(tmp_path: Path, format_: str, file: str) -> None:
    said = refusal(tmp_path, sources=before(file=file, format=format_, columns={"age": {"decimal": ","}}))
    assert f"columns 'age': states a sign in a file of format '{format_}'" in said


def test_a_column_of_no_variable_of_the_source_is_refused(tmp_path: Path) -> None:
    assert "'day' is not a declared variable of this source" in refusal(tmp_path, sources=before(columns={"day": {"decimal": ","}}))


# --- fifteen digits


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.1 + 0.2, "0.3"), (1.1 * 3, "3.3"), (2.9999999999999996, "3"), (1 / 3, "0.333333333333333"), (123456789012345.0, "123456789012345")],
)
def test_a_number_is_written_and_read_with_fifteen_digits(number: float, text: str) -> None:
    assert number_text(number, ".") == text
    assert number_in(repr(number), ".") == float(text)
    assert number_in(repr(number).replace(".", ","), ",") == float(text)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_sums_of_tenths_are_the_tenths_that_a_spreadsheet_shows(one: int, other: int) -> None:
    assert number_text(one / 10 + other / 10, ".") == number_text((one + other) / 10, ".")


def test_whole_numbers_keep_all_their_digits() -> None:
    assert number_text(9007199254740991.0, ".") == "9007199254740991"
    assert number_in("9007199254740991", ".") == 9007199254740991


def test_noise_does_not_keep_a_number_from_its_answer_list(tmp_path: Path) -> None:
    answers = ANSWERS.replace("often,1,Aldrig", "often,1,0.3")
    files = {"before.csv": BEFORE.replace("Aldrig", repr(0.1 + 0.2)), "after.csv": AFTER.replace("Aldrig", "0.3")}
    rows = clean_responses(miniature(tmp_path, files=files, answers=answers))
    assert rows.responses["person"].query("wave == 't1' and person == 'A2'")["calm"].tolist() == [1]


# --- dates


def test_two_formats_that_read_a_cell_as_two_days_are_refused_with_the_one_that_reads_all(tmp_path: Path) -> None:
    files = days("05/08/2024", "23/02/2024", "01/09/2024", "05/05/2024")
    said = refusal(tmp_path, files=files, sources=after(dates=["%m/%d/%Y", "%d/%m/%Y"]))
    assert (
        "2 cells are different days in the formats of dates\n  '01/09/2024' (once: data row 3)\n  '05/08/2024' (once: data row 1)" in said
    )
    assert 'Only "%d/%m/%Y" reads every cell of this column.' in said
    rows = clean_responses(miniature(tmp_path / "one", files=files, sources=after(dates=["%d/%m/%Y"]))).responses["person"]
    assert rows["day"].dropna().dt.strftime("%Y-%m-%d").tolist() == ["2024-08-05", "2024-02-23", "2024-09-01", "2024-05-05"]


def test_a_day_number_and_a_compact_date_that_differ_are_refused(tmp_path: Path) -> None:
    said = refusal(
        tmp_path, files=days("240301", "45352", "45353", "45354"), sources=after(dates=["excel", "%y%m%d"], two_digit_years_from=1950)
    )
    assert "1 cells are different days in the formats of dates\n  '240301'" in said


def test_two_columns_of_one_file_may_have_different_formats(tmp_path: Path) -> None:
    codebook = CODEBOOK + "date,sent,person,,,,,Skickat,Sent,,skickat\n"
    lines = days("03/04/2024", "05/06/2024", "07/08/2024", "09/10/2024")["after.csv"].splitlines()
    text = "\n".join([f"{lines[0]};skickat", *(f"{line};04/03/2024" for line in lines[1:])])
    stated = {"dates": ["%d/%m/%Y"], "columns": {"sent": {"dates": ["%m/%d/%Y"]}}}
    rows = clean_responses(miniature(tmp_path, files={"after.csv": text}, codebook=codebook, sources=after(**stated))).responses["person"]
    late = rows.query("wave == 't2'")
    assert late["day"].dt.strftime("%Y-%m-%d").tolist()[0] == "2024-04-03"
    assert set(late["sent"].dt.strftime("%Y-%m-%d")) == {"2024-04-03"}


@pytest.mark.parametrize(
    ("text", "form", "first", "day"),
    [
        ("01.03.30", "%d.%m.%y", 1930, "1930-03-01"),
        ("01.03.29", "%d.%m.%y", 1930, "2029-03-01"),
        ("680301", "%y%m%d", 1920, "1968-03-01"),
        ("29.02.00", "%d.%m.%y", 1850, None),  # 1900 was no leap year
        ("29.02.00", "%d.%m.%y", 1950, "2000-02-29"),
        ("01.03.1930", "%d.%m.%Y", 1950, "1930-03-01"),
    ],
)
def test_years_of_two_digits_lie_in_the_declared_hundred_years(text: str, form: str, first: int, day: str | None) -> None:
    assert date_in(text, form, first) == (datetime.datetime.fromisoformat(day) if day else None)


def test_years_of_two_digits_need_their_first_year(tmp_path: Path) -> None:
    said = refusal(tmp_path, sources=after(dates=["%Y-%m-%d", "%d.%m.%y"]))
    assert "sources 'after' two_digit_years_from: is missing, and '%d.%m.%y' reads years of two digits" in said


@pytest.mark.parametrize("form", ["yyyy-mm-dd", "%Q", "Excel", ""])
def test_what_is_no_date_format_is_refused_before_any_data(tmp_path: Path, form: str) -> None:
    assert f"sources 'after' dates: '{form}' is no date format" in refusal(tmp_path, sources=after(dates=["%Y-%m-%d", form]))


def test_day_numbers_follow_the_calendar_that_the_workbook_says(tmp_path: Path) -> None:
    for from_1904, day in ((False, "2024-03-01"), (True, "2028-03-02")):
        content = io.BytesIO()
        with xlsxwriter.Workbook(content, {"in_memory": True, "date_1904": from_1904}) as book:
            sheet = book.add_worksheet()
            for row, line in enumerate(AFTER.splitlines()):
                cells = line.split(";")
                for column, cell in enumerate(cells):
                    sheet.write(row, column, 45352 if row and column == len(cells) - 1 else cell)
        sources = after(file="after.xlsx", format="xlsx", dates=["excel"])
        result = clean_responses(miniature(tmp_path / day, {"after.xlsx": content.getvalue()}, sources=sources))
        assert set(result.responses["person"]["day"].dropna().dt.strftime("%Y-%m-%d")) == {day}
        log = result.cleaning_log.set_index(["source", "subject"])
        assert (("after", "calendar") in log.index) is from_1904


def test_a_date_with_its_format_is_the_same_day_in_both_calendars() -> None:
    for from_1904 in (False, True):
        content = io.BytesIO()
        with xlsxwriter.Workbook(content, {"in_memory": True, "date_1904": from_1904}) as book:
            sheet = book.add_worksheet()
            sheet.write("A1", "dag")
            sheet.write_datetime("A2", datetime.datetime(2024, 3, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
        assert read("xlsx", content.getvalue()) == {"dag": ["2024-03-01"]}


def test_day_numbers_of_a_text_file_may_be_declared_to_count_from_1904(tmp_path: Path) -> None:
    rows = clean_responses(miniature(tmp_path, files=days(*["43890"] * 4), sources=after(dates=["excel1904"]))).responses["person"]
    assert set(rows["day"].dropna().dt.strftime("%Y-%m-%d")) == {"2024-03-01"}


def test_day_numbers_that_were_not_declared_are_recognised(tmp_path: Path) -> None:
    said = refusal(tmp_path, files=days("45352", "45353", "45354", "45355"))
    assert 'These are day numbers of a spreadsheet: add "excel" to dates of the source' in said


@pytest.mark.parametrize(
    ("constraint", "refused"),
    [("2024-03-01..2024-03-04", []), ("2024-03-02..", ["2024-03-01"]), ("..2024-03-02", ["2024-03-03", "2024-03-04"])],
)
def test_days_outside_the_constraint_are_refused(tmp_path: Path, constraint: str, refused: list[str]) -> None:
    codebook = CODEBOOK.replace("date,day,person,,,,", f"date,day,person,,,{constraint},")
    if not refused:
        assert clean_responses(miniature(tmp_path, codebook=codebook)).responses["person"]["day"].notna().sum() == 4
        return
    said = refusal(tmp_path, codebook=codebook)
    assert f"{len(refused)} dates are outside the constraint" in said
    assert all(f"'{day}'" in said for day in refused)
    assert f"allowed: {constraint}" in said


@pytest.mark.parametrize("constraint", ["1..5", "2024-03-01..2024-02-01", "2024-03-01", "01.03.2024.."])
def test_a_constraint_of_a_date_that_is_no_range_of_dates_is_refused(tmp_path: Path, constraint: str) -> None:
    said = refusal(tmp_path, codebook=CODEBOOK.replace("date,day,person,,,,", f"date,day,person,,,{constraint},"))
    assert "allowed: earliest..latest, such as 2024-01-01..2024-12-31" in said
