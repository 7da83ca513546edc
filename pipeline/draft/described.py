"""What a file knows of its columns, one description whichever tool wrote it; and what a column is taken for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from pipeline.clean.cells import Imported, distinct
from pipeline.clean.headings import column_name
from pipeline.draft.recognise import Export
from pipeline.spec.codebook import ROW_NUMBER
from pipeline.spec.folding import comparable, tidy

EMPTY_PART = re.compile(r"\s*\[\s*\]$")
WHOLE_PART = re.compile(r"\[([^\[\]]+)\]")
EVENT, INSTRUMENT = "redcap_event_name", "redcap_repeat_instrument"
Labels = Mapping[str, str]
"""Language -> text."""


@dataclass(frozen=True)
class Option:
    """An answer that the file, or the survey's structure, offers: its cell, its wording, and whether it is declared missing."""

    raw: str
    label: Labels
    missing: bool = False


@dataclass(frozen=True)
class Question:
    """What the structure of a survey says of one column.

    Attributes
    ----------
    label : mapping
        Language -> wording.
    options : tuple of Option
        Its answers by code; empty for open questions.
    kind : str
        ``text``, ``number``, ``date``, ``choice``, ``box``, or empty where the structure does not tell.
    is_personal : bool
        Whether the structure says that it identifies a person.
    """

    label: Labels = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    kind: str = ""
    is_personal: bool = False


@dataclass(frozen=True)
class Column:
    """A column of a file: how often each text stands in it, and what is known of it.

    Attributes
    ----------
    heading : str
        As the codebook can name it.
    texts, counts : tuple of str, array
        Distinct tidy texts that are not blank, the commonest first and in its
        commonest letter case, and how many rows hold each.
    rows : array of int, one per row
        Place in ``texts``; -1 where the cell is blank.
    question : Question
        From the file's own labels, or the structure of the survey.
    level : str
        ``nominal``, ``ordinal`` or ``scale``, where the file says so.
    """

    heading: str
    texts: tuple[str, ...]
    counts: np.ndarray
    rows: np.ndarray
    question: Question
    level: str = ""

    @property
    def answered(self) -> int:
        """Count the cells that are not blank."""
        return int(self.counts.sum())

    @property
    def is_unique(self) -> bool:
        """Say whether every row holds a text of its own."""
        return self.answered == len(self.rows) == len(self.texts) > 0


@dataclass
class Table:
    """One table with its columns.

    Attributes
    ----------
    name : str
        Of the source, or what the names of its sources begin with.
    export : Export
    tool : str
    columns : tuple of Column
    id_heading : str
        Column that names people; ``#row`` where none does.
    why_id : str
    wave_heading : str
        Column that says of which wave a row is, where people have several rows.
    """

    name: str
    export: Export
    tool: str
    columns: tuple[Column, ...]
    id_heading: str = ROW_NUMBER
    why_id: str = "no column names people, so the number of the row does"
    wave_heading: str = EVENT

    def column(self, heading: str) -> Column:
        """Give a column by its heading."""
        return next(one for one in self.columns if one.heading == heading)


@dataclass(frozen=True)
class Answer:
    """A row that answers.csv shall have."""

    code: str
    raw: str
    label: Labels
    missing: str = ""


@dataclass(frozen=True)
class Kind:
    """What a column is.

    Attributes
    ----------
    type : str
        Of codebook.csv; empty for a column that is left out.
    why : str
        What it was inferred from, or why it is left out.
    answers : tuple of Answer
        Of its list; their codes are settled when lists are shared.
    ordered : bool
        Whether the answers are in order, from least to most.
    decimal, thousands : str
        How numbers are written.
    dates : tuple of str
        How dates are written.
    decide : str
        What only the researcher knows.
    """

    type: str
    why: str
    answers: tuple[Answer, ...] = ()
    ordered: bool = False
    decimal: str = ""
    thousands: str = ""
    dates: tuple[str, ...] = ()
    constraint: str = ""
    decide: str = ""


def columns_of(imported: Imported, structure: Mapping[str, Question], language: str) -> tuple[Column, ...]:
    """Describe every column of a file.

    Parameters
    ----------
    imported : Imported
    structure : mapping
        Heading, folded -> what the survey's structure says; empty where there is none.
    language : str
        Of the labels that the file itself holds.
    """
    return tuple(_column(imported, place, structure, language) for place in range(len(imported.headings)))


def _column(imported: Imported, place: int, structure: Mapping[str, Question], language: str) -> Column:
    heading = column_name(place, imported.headings)
    positions, texts = distinct(imported.columns[place])
    counts = np.bincount(positions, minlength=len(texts))
    kept: dict[str, int] = {}
    shown: dict[int, str] = {}
    places = np.full(len(texts), -1, dtype=np.int32)
    for number in np.argsort(-counts, kind="stable"):
        text = tidy(texts[number])
        if text and counts[number]:
            places[number] = kept.setdefault(comparable(text), len(kept))
            shown.setdefault(int(places[number]), text)
    merged = np.bincount(places[places >= 0], weights=counts[places >= 0], minlength=len(kept)).astype(np.int64)
    question = structure.get(comparable(heading)) or _own(imported, heading, language)
    found = tuple(shown.values())
    places = places.astype(np.min_scalar_type(-len(kept) - 1))
    return Column(heading, found, merged, places[positions], _in_words_of_file(question, found), imported.levels.get(heading, ""))


def _own(imported: Imported, heading: str, language: str) -> Question:
    """Take what the file itself says of a column."""
    declared = imported.declared_missing.get(heading, frozenset())
    labels = {**dict.fromkeys(sorted(declared), ""), **imported.value_labels.get(heading, {})}
    options = tuple(Option(raw, {language: label}, raw in declared) for raw, label in labels.items())
    wording = imported.labels.get(heading, "" if heading.startswith("#") else heading)
    return Question({language: _without_brackets(wording)}, options)


def _without_brackets(wording: str) -> str:
    """Take off brackets that hold nothing, or everything, as LimeSurvey writes a part of no question and a question of no parts."""
    kept = tidy(EMPTY_PART.sub("", wording))
    whole = WHOLE_PART.fullmatch(kept)
    return whole[1] if whole else kept


def _in_words_of_file(question: Question, texts: Sequence[str]) -> Question:
    """Write options as the file does: by code, or by their wording where that is what its cells hold."""
    found = {comparable(text) for text in texts}
    coded = {comparable(option.raw) for option in question.options}
    if not question.options or found <= coded:
        return question
    for language in question.options[0].label:
        worded = [Option(option.label.get(language) or option.raw, option.label, option.missing) for option in question.options]
        if len(found & {comparable(option.raw) for option in worded}) > len(found & coded):
            return Question(question.label, tuple(worded), question.kind, question.is_personal)
    return question
