"""Headings as survey tools write them, columns known by their place, and columns that are not read."""

import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from pipeline.clean.importers.csv_text import detected_delimiter
from pipeline.clean.responses import clean_responses
from pipeline.errors import ResearcherError
from pipeline.tables.results import Cleaned
from tests.clean.files import read, refused, repacked, workbook
from tests.miniature import AFTER, BEFORE, CODEBOOK, miniature, source

HEADING, *ROWS = BEFORE.splitlines()
BELOW = "\n".join(ROWS) + "\n"


def cleaned(root: Path, text: str, codebook: str = CODEBOOK, **stated: object) -> Cleaned:
    sources = [source("before", wave="t1", **stated), source("after", wave="t2")]
    return clean_responses(miniature(root, files={"before.csv": text}, codebook=codebook, sources=sources))


def refusal(root: Path, text: str, codebook: str = CODEBOOK, **stated: object) -> str:
    with pytest.raises(ResearcherError) as caught:
        cleaned(root, text, codebook, **stated)
    return str(caught.value)


def findings(result: Cleaned, name: str) -> dict[str, str]:
    log = result.cleaning_log.query("source == 'before' and finding == @name")
    return dict(zip(log["subject"], log["detail"], strict=True))


def same_as_without(root: Path, result: Cleaned) -> None:
    """Hold answers and people against those of the file as it is without what was added."""
    plain = cleaned(root / "plain", BEFORE)
    pd.testing.assert_frame_equal(result.units["person"], plain.units["person"])
    pd.testing.assert_frame_equal(result.responses["person"], plain.responses["person"])


# --- rows of headings


QUALTRICS = (
    f'{HEADING}\nNumber;Group;"Age,\nin years";Calm;Text\n'
    + ";".join(f'"{{""ImportId"":""QID{place}""}}"' for place in range(5))
    + f"\n{BELOW}"
)
MONKEY = "nr;grupp;Hur mår du?;;kommentar\n;;ålder;lugn;Open-Ended Response\n" + BELOW


def test_three_heading_rows_are_read_as_such_and_answers_are_counted_below_them(tmp_path: Path) -> None:
    result = cleaned(tmp_path, QUALTRICS, heading_rows=3)
    same_as_without(tmp_path, result)
    said = refusal(tmp_path / "fault", QUALTRICS.replace("Aldrig", "Alltid"), heading_rows=3)
    assert "'Alltid' (once: data row 2)" in said


def test_heading_rows_of_qualtrics_are_recognised_before_they_are_read_as_answers(tmp_path: Path) -> None:
    said = refusal(tmp_path, QUALTRICS)
    assert said.endswith("data row 2: is a heading, as Qualtrics writes them\nState heading_rows = 3 of the source in study.toml.")
    assert "State heading_rows = 3 of" in refusal(tmp_path, QUALTRICS, heading_rows=2)


def test_the_older_heading_of_qualtrics_is_recognised(tmp_path: Path) -> None:
    said = refusal(tmp_path, BEFORE.replace(HEADING, "V1;grupp;ålder;lugn;kommentar\nResponseID;Grupp;Ålder;Lugn;Kommentar"))
    assert "data row 1: is a heading, as Qualtrics writes them\nState heading_rows = 2" in said


def test_two_heading_rows_are_joined_with_blanks_filled_from_the_left(tmp_path: Path) -> None:
    said = refusal(tmp_path, MONKEY)
    assert 'State heading_rows = 2 and headings = "joined" of the source' in said
    codebook = CODEBOOK.replace(",ålder,", ",Hur mår du? | ålder,").replace("lugn,lugn", "Hur mår du? | lugn,lugn")
    codebook = codebook.replace("Comment,kommentar", "Comment,kommentar | Open-Ended Response")
    same_as_without(tmp_path, cleaned(tmp_path, MONKEY, codebook, heading_rows=2, headings="joined"))


