"""Whether files speak of the same people: ids that changed form, files that match nobody, facts that do not fit, waves nobody answered."""

import random
import re
import tomllib
from pathlib import Path

import pytest

from pipeline.clean.identity import in_form, is_spreadsheet_made, spreadsheet_form
from pipeline.clean.responses import clean_responses
from pipeline.errors import ResearcherError
from pipeline.tables.results import Cleaned
from tests.conftest import ROOT
from tests.miniature import AFTER, BEFORE, CODEBOOK, both, miniature, source

PEOPLE = 12
PERSON = {"name": "person", "id": "person", "label": both("persons")}


def file_of(ids: list[str], columns: str = "grupp;lugn;arbete;dag", cells: str = "{};Ofta;Ja;2024-03-01") -> str:
    rows = [f"{one};{cells.format('Ja' if place % 2 else 'Nej')}" for place, one in enumerate(ids)]
    return "\n".join([f"nr;{columns}", *rows, ""])


def before_of(ids: list[str]) -> str:
    return file_of(ids, "grupp;ålder;lugn;kommentar", "{};30;Ofta;")


def cleaned(root: Path, before: list[str], after: list[str], **changes: object) -> Cleaned:
    return clean_responses(miniature(root, files={"before.csv": before_of(before), "after.csv": file_of(after)}, **changes))


def refusal(*parts: object, **changes: object) -> str:
    with pytest.raises(ResearcherError) as caught:
        cleaned(*parts, **changes)  # type: ignore[arg-type]
    return str(caught.value)


WHOLE = [f"{place:04}" for place in range(1, PEOPLE + 1)]


@pytest.mark.parametrize(
    ("damaged", "told"),
    [
        ([one.lstrip("0") for one in WHOLE], "'0001' in before, '1' in after"),
        ([f"{one}.0" for one in WHOLE], "'0001' in before, '0001.0' in after"),
        ([f"{int(one)},0" for one in WHOLE], "'0001' in before, '1,0' in after"),
        ([f"{one[:2]} {one[2:]}" for one in WHOLE], "'0001' in before, '00 01' in after"),
    ],
)
def test_ids_that_changed_form_are_named_and_the_remedy_brings_them_together(tmp_path: Path, damaged: list[str], told: str) -> None:
    said = refusal(tmp_path, WHOLE, damaged)
    assert "12 ids are the same but for zeros in front, blanks or decimals" in said
    assert told in said
    assert 'id_form = "####"' in said or 'id_form = "######"' in said
    joined = cleaned(tmp_path, WHOLE, damaged, units=[{**PERSON, "id_form": "####"}])
    assert joined.units["person"]["person"].tolist() == WHOLE
    assert set(joined.responses["person"].groupby("person").size()) == {2}


def test_some_ids_that_changed_form_are_found_among_many_that_did_not(tmp_path: Path) -> None:
    said = refusal(tmp_path, WHOLE, [*WHOLE[:9], "10", "11", "12"])
    assert "3 ids are the same but for" in said


def test_an_id_of_another_form_than_the_declared_one_is_refused(tmp_path: Path) -> None:
    said = refusal(tmp_path, WHOLE, [*WHOLE[:-1], "12a"], units=[{**PERSON, "id_form": "####"}])
    assert "1 ids have another form" in said and "'12a' (once: data row 12)" in said


@pytest.mark.parametrize("made", ["8,8E+13", "8.80000E+13", "1E+05", "#N/A", "#REF!", "#SAKNAS!", "nan"])
def test_what_a_spreadsheet_made_of_an_id_is_no_id(tmp_path: Path, made: str) -> None:
    assert is_spreadsheet_made(made.upper())
    assert f"'{made}' (once: data row 12)" in refusal(tmp_path, WHOLE, [*WHOLE[:-1], made])


@pytest.mark.parametrize("fine", ["A12E5", "E10", "N1", "NANCY", "12E5", "#7"])
def test_an_id_with_letters_is_an_id(fine: str) -> None:
    assert not is_spreadsheet_made(fine)


@pytest.mark.parametrize(("text", "left"), [("0012", "12"), ("12.0", "12"), ("1 2", "12"), ("000", "000"), ("A01", "A01"), ("1.5", "1.5")])
def test_folding_takes_off_what_spreadsheets_do_to_numbers(text: str, left: str) -> None:
    assert spreadsheet_form(text) == left


