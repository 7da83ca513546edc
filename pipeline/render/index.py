"""The page that leads to every report, in both languages, with one line of findings each.

Reads release folders with the standard library only: a page of links must not
pay for pandas.
"""

import csv
import json
import re
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

HERO = re.compile(
    r'<p class="lead answer">[^<]*</p>\s*<figure id="[^"]*">(<img src="data:image/[a-z+]*;base64,[A-Za-z0-9+/=]*" alt="[^"]*">)'
)
"""The figure that stands behind the answer of a page."""


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
        A card for each study in each of the languages it declares, with what has been made; links are relative to ``reports/``.
    """
    read = [Paths(root, name) for name in declared_studies(root) if name not in {*left_out}]
    studies = [_read(paths) for paths in read if (paths.release / "release.json").is_file()]
    words = [catalogue(one) for one in LANGUAGES if any(one in study.languages for study in studies) or not studies]
    switch = element("p", _switch(words), class_="switch") if len(words) > 1 else Markup("")
    heads = [
        switch,
        *(paragraph(one.say(f"index.{key}"), lang=one.language, class_=_only(one)) for key in ("intro", "caution") for one in words),
    ]
    shown = [
        element("div", *(_card(study, one) for study in studies if one.language in study.languages), id=one.language, class_=_only(one))
        for one in words
    ]
    return fill_page(
        language=words[0].language,
        title=" / ".join(one.say("index.title") for one in words),
        header=joined([element("h1", _each(words, "index.title", "span", " / ")), *heads]),
        navigation=joined(_titles(studies, one) for one in words),
        main=joined(shown, "\n") if studies else _each(words, "index.none", "p"),
        footer=Markup(""),
        mark="",
        contents=" / ".join(one.say("page.contents") for one in words),
        skip=" / ".join(one.say("page.skip") for one in words),
    )


def _only(words: Catalogue) -> str:
    """Give the class of what is shown in one language only; the style sheet shows one language at a time."""
    return f"in-{words.language}"


def _switch(words: Iterable[Catalogue]) -> Markup:
    links = (element("a", one.say(f"page.in.{one.language}"), href=f"#{one.language}", lang=one.language) for one in words)
    return joined(links, " · ")


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


def _anchor(study: _Study, language: str) -> str:
    """Name a study's card: by the study alone in its first language."""
    return study.paths.study if language == study.languages[0] else f"{study.paths.study}-{language}"


def _titles(studies: Iterable[_Study], words: Catalogue) -> Markup:
    own, language = (study for study in studies if words.language in study.languages), words.language
    links = (element("a", study.title(language), href=f"#{_anchor(study, language)}", lang=language) for study in own)
    return element("ol", *(element("li", link) for link in links), class_=_only(words))


def _card(study: _Study, words: Catalogue) -> Markup:
    """Show a study in one language: title, what kind of answers and of evidence, its figure, question, finding and reports."""
    language = words.language
    kind = "simulated" if study.facts["simulated"] else "real"
    marks = [element("span", words.say(f"index.{kind}"), class_=f"verdict {kind}")]
    marks.append(element("span", words.say(f"evidence.mark.{study.facts['design']}"), class_="verdict"))
    heading = element("h2", study.title(language), " ", joined(marks, " "), id=_anchor(study, language), lang=language)
    reports = [report for report in study.facts["reports"] if language in report["languages"]]
    links = joined(_links(study, words, report) for report in reports)
    to_make = any(not report.get("on_request") for report in reports)
    parts = [
        paragraph(study.labels[language]["study", "", "question"]),
        paragraph(_line(study, words), class_="finding"),
        _picture(study, language, reports),
        paragraph(words.say("index.not_made"), class_="small") if to_make and not links else links,
    ]
    return element("section", heading, element("div", *parts, lang=language, class_="entry"))


def _picture(study: _Study, language: str, reports: Iterable[Mapping[str, Any]]) -> Markup:
    """Show the figure of the first page of the first finished report that has one."""
    for report in (one for one in reports if one.get("per") is None):
        files = files_of(study.paths.reports, language, report["id"])
        found = HERO.search(files.page.read_text(encoding="utf-8")) if files.finished() else None
        if found is not None:
            return Markup(f"<figure>{found[1]}</figure>")
    return Markup("")


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
