"""Excel workbooks: what cells hold becomes text, and what should not be unpacked is refused."""

import contextlib
import datetime
import io
import random
import zipfile

import pytest

from pipeline.clean.importers.xlsx import import_xlsx
from pipeline.clean.written import date_in
from pipeline.errors import ResearcherError
from tests.clean.files import WHERE, read, refused, repacked, stated, workbook
from tests.miniature import BEFORE


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (0.5, "0.5"),
        (-0.0, "0"),
        (199001011234, "199001011234"),
        (1e22, "1e+22"),
        (True, "TRUE"),
        ("007", "007"),
        ("=1+1", "=1+1"),
        ("' _x000D_ ", "' _x000D_ "),
        ('å "ä"\nö', 'å "ä"\nö'),
        (datetime.date(2024, 3, 1), "2024-03-01"),
        (datetime.datetime(2024, 3, 1, 13, 45), "2024-03-01 13:45:00"),
        (datetime.time(8, 5), "08:05:00"),
        (datetime.timedelta(hours=36, minutes=30), "36:30:00"),
        (("=1+1", 2), "2"),
        (('="x"', "x"), "x"),
        (("=1/0", "#DIV/0!"), "#DIV/0!"),
    ],
)
def test_a_cell_of_every_kind_becomes_text(value: object, text: str) -> None:
    assert read("xlsx", workbook({"A1": "svar", "A2": value})) == {"svar": [text]}


def test_a_number_is_what_excel_shows_of_it() -> None:
    content = workbook({"A1": "x", "A2": 0.5})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").replace(b"<v>0.5</v>", b"<v>0.30000000000000004</v>")
    assert read("xlsx", repacked(content, xl__worksheets__sheet1=sheet))["x"] == ["0.3"]


@pytest.mark.parametrize(
    ("cell", "date"),
    [("61", "1900-03-01"), ("45352", "2024-03-01"), ("45352.5", "2024-03-01T12:00:00"), ("60", None), ("1e9", None), ("x", None)],
)
def test_day_numbers_without_a_date_format_are_dates_where_the_source_says_so(cell: str, date: str | None) -> None:
    assert date_in(cell, "excel") == (datetime.datetime.fromisoformat(date) if date else None)


def test_equal_values_of_different_kinds_stay_apart() -> None:
    assert read("xlsx", workbook({"A1": "x", "A2": 1, "A3": True, "A4": "1", "A5": 0, "A6": False}))["x"] == [
        "1",
        "TRUE",
        "1",
        "0",
        "FALSE",
    ]


def test_numbers_are_written_with_the_decimal_sign_of_the_source() -> None:
    content = workbook({"A1": "x", "A2": 3.5, "A3": "3,5"})
    assert read("xlsx", content, decimal=",")["x"] == ["3,5", "3,5"]


def test_a_formula_that_never_had_a_value_is_not_taken_for_a_blank() -> None:
    content = workbook({"A1": "x", "B1": "y", "A2": ("=B2&B2", ""), "B2": 3})
    assert read("xlsx", content) == {"x": ["=B2&B2"], "y": ["3"]}


def test_a_formula_whose_value_is_an_empty_text_is_a_blank() -> None:
    content = workbook({"A1": "x", "B1": "y", "A2": ('=""', ""), "B2": 3})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").replace(b'<c r="A2">', b'<c r="A2" t="str">')
    assert read("xlsx", repacked(content, xl__worksheets__sheet1=sheet)) == {"x": [""], "y": ["3"]}


def test_blank_rows_above_the_heading_are_skipped_and_blank_rows_below_are_kept() -> None:
    assert read("xlsx", workbook({"B3": "x", "C3": "y", "B4": 1, "C6": 2})) == {"x": ["1", "", ""], "y": ["", "", "2"]}


def test_a_heading_without_rows_gives_columns_without_rows() -> None:
    assert read("xlsx", workbook({"A1": "x", "B1": "y"})) == {"x": [], "y": []}


def test_the_first_visible_sheet_is_read_unless_another_is_stated() -> None:
    content = workbook({"A1": "ett"}, {"A1": "två"})
    assert list(read("xlsx", content)) == ["ett"]
    assert list(read("xlsx", content, sheet="Blad2")) == ["två"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        hidden = archive.read("xl/workbook.xml").replace(b'<sheet name="Blad1"', b'<sheet name="Blad1" state="hidden"')
    assert list(read("xlsx", repacked(content, xl__workbook=hidden))) == ["två"]


def test_an_absent_or_empty_sheet_is_named() -> None:
    content = workbook({"A1": "ett"}, {})
    assert "has no sheet 'Bald1'\n  allowed: Blad1, Blad2\ndid you mean 'Blad1'?" in refused("xlsx", content, sheet="Bald1")
    assert "sheet 'Blad2' is empty" in refused("xlsx", content, sheet="Blad2")


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = repacked(workbook({"A1": "x"}), xl__sharedStrings=b" " * (30 * 2**20))
    assert len(bomb) < 100_000
    assert "would grow" in refused("xlsx", bomb)


def test_a_workbook_that_is_huge_by_its_own_account_is_refused() -> None:
    content = bytearray(workbook({"A1": "x"}))
    entry = content.index(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = (2**30).to_bytes(4, "little")
    assert "would be 1,024 MB when unpacked\n  allowed: 512 MB" in refused("xlsx", bytes(content))


def test_a_part_that_is_larger_than_the_directory_says_is_refused() -> None:
    content = repacked(workbook({"A1": "x"}), xl__sharedStrings=b" " * 1_234_567)
    lying = content.replace((1_234_567).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert "is damaged in its part xl/sharedStrings.xml" in refused("xlsx", lying)


def test_a_cell_far_away_is_named_instead_of_filling_the_memory() -> None:
    assert "sheet 'Blad1': reaches to row 1048576, column 16384" in refused("xlsx", workbook({"A1": "x", "XFD1048576": 1}))


def test_xml_that_defines_entities_is_refused() -> None:
    part = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    assert "defines its own XML entities in xl/sharedStrings.xml" in refused(
        "xlsx", repacked(workbook({"A1": "x"}), xl__sharedStrings=part)
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (BEFORE.encode(), "is not an Excel workbook (.xlsx)"),
        (workbook({"A1": "x"})[:2000], "is cut off or damaged"),
        (b"\xd0\xcf\x11\xe0" + bytes(500), "is an old Excel workbook (.xls)"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "is protected with a password"),
        (b"PK\x05\x06" + bytes(18), "is a zip file, but not an Excel workbook"),
    ],
)
def test_what_is_no_workbook_is_named_for_what_it_is(content: bytes, said: str) -> None:
    message = refused("xlsx", content)
    assert message.startswith(f"{WHERE}: {said}")
    assert message.rpartition("\n")[2].endswith(".")


def test_a_damaged_workbook_is_read_or_refused() -> None:
    chance, whole = random.Random(20240301), workbook({"A1": "x", "B1": "y", "A2": 1, "B2": "å", "A3": True, "B3": ("=1", 1)})
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(150):
        name = chance.choice(list(parts))
        place, put = chance.randrange(len(parts[name])), bytes([chance.randrange(256)])
        damaged = parts[name][:place] + put + parts[name][place + 1 :]
        with contextlib.suppress(ResearcherError):
            imported = import_xlsx(repacked(whole, **{name.replace("/", "__").removesuffix(".xml"): damaged}), stated("xlsx"), WHERE)
            assert len(imported.columns) == len(imported.headings)
