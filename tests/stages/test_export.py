"""What a co-author gets holds every answer, code, label and reason: read again by pyreadstat, pandas, and our own importers."""

import csv
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from pipeline.clean.responses import clean_responses
from pipeline.clean.rows import NOTHING_SAID
from pipeline.cli import main
from pipeline.errors import ResearcherError
from pipeline.spec.vocabulary import MISSING_CODES, MISSING_REASONS, MISSING_SUFFIX
from pipeline.stages.export import FORMATS, export_study
from pipeline.stages.told import OK, THEIR_FAULT
from pipeline.tables.frames import read_rows
from tests.any_study import any_study
from tests.conftest import ROOT
from tests.miniature import AFTER, ANSWERS, BEFORE, CODEBOOK, both, declaration, miniature, source, write_study
from tests.mistakes import run
from tests.once import folder_once
from tests.stages.project import contents, copy_project

READERS = {"sav": pyreadstat.read_sav, "dta": pyreadstat.read_dta}
BARE: dict[str, Any] = {"analyses": [], "balance": {"covariates": []}}


def folder_of(root: Path, name: str, form: str) -> Path:
    return root / "data/processed" / name / "export" / form


def exported_mini(root: Path, form: str, language: str = "", **parts: Any) -> Path:
    miniature(root, **{**BARE, **parts})
    list(export_study("mini", form, language, root))
    return folder_of(root, "mini", form)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def export_trs(root: Path) -> None:
    copy_project(root)
    for form in FORMATS:
        list(export_study("trs", form, "en", root))


@pytest.fixture(scope="module")
def trs_exports() -> Path:
    """A project with trs in every format."""
    return folder_once("exports", export_trs)


@pytest.fixture(scope="module")
def expected(trs_exports: Path) -> pd.DataFrame:
    """What was exported: facts, responses and scores as the pipeline holds them."""
    processed = trs_exports / "data/processed/trs"
    facts, responses, scores = (read_rows(processed / name / "person.parquet") for name in ("units", "responses", "scores"))
    assert (scores["wave"] != "").all()
    whole = facts.merge(responses.merge(scores, on=["person", "wave"]), on="person")
    return whole.sort_values(["person", "wave"], ignore_index=True)


def decoded(folder: Path, form: str, unit: str = "person") -> tuple[pd.DataFrame, dict[str, dict[str, str]]]:
    """Read a file of numbers and give codes and reasons by what answers.csv says of its cells; and the labels of its values."""
    frame, facts = READERS[form](folder / f"{unit}.{form}", user_missing=True)
    cells: dict[str, dict[str, tuple[str, str]]] = {}
    for row in rows_of(folder / "answers.csv"):
        cells.setdefault(row["list_name"], {})[row["raw"]] = (row["name"], row["missing"])
    found: dict[str, Any] = {}
    for row in rows_of(folder / "codebook.csv"):
        heading = row[f"raw_name::{unit}"]
        if not heading:
            continue
        texts = [_text(value) for value in frame[heading]]
        known = cells.get(row["answers"], {})
        reasons = [known[text][1] if text in known else "" for text in texts]
        values: list[Any] = [None if reason or not text else text for text, reason in zip(texts, reasons, strict=True)]
        if row["type"] == "select_one":
            values = [known[text][0] if text else None for text in (value or "" for value in values)]
        found[row["name"]] = pd.to_numeric(pd.Series(values)) if row["type"] in ("rating", "integer", "decimal") else values
        found[f"{row['name']}__missing"] = [MISSING_CODES.get(reason, 0) for reason in reasons]
        if f"{heading}__missing" in frame:
            found[f"{row['name']}__missing"] = frame[f"{heading}__missing"].fillna(0).astype(int).tolist()
    labels = {name: {_text(value): label for value, label in own.items()} for name, own in facts.variable_value_labels.items()}
    return pd.DataFrame(found), labels


