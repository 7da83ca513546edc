"""Reading a release: every label is there or it is an error, and a selection is never ambiguous."""

from pathlib import Path

import pandas as pd
import pytest

from pipeline.render import report
from pipeline.render.catalogue import MissingText
from pipeline.render.results import Results
from tests.render.synthetic import made_up_results
from tests.render.test_rendering import release


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    release(made_up_results("sv"), tmp_path / "release")
    return tmp_path / "release"


def test_what_was_written_is_read_back(folder: Path) -> None:
    read = Results.load(folder, "sv")
    pd.testing.assert_frame_equal(read.estimates, made_up_results("sv").estimates, check_dtype=False)
    assert read.label("wave", "t2") == "uppföljning"
    assert "Egna ord" in read.researcher_text


def test_a_language_without_own_words_has_none(folder: Path) -> None:
    assert Results.load(folder, "en").researcher_text == ""


def test_a_label_that_is_missing_is_an_error_and_not_a_code(swedish: Results) -> None:
    with pytest.raises(MissingText, match="no label for measure 'unheard_of'"):
        swedish.label("measure", "unheard_of")


def test_one_estimate_is_one_or_none_and_never_some(swedish: Results) -> None:
    assert swedish.one(analysis="main", outcome="unheard_of") is None
    with pytest.raises(ValueError, match="estimates fit"):
        swedish.one(analysis="main")


def test_a_tampered_table_is_not_read(folder: Path) -> None:
    path = folder / "estimates.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",primary,", ",splendid,"), encoding="utf-8")
    with pytest.raises(ValueError, match="not in its closed set"):
        Results.load(folder, "sv")


def test_the_release_of_another_study_is_refused(folder: Path) -> None:
    with pytest.raises(ValueError, match="is of made_up, not of trs"):
        report.group_comparison("trs", "sv", str(folder))
