"""What a run leaves in a notebook that another run would not."""

from pipeline.render.tidy import notebook_bytes, outputs_of, tidied

TEMPLATE = {
    "cells": [
        {"cell_type": "code", "id": "parameters", "source": 'study: str = "trs"', "execution_count": 3, "outputs": [{"old": 1}], "metadata": {"tags": ["parameters"], "papermill": {"start_time": "2026-01-01"}}},
        {"cell_type": "markdown", "id": "prose", "source": "Prosa", "metadata": {}},
        {"cell_type": "code", "id": "title", "source": "r.title()", "execution_count": None, "outputs": [], "metadata": {"execution": {"iopub.execute_input": "2026-01-01"}}},
        {"cell_type": "code", "id": "rest", "source": "1", "execution_count": 7, "outputs": [{"old": 1}], "metadata": {}},
    ],
    "metadata": {"papermill": {"input_path": "/home/someone/t.ipynb"}, "language_info": {"version": "3.11.7"}, "kernelspec": {"name": "elsewhere"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}  # fmt: skip
SHOWN = {"output_type": "execute_result", "execution_count": 9, "data": {"text/plain": "1"}, "metadata": {}}
PRINTED = {"output_type": "stream", "name": "stderr", "text": "/home/someone/x.py:1: FutureWarning"}
RAISED = {
    "output_type": "error",
    "ename": "KeyError",
    "evalue": "x",
    "traceback": ["\x1b[31mFile /home/someone/x.py:3\x1b[0m", "KeyError: x"],
}
OUTPUTS = {0: [], 2: [PRINTED, SHOWN]}


def test_times_paths_and_versions_are_gone() -> None:
    written = notebook_bytes(tidied(TEMPLATE, OUTPUTS)).decode()
    assert not [trace for trace in ("papermill", "2026", "/home", "3.11", "iopub", "elsewhere", "old") if trace in written]


def test_prose_sources_and_tags_stay() -> None:
    cells = tidied(TEMPLATE, OUTPUTS)["cells"]
    assert [(cell["id"], cell["source"], cell["metadata"]) for cell in cells[:2]] == [
        ("parameters", 'study: str = "trs"', {"tags": ["parameters"]}),
        ("prose", "Prosa", {}),
    ]


def test_code_cells_are_counted_from_one_and_those_not_run_have_no_count() -> None:
    cells = tidied(TEMPLATE, OUTPUTS)["cells"]
    assert [cell.get("execution_count", "prose") for cell in cells] == [1, "prose", 2, None]
    assert cells[2]["outputs"][0]["execution_count"] == 2
    assert cells[3]["outputs"] == []


def test_what_was_printed_stays_out_of_the_report() -> None:
    assert [output["output_type"] for output in tidied(TEMPLATE, OUTPUTS)["cells"][2]["outputs"]] == ["execute_result"]


def test_an_error_is_kept_without_folders_and_colours() -> None:
    [error] = tidied(TEMPLATE, {3: [RAISED]})["cells"][3]["outputs"]
    assert error["traceback"] == ["File x.py:3", "KeyError: x"]


def test_outputs_can_be_taken_from_a_kept_notebook_again() -> None:
    kept = tidied(TEMPLATE, OUTPUTS)
    outputs = outputs_of(kept)
    assert [len(one) for one in outputs] == [0, 1, 0]
    assert tidied(TEMPLATE, {0: outputs[0], 2: outputs[1]}) == kept


def test_the_template_itself_is_left_as_it_was() -> None:
    before = notebook_bytes(TEMPLATE)
    tidied(TEMPLATE, OUTPUTS)
    assert notebook_bytes(TEMPLATE) == before


def test_the_file_ends_lines_with_line_feeds_and_sorts_its_keys() -> None:
    written = notebook_bytes({"b": 1, "a": "å"})
    assert written == '{\n "a": "å",\n "b": 1\n}\n'.encode()