def _text(value: Any) -> str:
    if isinstance(value, str):
        return f".{value}" if len(value) == 1 and value.isalpha() and value.islower() else value
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return ""
    return f"{value:.17g}" if isinstance(value, float) else str(value)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["sav", "dta"])
def test_every_value_and_reason_comes_back_from_spss_and_stata(trs_exports: Path, expected: pd.DataFrame, form: str) -> None:
    read, _ = decoded(folder_of(trs_exports, "trs", form), form)
    read = read.sort_values(["person", "wave"], ignore_index=True)
    assert len(read) == len(expected) > 1000
    compared = [name for name in expected if not name.endswith("__missing")]
    for name in compared:
        before, after = expected[name], read[name]
        if before.dtype.kind == "M":
            before, after = before.dt.strftime("%Y-%m-%d"), pd.Series(after).astype("object")
        same = (before.isna() & after.isna()) | (before == after)
        assert same.all(), (name, before[~same].iloc[0], after[~same].iloc[0])
        if f"{name}__missing" in expected:
            assert (read[f"{name}__missing"].to_numpy() == expected[f"{name}__missing"].to_numpy()).all(), name
    assert len(compared) > 50


@pytest.mark.slow
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_every_value_and_reason_comes_back_from_csv_and_parquet(trs_exports: Path, expected: pd.DataFrame, form: str) -> None:
    path = folder_of(trs_exports, "trs", form) / f"person.{form}"
    read = read_rows(path) if form == "parquet" else pd.read_csv(path, keep_default_na=False, na_values=[""], dtype={"person": "str"})
    read = read.sort_values(["person", "wave"], ignore_index=True)
    words = dict(enumerate(("", *MISSING_REASONS)))
    for name in expected:
        if name.endswith("__missing"):
            reasons = expected[name].map(words)
            assert (read[name].fillna("") == reasons).all() if name in read else (reasons == "").all()
            continue
        before, after = expected[name], read[name]
        if before.dtype.kind == "M" and form == "csv":
            before = before.dt.strftime("%Y-%m-%d")
        if name == "comment" and form == "csv":  # what a spreadsheet would run has an apostrophe in front
            assert (before == "=SUMMA(A1)").any()
            after = after.replace("'=SUMMA(A1)", "=SUMMA(A1)")
        assert ((before.isna() & after.isna()) | (before == after)).all(), name
    assert form == "csv" or read["response_date"].dtype.kind == "M"


@pytest.mark.slow
@pytest.mark.parametrize("form", ["sav", "dta"])
def test_labels_stand_in_the_file_in_the_language_asked_for(trs_exports: Path, form: str) -> None:
    frame, facts = READERS[form](folder_of(trs_exports, "trs", form) / f"person.{form}")
    assert facts.column_names_to_labels["ti_1"] == "I often think of leaving"
    assert facts.variable_value_labels["ti_1"][1] == "Do not agree at all"
    assert facts.variable_value_labels["lock_in"] == {
        1: "Not locked in",
        2: "Locked in to the workplace only",
        3: "Locked in to the occupation only",
        4: "Doubly locked in",
    }
    reason = {"sav": -95.0, "dta": "e"}[form]
    assert facts.variable_value_labels["ti_1"][reason] == "do not know"
    assert frame["ti_1"].dropna().isin(range(1, 6)).all()


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 6))])
@pytest.mark.parametrize("form", ["sav", "dta"])
def test_whatever_was_asked_comes_back(tmp_path: Path, form: str, seed: int) -> None:
    study = any_study(tmp_path, seed)
    list(export_study(study.id, form, "", tmp_path))
    compared = 0
    for unit in study.unit:
        read, _ = decoded(folder_of(tmp_path, study.id, form), form, unit)
        key = study.unit[unit].id
        held = {
            fixed: read_rows(study.paths.processed / name / f"{unit}.parquet") for fixed, name in ((True, "units"), (False, "responses"))
        }
        for one in (one for one in study.variables_of(unit) if one.type not in ("id", "date")):
            keys = [key] if one.fixed else [key, "wave"]
            before = held[one.fixed].set_index(keys)[[one.name, f"{one.name}__missing"]].sort_index()
            after = read.drop_duplicates(keys).set_index(keys)[[one.name, f"{one.name}__missing"]].sort_index()
            assert before.index.equals(after.loc[before.index].index)
            values, again = before[one.name], after.loc[before.index, one.name]
            assert ((values.isna() & again.isna()) | (values == again)).all(), one.name
            assert (before[f"{one.name}__missing"] == after.loc[before.index, f"{one.name}__missing"]).all(), one.name
            compared += len(before)
    assert compared > 0


