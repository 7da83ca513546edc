"""corrections.csv: one cell, exactly its old value, else the run stops and names the row; counted; the same however often it is run."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.clean.responses import clean_responses
from pipeline.errors import ResearcherError
from pipeline.spec.load import load_study
from pipeline.tables.results import Cleaned
from tests.clean.test_cells import calm_of
from tests.conftest import ROOT
from tests.miniature import AFTER, BEFORE, CODEBOOK, both, miniature, source

HEADING = "file,id,variable,was,becomes,who,why,date\n"
SAID = "Eva Berg,she rang,2024-03-05\n"


def corrected(root: Path, *rows: str, **parts: object) -> Cleaned:
    miniature(root, **parts)
    (root / "studies" / "mini" / "corrections.csv").write_text(HEADING + "".join(f"{row},{SAID}" for row in rows), encoding="utf-8")
    return clean_responses(load_study("mini", root))


def refusal(root: Path, *rows: str, **parts: object) -> str:
    with pytest.raises(ResearcherError) as caught:
        corrected(root, *rows, **parts)
    return str(caught.value)


def findings(result: Cleaned, finding: str) -> list[list]:
    log = result.cleaning_log
    return log.loc[log["finding"] == finding, ["source", "subject", "n"]].to_numpy().tolist()


def test_an_answer_is_put_right_and_counted(tmp_path: Path) -> None:
    result = corrected(tmp_path, "before.csv,A2,calm,Aldrig,Ofta")
    assert calm_of(result, "A2")[0] == 3
    assert findings(result, "corrected") == [["before", "calm", 1]]


def test_the_raw_file_stays_as_it_was_received_and_a_second_run_gives_the_same(tmp_path: Path) -> None:
    first = corrected(tmp_path, "before.csv,A2,calm,Aldrig,Ofta")
    assert (tmp_path / "data" / "raw" / "mini" / "before.csv").read_text(encoding="utf-8") == BEFORE
    second = clean_responses(load_study("mini", tmp_path))
    assert second.responses["person"].equals(first.responses["person"])
    assert second.cleaning_log.equals(first.cleaning_log)


def test_the_order_of_corrections_changes_nothing(tmp_path: Path) -> None:
    rows = ("before.csv,A2,calm,Aldrig,Ofta", "before.csv,A2,person,A2,A9", "after.csv,A2,person,A2,A9")
    one, other = corrected(tmp_path / "1", *rows), corrected(tmp_path / "2", *reversed(rows))
    assert one.responses["person"].equals(other.responses["person"])
    assert calm_of(one, "A9")[0] == 3


def test_a_blank_can_be_filled_and_an_answer_made_blank(tmp_path: Path) -> None:
    result = corrected(tmp_path, "before.csv,B3,calm,,Ibland", "before.csv,A1,calm,Ofta,")
    assert calm_of(result, "B3")[0] == 2
    assert calm_of(result, "A1")[1] > 0


def test_the_same_person_under_two_ids_becomes_one(tmp_path: Path) -> None:
    files = {"after.csv": "nr;grupp;lugn;arbete;dag\nA11;Ja;Ofta;Ja;2024-03-01\nB1;Nej;Ibland;Ja;2024-03-03\n"}
    result = corrected(tmp_path, "after.csv,A11,person,A11,A1", files=files)
    assert result.responses["person"].query("person == 'A1'")["wave"].tolist() == ["t1", "t2"]


def test_two_people_under_one_id_become_two_by_the_number_of_the_row(tmp_path: Path) -> None:
    files = {"before.csv": BEFORE.replace("A2;", "A1;")}
    assert "A1" in refusal(tmp_path / "before", files=files)
    result = corrected(tmp_path / "after", "before.csv,#2,person,A1,A2", files=files)
    assert result.units["person"]["person"].tolist() == ["A1", "A2", "A3", "B1", "B2", "B3"]


def test_a_row_that_is_nobodys_is_taken_out_and_accounted_for(tmp_path: Path) -> None:
    result = corrected(tmp_path, "before.csv,A3,#row,3,")
    assert result.exclusions[["source", "row", "unit_id", "rule"]].to_numpy().tolist() == [["before", 3, "A3", "taken_out"]]
    rows = result.flow.query("chain == 'rows:before'").set_index("node")["n"].to_dict()
    assert rows == {"rows_received": 6, "taken_out": 1, "rows_kept": 5}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "before.csv,A2,calm,Ofta,Ibland",
            ["column was", "'Ofta' is not what calm holds", "source before, data row 2: 'Aldrig'", "letter by letter"],
        ),
        ("before.csv,A2,calm,aldrig,Ofta", ["column was: 'aldrig' is not what calm holds"]),
        ("before.csv,A2,calm,Ofta,Aldrig", ["The file is right already: take this row out."]),
        ("before.csv,A22,calm,Aldrig,Ofta", ["column id", "no row of before.csv has id 'A22'", "did you mean 'A2'?"]),
        ("before.csv,#99,calm,Aldrig,Ofta", ["no row of before.csv has id '#99'"]),
        ("before.csv,A2,calm,Aldrig,Oftast", ["column becomes", "'Oftast' is no answer to calm", "Aldrig, Ibland, Ofta"]),
        ("before.csv,A2,age,41,199", ["column becomes", "'199' is no answer to age", "16..75"]),
        ("before.csv,A2,work,,Ja", ["column variable", "'work' does not stand in before.csv"]),
        (
            "befor.csv,A2,calm,Aldrig,Ofta",
            ["column file", "'befor.csv' is not a declared raw file or source", "did you mean 'before.csv'?"],
        ),
        ("before.csv,A2,calm,Aldrig,Aldrig", ["columns was and becomes", "nothing is corrected"]),
        ("before.csv,A2,person,A2,", ["column becomes", "the row would be nobody's", "#row"]),
        ("before.csv,A2,#row,2,3", ["column becomes", "is the new number of a row"]),
        ("before.csv,A2,#row,3,", ["column was", "'3' is not what #row holds"]),
        ("before.csv,640823-3234,calm,Aldrig,Ofta", ["column id", "is one of Swedish personal identity numbers", "pseudonym"]),
        ("before.csv,,calm,Aldrig,Ofta", ["column id", "is empty"]),
    ],
)
def test_a_correction_that_does_not_hit_stops_the_run_and_names_its_row(tmp_path: Path, row: str, said: list[str]) -> None:
    found = refusal(tmp_path, row)
    assert [text for text in ("studies/mini/corrections.csv, row 2", *said) if text not in found] == []
    assert "640823" not in found


def test_a_correction_of_two_cells_names_both(tmp_path: Path) -> None:
    files = {"before.csv": BEFORE.replace("A2;Ja;41", "A1;Ja;30")}
    found = refusal(tmp_path, "before.csv,A1,age,30,31", files=files)
    assert "fits 2 cells" in found
    assert "data row 1" in found
    assert "data row 2" in found
    assert "id = #12" in found


def test_two_corrections_of_one_cell_name_each_other(tmp_path: Path) -> None:
    found = refusal(tmp_path, "before.csv,A2,calm,Aldrig,Ofta", "before,A2,calm,Aldrig,Ibland")
    assert "row 3: corrects the same cell as row 2" in found


def test_all_rows_that_fail_are_told_at_once_with_the_other_problems(tmp_path: Path) -> None:
    files = {"before.csv": BEFORE.replace("59", "159")}
    found = refusal(tmp_path, "before.csv,A2,calm,Ofta,Ibland", "before.csv,A9,calm,Ofta,Ibland", files=files)
    assert [text for text in ("row 2", "row 3", "'159'") if text not in found] == []


def test_a_column_shared_by_two_waves_is_one_cell_and_columns_of_waves_are_told_apart_by_source(tmp_path: Path) -> None:
    codebook = CODEBOOK.replace("calm,person,,often,,,Lugn,Calm,lugn,lugn", "calm,person,,often,,,Lugn,Calm,lugn,lugn2")
    codebook = codebook.replace("arbete", "").replace("day,person,,,,,Dag,Day,,dag", "day,person,,,,,Dag,Day,,dag2")
    wide = "nr;grupp;ålder;lugn;kommentar;lugn2;arbete2;dag2\nA1;Ja;30;Ofta;;Ofta;Ja;2024-03-01\nB1;Nej;40;Ofta;;Ofta;Nej;2024-03-01\n"
    parts = {
        "files": {"wide.csv": wide},
        "codebook": codebook.replace(
            "select_one,work,person,,yes_no,,,Arbete,Work,,", "select_one,work,person,,yes_no,,,Arbete,Work,,arbete2"
        ),
        "sources": [
            {**source(name, wave=wave), "file": "wide.csv", "ignore": "rest"} for name, wave in (("before", "t1"), ("after", "t2"))
        ],
    }
    assert "fits 2 cells" in refusal(tmp_path / "1", "wide.csv,A1,calm,Ofta,Ibland", **parts)
    result = corrected(tmp_path / "2", "after,A1,calm,Ofta,Ibland", "wide.csv,A1,group,Ja,Nej", "wide.csv,B1,group,Nej,Ja", **parts)
    waves = result.responses["person"].set_index(["person", "wave"])["calm"]
    assert (waves["A1", "t1"], waves["A1", "t2"]) == (3, 2)
    assert result.units["person"].set_index("person")["group"].to_dict() == {"A1": "control", "B1": "participant"}


def test_a_missing_file_of_corrections_and_an_empty_one_correct_nothing(tmp_path: Path) -> None:
    plain = clean_responses(miniature(tmp_path / "1"))
    assert corrected(tmp_path / "2").responses["person"].equals(plain.responses["person"])


def test_an_exclusion_goes_by_what_a_cell_becomes(tmp_path: Path) -> None:
    exclusion = {"id": "tests", "sources": ["before"], "variable": "comment", "values": ["test"], "label": both("test")}
    result = corrected(tmp_path, "before.csv,A2,comment,bra,test", exclusions=[exclusion])
    assert result.exclusions["rule"].tolist() == ["tests"]


def test_the_example_of_the_page_does_what_it_says(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "declare.md").read_text(encoding="utf-8")
    example = page.partition("```csv corrections\n")[2].partition("```")[0]
    before = BEFORE.replace("B2;", "A1;").replace("B3;", "TEST1;")
    after = AFTER.replace("A1;", "A11;")
    miniature(tmp_path, files={"before.csv": before, "after.csv": after})
    (tmp_path / "studies" / "mini" / "corrections.csv").write_text(example, encoding="utf-8")
    result = clean_responses(load_study("mini", tmp_path))
    people = result.responses["person"].groupby("person")["wave"].agg(list).to_dict()
    assert people == {"A1": ["t1", "t2"], "A2": ["t1", "t2"], "A3": ["t1"], "A5": ["t1"], "B1": ["t1", "t2"], "B2": ["t2"]}
    assert result.exclusions["rule"].tolist() == ["taken_out"]
    assert calm_of(result, "A2")[0] == 3


CELL = st.sampled_from(
    [
        "before.csv",
        "after",
        "A1",
        "#1",
        "#row",
        "#99999999999",
        "calm",
        "person",
        "group",
        "day",
        "age",
        "2024-03-01",
        "",
        "Ofta",
        "1E+11",
        "å",
        "\x00",
    ]
)


@pytest.mark.slow
@given(st.lists(st.lists(CELL, min_size=8, max_size=8), max_size=6))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_rows_say_they_are_obeyed_or_refused_by_name(tmp_path: Path, rows: list[list[str]]) -> None:
    (tmp_path / "studies" / "mini" / "corrections.csv").unlink(missing_ok=True)
    miniature(tmp_path)
    text = HEADING + "".join(",".join(row) + "\n" for row in rows)
    (tmp_path / "studies" / "mini" / "corrections.csv").write_text(text, encoding="utf-8")
    try:
        result = clean_responses(load_study("mini", tmp_path))
    except ResearcherError as error:
        assert any("corrections.csv" in problem.where or "data/raw" in problem.where for problem in error.problems)
        return
    assert findings(result, "corrected") or "taken_out" in set(result.exclusions["rule"]) or not any(map(any, rows))


@pytest.mark.slow
@given(st.binary(max_size=400))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_bytes_the_file_holds_there_is_a_message(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "studies" / "mini" / "corrections.csv").unlink(missing_ok=True)
    miniature(tmp_path)
    (tmp_path / "studies" / "mini" / "corrections.csv").write_bytes(content)
    try:
        load_study("mini", tmp_path)
    except ResearcherError as error:
        assert all("corrections.csv" in problem.where for problem in error.problems)
