"""Generated documentation says what the code says today."""

import json

import pytest

from tests.conftest import ROOT
from tests.documents.__main__ import DOCUMENTS

MADE_WRONG = "messages.md"
"""What is made by planting every mistake."""


@pytest.mark.parametrize("name", [pytest.param(one, marks=pytest.mark.slow) if one == MADE_WRONG else one for one in sorted(DOCUMENTS)])
def test_a_generated_page_is_current(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == DOCUMENTS[name](), "run 'make docs'"


def test_every_key_of_study_toml_says_what_it_means_where_it_is_typed() -> None:
    schema = json.loads(DOCUMENTS["study.schema.json"]())
    models = {"study.toml": schema, **schema["$defs"]}
    silent = [
        f"{name} {key}" for name, part in models.items() for key, said in part.get("properties", {}).items() if "description" not in said
    ]
    assert silent == []
    assert {"Measure", "Analysis", "Source", "Publish", "Text", "Simulation", "Effect", "Mess"} <= models.keys()
