"""The journal of one run: what a child writes as it goes, and how it is read after any end.

One JSON object per line. A line is written at once, so that what a cell had shown
before its process died is still there; a last line that was cut off is left out.
"""

import json
import signal
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pipeline.render.engine.jobs import Failure, Job, Output, Ran
from pipeline.render.engine.words import plain_lines, without_folders

JOURNAL = "journal.jsonl"
OUT_OF_MEMORY = ("MemoryError", "_ArrayMemoryError")


def read_journal(path: Path) -> list[dict[str, Any]]:
    """Give the events of a journal, in order; none when it was never begun."""
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError:
        return []
    return [json.loads(line) for line in lines[:-1]]


def ran(job: Job, events: Iterable[Mapping[str, Any]], ended: Mapping[str, Any]) -> Ran:
    """Put together what a child journalled and how it ended.

    Parameters
    ----------
    job : Job
        What it was asked to run.
    events : iterable of mapping
        From ``read_journal``.
    ended : mapping
        ``status``: exit status, or the negative number of a signal that ended
        it; ``over_time``: whether it was ended because its time was up;
        ``seconds`` and ``cpu_seconds`` that it took.

    Returns
    -------
    Ran
        ``failure`` is None only when the journal holds the end of the run.
    """
    replay = _Replay()
    for event in events:
        replay.take(event)
    failure = _failure(job, replay, ended["status"], ended["over_time"])
    return Ran(job.name, replay.outputs, failure, ended["seconds"], ended["cpu_seconds"])


def _failure(job: Job, replay: "_Replay", status: int, over_time: bool) -> Failure | None:
    if replay.failed is not None:
        shown = error_in(replay.outputs[replay.failed]) or {}
        return failure_of(replay.failed, {**shown, **replay.error})
    if replay.ended and not over_time:
        return None
    if over_time:
        return Failure("time", replay.current, f"{job.limits.seconds:g} s")
    return Failure("died", replay.current, _ending(status))


class _Replay:
    """The outputs of each cell, as a notebook front end would come to show them."""

    def __init__(self) -> None:
        self.outputs: dict[int, list[Output]] = {}
        self.current: int | None = None
        self.failed: int | None = None
        self.error: dict[str, str] = {}
        self.ended = False
        self._clear_next = False
        self._shown: dict[str, list[Output]] = {}

    def take(self, event: Mapping[str, Any]) -> None:
        """Take one event."""
        if "cell" in event:
            self.current = event["cell"]
            self.outputs[event["cell"]] = []
        elif "output" in event:
            self._add(event["output"], event.get("id"))
        elif "update" in event:
            for output in self._shown.get(event["id"], []):
                output.update(event["update"])
        elif "clear" in event:
            self._clear_next = event["clear"]
            if not event["clear"]:
                self._here().clear()
        elif "failed" in event:
            self.failed = event["failed"]
            self.error = {"ename": event["ename"], "evalue": event["evalue"]}
        elif "end" in event:
            self.ended = True

    def _here(self) -> list[Output]:
        return self.outputs[self.current] if self.current is not None else []

    def _add(self, output: Output, name: str | None) -> None:
        here = self._here()
        if self._clear_next:
            here.clear()
            self._clear_next = False
        last = here[-1] if here else {}
        if output["output_type"] == "stream" and last.get("output_type") == "stream" and last["name"] == output["name"]:
            last["text"] += output["text"]
            return
        here.append(output)
        if name:
            for earlier in self._shown.get(name, []):
                earlier.update(data=output["data"], metadata=output["metadata"])
            self._shown.setdefault(name, []).append(output)


def failure_of(place: int, error: Mapping[str, Any]) -> Failure:
    """Say why the run ended at a cell that raised.

    Parameters
    ----------
    place : int
        Of the cell.
    error : mapping
        ``ename``, ``evalue`` and, where the cell showed one, ``traceback``, as an output of nbformat has them.
    """
    kind = "memory" if error["ename"] in OUT_OF_MEMORY else "raised"
    return Failure(kind, place, error["ename"], without_folders(error["evalue"]), tuple(plain_lines(error.get("traceback", ()))))


def error_in(outputs: Iterable[Output]) -> Output | None:
    """Give the last error that a cell showed."""
    return next((output for output in reversed(list(outputs)) if output["output_type"] == "error"), None)


def _ending(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"
