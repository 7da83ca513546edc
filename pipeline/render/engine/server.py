"""The preloaded server: forks one process per report, watches them, says how each ended.

Started by exec, so that it holds what ``preload`` declares and nothing of the
process that asked. Reads one JSON line per job from its standard input, writes one
per ended job to its standard output. It ends, and ends everything it has started,
when its input ends: also when the process that asked has been killed. Descriptors
are moved before anything else is imported.
"""

import json
import os
import selectors
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.render.engine.cells import RecordedZMQShell
from pipeline.render.engine.child import run_job
from pipeline.render.engine.jobs import Job

BLOCK = 65536


@dataclass
class _Running:
    job: Job
    number: int
    began: float
    deadline: float
    over_time: bool = False


class Server:
    """The loop between requests, forks and ends.

    Parameters
    ----------
    shell : RecordedZMQShell
        From ``preload``.
    at_once : int
        Processes at the same time.
    requests, replies : int
        Descriptors.
    """

    def __init__(self, shell: RecordedZMQShell, at_once: int, requests: int, replies: int) -> None:
        self._shell = shell
        self._at_once = at_once
        self._requests = requests
        self._replies = replies
        self._waiting: list[Mapping[str, Any]] = []
        self._running: dict[int, _Running] = {}
        self._wakes, self._woken = os.pipe()
        for descriptor in (self._wakes, self._woken):
            os.set_blocking(descriptor, False)

    def serve(self) -> None:
        """Work until no more requests can come; whatever runs then is ended."""
        signal.set_wakeup_fd(self._woken, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        selector = selectors.DefaultSelector()
        selector.register(self._requests, selectors.EVENT_READ)
        selector.register(self._wakes, selectors.EVENT_READ)
        rest = b""
        while True:
            for key, _ in selector.select(self._patience()):
                data = os.read(key.fd, BLOCK)
                if key.fd == self._requests:
                    if not data:
                        return
                    *lines, rest = (rest + data).split(b"\n")
                    self._waiting += [json.loads(line) for line in lines]
            self._reap()
            self._end_those_over_time()
            while self._waiting and len(self._running) < self._at_once:
                self._fork(self._waiting.pop(0))

    def end_all(self) -> None:
        """Kill every process group that is still there."""
        for process in self._running:
            _kill(process)

    def _patience(self) -> float | None:
        """Give the seconds until the next deadline; None when there is none to wait for."""
        deadlines = [running.deadline for running in self._running.values() if not running.over_time]
        return max(0.0, min(deadlines) - time.monotonic()) if deadlines else None

    def _fork(self, request: Mapping[str, Any]) -> None:
        job = Job.from_plain(request["job"])
        if threading.active_count() > 1:
            raise RuntimeError(f"what was preloaded has started threads: {threading.enumerate()}")
        process = os.fork()
        if process == 0:
            self._running.clear()
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)
            for descriptor in (self._requests, self._replies, self._wakes, self._woken):
                os.close(descriptor)
            run_job(job, Path(request["folder"]), self._shell)
        now = time.monotonic()
        self._running[process] = _Running(job, request["number"], now, now + job.limits.seconds)

    def _reap(self) -> None:
        for process in list(self._running):
            ended, status, used = os.wait4(process, os.WNOHANG)
            if not ended:
                continue
            _kill_group(process)
            running = self._running.pop(process)
            how = {
                "status": os.waitstatus_to_exitcode(status),
                "over_time": running.over_time,
                "seconds": time.monotonic() - running.began,
                "cpu_seconds": used.ru_utime + used.ru_stime,
            }
            self._reply({"number": running.number, "ended": how})

    def _end_those_over_time(self) -> None:
        now = time.monotonic()
        for process, running in self._running.items():
            if now >= running.deadline and not running.over_time:
                running.over_time = True
                _kill(process)

    def _reply(self, content: Mapping[str, Any]) -> None:
        data = memoryview(json.dumps(content).encode() + b"\n")
        while data:
            data = data[os.write(self._replies, data) :]


def _kill(process: int) -> None:
    """Kill a child that has not ended, and what it started."""
    _kill_group(process)
    os.kill(process, signal.SIGKILL)


def _kill_group(process: int) -> None:
    """Kill what a child started; its group is there as long as anything is left in it."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process, signal.SIGKILL)


def _descriptors() -> Iterator[int]:
    """Move requests and replies to descriptors that nothing prints to or reads from by chance."""
    for number, replacement in ((0, os.open(os.devnull, os.O_RDONLY)), (1, 2)):
        yield os.dup(number)
        os.dup2(replacement, number)


def main() -> None:
    """Serve; the arguments are how many reports are made at once, and the run's folder, which goes when the server does."""
    requests, replies = _descriptors()
    from pipeline.render.engine.preload import preload

    server = Server(preload(), int(sys.argv[1]), requests, replies)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        server.serve()
    finally:
        server.end_all()
        shutil.rmtree(sys.argv[2], ignore_errors=True)


if __name__ == "__main__":
    main()
