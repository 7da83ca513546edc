"""Exports are read back as they were written, and are the same bytes on every run."""

import io
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from pipeline.clean.cells import Imported
from pipeline.clean.importers import IMPORTERS
from pipeline.errors import ResearcherError
from pipeline.exports import EXPORTS, exported, style_of
from pipeline.exports.export import CodebookColumn, Export, described
from pipeline.exports.xlsx import CREATED
from pipeline.spec.sources import Source
from tests.miniature import ANSWERS, CODEBOOK, miniature
from tests.miniature import source as declared

FORMATS = {"swedish": "csv", "register": "csv", "limesurvey": "limesurvey", "xlsx": "xlsx", "sav": "sav", "dta": "dta"}
OFTEN = CodebookColumn("number", "Är du lugn?", {"1": "Aldrig", "2": "Ibland", "9": "Vet ej"}, ("9",))
TABLE = pd.DataFrame(
    {
        "nr": ["A1", "007", "Åsa Öberg"],
        "lugn": ["1", "9", ""],
        "vikt": ["0.5", "12.25", "3"],
        "dag": ["2024-03-01", "", "1999-12-31"],
        "fritext": ['sa "nej"; rad ett\nrad två', "=SUMMA(A1)", "–5,0 €; ’citat’"],
    }
)
COLUMNS = {"lugn": OFTEN, "vikt": CodebookColumn("number"), "dag": CodebookColumn("date"), "fritext": CodebookColumn(label="Fritt svar")}


def source(style: str, **stated: object) -> Source:
    return Source(name="s", file=f"s.{style}", sha256="0" * 64, unit="person", format=FORMATS[style], **stated)


def read(content: bytes, style: str, **stated: object) -> Imported:
    return IMPORTERS[FORMATS[style]](content, source(style, **stated), f"s.{style}")


def as_table(imported: Imported) -> pd.DataFrame:
    return pd.DataFrame({heading: column.astype("str") for heading, column in zip(imported.headings, imported.columns, strict=True)})


@pytest.mark.parametrize("style", FORMATS)
def test_what_is_written_is_read_back(style: str) -> None:
    back = as_table(read(EXPORTS[style](Export(TABLE, COLUMNS)), style, decimal="," if style == "swedish" else "."))
    expected = TABLE.assign(vikt=["0,5", "12,25", "3"]) if style == "swedish" else TABLE
    pd.testing.assert_frame_equal(back, expected.astype("str"))


@pytest.mark.parametrize("style", FORMATS)
def test_a_table_without_rows_is_read_back_without_rows(style: str) -> None:
    imported = read(EXPORTS[style](Export(TABLE.iloc[:0], COLUMNS)), style)
    assert imported.headings == tuple(TABLE.columns)
    assert [len(column) for column in imported.columns] == [0] * 5


@pytest.mark.parametrize("style", FORMATS)
def test_writing_changes_no_table(style: str) -> None:
    before = TABLE.copy(deep=True)
    EXPORTS[style](Export(TABLE, COLUMNS))
    pd.testing.assert_frame_equal(TABLE, before)


WRITE_ALL = """
import hashlib
from pipeline.exports import EXPORTS
from tests.exports.test_exports import COLUMNS, TABLE, Export
print({style: hashlib.sha256(write(Export(TABLE, COLUMNS))).hexdigest() for style, write in EXPORTS.items()})
"""


