"""Only what the template declares, and only plain JSON, reaches a notebook."""

from pathlib import Path

import pytest

from pipeline.errors import ResearcherError
from pipeline.render.parameters import check_parameters, declared_parameters

TEMPLATE = {
    "cells": [
        {"metadata": {"tags": ["parameters"]}, "source": 'study: str = "trs"\nlevels: list = []\nsize: int = 1'},
        {"metadata": {}, "source": 'other: str = "not a parameter"'},
    ]
}
GOOD = {"study": "trs", "levels": ["all"], "size": 2}


class Crafted(str):
    """A text that prints as code."""

    def __repr__(self) -> str:
        return "__import__('pathlib').Path('marker').touch()"


def test_the_parameters_cell_alone_declares_parameters() -> None:
    assert declared_parameters(TEMPLATE) == {"study": "str", "levels": "list", "size": "int"}


def test_declared_parameters_of_their_types_pass() -> None:
    check_parameters(TEMPLATE, GOOD, "notebooks/t.ipynb")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("study = open('marker', 'w') #", "x"),
        ("study\nopen('marker', 'w')", "x"),
        ("__import__('os').system('touch marker')", 1),
        ("stduy", "trs"),
        ("study", ("open('marker', 'w')",)),
        ("study", Crafted("trs")),
        ("study", b"trs"),
        ("study", 1),
        ("study", None),
        ("levels", [("open('marker', 'w')",)]),
        ("levels", [Crafted("all")]),
        ("levels", {"all"}),
        ("levels", [{1: "number as key"}]),
        ("levels", [float("nan")]),
        ("size", True),
        ("size", 2.0),
    ],
)  # fmt: skip
def test_a_crafted_name_or_value_is_refused_and_leaves_no_trace(
    name: str, value: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ResearcherError):
        check_parameters(TEMPLATE, {**GOOD, name: value}, "notebooks/t.ipynb")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_name_is_told_with_the_name_that_was_meant() -> None:
    with pytest.raises(
        ResearcherError, match=r"notebooks/t.ipynb, parameter 'stduy': is not in the parameters cell(.|\n)*did you mean 'study'"
    ):
        check_parameters(TEMPLATE, {**GOOD, "stduy": "trs"}, "notebooks/t.ipynb")


def test_a_parameter_without_a_value_is_refused() -> None:
    with pytest.raises(ResearcherError, match="parameter size: has no value"):
        check_parameters(TEMPLATE, {"study": "trs", "levels": []}, "notebooks/t.ipynb")


def test_a_template_without_a_parameters_cell_is_refused() -> None:
    with pytest.raises(ResearcherError, match="has no parameters"):
        check_parameters({"cells": []}, {}, "notebooks/t.ipynb")
