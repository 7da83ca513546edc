"""The fallback engine: plain papermill, one kernel per report, one after another.

For platforms without fork, and to hold the other engine against. papermill runs
the template in a kernel of its own; its sockets lie in a folder of this run, so
two runs never meet, and nothing of the user's own settings is read. papermill and traitlets are imported when it runs.
"""

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pipeline.render.engine.jobs import Failure, Job, Output, Ran
from pipeline.render.engine.journal import error_in, failure_of
from pipeline.render.engine.seed import SEED_CODE, report_seed
from pipeline.render.engine.surroundings import surroundings

SHORT_FOLDER = "/tmp" if Path("/tmp").is_dir() else None  # noqa: S108 - made by mkdtemp, for its owner only
"""Where the kernel's sockets lie: their paths may have about 100 characters, fewer than a Mac's own temporary folder leaves.
None on Windows, where the kernel is spoken to by numbered sockets of this machine."""
QUIET_KERNEL = "--IPKernelApp.log_level=50"
"""A kernel that is told to end logs the interruption as an error of its own; failing cells are told by papermill."""
STARTUP = "profile_default/startup/00-seed.py"
ADDED = ("injected-parameters", "papermill-error-cell-tag")


class PlainEngine:
    """Runs jobs with papermill, when their results are asked for."""

    def __init__(self) -> None:
        self._asked: list[Job] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._asked.clear()

    def __len__(self) -> int:
        """Give the number of jobs asked for and not yet given back."""
        return len(self._asked)

    def warm_up(self) -> None:
        """Need no preparation."""

    def submit(self, job: Job) -> None:
        """Ask for a job."""
        self._asked.append(job)

    def ended(self, wait: bool) -> Iterator[Ran]:
        """Run the jobs that were asked for; without ``wait`` none is run yet."""
        while wait and self._asked:
            yield _run(self._asked.pop(0))


def _run(job: Job) -> Ran:
    from papermill import execute_notebook
    from traitlets.config import Config

    with tempfile.TemporaryDirectory(prefix="report-", dir=SHORT_FOLDER) as name, _environment(Path(name), job):
        folder = Path(name)
        executed = folder / "executed.ipynb"
        failure: Exception | None = None
        settings: dict[str, dict[str, Any]] = {"NotebookClient": {"extra_arguments": [QUIET_KERNEL]}}
        if SHORT_FOLDER:
            settings["KernelManager"] = {"transport": "ipc", "ip": str(folder / "kernel")}
        try:
            execute_notebook(
                job.template,
                str(executed),
                dict(job.parameters),
                kernel_name="python3",
                language="python",
                progress_bar=False,
                cwd=job.folder,
                execution_timeout=int(job.limits.seconds),
                config=Config(settings),
            )
        except (
            Exception
        ) as error:  # a cell that raised, a kernel that died, took too long or never came, in whatever words there are for it
            failure = error
        outputs = _outputs(json.loads(executed.read_text(encoding="utf-8")), job) if executed.is_file() else {}
    return Ran(job.name, outputs, None if failure is None else _failure(job, outputs, failure))


def _outputs(notebook: Mapping[str, Any], job: Job) -> dict[int, list[Output]]:
    """Give the outputs by place in the template, which lacks the cells that papermill adds."""
    added = [cell for cell in notebook["cells"] if set(ADDED) & set(cell["metadata"].get("tags", ()))]
    cells = [cell for cell in notebook["cells"] if cell not in added]
    first = min((cell["execution_count"] or 0 for cell in added if cell["cell_type"] == "code"), default=0)
    places = {cell.place for cell in job.cells}
    begun = {place: cell for place, cell in enumerate(cells) if place in places and _was_begun(cell)}
    return {place: [_plain(output, first) for output in cell["outputs"]] for place, cell in begun.items()}


def _was_begun(cell: Mapping[str, Any]) -> bool:
    return bool(cell["metadata"].get("papermill", {}).get("start_time"))


def _plain(output: Output, added: int) -> Output:
    """Give texts as one string, as a file has them line by line, and count cells without the one that was added as such a number."""
    whole = dict(output)
    if "text" in whole:
        whole["text"] = "".join(whole["text"])
    if "data" in whole:
        whole["data"] = {kind: "".join(value) if isinstance(value, list) else value for kind, value in whole["data"].items()}
    if "traceback" in whole:
        whole["traceback"] = [_counted_without(line, added) for line in whole["traceback"]]
    return whole


def _counted_without(line: str, added: int) -> str:
    def less(found: re.Match[str]) -> str:
        count = int(found[1])
        return f"In[{count - (0 < added < count)}]"

    return re.sub(r"In\[(\d+)\]", less, line)


def _failure(job: Job, outputs: Mapping[int, list[Output]], error: Exception) -> Failure:
    """Say why a run ended; the cell that ended it is the last that was begun."""
    from papermill import PapermillExecutionError

    last = max(outputs, default=None)
    if isinstance(error, PapermillExecutionError) and last is not None:
        shown = error_in(outputs[last]) or {}
        return failure_of(last, {"ename": error.ename, "evalue": error.evalue, **shown})
    if isinstance(error, TimeoutError):
        return Failure("time", last, f"{job.limits.seconds:g} s")
    return Failure("died", last, type(error).__name__)


@contextmanager
def _environment(folder: Path, job: Job) -> Iterator[None]:
    """Give the kernel this package, no window, no settings from the user's home, and the job's seed."""
    startup = folder / STARTUP
    startup.parent.mkdir(parents=True)
    startup.write_text(SEED_CODE.format(seed=report_seed(job.seed)), encoding="utf-8")
    wanted = surroundings(folder)
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
