"""Whether a study's tables and reports are what it gives now: before anything of them leaves the project."""

from collections.abc import Iterable, Iterator

from pipeline.errors import Problem
from pipeline.spec.study import Study
from pipeline.stages.build import table_steps
from pipeline.stages.pages import ReportPage, all_pages
from pipeline.stages.reports import asked_for
from pipeline.stages.up_to_date import is_current, read_record


def stale_problems(study: Study, leaving: Iterable[ReportPage] | None = None) -> Iterator[Problem]:
    """Tables, and the pages that leave (all of them when none are named), must be what the study gives now."""
    record, remedy = (
        read_record(study.paths),
        f"Run make STUDY={study.id} first (with LEVELS=<variable> for reports on request), and read them.",
    )
    for step in table_steps(study):
        if not is_current(study.paths, record, step.stage, step.key):
            yield Problem(f"{study.paths.shown(study.paths.processed)}/", f"{step.stage} is not up to date", remedy=remedy)
            return
    stale = [
        study.paths.shown(one.files.page)
        for one in asked_for(study, all_pages(study) if leaving is None else leaving)
        if not one.files.is_current(one.key) and (one.files.page.is_file() or not one.page.report.on_request)
    ]
    if stale:
        yield Problem(f"{study.paths.shown(study.paths.reports)}/", f"{len(stale)} reports are not up to date", "", remedy, tuple(stale))
