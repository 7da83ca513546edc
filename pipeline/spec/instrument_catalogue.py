"""The page about instruments, written from the instruments themselves."""

import csv
import io
from collections.abc import Iterable

from pipeline.spec.codebook import ANSWER_COLUMNS, CODEBOOK_COLUMNS
from pipeline.spec.instruments import Instrument, InstrumentItem, InstrumentMeasure, read_instruments

HEAD = """# Instruments

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
    return "\n".join([HEAD, *listed, "", *(_section(one) for one in instruments)])


def _section(instrument: Instrument) -> str:
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
    return f"- **{measure.label.en}** ({measure.label.sv}): {said}{classes}{cut_off}"


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
