"""What 'make new' drafts, what it asks, and what it never does."""

import io
import re
import shutil
import tomllib
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from pipeline.clean.responses import clean_responses
from pipeline.cli import main
from pipeline.draft.written import DECIDE
from pipeline.errors import ResearcherError
from pipeline.render.engine import make_engine
from pipeline.spec.load import load_study
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import MISSING_CODES
from pipeline.stages.build import Wanted, build_study
from pipeline.stages.new import Asked, new_study
from pipeline.stages.reports import Reports
from tests.clean.files import repacked, workbook
from tests.conftest import ROOT
from tests.draft.one_survey import lss

FIRST = "Löpnr;Deltog;Kön;E-post;Lugn;Dagar;Sökt jobb;Kommentar\n" + "".join(
    f"P{n:02d};{'Ja' if n % 2 else 'Nej'};{'Kvinna' if n % 3 else 'Man'};a{n}@b.se;{('Aldrig', 'Ibland', 'Ofta')[n % 3]};{n % 7};{'Ja' if n % 5 else 'Vet ej' if n else 'Nej'};ord {n}\n"
    for n in range(40)
)
SECOND = "".join(line.replace(";Ofta;", ";Ibland;") + "\n" for number, line in enumerate(FIRST.splitlines()) if number == 0 or number % 4)

NOTHING_TO_COUNT = {"haven_datetime.sav", "pyreadstat_missing_test.dta", "pyreadstat_tegulu.sav", "sample.csv", "sample_legacy.csv"}
"""Real files of dates, free text, one respondent or missing answers only: what is analysed must be asked."""
NOTHING = "Nothing in these files can be counted yet"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    (tmp_path / "files").mkdir()
    return tmp_path


def drafted(project: Path, files: dict[str, str | bytes], **asked: object) -> list[str]:
    for name, content in files.items():
        (project / "files" / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return list(new_study("mine", [str(project / "files" / name) for name in files], Asked(**asked), project))


def declared(project: Path) -> Study:
    return load_study("mine", project)


def toml_of(project: Path) -> str:
    return (project / "studies" / "mine" / "study.toml").read_text(encoding="utf-8")


class TestPanel:
    """Two Swedish files of the same people."""

    def test_it_passes_check_and_points_at_every_decision(self, project: Path) -> None:
        told = drafted(project, {"fore.csv": FIRST, "efter.csv": SECOND})
        assert any(line.startswith("Checked: no problems (files of 2 of 2 sources read)") for line in told)
        places = {line.strip().split(": ")[0] for line in told if line.startswith("  studies/mine/study.toml")}
        lines = toml_of(project).splitlines()
        assert places == {f"studies/mine/study.toml:{number}" for number, line in enumerate(lines, 1) if DECIDE in line}
        assert len(places) >= 5

    def test_what_the_files_know_is_declared(self, project: Path) -> None:
        drafted(project, {"fore.csv": FIRST, "efter.csv": SECOND})
        study = declared(project)
        assert study.declaration.languages == ("sv",)
        assert {name: variable.type for name, variable in study.variable.items()} == {
            "person": "id",
            "deltog": "select_one",
            "kon": "select_one",
            "lugn": "rating",
            "dagar": "integer",
            "sokt_jobb": "select_one",
        }
        assert [answer.code for answer in study.answer_lists["lugn"]] == ["1", "2", "3"]
        assert {answer.raw: answer.missing for answer in study.answer_lists["yes_no"]} == {"Ja": "", "Nej": "", "Vet ej": "dont_know"}
        assert [source.wave for source in study.declaration.sources] == ["t1", "t2"]
        assert (study.variable["kon"].fixed, study.variable["lugn"].fixed) == (True, False)

    def test_nobody_can_be_found_in_what_is_declared(self, project: Path) -> None:
        drafted(project, {"fore.csv": FIRST, "efter.csv": SECOND})
        for file in (project / "studies" / "mine").iterdir():
            text = file.read_text(encoding="utf-8")
            assert "@b.se" not in text
            assert "ord 1" not in text
        assert "may name a person: E-post" in toml_of(project)

    def test_a_comparison_is_declared_from_one_answer(self, project: Path) -> None:
        drafted(project, {"fore.csv": FIRST, "efter.csv": SECOND}, compare="Deltog", outcomes=("Lugn", "sokt_jobb"))
        study = declared(project)
        assert (study.declaration.design, study.declaration.sample.group) == ("observational", "deltog")
        analyses = {one.estimator: one.outcomes for one in study.declaration.analyses}
        assert analyses == {"welch": ("lugn_value@t2",), "risk_difference": ("sokt_jobb_yes",), "adjusted": ("lugn_value@t2",)}
        assert study.measure["lugn_value"].unit.sv == "skala 1–3"
        assert study.declaration.question.sv == "Hur skiljer sig svaren åt efter ”Deltog”?"
        assert f"{DECIDE}what reports call the two groups" in toml_of(project)
        assert {one.family for one in study.declaration.analyses if one.role == "primary"} == {"primary"}

    def test_the_raw_files_are_copied_as_they_are(self, project: Path) -> None:
        drafted(project, {"fore.csv": FIRST})
        assert (
            (project / "data" / "raw" / "mine" / "fore.csv").read_bytes() == (project / "files" / "fore.csv").read_bytes() == FIRST.encode()
        )

    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            ({"compare": "Lugn"}, "COMPARE=lugn: has 3 answers\n  allowed: a question of two answers"),
            ({"compare": "Lungt"}, "COMPARE=Lungt: is no variable of the draft\ndid you mean 'Lugn'"),
            ({"compare": "xyz"}, "COMPARE=xyz: is no variable of the draft\n  allowed: .*Lugn"),
            ({"id": "nummer"}, "fore.csv has no such column"),
        ],
    )
    def test_what_is_asked_for_and_not_there_is_named(self, project: Path, asked: dict, said: str) -> None:
        with pytest.raises(ResearcherError, match=said):
            drafted(project, {"fore.csv": FIRST, "efter.csv": SECOND}, **asked)
        assert not (project / "studies").exists()


