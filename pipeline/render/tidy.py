"""An executed notebook made the same on every run, every machine and with every engine.

Times, process ids, streams, papermill's own records and the kernel's exact
version go; outputs, cell ids and the parameters stay.
"""

import json
from collections.abc import Mapping
from typing import Any

from pipeline.render.engine.jobs import Output
from pipeline.render.engine.words import plain_lines, without_folders
from pipeline.render.template import tags_of

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def tidied(notebook: Mapping[str, Any], outputs: Mapping[int, list[Output]]) -> dict[str, Any]:
    """Give the notebook to keep, as plain data.

    Parameters
    ----------
    notebook : mapping
        The template, its parameters filled in.
    outputs : mapping
        Place of a cell -> its outputs. Cells that were not run have none.

    Returns
    -------
    dict
        No streams; code cells counted from 1; only tags of the metadata.
    """
    cells: list[dict[str, Any]] = []
    count = 0
    for place, cell in enumerate(notebook["cells"]):
        tags = tags_of(cell)
        kept = {"cell_type": cell["cell_type"], "id": cell["id"], "metadata": {"tags": tags} if tags else {}, "source": cell["source"]}
        if cell["cell_type"] == "code":
            count += 1
            ran = place in outputs
            kept |= {"execution_count": count if ran else None, "outputs": [_output(one, count) for one in _shown(outputs.get(place, []))]}
        cells.append(kept)
    return {"cells": cells, "metadata": {"kernelspec": KERNEL, "language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}


def outputs_of(notebook: Mapping[str, Any]) -> list[list[Output]]:
    """Give the outputs of each code cell of a kept notebook, in order."""
    return [cell["outputs"] for cell in notebook["cells"] if cell["cell_type"] == "code"]


def notebook_bytes(notebook: Mapping[str, Any]) -> bytes:
    """Write a notebook as sorted JSON with LF line ends."""
    return (json.dumps(notebook, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def _shown(outputs: list[Output]) -> list[Output]:
    return [output for output in outputs if output["output_type"] != "stream"]


def _output(output: Output, count: int) -> Output:
    if output["output_type"] == "execute_result":
        return {**output, "execution_count": count}
    if output["output_type"] == "error":
        return {**output, "evalue": without_folders(output["evalue"]), "traceback": list(plain_lines(output["traceback"]))}
    return dict(output)
