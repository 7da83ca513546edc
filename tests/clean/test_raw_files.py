"""Faulty files are refused by name, with the place of the fault and what to do."""

from pathlib import Path

import pytest

from pipeline.clean.responses import clean_responses
from pipeline.errors import ResearcherError
from pipeline.tables.results import Cleaned
from tests.miniature import AFTER, BEFORE, both, miniature, source

pytestmark = pytest.mark.slow


def refusal(root: Path, **parts: object) -> str:
    with pytest.raises(ResearcherError) as caught:
        clean_responses(miniature(root, **parts))
    return str(caught.value)


def cleaned(root: Path, **parts: object) -> Cleaned:
    return clean_responses(miniature(root, **parts))


def before(**changes: object) -> list[dict]:
    return [source("before", wave="t1", **changes), source("after", wave="t2")]


def setting(result: Cleaned, subject: str, name: str = "before") -> tuple[str, str]:
    log = result.cleaning_log
    [line] = log[(log["source"] == name) & (log["subject"] == subject)].to_dict("records")
    return line["finding"], line["detail"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    study = miniature(tmp_path)
    study.paths.raw.rename(tmp_path / "elsewhere")
    with pytest.raises(ResearcherError, match=r"^data/raw/mini/: there is no such folder"):
        clean_responses(study)


def test_a_missing_file_is_named_with_its_nearest_name(tmp_path: Path) -> None:
    said = refusal(tmp_path, sources=[source("before", wave="t1", file="befor.csv"), source("after", wave="t2")])
    assert "data/raw/mini/befor.csv: there is no such file" in said
    assert "did you mean 'before.csv'?" in said


def test_a_changed_file_is_refused_with_both_hashes(tmp_path: Path) -> None:
    study = miniature(tmp_path)
    stated = study.source["before"].sha256
    with (study.paths.raw / "before.csv").open("a") as file:
        file.write("B4;Nej;40;Ofta;\n")
    with pytest.raises(ResearcherError) as caught:
        clean_responses(study)
    said = str(caught.value)
    assert "data/raw/mini/before.csv: its content has changed: sha256 differs" in said
    assert f"stated in study.toml: {stated}" in said
    assert said.count("found: ") == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \r\n\n", "is empty"),
        (b"PK\x03\x04rest", "is an Excel workbook or another zip file, not CSV"),
        (b"\xd0\xcf\x11\xe0rest", "is an old Excel workbook, not CSV"),
        (BEFORE.encode("utf-16")[2:], "looks like UTF-16 without its mark"),
        (BEFORE.encode() + b"\0", f"holds a zero byte at byte {len(BEFORE.encode())}"),
    ],
)
def test_a_file_that_is_no_text_is_named_for_what_it_is(tmp_path: Path, content: bytes, said: str) -> None:
    assert f"data/raw/mini/before.csv: {said}" in refusal(tmp_path, files={"before.csv": content})


def test_headings_without_rows_are_told_of_all_at_once(tmp_path: Path) -> None:
    heading = {"before.csv": BEFORE.splitlines()[0] + "\n", "after.csv": AFTER.splitlines()[0] + "\n"}
    said = refusal(tmp_path, files=heading)
    assert "before.csv: holds a heading and nothing else" in said
    assert "after.csv: holds a heading and nothing else" in said


# --- encoding


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings_are_detected_and_recorded_as_detected(tmp_path: Path, encoding: str) -> None:
    result = cleaned(tmp_path, files={"before.csv": BEFORE.encode(encoding)})
    assert setting(result, "encoding") == ("detected", encoding)
    assert result.units["person"]["age"].tolist() == [30, 41, 52, 35, 44, 59]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_stated_encodings_are_recorded_as_stated(tmp_path: Path, encoding: str) -> None:
    result = cleaned(tmp_path, files={"before.csv": BEFORE.encode(encoding)}, sources=before(encoding=encoding))
    assert setting(result, "encoding") == ("stated", encoding)


def test_cp1252_stated_as_utf8_is_refused_with_byte_and_line(tmp_path: Path) -> None:
    content = BEFORE.encode("cp1252")
    said = refusal(tmp_path, files={"before.csv": content}, sources=before(encoding="utf-8"))
    assert f"is not utf-8: byte {content.index(0xE5)} (line 1) is 0xE5" in said


def test_utf8_stated_as_cp1252_is_refused(tmp_path: Path) -> None:
    assert "is UTF-8, but encoding = 'cp1252' is stated" in refusal(tmp_path, sources=before(encoding="cp1252"))