def test_the_last_heading_row_may_name_the_columns(tmp_path: Path) -> None:
    same_as_without(tmp_path, cleaned(tmp_path, f"Om dig;;Frågor;;\n{BEFORE}", heading_rows=2, headings="last"))


@pytest.mark.parametrize(
    ("title", "rows"), [("Enkät 2024\n", 1), ("Enkät 2024\n\n", 1), ("Enkät 2024\n\n", 2), ('"Enkät,\nvåren";\nKälla: A\n', 2)]
)
def test_rows_above_the_heading_are_skipped(tmp_path: Path, title: str, rows: int) -> None:
    same_as_without(tmp_path, cleaned(tmp_path, title + BEFORE, skip_rows=rows))
    assert "'5x' (once: data row 2)" in refusal(tmp_path / "fault", title + BEFORE.replace("41", "5x"), skip_rows=rows)


def test_a_title_above_the_heading_is_recognised(tmp_path: Path) -> None:
    said = refusal(tmp_path, "Enkät 2024\n" + BEFORE)
    assert "its heading 'Enkät 2024' is one cell, but the row below has 5" in said
    assert "state skip_rows = 1 of the source" in said


def test_a_title_in_a_workbook_is_recognised(tmp_path: Path) -> None:
    cells = {
        f"{letter}{row}": cell
        for row, line in enumerate(BEFORE.splitlines(), start=4)
        for letter, cell in zip("ABCDE", line.split(";"), strict=True)
    }
    files = {"before.xlsx": workbook({"A1": "Enkät 2024", **cells})}
    sources = [source("before", wave="t1", file="before.xlsx", format="xlsx"), source("after", wave="t2")]
    with pytest.raises(
        ResearcherError, match="its heading 'Enkät 2024' is one cell, but the rows below have more\nIf that is a title, state skip_rows"
    ):
        clean_responses(miniature(tmp_path, files, sources=sources))
    sources[0]["skip_rows"] = 3
    assert len(clean_responses(miniature(tmp_path / "skipped", files, sources=sources)).units["person"]) == 6


def test_heading_rows_and_titles_of_a_workbook_are_declared_alike() -> None:
    cells = {"A1": "Enkät 2024", "A3": "nr", "B3": "Lön", "B4": "brutto", "C4": "netto", "A5": "A1", "B5": 10, "C5": 7}
    joined = {"nr": ["A1"], "Lön | brutto": ["10"], "Lön | netto": ["7"]}
    assert read("xlsx", workbook(cells), skip_rows=1, heading_rows=2, headings="joined") == joined
    assert read("xlsx", workbook(cells), skip_rows=3) == {"": ["A1"], "brutto": ["10"], "netto": ["7"]}
    assert "is empty" in refused("xlsx", workbook(cells), skip_rows=9)


@pytest.mark.parametrize("format_", ["sav", "dta"])
def test_rows_are_not_declared_of_files_that_have_no_heading_rows(tmp_path: Path, format_: str) -> None:
    said = refusal(tmp_path, BEFORE, format=format_, heading_rows=2)
    assert f"sources 'before' heading_rows: is stated, but a file of format '{format_}' has none" in said


# --- the delimiter


@pytest.mark.parametrize("line", ['"sep=;"\n', "sep=;\n", "SEP=;\r\n", "\ufeffsep=;\n"])
def test_a_first_line_for_excel_is_obeyed_and_noted(tmp_path: Path, line: str) -> None:
    result = cleaned(
        tmp_path,
        line + BEFORE.replace("kommentar", "kommentar, fritt", 1),
        CODEBOOK.replace("Comment,kommentar", 'Comment,"kommentar, fritt"'),
    )
    same_as_without(tmp_path, result)
    assert findings(result, "said_by_file") == {"delimiter": "';'"}


