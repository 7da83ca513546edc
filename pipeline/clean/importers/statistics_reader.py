"""Read a file of SPSS or Stata in a process of its own: bytes in, a line of JSON and numbers out.

The library that reads these files is written in C and ends the whole process at
some damaged files. Run by ``statistics_file.py`` as a script, so nothing of the
project is imported here. Rows are read some at a time, each distinct value of a
column is sent once, and which of them every row has in as few bytes as will do.
"""

import io
import json
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyreadstat

READERS = {"sav": "read_sav", "dta": "read_dta"}
CELLS_AT_ONCE = 2_000_000


def read_input(kind: str, encoding: str) -> None:
    """Read standard input; write ``values``, ``bytes``, ``formats``, ``labels``, ``missing`` and so on, or ``error``, to standard output."""
    try:
        facts, columns, tagged = read_columns(sys.stdin.buffer.read(), kind, encoding)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeError, ValueError) as error:
        json.dump({"error": f"{type(error).__name__}: {error}"}, sys.stdout)
        return
    types = facts.readstat_variable_types
    missing = {name: [(span["lo"], span["hi"]) for span in spans] for name, spans in facts.missing_ranges.items()}
    missing |= {name: [(f".{letter}", f".{letter}") for letter in letters] for name, letters in tagged.items()}
    places = {name: column.places() for name, column in columns.items()}
    header = {
        "values": {name: [plain(value, types[name]) for value in column.found] for name, column in columns.items()},
        "bytes": {name: one.dtype.str for name, one in places.items()},
        "formats": facts.original_variable_types,
        "questions": {name: label for name, label in facts.column_names_to_labels.items() if label},
        "levels": {name: level for name, level in facts.variable_measure.items() if level != "unknown"},
        "labels": {
            name: [(plain(value, types[name]), label) for value, label in labels.items()]
            for name, labels in facts.variable_value_labels.items()
        },
        "missing": missing,
        "encoding": facts.file_encoding or "",
    }
    sys.stdout.buffer.write(json.dumps(header).encode() + b"\n")
    for one in places.values():
        sys.stdout.buffer.write(one.tobytes())


class Column:
    """The distinct values of a column in the order they were found, and which of them each row has."""

    def __init__(self) -> None:
        self.found: dict[str | float | None, int] = {}
        self._parts: list[np.ndarray] = []

    def add(self, values: list, is_text: bool) -> None:
        """Add the values of further rows: texts, which may look like numbers, or numbers, None and Stata's missing values."""
        distinct, inverse = _distinct_texts(values) if is_text else _distinct_numbers(values)
        places = np.array([self.found.setdefault(value, len(self.found)) for value in distinct], dtype=np.int32)
        self._parts.append(_in_few_bytes(places[inverse], len(self.found)))

    def places(self) -> np.ndarray:
        """Give the place of every row's value in ``found``."""
        return _in_few_bytes(np.concatenate([np.empty(0, dtype=np.uint8), *self._parts]), len(self.found))


def _distinct_numbers(values: list) -> tuple[list, np.ndarray]:
    try:
        numbers, inverse = np.unique(np.array(values, dtype=np.float64), return_inverse=True)
    except ValueError:
        return _distinct_texts(values)
    return [None if np.isnan(number) else float(number) for number in numbers], inverse


def _distinct_texts(values: list) -> tuple[list, np.ndarray]:
    distinct = [*dict.fromkeys(values)]
    place = {value: number for number, value in enumerate(distinct)}
    return distinct, np.array([place[value] for value in values], dtype=np.int64)


def _in_few_bytes(places: np.ndarray, count: int) -> np.ndarray:
    return places.astype(np.min_scalar_type(count))


def read_columns(content: bytes, kind: str, encoding: str) -> tuple[Any, dict[str, Column], dict[str, list[str]]]:
    """Read a file: what it says of itself, its columns by name, and Stata's missing values in them."""
    columns: dict[str, Column] = {}
    tagged: dict[str, set[str]] = {}
    said = None
    for cells, facts in _parts(content, kind, encoding):
        said = facts
        for name, values in cells.items():
            columns.setdefault(name, Column()).add(values, facts.readstat_variable_types[name] == "string")
        for name, letters in facts.missing_user_values.items():
            tagged.setdefault(name, set()).update(letters)
    return said, columns, {name: sorted(letters) for name, letters in tagged.items()}


def _parts(content: bytes, kind: str, encoding: str) -> Iterator[tuple[dict, Any]]:
    read = getattr(pyreadstat, READERS[kind])
    stated = {"encoding": encoding or None, "user_missing": True, "disable_datetime_conversion": True, "output_format": "dict"}
    rows = 1
    begun = 0
    while True:
        cells, facts = read(io.BytesIO(content), row_offset=begun, row_limit=rows, **stated)
        yield cells, facts
        read_now = max((len(values) for values in cells.values()), default=0)
        if read_now < rows:
            return
        begun += read_now
        rows = max(1, CELLS_AT_ONCE // len(cells))


def plain(value: str | float | None, type_: str) -> str | float | None:
    """Give Stata's extended missing values as it writes them, ``.a``, and a number of four bytes without the noise of eight."""
    if isinstance(value, str):
        return value if type_ == "string" else f".{value}"
    if type_ == "float" and value is not None:
        return float(str(np.float32(value)))
    return value


if __name__ == "__main__":
    read_input(*sys.argv[1:])
