"""The pages on what can be declared: keys of ``study.toml``, from the declared types; instruments, from the instruments themselves."""

import csv
import io
import json
from collections.abc import Iterable
from datetime import date
from types import UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from pipeline.spec.codebook import ANSWER_COLUMNS, CODEBOOK_COLUMNS, RAW_NAME
from pipeline.spec.declaration import Declaration
from pipeline.spec.declared import Declared, Text, declared_in
from pipeline.spec.instruments import Instrument, InstrumentItem, InstrumentMeasure, published_text, read_instruments
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


HEAD_OF_INSTRUMENTS = """# Instruments

Written by `make docs` from `pipeline/instruments/*.toml`; docs/declare.md tells how to use an instrument and how to add one. A measure
that says `instrument = "…"` takes from it everything that the study does not state: label, unit, scoring rule, reversed items, range,
least answered share, direction, classes and description. `of` names one of several measures; it may be left out when the study's
measure has the same name.

The rows for codebook.csv and answers.csv can be copied as they stand: then write your unit, add your `raw_name::<source>` columns, and
put into `raw` what your export holds. Without `items` a measure uses the variables with the instrument's own names; otherwise
`items = ["q1", "q2"]` names your variables in the instrument's order, and `items = { ti_1 = "q7" }` only those that have another name.

No exact Swedish wording of the published instruments was found: all wordings here are our own, and figures published for the originals
(such as alphas) say nothing about them. Answers marked as missing here may be left out. “Do not know” may be an answer or a missing
reason, as your questionnaire had it, except for knowledge questions, where it is an answer and not right. An empty least share of
items to answer means all, or what the rule itself says.
"""
UNIT = "person"


def instrument_catalogue() -> str:
    """Write every bundled instrument with its items, answers and measures, as Markdown."""
    instruments = read_instruments().by_id.values()
    listed = ["| instrument | gives | in Swedish |", "|---|---|---|"]
    for one in instruments:
        measures = ", ".join(f"`{measure.name}`" for measure in one.measures)
        listed.append(f"| [`{one.id}`](#{one.id}) | {measures} | {one.title.sv} |")
    return "\n".join([HEAD_OF_INSTRUMENTS, *listed, "", *(_instrument_section(one) for one in instruments)])


def _instrument_section(instrument: Instrument) -> str:
    wording = "Wordings of our own." if instrument.own_wording else ""
    parts = [
        f"## {instrument.id}\n",
        f"**{instrument.title.en}** ({instrument.title.sv}). {instrument.purpose.en}\n",
        f"{instrument.origin.en} {wording} {instrument.licence.en}\n",
        "| measure | rule | items | range | least answered | better | keys to state |",
        "|---|---|---|---|---|---|---|",
        *(_measure_row(instrument, measure) for measure in instrument.measures),
        "",
        *(_measure_text(instrument, measure) for measure in instrument.measures),
        f"\n```toml\n{_declared(instrument)}```\n",
        f"codebook.csv\n```csv\n{codebook_rows(instrument)}```\n",
        f"answers.csv\n```csv\n{answer_rows(instrument)}```\n",
    ]
    return "\n".join(parts)


def _measure_row(instrument: Instrument, measure: InstrumentMeasure) -> str:
    shown = ", ".join(_item_shown(item) for item in instrument.items_of(measure)) + (" or your own" if measure.own_items else "")
    bounds = "" if measure.range is None else f"{measure.range[0]:g}–{measure.range[1]:g}"
    states = ", ".join(f"`{key}`" for key in measure.declares)
    cells = (
        f"`{measure.name}`",
        f"`{measure.rule}`",
        shown,
        bounds,
        f"{measure.minimum_answered:g}" if measure.minimum_answered < 1 else "",
        measure.direction,
        states,
    )
    return f"| {' | '.join(cells)} |"


def _item_shown(item: InstrumentItem) -> str:
    if item.right:
        return f"{item.key} (right: {item.right})"
    return f"{item.key} (reversed)" if item.reversed else item.key


def _measure_text(instrument: Instrument, measure: InstrumentMeasure) -> str:
    said = measure.description.en.replace("{threshold}", "the threshold").replace("{items}", str(len(instrument.items_of(measure))))
    cut_off = f" Cut-off: {measure.cut_off.en}" if measure.cut_off else ""
    classes = f" Classes, in order: {', '.join(measure.categories)}." if measure.categories else ""
    published = "".join(f" {text[0].upper()}{text[1:]}." for text in map(published_text, measure.published))
    return f"- **{measure.label.en}** ({measure.label.sv}): {said}{classes}{cut_off}{published}"


def _declared(instrument: Instrument) -> str:
    """Show how the first measure is declared."""
    measure = instrument.measures[0]
    stated = "".join(f"{key} = …\n" for key in measure.declares)
    return f'[[measures]]\nname = "{measure.name}"\ninstrument = "{instrument.id}"\n{stated}'


def codebook_rows(instrument: Instrument) -> str:
    """Write the rows of codebook.csv for an instrument, with the heading; source columns are the study's."""
    rows = [
        (
            item.type,
            item.key,
            UNIT,
            "",
            item.answers,
            item.constraint,
            " ".join(f"{edge:g}" for edge in item.classes),
            item.text.sv,
            item.text.en,
        )
        for item in instrument.items
    ]
    return _csv([CODEBOOK_COLUMNS, *rows])


def answer_rows(instrument: Instrument) -> str:
    """Write the rows of answers.csv for an instrument, with the heading; the raw answers are the Swedish labels."""
    rows = [
        (name, answer.code, answer.label.sv, *(("", "") if answer.missing else (answer.label.sv, answer.label.en)), answer.missing)
        for name, answers in instrument.answers.items()
        for answer in answers
    ]
    return _csv([ANSWER_COLUMNS, *rows])


def _csv(rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
