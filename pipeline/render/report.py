"""The front door: opens one study's release in one language as the report that a template asks for.

A notebook imports this module only.
"""

from pathlib import Path

from pipeline.paths import project_root
from pipeline.render.results import Results
from pipeline.render.templates.before_after import BeforeAfter
from pipeline.render.templates.databook import Databook
from pipeline.render.templates.group_comparison import GroupComparison
from pipeline.render.templates.measurement import Measurement
from pipeline.render.templates.needs import Needs
from pipeline.render.templates.one_level import OneLevel
from pipeline.render.templates.progress import Progress
from pipeline.render.templates.targets import Targets


def group_comparison(study: str, language: str, release: str) -> GroupComparison:
    """Open one study's release in one language, as a comparison of two groups; see ``load_results``."""
    return GroupComparison(load_results(study, language, release))


def targets(study: str, language: str, release: str) -> Targets:
    """Open one study's release in one language, as a report on targets."""
    return Targets(load_results(study, language, release))


def before_after(study: str, language: str, release: str) -> BeforeAfter:
    """Open one study's release in one language, as one group before and after."""
    return BeforeAfter(load_results(study, language, release))


def progress(study: str, language: str, release: str) -> Progress:
    """Open one study's release in one language, as one group followed over time."""
    return Progress(load_results(study, language, release))


def one_level(study: str, language: str, release: str, report: str, level: str) -> OneLevel:
    """Open one page of a report per level; ``level`` is ``all`` for the overview."""
    return OneLevel(load_results(study, language, release), report, level)


def measurement(study: str, language: str, release: str) -> Measurement:
    """Open one study's release in one language, as a report on its measures."""
    return Measurement(load_results(study, language, release))


def needs(study: str, language: str, release: str) -> Needs:
    """Open one study's release in one language, as a report on what interviews say is needed."""
    return Needs(load_results(study, language, release))


def databook(study: str, language: str, databook: str) -> Databook:
    """Open one study's data book in one language; ``databook`` is its folder."""
    return Databook(study, language, databook)


def load_results(study: str, language: str, release: str) -> Results:
    """Load one study's release in one language.

    Parameters
    ----------
    study : str
        Name of the study, held against the release.
    language : str
        ``sv`` or ``en``.
    release : str
        Folder of the release, relative to the project; found from the working
        folder first, so that a template also runs by hand from notebooks/.

    Raises
    ------
    FileNotFoundError
        When there is no such release yet.
    ValueError
        When the release is of another study (a fault of ours).
    """
    folder = next((path for path in (Path(release), project_root() / release) if path.is_dir()), None)
    if folder is None:
        raise FileNotFoundError(f"{release}: there is no such release yet; run 'make release STUDY={study}' first")
    results = Results.load(folder, language)
    if results.study != study:
        raise ValueError(f"the release in {release} is of {results.study}, not of {study}")
    return results
