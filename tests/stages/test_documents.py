"""Generated documentation says what the code says today."""

import json
import re

import pytest

from tests.conftest import ROOT
from tests.documents.__main__ import DOCUMENTS


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_generated_page_is_current(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == DOCUMENTS[name](), "run 'make docs'"


def test_every_key_of_study_toml_says_what_it_means_where_it_is_typed() -> None:
    schema = json.loads(DOCUMENTS["study.schema.json"]())
    simulation = {name for name in schema["$defs"] if _reached(schema, "Simulation") & {name}} - _reached(schema, "Sample", "Text")
    models = {"study.toml": schema, **{name: part for name, part in schema["$defs"].items() if name not in simulation}}
    silent = [
        f"{name} {key}" for name, part in models.items() for key, said in part.get("properties", {}).items() if "description" not in said
    ]
    assert silent == []
    assert {"Measure", "Analysis", "Source", "Publish", "Text"} <= models.keys()


def _reached(schema: dict, *names: str) -> set[str]:
    """Give the parts of a schema that some of its parts are made of, these included."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += re.findall(r"#/\$defs/(\w+)", json.dumps(schema["$defs"][name]))
    return found
