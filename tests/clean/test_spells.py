"""Several spells of taking part: the first entry and the last exit count, and nobody leaves before entering."""

from itertools import permutations
from pathlib import Path

import pandas as pd
import pytest

from pipeline.clean.responses import clean_responses
from pipeline.errors import ResearcherError
from pipeline.tables.results import Cleaned
from tests.miniature import CODEBOOK, miniature, source

HEADING = "nr;in;ut;plats"
REGISTER = {"duplicates": "spells", "entry": "entered", "exit": "left"}
FIRST, SECOND, LAST = "A1;2024-01-10;2024-02-10;Ja", "A1;2024-03-01;2024-03-20;Ja", "A1;2024-05-01;2024-06-30;Nej"
OTHERS = ["A2;2024-01-15;2024-04-01;Ja", "A3;2024-01-15;;Nej"]


def codebook() -> str:
    """Give the little study's codebook with a register of entries and exits."""
    heading, *rows = CODEBOOK.splitlines()
    rows = [f"{row},nr" if row.startswith("id,") else f"{row}," for row in rows]
    own = [f"date,{name},person,yes,,,,{name},{name},,,{raw}" for name, raw in (("entered", "in"), ("left", "ut"))]
    own.append("select_one,placed,person,yes,yes_no,,,Plats,Placed,,,plats")
    return "\n".join([f"{heading},raw_name::register", *rows, *own, ""])


def cleaned(root: Path, rows: list[str], **changes: object) -> Cleaned:
    sources = [source("before", wave="t1"), source("after", wave="t2"), source("register", **(REGISTER | changes))]
    register = "\n".join([HEADING, *rows, ""])
    return clean_responses(miniature(root, files={"register.csv": register}, codebook=codebook(), sources=sources))


def refusal(root: Path, rows: list[str], **changes: object) -> str:
    with pytest.raises(ResearcherError) as caught:
        cleaned(root, rows, **changes)
    return str(caught.value)


def span(result: Cleaned, person: str) -> list[str]:
    row = result.units["person"].set_index("person").loc[person]
    return [f"{row[name]:%Y-%m-%d}" if pd.notna(row[name]) else "" for name in ("entered", "left")]


def findings(result: Cleaned) -> dict[str, int]:
    lines = result.cleaning_log[result.cleaning_log["source"] == "register"]
    return {line.finding: int(line.n) for line in lines[lines["n"].notna()].itertuples()}


@pytest.mark.slow
def test_a_person_counts_once_from_first_entry_to_last_exit_in_any_order_of_rows(tmp_path: Path) -> None:
    for rows in permutations([FIRST, SECOND, LAST]):
        result = cleaned(tmp_path, [*rows, *OTHERS])
        assert span(result, "A1") == ["2024-01-10", "2024-06-30"]
        assert result.units["person"].set_index("person").loc["A1", "placed"] == "no"
        gone = result.exclusions[["row", "rule", "kept_row"]].to_numpy().tolist()
        last = rows.index(LAST) + 1
        assert gone == [[row, "duplicate_spells", last] for row in (1, 2, 3) if row != last]
        assert findings(result) == {"spells_joined": 1}


def test_who_has_one_spell_keeps_it(tmp_path: Path) -> None:
    result = cleaned(tmp_path, [FIRST, LAST, *OTHERS])
    assert (span(result, "A2"), span(result, "A3")) == (["2024-01-15", "2024-04-01"], ["2024-01-15", ""])


def test_without_an_exit_a_person_is_still_inside(tmp_path: Path) -> None:
    result = cleaned(tmp_path, [LAST, "A1;2024-07-15;;Ja", FIRST])
    assert span(result, "A1") == ["2024-01-10", ""]
    assert findings(result) == {"spells_joined": 1}


def test_a_forgotten_exit_before_another_spell_is_kept_but_counted(tmp_path: Path) -> None:
    result = cleaned(tmp_path, ["A1;2024-01-10;;Ja", LAST, *OTHERS])
    assert span(result, "A1") == ["2024-01-10", ""]
    assert findings(result) == {"spells_joined": 1, "entered_again_inside": 1}


def test_of_spells_that_end_on_one_day_the_one_entered_last_stays(tmp_path: Path) -> None:
    result = cleaned(tmp_path, ["A1;2024-01-10;2024-06-30;Ja", LAST])
    assert span(result, "A1") == ["2024-01-10", "2024-06-30"]
    assert result.units["person"].set_index("person").loc["A1", "placed"] == "no"


def test_a_spell_that_stands_twice_is_one_spell(tmp_path: Path) -> None:
    result = cleaned(tmp_path, [FIRST, FIRST, *OTHERS])
    assert result.exclusions["rule"].tolist() == ["duplicate_exact"]
    assert findings(result) == {}


def test_one_spell_described_in_two_ways_is_refused(tmp_path: Path) -> None:
    said = refusal(tmp_path, [FIRST, FIRST.replace("Ja", "Nej")])
    assert "register.csv: 1 units have several rows that duplicates = 'spells' cannot decide between" in said
    assert "ids: A1" in said


def test_among_several_spells_each_needs_its_entry(tmp_path: Path) -> None:
    assert "ids: A1" in refusal(tmp_path, ["A1;;2024-02-10;Ja", LAST])
    assert span(cleaned(tmp_path, ["A1;;2024-02-10;Ja"]), "A1") == ["", "2024-02-10"]


def test_a_register_without_rows_is_refused(tmp_path: Path) -> None:
    assert "register.csv: holds a heading and nothing else" in refusal(tmp_path, [])


@pytest.mark.parametrize("duplicates", ["refuse", "spells"])
def test_an_exit_before_the_entry_is_refused_with_rows_ids_and_dates(tmp_path: Path, duplicates: str) -> None:
    said = refusal(tmp_path, [FIRST, "A2;2024-04-01;2024-03-31;Ja", "A3;2024-04-01;2023-04-01;Ja"], duplicates=duplicates)
    assert "data/raw/mini/register.csv, entered and left: 2 rows have an exit before the entry" in said
    assert "  data row 2: A2, entered 2024-04-01, left 2024-03-31\n  data row 3: A3, entered 2024-04-01, left 2023-04-01\n" in said


def test_who_leaves_on_the_day_of_entry_is_not_refused(tmp_path: Path) -> None:
    assert span(cleaned(tmp_path, ["A1;2024-04-01;2024-04-01;Ja"]), "A1") == ["2024-04-01", "2024-04-01"]


def test_a_personal_number_is_not_repeated_because_its_dates_are_wrong(tmp_path: Path) -> None:
    said = refusal(tmp_path, ["19811218-9876;2024-04-01;2024-03-31;Ja"])
    assert "1 ids are Swedish personal identity numbers" in said
    assert "9876" not in said


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"duplicates": "spells", "entry": "entered"}, "exit: is missing"),
        ({"duplicates": "refuse", "exit": "left"}, "entry: is missing"),
        ({"duplicates": "spells", "entry": "entered", "exit": "placed"}, "exit: 'placed'"),
        ({"duplicates": "spells", "entry": "day", "exit": "left"}, "entry: 'day'"),
    ],
)
def test_entry_and_exit_are_two_dates_of_the_source(tmp_path: Path, stated: dict, said: str) -> None:
    with pytest.raises(ResearcherError) as caught:
        miniature(
            tmp_path, codebook=codebook(), sources=[source("before", wave="t1"), source("after", wave="t2"), source("register", **stated)]
        )
    assert f"sources 'register' {said}" in str(caught.value)
