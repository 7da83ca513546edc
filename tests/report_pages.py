"""A report as its template makes it, section by section, without a notebook: what tests of whole pages hold against a release."""

import html
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.render import report
from pipeline.render.figures import canvas
from pipeline.render.results import Results
from pipeline.render.section import Section
from pipeline.render.selection import Key, Row, known, row_key
from pipeline.render.tables.table import Table
from pipeline.render.templates.group_comparison import GroupComparison
from tests.conftest import ROOT

OPENED = {
    "group_comparison": report.group_comparison,
    "targets": report.targets,
    "before_after": report.before_after,
    "progress": report.progress,
    "needs": report.needs,
    "measurement": report.measurement,
}
ABSENT = ("table.withheld", "table.not_estimated")


@dataclass(frozen=True)
class Shown:
    """One report with its sections in the template's order: what each shows, as words and as tables."""

    report: GroupComparison
    words: dict[str, str]
    tables: dict[str, list[Table]]

    @property
    def results(self) -> Results:
        """The release that the report is of."""
        return self.report._results

    @property
    def every_table(self) -> list[Table]:
        """Tables of all sections."""
        return [table for tables in self.tables.values() for table in tables]

    @property
    def printed(self) -> set[Key]:
        """Estimates that some table says it shows."""
        return {row_key(row) for table in self.every_table for row in table.shows}


@contextmanager
def words_only() -> Iterator[None]:
    """Paint figures, which gives their words, but write none: what a test of words does not look at costs half its time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(canvas.Sheet, "savefig", lambda *_, **__: None)
        patch.setattr(canvas, "png_of", lambda _: b"")
        yield


@words_only()
def shown(template: str, study: str, release: Path, language: str = "sv") -> Shown:
    """Make every section of a report; its figures are painted, not written."""
    made = OPENED[template](study, language, str(release))
    notebook = json.loads((ROOT / "notebooks" / f"{template}.ipynb").read_text(encoding="utf-8"))
    names = [name for cell in notebook["cells"] for name in re.findall(r"\br\.(\w+)\(\)", "".join(cell["source"]))]
    sections = {name: section for name in names if (section := getattr(made, name)()) is not None}
    parts = {name: section.parts if isinstance(section, Section) else (section,) for name, section in sections.items()}
    words = {name: " ".join(_text(part) for part in those) for name, those in parts.items()}
    return Shown(made, words, {name: [part for part in those if isinstance(part, Table)] for name, those in parts.items()})


def _text(part: object) -> str:
    bundle = part._repr_mimebundle_()  # type: ignore[attr-defined]
    data = bundle if isinstance(bundle, dict) else bundle[0]
    return plain(data.get("text/html", ""))


def plain(markup: str) -> str:
    """Give the words of some HTML."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", markup)))


def is_printed(results: Results, row: Row, text: str) -> bool:
    """Say whether the number of a row stands in a text at the precision of a table or, where there is none, a word for its absence."""
    return any(re.search(rf"(?<![\d,.]){re.escape(plain(form))}(?![\d]|[,.]\d)", text) for form in forms(results, row))


def forms(results: Results, row: Row) -> set[str]:
    """Write the number of a row in every way in which a table may print it."""
    if not known(row.estimate):
        tests = [results.number(row.statistic)] if known(row.statistic) else []
        tests += [results.p_number(row.p_value)] if known(row.p_value) else []
        return {*tests} or {results.say(key) for key in ABSENT}
    value = row.estimate
    found = {results.plain(value, row.measure_unit), results.number(value, 0), results.number(value, 1), results.number(value, 2)}
    if row.measure_unit == "share":
        ways = (value, 1 - value) if row.estimand == "survival_at" else (value,)
        found |= {results.number(100 * way, digits) for way in ways for digits in (0, 1)}
    if known(row.n):
        found.add(results.number(round(value * row.n), 0))
    return found