@pytest.mark.slow
def test_two_processes_with_other_clocks_and_hash_seeds_write_the_same_bytes() -> None:
    said = []
    for seed, zone in (("1", "UTC0"), ("2", "XXX-9:30")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        done = subprocess.run([sys.executable, "-c", WRITE_ALL], env=environment, capture_output=True, text=True, check=True)
        said.append(done.stdout)
        time.sleep(1.1)  # the clock of an SPSS header counts seconds
    assert said[0] == said[1]
    assert said[0].count(":") == len(EXPORTS)


def test_the_styles_are_the_formats_a_source_can_have() -> None:
    stated = {"swedish": {"encoding": "cp1252"}}
    assert {style_of(source(style, **stated.get(style, {}))) for style in EXPORTS} == set(EXPORTS)
    assert set(FORMATS.values()) < set(IMPORTERS)


def test_a_format_in_which_nothing_is_made_up_is_refused_by_name() -> None:
    foreign = Source(name="s", file="s.csv", unit="person", format="redcap")
    with pytest.raises(ResearcherError, match=r"not written as 'redcap' exports\n  allowed: csv, dta, limesurvey, sav, xlsx"):
        exported(None, foreign, TABLE)


def test_a_swedish_export_has_commas_in_numbers_only() -> None:
    lines = EXPORTS["swedish"](Export(TABLE.assign(fritext="1.5"), COLUMNS)).decode("cp1252").split("\r\n")
    assert lines[0] == "nr;lugn;vikt;dag;fritext"
    assert lines[1] == "A1;1;0,5;2024-03-01;1.5"


def test_a_character_outside_cp1252_is_named() -> None:
    with pytest.raises(ResearcherError, match="'→' cannot be written"):
        EXPORTS["swedish"](Export(TABLE.assign(fritext="→")))


def test_a_limesurvey_export_looks_like_one() -> None:
    content = EXPORTS["limesurvey"](Export(TABLE, COLUMNS))
    assert content.startswith(b'\xef\xbb\xbf"nr","lugn",')
    assert content.endswith(b'"\r\n\r\n')
    assert b'"\'=SUMMA(A1)"' in content
    assert content.count(b"\r\n") == 1 + len(TABLE) + 1


def test_a_workbook_holds_no_live_formula_and_no_time_of_today() -> None:
    with zipfile.ZipFile(io.BytesIO(EXPORTS["xlsx"](Export(TABLE, COLUMNS)))) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
        assert archive.read("docProps/core.xml").count(f"{CREATED:%Y-%m-%d}T00:00:00Z".encode()) == 2
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_an_spss_file_says_what_its_codes_mean_and_which_are_missing(tmp_path) -> None:
    import pyreadstat

    file = tmp_path / "s.sav"
    file.write_bytes(EXPORTS["sav"](Export(TABLE, COLUMNS)))
    cells, facts = pyreadstat.read_sav(str(file), user_missing=False)
    assert facts.variable_value_labels == {"lugn": {1: "Aldrig", 2: "Ibland", 9: "Vet ej"}}
    assert facts.column_names_to_labels["lugn"] == "Är du lugn?"
    assert cells["lugn"].isna().tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("missing", "ranges"),
    [
        (("7", "8", "9"), [{"lo": 7, "hi": 7}, {"lo": 8, "hi": 8}, {"lo": 9, "hi": 9}]),
        (("6", "7", "8", "9"), [{"lo": 6, "hi": 9}]),
        (("0", "7", "8", "9"), None),
    ],
)
def test_more_than_three_missing_codes_become_a_range_unless_an_answer_lies_in_it(tmp_path, missing, ranges) -> None:
    import pyreadstat

    file = tmp_path / "s.sav"
    described = CodebookColumn("number", answers={"1": "Aldrig"}, missing=missing)
    file.write_bytes(EXPORTS["sav"](Export(TABLE[["lugn"]], {"lugn": described})))
    assert pyreadstat.read_sav(str(file), user_missing=True)[1].missing_ranges.get("lugn") == ranges


def test_a_heading_that_spss_cannot_have_is_refused() -> None:
    with pytest.raises(ResearcherError, match="Choose other headings in the codebook"):
        EXPORTS["sav"](Export(TABLE.rename(columns={"nr": "Mitt nummer"})))


@pytest.mark.parametrize(
    ("style", "settings"),
    [("swedish", {"encoding": "cp1252"}), ("register", {}), ("limesurvey", {}), ("xlsx", {}), ("xlsx", {"sheet": "Svar"}), ("sav", {})],
)
def test_a_table_becomes_the_file_that_the_source_declares(tmp_path: Path, style: str, settings: dict) -> None:
    codebook = CODEBOOK.replace("Ålder,Age,ålder,", "Ålder,Age,alder,")
    answers = ANSWERS.replace("3,Ofta", "3,3").replace("1,Aldrig", "1,1").replace("2,Ibland", "2,2").replace(",Vet ej", ",9")
    sources = [declared("before", wave="t1", file="b", format=FORMATS[style], **settings), declared("after", wave="t2")]
    study = miniature(tmp_path, {"b": ""}, codebook, answers, sources=sources)
    table = pd.DataFrame({"nr": ["A1", "A2"], "grupp": ["Ja", "Nej"], "alder": ["30", ""], "lugn": ["3", "9"], "kommentar": ["", "å"]})
    content = exported(study, study.source["before"], table)
    pd.testing.assert_frame_equal(as_table(read(content, style, **settings)), table.astype("str"))


def test_columns_are_described_by_codebook_and_answer_list(tmp_path: Path) -> None:
    study = miniature(tmp_path, answers=ANSWERS.replace("dont_know,Vet ej,,", "dont_know,Vet ej,Vet inte,"))
    columns = described(study, study.source["before"])
    assert columns["lugn"] == CodebookColumn(
        "text", "Lugn", {"Aldrig": "Aldrig", "Ibland": "Ibland", "Ofta": "Ofta", "Vet ej": "Vet inte"}, ("Vet ej",)
    )
    assert {heading: column.kind for heading, column in columns.items()} == {
        "nr": "text",
        "grupp": "text",
        "ålder": "number",
        "lugn": "text",
        "kommentar": "text",
    }
