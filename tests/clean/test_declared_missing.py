"""What a file of SPSS or Stata declares missing is never a number: listed in answers.csv, or refused with the rows to paste."""

import io
import math
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from pipeline.clean.responses import clean_responses
from pipeline.errors import ResearcherError
from pipeline.spec.vocabulary import MISSING_CODES
from tests.clean.files import read, refused
from tests.miniature import ANSWERS, miniature, source

pytestmark = pytest.mark.slow

CODEBOOK = """\
type,name,unit,fixed,answers,constraint,classes,label::sv,label::en,raw_name::survey
id,person,person,yes,,,,Nummer,Number,nr
select_one,group,person,yes,group,,,Grupp,Group,grupp
decimal,days,person,,{days},,,Dagar,Days,dagar
select_one,work,person,,{work},,,Arbete,Work,arbete
"""
PEOPLE = pd.DataFrame(
    {
        "nr": ["A1", "A2", "A3", "B1", "B2", "B3"],
        "grupp": ["Ja", "Ja", "Ja", "Nej", "Nej", "Nej"],
        "dagar": [10.0, 998.0, 20.0, 999.0, 30.0, 40.0],
        "arbete": ["Ja", "Nej", "XX", "Ja", "Ja", "Nej"],
    }
)
RANGES = {"dagar": [{"lo": 998, "hi": math.inf}], "arbete": ["XX"]}
LABELS = {"dagar": {998.0: "Vet ej", 999.0: "Vill ej, eller kan ej, svara"}, "arbete": {"XX": "Uppgift saknas"}}
LISTED = "days_missing,a,998,,,dont_know\ndays_missing,b,999,,,refused\n"


def spss(people: pd.DataFrame = PEOPLE, ranges: Mapping = RANGES, folder: Path | None = None) -> bytes:
    assert folder is not None
    file = folder / "survey.sav"
    pyreadstat.write_sav(people, str(file), missing_ranges=dict(ranges), variable_value_labels=LABELS)
    return file.read_bytes()


def cleaned(
    root: Path, content: bytes, *, days: str = "", work: str = "yes_no", answers: str = ANSWERS, format_: str = "sav", **more: object
) -> pd.DataFrame:
    sources = [source("survey", wave="t1", file=f"survey.{format_}", format=format_)]
    parts = {
        "codebook": CODEBOOK.format(days=days, work=work),
        "answers": answers,
        "sources": sources,
        "waves": [{"name": "t1", "label": {"sv": "nu", "en": "now"}}],
        "measures": [
            {
                "name": "absence",
                "label": {"sv": "a", "en": "a"},
                "unit": {"sv": "d", "en": "d"},
                "rule": "as_answered",
                "items": ["days"],
            }
        ],
        "balance": {"covariates": []},
        "analyses": [{"id": "main", "role": "primary", "estimator": "welch", "outcomes": ["absence@t1"], "label": {"sv": "a", "en": "a"}}],
    }
    return clean_responses(miniature(root, {f"survey.{format_}": content}, **parts, **more)).responses["person"].set_index("person")


def refusal(root: Path, content: bytes, **parts: str) -> str:
    with pytest.raises(ResearcherError) as caught:
        cleaned(root, content, **parts)
    return str(caught.value)


def test_codes_that_are_not_listed_are_refused_with_label_count_and_row(tmp_path: Path) -> None:
    said = refusal(tmp_path, spss(folder=tmp_path))
    assert "studies/mini/answers.csv, list days_missing: 2 codes are declared missing in the files and have no row here" in said
    assert "'998' = 'Vet ej' (once: data row 2)" in said
    assert "give it the list days_missing in column answers of the codebook" in said
    assert "list yes_no: 1 codes are declared missing" in said
    assert "'XX' = 'Uppgift saknas' (once: data row 3)" in said


