"""Everything of one study's release, in one language: what figures, tables and wording draw on.

Reads ``data/processed/<study>/release/`` and nothing else. Holds no statistics:
it selects rows, and writes numbers and labels.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.render import numbers
from pipeline.render.catalogue import MissingText, catalogue
from pipeline.render.names import Names
from pipeline.spec.vocabulary import EVERYBODY
from pipeline.tables.frames import read_table
from pipeline.tables.glossary import DEVIATIONS, DISTRIBUTIONS, ESTIMATES, FLOW, LABELS, QUOTATIONS, TableContract
from pipeline.tables.results import no_quotations

ONCE, UNNAMED, PRIVATE = "once", "unnamed", "private"
"""Endings of texts of a study that asked on one occasion, of one that names no programme, and of a page that shows micro-data."""
FACTS = ("release.json", "databook.json")
"""Files that hold the facts of a folder that pages are made of."""
TWICE = 2
DECIMALS = {"number": 2, "share": 1, "ratio": 2, "index": 2}


@dataclass(frozen=True, eq=False)
class Results:
    """One study's release in one language."""

    study: str
    language: str
    facts: dict[str, Any]
    """Content of release.json."""
    estimates: pd.DataFrame
    distributions: pd.DataFrame
    flow: pd.DataFrame
    labels: pd.DataFrame
    deviations: pd.DataFrame
    researcher_text: str
    """The researcher's own words (Markdown); empty when there are none."""
    quotations: pd.DataFrame = field(default_factory=no_quotations)

    @classmethod
    def load(cls, release_folder: Path, language: str) -> "Results":
        """Read a release folder, checking every table against the glossary."""
        facts = read_facts(release_folder)
        own_words = release_folder / f"texts.{language}.md"
        return cls(
            study=facts["study"],
            language=language,
            facts=facts,
            estimates=without_flat_intervals(read_plain(release_folder / "estimates.csv", ESTIMATES)),
            distributions=read_plain(release_folder / "distributions.csv", DISTRIBUTIONS),
            flow=read_plain(release_folder / "flow.csv", FLOW),
            labels=read_plain(release_folder / "labels.csv", LABELS),
            deviations=read_plain(release_folder / "deviations.csv", DEVIATIONS),
            researcher_text=own_words.read_text(encoding="utf-8") if own_words.is_file() else "",
            quotations=read_plain(release_folder / "quotations.csv", QUOTATIONS),
        )

    @classmethod
    def load_labels(cls, release_folder: Path, language: str) -> "Results":
        """Read of a release what names things: all that a page needs beside its notebook; every other table is empty."""
        facts = read_facts(release_folder)
        none = pd.DataFrame()
        labels = read_plain(release_folder / "labels.csv", LABELS)
        return cls(facts["study"], language, facts, none, none, none, labels, none, "", none)

    @cached_property
    def _label_index(self) -> dict[tuple[str, str, str], str]:
        mine = self.labels[self.labels["language"] == self.language]
        return dict(zip(zip(mine["kind"], mine["parent"], mine["name"], strict=True), mine["text"], strict=True))

    def label(self, kind: str, name: str, parent: str = "") -> str:
        """Give a declared label.

        Raises
        ------
        MissingText
            When the release has no such label; a report never prints a bare code.
        """
        try:
            return self._label_index[kind, parent, name]
        except KeyError:
            raise MissingText(f"release of {self.study} has no label for {kind} '{name}' of '{parent}' in {self.language}") from None

    def has_label(self, kind: str, name: str, parent: str = "") -> bool:
        """Say whether the release has a label (an optional text may be absent)."""
        return (kind, parent, name) in self._label_index

    def outcome_label(self, outcome: str) -> str:
        """Label a measure or variable by its name without wave."""
        return self.label("measure" if self.has_label("measure", outcome) else "variable", outcome)

    def group_label(self, code: str, group: str = "") -> str:
        """Label a group code: of the sample's group, or of another variable that an analysis compares by."""
        if code == EVERYBODY:
            return self.say("group.all")
        if group in ("", self.facts["sample"]["group"]):
            return self.label("group", code)
        return self.label("answer", code, group)

    @cached_property
    def _names(self) -> Names:
        return Names.of_study(self._label_index, self.facts, catalogue(self.language).texts)

    def inside(self, label: str) -> str:
        """Write a label as it stands inside a sentence: small where its first word is known to be no name (see ``names``), a question quoted."""
        return self.say("measures.item", item=label) if label.endswith("?") else self._names.inside(label)

    def outcome_said(self, outcome: str) -> str:
        """Name an outcome inside a sentence: as the study says it, or by its label."""
        return self.label("said", outcome) if self.has_label("said", outcome) else self.inside(self.outcome_label(outcome))

    def group_level(self, code: str) -> str:
        """Give the level of a group as tables write it; ``all`` for everybody."""
        return EVERYBODY if code == EVERYBODY else f"{self.facts['sample']['group']}={code}"

    def say(self, key: str, **values: str | int) -> str:
        """Give a catalogue text as it reads in this study (see ``Catalogue.say`` and ``fitting``)."""
        return catalogue(self.language).say(catalogue(self.language).fitting(key, self.circumstances), **values)

    def say_with(self, key: str, values: Mapping[str, str | int]) -> str:
        """Give a catalogue text with those of the values that it takes."""
        own = catalogue(self.language)
        fitting = own.fitting(key, self.circumstances)
        return own.say(fitting, **{name: value for name, value in values.items() if name in own.takes(fitting)})

    @cached_property
    def circumstances(self) -> tuple[str, ...]:
        """Give what the wording depends on: the design, whether all was asked once, whether no programme is named."""
        return circumstances(self.facts, named=self.has_label("study", "programme"))

    @property
    def programme(self) -> str:
        """Give what is evaluated as a noun phrase; empty where the study names nothing, and no text may then need it."""
        return self.label("study", "programme") if self.has_label("study", "programme") else ""

    def number(self, value: float, digits: int = 2) -> str:
        """Write a number with fixed decimals."""
        return numbers.number(value, digits, self.language)

    def percent(self, share: float, digits: int = 0) -> str:
        """Write a share (0-1) as per cent."""
        return numbers.percent(share, digits, self.language)

    def p_value(self, p: float) -> str:
        """Write a p-value for a sentence: ``p = 0,043``."""
        return numbers.p_value(p, self.language)

    def p_number(self, p: float) -> str:
        """Write a p-value for a table cell: ``0,043``."""
        return numbers.p_number(p, self.language)

    def interval(self, low: float, high: float, digits: int = 2, confidence: float = 0.95) -> str:
        """Write an interval with its level: ``95 % KI −0,33 till −0,02``."""
        return numbers.interval(low, high, digits, confidence, self.language)

    def between(self, low: str, high: str) -> str:
        """Join two written ends of an interval: ``−0,33 till −0,02``."""
        return numbers.between(low, high, self.language)

    def plain(self, value: float, measure_unit: str) -> str:
        """Write an estimate without its unit, for table cells and axes: shares and their differences times 100."""
        return self.number(value * 100 if measure_unit == "share" else value, DECIMALS[measure_unit])

    def rows(self, **keys: str) -> pd.DataFrame:
        """Give the estimates whose columns equal the given values."""
        return select(self.estimates, **keys)

    def cells(self, **keys: str) -> pd.DataFrame:
        """Give the distribution cells whose columns equal the given values."""
        return select(self.distributions, **keys)

    def one(self, **keys: str) -> pd.Series | None:
        """Give the one estimate with these keys, or None when it was not made.

        Raises
        ------
        ValueError
            When the keys fit several rows (a fault of ours).
        """
        found = self.rows(**keys)
        if len(found) > 1:
            raise ValueError(f"{len(found)} estimates fit {keys}")
        return found.iloc[0] if len(found) else None

    @property
    def groups(self) -> tuple[str, ...]:
        """Give the codes of participants and controls; ``all`` where no groups are compared."""
        sample = self.facts["sample"]
        return (sample["participant"], sample["control"]) if sample["group"] else (EVERYBODY,)


