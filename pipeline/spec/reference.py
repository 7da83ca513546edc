"""The reference of ``study.toml``, written from the declared types themselves."""

import json
from datetime import date
from types import UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from pipeline.spec.codebook import ANSWER_COLUMNS, CODEBOOK_COLUMNS, RAW_NAME
from pipeline.spec.declaration import Declaration
from pipeline.spec.declared import Declared, Text, declared_in
from pipeline.spec.vocabulary import MISSING_REASONS, RULE_KINDS, VARIABLE_TYPES

HEAD = """# Keys of study.toml

Written by `make docs` from the declared types; docs/declare.md tells how to use them. Unknown keys are errors. `text` is a table with
both languages, `{{ sv = "…", en = "…" }}`. `reference` is a measure or variable with its wave, such as `turnover_intention@t2`.

Columns of codebook.csv: {codebook}, and `{raw}<source>` per source. Types: {types}.
Columns of answers.csv: {answers}. Missing reasons: {reasons}.
Scoring rules: {rules}.
"""


def declaration_reference() -> str:
    """Write every key of ``study.toml`` with its kind, default and meaning, as Markdown."""
    parts = [
        HEAD.format(
            codebook=", ".join(f"`{name}`" for name in CODEBOOK_COLUMNS),
            raw=RAW_NAME,
            types=", ".join(f"`{name}`" for name in VARIABLE_TYPES),
            answers=", ".join(f"`{name}`" for name in ANSWER_COLUMNS),
            reasons=", ".join(f"`{name}`" for name in MISSING_REASONS),
            rules=", ".join(f"`{name}` ({kind})" for name, kind in RULE_KINDS.items()),
        )
    ]
    models = _models("study.toml", Declaration)
    parts += [_section(title, model) for title, model in models.items() if next(one for one in models if models[one] is model) == title]
    return "\n".join(parts)


def declaration_schema() -> str:
    """Write the JSON Schema of ``study.toml``, which editors use to complete and check it."""
    schema = Declaration.model_json_schema()
    _let_instruments_give_keys(schema["$defs"]["Measure"])
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _let_instruments_give_keys(measure: dict) -> None:
    """Ask a measure with an instrument for its name only, and let its items be a table."""
    given = [key for key in measure["required"] if key != "name"]
    items = measure["properties"]["items"]
    by_key = {"type": "object", "additionalProperties": {"type": "string"}}
    measure["required"] = ["name"]
    measure["anyOf"] = [{"required": ["instrument"]}, {"required": given}]
    measure["properties"]["items"] = {"anyOf": [items, by_key], "description": items["description"]}


def _models(title: str, model: type[Declared]) -> dict[str, type[Declared]]:
    """Collect the declared types below one, in order of first use."""
    found = {title: model}
    below = f"{title.strip('[]')}." if title.startswith("[") else ""
    for name, field in model.model_fields.items():
        inside = declared_in(field.annotation)
        if inside is not None and inside is not Text:
            bracket = f"[[{below}{name}]]" if get_origin(field.annotation) is tuple else f"[{below}{name}]"
            found |= _models(bracket, inside)
    return found


def _section(title: str, model: type[Declared]) -> str:
    rows = [
        f"| `{name}` | {_kind(field.annotation)} | {_default(field)} | {field.description or ''} |"
        for name, field in model.model_fields.items()
    ]
    return "\n".join([f"\n## {title}\n", model.__doc__ or "", "", "| key | kind | default | meaning |", "|---|---|---|---|", *rows])


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None or (field.default is PydanticUndefined and field.is_required()):
        return "needed" if field.is_required() else ""
    return "" if field.default in (None, "", (), {}) else f"`{json.dumps(field.default)}`"


def _kind(annotation: object) -> str:
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return "reference" if "@" in repr(annotation) else _kind(inside[0])
    if origin is Literal:
        return ", ".join(f"`{value!r}`" if str(value).isspace() else f"`{value}`" for value in inside)
    if origin in (Union, UnionType):
        return " or ".join(_kind(part) for part in inside if part is not type(None))
    if origin is tuple:
        return f"list of {_kind(inside[0])}" if inside[-1] is Ellipsis else f"list of {len(inside)}"
    if origin is dict:
        return f"table of {_kind(inside[1])}"
    names = {str: "string", int: "whole number", float: "number", bool: "true or false", date: "date", Text: "text"}
    return names.get(annotation, "table")  # type: ignore[call-overload]