class TestAgain:
    """A second draft of a study that somebody has worked on."""

    def test_no_line_is_written_over(self, project: Path) -> None:
        drafted(project, {"fore.csv": FIRST})
        folder = project / "studies" / "mine"
        (folder / "study.toml").write_text(toml_of(project) + "# mine\n", encoding="utf-8")
        before = {file.name: file.read_bytes() for file in folder.iterdir()}
        (project / "data" / "raw" / "mine" / "fore.csv").write_text("kept", encoding="utf-8")
        told = drafted(project, {"fore.csv": FIRST.replace("Ibland", "Då och då")})
        assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
        assert (project / "data" / "raw" / "mine" / "fore.csv").read_text(encoding="utf-8") == "kept"
        assert "study.toml: fore.csv has changed; put it into data/raw/mine/ and type make receive STUDY=mine" in told
        assert any(line.startswith("answers.csv + lugn,") and "Då och då" in line for line in told)

    def test_new_columns_are_proposed_and_lost_ones_told(self, project: Path) -> None:
        drafted(project, {"fore.csv": FIRST})
        lines = FIRST.replace("Dagar", "Nätter").splitlines()
        more = "\n".join([f"{lines[0]};Timmar", *(f"{line};{number}" for number, line in enumerate(lines[1:]))])
        told = drafted(project, {"fore.csv": f"{more}\n"})
        assert "codebook.csv + integer,timmar,person,yes,,0..,,Timmar,Timmar" in told
        assert "codebook.csv: dagar is gone: no column 'Dagar' in these files" in told
        assert not any("kon" in line for line in told)

    def test_a_table_without_a_declaration_is_somebodys_work(self, project: Path) -> None:
        folder = project / "studies" / "mine"
        folder.mkdir(parents=True)
        (folder / "codebook.csv").write_text("mine", encoding="utf-8")
        with pytest.raises(ResearcherError, match=r"studies/mine/codebook\.csv: is there, but no study\.toml"):
            drafted(project, {"fore.csv": FIRST})
        assert (folder / "codebook.csv").read_text(encoding="utf-8") == "mine"
        assert not (project / "data").exists()

    def test_the_same_files_make_no_difference(self, project: Path) -> None:
        drafted(project, {"fore.csv": FIRST, "efter.csv": SECOND})
        codebook = project / "studies" / "mine" / "codebook.csv"
        codebook.write_text(codebook.read_text(encoding="utf-8").replace(",lugn,", ",calm,", 1), encoding="utf-8")
        assert drafted(project, {"fore.csv": FIRST, "efter.csv": SECOND})[-1] == "nothing"

    def test_a_raw_file_of_another_content_is_not_written_over(self, project: Path) -> None:
        raw = project / "data" / "raw" / "mine"
        raw.mkdir(parents=True)
        (raw / "fore.csv").write_text("other", encoding="utf-8")
        with pytest.raises(ResearcherError, match=r"data/raw/mine/fore\.csv: is there with another content"):
            drafted(project, {"fore.csv": FIRST})
        assert not (project / "studies").exists()


def test_questions_with_a_wave_behind_their_names_are_waves(project: Path) -> None:
    rows = "".join(f"{n},{n % 2 + 1},{n % 5},{(n + 1) % 5}\n" for n in range(30))
    drafted(project, {"wide.csv": f"id,arm,calm_t1,calm_t2\n{rows}"})
    study = declared(project)
    assert study.wave_names == ("t1", "t2")
    assert study.variable["calm"].raw_names == {"wide_t1": "calm_t1", "wide_t2": "calm_t2"}
    assert (study.variable["arm"].fixed, study.declaration.analyses[0].estimator) == (True, "paired")