def read_facts(folder: Path) -> dict[str, Any]:
    """Read the facts of a release or a data book."""
    path = next((folder / name for name in FACTS if (folder / name).is_file()), folder / FACTS[0])
    return json.loads(path.read_text(encoding="utf-8"))


def circumstances(facts: Mapping[str, Any], named: bool) -> tuple[str, ...]:
    """Give the endings of catalogue ids that a study calls for (see ``Catalogue.fitting``)."""
    holds = {ONCE: len(facts["waves"]) < TWICE, UNNAMED: not named, PRIVATE: bool(facts.get(PRIVATE))}
    return (facts["design"], *(ending for ending, does in holds.items() if does))


def select(frame: pd.DataFrame, **keys: str) -> pd.DataFrame:
    """Give the rows whose columns equal the given values, in the frame's order."""
    chosen = np.ones(len(frame), dtype=bool)
    for column, value in keys.items():
        chosen &= frame[column].to_numpy() == value
    return frame[chosen]


def without_flat_intervals(estimates: pd.DataFrame) -> pd.DataFrame:
    """Take out intervals that the release notes to have no width: a report never shows them as precision."""
    shown = estimates.copy()
    flat = shown["note"].map(lambda note: "zero_width_interval" in note.split()).astype(bool)
    for low, high in (("conf_low", "conf_high"), ("effect_low", "effect_high")):
        narrow = flat & np.isclose(shown[low], shown[high], rtol=1e-9, atol=0)
        shown.loc[narrow, [low, high]] = float("nan")
    return shown


def read_plain(path: Path, table: TableContract) -> pd.DataFrame:
    """Read a table with texts as Python strings: a report looks rows up hundreds of times, and these are compared fastest."""
    frame = read_table(path, table)
    return frame.astype(dict.fromkeys(frame.select_dtypes("str").columns, "object"))
