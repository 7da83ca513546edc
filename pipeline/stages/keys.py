"""The key of a report: what it is made from, by content."""

from pipeline.render.kept import ReportKey
from pipeline.render.rendering import Rendering
from pipeline.stages.inputs import PAGES, RENDER, code_hash, hash_of


def key_of(rendering: Rendering, lock: str) -> ReportKey:
    """Give the key of a report.

    Parameters
    ----------
    rendering : Rendering
        Holds template, parameters and the release's hash.
    lock : str
        Hash of the lock file of packages.

    Returns
    -------
    ReportKey
        ``run``: code cells, parameters, release, rendering code, language
        catalogue, lock file. ``files``: that, the template's prose, the code
        and style of pages.
    """
    run = hash_of([rendering.template.code, rendering.parameters, rendering.released, code_hash(RENDER, rendering.language), lock])
    return ReportKey(run, hash_of([run, rendering.template.everything, code_hash(PAGES)]))
