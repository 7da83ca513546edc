"""A healthy export is damaged at random: each damage is refused with a remedy, or repaired so that every answer is as it was."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ResearcherError
from pipeline.tables.results import Cleaned
from tests.clean.one_file import cleaned_file

pytestmark = pytest.mark.slow

HEADING = ("löpnr", "arbete", "inkomst", "vikt", "dag", "förslag")
CODEBOOK = """\
id,person,person,yes,,,,N,N,löpnr
select_one,work,person,,yes_no,,,A,W,arbete
integer,income,person,,reasons,0..900000,,I,I,inkomst
decimal,weight,person,,,0.05..300,,V,W,vikt
date,day,person,,,2020-01-01..2024-12-31,,D,D,dag
text,said,person,,,,,F,S,förslag
"""
ANSWERS = """\
yes_no,yes,Ja,Ja,Yes,
yes_no,no,Nej,Nej,No,
yes_no,dont_know,Vet ej,,,dont_know
reasons,refused,Vill ej svara,,,refused
reasons,unknown,9999999,,,dont_know
"""
PEOPLE = 9
ID, WORK, INCOME, WEIGHT, DAY, SAID = range(len(HEADING))


@dataclass(frozen=True)
class Table:
    """A file on its way to be damaged: its heading, its rows, and how they are written."""

    heading: tuple[str, ...] = HEADING
    rows: tuple[tuple[str, ...], ...] = field(
        default_factory=lambda: tuple(
            (
                f"P{number:02}",
                ("Ja", "Nej", "Vet ej")[number % 3],
                "Vill ej svara" if number == 4 else "9999999" if number == 5 else str(25_000 + 1_000 * number),
                f"{60 + number}.{number + 1}",
                f"2023-{number + 1:02}-{number + 13:02}",
                f"förslag på åtgärd {number}",
            )
            for number in range(PEOPLE)
        )
    )
    above: str = ""
    delimiter: str = ";"
    encoding: str = "utf-8"

    def content(self) -> bytes:
        lines = [self.delimiter.join(row) for row in (self.heading, *self.rows)]
        return (self.above + "\n".join(lines) + "\n").encode(self.encoding, "replace")


def cells(table: Table, column: int, change: Callable[[str], str], rows: set[int] | None = None) -> Table:
    """Change cells of one column, in some rows or in all."""
    changed = [
        tuple(change(cell) if place == column and (rows is None or number in rows) else cell for place, cell in enumerate(row))
        for number, row in enumerate(table.rows)
    ]
    return replace(table, rows=tuple(changed))


def heading(table: Table, column: int, change: Callable[[str], str]) -> Table:
    return replace(table, heading=tuple(change(name) if place == column else name for place, name in enumerate(table.heading)))


def wider(table: Table, name: str) -> Table:
    return replace(table, heading=(*table.heading, name), rows=tuple((*row, "1") for row in table.rows))


def grouped(sign: str) -> Callable[[str], str]:
    return lambda cell: f"{int(cell):,}".replace(",", sign) if cell.isdigit() else cell


def date_as(form: str) -> Callable[[str], str]:
    return lambda cell: pd.Timestamp(cell).strftime(form) if cell[:1].isdigit() else cell


def day_number(cell: str) -> str:
    return str((pd.Timestamp(cell) - pd.Timestamp("1899-12-30")).days) if cell[:1].isdigit() else cell


CELL_DAMAGES: dict[str, tuple[int, Callable[[str], str]]] = {
    "point between thousands": (INCOME, grouped(".")),
    "comma between thousands": (INCOME, grouped(",")),
    "apostrophe between thousands": (INCOME, grouped("'")),
    "blank between thousands": (INCOME, grouped(" ")),
    "decimal comma": (WEIGHT, lambda cell: cell.replace(".", ",")),
    "thousand times the weight": (WEIGHT, lambda cell: cell.replace(".", "")),
    "binary noise": (WEIGHT, lambda cell: repr(float(cell) + 1e-14) if cell[:1].isdigit() else cell),
    "seventeen digits": (WEIGHT, lambda cell: f"{float(cell):.17g}" if cell[:1].isdigit() else cell),
    "superfluous decimals": (INCOME, lambda cell: f"{cell}.0" if cell.isdigit() and cell != "9999999" else cell),
    "scientific notation": (INCOME, lambda cell: f"{float(cell):.1e}".replace("e+0", "E+0") if cell.isdigit() else cell),
    "day first": (DAY, date_as("%d/%m/%Y")),
    "month first": (DAY, date_as("%m/%d/%Y")),
    "two-digit years": (DAY, date_as("%d.%m.%y")),
    "day numbers": (DAY, day_number),
    "year of birth": (DAY, lambda cell: f"19{cell[2:]}"),
    "missing as -99": (INCOME, lambda cell: "-99"),
    "missing as 99": (WEIGHT, lambda cell: "999"),
    "missing as NA": (INCOME, lambda cell: "NA"),
    "missing as a point": (WEIGHT, lambda cell: "."),
    "error value": (DAY, lambda cell: "#N/A"),
    "an answer nobody listed": (WORK, lambda cell: "Kanske"),
    "codes for answers": (WORK, lambda cell: "1"),
    "blanks around answers": (WORK, lambda cell: f" \u00a0{cell} "),
    "answers in capitals": (WORK, str.upper),
    "ids in small letters": (ID, str.lower),
}
FILE_DAMAGES: dict[str, Callable[[Table], Table]] = {
    "title above": lambda table: replace(table, above="Enkät 2024\n\n"),
    "line for Excel": lambda table: replace(table, above="sep=;\n"),
    "second heading row": lambda table: replace(table, rows=(("nummer", "?", "kr", "kg", "datum", "text"), *table.rows)),
    "ids without a heading": lambda table: heading(table, ID, lambda name: ""),
    "heading in capitals": lambda table: heading(table, INCOME, str.upper),
    "heading of decomposed letters": lambda table: heading(table, ID, lambda name: "lo\u0308pnr"),
    "heading with other signs": lambda table: heading(table, DAY, lambda name: "dag, månad, år, t.ex. 1, 2, 3"),
    "heading misspelt": lambda table: heading(table, WEIGHT, lambda name: "vitk"),
    "heading twice": lambda table: wider(table, "vikt"),
    "a column more": lambda table: wider(table, "token"),
    "a column less": lambda table: replace(table, heading=table.heading[:-1], rows=tuple(row[:-1] for row in table.rows)),
    "commas for semicolons": lambda table: replace(table, delimiter=","),
    "Mac Roman": lambda table: replace(table, encoding="mac_roman"),
    "DOS": lambda table: replace(table, encoding="cp850"),
    "cp1252": lambda table: replace(table, encoding="cp1252"),
    "UTF-16": lambda table: replace(table, encoding="utf-16"),
    "UTF-16 without mark": lambda table: replace(table, encoding="utf-16-le"),
    "encoded twice": lambda table: cells(table, SAID, lambda cell: cell.encode().decode("cp1252")),
}
ALWAYS_REPAIRED = {
    "seventeen digits",
    "superfluous decimals",
    "blanks around answers",
    "answers in capitals",
    "ids in small letters",
    "line for Excel",
    "heading in capitals",
    "heading of decomposed letters",
    "commas for semicolons",
    "cp1252",
    "UTF-16",
    "binary noise",
}
NEITHER_WAY = {"scientific notation", "thousand times the weight", "decimal comma", "blank between thousands"}
"""Refused or repaired as the other cells of the file have it."""


def cleaned(content: bytes) -> Cleaned:
    with tempfile.TemporaryDirectory() as folder:
        return cleaned_file(Path(folder), "survey.csv", content, codebook=CODEBOOK, answers=ANSWERS)


@pytest.fixture(scope="module")
def healthy() -> Cleaned:
    return cleaned(Table().content())


def damaged(name: str, rows: set[int] | None) -> Table:
    if name in FILE_DAMAGES:
        return FILE_DAMAGES[name](Table())
    column, change = CELL_DAMAGES[name]
    return cells(Table(), column, change, rows)


def outcome(content: bytes, healthy: Cleaned) -> str:
    """Say whether a file was refused or repaired; fail where an answer changed or a problem says too little."""
    try:
        result = cleaned(content)
    except ResearcherError as refusal:
        assert all(problem.where and problem.found and problem.remedy for problem in refusal.problems), str(refusal)
        return "refused"
    pd.testing.assert_frame_equal(result.responses["person"], healthy.responses["person"], check_exact=True)
    return "repaired"


@pytest.mark.parametrize("name", [*CELL_DAMAGES, *FILE_DAMAGES])
def test_a_damage_of_the_whole_file_is_refused_or_repaired(healthy: Cleaned, name: str) -> None:
    found = outcome(damaged(name, None).content(), healthy)
    if name not in NEITHER_WAY:
        assert found == ("repaired" if name in ALWAYS_REPAIRED else "refused")


@pytest.mark.slow
@given(st.sampled_from(sorted(CELL_DAMAGES)), st.sets(st.integers(0, PEOPLE - 1), min_size=1))
@settings(deadline=None, max_examples=120)
def test_a_damage_of_some_cells_is_refused_or_repaired(healthy: Cleaned, name: str, rows: set[int]) -> None:
    table = damaged(name, rows)
    found = outcome(table.content(), healthy)
    if table.rows != Table().rows and name not in NEITHER_WAY:
        assert found == ("repaired" if name in ALWAYS_REPAIRED else "refused")


@given(st.sampled_from(sorted(CELL_DAMAGES)), st.sets(st.integers(0, PEOPLE - 1), min_size=1), st.sampled_from(sorted(FILE_DAMAGES)))
@settings(deadline=None, max_examples=60)
def test_two_damages_at_once_never_change_an_answer(healthy: Cleaned, name: str, rows: set[int], other: str) -> None:
    column, change = CELL_DAMAGES[name]
    outcome(cells(FILE_DAMAGES[other](Table()), column, change, rows).content(), healthy)