def test_our_own_importers_read_the_same_responses_from_the_file(tmp_path: Path) -> None:
    before = clean_responses(miniature(tmp_path / "first", **BARE))
    list(export_study("mini", "sav", "sv", tmp_path / "first"))
    folder = folder_of(tmp_path / "first", "mini", "sav")
    codebook = [row for row in rows_of(folder / "codebook.csv") if row["name"] not in ("wave", "calmness")]
    waves = {"t1": "1", "t2": "2"}
    asked = {"t1": BEFORE, "t2": AFTER}
    words = {"person": "nr", "group": "grupp", "age": "ålder", "calm": "lugn", "work": "arbete", "day": "dag", "comment": "kommentar"}
    lines = ["type,name,unit,fixed,answers,constraint,classes,label::sv,label::en,raw_name::first,raw_name::second"]
    for row in codebook:
        raws = [row["raw_name::person"] if words[row["name"]] in text.splitlines()[0].split(";") else "" for text in asked.values()]
        lines.append(",".join([*(row[name] for name in lines[0].split(",")[:9]), *raws]))
    sources = [
        {**source(name, wave=wave, format="sav", rows={"wave": [cell]}, ignore="rest"), "file": "person.sav"}
        for name, (wave, cell) in zip(("first", "second"), waves.items(), strict=True)
    ]
    again = write_study(
        tmp_path / "second",
        "mini",
        declaration(**{**BARE, "measures": [], "sources": sources}),
        codebook="\n".join([*lines, ""]),
        answers=(folder / "answers.csv").read_text(encoding="utf-8"),
        files={"person.sav": (folder / "person.sav").read_bytes()},
    )
    after = clean_responses(again)
    texts = ["comment", "comment__missing"]
    rows = before.responses["person"]
    nothing = rows.filter(like=MISSING_SUFFIX).isin([MISSING_CODES[reason] for reason in NOTHING_SAID]).all(axis="columns")
    assert nothing.sum() == 1, "one person left everything blank, which in rows of one file is no answer"
    said = rows[~nothing].reset_index(drop=True)
    pd.testing.assert_frame_equal(after.responses["person"].drop(columns=texts), said.drop(columns=texts))
    pd.testing.assert_frame_equal(after.units["person"], before.units["person"])
    assert after.responses["person"]["comment"].dropna().tolist() == before.responses["person"]["comment"].dropna().tolist()


def test_reasons_stand_clear_of_answers_that_are_negative_themselves(tmp_path: Path) -> None:
    files = {"before.csv": BEFORE.replace("A1;Ja;30", "A1;Ja;-93").replace("A2;Ja;41", "A2;Ja;")}
    folder = exported_mini(tmp_path, "sav", files=files, codebook=CODEBOOK.replace("16..75", ""))
    frame, facts = pyreadstat.read_sav(folder / "person.sav", user_missing=True)
    ages = dict(zip(frame["person"], frame["age"], strict=True))
    assert (ages["A1"], ages["A2"]) == (-93.0, -993.0)
    assert facts.variable_value_labels["age"][-993.0] == "hoppade över"
    assert facts.missing_ranges["age"] == [{"lo": -997.0, "hi": -991.0}]


