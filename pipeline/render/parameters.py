"""What may be passed to a report template: the names in its parameters cell, JSON values of their type.

papermill writes parameter names into the notebook as code, and only warns of
names the template does not have. Both are refused here, before papermill sees them.
"""

import ast
import math
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.errors import Problem, ResearcherError, raise_if_any, suggestion

TAG = "parameters"
JSON_TYPES = {"str": str, "int": int, "float": float, "bool": bool, "list": list, "dict": dict}


def check_parameters(notebook: Mapping[str, Any], parameters: Mapping[str, Any], where: str) -> None:
    """Refuse parameters that the template does not declare, or values that are not plain JSON of the declared type.

    Parameters
    ----------
    notebook : mapping
        The template (nbformat 4).
    parameters : mapping
        Name to value.
    where : str
        The template's path as the researcher knows it, for messages.

    Raises
    ------
    ResearcherError
        With every problem; nothing was run.
    """
    try:
        declared = declared_parameters(notebook)
    except SyntaxError as error:
        raise ResearcherError([Problem(f"{where}, parameters cell", f"is not Python: {error.msg}", remedy="Correct the cell.")]) from error
    raise_if_any(_problems(declared, parameters, where))


def declared_parameters(notebook: Mapping[str, Any]) -> dict[str, str]:
    """Give the names in the template's parameters cell, each with its type (``study: str = "trs"``)."""
    cells = [cell for cell in notebook["cells"] if TAG in cell["metadata"].get("tags", ())]
    lines = [line for cell in cells for line in ast.parse("".join(cell["source"])).body]
    return {
        line.target.id: line.annotation.id
        for line in lines
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and isinstance(line.annotation, ast.Name)
    }


def _problems(declared: Mapping[str, str], parameters: Mapping[str, Any], where: str) -> Iterator[Problem]:
    if not declared:
        yield Problem(where, "has no parameters", remedy=f'Give one cell the tag "{TAG}", with lines such as: study: str = "trs"')
    for name, value in parameters.items():
        if name not in declared:
            yield Problem(
                f"{where}, parameter {name!r}", "is not in the parameters cell", ", ".join(declared), suggestion(str(name), declared)
            )
        elif declared[name] not in JSON_TYPES:
            yield Problem(
                f"{where}, parameter {name}", f"is declared as {declared[name]}", ", ".join(JSON_TYPES), "Correct the parameters cell."
            )
        elif type(value) is not JSON_TYPES[declared[name]] or not is_plain_json(value):
            yield Problem(
                f"{where}, parameter {name}", f"is of type {type(value).__name__}", f"a plain {declared[name]}", "Correct the value."
            )
    for name in declared.keys() - parameters.keys():
        yield Problem(f"{where}, parameter {name}", "has no value", remedy="Give it a value.")


def is_plain_json(value: Any) -> bool:
    """Say whether a value is JSON through and through, without subclasses that could print as code."""
    if type(value) is dict:
        return all(type(key) is str and is_plain_json(inner) for key, inner in value.items())
    if type(value) is list:
        return all(is_plain_json(inner) for inner in value)
    if type(value) is float:
        return math.isfinite(value)
    return value is None or type(value) in (str, int, bool)
