"""Qualtrics, REDCap, SurveyMonkey and compressed SPSS: read as the tool meant it, what nobody came to told from what was skipped."""

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from pipeline.clean.importers import IMPORTERS
from pipeline.errors import ResearcherError
from pipeline.spec.vocabulary import MISSING_CODES
from pipeline.tables.results import Cleaned
from tests.clean.files import WHERE, read, stated, workbook
from tests.clean.one_file import cleaned_file

SKIPPED, NOT_REACHED = MISSING_CODES["skipped"], MISSING_CODES["not_reached"]
QUALTRICS = """\
ResponseId,Finished,Q1,Q2_1,Q2_2,Q3,group
Response ID,Finished,"<b>How</b>&nbsp;calm?",What helped? - Talks,What helped? - Courses,Anything else?,group
"{""ImportId"":""_recordId""}","{""ImportId"":""finished""}","{""ImportId"":""QID1""}","{""ImportId"":""QID2_1""}","{""ImportId"":""QID2_2""}","{""ImportId"":""QID3_TEXT""}","{""ImportId"":""group""}"
R_1,%s,%s,%s,,,a
R_2,%s,,,,,b
"""
MODES = {
    "numbers": QUALTRICS % ("1", "5", "1", "0"),
    "texts": QUALTRICS % ("True", "Very calm", "Talks", "False"),
}
QUESTIONS = (
    "id,person,person,yes,,,,N,N,ResponseId\nselect_one,calm,person,,calm,,,C,C,Q1\nselect_multiple,helped,person,,helped,,,H,H,Q2_{}\n"
)
LISTS = "calm,very,5,Very,Very,\ncalm,very,Very calm,Very,Very,\nhelped,talks,1,Talks,Talks,\nhelped,courses,2,Courses,Courses,\n"
MONKEY = "Respondent ID,How calm are you?,What helped?,,,Anything else?\n,Response,Talks,Courses,Other (please specify),Open-Ended Response\n1,Very,Talks,,,no\n"


def people_of(result: Cleaned) -> pd.DataFrame:
    return result.responses["person"].set_index("person")


@pytest.mark.parametrize("mode", MODES)
def test_qualtrics_answers_mean_the_same_as_numbers_and_as_texts(tmp_path: Path, mode: str) -> None:
    result = cleaned_file(tmp_path, "q.csv", MODES[mode].encode(), codebook=QUESTIONS, answers=LISTS, format="qualtrics", ignore="rest")
    people = people_of(result)
    assert people.loc["R_1", ["calm", "helped_talks", "helped_courses"]].tolist() == ["very", "yes", "no"]
    assert people.loc["R_2", ["calm__missing", "helped_talks__missing"]].tolist() == [NOT_REACHED, NOT_REACHED]


def test_qualtrics_says_how_its_questions_are_worded() -> None:
    imported = IMPORTERS["qualtrics"](MODES["numbers"].encode(), stated("qualtrics"), WHERE)
    assert (imported.labels["Q1"], imported.labels["Q2_2"]) == ("How calm?", "What helped? - Courses")
    assert [len(column) for column in imported.columns] == [2] * 7


def test_a_qualtrics_workbook_is_read_as_its_csv() -> None:
    rows = [["ResponseId", "Q1"], ["Response ID", "Calm?"], ['{"ImportId":"_recordId"}', '{"ImportId":"QID1"}'], ["R_1", 5]]
    cells = {f"{'AB'[column]}{row}": value for row, line in enumerate(rows, 1) for column, value in enumerate(line)}
    assert read("qualtrics", workbook(cells)) == {"ResponseId": ["R_1"], "Q1": ["5"]}


def test_the_rows_of_a_heading_cannot_be_stated_of_a_qualtrics_file(tmp_path: Path) -> None:
    with pytest.raises(ResearcherError, match="heading_rows: is stated, but a file of format 'qualtrics' has none"):
        cleaned_file(tmp_path, "q.csv", b"", codebook=QUESTIONS, answers=LISTS, format="qualtrics", heading_rows=3)


def test_a_surveymonkey_question_of_one_column_is_known_by_its_wording() -> None:
    cells = read("surveymonkey", MONKEY.encode())
    assert list(cells) == [
        *("Respondent ID", "How calm are you?", "What helped? | Talks", "What helped? | Courses"),
        *("What helped? | Other (please specify)", "Anything else?"),
    ]
    assert cells["What helped? | Talks"] == ["Talks"]