def test_a_reason_is_the_same_number_in_the_tables_of_all_units(tmp_path: Path) -> None:
    codebook = CODEBOOK.replace("16..75", "")
    units = [*declaration()["units"], {"name": "place", "id": "place", "label": both("places")}]
    places = {"places.csv": "plats;anställda;länk\nX;-93;X\nY;;Y\n"}
    head, *rows = codebook.splitlines()
    more = ["id,place,place,yes,,,,Plats,Place,,,plats", "integer,staff,place,yes,,,,Anställda,Staff,,,anställda"]
    codebook = "\n".join([f"{head},raw_name::places", *(f"{row}," for row in rows), *more, ""])
    sources = [source("before", wave="t1"), source("after", wave="t2"), {**source("places", ignore="rest"), "unit": "place"}]
    folder = exported_mini(tmp_path, "sav", files=places, codebook=codebook, units=units, sources=sources)
    _, facts = pyreadstat.read_sav(folder / "person.sav", user_missing=True)
    assert facts.missing_ranges["calm"] == [{"lo": -997.0, "hi": -991.0}]
    raws = {row["raw"] for row in rows_of(folder / "answers.csv") if row["missing"] == "skipped"}
    assert raws == {"-993"}


def test_long_names_and_labels_are_cut_and_stand_whole_in_the_codebook(tmp_path: Path) -> None:
    long = ["a_very_long_name_of_a_question_about_work", "a_very_long_name_of_a_question_about_rest"]
    wording = "Hur många dagar å rad " * 9
    rows = "".join(f'integer,{name},person,,,,,"{wording}","{wording}",{place},\n' for place, name in enumerate(long))
    before = "\n".join(f"{line};{line and cells}" for line, cells in zip(BEFORE.splitlines(), ["0;1", *["7;8"] * 6], strict=True)) + "\n"
    folder = exported_mini(tmp_path, "dta", files={"before.csv": before}, codebook=CODEBOOK + rows)
    headings = {row["name"]: row["raw_name::person"] for row in rows_of(folder / "codebook.csv")}
    assert [headings[name] for name in long] == ["a_very_long_name_of_a_quest", "a_very_long_name_of_a_que_1"]
    frame, facts = pyreadstat.read_dta(folder / "person.dta")
    assert frame[headings[long[1]]].dropna().unique().tolist() == [8.0]
    label = facts.column_names_to_labels[headings[long[0]]]
    assert label.endswith("…")
    assert wording.startswith(label[:-1])
    assert next(row["label::sv"] for row in rows_of(folder / "codebook.csv") if row["name"] == long[0]) == wording.strip()


@pytest.mark.parametrize("form", ["sav", "dta"])
def test_a_question_called_by_a_word_of_the_tool_gets_a_number_behind_it(tmp_path: Path, form: str) -> None:
    names = ["by", "long", "str5", "longer"]
    rows = "".join(f"rating,{name},person,,often,,,{name},{name},lugn,\n" for name in names)
    folder = exported_mini(tmp_path, form, codebook=CODEBOOK + rows)
    headings = {row["name"]: row["raw_name::person"] for row in rows_of(folder / "codebook.csv")}
    assert [headings[name] for name in names] == ["by_1", "long_1", "str5_1", "longer"]
    frame, _ = READERS[form](folder / f"person.{form}")
    assert set(headings.values()) <= set(frame)


@pytest.mark.slow
def test_many_questions_with_long_names_and_answers_are_written_for_stata(tmp_path: Path) -> None:
    names = [f"a_very_long_name_of_a_question_about_work_{number:03}" for number in range(120)]
    rows = "".join(f"rating,{name},person,,often,,,{name},{name},lugn\n" for name in names)
    head, *others = CODEBOOK.splitlines()
    codebook = "\n".join([head, *others, *(f"{row}," for row in rows.splitlines()), ""])
    folder = exported_mini(tmp_path, "dta", codebook=codebook)
    frame, facts = pyreadstat.read_dta(folder / "person.dta")
    headings = [row["raw_name::person"] for row in rows_of(folder / "codebook.csv") if row["name"] in names]
    assert len(set(headings)) == 120
    assert set(headings) <= set(frame)
    assert {facts.variable_value_labels[one][3] for one in headings} == {"Ofta"}


