"""Read an SPSS file (.sav) as text: the codes as they are stored, dates as ISO.

Codes and not labels: a code is what the researcher's answer list names, labels
are changed without notice. A user-missing value is kept as its own code, so
that the answer list can say why the answer is missing; a system-missing value is
a blank cell.
"""

import json
import math
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.clean.importers.cells import clock_text, number_text, text_cells
from pipeline.clean.importers.imported import Imported
from pipeline.errors import Problem
from pipeline.spec.declaration import Source
from pipeline.spec.folding import tidy

PLAIN, COMPRESSED = b"$FL2", b"$FL3"
ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "cp1252": "WINDOWS-1252"}
FIRST_DAY = np.datetime64("1582-10-14", "s")
"""SPSS counts seconds from the day before the Gregorian calendar began."""
YEAR_10000 = float((np.datetime64("10000-01-01", "s") - FIRST_DAY).astype(np.int64))
"""Seconds. What lies beyond is no date that anybody meant; it is left as its number."""


def import_sav(content: bytes, source: Source, where: str) -> Imported:
    """Read an SPSS file.

    Parameters
    ----------
    content : bytes
        The whole file.
    source : Source
        States ``encoding``, or leaves it to what the file says; ``decimal`` is
        the sign that numbers are written with.
    where : str
        File name for problems.

    Returns
    -------
    Imported
        Codes as text, with the value labels of the file; or the problem: not an
        SPSS file, compressed as .zsav, cut off, or in another encoding.
    """
    problem = _kind_problem(content, where)
    if problem:
        return Imported(problems=(problem,))
    read = _read_apart(content, ENCODINGS[source.encoding] if source.encoding else "")
    if "error" in read:
        return Imported(problems=(_unreadable(read["error"], where),))
    text_of = {name: partial(value_text, form=form, decimal=source.decimal or ".") for name, form in read["formats"].items()}
    columns = tuple(text_cells(values, text_of[name]) for name, values in read["cells"].items())
    labels = {tidy(name): {text_of[name](code): label for code, label in labels} for name, labels in read["labels"].items()}
    headings = tuple(tidy(name) for name in read["cells"])
    stated = ("encoding",) if source.encoding else ()
    return Imported(headings, columns, read["encoding"], stated=stated, value_labels=labels)


def _read_apart(content: bytes, encoding: str) -> dict[str, Any]:
    """Let another process read the file; say ``error`` when it cannot, or does not survive it."""
    command = [sys.executable, "-I", str(Path(__file__).with_name("sav_reader.py")), encoding]
    done = subprocess.run(command, input=content, capture_output=True, check=False)  # noqa: S603 - our own script; the file is its input
    if done.returncode == 0:
        return json.loads(done.stdout)
    last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
    return {"error": last or "ended without a word"}


def value_text(value: str | float | None, form: str, decimal: str) -> str:
    """Write a value of a variable with this SPSS format (``F8.2``, ``A10``, ``DATE11``) as text."""
    if isinstance(value, str):
        return value
    if value is None or math.isnan(value):
        return ""
    write = TEXT_OF_TIMES.get(form.rstrip("0123456789."))
    return write(value) if write and abs(value) < YEAR_10000 else number_text(value, decimal)


def moment_text(seconds: float) -> str:
    """Write seconds since the first day as ``2024-03-01 13:45:00``."""
    return str(FIRST_DAY + np.timedelta64(round(seconds), "s")).replace("T", " ")


def date_text(seconds: float) -> str:
    """Write seconds since the first day as ``2024-03-01``."""
    return moment_text(seconds).split(" ")[0]


TEXT_OF_TIMES: dict[str, Callable[[float], str]] = {
    **dict.fromkeys(("DATE", "ADATE", "EDATE", "JDATE", "SDATE", "QYR", "MOYR", "WKYR"), date_text),
    **dict.fromkeys(("DATETIME", "YMDHMS"), moment_text),
    **dict.fromkeys(("TIME", "DTIME", "MTIME"), clock_text),
}
"""SPSS format -> how its numbers, which are seconds, are written."""


def _kind_problem(content: bytes, where: str) -> Problem | None:
    if content.startswith(COMPRESSED):
        return Problem(where, "is a compressed SPSS file (.zsav)", "SPSS files (.sav)", "Save it as .sav.")
    if content.startswith(PLAIN):
        return None
    found = "is not an SPSS file (.sav)" if content else "is empty"
    return Problem(where, found, remedy="Correct format of the source in study.toml, or export the file again as .sav.")


def _unreadable(error: str, where: str) -> Problem:
    said = (f"the reader says: {error}",)
    if "encoding" in error or "Unicode" in error:
        remedy = "State the encoding the file was saved in, or leave encoding out to have the file's own."
        return Problem(where, "holds text that does not fit its encoding", ", ".join(ENCODINGS), remedy, said)
    return Problem(where, "is cut off or damaged", remedy="Copy or export the file again.", details=said)
