"""The examples of docs/how_to.md do what the page says."""

import csv
import io
import re
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.clean.responses import clean_responses
from pipeline.spec.codebook import CODEBOOK_COLUMNS
from tests.clean.files import workbook
from tests.clean.one_file import ANSWERS
from tests.clean.test_declare_examples import as_read
from tests.conftest import ROOT
from tests.miniature import both, declaration, write_study

PAGE = (ROOT / "docs" / "how_to.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+) (\w+) ?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([\w./]+)(?:#([\w-]+))?\)")
GROUPS = ("group_label", "participant_label", "control_label", "programme", "measures", "balance")


class Example(NamedTuple):
    """What one question is answered with."""

    heading: str
    blocks: list[tuple[str, str, str, str]]

    def block(self, kind: str) -> str:
        return next((text for _, what, _, text in self.blocks if what == kind), "")


EXAMPLES = [
    example
    for part in re.split(r"^## … ", PAGE, flags=re.MULTILINE)[1:]
    if (example := Example(part.split("\n")[0], BLOCK.findall(part))).blocks
]


def files_of(example: Example) -> dict[str, str | bytes]:
    """Give the raw files: those of the page, and a workbook of its sheets."""
    files: dict[str, str | bytes] = {name: text for _, what, name, text in example.blocks if what == "file"}
    sheets = {name: list(csv.reader(io.StringIO(text), delimiter=";")) for _, what, name, text in example.blocks if what == "sheet"}
    if sheets:
        cells = [
            {f"{'ABCDEF'[place]}{row}": text for row, line in enumerate(lines, 1) for place, text in enumerate(line)}
            for lines in sheets.values()
        ]
        files["svar.xlsx"] = renamed(workbook(*cells), list(sheets))
    return files


def renamed(content: bytes, names: list[str]) -> bytes:
    import zipfile

    from tests.clean.files import repacked

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        book = archive.read("xl/workbook.xml").decode()
    for number, name in enumerate(names, 1):
        book = book.replace(f'name="Blad{number}"', f'name="{name}"')
    return repacked(content, xl__workbook=book.encode())


def whole_codebook(short: str) -> str:
    rows = list(csv.DictReader(io.StringIO(short)))
    columns = [*CODEBOOK_COLUMNS, *(name for name in rows[0] if name.startswith("raw_name::"))]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows({**dict.fromkeys(("label::sv", "label::en"), row["name"]), "unit": "person", **row} for row in rows)
    return text.getvalue()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.heading)
def test_an_example_does_what_the_page_says(tmp_path: Path, example: Example) -> None:
    declared = {name: value for name, value in declaration().items() if name not in GROUPS}
    described = {"id": "calm", "role": "primary", "estimator": "describe", "outcomes": [], "label": both("Calm")}
    asked = next(row for row in csv.DictReader(io.StringIO(example.block("codebook"))) if row["type"] == "integer")
    described["outcomes"] = [f"{asked['name']}@t1"]
    declared |= {"design": "single_group", "sample": {"unit": "person"}, "analyses": [described], **tomllib.loads(example.block("study"))}
    study = write_study(
        tmp_path,
        "mini",
        declared,
        codebook=whole_codebook(example.block("codebook")),
        answers=ANSWERS + (example.block("answers") or "none,none,none,none,none,\n"),
        files=files_of(example),
    )
    names, *expected = csv.reader(io.StringIO(example.block("read")))
    assert as_read(clean_responses(study).responses["person"], names) == expected


def test_the_page_answers_what_is_asked_most() -> None:
    asked = ("holds two waves", "rows of its own", "a blank means", "without ids", "several sheets", "weights")
    headings = re.findall(r"^## … (.+)$", PAGE, flags=re.MULTILINE)
    assert [one for one in asked if not any(one in heading for heading in headings)] == []
    assert len(EXAMPLES) == 5


@pytest.mark.parametrize("page", ["how_to.md", "tutorial.md", "messages.md", "declare.md"])
def test_links_between_pages_lead_somewhere(page: str) -> None:
    for file, place in LINK.findall((ROOT / "docs" / page).read_text(encoding="utf-8")):
        target = ROOT / "docs" / file
        assert target.is_file(), file
        headings = {
            re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-")
            for line in target.read_text(encoding="utf-8").splitlines()
            if line.startswith("#")
        }
        assert not place or place in headings, place