def test_events_of_a_redcap_file_are_waves_with_rows_of_their_own(project: Path) -> None:
    rows = "".join(f"{n},{event}_arm_1,{n % 5},2\n" for n in range(12) for event in ("intake", "exit"))
    drafted(project, {"data.csv": f"record_id,redcap_event_name,calm,form_complete\n{rows}"})
    study = declared(project)
    assert {source.wave: source.rows for source in study.declaration.sources} == {
        "intake": {"redcap_event_name": ("intake_arm_1",)},
        "exit": {"redcap_event_name": ("exit_arm_1",)},
    }
    waves = clean_responses(study).responses["person"].groupby("wave").size()
    assert waves.to_dict() == {"intake": 12, "exit": 12}


def test_a_visit_in_a_redcap_file_is_no_other_event(project: Path) -> None:
    rows = "".join(f"{n},{event}_arm_1,{visit},{n % 5}\n" for n in range(12) for visit, event in enumerate(("intake", "exit")))
    drafted(project, {"data.csv": f"record_id,redcap_event_name,visit,calm\n{rows}"})
    study = declared(project)
    assert [list(source.rows) for source in study.declaration.sources] == [["redcap_event_name"]] * 2
    assert not study.variable["calm"].fixed, "a dozen people who answer alike twice show nothing"


def test_rows_of_a_repeating_instrument_are_not_taken_for_people(project: Path) -> None:
    rows = "".join(f"{n},,{n % 5},,2,\n{n},visits,,long,,2\n" for n in range(12))
    heading = "record_id,redcap_repeat_instrument,calm,visit,start_complete,visits_complete\n"
    told = drafted(project, {"data.csv": heading + rows})
    assert any("the rows of visits belong to no source yet" in line for line in told)
    assert len(clean_responses(declared(project)).units["person"]) == 12


def test_an_xlsform_gives_its_answers_to_a_table_of_codes(project: Path) -> None:
    survey = {"A1": "type", "B1": "name", "C1": "label::Svenska (sv)", "D1": "label::English (en)"}
    survey |= {"A2": "select_one yn", "B2": "work", "C2": "Arbetar du?", "D2": "Do you work?"}
    survey |= {"A3": "select_multiple help", "B3": "help", "C3": "Vad hjälpte?", "D3": "What helped?"}
    survey |= {"A4": "integer", "B4": "age", "C4": "Ålder", "D4": "Age"}
    choices = {"A1": "list_name", "B1": "name", "C1": "label::Svenska (sv)", "D1": "label::English (en)"}
    options = [("yn", "1", "Ja", "Yes"), ("yn", "0", "Nej", "No"), ("help", "t", "Samtal", "Talks"), ("help", "c", "Kurser", "Courses")]
    choices |= {f"{'ABCD'[place]}{row}": text for row, option in enumerate(options, 2) for place, text in enumerate(option)}
    form = renamed_sheets(workbook(survey, choices), Blad1="survey", Blad2="choices")
    rows = "".join(f"u{n},{n % 2},{('t c', 't', 'c', '')[n % 4]},{30 + n}\n" for n in range(16))
    told = drafted(project, {"form.xlsx": form, "data.csv": f"uid,work,help,age\n{rows}"})
    study = declared(project)
    assert told[0] == "form.xlsx: a XLSForm"
    assert study.declaration.languages == ("sv", "en")
    assert (study.variable["help_talks"].label.en, study.variable["age"].label.sv) == ("What helped? Talks", "Ålder")
    people = clean_responses(study).units["person"].set_index("person")
    assert people.loc["U0", ["work", "help_talks", "help_courses"]].tolist() == ["no", "yes", "yes"]
    assert people.loc["U3", "help_talks__missing"] == MISSING_CODES["skipped"]


def renamed_sheets(content: bytes, **names: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        book = archive.read("xl/workbook.xml").decode()
    for old, new in names.items():
        book = book.replace(f'name="{old}"', f'name="{new}"')
    return repacked(content, xl__workbook=book.encode())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("survey.lss", "<?xml version='1.0'?><document><LimeSurveyDocType>Survey</LimeSurveyDocType><questions>"),
        ("survey.lss", '<!DOCTYPE x [<!ENTITY a "b">]><document><LimeSurveyDocType>Survey</LimeSurveyDocType></document>'),
        ("survey.qsf", '{"SurveyEntry": {}}'),
        ("dictionary.csv", "Variable / Field Name,Form Name\nage,form\n"),
    ],
)
def test_a_structure_that_cannot_be_read_is_named(project: Path, name: str, content: str) -> None:
    with pytest.raises(ResearcherError, match=rf"{name}: is a .* that cannot be read"):
        drafted(project, {"fore.csv": FIRST, name: content})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (workbook({"A1": "id"})[:-400], "is cut off or damaged"),
        (repacked(workbook({"A1": "id"}), xl__workbook=b"<workbook >"), "damaged"),
        (b"", "is empty"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "is an old Excel workbook"),
        (b'id;v\n1;"a\n', "a quotation mark"),
        (b"$FL3" + bytes(300), "is cut off or damaged"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(project: Path, content: bytes, said: str) -> None:
    with pytest.raises(ResearcherError, match=f"fil.*{said}"):
        drafted(project, {"fil": content})
    assert not (project / "data").exists()


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "mac-roman"])
def test_a_large_file_is_recognised_from_its_beginning(project: Path, encoding: str) -> None:
    rows = "".join(f"{n};{('Kön', 'Två', 'Håll')[n % 3]};{'x' * 60}{n}\n" for n in range(6_000))
    drafted(project, {"a.csv": f"nr;Läge;Övrigt\n{rows}".encode(encoding.replace("-", "_"))})
    assert declared(project).variable["lage"].type == "select_one"
    assert (tomllib.loads(toml_of(project))["sources"][0].get("encoding") == "mac-roman") == (encoding == "mac-roman")


