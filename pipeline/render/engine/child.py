"""One report in a process of its own, from the fork to the end of that process."""

import atexit
import builtins
import os
import resource
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from pipeline.render.engine.capture import Recorder
from pipeline.render.engine.cells import RecordedZMQShell, refuse_input, run_cell
from pipeline.render.engine.jobs import Job, Limits
from pipeline.render.engine.seed import seed

END = os._exit
"""Taken before any report can put something else in its place: nothing may return into the server's code that was forked."""
MEGABYTE = 2**20
MOST_WRITTEN = 1024 * MEGABYTE
SPARE_SECONDS = 30
"""A process whose server has vanished ends itself after so many CPU seconds beyond its limit."""


def run_job(job: Job, folder: Path, shell: RecordedZMQShell) -> NoReturn:
    """Run a job in the process just forked for it, then end that process.

    Parameters
    ----------
    job : Job
    folder : Path
        Folder of this run only: journal, streams, temporary files.
    shell : RecordedZMQShell
        Made before the fork; nothing has been run in it.
    """
    try:
        os.setsid()
        recorder = Recorder(folder)
        _settle(job, folder)
        shell.note = recorder.note
        builtins.input = refuse_input
        _run_cells(job, shell, recorder)
        atexit._run_exitfuncs()
        recorder.drain()
        END(0)
    finally:
        END(1)


def _run_cells(job: Job, shell: RecordedZMQShell, recorder: Recorder) -> None:
    for cell in job.cells:
        recorder.note({"cell": cell.place})
        error = run_cell(shell, cell)
        if not recorder.mine:
            END(0)
        if error is not None:
            recorder.note({"failed": cell.place, "ename": type(error).__name__, "evalue": str(error)})
            return
    recorder.note({"end": True})


def _settle(job: Job, folder: Path) -> None:
    """Give the process its own seed, temporary folder, working folder, limits and exit handlers."""
    atexit._clear()
    seed(job.seed)
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    os.chdir(job.folder)
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 - closed by the end of the process
    os.dup2(sys.stdin.fileno(), 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _limit(job.limits)


def _limit(limits: Limits) -> None:
    """Set the limits that the operating system keeps; one that it does not know is left to the server's clock."""
    cpu_seconds = int(limits.seconds) + SPARE_SECONDS
    wanted = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: MOST_WRITTEN,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_DATA: _loaded() + limits.megabytes * MEGABYTE,
    }
    for kind, most in wanted.items():
        _, ceiling = resource.getrlimit(kind)
        allowed = most if ceiling == resource.RLIM_INFINITY else min(most, ceiling)
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (allowed, ceiling))


def _loaded() -> int:
    """Give the bytes of data that this process has already."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
            return int(file.read().split()[5]) * resource.getpagesize()
    except OSError:
        return 0
