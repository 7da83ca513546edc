"""The page that leads to every report, in both languages, with one line of findings each.

Reads release folders with the standard library only: a page of links must not
pay for pandas.
"""

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.paths import Paths, declared_studies
from pipeline.render.catalogue import Catalogue, catalogue
from pipeline.render.kept import files_of
from pipeline.render.markup import Markup, element, joined, paragraph
from pipeline.render.names import Names
from pipeline.render.shell import fill_page
from pipeline.render.wording.lines import LINES, Found, beside_line
from pipeline.spec.vocabulary import EVERYBODY, LANGUAGES
from pipeline.tables.atomic import remove_unfinished, write_text


@dataclass(frozen=True)
class _Study:
    """What the index says of one study."""

    paths: Paths
    facts: dict[str, Any]
    labels: dict[str, dict[tuple[str, str, str], str]]
    """Language -> (kind, parent, name) -> text."""
    rows: list[dict[str, str]]
    """Estimates of everybody."""
    cells: list[dict[str, str]]
    """Cells of tables and figures of everybody."""

    @property
    def languages(self) -> list[str]:
        """Languages that the study declares reports in; both when it declares no report."""
        declared = {language for report in self.facts["reports"] for language in report["languages"]}
        return [language for language in LANGUAGES if language in (declared or LANGUAGES)]

    def title(self, language: str) -> str:
        """Give the study's title."""
        return self.labels[language]["study", "", "title"]


def write_index(root: Path, left_out: Iterable[str] = ()) -> None:
    """Write ``reports/index.html`` from what has been released and rendered."""
    remove_unfinished((root / "reports").glob(".*"))
    write_text(root / "reports" / "index.html", index_page(root, left_out))


def index_page(root: Path, left_out: Iterable[str] = ()) -> str:
    """Give the index as a complete HTML page.

    Parameters
    ----------
    root : Path
        The project's root; studies without a release are left out.
    left_out : iterable of str
        Studies whose release is not to be read.

    Returns
    -------
    str
        For each study the languages it declares, Swedish first, each with what has been made; links are relative to ``reports/``.
    """
    read = [Paths(root, name) for name in declared_studies(root) if name not in {*left_out}]
    studies = [_read(paths) for paths in read if (paths.release / "release.json").is_file()]
    words = [catalogue(one) for one in LANGUAGES if any(one in study.languages for study in studies) or not studies]
    sections = [_section(study) for study in studies] or [_each(words, "index.none", "p")]
    heads = (_each(words, "index.intro", "p"), _each(words, "index.caution", "p", class_="small"))
    return fill_page(
        language=words[0].language,
        title=" / ".join(one.say("index.title") for one in words),
        header=joined([element("h1", _each(words, "index.title", "span", " / ")), *heads]),
        navigation=element("ol", *(_anchor(study) for study in studies)),
        main=joined(sections, "\n"),
        footer=Markup(""),
        mark="",
        contents=" / ".join(one.say("page.contents") for one in words),
        skip=" / ".join(one.say("page.skip") for one in words),
    )


def _read(paths: Paths) -> _Study:
    facts = json.loads((paths.release / "release.json").read_text(encoding="utf-8"))
    labels: dict[str, dict[tuple[str, str, str], str]] = {language: {} for language in LANGUAGES}
    with (paths.release / "labels.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            labels[row["language"]][row["kind"], row["parent"], row["name"]] = row["text"]
    rows, cells = (_of_everybody(paths.release / f"{name}.csv") for name in ("estimates", "distributions"))
    return _Study(paths, facts, labels, rows, cells)


def _of_everybody(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["level"] == EVERYBODY]


def _each(words: Iterable[Catalogue], key: str, tag: str, between: str = "", **attributes: str) -> Markup:
    """Say the same in each language, marked with its language."""
    return joined((element(tag, one.say(key), lang=one.language, **attributes) for one in words), between)


def _anchor(study: _Study) -> Markup:
    first = study.languages[0]
    return element("li", element("a", study.title(first), href=f"#{study.paths.study}", lang=first))


def _section(study: _Study) -> Markup:
    """Head the section with the title in the study's first language; another one heads its entry."""
    first, *others = study.languages
    entries = [_entry(study, first), *(_entry(study, language, _title(study, language, "h3")) for language in others)]
    return element("section", _title(study, first, "h2", id=study.paths.study, lang=first), *entries)


def _title(study: _Study, language: str, tag: str, **attributes: str) -> Markup:
    kind = "simulated" if study.facts["simulated"] else "real"
    mark = element("span", catalogue(language).say(f"index.{kind}"), class_=f"verdict {kind}")
    return element(tag, study.title(language), " ", mark, **attributes)


def _entry(study: _Study, language: str, heading: str = Markup("")) -> Markup:
    words = catalogue(language)
    reports = [report for report in study.facts["reports"] if language in report["languages"]]
    links = joined(_links(study, words, report) for report in reports)
    to_make = any(not report.get("on_request") for report in reports)
    parts = [
        heading,
        paragraph(study.labels[language]["study", "", "question"]),
        paragraph(_line(study, words), class_="finding"),
        paragraph(words.say("index.not_made"), class_="small") if to_make and not links else links,
    ]
    return element("div", *parts, lang=language, class_="entry")


def _line(study: _Study, words: Catalogue) -> str:
    """Give one line of findings per kind of report that has one."""
    found = Found(study.facts, study.labels[words.language], study.rows, words, study.cells)
    templates = dict.fromkeys(report["template"] for report in study.facts["reports"])
    lines = [LINES[template](found) for template in templates if template in LINES]
    return " ".join(filter(None, [*lines, beside_line(found, templates)]))


def _links(study: _Study, words: Catalogue, report: Mapping[str, Any]) -> Markup:
    """Link a report; one that could not be finished is said to be so, in its place."""
    page = words.say("index.measurement" if report["template"] == "measurement" else "index.page")
    if report.get("per") is not None:
        labels = study.labels[words.language]
        names = Names.of_study(labels, study.facts, words.texts)
        page = words.say("index.levels", per=names.inside(labels["variable", "", report["per"]]))
    files = files_of(study.paths.reports, words.language, report["id"])
    if not files.page.is_file():
        return Markup("")
    folder = f"{study.paths.study}/{words.language}"
    if not files.finished():
        link = element("a", words.say("index.partly"), href=f"{folder}/{files.page.name}")
        return element("p", words.say("index.failed"), " ", link, class_="links failed")
    texts = ((files.page, page), (files.notebook, words.say("index.notebook")))
    made = (element("a", text, href=f"{folder}/{path.name}") for path, text in texts if path.is_file())
    remarks = [_unfinished_parts(study, words, report), element("strong", words.say("index.outdated")) if files.outdated() else ""]
    return element("p", joined([joined(made, " · "), *filter(None, remarks)], " "), class_="links")


def _unfinished_parts(study: _Study, words: Catalogue, report: Mapping[str, Any]) -> Markup:
    """Say how many pages of a report per level could not be finished; nothing when all could."""
    if report.get("per") is None:
        return Markup("")
    slugs = (f"{report['id']}-{level['slug']}" for level in study.facts["levels"][report["per"]])
    parts = (files_of(study.paths.reports, words.language, slug) for slug in slugs)
    failed = sum(part.page.is_file() and not part.finished() for part in parts)
    return element("strong", words.say("index.failed_parts", count=failed), class_="failed") if failed else Markup("")