def test_the_rows_to_paste_are_rows_of_answers_csv_that_work(tmp_path: Path) -> None:
    content = spss(folder=tmp_path)
    said = refusal(tmp_path, content)
    pasted = "".join(f"{line}\n" for line in said.splitlines() if line.startswith(("days_missing,", "yes_no,")))
    assert 'days_missing,999,999,"Vill ej, eller kan ej, svara"' in pasted
    people = cleaned(tmp_path / "again", content, days="days_missing", answers=ANSWERS + pasted)
    assert people["days"].dropna().to_dict() == {"A1": 10, "A3": 20, "B2": 30, "B3": 40}
    assert people.loc["A2", "days__missing"] == MISSING_CODES["dont_know"]
    assert people.loc["B1", "days__missing"] == MISSING_CODES["refused"]
    assert people.loc["A3", "work__missing"] == MISSING_CODES["skipped"]


def test_the_rows_to_paste_are_written_as_the_file_is(tmp_path: Path) -> None:
    rows = [line.split(",") for line in ANSWERS.splitlines()]
    backwards = "\n".join(";".join(reversed(row)) for row in rows) + "\n"
    said = refusal(tmp_path, spss(folder=tmp_path), answers=backwards)
    assert ";Vill ej, eller kan ej, svara;999;999;days_missing" in said


def test_a_code_that_is_met_often_is_one_row_to_paste(tmp_path: Path) -> None:
    said = refusal(tmp_path, spss(PEOPLE.assign(arbete=["XX"] * 6), folder=tmp_path), days="days_missing", answers=ANSWERS + LISTED)
    assert said.count("yes_no,XX,XX") == 1
    assert "(6 times: data row 1, 2, 3, 4, 5 and 1 more)" in said


@pytest.mark.parametrize(
    ("ranges", "lost"),
    [
        ([{"lo": -math.inf, "hi": 15}], ["A1"]),
        ([{"lo": 20, "hi": 30}, 998], ["A2", "A3", "B2"]),
        ([10, 20, 30], ["A1", "A3", "B2"]),
    ],
)
def test_ranges_with_open_ends_and_single_values_are_missing(tmp_path: Path, ranges: list, lost: list[str]) -> None:
    said = refusal(
        tmp_path,
        spss(ranges={"dagar": ranges}, folder=tmp_path),
        work="work",
        answers=ANSWERS.replace("yes_no", "work") + "work,x,XX,,,skipped\n",
    )
    rows = [f"data row {PEOPLE.index[PEOPLE['nr'] == person][0] + 1})" for person in lost]
    assert all(row in said for row in rows)
    assert f"list days_missing: {len(lost)} codes" in said


def test_an_answer_that_the_list_calls_an_answer_stays_one(tmp_path: Path) -> None:
    answers = ANSWERS + LISTED + "yes_no,gone,XX,Borta,Gone,\n"
    assert cleaned(tmp_path, spss(folder=tmp_path), days="days_missing", answers=answers).loc["A3", "work"] == "gone"


def test_an_id_that_the_file_declares_missing_is_no_id(tmp_path: Path) -> None:
    people = PEOPLE.assign(nr=["A1", "A2", "99", "B1", "B2", "B3"])
    content = spss(people, {"nr": ["99"]}, folder=tmp_path)
    said = refusal(tmp_path, content, days="days_missing", answers=ANSWERS + LISTED + "yes_no,x,XX,,,skipped\n")
    assert "1 rows have no id\n  data row 3" in said


def test_a_blank_text_that_the_file_declares_missing_is_a_blank(tmp_path: Path) -> None:
    people = PEOPLE.assign(arbete=["Ja", "", "Ja", "Nej", "Ja", " "])
    content = spss(people, {**RANGES, "arbete": [" "]}, folder=tmp_path)
    rows = cleaned(tmp_path, content, days="days_missing", answers=ANSWERS + LISTED)
    assert rows["work__missing"].tolist() == [0, MISSING_CODES["skipped"], 0, 0, 0, MISSING_CODES["skipped"]]


def test_a_row_that_is_taken_out_may_hold_any_missing_code(tmp_path: Path) -> None:
    out = [{"id": "test", "sources": ["survey"], "variable": "person", "values": ["A3"], "label": {"sv": "t", "en": "t"}}]
    rows = cleaned(tmp_path, spss(folder=tmp_path), days="days_missing", answers=ANSWERS + LISTED, exclusions=out)
    assert "A3" not in rows.index


# --- Stata


