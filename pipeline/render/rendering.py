"""From a template, its parameters and what a run of it gave to the two files that are kept: notebook and page.

What needs pandas is imported where a page is made: a run in which nothing is
stale must not pay for it.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.paths import Paths
from pipeline.render.beside import Beside
from pipeline.render.engine.jobs import Job, Limits, Output, Ran, cells_to_run
from pipeline.render.failed import failure_alert, failure_cell
from pipeline.render.kept import Rendered
from pipeline.render.markup import Markup
from pipeline.render.template import Template
from pipeline.render.tidy import notebook_bytes, outputs_of, tidied
from pipeline.spec.declaration import Report

if TYPE_CHECKING:
    from pipeline.render.results import Results


@dataclass(frozen=True, eq=False)
class Rendering:
    """One report to make: of which study, from which template, with which parameters.

    Parameters
    ----------
    paths : Paths
        Of the study; ``paths.release`` holds its release.
    template : Template
    language : str
        ``sv`` or ``en``.
    level : str
        Level as in the release, or ``all``; empty where the report has none.
    parameters : dict
        All that the template is given.
    folder : Path
        What the template reads: a release, or a data book.
    released : str
        Hash of what is in it.
    beside : Beside, optional
        What lies beside its page; None where nothing does.
    """

    paths: Paths
    template: Template
    language: str
    level: str
    parameters: dict[str, Any]
    folder: Path
    released: str
    beside: Beside | None = None

    @classmethod
    def of_databook(cls, paths: Paths, language: str, described: str) -> "Rendering":
        """Give what a study's data book is made from, its tables known by their hash."""
        path = paths.templates["databook"]
        parameters = {"study": paths.study, "language": language, "databook": paths.shown(paths.databook)}
        return cls(paths, Template.read(path, paths.shown(path)), language, "", parameters, paths.databook, described)

    @classmethod
    def of(cls, paths: Paths, report: Report, language: str, level: str = "", released: str = "") -> "Rendering":
        """Find out what a declared report is made from.

        Raises
        ------
        ResearcherError
            When the template is missing, or its parameters cell does not fit.
        """
        path = paths.templates.get(report.template, paths.root / "notebooks" / f"{report.template}.ipynb")
        parameters = {"study": paths.study, "language": language, "release": paths.shown(paths.release)}
        if report.per is not None:
            parameters |= {"report": report.id, "level": level}
        template, beside = Template.read(path, paths.shown(path)), Beside(report.id, report.id)
        rendering = cls(paths, template, language, level, parameters, paths.release, released, beside)
        rendering.template.filled(parameters)
        return rendering

    def job(self, name: str, limits: Limits) -> Job:
        """Give what an engine is to run."""
        notebook = self.template.filled(self.parameters)
        seed = "/".join((self.paths.study, self.template.path.stem, self.level))
        return Job(name, seed, cells_to_run(notebook), str(self.paths.root), limits, str(self.template.path), self.parameters)

    def rendered(self, ran: Ran) -> Rendered:
        """Give the files after a run; one that failed gives what there is, under an alert."""
        notebook = tidied(self.template.filled(self.parameters), ran.outputs)
        if ran.failure is None:
            return self._files(notebook)
        alert = failure_alert(ran.failure, self.template.shown, self.language)
        told = {**notebook, "cells": [failure_cell(ran.failure, self.template.shown, self.language), *notebook["cells"]]}
        return self._files(told, notebook, alert)

    def written_anew(self, kept: bytes) -> Rendered:
        """Give the files after a change of prose or page only, with the outputs of the notebook that is kept; runs nothing."""
        filled = self.template.filled(self.parameters)
        places = [place for place, cell in enumerate(filled["cells"]) if cell["cell_type"] == "code"]
        outputs: dict[int, list[Output]] = dict(zip(places, outputs_of(json.loads(kept)), strict=True))
        return self._files(tidied(filled, outputs))

    def _files(self, notebook: dict[str, Any], shown: dict[str, Any] | None = None, alert: Markup | None = None) -> Rendered:
        from pipeline.render.labels import level_label
        from pipeline.render.page import report_pages

        results = _results(self.folder, self.language, self.released)
        part = level_label(results, self.level) if self.level.partition("=")[1] else ""
        pages = report_pages(shown or notebook, results, self.beside, part, alert)
        return Rendered(notebook_bytes(notebook), *(page.encode("utf-8", "replace") for page in (pages.main, pages.annex)))


@lru_cache(maxsize=2)
def _results(folder: Path, language: str, content: str) -> "Results":
    """Load the labels of a release once for all its pages; the hash of its content tells it from an earlier one."""
    from pipeline.render.results import Results

    return Results.load_labels(folder, language)