@pytest.mark.parametrize(
    ("text", "form", "written"), [("P7", "P###", "P007"), ("0007", "##", ""), ("7-B", "##-B", "07-B"), ("Q7", "P###", "")]
)
def test_a_form_says_how_an_id_is_written(text: str, form: str, written: str) -> None:
    assert in_form(text, form) == ("07" if (text, form) == ("0007", "##") else written)


def test_a_later_wave_that_knows_nobody_stops(tmp_path: Path) -> None:
    others = [f"X{one}" for one in WHOLE]
    said = refusal(tmp_path, WHOLE, others)
    assert "after.csv, source 'after': 0 of 12 persons are known from the study's other files" in said
    assert "X0001" in said
    apart = [source("before", wave="t1"), source("after", wave="t2", least_matched=0)]
    assert len(cleaned(tmp_path, WHOLE, others, sources=apart).units["person"]) == 2 * PEOPLE


def test_a_wave_that_knows_few_is_told_of_and_a_declared_share_stops(tmp_path: Path) -> None:
    mixed = [*WHOLE[:3], *(f"X{one}" for one in WHOLE[3:])]
    log = cleaned(tmp_path, WHOLE, mixed).cleaning_log
    told = log[log["finding"] == "few_matched"]
    assert told[["source", "detail", "n"]].to_numpy().tolist() == [["after", "3 of 12 known from other files", 9]]
    strict = [source("before", wave="t1"), source("after", wave="t2", least_matched=0.9)]
    assert "allowed: 90%" in refusal(tmp_path, WHOLE, mixed, sources=strict)


def test_a_short_follow_up_of_people_who_are_known_is_nothing_to_tell(tmp_path: Path) -> None:
    assert "few_matched" not in set(cleaned(tmp_path, WHOLE, WHOLE[:2]).cleaning_log["finding"])


def test_a_register_that_names_nobody_stops(tmp_path: Path) -> None:
    register = source("register", lists_everybody=False)
    codebook = "\n".join(
        line + (",raw_name::register" if place == 0 else ",nr" if line.startswith("id,person") else ",")
        for place, line in enumerate(CODEBOOK.splitlines())
    )
    files = {
        "before.csv": before_of(WHOLE),
        "after.csv": file_of(WHOLE),
        "register.csv": "nr\n" + "\n".join(f"9{one}" for one in WHOLE) + "\n",
    }
    with pytest.raises(ResearcherError, match="source 'register': 0 of 12 persons are known"):
        clean_responses(
            miniature(
                tmp_path, files=files, codebook=codebook + "\n", sources=[source("before", wave="t1"), source("after", wave="t2"), register]
            )
        )


def test_a_heading_and_nothing_else_stops(tmp_path: Path) -> None:
    with pytest.raises(ResearcherError, match=r"after.csv: holds a heading and nothing else"):
        clean_responses(miniature(tmp_path, files={"after.csv": AFTER.splitlines()[0] + "\n"}))


# --- facts that contradict each other


def ages(after: list[int], most: float | None = None, root: Path | None = None) -> Cleaned:
    codebook = CODEBOOK.replace("Ålder,Age,ålder,\n", "Ålder,Age,ålder,ålder\n")
    before = before_of(WHOLE)
    rows = [f"{one};Ja;{age};Ofta;Ja;2024-03-01" for one, age in zip(WHOLE, after, strict=True)]
    grouped = [row.replace(";Ja;", ";Nej;", 1) if place % 2 == 0 else row for place, row in enumerate(rows)]
    files = {"before.csv": before, "after.csv": "\n".join(["nr;grupp;ålder;lugn;arbete;dag", *grouped, ""])}
    units = [PERSON if most is None else {**PERSON, "most_contradicted": most}]
    assert root is not None
    return clean_responses(miniature(root, files=files, codebook=codebook, units=units))


def test_facts_that_do_not_fit_are_other_people(tmp_path: Path) -> None:
    with pytest.raises(ResearcherError, match="11 of 12 persons have another answer in another file, though it cannot change"):
        ages([30, *[50] * 11], root=tmp_path)
    assert len(ages([30, *[50] * 11], most=1.0, root=tmp_path).units["person"]) == PEOPLE


def test_a_slip_in_one_fact_is_told_and_does_not_stop(tmp_path: Path) -> None:
    log = ages([*[30] * 11, 31], root=tmp_path).cleaning_log
    assert log.loc[log["finding"] == "contradiction", "n"].tolist() == [1]


# --- several waves in one file

WIDE = "nr;grupp;ålder;lugn1;kommentar;lugn2;arbete;dag\n"
WIDE_CODEBOOK = CODEBOOK.replace(",lugn,lugn", ",lugn1,lugn2")


