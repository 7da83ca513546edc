"""What an export is written from: a table of text cells, and what the file may say of its columns."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from pipeline.spec.sources import Source
from pipeline.spec.study import Study, Variable
from pipeline.spec.vocabulary import MISSING_REASONS

PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d+)?", re.ASCII)
"""What a file can hold as a number without losing anything but zeros at the end; ``007`` is a text."""
PLAIN_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True)
class CodebookColumn:
    """What the codebook says of one column.

    Attributes
    ----------
    kind : str
        What its answers are; single cells may still be texts.
    label : str
        The question's wording.
    answers : mapping
        Cell -> label, for those answers that have one.
    missing : tuple of str
        Cells that say why there is no answer.
    """

    kind: Literal["text", "number", "date"] = "text"
    label: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Export:
    """A table of text cells, and what is known of its columns by heading.

    Attributes
    ----------
    table : DataFrame of str
        One column per heading; numbers with a decimal point, dates as ISO,
        blank where there is no answer.
    columns : mapping
        Heading -> CodebookColumn; a heading without is a text.
    sheet : str
        Name of the sheet, where the format has sheets.
    """

    table: pd.DataFrame
    columns: Mapping[str, CodebookColumn] = field(default_factory=dict)
    sheet: str = "Data"

    def column(self, heading: str) -> CodebookColumn:
        """Give what is known of a column."""
        return self.columns.get(heading, CodebookColumn())


def described(study: Study, source: Source) -> dict[str, CodebookColumn]:
    """Describe, in Swedish, the columns of a source and of the others that share its file and sheet."""
    sharing = [other.name for other in study.sharing(source)]
    held = [(variable.raw_names[name], variable) for name in sharing for variable in study.variables if name in variable.raw_names]
    return {heading: _described(study, variable) for heading, variable in held}


def _described(study: Study, variable: Variable) -> CodebookColumn:
    answers = study.answer_lists.get(variable.answers, ())
    labels = {answer.raw: answer.label.sv for answer in answers if answer.label.sv}
    missing = tuple(answer.raw for answer in answers if answer.missing in MISSING_REASONS)
    return CodebookColumn(
        _kind(variable, [answer.raw for answer in answers if answer.raw not in missing]), variable.label.sv, labels, missing
    )


def _kind(variable: Variable, answers: list[str]) -> Literal["text", "number", "date"]:
    if variable.type == "date":
        return "date"
    if variable.type in ("integer", "decimal"):
        return "number"
    return "number" if answers and all(PLAIN_NUMBER.fullmatch(answer) for answer in answers) else "text"