def test_a_first_line_for_excel_may_be_counted_among_the_rows_skipped(tmp_path: Path) -> None:
    same_as_without(tmp_path, cleaned(tmp_path, "sep=;\n" + BEFORE, skip_rows=1))
    same_as_without(tmp_path, cleaned(tmp_path, "sep=;\nEnkät\n" + BEFORE, skip_rows=2))


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("other", [";", ",", "\t"])
def test_other_signs_in_an_unquoted_heading_do_not_hide_the_delimiter(delimiter: str, other: str) -> None:
    long = f"Vad tycker du{other} om lön{other} arbete{other} och chef?" if other != delimiter else "Vad tycker du?"
    rows = [f"nr{delimiter}{long}", *(f"{number}{delimiter}svar {number}" for number in range(9)), f"9{delimiter}ett{delimiter}för mycket"]
    assert detected_delimiter("\n".join(rows)) == delimiter


# --- columns by their place, rows by their number


def test_a_column_without_a_heading_is_named_by_its_place(tmp_path: Path) -> None:
    text = BEFORE.replace("nr;", ";", 1)
    said = refusal(tmp_path, text)
    assert "column 'nr': is missing" in said
    assert "column 1, which has no heading: is not in the codebook" in said
    assert "as #1." in said
    same_as_without(tmp_path, cleaned(tmp_path, text, CODEBOOK.replace(",nr,nr", ",#1,nr")))


def test_columns_with_the_same_heading_are_named_by_their_places(tmp_path: Path) -> None:
    twice = "\n".join(f"{line};{'ålder' if number == 0 else 99}" for number, line in enumerate(BEFORE.splitlines())) + "\n"
    assert "Name the one that is meant by its place (#3, #6)" in refusal(tmp_path, twice)
    same_as_without(tmp_path, cleaned(tmp_path, twice, CODEBOOK.replace(",ålder,", ",#3,"), ignore=["#6"]))


def test_a_column_with_a_heading_of_its_own_is_not_named_by_its_place(tmp_path: Path) -> None:
    said = refusal(tmp_path, BEFORE, CODEBOOK.replace(",ålder,", ",#3,"))
    assert "column #3: has the heading 'ålder'\nName it by its heading in raw_name::before of 'age'." in said


def test_a_place_beyond_the_last_column_is_missing(tmp_path: Path) -> None:
    assert "column '#9': is missing" in refusal(tmp_path, BEFORE, CODEBOOK.replace(",ålder,", ",#9,"))


def test_a_column_that_is_called_as_a_place_is_itself(tmp_path: Path) -> None:
    same_as_without(tmp_path, cleaned(tmp_path, BEFORE.replace("ålder", "#1", 1), CODEBOOK.replace(",ålder,", ",#1,")))


@pytest.mark.parametrize("heading", ["ÅLDER", "a\u030alder", " \u00a0ålder"])
def test_a_heading_is_compared_as_answers_are(tmp_path: Path, heading: str) -> None:
    result = cleaned(tmp_path, BEFORE.replace("ålder", heading, 1))
    same_as_without(tmp_path, result)
    respelt = findings(result, "heading_respelt")
    assert respelt == ({"age": "ÅLDER"} if heading == "ÅLDER" else {})


def one_file(root: Path, codebook: str) -> Cleaned:
    lines = [line.partition(";")[2] for line in BEFORE.splitlines()]
    wave = [{"name": "t1", "label": {"sv": "nu", "en": "now"}}]
    analysis = {"id": "main", "role": "primary", "estimator": "welch", "outcomes": ["calmness@t1"], "label": {"sv": "a", "en": "a"}}
    parts = {"waves": wave, "sources": [source("before", wave="t1")], "analyses": [analysis], "balance": {"covariates": []}}
    kept = "\n".join(line.rpartition(",")[0] for line in codebook.splitlines() if not line.startswith(("date,day", "select_one,work")))
    return clean_responses(miniature(root, {"before.csv": "\n".join(lines) + "\n"}, codebook=kept + "\n", **parts))


