"""Asking the preloaded server: it is started by exec when first needed, and ended with everything it runs."""

import json
import os
import selectors
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pipeline.render.engine.jobs import Failure, Job, Ran
from pipeline.render.engine.journal import JOURNAL, ran, read_journal
from pipeline.render.engine.surroundings import PACKAGE_PARENT, surroundings

BLOCK = 65536
GRACE = 10
"""Seconds that the server has to end its processes when it is asked to."""


class ForkEngine:
    """Runs jobs in forks of one preloaded server, several at once.

    Use as a context manager: leaving it, in whatever way, ends every process that
    was started and removes the run's folder.

    Parameters
    ----------
    at_once : int
        Reports made at the same time.
    """

    def __init__(self, at_once: int = 1) -> None:
        self._at_once = at_once
        self._folder: Path | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self._asked: dict[int, Job] = {}
        self._count = 0
        self._rest = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._server is not None:
            self._end(self._server)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def __len__(self) -> int:
        """Give the number of jobs asked for and not yet given back."""
        return len(self._asked)

    def warm_up(self) -> None:
        """Start the server, if it is not there yet, without waiting for it: it loads while the caller goes on."""
        if self._server is not None:
            return
        self._folder = Path(tempfile.mkdtemp(prefix="reports-"))
        self._server = subprocess.Popen(  # noqa: S603 - our own module, with a number
            [sys.executable, "-m", "pipeline.render.engine.server", str(self._at_once), str(self._folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            cwd=PACKAGE_PARENT,
            env={**os.environ, **surroundings(self._folder)},
            start_new_session=True,
        )

    def submit(self, job: Job) -> None:
        """Ask for a job; ``ended`` gives it back when it has run."""
        self.warm_up()
        self._count += 1
        self._asked[self._count] = job
        self._job_folder(self._count).mkdir(mode=0o700)
        self._ask({"number": self._count, "folder": str(self._job_folder(self._count)), "job": job.as_plain()})

    def ended(self, wait: bool) -> Iterator[Ran]:
        """Give the jobs that have ended since last time.

        Parameters
        ----------
        wait : bool
            Whether to go on until every job has ended; otherwise only those
            that have ended by now are given.

        Yields
        ------
        Ran
            In the order in which they ended.
        """
        while self._asked:
            lines = self._replies(None if wait else 0.0)
            if lines is None:
                yield from self._lost()
                return
            for line in lines:
                yield self._take(json.loads(line))
            if not lines and not wait:
                return

    def _job_folder(self, number: int) -> Path:
        assert self._folder is not None
        return self._folder / str(number)

    def _ask(self, request: Mapping[str, Any]) -> None:
        assert self._server is not None
        assert self._server.stdin is not None
        data = memoryview(json.dumps(request).encode() + b"\n")
        with suppress(BrokenPipeError):  # the end of its replies tells what is lost
            while data:
                data = data[self._server.stdin.write(data) or 0 :]

    def _replies(self, seconds: float | None) -> list[bytes] | None:
        """Read complete lines that are there within some seconds; None when no more can come."""
        assert self._server is not None
        assert self._server.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._server.stdout, selectors.EVENT_READ)
            if not selector.select(seconds):
                return []
        data = self._server.stdout.read(BLOCK)
        if not data:
            return None
        *lines, self._rest = (self._rest + data).split(b"\n")
        return lines

    def _take(self, reply: Mapping[str, Any]) -> Ran:
        job, folder = self._asked.pop(reply["number"]), self._job_folder(reply["number"])
        result = ran(job, read_journal(folder / JOURNAL), reply["ended"])
        shutil.rmtree(folder, ignore_errors=True)
        return result

    def _lost(self) -> Iterator[Ran]:
        """Give back, as failed, what was asked of a server that is no longer there."""
        assert self._server is not None
        status = self._server.wait()
        for job in self._asked.values():
            yield Ran(job.name, {}, Failure("engine", error=f"exit status {status}"))
        self._asked.clear()

    def _end(self, server: subprocess.Popen[bytes]) -> None:
        assert server.stdin is not None
        assert server.stdout is not None
        with suppress(BrokenPipeError):
            server.stdin.close()
        try:
            server.wait(GRACE)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        server.stdout.close()
