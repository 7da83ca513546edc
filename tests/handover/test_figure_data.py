"""A figure says which rows of the release it draws, and gives them as they are there."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.render.figures.figure import DATA, drawn_rows
from pipeline.render.selection import rows_of
from pipeline.tables.glossary import TABLES, TableContract
from pipeline.tables.results import no_quotations

SVG = "image/svg+xml"
TOLD_BY = {"estimand": "estimates", "exhibit": "distributions", "chain": "flow"}
"""Column -> the table that has it."""


def figures(built: Path) -> Iterator[tuple[Path, str, list[dict[str, str]]]]:
    """Give the study of each figure of each report, the figure's name, and its data."""
    for path in sorted(built.glob("reports/*/*/*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for output in (output for cell in cells for output in cell.get("outputs", ()) if SVG in output.get("data", {})):
            rows = list(csv.DictReader(io.StringIO(output["data"].get(DATA, ""))))
            yield built / "data" / "processed" / path.parent.parent.name, output["metadata"][SVG]["name"], rows


Cells = tuple[float | str, ...]


def released(folder: Path, table: TableContract, names: tuple[str, ...]) -> set[Cells]:
    """Give the rows of a table of a release, of these columns only."""
    with (folder / "release" / f"{table.name}.csv").open(encoding="utf-8", newline="") as file:
        return {cells(table, {name: row[name] for name in names}) for row in csv.DictReader(file)}


def cells(table: TableContract, row: dict[str, str]) -> Cells:
    kinds = {column.name: column.kind for column in table.columns}
    return tuple(float(cell or "nan") if kinds[name] in ("number", "count") else cell for name, cell in row.items())


@pytest.mark.slow
def test_every_figure_of_a_report_gives_rows_of_the_release(built: Path) -> None:
    found = list(figures(built))
    known: dict[tuple[Path, str, tuple[str, ...]], set[Cells]] = {}
    assert len({name for _, name, _ in found}) > 20
    for folder, name, rows in found:
        assert rows, f"{folder.name}: {name} gives no data"
        for row in rows:
            told = next(table for column, table in TOLD_BY.items() if row.get(column))
            filled = {column: cell for column, cell in row.items() if cell}
            key = (folder, told, tuple(filled))
            known.setdefault(key, set() if key in known else released(folder, TABLES[told], key[2]))
            assert cells(TABLES[told], filled) in known[key], (name, row)


def test_rows_are_found_at_any_depth_once_and_without_empty_columns() -> None:
    frame = no_quotations().reindex(range(2)).astype("object")
    frame[:] = ""
    frame["study"] = ["=1+1", "b"]
    first, second = rows_of(frame)
    assert drawn_rows({"a": [first, (second, None)], "b": first}) == "study\n'=1+1\nb\n"
    assert drawn_rows(()) == ""