def test_the_number_of_the_row_may_be_the_id_of_a_file_that_stands_alone(tmp_path: Path) -> None:
    result = one_file(tmp_path, CODEBOOK.replace(",nr,nr", ",#row,nr"))
    assert result.responses["person"]["person"].tolist() == ["1", "2", "3", "4", "5", "6"]
    log = result.cleaning_log.query("finding == 'row_number'")
    assert log[["source", "subject"]].to_numpy().tolist() == [["before", "person"]]


def test_the_number_of_the_row_is_refused_as_an_id_of_joined_files(tmp_path: Path) -> None:
    said = refusal(tmp_path, BEFORE, CODEBOOK.replace(",nr,nr", ",#row,nr"))
    assert "'#row' cannot be joined with source after, which names person too" in said


def test_the_number_of_the_row_is_nothing_but_an_id(tmp_path: Path) -> None:
    said = refusal(tmp_path, BEFORE, CODEBOOK.replace(",ålder,", ",#row,"))
    assert "'#row' is not an id of person" in said


# --- columns that are not read


def wider(names: list[str]) -> str:
    return (
        "\n".join(f"{line};{';'.join(names if number == 0 else ['1'] * len(names))}" for number, line in enumerate(BEFORE.splitlines()))
        + "\n"
    )


def test_columns_are_ignored_together_and_listed_in_the_log(tmp_path: Path) -> None:
    names = ["token1", "token2", "", "sluttid"]
    rest = cleaned(tmp_path, wider(names), ignore="rest")
    same_as_without(tmp_path, rest)
    assert findings(rest, "ignored") == dict.fromkeys(["token1", "token2", "#8", "sluttid"], "*")
    some = cleaned(tmp_path / "some", wider(names), ignore=["token*", "", "sluttid"])
    assert findings(some, "ignored") == dict.fromkeys(["token1", "token2"], "token*")
    said = refusal(tmp_path / "less", wider(names), ignore=["tok*1", "sluttid"])
    assert "2 columns are not in the codebook\n  'token2'\n  '' as #8\n" in said


def test_a_star_in_a_heading_is_itself_and_brackets_are_no_pattern(tmp_path: Path) -> None:
    result = cleaned(tmp_path, wider(["q[1]", "q*"]), ignore=["q[1]", "q*"])
    assert findings(result, "ignored") == {}
    assert "column 'q1': is not in the codebook" in refusal(tmp_path / "brackets", wider(["q1"]), ignore=["q[1]"])


def test_the_rest_holds_no_column_that_the_codebook_names(tmp_path: Path) -> None:
    assert cleaned(tmp_path, BEFORE, ignore="rest").units["person"]["age"].notna().all()
    assert "column 'ålder': is missing" in refusal(tmp_path / "gone", BEFORE.replace("ålder", "alder", 1), ignore="rest")


def test_many_undeclared_columns_take_one_screen(tmp_path: Path) -> None:
    with pytest.raises(ResearcherError) as caught:
        cleaned(tmp_path, wider([f"fråga {number:03}" for number in range(150)]))
    [problem] = caught.value.problems
    assert problem.found == "150 columns are not in the codebook"
    assert "and 130 more" in str(problem)
    assert len(str(problem).splitlines()) < 25
    assert "'fråga 149'" in problem.text()
    assert 'ignore = "rest" for all of them' in problem.remedy


def test_a_heading_that_another_source_reads_is_never_suggested(tmp_path: Path) -> None:
    wide = "nr;grupp;ålder;lugn_1;kommentar;lugn_3;arbete;dag\nA1;Ja;40;Ofta;;Ofta;Ja;2024-01-01\nB1;Nej;41;Ofta;;Ofta;Ja;2024-01-01\n"
    shared = [source("before", wave="t1", file="wide.csv"), source("after", wave="t2", file="wide.csv")]
    codebook = CODEBOOK.replace("lugn,lugn\n", "lugn_1,lugn_2\n")
    with pytest.raises(ResearcherError) as caught:
        clean_responses(miniature(tmp_path, files={"wide.csv": wide}, sources=shared, codebook=codebook))
    assert "column 'lugn_2': is missing\ndid you mean 'lugn_3'?" in str(caught.value)
    with pytest.raises(ResearcherError) as caught:
        clean_responses(miniature(tmp_path, files={"wide.csv": wide.replace("lugn_3", "annat")}, sources=shared, codebook=codebook))
    assert "did you mean" not in str(caught.value)