def stata(folder: Path, people: pd.DataFrame, **more: object) -> bytes:
    file = folder / "survey.dta"
    pyreadstat.write_dta(people, str(file), **more)
    return file.read_bytes()


def test_extended_missing_values_of_stata_are_reasons_by_their_letter(tmp_path: Path) -> None:
    people = PEOPLE.assign(dagar=[10.0, "a", 20.5, "z", 30.0, None], arbete=["Ja", "Nej", "Ja", "a", "Ja", "Nej"])
    content = stata(tmp_path, people, missing_user_values={"dagar": ["a", "z"]}, variable_value_labels={"dagar": {"a": "Vet ej"}})
    answers = ANSWERS + "yes_no,other,a,Annat,Other,\n"
    said = refusal(tmp_path, content, format_="dta", answers=answers)
    assert "'.a' = 'Vet ej' (once: data row 2)" in said
    assert "'.z' (once: data row 4)" in said
    rows = "".join(f"{line}\n" for line in said.splitlines() if line.startswith("days_missing,"))
    read_ = cleaned(tmp_path / "again", content, format_="dta", days="days_missing", answers=answers + rows)
    assert read_["days__missing"].tolist() == [0, MISSING_CODES["dont_know"], 0, MISSING_CODES["skipped"], 0, MISSING_CODES["skipped"]]
    assert read_.loc["B1", "work"] == "other"


def test_dates_of_stata_are_read_in_every_one_of_its_units(tmp_path: Path) -> None:
    forms = {
        "dag": ("%td", 23436),
        "kort": ("%d", 23436),
        "ms": ("%tc", 23436 * 86_400_000.0),
        "m": ("%tm", 770),
        "q": ("%tq", 256),
        "h": ("%th", 128),
    }
    forms |= {"w": ("%tw", 52 * 64 + 8), "y": ("%ty", 2024)}
    people = pd.DataFrame({name: [number] for name, (_, number) in forms.items()})
    content = stata(tmp_path, people, variable_format={name: form for name, (form, _) in forms.items()})
    days = {"dag": "2024-03-01", "kort": "2024-03-01", "ms": "2024-03-01 00:00:00", "m": "2024-03-01", "q": "2024-01-01", "h": "2024-01-01"}
    assert read("dta", content) == {name: [cell] for name, cell in {**days, "w": "2024-02-26", "y": "2024"}.items()}


def test_numbers_of_four_bytes_have_no_more_digits_than_they_hold(real_exports: Path) -> None:
    cells = read("dta", (real_exports / "stata" / "haven_types.dta").read_bytes())
    assert cells["vfloat"] == ["3.14", "7"]
    assert cells["vdate"] == ["1960-01-01", "2015-12-01"]


def test_published_files_with_tagged_missing_values_are_read(real_exports: Path) -> None:
    cells = read("dta", (real_exports / "stata" / "haven_tagged-na-double.dta").read_bytes())
    assert cells["x"] == ["1", "2", "3", "4", "5", ".a", ".h", ".z"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("format_", "said"),
    [("csv", "is a Stata file, not CSV"), ("sav", "is a Stata file (.dta), not an SPSS file"), ("xlsx", "is not an Excel workbook")],
)
@pytest.mark.parametrize("version", [8, 10, 12, 13, 14, 15])
def test_a_stata_file_of_any_age_is_named(tmp_path: Path, format_: str, said: str, version: int) -> None:
    content = stata(tmp_path, PEOPLE, version=version)
    assert list(read("dta", content)["dagar"]) == ["10", "998", "20", "999", "30", "40"]
    assert said in refused(format_, content)


@pytest.mark.parametrize("content", [b"", b"nr;grupp\n", b"<stata_dta>", b"<stata_dta><header>" + bytes(200)])
def test_what_is_no_whole_stata_file_is_refused(content: bytes) -> None:
    message = refused("dta", content)
    assert message.rpartition("\n")[2].endswith(".")


def test_an_excel_workbook_is_not_taken_for_stata() -> None:
    file = io.BytesIO()
    pd.DataFrame({"x": [1]}).to_excel(file, engine="xlsxwriter")
    assert "is not a Stata file (.dta)" in refused("dta", file.getvalue())
