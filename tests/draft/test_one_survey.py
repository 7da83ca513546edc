"""One survey, exported by thirteen tools and modes: the same codebook and the same responses, without a line written by hand."""

import csv
import io
import shutil
from pathlib import Path

import pandas as pd
import pytest

from pipeline.clean.responses import clean_responses
from pipeline.spec.load import load_study
from pipeline.spec.vocabulary import MISSING_CODES
from pipeline.stages.new import Asked, new_study
from pipeline.tables.frames import rows_bytes
from tests.conftest import ROOT
from tests.draft.one_survey import STATISTICS, TOOLS, UNKNOWN, answers, written

EVERY = [*TOOLS, *STATISTICS]
OWN = ("raw", "raw_name")
"""Columns that are each export's own."""


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Draft the survey from every tool's export, in one project."""
    root = tmp_path_factory.mktemp("drafted")
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    for tool in EVERY:
        told = list(new_study(study_of(tool), written(tool, root / "exports" / tool), Asked(), root))
        assert any(line.startswith("Checked: no problems") for line in told), (tool, told)
    return root


def study_of(tool: str) -> str:
    return tool.replace(" ", "_")


def table(root: Path, tool: str, file: str) -> list[tuple]:
    """Read a declared table as rows in one order, without what is the export's own."""
    text = (root / "studies" / study_of(tool) / file).read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    return sorted({tuple((key, cell) for key, cell in row.items() if not key.startswith(OWN)) for row in rows})


def responses(root: Path, tool: str) -> pd.DataFrame:
    """Clean a draft; an export with several answers in a cell does not know in which order they were offered, so columns are sorted."""
    people = clean_responses(load_study(study_of(tool), root)).units["person"]
    return people[sorted(people)]


@pytest.mark.parametrize("tool", EVERY[1:])
def test_every_tool_gives_one_codebook(drafted: Path, tool: str) -> None:
    for file in ("codebook.csv", "answers.csv"):
        assert table(drafted, tool, file) == table(drafted, EVERY[0], file), file


@pytest.fixture(scope="module")
def first(drafted: Path) -> pd.DataFrame:
    """The responses that every other tool must give."""
    return responses(drafted, EVERY[0])


@pytest.mark.parametrize("tool", EVERY[1:])
def test_every_tool_gives_the_same_responses(drafted: Path, first: pd.DataFrame, tool: str) -> None:
    own = responses(drafted, tool)
    pd.testing.assert_frame_equal(own, first)
    assert rows_bytes(own) == rows_bytes(first), "the files that hold them are the same byte by byte"


def test_the_responses_are_the_answers_that_were_given(first: pd.DataFrame) -> None:
    given, read = answers().set_index("nr"), first.set_index("person")
    assert read["work_1"].dropna().astype(int).astype(str).to_dict() == given["work_1"][given["work_1"].isin(list("12345"))].to_dict()
    assert 0 < (given["work_1"] == UNKNOWN).sum() == (read["work_1__missing"] == MISSING_CODES["dont_know"]).sum()
    assert read["helped_talks"].eq("yes").sum() == given["helped_1"].eq("1").sum()
    assert read["hours"].sum() == pytest.approx(given["hours"].astype(float).sum())