def test_a_file_that_another_source_reads_is_never_suggested(tmp_path: Path) -> None:
    study = miniature(tmp_path, sources=[source("before", wave="t1"), source("after", wave="t2", file="befor.csv")])
    (study.paths.raw / "after.csv").unlink()
    with pytest.raises(ResearcherError) as caught:
        clean_responses(study)
    assert "befor.csv: there is no such file\nPut the file there" in str(caught.value)


# --- LimeSurvey


@pytest.mark.parametrize("between", [". ", " ._. ", "._."])
def test_codes_of_limesurvey_are_told_from_texts_by_either_sign(between: str) -> None:
    content = f'"","id{between}Svarsnummer","lugn[SQ001]{between}Hur lugn? [På jobbet]"\n"1","7","Ofta"\n'.encode()
    assert list(read("limesurvey", content)) == ["", "id", "lugn[SQ001]"]


# --- parts of a workbook


def packed_as(content: bytes, name_of) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as other:
        for part in archive.namelist():
            info = zipfile.ZipInfo("part")
            info.filename = name_of(part)
            text = archive.read(part)
            other.writestr(info, text.replace(b'Target="xl/', b'Target="') if name_of("xl/") == "" else text)
    return packed.getvalue()


@pytest.mark.parametrize(
    "name_of",
    [lambda part: part.replace("/", "\\"), lambda part: part.removeprefix("xl/"), lambda part: part.replace("xl/workbook", "xl/Workbook")],
    ids=["backslashes", "root", "capitals"],
)
def test_a_workbook_lies_where_its_package_says(name_of) -> None:
    content = packed_as(workbook({"A1": "x", "A2": 1, "A3": ("=1/0", "#DIV/0!")}), name_of)
    assert read("xlsx", content) == {"x": ["1", "#DIV/0!"]}


def test_another_document_in_such_a_package_is_not_taken_for_a_workbook() -> None:
    content = repacked(workbook({"A1": "x"}), xl__workbook=b'<?xml version="1.0"?><document/>')
    assert "is a zip file, but not an Excel workbook" in refused("xlsx", content)


def merged(*areas: str, heading: str = "") -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("S")
        for cell, value in {"A1": "ort", "B1": "nr", "A2": "Flen", "B2": 1, "B3": 2, "A4": "Mora", "B4": 3}.items():
            sheet.write(cell, value)
        for area in areas:
            sheet.merge_range(area, "Flen")
        if heading:
            sheet.merge_range(heading, "ort")
    return content.getvalue()


def test_merged_cells_among_answers_are_refused_or_filled() -> None:
    said = refused("xlsx", merged("A2:A3"))
    assert "sheet 'S': 1 areas of answers are merged cells\n  A2:A3\n" in said
    assert read("xlsx", merged("A2:A3"), merged="fill") == {"ort": ["Flen", "Flen", "Mora"], "nr": ["1", "2", "3"]}


def test_merged_cells_of_the_heading_are_its_own_affair() -> None:
    cells = {"A1": "", "A2": "nr", "B2": "lugn", "C2": "oro", "A3": "A1", "B3": 1, "C3": 2}
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("S")
        for cell, value in cells.items():
            sheet.write(cell, value)
        sheet.merge_range("B1:C1", "Hälsa")
    assert read("xlsx", content.getvalue(), heading_rows=2, headings="joined") == {
        "nr": ["A1"],
        "Hälsa | lugn": ["1"],
        "Hälsa | oro": ["2"],
    }
    assert read("xlsx", content.getvalue(), heading_rows=2, headings="last") == {"nr": ["A1"], "lugn": ["1"], "oro": ["2"]}
    assert "A1:A2" in refused("xlsx", merged(heading="A1:A2"))