def wide(root: Path, rows: list[str], **of_after: object) -> Cleaned:
    sources = [source("before", file="wide.csv", wave="t1"), source("after", file="wide.csv", wave="t2", **of_after)]
    return clean_responses(miniature(root, files={"wide.csv": WIDE + "\n".join(rows) + "\n"}, codebook=WIDE_CODEBOOK, sources=sources))


ROWS = [
    "A1;Ja;30;Ofta;;Ofta;Ja;2024-03-01",
    "A2;Ja;41;Aldrig;;;;",
    "B1;Nej;35;Ibland;;Vet ej;;",
    "B2;Nej;44;;;Ofta;Nej;2024-03-02",
    "B3;Nej;50;;;;;",
]


def test_who_has_nothing_in_a_waves_own_columns_did_not_answer_it(tmp_path: Path) -> None:
    result = wide(tmp_path, ROWS)
    answered = {wave: rows["person"].tolist() for wave, rows in result.responses["person"].groupby("wave")}
    assert answered == {"t1": ["A1", "A2", "B1"], "t2": ["A1", "B1", "B2"]}
    assert result.units["person"]["person"].tolist() == ["A1", "A2", "B1", "B2", "B3"], "everybody in the file belongs to the sample"
    flow = result.flow[(result.flow["chain"] == "wave:t2") & (result.flow["group"] == "all")].set_index("node")["n"]
    assert (flow["in_sample"], flow["no_answer"], flow["answered"]) == (5, 2, 3)


def test_a_declared_answer_says_who_answered_a_wave(tmp_path: Path) -> None:
    by_date = wide(tmp_path, ROWS, answered_if={"day": []}).responses["person"]
    assert by_date.loc[by_date["wave"] == "t2", "person"].tolist() == ["A1", "B2"]
    by_code = wide(tmp_path, ROWS, answered_if={"work": ["yes"]}).responses["person"]
    assert by_code.loc[by_code["wave"] == "t2", "person"].tolist() == ["A1"]


def test_a_file_of_one_wave_counts_every_row_as_an_answer(tmp_path: Path) -> None:
    blank = BEFORE.replace("B3;Nej;59;;", "B3;Nej;;;")
    assert "B3" in set(clean_responses(miniature(tmp_path, files={"before.csv": blank})).responses["person"]["person"])


# --- any damage to ids is refused, repaired or told

DAMAGES = {
    "zeros": lambda one: one.lstrip("0"),
    "decimals": lambda one: f"{int(one)}.0",
    "science": lambda one: f"{float(one) * 1e10:.2E}",
    "error": lambda one: "#N/A",
    "gone": lambda one: "",
    "blank": lambda one: f" {one}\u00a0",
    "inside": lambda one: f"{one[:2]} {one[2:]}",
    "other people": lambda one: f"9{one}",
    "small letters": lambda one: one.lower(),
}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("kind", DAMAGES)
def test_damaged_ids_are_refused_repaired_or_told(tmp_path: Path, kind: str, seed: int) -> None:
    draw = random.Random(seed)
    healthy = [f"{one:05}" for one in draw.sample(range(1, 60_000), PEOPLE)]
    hit = set(draw.sample(healthy, draw.randint(8, PEOPLE)))
    damaged = [DAMAGES[kind](one) if one in hit else one for one in healthy]
    try:
        result = cleaned(tmp_path, healthy, damaged)
    except ResearcherError as refused:
        assert "after.csv" in str(refused)
        return
    told = set(result.cleaning_log["finding"]) & {"few_matched"}
    assert told or set(result.responses["person"].groupby("person").size()) == {2}


# --- the examples of docs/declare.md


def declared_in_docs(kind: str) -> dict:
    page = (ROOT / "docs" / "declare.md").read_text(encoding="utf-8")
    return tomllib.loads(re.findall(rf"^```toml {kind}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)[0])


def test_the_form_of_ids_in_the_docs_brings_files_together(tmp_path: Path) -> None:
    units = declared_in_docs("unit")["units"]
    joined = cleaned(tmp_path, WHOLE, [one.lstrip("0") for one in WHOLE], units=units)
    assert joined.units["person"]["person"].tolist() == WHOLE


def test_the_wide_file_of_the_docs_is_answered_by_whom_it_says(tmp_path: Path) -> None:
    [after] = declared_in_docs("wide")["sources"]
    answers = wide(tmp_path, ROWS, answered_if=after["answered_if"]).responses["person"]
    assert answers.loc[answers["wave"] == after["wave"], "person"].tolist() == ["A1", "B2"]
