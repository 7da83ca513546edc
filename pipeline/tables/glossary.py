"""The columns of every table that passes between stages.

Documentation, contract and test at once: ``check_table`` holds every table to
it, docs/columns.md is generated from it. The columns themselves are data:
``columns.csv``, one row each. What does not apply is empty, never a sentinel.
Kinds: ``text``, ``number`` (float64), ``count`` (nullable Int64), ``flag``
(true/false).
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from pipeline.spec.vocabulary import TARGET_FACTS, TARGET_VERDICTS, VERDICTS


@dataclass(frozen=True)
class Column:
    """One column: its kind, meaning, and the closed set it draws from, if any."""

    name: str
    kind: str
    meaning: str
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableContract:
    """A table: its columns in order, and the columns that identify a row."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]


LISTS = {"EMPTY": ("",), "VERDICTS": VERDICTS, "TARGET_VERDICTS": TARGET_VERDICTS, "TARGET_FACTS": TARGET_FACTS}
"""What words in capitals stand for among the codes that ``columns.csv`` allows."""


def _tables() -> Iterator[TableContract]:
    with Path(__file__).with_name("columns.csv").open(encoding="utf-8", newline="") as file:
        for name, group in groupby(csv.DictReader(file), lambda row: row["table"]):
            rows = list(group)
            columns = tuple(Column(row["column"], row["kind"], row["meaning"], _allowed(row["allowed"])) for row in rows)
            yield TableContract(name, columns, tuple(row["column"] for row in rows if row["key"]))


def _allowed(words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for word in words.split() for code in LISTS.get(word, (word,))))


TABLES = {table.name: table for table in _tables()}
ESTIMATES, SECOND_OPINION, DISTRIBUTIONS = TABLES["estimates"], TABLES["second_opinion"], TABLES["distributions"]
FLOW, EXCLUSIONS, CLEANING_LOG, LINKAGE = TABLES["flow"], TABLES["exclusions"], TABLES["cleaning_log"], TABLES["linkage"]
RELIABILITY, IMPUTATION, LABELS = TABLES["reliability"], TABLES["imputation"], TABLES["labels"]
DEVIATIONS, QUOTATIONS, DATABOOK = TABLES["deviations"], TABLES["quotations"], TABLES["databook"]

CONSENT, NO_CONSENT, SHOWN = "consent", "no_consent", "shown"
PERSONAL_DATA, LEFT_OUT, NOT_READ, WITHHELD = "personal_data", "left_out", "not_read", "withheld"
"""Codes of ``status`` in quotations."""