def test_the_command_line_tells_a_mistake_without_a_traceback(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setenv("RORLIGHET_ROOT", str(project))
    assert main(["new", "mine", "--from", "nowhere.csv"]) == 2
    assert "nowhere.csv: there is no such file" in capsys.readouterr().err
    (project / "fore.csv").write_text(FIRST, encoding="utf-8")
    assert main(["new", "mine", "--from", str(project / "fore.csv"), "--compare", "Deltog"]) == 0
    assert "Next: make STUDY=mine" in capsys.readouterr().out


def test_every_sheet_of_a_workbook_is_a_source(project: Path) -> None:
    first = {"A1": "id", "B1": "Ålder", **{f"A{n}": f"P{n}" for n in range(2, 12)}, **{f"B{n}": 20 + n for n in range(2, 12)}}
    second = {"A1": "id", "B1": "Lön", **{f"A{n}": f"P{n}" for n in range(2, 12)}, **{f"B{n}": 100 * n for n in range(2, 12)}}
    drafted(project, {"bok.xlsx": workbook(first, second)})
    study = declared(project)
    assert [source.sheet for source in study.declaration.sources] == ["Blad1", "Blad2"]
    people = clean_responses(study).units["person"]
    assert people.set_index("person").loc["P2", ["alder", "lon"]].tolist() == [22, 200]


def test_a_survey_in_two_languages_is_declared_in_both(project: Path) -> None:
    both = (
        lss()
        .replace("<question_l10ns><rows>", f"<question_l10ns><rows>{_swedish(lss())}")
        .replace("<answer_l10ns><rows>", f"<answer_l10ns><rows>{_swedish(lss(), 'answer')}")
    )
    rows = "".join(f"P{n},{n % 2 + 1},{20 + n},1.5,2024-03-0{n % 9 + 1},1,2,3,Y,,\n" for n in range(20))
    heading = "nr,sex,age,hours,day,work_1,work_2,work_3,helped[1],helped[2],helped[3]\n"
    drafted(project, {"survey.csv": heading + rows, "survey.lss": both})
    study = declared(project)
    assert study.declaration.languages == ("sv", "en")
    assert (study.variable["sex"].label.sv, study.variable["sex"].label.en) == ("sv: Sex", "Sex")
    assert [answer.label.sv for answer in study.answer_lists["sex"]] == ["sv: Woman", "sv: Man"]


def _swedish(structure: str, kind: str = "question") -> str:
    body = structure.split(f"<{kind}_l10ns><rows>")[1].split("</rows>", maxsplit=1)[0]
    return body.replace(f"<{kind}><![CDATA[", f"<{kind}><![CDATA[sv: ").replace("CDATA[en]", "CDATA[sv]")


@pytest.mark.parametrize(
    ("column", "written", "read"),
    [
        ("1,5;2,25;3,5", 'decimal = ","', [1.5, 2.25, 3.5]),
        ("1 234,5;2 000,25;3,5;99", 'decimal = ","', [1234.5, 2000.25, 3.5, 99]),
        ("03.04.2024;13.04.2024;24.12.2024", '["%d.%m.%Y"]', ["2024-04-03", "2024-04-13", "2024-12-24"]),
        ("2024-04-03;13.04.2024;24.12.2024", '["%d.%m.%Y", "%Y-%m-%d"]', ["2024-04-03", "2024-04-13", "2024-12-24"]),
    ],
)
def test_how_numbers_and_dates_are_written_is_seen(project: Path, column: str, written: str, read: list) -> None:
    rows = "".join(f"P{n};{cell};{n}\n" for n, cell in enumerate(column.split(";")))
    drafted(project, {"a.csv": f"id;value;other\n{rows}"})
    assert written in toml_of(project)
    found = clean_responses(declared(project)).units["person"]["value"]
    assert (found.dt.strftime("%Y-%m-%d") if isinstance(read[0], str) else found).tolist() == read


def test_a_comma_inside_an_answer_does_not_make_it_two(project: Path) -> None:
    texts = ("No, never", "No, sometimes", "Yes, never", "Yes, sometimes")
    rows = "".join(f"P{n};{texts[n % 4]};{('CV', 'CV, Talks', 'Talks')[n % 3]}\n" for n in range(40))
    drafted(project, {"a.csv": f"id;seen;helped\n{rows}"})
    study = declared(project)
    assert study.variable["seen"].type == "select_one"
    assert {"helped_cv", "helped_talks"} <= study.variable.keys()


def test_dates_that_can_be_read_in_two_ways_are_asked_for(project: Path) -> None:
    told = drafted(project, {"a.csv": "id,value\n1,03/04/2024\n2,05/06/2024\n3,07/08/2024\n"})
    assert any("its days can be read as %d/%m/%Y or %m/%d/%Y" in line for line in told)


def test_ids_of_another_form_than_all_others_are_asked_for(project: Path) -> None:
    rows = "".join(f"P{n:03d},{n % 3}\n" for n in range(100))
    drafted(project, {"a.csv": f"id,value\nTEST,1\n{rows}"})
    assert '# values = ["TEST"]' in toml_of(project)
    assert "exclusions" not in tomllib.loads(toml_of(project))


def test_files_that_know_other_people_are_not_joined_by_a_guess(project: Path) -> None:
    with pytest.raises(ResearcherError, match="2 of 2 files have no column that names the same people"):
        drafted(project, {"a.csv": "id,v\n1,2\n2,3\n", "b.csv": "id,w\n8,2\n9,3\n"})


def test_files_that_know_people_by_address_only_are_joined_by_pseudonyms(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RORLIGHET_KEYS", str(project / "keys of mine"))
    texts = (FIRST, SECOND)
    files = {f"{n}.csv": "".join(",".join(line.split(";")[1:7]) + "\n" for line in text.splitlines()) for n, text in enumerate(texts)}
    told = drafted(project, files)
    assert "pseudonym = true" in toml_of(project)
    assert any("draw a key with 'make key STUDY=mine'" in line for line in told)
    assert "a1@b.se" not in toml_of(project) + "".join(told)


def test_the_draft_leads_to_the_meaning_of_every_key(project: Path) -> None:
    drafted(project, {"fore.csv": FIRST, "efter.csv": SECOND})
    [way] = [line.removeprefix("#:schema ") for line in toml_of(project).splitlines() if line.startswith("#:schema ")]
    assert (project / "studies" / "mine" / way).resolve() == ROOT / "docs" / "study.schema.json"


def test_a_question_is_not_called_as_a_box_of_another(project: Path) -> None:
    rows = "".join(f"{n},{'x' if n % 2 else ''},{'x' if n % 3 else ''},{n % 4}\n" for n in range(30))
    drafted(project, {"a.csv": f"id,helped: Talks,helped: CV,helped_talks\n{rows}"})
    assert {"helped_talks", "helped_cv", "helped_talks_2"} <= declared(project).variable.keys()


def test_a_line_break_in_a_heading_or_an_answer_breaks_no_row(project: Path) -> None:
    rows = "".join(f'{n},"{("Ja,", "Nej")[n % 2]}\ntack"\n' for n in range(20))
    drafted(project, {"a.csv": f'id,"Hur\nmår du?"\n{rows}'})
    assert len((project / "studies" / "mine" / "codebook.csv").read_text(encoding="utf-8").splitlines()) == 3
    assert clean_responses(declared(project)).units["person"]["hur_mar_du"].value_counts().to_dict() == {"ja_tack": 10, "nej_tack": 10}
    assert drafted(project, {"a.csv": f'id,"Hur\nmår du?"\n{rows}'})[-1] == "nothing"


def test_numbers_that_are_whole_in_one_wave_are_one_question(project: Path) -> None:
    first = "".join(f"P{n};{n};{n % 5}\n" for n in range(30))
    second = "".join(f"P{n};{n - 20},5;{n % 4}\n" for n in range(30))
    told = drafted(project, {"a.csv": f"id;hours;days\n{first}", "b.csv": f"id;hours;days\n{second}"})
    assert any(line.startswith("Checked: no problems") for line in told), told
    hours = declared(project).variable["hours"]
    assert (hours.type, hours.minimum, hours.raw_names) == ("decimal", None, {"a": "hours", "b": "hours"})


def test_a_title_above_the_heading_is_skipped(project: Path) -> None:
    rows = "".join(f"{n};{n % 4}\n" for n in range(10))
    drafted(project, {"a.csv": f"Enkät 2024\n\nnr;svar\n{rows}"})
    assert tomllib.loads(toml_of(project))["sources"][0]["skip_rows"] == 1


@pytest.mark.slow
def test_real_exports_are_drafted_checked_and_ask_only_what_nobody_else_knows(project: Path, real_exports: Path) -> None:
    uncounted = set()
    files = [
        file for file in sorted(real_exports.rglob("*")) if file.suffix in (".csv", ".sav", ".dta") and file.parent.parent.name != "redcap"
    ]
    folders = sorted((real_exports / "redcap").iterdir())
    for place, exports in enumerate(
        [*([file] for file in files), *([folder / "data.csv", *folder.glob("diction*")] for folder in folders)]
    ):
        told = list(new_study(f"s{place}", [str(file) for file in exports], Asked(), project))
        assert any(line.startswith(("Checked: no problems", "Checked: no other problems")) for line in told), exports[0].name
        if any(NOTHING in line for line in told):
            uncounted.add(exports[0].name)
    assert place > 25
    assert uncounted <= NOTHING_TO_COUNT


def test_people_drafted_from_a_real_spss_file_keep_their_reasons(project: Path, real_exports: Path) -> None:
    list(new_study("mine", [str(real_exports / "spss" / "pyreadstat_sample_missing.sav")], Asked(), project))
    people: pd.DataFrame = clean_responses(declared(project)).units["person"]
    assert people["mynum"].notna().sum() + (people["mynum__missing"] > 0).sum() == len(people)


@pytest.mark.parametrize(
    ("column", "waves"),
    [("year", {"1987": "t1987", "1988": "t1988"}), ("Mättillfälle", {"1": "t1", "2": "t2"}), ("tid", {"före": "fore", "efter": "efter"})],
)
def test_people_with_a_row_for_each_time_are_people_with_waves(project: Path, column: str, waves: dict[str, str]) -> None:
    rows = "".join(
        f"{n},{when},{n % 3},{n % 5 + place if place or n < 25 else ''}\n" for n in range(30) for place, when in enumerate(waves)
    )
    told = drafted(project, {"long.csv": f"lopnr,{column},arm,hours\n{rows}"}, outcomes=("hours",))
    study = declared(project)
    assert any(f"the file has rows of its own for each {column}" in line for line in told)
    assert {source.wave: source.rows for source in study.declaration.sources} == {name: {column: (raw,)} for raw, name in waves.items()}
    assert ("what reports call each wave" in "".join(told)) == (column != "tid"), "numbers are no names"
    assert (study.variable["arm"].fixed, study.variable["hours"].fixed, study.declaration.analyses[0].estimator) == (True, False, "paired")
    answered = clean_responses(study).responses["person"].groupby("wave").size()
    assert answered.to_dict() == dict(zip(waves.values(), (25, 30), strict=True)), (
        "a row that holds only what never changes is no answer of its wave"
    )


def test_a_time_that_tells_no_rows_of_anybody_apart_is_a_question(project: Path) -> None:
    rows = "".join(f"P{n},{n % 2},{n % 7}\n" for n in range(30))
    drafted(project, {"once.csv": f"lopnr,time,calm\n{rows}"})
    assert not declared(project).declaration.waves
    assert "time" in declared(project).variable


@pytest.mark.parametrize(("low", "high"), [("0", "1"), ("1", "2"), ("0,0", "1,0")])
def test_two_numbers_can_be_compared(project: Path, low: str, high: str) -> None:
    rows = "".join(f"P{n};{high if n % 3 else low};{n % 7}\n" for n in range(30))
    told = drafted(project, {"dummy.csv": f"lopnr;trained;hours\n{rows}"}, compare="trained", outcomes=("hours",))
    sample = declared(project).declaration.sample
    people = clean_responses(declared(project)).units["person"]["trained"].value_counts()
    assert people[[sample.participant, sample.control]].tolist() == [20, 10]
    assert any("codebook.csv:3: trained: its numbers" in line for line in told)


def test_a_third_number_makes_no_groups(project: Path) -> None:
    rows = "".join(f"P{n};{n % 3};{n % 7}\n" for n in range(30))
    with pytest.raises(ResearcherError, match="COMPARE=trained: has 3 different numbers"):
        drafted(project, {"dummy.csv": f"lopnr;trained;hours\n{rows}"}, compare="trained")


def test_an_outcome_of_zeros_and_ones_is_a_share(project: Path) -> None:
    rows = "".join(f"P{n};{'Ja' if n % 2 else 'Nej'};{int(n % 3 == 0)};{n % 3 + 1}\n" for n in range(30))
    drafted(project, {"dummy.csv": f"lopnr;deltog;i arbete;lugn\n{rows}"}, compare="deltog", outcomes=("i arbete", "lugn"))
    analyses = {one.estimator: one.outcomes for one in declared(project).declaration.analyses}
    assert analyses == {"welch": ("lugn_value",), "risk_difference": ("i_arbete_yes",)}
    assert clean_responses(declared(project)).units["person"]["i_arbete"].eq("yes").sum() == 10


@pytest.mark.parametrize("lost", ["", "Vet ej"])
def test_who_has_no_group_is_taken_out_in_the_open(project: Path, lost: str) -> None:
    rows = "".join(f"P{n};{lost if n % 10 == 0 else 'Kvinna' if n % 2 else 'Man'};{n % 7}\n" for n in range(40))
    told = drafted(project, {"one.csv": f"lopnr;kön;dagar\n{rows}"}, compare="kön", outcomes=("dagar",))
    assert any(line.startswith("Checked: no problems") for line in told)
    assert any("4 rows do not say which group they are of (kon) and are taken out" in line for line in told)
    cleaned = clean_responses(declared(project))
    assert (len(cleaned.units["person"]), cleaned.exclusions["rule"].tolist()) == (36, ["no_group"] * 4)


def test_who_says_the_group_in_another_row_stays(project: Path) -> None:
    rows = "".join(f"{n},{when},{('a', 'b')[n % 2] if when == 1 else ''},{n % 5 + when}\n" for n in range(30) for when in (1, 2))
    told = drafted(project, {"long.csv": f"lopnr,wave,arm,hours\n{rows}"}, compare="arm", outcomes=("hours",))
    assert any(line.startswith("Checked: no problems") for line in told)
    assert not declared(project).declaration.exclusions
    assert len(clean_responses(declared(project)).units["person"]) == 30


@pytest.mark.parametrize("form", ["long", "wide"])
def test_a_group_that_changes_is_the_one_at_first(project: Path, form: str) -> None:
    people = [(n, ("yes", "no")[n % 2], ("yes", "no")[n % 3 == 0], n % 5) for n in range(30)]
    long = "id,year,member,hours\n" + "".join(f"{n},1980,{one},{hours}\n{n},1981,{two},{hours + 1}\n" for n, one, two, hours in people)
    wide = "id,member_t1,member_t2,hours_t1,hours_t2\n" + "".join(f"{n},{one},{two},{h},{h + 1}\n" for n, one, two, h in people)
    heading = {"long": "member", "wide": "member_t1"}[form]
    told = drafted(project, {f"{form}.csv": {"long": long, "wide": wide}[form]}, compare=heading, outcomes=("hours",))
    assert any(line.startswith("Checked: no problems") for line in told)
    assert any("people are compared by the one of t1" in line for line in told)
    given = {str(n): one for n, one, _, _ in people}
    assert clean_responses(declared(project)).units["person"].set_index("person")["member"].to_dict() == given


@pytest.mark.parametrize("file", ["svar.csv", "svar.xlsx"])
def test_a_download_of_enalyzer_is_a_plain_table(project: Path, file: str) -> None:
    """Answers as texts, one column per question, what was written under the last choice beside it, dates with the month first."""
    heading = ["Respondentnummer", "E-post", "Svarat den", "Hur trivs du?", "Var arbetar du?", "Var arbetar du? (annat)"]
    likes, works = ("Instämmer inte alls", "Instämmer delvis", "Instämmer helt"), ("Kommun", "Region", "Annat")
    people = [
        [str(n), f"a{n}@b.se", f"03-{n % 28 + 1:02d}-2024", likes[n % 3], works[n % 3], f"ställe {n}" if n % 3 == 2 else ""]
        for n in range(1, 61)
    ]
    text = "\n".join(";".join(row) for row in [heading, *people])
    cells = {f"{'ABCDEF'[place]}{number}": cell for number, row in enumerate([heading, *people], start=1) for place, cell in enumerate(row)}
    drafted(project, {file: text if file.endswith(".csv") else workbook(cells)}, outcomes=("Hur trivs du?",))
    study = declared(project)
    read = clean_responses(study).units["person"]
    assert {one.name: one.type for one in study.variable.values() if one.type != "id"} == {
        "svarat_den": "date",
        "hur_trivs_du": "rating",
        "var_arbetar_du": "select_one",
    }
    assert read["svarat_den"].dt.month.unique().tolist() == [3]
    assert read.set_index("person")["hur_trivs_du"].astype(int).to_dict() == {row[0]: likes.index(row[3]) + 1 for row in people}
    assert (study.variable["hur_trivs_du"].label.sv, study.measure["hur_trivs_du_value"].label.sv) == ("Hur trivs du?", "”Hur trivs du?”")
    assert "may name a person: E-post" in toml_of(project)


def older_qualtrics(people: int) -> str:
    """Write an export with Qualtrics' older heading of two rows, a mark of byte order in front and an unnamed column behind."""
    heads = [
        "V1,V2,V5,V8,V10,Q1,Q2,LocationLatitude,",
        "ResponseID,ResponseSet,EmailAddress,StartDate,Finished,How content are you?,Why?,Lat,",
    ]
    rows = [f"R_{n:03},Usual,,2017-07-18 08:28:09,{int(n > 1)},{n % 5 + 1},words {n},0," for n in range(people)]
    return "\ufeff" + "\n".join([*heads, *rows, ""])


def test_the_older_heading_of_qualtrics_is_no_row_of_answers(project: Path) -> None:
    told = drafted(project, {"q.csv": older_qualtrics(20)})
    assert told[0].startswith("q.csv has the heading rows of Qualtrics: source q, 20 rows, 1 questions")
    assert any(line.startswith("Checked: no problems") for line in told)
    study = declared(project)
    assert (study.variable["person"].raw_names, study.variable["q1"].label.en) == ({"q": "V1"}, "How content are you?")


def test_who_has_nothing_to_count_yet_is_told_so_and_can_look(project: Path) -> None:
    told = drafted(project, {"q.csv": older_qualtrics(1)})
    assert any(NOTHING in line for line in told)
    assert told[-2:] == ["Checked: no other problems (files of 1 of 1 sources read).", "Next: make databook STUDY=mine"]


@pytest.mark.parametrize(
    ("times", "sv", "en"),
    [
        (("0", "1"), ["vid mätning 0", "vid mätning 1"], ["at measurement 0", "at measurement 1"]),
        (("1987", "1988"), ["år 1987", "år 1988"], ["in 1987", "in 1988"]),
        (("Före", "Efter"), ["före", "efter"], ["before", "after"]),
        (("after_course", "Six months later"), ["after course", "vid six months later"], ["after course", "at six months later"]),
    ],
)
def test_waves_are_called_as_a_sentence_can_hold(project: Path, times: tuple[str, str], sv: list[str], en: list[str]) -> None:
    rows = "".join(f"{person};{time};{(person + place) % 9}\n" for person in range(30) for place, time in enumerate(times))
    drafted(project, {"long.csv": f"nr;tid;JSAT\n{rows}"})
    lines = toml_of(project).splitlines()
    labels = [tomllib.loads(lines[place + 2])["label"] for place, line in enumerate(lines) if line == "[[waves]]"]
    assert [label.get("sv", "") for label in labels] in (sv, ["", ""]) and [label.get("en", "") for label in labels] in (en, ["", ""])
    assert any("what reports call each wave" in line for line in lines) == (times[0] != "Före")


@pytest.mark.parametrize(
    ("heading", "label"),
    [
        ("JSAT", "“JSAT”"),
        ("earn98", "“earn98”"),
        ("How calm are you?", "“How calm are you?”"),
        ("Calm at work.", "Calm at work"),
        ("Calm", "Calm"),
    ],
)
def test_a_question_or_a_code_stands_in_quotation_marks(project: Path, heading: str, label: str) -> None:
    rows = "".join(f"{n},{n % 9}\n" for n in range(30))
    drafted(project, {"a.csv": f"id,{heading}\n{rows}"})
    assert [measure.label.en for measure in declared(project).declaration.measures] == [label]


def test_files_that_no_report_fits_lead_to_the_data_book(project: Path) -> None:
    told = drafted(project, {"a.csv": "id,hours\n" + "".join(f"{n},{n % 9}\n" for n in range(30))})
    assert told[-2].startswith("No report fits yet")
    assert told[-1] == "Next: make databook STUDY=mine"


@pytest.mark.slow
def test_the_first_report_of_an_unlabelled_panel_reads_as_sentences(project: Path) -> None:
    rows = "".join(f"{person},{time},{(person * 7 + time * 3) % 11 + time}\n" for person in range(60) for time in (0, 1))
    drafted(project, {"long.csv": f"id,time,JSAT\n{rows}"})
    with Reports(make_engine(1)) as reports:
        build_study("mine", Wanted(), reports, project)
        assert reports.finish() == 0
    page = BeautifulSoup((project / "reports/mine/en/changes.html").read_text(encoding="utf-8"), "html.parser")
    said = page.get_text(" ", strip=True)
    assert re.search(r"We cannot say whether [^.]*“JSAT”", said)
    assert "How do answers at measurement 1 differ from those at measurement 0?" in said
    assert re.search(r"\bt[01]\b", said.partition("Provenance")[0]) is None


@pytest.mark.slow
def test_the_first_report_of_few_people_speaks_of_no_figure_and_of_no_other_report(project: Path) -> None:
    drafted(project, {"few.csv": "id,Town,Hours\n" + "".join(f"{n},{('Eda', 'Flen')[n % 2]},{n}\n" for n in range(6))})
    with Reports(make_engine(1)) as reports:
        build_study("mine", Wanted(), reports, project)
        assert reports.finish() == 0
    page = BeautifulSoup((project / "reports/mine/en/levels.html").read_text(encoding="utf-8"), "html.parser")
    said = page.get_text(" ", strip=True)
    assert "Each part is shown here by itself" in said
    assert page.select("figure") == []
    assert "The dot is" not in said and "main report" not in said