# --- encodings


SWEDISH = BEFORE.replace("bra", "går så där, är öppen")


@pytest.mark.parametrize(("encoding", "python"), [("mac-roman", "mac_roman"), ("cp850", "cp850"), ("cp437", "cp437")])
def test_encodings_of_old_machines_are_named_and_read_when_declared(tmp_path: Path, encoding: str, python: str) -> None:
    sources = [source("before", wave="t1"), source("after", wave="t2")]
    with pytest.raises(ResearcherError) as caught:
        clean_responses(miniature(tmp_path, files={"before.csv": SWEDISH.encode(python)}, sources=sources))
    said = str(caught.value)
    assert f"looks like {'cp850' if encoding == 'cp437' else encoding}" in said
    assert "går" in said or "där" in said
    sources[0]["encoding"] = encoding
    result = clean_responses(miniature(tmp_path / "stated", files={"before.csv": SWEDISH.encode(python)}, sources=sources))
    assert "går så där, är öppen" in result.responses["person"]["comment"].tolist()


@pytest.mark.parametrize("text", ["Šárka Žižka", "“smart quotes” – well…", "5 € ‚so‘", "Milošević"])
def test_letters_of_cp1252_beside_swedish_ones_are_read(tmp_path: Path, text: str) -> None:
    content = BEFORE.replace("bra", text).encode("cp1252", "replace")
    sources = [source("before", wave="t1"), source("after", wave="t2")]
    result = clean_responses(miniature(tmp_path, files={"before.csv": content}, sources=sources))
    assert text.encode("cp1252", "replace").decode("cp1252") in result.responses["person"]["comment"].tolist()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_read_by_its_mark_or_when_declared(tmp_path: Path, encoding: str) -> None:
    stated = {} if encoding == "utf-16" else {"encoding": "utf-16"}
    sources = [source("before", wave="t1", **stated), source("after", wave="t2")]
    result = clean_responses(miniature(tmp_path, files={"before.csv": SWEDISH.encode(encoding)}, sources=sources))
    assert "går så där, är öppen" in result.responses["person"]["comment"].tolist()
    log = result.cleaning_log.query("source == 'before' and subject == 'encoding'")
    assert log["detail"].tolist() == ["utf-16"]


def test_letters_that_were_encoded_twice_are_refused_unless_they_are_meant(tmp_path: Path) -> None:
    twice = SWEDISH.replace("går så där", "går så där".encode().decode("cp1252"))
    said = refusal(tmp_path, twice)
    assert "holds letters that were encoded twice, first on line 3: 'Ã¥'" in said
    assert len(cleaned(tmp_path / "meant", twice, encoding="utf-8").units["person"]) == 6


def test_letters_that_were_lost_are_refused_with_their_line(tmp_path: Path) -> None:
    said = refusal(tmp_path, SWEDISH.replace("där", "d\ufffdr"))
    assert "holds letters that were lost, first on line 3: '\ufffd'" in said


def test_a_wrongly_stated_encoding_is_told_of_with_the_one_it_looks_like(tmp_path: Path) -> None:
    sources = [source("before", wave="t1", encoding="utf-8"), source("after", wave="t2")]
    with pytest.raises(ResearcherError, match="looks like mac-roman"):
        clean_responses(miniature(tmp_path, files={"before.csv": SWEDISH.encode("mac_roman")}, sources=sources))


def test_a_file_after_another_one_is_read_with_its_own_heading(tmp_path: Path) -> None:
    sources = [source("before", wave="t1"), source("after", wave="t2", heading_rows=2)]
    doubled = AFTER.replace("dag\n", "dag\nNumber;Group;Calm;Work;Day\n", 1)
    assert len(clean_responses(miniature(tmp_path, files={"after.csv": doubled}, sources=sources)).responses["person"]) == 10
