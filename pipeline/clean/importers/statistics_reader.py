"""Read a file of SPSS or Stata in a process of its own: bytes in, JSON out.

The library that reads these files is written in C and ends the whole process at
some damaged files. Run by ``statistics_file.py`` as a script, so nothing of the
project is imported here.
"""

import io
import json
import sys

import numpy as np
import pyreadstat

READERS = {"sav": "read_sav", "dta": "read_dta"}


def read_input(kind: str, encoding: str) -> None:
    """Read standard input; write ``cells``, ``formats``, ``labels``, ``missing``, ``encoding`` or ``error`` to standard output."""
    read = getattr(pyreadstat, READERS[kind])
    try:
        cells, facts = read(
            io.BytesIO(sys.stdin.buffer.read()),
            encoding=encoding or None,
            user_missing=True,
            disable_datetime_conversion=True,
            output_format="dict",
        )
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeError, ValueError) as error:
        json.dump({"error": f"{type(error).__name__}: {error}"}, sys.stdout)
        return
    types = facts.readstat_variable_types
    missing = {name: [(span["lo"], span["hi"]) for span in spans] for name, spans in facts.missing_ranges.items()}
    missing |= {name: [(f".{letter}", f".{letter}") for letter in letters] for name, letters in facts.missing_user_values.items()}
    json.dump(
        {
            "cells": {name: [plain(value, types[name]) for value in values] for name, values in cells.items()},
            "formats": facts.original_variable_types,
            "labels": {
                name: [(plain(value, types[name]), label) for value, label in labels.items()]
                for name, labels in facts.variable_value_labels.items()
            },
            "missing": missing,
            "encoding": facts.file_encoding or "",
        },
        sys.stdout,
    )


def plain(value: str | float | None, type_: str) -> str | float | None:
    """Give Stata's extended missing values as it writes them, ``.a``, and a number of four bytes without the noise of eight."""
    if isinstance(value, str):
        return value if type_ == "string" else f".{value}"
    if type_ == "float" and value is not None:
        return float(str(np.float32(value)))
    return value


if __name__ == "__main__":
    read_input(*sys.argv[1:])
