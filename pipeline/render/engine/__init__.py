"""Running notebooks: one preloaded server, one fork per report, nothing shared between two of them.

Only the engine that is asked for is imported.
"""

import os
from collections.abc import Iterator
from types import TracebackType
from typing import Protocol, Self

from pipeline.errors import Problem, ResearcherError, suggestion
from pipeline.render.engine.jobs import Job, Ran

ENGINE_VARIABLE = "RORLIGHET_ENGINE"
FORK, PAPERMILL = "fork", "papermill"
ENGINES = (FORK, PAPERMILL)


class Engine(Protocol):
    """What runs notebooks; leaving its context ends whatever it has started."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...

    def __len__(self) -> int:
        """Give the number of jobs asked for and not yet given back."""

    def warm_up(self) -> None:
        """Begin to load what jobs will need, without waiting for it."""

    def submit(self, job: Job) -> None:
        """Ask for a job."""

    def ended(self, wait: bool) -> Iterator[Ran]:
        """Give the jobs that have ended; with ``wait``, all that were asked for."""


def make_engine(at_once: int) -> Engine:
    """Choose the engine: forks where the platform has them, unless the environment asks for plain papermill.

    Raises
    ------
    ResearcherError
        When ``RORLIGHET_ENGINE`` names no engine.
    """
    wanted = os.environ.get(ENGINE_VARIABLE) or (FORK if hasattr(os, "fork") else PAPERMILL)
    if wanted == PAPERMILL:
        from pipeline.render.engine.plain import PlainEngine

        return PlainEngine()
    if wanted == FORK:
        from pipeline.render.engine.client import ForkEngine

        return ForkEngine(at_once)
    raise ResearcherError([Problem(ENGINE_VARIABLE, f"is '{wanted}'", ", ".join(ENGINES), suggestion(wanted, ENGINES))])
