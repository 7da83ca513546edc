"""Parts of a coding and quotations: what is refused, with a remedy."""

from copy import deepcopy
from pathlib import Path

import pytest

from pipeline.errors import ResearcherError
from pipeline.spec.plan import plan_keys
from tests.interviews import EXHIBIT, QUOTATIONS, declared, interview_study
from tests.miniature import both, miniature


def problems_of(root: Path, **changes: object) -> str:
    with pytest.raises(ResearcherError) as caught:
        interview_study(root, **changes)
    return str(caught.value)


def part(name: str, *codes: str) -> dict:
    return {"id": name, "label": both(name), "rows": {code: both(code) for code in codes}}


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([part("needs", "tools", "secrecy")], "leave out foreign"),
        ([part("needs", "tools", "secrecy", "foreign"), part("also", "tools")], "'tools' stands in 2 parts"),
        ([part("needs", "tool", "secrecy", "foreign")], "did you mean 'tools'?"),
        ([part("needs", "tools"), part("needs", "secrecy", "foreign")], "'needs' is declared 2 times"),
    ],
)
def test_every_theme_stands_in_one_part(tmp_path: Path, parts: list, expected: str) -> None:
    assert expected in problems_of(tmp_path, exhibits=[{**EXHIBIT, "parts": parts}])


def test_parts_have_no_meaning_elsewhere(tmp_path: Path) -> None:
    curve = {"id": "c", "kind": "experience", "label": both("c"), "outcomes": ["mentioned"], "parts": [part("needs", "tools")]}
    assert "parts: has no meaning in an exhibit of kind experience" in problems_of(tmp_path, exhibits=[EXHIBIT, curve])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"text": "theme"}, "'theme' is not a declared variable of type text"),
        ({"text": "quote@t1"}, "allowed: quote"),
        ({"consent": "consnt"}, "did you mean 'consent'?"),
        ({"given": ["ja"]}, "'ja' is not a declared answer of 'consent'"),
        ({"given": []}, "given: is empty"),
        ({"theme": "consent"}, "Quotations are never shown by what tells who said them"),
        ({"read": -1}, "greater than or equal to 0"),
    ],
)
def test_quotations_need_a_text_and_a_consent(tmp_path: Path, change: dict, expected: str) -> None:
    assert expected in problems_of(tmp_path, quotations=[{**QUOTATIONS, **change}])


def test_quotations_may_not_stand_under_groups(tmp_path: Path) -> None:
    quoted = {"id": "q", "label": both("q"), "text": "comment@t1", "consent": "work@t2", "given": ["yes"], "theme": "group"}
    with pytest.raises(ResearcherError, match="'group' is not the rows of a coding"):
        miniature(tmp_path, quotations=[quoted])


def test_headings_and_definitions_are_not_in_the_plan(tmp_path: Path) -> None:
    study = interview_study(tmp_path)
    other = deepcopy(declared())
    other["exhibits"][0]["parts"] = [part("all", "tools", "secrecy", "foreign")]
    assert plan_keys(study.declaration) == plan_keys(interview_study(tmp_path / "other", **other).declaration)
    assert "exhibits.themes.rows" in plan_keys(study.declaration)


def test_interviews_need_no_primary_analysis_where_themes_are_counted(tmp_path: Path) -> None:
    assert interview_study(tmp_path).declaration.analyses[0].role == "secondary"
    assert "none has role = 'primary'" in problems_of(tmp_path / "other", exhibits=[], quotations=[])
