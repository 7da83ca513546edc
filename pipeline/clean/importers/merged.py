"""Merged cells of a sheet: only the first holds a value, and its reader leaves the others blank."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from pipeline.clean.importers.sheet import column_number

MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\b[^>]*\bref=["']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})["']""")


class Area(NamedTuple):
    """A merged area: its name ``A2:A5``, and its rows and columns among those read, the last included."""

    name: str
    top: int
    left: int
    bottom: int
    right: int


def merged_areas(part: bytes, start: tuple[int, int]) -> Iterator[Area]:
    """Give the merged areas of a sheet, counted from the first cell read, which lies at ``start``."""
    for first, top, last, bottom in MERGED.findall(part):
        name = f"{first.decode()}{top.decode()}:{last.decode()}{bottom.decode()}"
        rows, columns = (int(top) - 1 - start[0], int(bottom) - 1 - start[0]), (column_number(first), column_number(last))
        yield Area(name, rows[0], columns[0] - 1 - start[1], rows[1], columns[1] - 1 - start[1])


def unmerge(rows: list[list[Any]], areas: Iterator[Area], answers_from: int, fill: bool) -> list[str]:
    """Give every cell of a merged area the value of the first, in the heading always.

    Parameters
    ----------
    rows : list of rows of values
        Changed in place.
    areas : iterator of Area
    answers_from : int
        The first row below the heading.
    fill : bool
        Whether areas among the answers are filled too.

    Returns
    -------
    list of str
        Areas that hold an answer for several rows or columns and were not filled.
    """
    left_alone = []
    for area in areas:
        inside = area.top >= 0 and area.left >= 0 and area.top < len(rows) and area.left < len(rows[0])
        value = rows[area.top][area.left] if inside else ""
        if value == "":
            continue
        if area.bottom >= answers_from and (area.top < answers_from or not fill):
            left_alone.append(area.name)
            continue
        for row in rows[area.top : area.bottom + 1]:
            row[area.left : area.right + 1] = [value] * len(row[area.left : area.right + 1])
    return left_alone
