"""Which themes were found in which interviews: matrix, sums, pairs, and codings that are not as planned."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.clean.responses import clean_responses
from pipeline.compare.exhibits.checks import exhibit_problems
from pipeline.compare.exhibits.coding import coding_rows, cube_of, finders, most_coders, together
from pipeline.compare.gather.panel import Panel
from pipeline.score.scores import score_responses
from pipeline.spec.study import Study
from tests.interviews import EXHIBIT, FOUND, interview_study

NONE = dict.fromkeys(FOUND["A"], " " * 4)


def rows_of(study: Study) -> pd.DataFrame:
    cleaned = clean_responses(study)
    panel = Panel(study, cleaned, score_responses(study, cleaned))
    [exhibit] = study.declaration.exhibits
    return pd.DataFrame(coding_rows(panel, exhibit))


def sums(rows: pd.DataFrame, column: str = "all") -> dict[tuple[str, int], tuple[int, int]]:
    chosen = rows[(rows["column"] == column) & rows["x"].notna()]
    return {(row.row, int(row.x)): (row.n, row.total) for row in chosen.itertuples()}


def test_the_matrix_counts_coders_and_the_sums_interviews(tmp_path: Path) -> None:
    rows = rows_of(interview_study(tmp_path))
    matrix = rows[rows["row"].eq("tools") & rows["column"].str.startswith("interview-")]
    assert list(zip(matrix["column"], matrix["n"], matrix["total"], strict=True)) == [
        ("interview-01", 2, 2),
        ("interview-02", 1, 2),
        ("interview-03", 0, 2),
        ("interview-04", 2, 2),
    ]
    # found by one coder at least in I1, I2, I4; by both in I1 and I4
    assert sums(rows)["tools", 1] == (3, 4)
    assert sums(rows)["tools", 2] == (2, 4)


def test_an_interview_that_one_coder_coded_counts_for_one_coder_only(tmp_path: Path) -> None:
    rows = rows_of(interview_study(tmp_path))
    assert sums(rows)["secrecy", 1] == (2, 4)
    assert sums(rows)["secrecy", 2] == (0, 3)


def test_pairs_are_interviews_in_which_so_many_coders_found_both(tmp_path: Path) -> None:
    rows = rows_of(interview_study(tmp_path))
    assert sums(rows, "secrecy")["tools", 1] == (2, 4)
    assert sums(rows, "secrecy")["tools", 2] == (0, 3)
    assert sums(rows, "foreign")["tools", 2] == (2, 4)
    assert ("secrecy", 1) not in sums(rows, "tools")  # each pair once


def test_a_theme_nobody_mentioned_is_a_row_of_nobody(tmp_path: Path) -> None:
    found = {coder: {**themes, "tools": "...."} for coder, themes in FOUND.items()}
    assert sums(rows_of(interview_study(tmp_path, found)))["tools", 1] == (0, 4)


def test_a_coder_who_coded_nothing_is_told_and_changes_no_sum(tmp_path: Path) -> None:
    rows = rows_of(interview_study(tmp_path, {**FOUND, "C": NONE}))
    assert sums(rows) == sums(rows_of(interview_study(tmp_path)))
    work = rows[rows["row"] == "answered"].set_index("column")["n"]
    assert work.to_dict() == {"coder-01": 12, "coder-02": 11, "coder-03": 0}


def test_an_interview_without_any_code_is_a_column_of_nothing(tmp_path: Path) -> None:
    found = {coder: {theme: signs[:3] + " " for theme, signs in themes.items()} for coder, themes in FOUND.items()}
    rows = rows_of(interview_study(tmp_path, found))
    assert rows.loc[rows["column"] == "interview-04", "total"].tolist() == [0, 0, 0]
    assert sums(rows)["foreign", 1] == (3, 3)


def test_nothing_coded_at_all_gives_rows_of_nothing(tmp_path: Path) -> None:
    rows = rows_of(interview_study(tmp_path, {"A": NONE, "B": NONE}))
    assert sums(rows)["tools", 1] == (0, 0)
    assert not rows["n"].any()


def test_sums_are_those_of_the_matrix_and_pairs_never_exceed_them() -> None:
    draw = np.random.default_rng(7)
    found = np.where(draw.random((6, 15, 3)) < 0.15, np.nan, draw.integers(0, 2, (6, 15, 3)).astype(float))
    seen, given = finders(found)
    for least in range(1, most_coders(found) + 1):
        both, coded = together(found, least)
        assert np.diag(both).tolist() == (seen >= least).sum(axis=1).tolist()
        assert np.diag(coded).tolist() == (given >= least).sum(axis=1).tolist()
        assert (both <= np.minimum.outer(np.diag(both), np.diag(both))).all()
        assert (both == both.T).all()
        assert (both <= coded).all()


def test_swapping_the_coders_changes_no_count() -> None:
    draw = np.random.default_rng(8)
    found = draw.integers(0, 2, (5, 9, 2)).astype(float)
    assert (together(found, 2)[0] == together(found[:, :, ::-1], 2)[0]).all()


def test_what_a_coder_coded_twice_is_left_out() -> None:
    codes = pd.DataFrame({"theme": [0, 0, 0], "interview": [0, 0, 1], "coder": [0, 0, 0], "found": [1.0, 0.0, 1.0]})
    cube = cube_of(codes, (1, 2, 1))
    assert np.isnan(cube[0, 0, 0])
    assert cube[0, 1, 0] == 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"present": ["ja"]}, "'ja' is not a declared answer of 'mentioned'"),
        ({"rows": "consent", "parts": []}, "'consent' is not a declared fixed select_one of coding"),
        ({"columns": "coding"}, "'coding' is not a declared link of coding to a unit"),
        ({"rater": "interview"}, "is also what was coded"),
        ({"outcomes": ["mentioned", "theme"]}, "names 2 variables"),
        ({"outcomes": ["quote"]}, "'quote' is not a select_one"),
    ],
)
def test_a_coding_that_cannot_be_made_is_refused(tmp_path: Path, change: dict, expected: str) -> None:
    study = interview_study(tmp_path, exhibits=[{**EXHIBIT, **change}], quotations=[])
    assert expected in "\n".join(str(problem) for problem in exhibit_problems(study))


def test_a_sound_coding_has_no_problem(tmp_path: Path) -> None:
    assert exhibit_problems(interview_study(tmp_path)) == []
