"""An executed notebook made the same on every run and every machine.

Times, process ids, papermill's own records and the kernel's exact version go;
outputs, cell ids and the parameters stay.
"""

import json
from collections.abc import Mapping
from typing import Any

from pipeline.render.parameters import TAG

INJECTED = "injected-parameters"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def tidy(executed: Mapping[str, Any]) -> dict[str, Any]:
    """Give the notebook to keep, as plain data.

    Parameters
    ----------
    executed : mapping
        As papermill returns it: the parameters it injected stand in a cell of
        their own after the template's defaults.

    Returns
    -------
    dict
        One parameters cell with the values used, no streams, counts from 1.
    """
    plain = json.loads(json.dumps(executed))
    used = next((cell["source"] for cell in plain["cells"] if INJECTED in _tags(cell)), None)
    cells = [_cell(cell, used) for cell in plain["cells"] if INJECTED not in _tags(cell)]
    for count, cell in enumerate((cell for cell in cells if cell["cell_type"] == "code"), start=1):
        cell["execution_count"] = count
        for output in cell["outputs"]:
            if "execution_count" in output:
                output["execution_count"] = count
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def remarks(executed: Mapping[str, Any]) -> tuple[str, ...]:
    """Give what cells printed beside their results, such as warnings; a sound report prints nothing."""
    outputs = [output for cell in executed["cells"] for output in cell.get("outputs", ())]
    return tuple("".join(output["text"]) for output in outputs if output["output_type"] == "stream")


def notebook_bytes(notebook: Mapping[str, Any]) -> bytes:
    """Write a notebook as sorted JSON with LF line ends."""
    return (json.dumps(notebook, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode("utf-8")


def _tags(cell: Mapping[str, Any]) -> list[str]:
    return cell["metadata"].get("tags", [])


def _cell(cell: Mapping[str, Any], used: str | None) -> dict[str, Any]:
    tags = _tags(cell)
    kept = {"cell_type": cell["cell_type"], "id": cell["id"], "metadata": {"tags": tags} if tags else {}, "source": cell["source"]}
    if cell["cell_type"] == "code":
        kept["outputs"] = [output for output in cell["outputs"] if output["output_type"] != "stream"]
    if TAG in tags and used is not None:
        kept["source"] = used
    return kept
