"""Files as real survey tools wrote them: read as declared, or refused by name with a remedy that works. They may not be committed."""

from pathlib import Path

import pandas as pd
import pytest

from pipeline.clean.headings import heading_hints
from pipeline.clean.importers import IMPORTERS
from pipeline.errors import ResearcherError
from pipeline.spec.vocabulary import MISSING_CODES
from pipeline.tables.results import Cleaned
from tests.clean.files import WHERE, stated
from tests.clean.one_file import cleaned_file

FORMATS = {".sav": "sav", ".dta": "dta", ".csv": "csv"}
HEADINGS = {"sample.csv": {"heading_rows": 3}, "sample_legacy.csv": {"heading_rows": 2}}
"""File -> what must be declared of it."""


def format_of(file: Path) -> str:
    return "limesurvey" if file.parent.name.startswith("limesurvey") else FORMATS[file.suffix]


def cleaned(root: Path, file: Path, codebook: str, answers: str = "", **told: object) -> Cleaned:
    return cleaned_file(root, file.name, file.read_bytes(), codebook=codebook, answers=answers, format=format_of(file), **told)


def people_of(result: Cleaned) -> pd.DataFrame:
    return result.responses["person"].set_index("person")


@pytest.mark.slow
def test_every_real_file_is_read_as_declared(real_exports: Path) -> None:
    files = [file for file in sorted(real_exports.rglob("*")) if file.suffix in FORMATS]
    assert len(files) > 30
    for file in files:
        settings = HEADINGS.get(file.name, {})
        source_ = stated(format_of(file), **settings)
        imported = IMPORTERS[format_of(file)](file.read_bytes(), source_, WHERE)
        assert not list(heading_hints(source_, WHERE, imported)), file
        assert {len(column) for column in imported.columns} == {len(imported.columns[0])}, file


@pytest.mark.parametrize("name", HEADINGS)
def test_real_heading_rows_are_recognised_with_the_number_that_reads_them(real_exports: Path, name: str) -> None:
    imported = IMPORTERS["csv"]((real_exports / "qualtrics" / name).read_bytes(), stated("csv"), WHERE)
    [problem] = heading_hints(stated("csv"), WHERE, imported)
    assert f"heading_rows = {HEADINGS[name]['heading_rows']} of" in problem.remedy


@pytest.mark.parametrize("file", ["rse2016_uk", "rse2017_can", "rse2017_de", "rse2017_nl", "rse2017_uk", "rse2017_us", "rse2017_zaf"])
def test_limesurvey_files_whose_id_has_no_heading_are_declared_by_its_place(tmp_path: Path, real_exports: Path, file: str) -> None:
    rows = "id,person,person,yes,,,,N,N,#1\ntext,country,person,,,,,L,L,socio1\n"
    result = cleaned(tmp_path, real_exports / "limesurvey_rse" / f"{file}_public.csv", rows, ignore="rest")
    assert people_of(result)["country"].notna().all()
    ignored = result.cleaning_log.query("finding == 'ignored'")
    assert len(ignored) > 50
    assert set(ignored["detail"]) == {"*"}


def test_a_redcap_file_with_comma_and_point_is_read_by_column(tmp_path: Path, real_exports: Path) -> None:
    rows = "id,person,person,yes,,,,N,N,record_id\ndecimal,height,person,,,,,H,H,height\ndecimal,bmi,person,,,,,B,B,bmi\n"
    file = real_exports / "redcap" / "decimal-comma" / "data.csv"
    with pytest.raises(ResearcherError, match=r'columns = \{ height = \{ decimal = "," \} \}'):
        cleaned(tmp_path, file, rows, ignore="rest")
    people = people_of(cleaned(tmp_path, file, rows, ignore="rest", columns={"bmi": {"decimal": "."}}))
    assert people["height"].tolist() == [1.54, 1.84, 1.95, 1.61]
    assert people["bmi"].tolist() == [22.1, 27.3, 32.5, 17.7]


def test_a_qualtrics_file_is_read_below_its_three_heading_rows(tmp_path: Path, real_exports: Path) -> None:
    rows = "id,person,person,yes,,,,N,N,ResponseId\ndate,day,person,,,2017-01-01..,,D,D,StartDate\ntext,said,person,,,,,T,T,Q2\n"
    file = real_exports / "qualtrics" / "sample.csv"
    people = people_of(cleaned(tmp_path, file, rows, ignore="rest", heading_rows=3, dates=["%Y-%m-%d %H:%M:%S"]))
    assert len(people) == 1
    assert people["said"].notna().all()