def test_a_byte_that_no_encoding_has_is_found_by_line(tmp_path: Path) -> None:
    content = BEFORE.encode("cp1252").replace(b"bra", b"br\x81")
    said = refusal(tmp_path, files={"before.csv": content})
    assert f"byte {content.index(0x81)} (line 3) is 0x81, which cp1252 does not have there" in said


def test_the_byte_after_a_byte_order_mark_is_counted_from_the_start_of_the_file(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + BEFORE.encode().replace(b"bra", b"br\xff")
    said = refusal(tmp_path, files={"before.csv": content}, sources=before(encoding="utf-8-sig"))
    assert f"byte {content.index(0xFF)} (line 3)" in said


def test_decomposed_letters_are_the_same_letters(tmp_path: Path) -> None:
    import unicodedata

    result = cleaned(tmp_path, files={"before.csv": unicodedata.normalize("NFD", BEFORE)})
    assert result.units["person"]["age"].notna().all()


# --- delimiter, rows, quotation marks


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_delimiters_are_detected_and_recorded(tmp_path: Path, delimiter: str) -> None:
    result = cleaned(tmp_path, files={"before.csv": BEFORE.replace(";", delimiter)})
    assert setting(result, "delimiter") == ("detected", repr(delimiter))


def test_a_delimiter_inside_a_quoted_heading_is_not_counted(tmp_path: Path) -> None:
    heading = '"ålder, år, vid start"'
    from tests.miniature import CODEBOOK

    codebook = CODEBOOK.replace("Ålder,Age,ålder,", f"Ålder,Age,{heading},")
    result = cleaned(tmp_path, files={"before.csv": BEFORE.replace("ålder", heading, 1)}, codebook=codebook)
    assert setting(result, "delimiter") == ("detected", "';'")


def test_a_wrong_delimiter_is_named_with_the_right_one(tmp_path: Path) -> None:
    said = refusal(tmp_path, sources=before(delimiter=","))
    assert "delimiter ',' gives one column, but the heading holds ';'" in said


def test_ragged_rows_are_listed_with_their_number_of_cells(tmp_path: Path) -> None:
    said = refusal(tmp_path, files={"before.csv": BEFORE.replace("A2;Ja;41;Aldrig;bra", "A2;Ja;41").replace(";Ofta;\nB3", ";Ofta;;;\nB3")})
    assert "2 rows have not as many cells as the heading" in said
    assert "data row 2: 3 cells instead of 5" in said
    assert "data row 5: 7 cells instead of 5" in said


def test_only_the_first_five_ragged_rows_are_listed(tmp_path: Path) -> None:
    said = refusal(tmp_path, files={"before.csv": BEFORE + "C;\n" * 9})
    assert "9 rows have not" in said
    assert "and 4 more" in said


@pytest.mark.parametrize("cell", ['"never closed', '"closed" too early'])
def test_a_quotation_mark_that_swallows_rows_is_found_by_line(tmp_path: Path, cell: str) -> None:
    said = refusal(tmp_path, files={"before.csv": BEFORE.replace("bra", cell)})
    assert "a quotation mark in the row that begins on line 3 is not closed, or is followed by more text" in said


def test_quotation_marks_inside_unquoted_cells_are_ordinary_characters(tmp_path: Path) -> None:
    result = cleaned(tmp_path, files={"before.csv": BEFORE.replace("bra", 'ett 5" rör')})
    assert 'ett 5" rör' in result.responses["person"]["comment"].tolist()


@pytest.mark.parametrize(
    "comment",
    ["rad ett\nrad två", "rad ett\r\nrad två", "a;b", 'sa "nej"', "=SUMMA(A1)", "x" * 300_000, "åäö ÅÄÖ é €", "😀 解"],
    ids=["line break", "CRLF", "delimiter", "marks", "formula", "huge", "Swedish", "far away"],
)
def test_texts_arrive_as_they_were_written(tmp_path: Path, comment: str) -> None:
    quoted = '"' + comment.replace('"', '""') + '"'
    result = cleaned(tmp_path, files={"before.csv": BEFORE.replace("bra", quoted)})
    assert comment in result.responses["person"]["comment"].tolist()
    assert len(result.units["person"]) == 6


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_read(tmp_path: Path, line_end: str) -> None:
    assert len(cleaned(tmp_path, files={"before.csv": BEFORE.replace("\n", line_end)}).units["person"]) == 6


@pytest.mark.parametrize("tail", ["\n\n", "\r\n\r\n", ""])
def test_blank_lines_at_the_end_are_no_rows(tmp_path: Path, tail: str) -> None:
    result = cleaned(tmp_path, files={"before.csv": BEFORE.rstrip("\n") + tail})
    assert result.flow.set_index(["chain", "node"]).loc[("rows:before", "rows_received"), "n"] == 6


def test_rows_of_blank_cells_are_accounted_for_as_blank_rows(tmp_path: Path) -> None:
    result = cleaned(tmp_path, files={"before.csv": BEFORE + ";;;;\n; ;;\u00a0;\n"})
    assert result.exclusions[["row", "rule", "unit_id"]].to_numpy().tolist() == [[7, "blank_row", ""], [8, "blank_row", ""]]
    counts = result.flow[result.flow["chain"] == "rows:before"].set_index("node")["n"].to_dict()
    assert counts == {"rows_received": 8, "blank_row": 2, "rows_kept": 6}


# --- columns


def test_a_missing_column_is_named_with_the_nearest_heading(tmp_path: Path) -> None:
    said = refusal(tmp_path, files={"before.csv": BEFORE.replace("ålder", "alder", 1)})
    assert "before.csv, column 'ålder': is missing\ndid you mean 'alder'?" in said
    assert "before.csv, column 'alder': is not in the codebook\ndid you mean 'ålder'?" in said


def test_an_extra_column_is_refused_unless_it_is_ignored(tmp_path: Path) -> None:
    wider = "\n".join(f"{line};{'extra' if number == 0 else 1}" for number, line in enumerate(BEFORE.splitlines())) + "\n"
    said = refusal(tmp_path, files={"before.csv": wider})
    assert "column 'extra': is not in the codebook" in said
    assert "or list it in ignore of the source" in said
    result = cleaned(tmp_path, files={"before.csv": wider}, sources=before(ignore=["extra"]))
    assert "extra" not in result.responses["person"].columns


def test_a_heading_that_stands_twice_is_refused(tmp_path: Path) -> None:
    twice = "\n".join(f"{line};{'ålder' if number == 0 else 1}" for number, line in enumerate(BEFORE.splitlines()))
    assert "column 'ålder': stands 2 times in the heading" in refusal(tmp_path, files={"before.csv": twice})


def test_sources_that_share_a_file_know_each_others_columns(tmp_path: Path) -> None:
    wide = "nr;grupp;ålder;lugn;kommentar;lugn efter;arbete;dag\n" + "".join(
        f"{name};{group};40;Ofta;;Aldrig;Ja;2024-01-01\n" for name, group in (("A1", "Ja"), ("B1", "Nej"))
    )
    from tests.miniature import CODEBOOK

    shared = [source("before", wave="t1", file="wide.csv"), source("after", wave="t2", file="wide.csv")]
    result = cleaned(tmp_path, files={"wide.csv": wide}, sources=shared, codebook=CODEBOOK.replace("lugn,lugn\n", "lugn,lugn efter\n"))
    assert result.responses["person"]["calm"].tolist() == [3, 1, 3, 1]
    said = refusal(
        tmp_path,
        files={"wide.csv": wide.replace("dag\n", "dag2\n")},
        sources=shared,
        codebook=CODEBOOK.replace("lugn,lugn\n", "lugn,lugn efter\n"),
    )
    assert said.count("column 'dag2': is not in the codebook") == 1


def test_headings_are_compared_without_outer_blanks(tmp_path: Path) -> None:
    assert len(cleaned(tmp_path, files={"before.csv": BEFORE.replace("ålder", " ålder ", 1)}).units["person"]) == 6


def test_problems_of_all_sources_come_at_once(tmp_path: Path) -> None:
    said = refusal(
        tmp_path,
        files={"before.csv": BEFORE.replace("Ibland", "Iblnad").replace("59", "5x9"), "after.csv": AFTER.replace("dag", "datum", 1)},
    )
    assert "before.csv, calm" in said
    assert "before.csv, age" in said
    assert "after.csv, column 'dag': is missing" in said


def test_a_file_whose_rows_all_leave_and_a_question_without_answers_are_recorded(tmp_path: Path) -> None:
    blank = "\n".join(
        [AFTER.splitlines()[0], *(f"{row.split(';')[0]};{row.split(';')[1]};;;{row.split(';')[4]}" for row in AFTER.splitlines()[1:]), ""]
    )
    tests = {"id": "tests", "sources": ["after"], "variable": "person", "values": ["A1", "A2", "B1", "B2"], "label": both("Tests")}
    for parts, found in (
        ({"exclusions": [tests]}, [["after", "t2", "no_rows"]]),
        ({"files": {"after.csv": blank}}, [["after", "calm", "nobody_answered"], ["after", "work", "nobody_answered"]]),
    ):
        log = clean_responses(miniature(tmp_path, **parts)).cleaning_log
        assert log.loc[log["finding"].isin(["no_rows", "nobody_answered"]), ["source", "subject", "finding"]].to_numpy().tolist() == found
