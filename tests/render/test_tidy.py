"""What a run leaves in a notebook that another run would not."""

from pipeline.render.tidy import notebook_bytes, remarks, tidy

RUN = {
    "cells": [
        {"cell_type": "code", "id": "parameters", "source": 'study: str = "trs"', "execution_count": 3, "outputs": [], "metadata": {"tags": ["parameters"], "papermill": {"start_time": "2026-01-01"}}},
        {"cell_type": "code", "id": "x1y2", "source": '# Parameters\nstudy = "jobs2"', "execution_count": 4, "outputs": [], "metadata": {"tags": ["injected-parameters"], "papermill": {}}},
        {"cell_type": "code", "id": "title", "source": "r.title()", "execution_count": 9, "metadata": {"execution": {"iopub.execute_input": "2026-01-01"}}, "outputs": [
            {"output_type": "stream", "name": "stderr", "text": "/home/someone/x.py:1: FutureWarning"},
            {"output_type": "execute_result", "execution_count": 9, "data": {"text/plain": "1"}, "metadata": {}},
        ]},
    ],
    "metadata": {"papermill": {"input_path": "/home/someone/t.ipynb"}, "language_info": {"version": "3.11.7"}, "kernelspec": {"name": "elsewhere"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}  # fmt: skip


def test_times_paths_and_versions_are_gone() -> None:
    written = notebook_bytes(tidy(RUN)).decode()
    assert not [trace for trace in ("papermill", "2026", "/home", "3.11", "iopub", "elsewhere") if trace in written]


def test_the_parameters_used_stand_in_the_parameters_cell() -> None:
    first, *_ = tidy(RUN)["cells"]
    assert (first["id"], first["source"], first["metadata"]) == ("parameters", '# Parameters\nstudy = "jobs2"', {"tags": ["parameters"]})


def test_cells_are_counted_from_one() -> None:
    cells = tidy(RUN)["cells"]
    assert [cell["execution_count"] for cell in cells] == [1, 2]
    assert cells[1]["outputs"][0]["execution_count"] == 2


def test_what_was_printed_is_told_apart_from_the_report() -> None:
    assert remarks(RUN) == ("/home/someone/x.py:1: FutureWarning",)
    assert [output["output_type"] for output in tidy(RUN)["cells"][1]["outputs"]] == ["execute_result"]


def test_the_run_itself_is_left_as_it_was() -> None:
    before = notebook_bytes(RUN)
    tidy(RUN)
    assert notebook_bytes(RUN) == before


def test_the_file_ends_lines_with_line_feeds_and_sorts_its_keys() -> None:
    written = notebook_bytes({"b": 1, "a": "å"})
    assert written == '{\n "a": "å",\n "b": 1\n}\n'.encode()
