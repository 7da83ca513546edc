"""A report template: a notebook whose parameters cell is filled in, and what of it is code and what is prose."""

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pipeline.errors import Problem, ResearcherError
from pipeline.render.parameters import TAG, check_parameters

Parameters = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Template:
    """One notebook in ``notebooks/``.

    Parameters
    ----------
    path : Path
    shown : str
        The path as the researcher knows it.
    notebook : dict
        nbformat 4, as read.
    """

    path: Path
    shown: str
    notebook: dict[str, Any]

    @classmethod
    def read(cls, path: Path, shown: str) -> "Template":
        """Read a template.

        Raises
        ------
        ResearcherError
            When it is missing or is not a notebook.
        """
        try:
            notebook = json.loads(path.read_text(encoding="utf-8"))
            for place, cell in enumerate(notebook["cells"]):
                cell["source"] = "".join(cell["source"])
                cell.setdefault("id", f"cell-{place}")
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ResearcherError(
                [Problem(shown, f"cannot be read as a notebook: {type(error).__name__}", remedy="Restore the template.")]
            ) from error
        return cls(path, shown, notebook)

    @cached_property
    def code(self) -> list[tuple[str, list[str]]]:
        """Source and tags of each code cell: what decides what a run gives."""
        return [(cell["source"], tags_of(cell)) for cell in self.notebook["cells"] if cell["cell_type"] == "code"]

    @cached_property
    def everything(self) -> list[tuple[str, str, str, list[str]]]:
        """Kind, id, source and tags of each cell: what decides what the notebook and its page hold beside outputs."""
        return [(cell["cell_type"], cell["id"], cell["source"], tags_of(cell)) for cell in self.notebook["cells"]]

    def filled(self, parameters: Parameters) -> dict[str, Any]:
        """Give the notebook with its parameters cell filled in.

        Raises
        ------
        ResearcherError
            When a parameter is unknown, lacks a value, or has a value of another type; nothing was run.
        """
        check_parameters(self.notebook, parameters, self.shown)
        cells = [
            {**cell, "source": with_parameters(cell["source"], parameters)} if TAG in tags_of(cell) else dict(cell)
            for cell in self.notebook["cells"]
        ]
        return {**self.notebook, "cells": cells}


def tags_of(cell: Mapping[str, Any]) -> list[str]:
    """Give the tags of a cell."""
    return list(cell.get("metadata", {}).get("tags", ()))


def with_parameters(source: str, parameters: Parameters) -> str:
    """Replace the default values in a parameters cell, keeping its names, types and comments.

    Parameters
    ----------
    source : str
        Lines such as ``study: str = "trs"``.
    parameters : mapping
        Name -> plain JSON value, checked before.
    """
    lines = source.encode("utf-8").split(b"\n")
    for statement in reversed(ast.parse(source).body):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value is not None:
            value, name = statement.value, statement.target.id
            if name in parameters:
                before = lines[value.lineno - 1][: value.col_offset]
                after = lines[(value.end_lineno or value.lineno) - 1][value.end_col_offset :]
                lines[value.lineno - 1 : value.end_lineno] = [before + literal(parameters[name]).encode("utf-8") + after]
    return b"\n".join(lines).decode("utf-8")


def literal(value: Any) -> str:
    """Write a plain JSON value as Python code."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
