"""What is quoted in a release: read, with consent, without personal data, and without a trace of who said it."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from pipeline.clean.responses import clean_responses
from pipeline.compare.estimates import estimate_effects
from pipeline.disclose.policy import Policy
from pipeline.disclose.quotations import quotation_faults, release_quotations
from pipeline.score.scores import score_responses
from pipeline.spec.study import Study
from pipeline.tables.frames import csv_bytes, read_table, table_of, write_table
from pipeline.tables.glossary import QUOTATIONS
from pipeline.tables.results import Released
from tests.interviews import QUOTATIONS as DECLARED
from tests.interviews import interview_study
from tests.released import release_results

OPEN = Policy(base=1, cell=1)
SECRET = {"I1-A-tools": "Ge oss en mall.", "I2-A-tools": "Inget för mig.", "I4-B-foreign": "Ring mig på 08-123 45 67."}


def gathered(*rows: tuple[str, str, str]) -> pd.DataFrame:
    made = [{"study": "interviews", "quotation": "said", "number": place, "status": status, "theme": theme, "text": text} for place, (status, theme, text) in enumerate(rows, start=1)]  # fmt: skip
    return table_of(QUOTATIONS, made)


TWO = gathered(("consent", "foreign", "Dröm"), ("consent", "tools", "Mall"), ("no_consent", "", ""))


def released(study: Study) -> Released:
    cleaned = clean_responses(study)
    scored = score_responses(study, cleaned)
    return release_results(study, estimate_effects(study, cleaned, scored), {})


def with_read(study: Study, read: int | None) -> Study:
    [declared] = study.declaration.quotations
    changed = study.declaration.model_copy(update={"quotations": (declared.model_copy(update={"read": read}),)})
    return replace(study, declaration=changed)


def test_what_was_read_is_shown(tmp_path: Path) -> None:
    found = release_quotations(interview_study(tmp_path), TWO, OPEN)
    assert found[["number", "status", "theme", "text"]].to_numpy().tolist() == [
        [1, "shown", "foreign", "Dröm"],
        [2, "shown", "tools", "Mall"],
        [3, "no_consent", "", ""],
    ]


@pytest.mark.parametrize("read", [None, 0, 1, 3])
def test_nothing_is_shown_until_as_many_as_there_are_were_read(tmp_path: Path, read: int | None) -> None:
    found = release_quotations(with_read(interview_study(tmp_path), read), TWO, OPEN)
    assert sorted(found["status"]) == ["no_consent", "not_read", "not_read"]
    assert not found["text"].any()
    assert not found["theme"].any()


def test_what_tells_too_much_is_left_out_by_its_number(tmp_path: Path) -> None:
    study = interview_study(tmp_path, quotations=[{**DECLARED, "leave_out": [1]}])
    found = release_quotations(study, TWO, OPEN)
    assert found[["status", "text"]].to_numpy().tolist() == [["shown", "Mall"], ["left_out", ""], ["no_consent", ""]]


def test_a_number_that_no_quotation_has_shows_nothing(tmp_path: Path) -> None:
    study = interview_study(tmp_path, quotations=[{**DECLARED, "leave_out": [3]}])  # 3 has no consent
    assert not release_quotations(study, TWO, OPEN)["text"].any()


@pytest.mark.parametrize("text", ["Mejla chef@teater.se", "Mitt nummer är 640823-3234", "Ring 070-123 45 67"])
def test_personal_data_are_kept_back_even_when_read(tmp_path: Path, text: str) -> None:
    found = release_quotations(interview_study(tmp_path), gathered(("consent", "tools", text), ("consent", "tools", "Mall")), OPEN)
    assert found["status"].tolist() == ["shown", "personal_data"]
    assert text not in csv_bytes(found).decode()


def test_few_texts_withheld_for_a_reason_are_not_told_apart(tmp_path: Path) -> None:
    found = release_quotations(interview_study(tmp_path), TWO, Policy(base=6, cell=3))
    assert found["status"].tolist() == ["shown", "shown", "withheld"]


def test_a_whole_release_holds_no_text_without_consent(tmp_path: Path) -> None:
    found = released(interview_study(tmp_path, quotes=SECRET))
    tables = [csv_bytes(getattr(found, name)).decode() for name in ("estimates", "distributions", "flow", "labels", "quotations")]
    everything = "\n".join([*tables, json.dumps(found.facts, ensure_ascii=False)])
    assert "Ge oss en mall." in everything
    assert "Inget för mig" not in everything
    assert "123 45 67" not in everything
    assert found.quotations["status"].tolist() == ["shown", "no_consent", "personal_data"]


def test_what_is_quoted_does_not_say_from_whom(tmp_path: Path) -> None:
    study = interview_study(tmp_path)
    assert set(released(study).quotations.columns) == {"study", "quotation", "number", "status", "theme", "text"}


def test_a_quotation_that_a_spreadsheet_would_run_is_disarmed(tmp_path: Path) -> None:
    found = release_quotations(interview_study(tmp_path), gathered(("consent", "tools", "=SUMMA(A1)"), ("consent", "tools", "Mall")), OPEN)
    write_table(tmp_path / "quotations.csv", QUOTATIONS, found)
    assert "'=SUMMA(A1)" in (tmp_path / "quotations.csv").read_text(encoding="utf-8")
    pd.testing.assert_frame_equal(read_table(tmp_path / "quotations.csv", QUOTATIONS), found)


def test_a_theme_that_was_not_declared_is_a_fault(tmp_path: Path) -> None:
    study = interview_study(tmp_path)
    assert not list(quotation_faults(study, release_quotations(study, TWO, OPEN)))
    assert list(quotation_faults(study, gathered(("shown", "A1", "x"), ("no_consent", "", "y")))) == ["quotations.theme", "quotations.text"]


def test_without_quotations_the_table_is_empty(tmp_path: Path) -> None:
    assert release_quotations(interview_study(tmp_path, quotations=[]), gathered(), OPEN).empty
