"""Read a file of SPSS (.sav, compressed .zsav) or Stata (.dta) as text: the codes as they are stored, dates as ISO.

Codes and not labels: a code is what the researcher's answer list names, labels
are changed without notice. A value that the file declares missing keeps its own
code (``998``, Stata's ``.a``) and is named in ``declared_missing``, so that the
answer list can say why the answer is missing; a system-missing value is a blank cell.
"""

import json
import math
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.clean.cells import Headings, Imported, clock_text, number_text
from pipeline.errors import ResearcherError
from pipeline.spec.folding import tidy
from pipeline.spec.sources import Source

STARTS = {"sav": re.compile(rb"\$FL[23]"), "dta": re.compile(rb"<stata_dta>|[\x68-\x73][\x01\x02]\x01")}
"""Format -> how its files begin: Stata's older ones with their version, the order of bytes and a 1."""
PROGRAMS = {"sav": "an SPSS file (.sav)", "dta": "a Stata file (.dta)"}
ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "cp1252": "WINDOWS-1252", "mac-roman": "MACINTOSH", "cp850": "CP850", "cp437": "CP437"}
FIRST_SPSS_DAY = np.datetime64("1582-10-14", "s")
"""SPSS counts seconds from the day before the Gregorian calendar began, Stata from 1960."""
FIRST_STATA_DAY = np.datetime64("1960-01-01", "s")
YEAR_10000 = np.datetime64("10000-01-01", "s")
"""What lies beyond is no date that anybody meant; it is left as its number."""
DAY = 86_400
WEEKS = 52
"""Stata's weeks of a year; the last one has eight or nine days."""


def import_statistics_file(content: bytes, source: Source, where: str) -> Imported:
    """Read a file of SPSS or Stata.

    Parameters
    ----------
    content : bytes
        The whole file.
    source : Source
        States ``format``, and ``encoding`` or leaves it to what the file says;
        its decimal sign is the one that numbers are written with.
    where : str
        File name for problems.

    Returns
    -------
    Imported
        Codes as text, with the value labels and the missing values of the
        file.

    Raises
    ------
    ResearcherError
        When it is another kind of file, cut off, or in
        another encoding.
    """
    _refuse_other_kind(content, source, where)
    if source.encoding and source.encoding not in ENCODINGS:
        remedy = "Leave encoding out to have the file's own."
        raise ResearcherError.of(where, f"is not read in encoding '{source.encoding}'", ", ".join(ENCODINGS), remedy)
    read = _read_apart(content, source.format, ENCODINGS[source.encoding] if source.encoding else "", where)
    text_of = {name: partial(value_text, form=form, decimal=source.decimal_written) for name, form in read["formats"].items()}
    columns = tuple(written_once(values, read["places"][name], text_of[name]) for name, values in read["values"].items())
    labels = {tidy(name): {text_of[name](code): label for code, label in labels} for name, labels in read["labels"].items()}
    missing = {tidy(name): _declared_missing(read["values"][name], spans, text_of[name]) for name, spans in read["missing"].items()}
    questions, levels = ({tidy(name): said for name, said in read[key].items()} for key in ("questions", "levels"))
    return Imported(
        headings=Headings(tidy(name) for name in read["values"]),
        columns=columns,
        encoding=read["encoding"],
        stated=("encoding",) if source.encoding else (),
        labels=questions,
        value_labels=labels,
        declared_missing=missing,
        levels=levels,
    )


def written_once(values: Sequence, places: np.ndarray, text_of: Callable[[Any], str]) -> pd.Series:
    """Write a column as text: ``values`` are its distinct ones, ``places`` says which of them each row has."""
    positions, found = pd.factorize(np.array([text_of(value) for value in values], dtype=object))
    return pd.Series(pd.Categorical.from_codes(positions[places], pd.Index(found, dtype="str")))


def _declared_missing(values: Sequence, spans: Sequence[Sequence], text_of: Callable[[Any], str]) -> frozenset[str]:
    """Give the cells of a column that lie in one of the spans the file declares missing, both ends included; blanks are blanks."""
    present = {value for value in values if value is not None}
    texts = (text_of(value) for low, high in spans for value in present if _lies_between(low, value, high))
    return frozenset(text for text in texts if tidy(text))


def _lies_between(low: str | float, value: str | float, high: str | float) -> bool:
    if isinstance(value, str):
        return isinstance(low, str) and isinstance(high, str) and low.rstrip() <= value.rstrip() <= high.rstrip()
    return not isinstance(low, str) and not isinstance(high, str) and low <= value <= high


