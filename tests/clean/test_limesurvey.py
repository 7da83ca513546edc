"""LimeSurvey exports: headings by their codes, cells as they were answered, and who broke off."""

from pathlib import Path

import pandas as pd
import pytest

from pipeline.clean.responses import clean_responses
from pipeline.spec.vocabulary import MISSING_CODES
from tests.clean.files import read
from tests.miniature import CODEBOOK, miniature, source

LIME = (
    '\ufeff"id","submitdate","lugn[SQ001]. Är du ""lugn""? [Nu]","lugn[SQ002]. Är du lugn? [Då]","fritext. Berätta","interviewtime. Total time"\r\n'
    '"1","1980-01-01 00:00:00","\ufeff1 (aldrig)","","\'=1+1","61.5"\r\n'
    '"2","","2","","","30"\r\n'
    '"3","","","","rad ett\nrad två","12"\r\n'
    "\r\n"
)


def test_limesurvey_cells_are_read_as_they_were_answered() -> None:
    cells = read("limesurvey", LIME.encode())
    assert list(cells) == ["id", "submitdate", "lugn[SQ001]", "lugn[SQ002]", "fritext", "interviewtime"]
    assert cells["lugn[SQ001]"] == ["1 (aldrig)", "2", ""]
    assert cells["fritext"] == ["=1+1", "", "rad ett\nrad två"]


def test_a_semicolon_may_part_the_fields_of_limesurvey() -> None:
    assert read("limesurvey", b'"id";"q1"\r\n"1";"a,b"\r\n') == {"id": ["1"], "q1": ["a,b"]}


@pytest.mark.parametrize("headings", [["Hej. Vad heter du?", "Svar nr 2"], ["q1. Ett", "q1. Två"], ["q1", "q2[SQ001]"]])
def test_headings_without_codes_or_with_the_same_code_stay_as_they_are(headings: list[str]) -> None:
    content = ",".join(f'"{heading}"' for heading in headings) + '\r\n"1","2"\r\n'
    assert list(read("limesurvey", content.encode())) == headings


def test_blank_cells_behind_the_last_answer_of_those_who_broke_off_were_not_reached(tmp_path: Path) -> None:
    rows = ["nr,submitdate,grupp,lugn,ålder,kommentar", "A1,2024-01-01,Ja,,30,", "A2,,Ja,,41,", "B1,,Nej,,,", "B2,,Nej,Ofta,,nej"]
    codebook = CODEBOOK.replace("text,comment", "date,sent,person,yes,,,,Sänd,Sent,submitdate,\ntext,comment")
    sources = [source("before", wave="t1", format="limesurvey"), source("after", wave="t2")]
    study = miniature(tmp_path, {"before.csv": "\r\n".join(rows)}, codebook, sources=sources)
    before = clean_responses(study)
    first = before.responses["person"].query("wave == 't1'").set_index("person")
    skipped, not_reached = MISSING_CODES["skipped"], MISSING_CODES["not_reached"]
    assert first["calm__missing"].to_dict() == {"A1": skipped, "A2": skipped, "B1": not_reached, "B2": 0}
    assert first["comment__missing"].to_dict() == {"A1": skipped, "A2": not_reached, "B1": not_reached, "B2": 0}
    assert before.units["person"].set_index("person")["age__missing"].to_dict() == {"A1": 0, "A2": 0, "B1": not_reached, "B2": skipped}


@pytest.mark.slow
def test_published_limesurvey_exports_are_read(real_exports: Path) -> None:
    files = sorted((real_exports / "limesurvey_rse").glob("*.csv"))
    assert files
    for file in files:
        expected = pd.read_csv(file, dtype=str, keep_default_na=False)
        cells = read("limesurvey", file.read_bytes())
        assert {len(column) for column in cells.values()} == {len(expected)}, file.name
        job = next(heading for heading in expected.columns if heading.startswith("currentEmp1."))
        assert cells["currentEmp1"] == expected[job].tolist()
    german = read("limesurvey", (real_exports / "limesurvey_rse" / "rse2017_de_public.csv").read_bytes())
    assert set(german["likert1[turnOver3]"]) >= {"1 (None at all)"}
