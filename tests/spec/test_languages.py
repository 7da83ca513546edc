"""A study in one language is asked for no other."""

from pathlib import Path

import pytest

from pipeline.errors import ResearcherError
from pipeline.spec.declared import Text
from pipeline.spec.load import load_study
from tests.miniature import ANSWERS, CODEBOOK, declaration, miniature, toml

BOTH = ",label::sv,label::en"


def in_swedish(part: object) -> object:
    if isinstance(part, dict):
        return {"sv": part["sv"]} if part.keys() == {"sv", "en"} else {key: in_swedish(one) for key, one in part.items()}
    return [in_swedish(one) for one in part] if isinstance(part, list) else part


def without_english(table: str) -> str:
    rows = [line.split(",") for line in table.splitlines()]
    place = rows[0].index("label::en")
    return "\n".join(",".join(row[:place] + row[place + 1 :]) for row in rows) + "\n"


def test_a_study_in_swedish_needs_no_english(tmp_path: Path) -> None:
    study = miniature(tmp_path)
    declared = {**in_swedish(declaration()), "languages": ["sv"], "reports": [{"id": "r", "template": "group_comparison"}]}
    (study.paths.declared / "study.toml").write_text(toml(declared), encoding="utf-8")
    (study.paths.declared / "codebook.csv").write_text(without_english(CODEBOOK), encoding="utf-8")
    (study.paths.declared / "answers.csv").write_text(without_english(ANSWERS), encoding="utf-8")
    read = load_study("mini", tmp_path)
    assert read.variable["calm"].label == Text(sv="Lugn", en="Lugn")
    assert read.declaration.question == Text(sv="Do talks calm?", en="Do talks calm?")
    assert [report.languages for report in read.declaration.reports] == [("sv",)]


def test_a_report_is_in_a_language_of_the_study(tmp_path: Path) -> None:
    reports = [{"id": "r", "template": "group_comparison", "languages": ["sv", "en"]}]
    with pytest.raises(ResearcherError, match=r"reports 'r' languages: 'en'.*\n.*sv"):
        miniature(tmp_path, languages=["sv"], reports=reports)
