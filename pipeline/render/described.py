"""What the data book is made of: questions in the order of the codebook, with everything that was counted of them.

Micro-data. Reads ``data/processed/<study>/databook/`` and nothing else.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.render.results import Results, read_facts, read_plain
from pipeline.render.selection import Row, capital, rows_of
from pipeline.spec.vocabulary import ANSWERED, EVERYBODY
from pipeline.tables.glossary import DATABOOK, FLOW, LABELS

DURATION = "duration:"


@dataclass(frozen=True)
class Question:
    """One question of the codebook, or how long answering took, which has no number.

    ``answers`` gives each code its label; ``headings`` are those of its columns in the files, where they are not the question itself.
    """

    number: int
    name: str
    label: str
    type: str
    unit: str
    waves: tuple[str, ...]
    answers: dict[str, str]
    sources: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """Give the place that links lead to, and the name of its figure and table."""
        return f"q-{self.name}".replace(":", "-").replace("_", "-")

    @property
    def heading(self) -> str:
        """Write its number and wording."""
        return f"{self.number}. {self.label}" if self.number else self.label


@dataclass(frozen=True)
class Counts:
    """The answers of one question in one wave.

    ``groups`` are those shown, in the order of the study; ``of`` gives each of them, and everybody, the units per code; ``answered`` how many
    there are.
    """

    groups: tuple[str, ...]
    codes: tuple[str, ...]
    of: dict[str, list[int]]
    answered: dict[str, int]

    def number(self, group: str) -> list[int]:
        """Give how many of a group gave each answer."""
        return self.of.get(group, [0] * len(self.codes))

    def shares(self, group: str) -> list[float]:
        """Give the share of those of a group who answered, per code."""
        of = self.answered.get(group, 0)
        return [number / of if of else 0.0 for number in self.number(group)]


@dataclass(frozen=True, eq=False)
class Described:
    """A data book in one language."""

    results: Results
    rows: pd.DataFrame

    @classmethod
    def load(cls, folder: Path, language: str) -> "Described":
        """Read the tables of a data book."""
        flow, labels = read_plain(folder / "flow.csv", FLOW), read_plain(folder / "labels.csv", LABELS)
        return cls.of(read_facts(folder), language, flow, labels, read_plain(folder / "databook.csv", DATABOOK))

    @classmethod
    def of(cls, facts: dict[str, Any], language: str, flow: pd.DataFrame, labels: pd.DataFrame, rows: pd.DataFrame) -> "Described":
        """Make a data book of its facts and tables."""
        none = pd.DataFrame()
        return cls(Results(facts["study"], language, facts, none, none, flow, labels, none, "", none), rows)

    @cached_property
    def questions(self) -> list[Question]:
        """Questions in the order of the codebook, counted from 1."""
        language, found = self.results.language, []
        for number, one in enumerate(self.results.facts["questions"], start=1):
            answers = {code: texts[language] for code, texts in one["answers"]}
            kind, waves = (one["type"], one["unit"]), tuple(one["waves"]) or ("",)
            found.append(Question(number, one["name"], one["label"][language], *kind, waves, answers, one["sources"], one["headings"]))
        return found

    @cached_property
    def durations(self) -> list[Question]:
        """How long answering took, as questions whose answers are minutes."""
        found = {row.variable: row for row in self.of_kind("reason") if row.variable.startswith(DURATION)}
        label = self.results.say("databook.minutes")
        return [
            Question(0, name, f"{label}: {name.removeprefix(DURATION)}", "decimal", row.unit, (row.wave,), {})
            for name, row in found.items()
        ]

    @cached_property
    def question_of(self) -> dict[str, Question]:
        """Find a question by its name."""
        return {question.name: question for question in (*self.questions, *self.durations)}

    @cached_property
    def _index(self) -> dict[tuple[str, str, str], list[Row]]:
        found: dict[tuple[str, str, str], list[Row]] = {}
        for row in rows_of(self.rows):
            found.setdefault((row.variable, row.wave, row.kind), []).append(row)
        return found

    def of_kind(self, kind: str) -> list[Row]:
        """Give all rows of a kind, in the table's order."""
        return [row for (_, _, own), rows in self._index.items() for row in rows if own == kind]

    def found(self, variable: str, wave: str, kind: str) -> list[Row]:
        """Give the rows of a question in a wave."""
        return self._index.get((variable, wave, kind), [])

    def findings(self, code: str) -> list[Row]:
        """Give the findings of a kind, in the order of questions and waves."""
        order = ["", *(one["name"] for one in self.results.facts["waves"])]
        found = [row for row in self.of_kind("finding") if row.code == code]
        return sorted(found, key=lambda row: (self.question_of[row.variable].number if row.variable else 0, order.index(row.wave)))

    def reasons(self, question: Question, wave: str) -> dict[str, dict[str, int]]:
        """Give group -> reason -> units, of those who answered (``answered``) and those who did not."""
        given: dict[str, dict[str, int]] = {}
        for row in self.found(question.name, wave, "reason"):
            given.setdefault(row.group, {})[row.code] = int(row.n)
        return given

    def counts(self, question: Question, wave: str, kind: str = "answer") -> Counts:
        """Count a question's answers, classes of numbers or periods of dates; no codes where it has none of the kind."""
        rows = self.found(question.name, wave, kind)
        given = dict.fromkeys(row.code for row in rows)
        codes = (
            [code for code in question.answers if code in given]
            if kind == "answer"
            else sorted(given, key=float if kind == "class" else str)
        )
        of: dict[str, list[int]] = {}
        for row in rows:
            of.setdefault(row.group, [0] * len(codes))[codes.index(row.code)] = int(row.n)
        answered = {group: own.get(ANSWERED, 0) for group, own in self.reasons(question, wave).items()}
        return Counts(self._groups(question, answered), tuple(codes), of, answered)

    def _groups(self, question: Question, there: dict[str, int]) -> tuple[str, ...]:
        """Give the groups that a question is shown for; everybody where no groups are compared, and of the group itself."""
        order = [*self.results.groups, *there]
        own = sorted(there.keys() - {EVERYBODY}, key=order.index)
        return tuple(own) if own and question.name != self.results.facts["sample"]["group"] else (EVERYBODY,)

    def code_label(self, question: Question, code: str) -> str:
        """Name an answer, a class of numbers by where it begins, or a period."""
        return question.answers.get(code) or (code if question.type == "date" else self.written(question, float(code)))

    def class_width(self, question: Question, wave: str) -> float:
        """Give the width of the classes of a number."""
        return next(float(row.value) for row in self.found(question.name, wave, "number") if row.code == "width")

    def wave_label(self, wave: str) -> str:
        """Name a wave as a heading; empty for what does not change."""
        return capital(self.results.label("wave", wave)) if wave else ""

    def group_label(self, group: str) -> str:
        """Name a group as a heading."""
        return capital(self.results.group_label(group))

    def written(self, question: Question, value: float) -> str:
        """Write a number of a question as its answers are: a day of a date, no decimals that none of them has."""
        if question.type == "date":
            return date.fromordinal(round(value)).isoformat()
        return self.results.number(value, 0 if value == round(value) else 1 if abs(value) >= 100 else 2)