def test_a_qualtrics_file_is_read_without_a_word_on_its_heading(tmp_path: Path, real_exports: Path) -> None:
    rows = "id,person,person,yes,,,,N,N,ResponseId\ntext,said,person,,,,,T,T,Q2\n"
    content = (real_exports / "qualtrics" / "sample.csv").read_bytes()
    result = cleaned_file(tmp_path, "sample.csv", content, codebook=rows, answers="", format="qualtrics", ignore="rest")
    assert people_of(result)["said"].tolist() == ["Hello World!"]
    legacy = (real_exports / "qualtrics" / "sample_legacy.csv").read_bytes()
    imported = IMPORTERS["qualtrics"](legacy, stated("qualtrics"), WHERE)
    assert imported.labels["Q2"] == "This is a free text question."
    assert imported.columns[0].tolist() == ["R_2YPOQ602ER1jkf1"]


def test_real_redcap_forms_that_nobody_opened_are_not_skipped(tmp_path: Path, real_exports: Path) -> None:
    rows = "id,person,person,yes,,,,N,N,record_id\nselect_multiple,one,person,,one,,,O,O,check_one___{}\n"
    answers = "".join(f"one,n{code},{code},{code},{code},\n" for code in (1, 2, 3, 4))
    content = (real_exports / "redcap" / "checkboxes-1" / "data.csv").read_bytes()
    result = cleaned_file(tmp_path, "data.csv", content, codebook=rows, answers=answers, format="redcap", ignore="rest")
    reasons = {name: MISSING_CODES[name] for name in ("skipped", "not_reached")}
    assert people_of(result)["one_n1__missing"].tolist() == [0, reasons["skipped"], 0, reasons["not_reached"]]


def test_real_redcap_events_are_waves_of_one_file(tmp_path: Path, real_exports: Path) -> None:
    rows = "id,person,person,yes,,,,N,N,record_id\ninteger,weight,person,,,,,W,W,weight\n"
    content = (real_exports / "redcap" / "arm-single-longitudinal" / "data.csv").read_bytes()
    told = {"format": "redcap", "ignore": "rest", "rows": {"redcap_event_name": ["dischage_arm_1"]}}
    result = cleaned_file(tmp_path, "data.csv", content, codebook=rows, answers="", **told)
    assert people_of(result)["weight"].to_dict() == {"1": 12, "2": 22, "3": 32}


def test_missing_values_of_a_real_spss_file_are_listed_or_refused(tmp_path: Path, real_exports: Path) -> None:
    rows = "id,person,person,yes,,,,N,N,#row\ndecimal,number,person,,tail,,,T,T,mynum\nselect_one,sex,person,,sex,,,K,K,mylabl\n"
    file = real_exports / "spss" / "pyreadstat_sample_missing.sav"
    listed = "sex,man,1,Man,Man,\nsex,woman,2,Kvinna,Woman,\nsex,x,-1,,,unreadable\ntail,a,-1,,,refused\n"
    with pytest.raises(ResearcherError, match="tail,2500,2500,,,skipped"):
        cleaned(tmp_path, file, rows, listed, ignore="rest")
    people = people_of(cleaned(tmp_path, file, rows, listed + "tail,2500,2500,,,skipped\n", ignore="rest"))
    assert people["number"].dropna().tolist() == [1.1, 1.2, -1000.3, -1.4, 1000.3]
    assert people.loc["6", "sex__missing"] == MISSING_CODES["unreadable"]


def test_a_real_stata_file_gives_its_extended_missing_values_as_reasons(tmp_path: Path, real_exports: Path) -> None:
    rows = "id,person,person,yes,,,,N,N,#row\ninteger,x,person,,tail,,,X,X,x\n"
    file = real_exports / "stata" / "haven_tagged-na-double.dta"
    listed = "tail,a,.a,,,refused\ntail,h,.h,,,dont_know\ntail,z,.z,,,not_asked\n"
    people = people_of(cleaned(tmp_path, file, rows, listed))
    assert people["x"].dropna().tolist() == [1, 2, 3, 4, 5]
    assert people["x__missing"].tolist()[5:] == [MISSING_CODES[reason] for reason in ("refused", "dont_know", "not_asked")]
