"""Read an SPSS file in a process of its own: bytes in, JSON out.

The library that reads SPSS files is written in C and ends the whole process at
some damaged files. Run by ``sav.py`` as a script, so nothing of the project is
imported here.
"""

import io
import json
import sys


def main(encoding: str) -> None:
    """Read standard input; write ``cells``, ``formats``, ``labels``, ``encoding`` or ``error`` to standard output."""
    import pyreadstat

    try:
        cells, facts = pyreadstat.read_sav(
            io.BytesIO(sys.stdin.buffer.read()),
            encoding=encoding or None,
            user_missing=True,
            disable_datetime_conversion=True,
            output_format="dict",
        )
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeError, ValueError) as error:
        json.dump({"error": f"{type(error).__name__}: {error}"}, sys.stdout)
        return
    json.dump(
        {
            "cells": cells,
            "formats": facts.original_variable_types,
            "labels": {name: list(labels.items()) for name, labels in facts.variable_value_labels.items()},
            "encoding": facts.file_encoding or "",
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main(sys.argv[1])