def test_a_compressed_spss_file_is_read_as_the_plain_one(tmp_path: Path) -> None:
    answers = pd.DataFrame({"nr": [1.0, 2.0, 3.0], "svar": ["ja", "nej", ""], "vikt": [0.1 + 0.2, 1e6, None]})
    for name, compress in (("plain.sav", False), ("packed.zsav", True)):
        pyreadstat.write_sav(answers, str(tmp_path / name), compress=compress)
    plain, packed = (read("sav", (tmp_path / name).read_bytes()) for name in ("plain.sav", "packed.zsav"))
    assert plain == packed == {"nr": ["1", "2", "3"], "svar": ["ja", "nej", ""], "vikt": ["0.3", "1000000", ""]}


def test_texts_that_look_like_numbers_keep_their_zeros(tmp_path: Path) -> None:
    pyreadstat.write_sav(pd.DataFrame({"nr": ["007", "7", "1e3"], "tom": ["", "", ""]}), str(tmp_path / "a.sav"))
    assert read("sav", (tmp_path / "a.sav").read_bytes()) == {"nr": ["007", "7", "1e3"], "tom": ["", "", ""]}


def test_the_first_rows_missing_value_of_a_stata_file_is_declared_as_the_others(tmp_path: Path) -> None:
    table = pd.DataFrame({"x": pd.Series(["b", 1.0, 2.0], dtype="object")})
    pyreadstat.write_dta(table, str(tmp_path / "a.dta"), missing_user_values={"x": ["b"]})
    imported = IMPORTERS["dta"]((tmp_path / "a.dta").read_bytes(), stated("dta"), WHERE)
    assert imported.columns[0].tolist() == [".b", "1", "2"]
    assert imported.declared_missing == {"x": frozenset({".b"})}


@pytest.mark.slow
def test_a_file_of_more_cells_than_are_read_at_once_is_read_whole(tmp_path: Path) -> None:
    rows, columns = 3_001, 700
    answers = pd.DataFrame({f"v{column}": [float((row + column) % 300) for row in range(rows)] for column in range(columns)})
    pyreadstat.write_sav(answers, str(tmp_path / "long.sav"))
    imported = IMPORTERS["sav"]((tmp_path / "long.sav").read_bytes(), stated("sav"), WHERE)
    assert imported.columns[699].tolist() == [str((row + 699) % 300) for row in range(rows)]


class TestRedcap:
    """A form that nobody opened, an event per wave, a repeating instrument."""

    HEADING = "record_id,redcap_event_name,redcap_repeat_instrument,calm,helped___1,helped___2,start_complete,visit,visit_complete\n"
    ROWS = HEADING + "1,before,,3,0,1,2,,\n2,before,,,0,0,0,,\n1,after,,4,1,0,2,,\n1,after,visits,,,,,long,2\n1,after,visits,,,,,short,2\n"
    QUESTIONS = (
        "id,person,person,yes,,,,N,N,record_id\ninteger,calm,person,,,,,C,C,calm\nselect_multiple,helped,person,,helped,,,H,H,helped___{}\n"
    )
    LISTS = "helped,talks,1,Talks,Talks,\nhelped,courses,2,Courses,Courses,\n"

    def cleaned(self, root: Path, rows: dict) -> Cleaned:
        told = {"format": "redcap", "ignore": "rest", "rows": rows}
        return cleaned_file(root, "data.csv", self.ROWS.encode(), codebook=self.QUESTIONS, answers=self.LISTS, **told)

    def test_nobody_skipped_a_question_of_a_form_that_was_never_opened(self, tmp_path: Path) -> None:
        people = people_of(self.cleaned(tmp_path, {"redcap_event_name": ("before",)}))
        assert people.loc["1", ["calm", "helped_talks", "helped_courses"]].tolist() == [3, "no", "yes"]
        assert people.loc["2", ["calm__missing", "helped_talks__missing"]].tolist() == [NOT_REACHED, NOT_REACHED]

    def test_the_rows_of_an_event_are_a_source(self, tmp_path: Path) -> None:
        result = self.cleaned(tmp_path, {"redcap_event_name": ("after",), "redcap_repeat_instrument": ("",)})
        assert people_of(result)["calm"].to_dict() == {"1": 4}
        log = result.cleaning_log.set_index("finding")["n"]
        assert log["rows_of_others"] == log["rows_of_no_source"] == len(self.ROWS.splitlines()) - 1 - 1

    @pytest.mark.parametrize(
        ("rows", "said"),
        [({"redcap_event": ("after",)}, "did you mean 'redcap_event_name'"), ({"redcap_event_name": ("later",)}, "'after', 'before'")],
    )
    def test_rows_that_are_not_there_are_named(self, tmp_path: Path, rows: dict, said: str) -> None:
        with pytest.raises(ResearcherError, match=said):
            self.cleaned(tmp_path, rows)
