"""Filling in a template's parameters cell: the values asked for, nothing else, and never code."""

import ast
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ResearcherError
from pipeline.paths import Paths
from pipeline.render.engine.jobs import CodeCell, cells_to_run
from pipeline.render.template import Template, with_parameters
from tests.conftest import ROOT

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3),
    max_leaves=6,
)


def template(folder: Path, *sources: str, parameters: str = 'study: str = "x"', **more: object) -> Template:
    cells = [
        {"cell_type": "code", "id": f"c{place}", "metadata": {} if place else {"tags": ["parameters"]}, "source": source, "outputs": [], "execution_count": None}
        for place, source in enumerate([parameters, *sources])
    ]  # fmt: skip
    path = folder / "t.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}), encoding="utf-8")
    return Template.read(path, "notebooks/t.ipynb")


def evaluated(source: str) -> dict:
    names: dict = {}
    exec(source, {}, names)
    return names


@given(st.text(st.characters(codec="utf-8")), PLAIN)
def test_the_cell_gives_exactly_the_values_asked_for(study: str, chosen: object) -> None:
    source = '# Å, before\nstudy: str = "x"  # åäö\nchosen: list = [\n    1,\n]\nlast: int = 7'
    filled = with_parameters(source, {"study": study, "chosen": chosen})
    values = evaluated(filled)
    assert {name: values[name] for name in ("study", "chosen", "last")} == {"study": study, "chosen": chosen, "last": 7}
    assert ast.dump(ast.parse(filled).body[2]) == ast.dump(ast.parse("last: int = 7").body[0])


def test_names_types_and_comments_stay() -> None:
    source = '# What it is made of.\nstudy: str = "trs"  # a folder\nlanguage: str = "sv"\n'
    assert (
        with_parameters(source, {"study": "åland", "language": "en"})
        == '# What it is made of.\nstudy: str = "åland"  # a folder\nlanguage: str = "en"\n'
    )


@pytest.mark.parametrize("payload", ['"; import os; os._exit(3) #', "\\", "\n", '"""', "{study}", "${HOME}", "\u2028"])
def test_no_value_can_become_code(tmp_path: Path, payload: str) -> None:
    filled = template(tmp_path).filled({"study": payload})["cells"][0]["source"]
    assert evaluated(filled)["study"] == payload


@pytest.mark.parametrize(
    ("parameters", "cell", "said"),
    [
        ({}, 'study: str = "x"', "parameter study: has no value"),
        ({"study": 1}, 'study: str = "x"', "is of type int"),
        ({"study": ("x",)}, 'study: list = ["x"]', "is of type tuple"),
        ({"study": "x", "stduy": "y"}, 'study: str = "x"', "did you mean 'study'?"),
        ({"study": "x"}, 'study: Path = "x"', "is declared as Path"),
        ({"study": "x"}, "study: str = (", "parameters cell: is not Python"),
        ({"study": float("nan")}, "study: float = 1.0", "is of type float"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_runs(tmp_path: Path, parameters: dict, cell: str, said: str) -> None:
    with pytest.raises(ResearcherError) as refused:
        template(tmp_path, parameters=cell).filled(parameters)
    assert said in str(refused.value)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"cells": 1}', "no json"])
def test_a_file_that_is_no_notebook_is_told_by_its_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "t.ipynb"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ResearcherError, match=r"notebooks/t.ipynb: cannot be read as a notebook"):
        Template.read(path, "notebooks/t.ipynb")


def test_sources_written_line_by_line_and_cells_without_ids_are_read(tmp_path: Path) -> None:
    path = tmp_path / "t.ipynb"
    cells = [
        {
            "cell_type": "code",
            "metadata": {"tags": ["parameters"]},
            "source": ["study: str = ", '"x"'],
            "outputs": [],
            "execution_count": None,
        },
        {"cell_type": "markdown", "metadata": {}, "source": ["# Prosa\n", "mer"]},
        {"cell_type": "code", "metadata": {"tags": ["raises-exception"]}, "source": ["1 / 0"], "outputs": [], "execution_count": None},
        {"cell_type": "code", "metadata": {}, "source": [], "outputs": [], "execution_count": None},
    ]
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}), encoding="utf-8")
    read = Template.read(path, "t")
    assert [cell["id"] for cell in read.notebook["cells"]] == ["cell-0", "cell-1", "cell-2", "cell-3"]
    assert cells_to_run(read.filled({"study": "å"})) == (CodeCell(0, 'study: str = "å"'), CodeCell(2, "1 / 0", may_fail=True))


def test_every_bundled_template_declares_its_parameters_with_types() -> None:
    for path in Paths(ROOT, "trs").templates.values():
        read = Template.read(path, path.name)
        first = read.notebook["cells"][0]
        assert first["metadata"]["tags"] == ["parameters"]
        assert all(isinstance(line, ast.AnnAssign) for line in ast.parse(first["source"]).body)
