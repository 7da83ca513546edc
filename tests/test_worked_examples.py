"""The worked examples in docstrings come out as they say."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in sorted((ROOT / "pipeline").rglob("*.py"))
    if ">>> " in path.read_text("utf-8")
]


def test_hard_things_have_an_example():
    assert {"pipeline.disclose.intervals"} <= set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_a_worked_example_is_true(name):
    found = doctest.testmod(import_module(name))
    assert found.attempted > 0
    assert found.failed == 0
