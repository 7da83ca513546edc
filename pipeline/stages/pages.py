"""Which pages a study's reports are made of: one, or an overview and one per level."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.render.kept import ReportFiles, files_of
from pipeline.spec.declaration import Report
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY


@dataclass(frozen=True)
class ReportPage:
    """One page of a report in one language.

    Parameters
    ----------
    report : Report
    language : str
    level : str
        Level as in the release, such as ``municipality=flen``; ``all`` for the
        whole, ``empty`` where the report has no levels.
    slug : str
        Name of its files: the report's id, and for a level a code that tells
        nothing but its place.
    """

    report: Report
    language: str
    level: str
    slug: str

    def files(self, folder: Path) -> ReportFiles:
        """Give its notebook, its page and its key."""
        return files_of(folder, self.language, self.slug)


def pages_of(study: Study, languages: tuple[str, ...], levels: str = "") -> Iterator[ReportPage]:
    """Give the pages to render.

    Parameters
    ----------
    study : Study
        Its release has been made.
    languages : tuple of str
    levels : str
        Only reports per level of this variable, also those made on request;
        empty: all others.

    Yields
    ------
    ReportPage
        In declared order; the whole before its levels.
    """
    for report in study.declaration.reports:
        if report.per == levels if levels else not report.on_request:
            for language in (language for language in report.languages if language in languages):
                yield from _pages(study, report, language)


def all_pages(study: Study) -> Iterator[ReportPage]:
    """Give every page that the study's declaration and release have, also those made on request."""
    for report in study.declaration.reports:
        for language in report.languages:
            yield from _pages(study, report, language)


def _pages(study: Study, report: Report, language: str) -> Iterator[ReportPage]:
    if report.per is None:
        yield ReportPage(report, language, "", report.id)
        return
    yield ReportPage(report, language, EVERYBODY, report.id)
    for level in json.loads((study.paths.release / "release.json").read_text(encoding="utf-8"))["levels"][report.per]:
        yield ReportPage(report, language, f"{report.per}={level['code']}", f"{report.id}-{level['slug']}")