def test_who_answered_no_wave_has_one_row_and_nobody_is_lost(tmp_path: Path) -> None:
    listed = {"list.csv": "nr;grupp\n" + "".join(f"{name};Ja\n" for name in ("A1", "C9"))}
    sources = [source("before", wave="t1"), source("after", wave="t2"), source("list", lists_everybody=True)]
    head, *rows = CODEBOOK.splitlines()
    raws = {"person": "nr", "group": "grupp"}
    codebook = "\n".join([f"{head},raw_name::list", *(f"{row},{raws.get(row.split(',')[1], '')}" for row in rows), ""])
    folder = exported_mini(tmp_path, "csv", files=listed, codebook=codebook, sources=sources)
    frame = pd.read_csv(folder / "person.csv")
    assert frame.groupby("person").size().to_dict() == {"A1": 2, "A2": 2, "A3": 1, "B1": 2, "B2": 2, "B3": 1, "C9": 1}
    assert frame.loc[frame["person"] == "C9", "wave"].isna().all()


def test_the_readme_says_that_it_is_micro_data_and_what_is_made_up(tmp_path: Path) -> None:
    sv = (exported_mini(tmp_path, "sav", "sv") / "README.md").read_text(encoding="utf-8")
    en = (exported_mini(tmp_path, "dta", "en") / "README.md").read_text(encoding="utf-8")
    assert "Mikrodata: varje rad är en persons svar." in sv
    assert "Simulerade svar" in sv
    assert "Micro-data: each row is one person's answers." in en
    assert ".a till .g" not in en
    assert ".a to .g" in en


def test_the_same_answers_give_the_same_bytes_and_git_never_sees_them(tmp_path: Path) -> None:
    heading, *rows = BEFORE.splitlines()
    first = contents(exported_mini(tmp_path / "a", "sav"))
    turned = contents(exported_mini(tmp_path / "b", "sav", files={"before.csv": "\n".join([heading, *reversed(rows), ""])}))
    assert first == turned
    assert sorted(first) == ["README.md", "answers.csv", "codebook.csv", "person.sav"]
    ignored = subprocess.run(["git", "check-ignore", "data/processed/x/export/sav/person.sav"], cwd=ROOT, check=False, capture_output=True)
    assert ignored.returncode == 0


def test_the_command_names_the_files_and_refuses_other_formats(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    miniature(tmp_path, **BARE)
    status, said = run(tmp_path, "export", "mini", "--format", "parquet")
    assert status == OK
    assert "\ndata/processed/mini/export/parquet/person.parquet: 10 rows, 9 columns" in said
    with pytest.raises(SystemExit) as refused:
        main(["export", "mini", "--format", "xls"])
    told = capsys.readouterr().err
    assert (refused.value.code, [form for form in FORMATS if form not in told]) == (THEIR_FAULT, [])


def test_a_wrong_measure_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    wrong = [{"name": "calmness", "label": both("x"), "unit": both("x"), "rule": "as_answered", "items": ["comment"]}]
    miniature(tmp_path, **BARE, measures=wrong)
    with pytest.raises(ResearcherError, match="comment"):
        list(export_study("mini", "sav", "", tmp_path))
    assert not folder_of(tmp_path, "mini", "sav").exists()


def test_answers_csv_holds_the_codes_of_every_list(tmp_path: Path) -> None:
    folder = exported_mini(tmp_path, "sav", answers=ANSWERS)
    rows = {(row["list_name"], row["name"]): row for row in rows_of(folder / "answers.csv")}
    assert ("group", "skipped") not in rows
    assert (rows["group", "control"]["raw"], rows["group", "control"]["label::en"]) == ("2", "Control")
    assert (rows["often", "3"]["raw"], rows["often", "3"]["label::sv"]) == ("3", "Ofta")
    assert (rows["often", "dont_know"]["raw"], rows["often", "dont_know"]["missing"]) == ("-95", "dont_know")
