"""What single cells mean, and how cells that mean nothing are reported."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean.answers import interpret, meaning_of
from pipeline.clean.identity import plain_ids
from pipeline.clean.responses import clean_responses
from pipeline.clean.written import detected_decimal, number_in
from pipeline.errors import ResearcherError
from pipeline.spec.folding import comparable
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import MISSING_CODES
from pipeline.tables.results import Cleaned
from tests.miniature import ANSWERS, BEFORE, CODEBOOK, miniature, source

SPACES = [" ", "\u00a0", "\u202f", "\u2009"]


def cleaned(root: Path, **parts: object) -> Cleaned:
    return clean_responses(miniature(root, **parts))


def refusal(root: Path, **parts: object) -> str:
    with pytest.raises(ResearcherError) as caught:
        cleaned(root, **parts)
    return str(caught.value)


def with_cell(old: str, new: str) -> dict[str, str]:
    assert old in BEFORE
    return {"before.csv": BEFORE.replace(old, new, 1)}


def before(**changes: object) -> list[dict]:
    return [source("before", wave="t1", **changes), source("after", wave="t2")]


def calm_of(result: Cleaned, person: str) -> tuple[float, int]:
    rows = result.responses["person"]
    [row] = rows[(rows["person"] == person) & (rows["wave"] == "t1")].to_dict("records")
    return row["calm"], row["calm__missing"]


# --- answers


@pytest.mark.parametrize("text", ["Aldrig", "ALDRIG", "aldrig ", " Aldrig", "\u00a0Aldrig\u00a0", "aLDRIG\t"])
def test_blanks_and_case_do_not_change_an_answer(tmp_path: Path, text: str) -> None:
    assert calm_of(cleaned(tmp_path, files=with_cell("Aldrig", text)), "A2") == (1.0, 0)


@pytest.mark.parametrize("text", ["Vet ej", "vet ej", "Vet\u00a0ej", "Vet  ej"])
def test_do_not_know_keeps_its_reason(tmp_path: Path, text: str) -> None:
    value, missing = calm_of(cleaned(tmp_path, files=with_cell("Vet ej", text)), "A3")
    assert np.isnan(value)
    assert missing == MISSING_CODES["dont_know"]


@pytest.mark.parametrize("blank", ["skipped", "not_asked", "not_reached", "not_applicable"])
def test_a_blank_cell_has_the_reason_that_the_source_states(tmp_path: Path, blank: str) -> None:
    value, missing = calm_of(cleaned(tmp_path, files=with_cell("59;;", "59; \u00a0;"), sources=before(blank=blank)), "B3")
    assert np.isnan(value)
    assert missing == MISSING_CODES[blank]


def test_a_blank_listed_as_an_answer_has_the_lists_reason(tmp_path: Path) -> None:
    result = cleaned(tmp_path, answers=ANSWERS + "often,refused,,,,refused\n")
    assert calm_of(result, "B3")[1] == MISSING_CODES["refused"]


def test_what_was_ignored_in_comparing_is_counted_in_the_log(tmp_path: Path) -> None:
    files = {"before.csv": BEFORE.replace("Aldrig", " ALDRIG").replace("Ibland", "ibland").replace("A3", "a3 ")}
    log = cleaned(tmp_path, files=files).cleaning_log.set_index(["source", "subject", "finding"])["n"]
    assert log["before", "calm", "trimmed"] == 1
    assert log["before", "calm", "case_ignored"] == 2
    assert log["before", "person", "trimmed"] == 1
    assert log["before", "person", "case_ignored"] == 1


def test_unknown_answers_are_listed_with_count_place_and_what_is_allowed(tmp_path: Path) -> None:
    said = refusal(tmp_path, files={"before.csv": BEFORE.replace("Ofta", "9").replace("Ibland", "Kanske")})
    assert 'data/raw/mini/before.csv, calm "lugn": 3 answers are not in the codebook' in said
    assert "'9' (2 times: data row 1, 5)" in said
    assert "'Kanske' (once: data row 4)" in said
    assert "allowed: Aldrig, Ibland, Ofta; counted as missing: Vet ej (dont_know)" in said
    assert "Correct studies/mini/answers.csv, or list the value there with its reason; put single cells right in corrections.csv." in said


def test_a_misspelt_answer_gets_the_nearest_one(tmp_path: Path) -> None:
    assert "did you mean 'Aldrig'?" in refusal(tmp_path, files=with_cell("Aldrig", "Aldirg"))


def test_twenty_unknown_answers_are_shown_and_all_are_told(tmp_path: Path) -> None:
    rows = "".join(f"C{number};Ja;40;fel {number:02};\n" for number in range(23))
    with pytest.raises(ResearcherError) as caught:
        cleaned(tmp_path, files={"before.csv": BEFORE + rows})
    said = str(caught.value)
    assert "23 answers are not in the codebook" in said
    assert "and 3 more" in said
    assert "fel 19" in said
    assert "fel 20" not in said
    assert "fel 22" in caught.value.problems[0].text()


def test_a_very_long_unknown_answer_is_cut_in_the_message(tmp_path: Path) -> None:
    said = refusal(tmp_path, files=with_cell("Aldrig", "x" * 5000))
    assert "x" * 60 + "…" in said
    assert "x" * 61 not in said


@pytest.mark.parametrize("mangled", ["07-jul", "2007-07-01", "#NAMN?", "#N/A", "1,23E+11"])
def test_answers_that_excel_changed_are_recognised(tmp_path: Path, mangled: str) -> None:
    assert "Excel seems to have changed these answers" in refusal(tmp_path, files=with_cell("Aldrig", mangled))


def test_the_code_of_an_answer_is_not_an_answer(tmp_path: Path) -> None:
    assert "'1' (once: data row 2)" in refusal(tmp_path, files=with_cell("Aldrig", "1"))


# --- numbers


@pytest.mark.parametrize(
    ("text", "decimal", "number"),
    [
        ("12", ".", 12.0),
        ("12.5", ".", 12.5),
        ("-0.5", ".", -0.5),
        ("1e3", ".", 1000.0),
        ("12,5", ",", 12.5),
        ("−3,5", ",", -3.5),
        ("12", ",", 12.0),
        *((f"1{space}234{space}567,5", ",", 1234567.5) for space in SPACES),
        ("12,5", ".", None),
        ("12.5", ",", None),
        ("1 23", ",", None),
        ("1234 567", ",", None),
        ("1 234", ".", None),
        ("1.234,5", ",", None),
        ("", ".", None),
        ("nan", ".", None),
        ("inf", ".", None),
        ("1e999", ".", None),
        ("0x1F", ".", None),
        ("1_000", ".", None),
        ("١٢", ".", None),
    ],
)
def test_numbers_are_read_with_the_files_decimal_sign_only(text: str, decimal: str, number: float | None) -> None:
    assert number_in(text, decimal) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_is_read_as_a_spreadsheet_would_show_it(number: float) -> None:
    expected = number if number.is_integer() else float(f"{number:.15g}")
    assert number_in(repr(number), ".") == expected


def test_the_decimal_sign_is_detected_from_numbers_only(tmp_path: Path) -> None:
    codebook = CODEBOOK.replace("integer,age", "decimal,age")
    result = cleaned(tmp_path, files={"before.csv": BEFORE.replace(";30;", ";30,5;").replace("bra", "1.5 gånger")}, codebook=codebook)
    assert result.units["person"]["age"].tolist()[0] == 30.5
    log = result.cleaning_log.set_index(["source", "subject"])
    assert log.loc[("before", "decimal"), "detail"] == ","
    assert log.loc[("before", "decimal"), "finding"] == "detected"


def test_a_mixture_of_decimal_signs_is_refused(tmp_path: Path) -> None:
    codebook = CODEBOOK.replace("integer,age", "decimal,age")
    said = refusal(tmp_path, files={"before.csv": BEFORE.replace(";30;", ";30,5;").replace(";41;", ";41.5;")}, codebook=codebook)
    assert "1 cells are not numbers with a decimal point" in said
    assert "'30,5' (once: data row 1)" in said


def test_unreadable_numbers_are_listed_with_their_rows(tmp_path: Path) -> None:
    said = refusal(tmp_path, files=with_cell("41", "fyrtioett"))
    assert 'before.csv, age "ålder": 1 cells are not whole numbers' in said
    assert "'fyrtioett' (once: data row 2)" in said


def test_a_fraction_is_not_a_whole_number_but_a_superfluous_decimal_is(tmp_path: Path) -> None:
    assert "'41.5' (once: data row 2)" in refusal(tmp_path, files=with_cell("41", "41.5"))
    assert cleaned(tmp_path, files=with_cell("41", "41.0")).units["person"]["age"].tolist()[1] == 41


@pytest.mark.parametrize(("text", "refused"), [("15", True), ("16", False), ("75", False), ("76", True)])
def test_numbers_outside_the_constraint_are_refused_with_its_bounds(tmp_path: Path, text: str, refused: bool) -> None:
    files = with_cell("41", text)
    if refused:
        said = refusal(tmp_path, files=files)
        assert "1 numbers are outside the constraint" in said
        assert "allowed: 16..75" in said
    else:
        assert cleaned(tmp_path, files=files).units["person"]["age"].tolist()[1] == float(text)


def test_missing_reasons_stand_in_numeric_columns_through_the_answer_list(tmp_path: Path) -> None:
    codebook = CODEBOOK.replace("integer,age,person,yes,,", "integer,age,person,yes,tail,")
    result = cleaned(tmp_path, files=with_cell("41", "vet EJ"), codebook=codebook, answers=ANSWERS + "tail,dont_know,Vet ej,,,dont_know\n")
    person = result.units["person"].set_index("person").loc["A2"]
    assert np.isnan(person["age"])
    assert person["age__missing"] == MISSING_CODES["dont_know"]


@pytest.mark.parametrize("code", ["ett", "²", "1.5", "--1"])
def test_an_answer_to_a_number_needs_a_number_as_its_code(tmp_path: Path, code: str) -> None:
    codebook = CODEBOOK.replace("integer,age,person,yes,,", "integer,age,person,yes,tail,")
    said = refusal(tmp_path, codebook=codebook, answers=ANSWERS + f"tail,{code},En,En,One,\n")
    assert f"list tail: code '{code}' is not a whole number" in said


def test_a_listed_answer_to_a_number_is_its_code(tmp_path: Path) -> None:
    codebook = CODEBOOK.replace("integer,age,person,yes,,", "integer,age,person,yes,tail,")
    answers = ANSWERS + "tail,75,75 eller äldre,75 eller äldre,75 or older,\n"
    assert cleaned(tmp_path, files=with_cell("59", "75 eller äldre"), codebook=codebook, answers=answers).units["person"]["age"].max() == 75


# --- dates


def test_the_list_of_a_date_holds_missing_reasons_only(tmp_path: Path) -> None:
    codebook = CODEBOOK.replace("date,day,person,,,", "date,day,person,,yes_no,")
    assert "code 'yes' is not a date" in refusal(tmp_path, codebook=codebook)


def test_dates_of_several_forms_are_read(tmp_path: Path) -> None:
    from tests.miniature import AFTER

    after = AFTER.replace("2024-03-01", "03.04.2024").replace("2024-03-02", " 2024-03-02 ")
    days = [source("before", wave="t1"), source("after", wave="t2", dates=["%Y-%m-%d", "%d.%m.%Y"])]
    rows = cleaned(tmp_path, files={"after.csv": after}, sources=days).responses["person"]
    assert rows["day"].dropna().dt.strftime("%Y-%m-%d").tolist()[:2] == ["2024-04-03", "2024-03-02"]


@pytest.mark.parametrize("text", ["03.04.2024", "45352", "2024-02-30", "2024-03-01 10:00"])
def test_dates_in_no_declared_form_are_refused(tmp_path: Path, text: str) -> None:
    from tests.miniature import AFTER

    said = refusal(tmp_path, files={"after.csv": AFTER.replace("2024-03-01", text)})
    assert 'after.csv, day "dag": 1 cells are not dates written as %Y-%m-%d' in said
    assert "to dates of the source in study.toml" in said


# --- ids


def test_ids_are_trimmed_and_upper_cased_in_every_source(tmp_path: Path) -> None:
    result = cleaned(tmp_path, files=with_cell("A1;", " a1\u00a0;"))
    assert result.units["person"]["person"].tolist() == ["A1", "A2", "A3", "B1", "B2", "B3"]


def test_blank_ids_are_refused_with_their_rows(tmp_path: Path) -> None:
    said = refusal(tmp_path, files={"before.csv": BEFORE.replace("A2;", " ;").replace("B3;", ";")})
    assert "before.csv, person: 2 rows have no id" in said
    assert "data row 2, 6" in said


@pytest.mark.parametrize(
    "number", ["640823-3234", "6408233234", "19640823-3234", "196408233234", "001219-3421", "640883-3231", "640823+3234"]
)
def test_personal_identity_numbers_are_refused_without_repeating_them(tmp_path: Path, number: str) -> None:
    said = refusal(tmp_path, files=with_cell("A2", number))
    assert "1 ids are Swedish personal identity numbers" in said
    assert "data row 2" in said
    assert "pseudonyms" in said
    assert number not in said


def test_a_repeated_personal_number_is_not_repeated_in_the_message(tmp_path: Path) -> None:
    said = refusal(tmp_path, files={"before.csv": BEFORE.replace("A2;", "640823-3234;").replace("A3;", "640823-3234;")})
    assert "640823" not in said


def test_a_personal_number_in_a_test_row_is_refused_too(tmp_path: Path) -> None:
    exclusion = {"id": "tests", "sources": ["before"], "variable": "comment", "values": ["bra"], "label": {"sv": "test", "en": "test"}}
    said = refusal(tmp_path, files=with_cell("A2", "640823-3234"), exclusions=[exclusion])
    assert "1 ids are Swedish personal identity numbers" in said


def test_a_personal_number_in_a_comment_is_counted_in_the_log(tmp_path: Path) -> None:
    log = cleaned(tmp_path, files=with_cell("bra", "ring 640823-3234 i kväll")).cleaning_log
    [line] = log[log["finding"] == "personal_number"].to_dict("records")
    assert (line["subject"], line["n"]) == ("comment", 1)


# --- blocks


@pytest.mark.slow
@given(
    st.lists(st.sampled_from(["Aldrig", " ofta", "IBLAND", "Vet ej", "", "fel", "41", "1,5", "2024-03-01", "\u00a0"]), max_size=30),
    st.integers(0, 30),
)
@settings(deadline=None)
def test_a_block_of_rows_is_interpreted_as_all_rows_are(mini: Study, cells: list[str], cut: int) -> None:
    import pandas as pd

    for name, in_source in (("calm", "before"), ("age", "before"), ("comment", "before"), ("work", "after"), ("day", "after")):
        source, variable = mini.source[in_source], mini.variable[name]
        whole, *blocks = (
            interpret(source, variable, pd.Series(part, dtype="category"), ",", meaning_of(mini, source, variable, ","))
            for part in (cells, cells[:cut], cells[cut:])
        )
        joined = pd.concat([block.values for block in blocks], ignore_index=True)
        pd.testing.assert_series_equal(joined, whole.values)
        for field in ("missing", "faults"):
            assert np.concatenate([getattr(block, field) for block in blocks]).tolist() == getattr(whole, field).tolist()
        for field in ("trimmed", "case_ignored"):
            assert sum(getattr(block, field) for block in blocks) == getattr(whole, field)


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return miniature(tmp_path_factory.mktemp("mini"))


@pytest.mark.slow
@given(st.text())
def test_the_comparable_form_is_its_own_comparable_form_but_for_exotic_case(text: str) -> None:
    assert comparable(comparable(text)) == comparable(comparable(comparable(text)))


def test_ids_of_no_rows_are_no_ids() -> None:
    import pandas as pd

    assert plain_ids(pd.Series([], dtype="str").astype("category")).tolist() == []


def test_no_numbers_at_all_means_a_decimal_point() -> None:
    assert detected_decimal([]) == "."