def _read_apart(content: bytes, kind: str, encoding: str, where: str) -> dict[str, Any]:
    """Let another process read the file; refuse what it cannot read, or does not survive."""
    command = [sys.executable, "-I", str(Path(__file__).with_name("statistics_reader.py")), kind, encoding]
    done = subprocess.run(command, input=content, capture_output=True, check=False)  # noqa: S603 - our own script; the file is its input
    last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
    header, _, rest = done.stdout.partition(b"\n")
    read: dict[str, Any] = json.loads(header) if done.returncode == 0 else {"error": last or "ended without a word"}
    error = read.get("error", "")
    said = (f"the reader says: {error}",)
    if "encoding" in error or "Unicode" in error:
        remedy = "State the encoding the file was saved in, or leave encoding out to have the file's own."
        raise ResearcherError.of(where, "holds text that does not fit its encoding", ", ".join(ENCODINGS), remedy, said)
    if error:
        raise ResearcherError.of(where, "is cut off or damaged", "", "Copy or export the file again.", said)
    return {**read, "places": _places(rest, read["bytes"])}


def _places(content: bytes, dtypes: Mapping[str, str]) -> dict[str, np.ndarray]:
    """Split the numbers that follow the header into one array per column; all columns have as many rows."""
    rows = len(content) // max(1, sum(np.dtype(dtype).itemsize for dtype in dtypes.values()))
    places, begun = {}, 0
    for name, dtype in dtypes.items():
        places[name] = np.frombuffer(content, dtype, rows, begun)
        begun += places[name].nbytes
    return places


def value_text(value: str | float | None, form: str, decimal: str) -> str:
    """Write a value of a variable with this format (SPSS ``F8.2``, ``A10``, ``DATE11``; Stata ``%9.0g``, ``%td``) as text."""
    if isinstance(value, str):
        return value
    if value is None or math.isnan(value):
        return ""
    write = TEXT_OF_TIMES.get(_kind_of_time(form))
    return (write and write(value)) or number_text(value, decimal)


def _kind_of_time(form: str) -> str:
    """Give ``DATE`` for ``DATE11``, ``%td`` for Stata's ``%-tdDD.NN.CCYY``."""
    if form.startswith("%"):
        return form.replace("-", "")[:3] if form.lstrip("%-").startswith("t") else form.replace("-", "")[:2]
    return form.rstrip("0123456789.")


def moment_text(seconds: float, first: np.datetime64) -> str:
    """Write seconds since the first day as ``2024-03-01 13:45:00``; empty beyond the year 9999."""
    if abs(seconds) >= (YEAR_10000 - first).astype(np.int64):
        return ""
    return str(first + np.timedelta64(round(seconds), "s")).replace("T", " ")


def date_text(seconds: float, first: np.datetime64) -> str:
    """Write seconds since the first day as ``2024-03-01``; empty beyond the year 9999."""
    return moment_text(seconds, first).split(" ")[0]


def _stata_day(days: float) -> str:
    return date_text(days * DAY, FIRST_STATA_DAY)


def _stata_months(number: float, months: int) -> str:
    """Write the first day of a month, quarter or half-year since 1960."""
    first = np.datetime64("1960-01", "M") + np.timedelta64(int(number) * months, "M")
    return str(first.astype("datetime64[D]"))


def _stata_week(number: float) -> str:
    year, week = divmod(int(number), WEEKS)
    return str(np.datetime64(f"{1960 + year}-01-01") + np.timedelta64(7 * week, "D"))


TEXT_OF_TIMES: Mapping[str, Callable[[float], str]] = {
    **dict.fromkeys(
        ("DATE", "ADATE", "EDATE", "JDATE", "SDATE", "QYR", "MOYR", "WKYR"), lambda seconds: date_text(seconds, FIRST_SPSS_DAY)
    ),
    **dict.fromkeys(("DATETIME", "YMDHMS"), lambda seconds: moment_text(seconds, FIRST_SPSS_DAY)),
    **dict.fromkeys(("TIME", "DTIME", "MTIME"), clock_text),
    **dict.fromkeys(("%td", "%d"), _stata_day),
    "%tc": lambda thousandths: moment_text(thousandths / 1000, FIRST_STATA_DAY),
    "%tw": _stata_week,
    "%tm": partial(_stata_months, months=1),
    "%tq": partial(_stata_months, months=3),
    "%th": partial(_stata_months, months=6),
}
"""Format of dates and times -> how its numbers are written. Stata's %tC counts leap seconds and is left as its number."""


def _refuse_other_kind(content: bytes, source: Source, where: str) -> None:
    wanted = PROGRAMS[source.format]
    kind = next((name for name, start in STARTS.items() if start.match(content)), "")
    if kind and kind != source.format:
        remedy = f'State format = "{kind}" of the source in study.toml.'
        raise ResearcherError.of(where, f"is {PROGRAMS[kind]}, not {wanted}", remedy=remedy)
    if not kind:
        remedy = f"Correct format of the source in study.toml, or export the file again as .{source.format}."
        raise ResearcherError.of(where, f"is not {wanted}" if content else "is empty", remedy=remedy)
