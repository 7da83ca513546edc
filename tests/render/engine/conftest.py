"""What tests of the engine share: a server that lives for a module, and a way to run cells in it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.render.engine.client import ForkEngine
from pipeline.render.engine.jobs import CodeCell, Job, Limits, Ran

Run = Callable[..., Ran]
LIMITS = Limits(seconds=60, megabytes=1000)


def job(*sources: str, name: str = "job", folder: Path | str = "/", limits: Limits = LIMITS) -> Job:
    """Make a job of cells; its seed is its name."""
    return Job(name, name, tuple(CodeCell(place, source) for place, source in enumerate(sources)), str(folder), limits)


def texts(ran: Ran, name: str = "stdout") -> str:
    """What all cells of a run printed to one stream."""
    outputs = (output for outputs in ran.outputs.values() for output in outputs)
    return "".join(output["text"] for output in outputs if output["output_type"] == "stream" and output["name"] == name)


def values(ran: Ran) -> list[str]:
    """The results of cells as text, in order."""
    outputs = (output for outputs in ran.outputs.values() for output in outputs)
    return [output["data"]["text/plain"] for output in outputs if output["output_type"] == "execute_result"]


@pytest.fixture(scope="module")
def engine() -> Iterator[ForkEngine]:
    """One server for all tests of a module: whatever one test leaves behind would show in the next."""
    with ForkEngine() as engine:
        yield engine


@pytest.fixture
def run(engine: ForkEngine) -> Run:
    """Run cells in the module's server, one report at a time."""

    def run(*sources: str, name: str = "job", folder: Path | str = "/", limits: Limits = LIMITS) -> Ran:
        engine.submit(job(*sources, name=name, folder=folder, limits=limits))
        [ran] = engine.ended(wait=True)
        return ran

    return run
