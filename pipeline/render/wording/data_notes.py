"""What was found when the raw files were read, and how it was counted: one sentence each."""

from typing import Any

from pipeline.render.flow import source_facts, source_label
from pipeline.render.results import Results

JOINS = "+"
"""Between the names of several sources that a finding is about."""


def data_note_sentences(results: Results) -> list[str]:
    """Say what was found in the data; empty when there was nothing to tell."""
    return [_sentence(results, note) for note in results.facts.get("data_notes", ())]


def _sentence(results: Results, note: dict[str, Any]) -> str:
    names = note["source"].split(JOINS)
    facts = source_facts(results, names[0])
    unit = results.label("unit", facts["unit"])
    known = "n" in note
    count = results.say("data_notes.count" if known else "data_notes.few", n=note["n"] if known else note["at_most"], unit=unit)
    values = {
        "count": count,
        "source": source_label(results, names[0]),
        "subject": results.label("variable", note["subject"]) if results.has_label("variable", note["subject"]) else note["subject"],
    }
    return results.say_with(f"data_notes.{note['finding']}", values)
