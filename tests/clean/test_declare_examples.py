"""The examples of docs/declare.md do what the page says."""

import csv
import io
import re
import tomllib
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyreadstat
import pytest

from pipeline.errors import ResearcherError
from pipeline.spec.vocabulary import MISSING_CODES
from tests.clean.one_file import CODEBOOK, cleaned_file
from tests.conftest import ROOT

FENCE = re.compile(
    r"^```(toml source|csv file|csv codebook|csv answers|csv read|text refused)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
RUN_ELSEWHERE = re.compile(r"^```(toml unit|toml wide|csv corrections)$", re.MULTILINE)
"""Examples of several files, which test_matching.py and test_corrections.py run."""
ENDS = ("csv read", "text refused")
REASON_OF = {code: reason for reason, code in MISSING_CODES.items()}


class Example(NamedTuple):
    """What a file holds, how it is declared, and what comes of it."""

    told: dict
    file: str
    said: str
    codebook: str
    answers: str
    end: str
    expected: str


def examples() -> list[Example]:
    found, parts = [], {}
    for kind, info, text in FENCE.findall((ROOT / "docs" / "declare.md").read_text(encoding="utf-8")):
        parts[kind] = (info, text)
        if kind in ENDS:
            said, file = parts["csv file"]
            told = tomllib.loads(parts.get("toml source", ("", ""))[1])
            found.append(Example(told, file, said, parts["csv codebook"][1], parts.get("csv answers", ("", ""))[1], kind, text))
            parts = {}
    return found


def whole_codebook(short: str) -> str:
    """Fill in the columns of the codebook that an example leaves out."""
    columns = next(csv.reader([CODEBOOK]))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in csv.DictReader(io.StringIO(short)):
        given = {**row, "raw_name::survey": row["raw_name"], "unit": "person", "fixed": "yes" if row["type"] == "id" else ""}
        writer.writerow([given.get(column) or ("x" if column.startswith("label") else "") for column in columns])
    return text.getvalue()


def content_of(example: Example, folder: Path) -> bytes:
    if example.told.get("format") != "sav":
        encoding = re.search(r"in (\S+)", example.said)
        return example.file.encode(encoding[1].replace("-", "_") if encoding else "utf-8")
    table = pd.read_csv(io.StringIO(example.file), sep=";")
    low, high = re.search(r"declares (\d+)\.\.(\d+) missing", example.said).groups()
    pyreadstat.write_sav(table, str(folder / "file.sav"), missing_ranges={table.columns[-1]: [{"lo": int(low), "hi": int(high)}]})
    return (folder / "file.sav").read_bytes()


def as_read(people: pd.DataFrame, names: list[str]) -> list[list[str]]:
    """Write answers as the page does: numbers without needless decimals, days as ISO, reasons in brackets."""
    rows = []
    for _, row in people.iterrows():
        cells = []
        for name in names:
            reason = row.get(f"{name}__missing", 0)
            value = row[name]
            shown = f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else f"{value:.15g}" if isinstance(value, float) else str(value)
            cells.append(f"[{REASON_OF[reason]}]" if reason else shown)
        rows.append(cells)
    return rows


EXAMPLES = examples()


def test_every_part_of_the_page_that_says_how_cells_are_written_has_an_example() -> None:
    page = (ROOT / "docs" / "declare.md").read_text(encoding="utf-8")
    parts = re.split(r"^### ", page.partition("## 5.")[2].partition("## 6.")[0], flags=re.MULTILINE)[1:]
    assert len(parts) >= 7
    assert all(FENCE.search(part) or RUN_ELSEWHERE.search(part) for part in parts)
    assert sum(page.count(f"```{end}") for end in ENDS) == len(EXAMPLES)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.expected.splitlines()[0][:40])
def test_an_example_does_what_the_page_says(tmp_path: Path, example: Example) -> None:
    declared = {"codebook": whole_codebook(example.codebook), "answers": example.answers}
    content = content_of(example, tmp_path)
    if example.end == "text refused":
        with pytest.raises(ResearcherError) as caught:
            cleaned_file(tmp_path, "file", content, **declared, **example.told)
        said = str(caught.value)
        assert [line for line in example.expected.splitlines() if line not in said] == []
        return
    people = cleaned_file(tmp_path, "file", content, **declared, **example.told).responses["person"]
    names, *expected = csv.reader(io.StringIO(example.expected))
    assert as_read(people, names) == expected
