"""Run a report template on one study's release, in one language.

papermill runs the template in a kernel of its own, in the project's root, with
no configuration from the user's home. The result is two files' content; the
caller writes them, so that a report that fails replaces nothing.
"""

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import Problem, ResearcherError
from pipeline.paths import Paths
from pipeline.render.labels import level_label
from pipeline.render.page import report_page
from pipeline.render.parameters import TAG, check_parameters
from pipeline.render.results import Results
from pipeline.render.tidy import notebook_bytes, remarks, tidy
from pipeline.spec.declaration import Report

PACKAGE_PARENT = Path(__file__).resolve().parents[2]
SECONDS_PER_CELL = 300
TRACEBACK_LINES = 12
SHORT_FOLDER = "/tmp" if Path("/tmp").is_dir() else None  # noqa: S108 - made by mkdtemp, for its owner only
"""Where the kernel's sockets lie: their paths may have about 100 characters, fewer than a Mac's own temporary folder leaves."""
QUIET_KERNEL = "--IPKernelApp.log_level=50"
"""A kernel that is told to end logs the interruption as an error of its own; failing cells are told by papermill."""
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Rendered:
    """One report in one language."""

    notebook: bytes
    html: bytes
    remarks: tuple[str, ...]
    """What cells printed beside their results, such as warnings; empty in a sound report."""


class ReportFailed(Exception):
    """A cell of a template failed (a fault of ours); the message holds the cell and the end of its traceback."""


def render_report(paths: Paths, report: Report, language: str, level: str = "") -> Rendered:
    """Render one report of a study, or one page of a report per level.

    Parameters
    ----------
    paths : Paths
        Of the study; ``paths.release`` must hold its release.
    report : Report
        As declared: id and template.
    language : str
        ``sv`` or ``en``.
    level : str
        Level as in the release, or ``all``; empty where the report has none.

    Returns
    -------
    Rendered
        The same bytes for the same template, release, code and packages.

    Raises
    ------
    ResearcherError
        When the template is missing or its parameters cell does not fit.
    ReportFailed
        When a cell fails or takes too long.
    """
    template = paths.templates / f"{report.template}.ipynb"
    parameters = {"study": paths.study, "language": language, "release": paths.shown(paths.release)}
    if report.per is not None:
        parameters |= {"report": report.id, "level": level}
    notebook = _read_template(template, paths)
    check_parameters(notebook, parameters, paths.shown(template))
    executed = _execute(template, notebook, parameters, paths)
    tidied = tidy(executed)
    results = Results.load(paths.release, language)
    page = report_page(tidied, results, level_label(results, level) if level.partition("=")[1] else "")
    return Rendered(notebook_bytes(tidied), page.encode("utf-8"), remarks(executed))


def _read_template(template: Path, paths: Paths) -> dict[str, Any]:
    try:
        return json.loads(template.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ResearcherError(
            [Problem(paths.shown(template), f"cannot be read as a notebook: {type(error).__name__}", remedy="Restore the template.")]
        ) from error


def _execute(template: Path, notebook: Mapping[str, Any], parameters: Mapping[str, Any], paths: Paths) -> Mapping[str, Any]:
    from papermill import PapermillException, PapermillExecutionError, execute_notebook
    from traitlets.config import Config

    with tempfile.TemporaryDirectory(prefix="report-", dir=SHORT_FOLDER) as folder, _environment(Path(folder)):
        try:
            return execute_notebook(
                str(template),
                None,
                dict(parameters),
                kernel_name="python3",
                language="python",
                progress_bar=False,
                cwd=str(paths.root),
                execution_timeout=SECONDS_PER_CELL,
                config=Config(
                    {
                        "KernelManager": {"transport": "ipc", "ip": str(Path(folder) / "kernel")},
                        "NotebookClient": {"extra_arguments": [QUIET_KERNEL]},
                    }
                ),
            )
        except PapermillExecutionError as error:
            tail = COLOURS.sub("", "\n".join(error.traceback)).splitlines()[-TRACEBACK_LINES:]
            place = f"{paths.shown(template)}, cell {_cell_number(notebook, error.cell_index)}"
            raise ReportFailed(f"{place}: {error.source}\n" + "\n".join(tail)) from error
        except PapermillException as error:
            raise ReportFailed(f"{paths.shown(template)}: {error}") from error


def _cell_number(notebook: Mapping[str, Any], index: int) -> int:
    """Number a cell of the run as in the template, which lacks the cell that papermill injects after the parameters."""
    parameters = next(place for place, cell in enumerate(notebook["cells"]) if TAG in cell["metadata"].get("tags", ()))
    return index if index > parameters else index + 1


@contextmanager
def _environment(folder: Path) -> Iterator[None]:
    """Give the kernel this package, no window, and no settings from the user's home."""
    path = os.pathsep.join(filter(None, (str(PACKAGE_PARENT), os.environ.get("PYTHONPATH"))))
    wanted = {
        "PYTHONPATH": path,
        "MPLBACKEND": "agg",
        "IPYTHONDIR": str(folder),
        "JUPYTER_RUNTIME_DIR": str(folder),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
