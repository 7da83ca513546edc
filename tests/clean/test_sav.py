"""SPSS files: codes as text, dates as ISO, and damaged files refused."""

from pathlib import Path

import pandas as pd
import pytest

from pipeline.clean.importers.statistics_file import import_statistics_file
from pipeline.exports import EXPORTS
from pipeline.exports.export import CodebookColumn, Export
from tests.clean.files import WHERE, read, refused, stated, workbook
from tests.miniature import BEFORE

ANSWERED = EXPORTS["sav"](Export(pd.DataFrame({"nr": ["A1", "A2"], "lugn": ["1", "9"]}), {"lugn": CodebookColumn("number")}))


def test_spss_values_become_the_codes_and_iso_dates_that_they_are(real_exports: Path) -> None:
    content = (real_exports / "spss" / "pyreadstat_sample_missing.sav").read_bytes()
    cells = read("sav", content)
    assert cells["mynum"][:7] == ["1.1", "1.2", "-1000.3", "-1.4", "1000.3", "-1", "2500"]
    assert cells["mylabl"][:6] == ["1", "2", "1", "2", "1", "-1"]
    assert cells["mydate"][:5] == ["2018-05-06", "1880-05-06", "1960-01-01", "1583-01-01", ""]
    assert cells["dtime"][0] == "2018-05-06 10:10:10"
    assert cells["mytime"][:2] == ["10:10:10", "23:10:10"]
    labels = import_statistics_file(content, stated("sav"), WHERE).value_labels
    assert labels["mylabl"] == {"-1": "undetermined", "1": "Male", "2": "Female"}


@pytest.mark.slow
def test_every_published_spss_file_is_read(real_exports: Path) -> None:
    import pyreadstat

    files = sorted((real_exports / "spss").glob("*.sav"))
    assert files
    for file in files:
        facts = pyreadstat.read_sav(str(file), metadataonly=True)[1]
        cells = read("sav", file.read_bytes())
        assert list(cells) == facts.column_names, file.name
        assert {len(column) for column in cells.values()} == {facts.number_rows}, file.name


def test_a_date_beyond_the_calendar_is_left_as_its_number(real_exports: Path) -> None:
    cells = read("sav", (real_exports / "spss" / "haven_datetime.sav").read_bytes())
    assert cells["date.posix"] == ["6306150067200", "2014-09-23 15:59:20"]


def test_swedish_letters_of_an_old_spss_file_are_read_by_its_own_or_the_stated_encoding(tmp_path: Path) -> None:
    content = EXPORTS["sav"](Export(pd.DataFrame({"namn": ["Åsa"]})))
    assert read("sav", content) == {"namn": ["Åsa"]}
    assert read("sav", content, encoding="utf-8") == {"namn": ["Åsa"]}
    assert read("sav", content, encoding="cp1252") == {"namn": ["Ã…sa"]}


@pytest.mark.parametrize("encoding", ["mac-roman", "cp850", "cp437"])
def test_encodings_of_old_machines_may_be_stated_and_utf16_may_not(encoding: str) -> None:
    content = EXPORTS["sav"](Export(pd.DataFrame({"namn": ["Anna"]})))
    assert read("sav", content, encoding=encoding) == {"namn": ["Anna"]}
    assert "is not read in encoding 'utf-16'" in refused("sav", content, encoding="utf-16")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (BEFORE.encode(), "is not an SPSS file (.sav)"),
        (workbook({"A1": "x"}), "is not an SPSS file (.sav)"),
        (b"$FL3" + bytes(300), "is cut off or damaged"),
        (ANSWERED[:-20], "is cut off or damaged"),
        (ANSWERED[:100], "is cut off or damaged"),
    ],
)
def test_what_is_no_spss_file_is_named_for_what_it_is(content: bytes, said: str) -> None:
    message = refused("sav", content)
    assert message.startswith(f"{WHERE}: {said}")
    assert message.rpartition("\n")[2].endswith(".")


def test_an_spss_file_that_ends_the_reader_is_refused() -> None:
    content = bytearray(EXPORTS["sav"](Export(pd.DataFrame({"x": ["1"]}), {"x": CodebookColumn("number")})))
    content[180] = 49  # the first variable is said to be a string of 49 bytes, whose other parts are not there
    assert "is cut off or damaged" in refused("sav", bytes(content))
