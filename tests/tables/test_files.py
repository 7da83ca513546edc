"""Tables survive what can happen to files: full disks, flipped bits, formulas, round trips."""

import os
from pathlib import Path

import pandas as pd
import pytest

from pipeline.tables.atomic import write_bytes
from pipeline.tables.frames import conform, read_rows, read_table, table_of, write_rows, write_table
from pipeline.tables.glossary import DISTRIBUTIONS, ESTIMATES, FLOW, TABLES


@pytest.mark.parametrize("name", sorted(TABLES))
def test_an_empty_table_keeps_its_columns_and_kinds(tmp_path: Path, name: str) -> None:
    table = TABLES[name]
    empty = table_of(table, [])
    write_table(tmp_path / "t.csv", table, empty)
    assert read_table(tmp_path / "t.csv", table).dtypes.equals(empty.dtypes)


def test_numbers_come_back_to_the_last_digit(tmp_path: Path) -> None:
    value = 0.1 + 0.2
    frame = table_of(ESTIMATES, [{"study": "s", "estimand": "mean", "measure_unit": "number", "estimate": value, "n": 7}])
    write_table(tmp_path / "t.csv", ESTIMATES, frame)
    read = read_table(tmp_path / "t.csv", ESTIMATES)
    assert read["estimate"].tolist() == [value]
    assert read["n"].tolist() == [7]
    assert read["std_error"].isna().all()


@pytest.mark.parametrize("text", ["=cmd()", "+1", "-x", "@a", "\uff1dx", "participant - control"])
def test_text_that_looks_like_a_formula_is_disarmed_and_comes_back(tmp_path: Path, text: str) -> None:
    frame = table_of(DISTRIBUTIONS, [{"study": "s", "exhibit": "answers", "row": text}])
    write_table(tmp_path / "t.csv", DISTRIBUTIONS, frame)
    written = (tmp_path / "t.csv").read_text(encoding="utf-8").splitlines()[1].split(",")
    assert not any(cell.startswith(("=", "+", "@", "\uff1d")) for cell in written)
    assert read_table(tmp_path / "t.csv", DISTRIBUTIONS)["row"].tolist() == [text]


def test_a_failed_write_leaves_the_old_file_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "table.csv"
    write_bytes(path, b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["table.csv"]


def test_a_flipped_bit_in_micro_data_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    write_rows(path, pd.DataFrame({"person": [f"P{i:05}" for i in range(2000)], "score": [float(i % 97) for i in range(2000)]}))
    content = bytearray(path.read_bytes())
    failures = 0
    for place in range(200, len(content) // 2, max(1, len(content) // 60)):
        damaged = bytearray(content)
        damaged[place] ^= 1
        path.write_bytes(damaged)
        try:
            read_rows(path)
        except Exception:
            failures += 1
    assert failures == len(range(200, len(content) // 2, max(1, len(content) // 60)))


def test_a_column_outside_the_glossary_is_refused() -> None:
    with pytest.raises(ValueError, match="not in the glossary: estimat"):
        table_of(ESTIMATES, [{"estimat": 1.0}])


def test_a_value_outside_its_closed_set_is_refused() -> None:
    with pytest.raises(ValueError, match="closed set"):
        table_of(FLOW, [{"study": "s", "kind": "lost"}])


def test_a_repeated_key_is_refused() -> None:
    frame = pd.DataFrame({name: ["", ""] for name in FLOW.names}).assign(kind="count", step=0, n=1)
    with pytest.raises(ValueError, match="repeat a key"):
        conform(FLOW, frame)
