"""The reports of one run: which are stale, having them made, writing them, telling how it went."""

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline.paths import STAMP, Paths, declared_studies
from pipeline.render.beside import Beside
from pipeline.render.engine import Engine
from pipeline.render.engine.jobs import Limits, Ran
from pipeline.render.failed import failure_words
from pipeline.render.index import write_index
from pipeline.render.kept import ReportFiles, ReportKey
from pipeline.render.rendering import Rendering
from pipeline.spec.study import Study
from pipeline.stages.pages import ReportPage
from pipeline.stages.running import alarming, bar, only_run, tell
from pipeline.stages.seal import seal
from pipeline.stages.up_to_date import hash_of, is_whole, key_of, lock_hash, made_files, read_record

REPORT_FILES = ("*/*.ipynb", "*/*.html", "*/.*.key")
"""What reports are made of, below the folder of a study."""


@dataclass(frozen=True)
class Asked:
    """One report as it is to be: what is rendered, into which files, and the key that they have when they are up to date."""

    study: Study
    page: ReportPage
    rendering: Rendering
    files: ReportFiles
    key: ReportKey

    @property
    def name(self) -> str:
        """Name it as the terminal shows it."""
        return f"{self.study.id}: report {self.page.slug} ({self.page.language})"


def asked_for(study: Study, pages: Iterable[ReportPage]) -> Iterator[Asked]:
    """Say of pages of a study, whose release is made, what they are to be made from."""
    released = hash_of(read_record(study.paths)["stages"]["release"]["outputs"])
    lock = lock_hash(study.paths)
    for page in pages:
        rendering = Rendering.of(study.paths, page.report, page.language, page.level, released)
        rendering = replace(rendering, beside=Beside(page.slug, page.report.id))
        yield Asked(study, page, rendering, page.files(study.paths.reports), key_of(rendering, lock))


class Reports:
    """The reports of one run, of one or several studies.

    Use as a context manager: leaving it ends whatever is still being made and
    frees the studies for other runs.

    Parameters
    ----------
    engine : Engine
        What makes them; ended with this.
    """

    def __init__(self, engine: Engine) -> None:
        self._limits = Limits.stated()
        self._stack = ExitStack()
        self._engine = self._stack.enter_context(engine)
        self._asked: dict[str, Asked] = {}
        self._whole: list[tuple[Study, set[str], tuple[str, ...]]] = []
        self._failed: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.__exit__(kind, error, trace)

    def hold(self, study: Study) -> None:
        """Keep other runs from the study until this one ends."""
        self._stack.enter_context(only_run(study.paths))

    def warm_up(self) -> None:
        """Expect reports: what makes them is loaded while tables are made."""
        self._engine.warm_up()

    def add(self, study: Study, pages: Iterable[ReportPage], inputs: tuple[str, ...] | None) -> None:
        """Have the stale ones of a study's reports made.

        Parameters
        ----------
        study : Study
            Held, its release made.
        pages : iterable of ReportPage
        inputs : tuple of str or None
            The sums of the study's inputs, when these are all pages that a
            plain ``make`` builds of it in their languages.

        Raises
        ------
        ResearcherError
            For a template that is missing or does not fit.
        """
        self.settle(wait=False)
        asked = list(asked_for(study, pages))
        if inputs is not None:
            self._whole.append((study, {one.page.language for one in asked}, inputs))
        for one in asked:
            self._add(one)
        self.settle(wait=False)

    def note_older(self, study: Study, pages: Iterable[ReportPage]) -> None:
        """Note which reports that are left as they are were made from something else than there is now."""
        for one in asked_for(study, (page for page in pages if page.files(study.paths.reports).finished())):
            if not one.files.is_current(one.key):
                one.files.outdate()

    def remove_others(self, study: Study, pages: Iterable[ReportPage]) -> None:
        """Remove reports that the study no longer has, of a level or id that is gone."""
        folder = study.paths.reports
        files = [page.files(folder) for page in pages]
        kept = {path for one in files for path in (*one.made.values(), one.key)}
        for pattern in REPORT_FILES:
            for path in sorted(folder.glob(pattern)):
                if path not in kept and path.is_file():
                    path.unlink()
                    tell(f"{study.id}: {study.paths.shown(path)} removed: the study declares no such report")

    def settle(self, wait: bool) -> None:
        """Write the reports that have been made by now, or wait for all of them."""
        for ran in self._engine.ended(wait):
            self._finish(self._asked.pop(ran.name), ran)

    def finish(self) -> int:
        """Wait for all reports and mark the studies that are up to date.

        Returns
        -------
        int
            Number of reports that failed.
        """
        self.settle(wait=True)
        for study, languages, inputs in self._whole:
            every = {language for report in study.declaration.reports if not report.on_request for language in report.languages}
            made = [*languages, ""] if languages == every else languages
            for language in () if self._failed.get(study.id) else made:
                reports = [path for pattern in REPORT_FILES for path in study.paths.reports.glob(pattern)]
                shown = [path for path in reports if path.parent.name == language or not language]
                seal(study.paths.stamp(language), inputs, [*made_files(study.paths), *shown], study.paths.root)
        return sum(self._failed.values())

    def _add(self, asked: Asked) -> None:
        if asked.files.is_current(asked.key):
            tell(f"{asked.name} up to date")
        elif asked.files.holds_outputs_of(asked.key):
            began = time.perf_counter()
            rendered = asked.rendering.written_anew(asked.files.notebook.read_bytes())
            asked.files.write(rendered, asked.key)
            tell(f"{asked.name} written anew in {time.perf_counter() - began:.1f} s, nothing was run")
        else:
            if not asked.page.report.on_request:
                asked.study.paths.unstamp(asked.page.language)
            self._asked[asked.name] = asked
            bar.expect(1)
            self._engine.submit(asked.rendering.job(asked.name, self._limits))

    def _finish(self, asked: Asked, ran: Ran) -> None:
        left = f"{len(self._engine)} left" if len(self._engine) else "the last one"
        rendered = asked.rendering.rendered(ran)
        asked.files.write(rendered, asked.key if ran.failure is None else None)
        bar.step()
        for remark in ran.remarks:
            tell(f"{asked.name} remarked: {remark.rstrip()}")
        if ran.failure is None:
            tell(f"{asked.name} made in {ran.seconds:.1f} s, {left}")
            return
        self._failed[asked.study.id] = self._failed.get(asked.study.id, 0) + 1
        words = failure_words(ran.failure, asked.rendering.template.shown, "en")
        page = asked.study.paths.shown(asked.files.page)
        tell(alarming(f"{asked.name} failed, {left}. {words} See {page}"))


def write_sealed_index(root: Path) -> None:
    """Write ``reports/index.html`` of the studies whose release is as it was made, and its stamp; tell of the others."""
    every = [Paths(root, name) for name in declared_studies(root)]
    damaged = [paths.study for paths in every if paths.release.exists() and not is_whole(paths, read_record(paths), "release")]
    for name in damaged:
        tell(alarming(f"{name}: its release is not as it was made; the index leaves it out until it is built again"))
    write_index(root, damaged)
    index = root / "reports" / "index.html"
    seal(index.with_name(STAMP), (), [index], root)
